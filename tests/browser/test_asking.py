"""Questions and polls on two phones and a screen in the hall: asked, looked at, shown everywhere without a reload; what
is typed, and where one reads, outlives a refresh and a dead server.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from conference import db
from conference.rules.polls import Asked as Put
from conference.services import hall_question_desk, hall_questions, poll_making, polls, walls
from conference.services.walls import WallFacts
from conference.vocabulary import PollKind, WallKind
from tests import asked, browsers
from tests.agendas import a_morning
from tests.browser.servers import Server
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

HALL = {"width": 1920, "height": 1080}
# As a phone that has its network back: at once.
ASK = "() => window.dispatchEvent(new Event('online'))"
SETTLED = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(null))))"
SCALE = Put(PollKind.SCALE, "这一场对您的工作有帮助吗？", ("没有帮助", "很有帮助"))


class Rooms:
    """Phones and screens, each a browser of its own."""

    def __init__(self, browser: Browser, server: Server, cast: Cast) -> None:
        self._browser, self._server, self._cast, self._open = browser, server, cast, ExitStack()

    def phone(self, token: str, *, locale: str = "zh-CN", scripts: bool = True) -> Page:
        context = self._context(
            viewport=browsers.PHONE, locale=locale, java_script_enabled=scripts, reduced_motion="reduce", has_touch=True
        )
        page = context.new_page()
        page.goto(f"{self._server.url}/p/{token}")
        page.goto(f"{self._server.url}/m/{self._cast.slug}/asking")
        if scripts:
            browsers.awake(page)
        return page

    def hall(self, address: str) -> Page:
        page = self._context(viewport=HALL, locale="zh-CN", reduced_motion="reduce").new_page()
        page.goto(address)
        return page

    def _context(self, **how: object) -> BrowserContext:
        context = self._browser.new_context(**how)  # type: ignore[arg-type]  # as the callers above name them
        self._open.callback(context.close)
        return context

    def close(self) -> None:
        self._open.close()


@pytest.fixture
def rooms(browser: Browser, live_server: Server, cast: Cast) -> Iterator[Rooms]:
    made = Rooms(browser, live_server, cast)
    yield made
    made.close()


def test_a_question_goes_from_one_phone_to_the_other_and_to_the_wall(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, rooms: Rooms
) -> None:
    with app.app_context():
        a_morning(cast.meeting_id, begins=now - timedelta(minutes=30))
        wall = walls.add(
            cast.meeting_id, WallFacts("主席台", WallKind.ASKING, surname_only=True), asked.doing(cast, now)
        )
        address = walls.address(wall, public_url=live_server.url)
        db.release()
    hall, mine, other = rooms.hall(address), rooms.phone(cast.liran_token), rooms.phone(cast.wangmin_token)
    expect(hall.get_by_text("欢迎提问")).to_be_visible()
    mine.locator("#ask-text").fill(asked.COMMUNITY)
    expect(mine.get_by_text(f"{len(asked.COMMUNITY)}/500")).to_be_visible()
    _sound(mine)
    mine.get_by_role("button", name="提交提问").tap()
    expect(mine.get_by_text("已提交，会务组看过以后显示。")).to_be_visible()
    expect(mine.locator("#ask-text")).to_have_value("")
    own = mine.locator("[data-asking-own]")
    expect(own).to_contain_text(asked.COMMUNITY)
    expect(own).to_contain_text("等待审核")

    with app.app_context():
        question = hall_questions.mine(cast.liran_id).questions[0].id
        asked.show(cast, question, now)
    theirs = other.locator(f"#question-{question}")
    other.evaluate(ASK)
    expect(theirs).to_contain_text(f"{asked.COMMUNITY}")
    expect(theirs).to_contain_text("李然")
    expect(other.locator("#asking-said")).to_have_text("有新的提问")
    expect(hall.locator(".wall-question")).to_have_text(asked.COMMUNITY, timeout=3000)
    expect(hall.locator(".wall-asker").first).to_contain_text("李代表")

    # One tap is one vote, seen at once; another takes it back; a third stands on both phones and the wall.
    vote = theirs.get_by_role("button", name=re.compile("我也想问"))
    sent: list[str] = []
    other.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    _still(other, theirs)
    with _counted(other):
        vote.dblclick()
        expect(vote).to_have_attribute("aria-pressed", "true")
    expect(theirs.locator("[data-votes]")).to_have_text("1")
    expect(hall.get_by_text("1 人想问")).to_be_visible(timeout=3000)
    assert len(sent) == 1
    with _counted(other):
        vote.press("Enter")
        expect(vote).to_have_attribute("aria-pressed", "false")
    expect(hall.get_by_text("人想问")).to_have_count(0, timeout=3000)
    with _counted(other):
        vote.press("Enter")
    mine.evaluate(ASK)
    expect(mine.locator(f"#question-{question} [data-votes]")).to_have_text("1")
    expect(hall.get_by_text("1 人想问")).to_be_visible(timeout=3000)
    _sound(other)
    _sound(hall)


def test_a_poll_from_hall_and_online_on_the_wall(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, rooms: Rooms
) -> None:
    with app.app_context():
        wall = walls.add(cast.meeting_id, WallFacts("主席台", WallKind.ASKING), asked.doing(cast, now))
        address = walls.address(wall, public_url=live_server.url)
        db.release()
    hall, mine, other = rooms.hall(address), rooms.phone(cast.liran_token), rooms.phone(cast.wangmin_token)
    with app.app_context():
        poll = asked.a_poll(cast, now)
    for phone, choice in ((mine, "大同"), (other, "垦利")):
        phone.evaluate(ASK)
        card = phone.locator(f"#poll-{poll}")
        _still(phone, card)
        card.get_by_text(choice).tap()
        card.get_by_role("button", name="投票").tap()
        expect(card.get_by_role("button", name="改选")).to_be_visible()
        expect(card.locator("[data-poll-mine]")).to_be_visible()
    expect(hall.locator(".wall-question")).to_have_text("下一届推进会在哪里开？", timeout=3000)
    expect(hall.get_by_text("2 人参加")).to_be_visible(timeout=3000)
    expect(hall.get_by_text("50%")).to_have_count(0)
    with app.app_context():
        poll_making.show_result(cast.meeting_id, poll, asked.doing(cast, now))
        db.release()
    expect(hall.get_by_text("50%")).to_have_count(2, timeout=3000)
    # Another choice, while the result grows: what is ticked and not sent stays ticked.
    card = mine.locator(f"#poll-{poll}")
    expect(card.locator("[data-poll-chosen]")).to_have_text("大同")  # what was chosen is folded
    expect(card.get_by_role("radio")).to_have_count(0)
    card.get_by_role("button", name="改选").tap()
    card.get_by_role("radio", name="玉泉").check()
    mine.evaluate(ASK)
    expect(card.get_by_text("50%")).to_have_count(2)
    expect(card.get_by_role("radio", name="玉泉")).to_be_checked()
    card.get_by_role("button", name="改选").tap()
    expect(card.locator("[data-option='2']")).to_contain_text("我选的")
    expect(hall.locator(".wall-options li").nth(2)).to_contain_text("50%", timeout=3000)
    _sound(mine)
    with app.app_context():
        assert polls.mine(cast.meeting_id, cast.liran_id) == {poll: (2,)}
        poll_making.close(cast.meeting_id, poll, asked.doing(cast, now))
        db.release()
    mine.evaluate(ASK)
    expect(card.get_by_role("button")).to_have_count(0)
    expect(card.locator("[data-option='2']")).to_contain_text("我选的")


def test_no_more_can_be_ticked_than_may_be_chosen(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, rooms: Rooms
) -> None:
    with app.app_context():
        several = Put(PollKind.SEVERAL, "想去哪几处？", ("社区", "乡村", "企业", "学校"), most=2)
        poll = asked.a_poll(cast, now, asked=several)
    mine = rooms.phone(cast.liran_token)
    card = mine.locator(f"#poll-{poll}")
    for place in ("社区", "乡村"):
        card.get_by_role("checkbox", name=place).check()
    expect(card.locator("[data-poll-left]")).to_have_text("已选满 2 项；要换一项，先去掉一项。")
    mine.evaluate(ASK)  # a refresh unlocks nothing
    expect(card.get_by_role("checkbox", name="企业")).to_be_disabled()
    card.get_by_role("checkbox", name="社区").uncheck()
    expect(card.locator("[data-poll-left]")).to_have_text("已选 1 项，最多 2 项。")
    card.get_by_role("checkbox", name="企业").check()
    card.get_by_role("button", name="投票").tap()
    expect(card.locator("[data-poll-mine]")).to_be_visible()
    _sound(mine)
    with app.app_context():
        assert polls.mine(cast.meeting_id, cast.liran_id) == {poll: (1, 2)}


def test_what_is_typed_and_where_one_reads_outlive_a_refresh(
    app: APIFlask, cast: Cast, now: datetime, rooms: Rooms
) -> None:
    with app.app_context():
        for n in range(12):
            made = asked.a_question(cast, (cast.wangmin_id, cast.chenzhuo_id)[n % 2], now, text=f"第 {n} 个问题")
            asked.show(cast, made, now)
    phone = rooms.phone(cast.liran_token)
    text, read = phone.locator("#ask-text"), phone.locator(f"#question-{made}")
    text.fill("我想问的是")
    text.evaluate("(one) => one.setSelectionRange(2, 2)")
    read.scroll_into_view_if_needed()
    before = read.bounding_box()
    with app.app_context():
        asked.a_poll(cast, now)
        asked.show(cast, asked.a_question(cast, cast.wangmin_id, now, text="新来的问题"), now)
        pinned = asked.a_question(cast, cast.chenzhuo_id, now, text="被钉住的问题")
        asked.show(cast, pinned, now)
        asked.pin(cast, pinned, now)
    phone.evaluate(ASK)
    expect(phone.locator(f"#question-{pinned}")).to_be_attached()
    after = read.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 2, "what is read stays where it is"
    expect(text).to_have_value("我想问的是")
    expect(text).to_be_focused()
    assert text.evaluate("(one) => one.selectionStart") == 2
    # Nothing moves under a finger that is down, whatever came meanwhile.
    read.dispatch_event("pointerdown")
    with app.app_context():
        asked.show(cast, asked.a_question(cast, cast.wangmin_id, now, text="现在别动"), now)
        hall_question_desk.take(cast.meeting_id, False, asked.doing(cast, now))
        db.release()
    with phone.expect_response("**/asking/now/**") as answer:
        phone.evaluate(ASK)
    answer.value.finished()
    held = phone.locator(".hall-question-text", has_text="现在别动")
    assert (phone.evaluate(SETTLED), held.count()) == (None, 0)
    read.dispatch_event("pointerup")
    expect(held).to_be_attached()
    # Questions are not taken any more: what is written stays, to be taken along.
    expect(phone.get_by_text("现在不收提问")).to_be_visible()
    expect(text).to_have_value("我想问的是")
    expect(phone.get_by_role("button", name="提交提问")).to_be_disabled()
    newer = phone.get_by_role("button", name="有新的投票")
    newer.tap()
    expect(phone.get_by_role("heading", name="下一届推进会在哪里开？")).to_be_in_viewport()
    expect(newer).to_be_hidden()


def test_a_dead_server_is_said_and_nothing_typed_is_lost(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, rooms: Rooms
) -> None:
    with app.app_context():
        question = asked.a_question(cast, cast.wangmin_id, now)
        asked.show(cast, question, now)
    phone = rooms.phone(cast.liran_token)
    text, vote = phone.locator("#ask-text"), phone.locator(f"#question-{question}").get_by_role("button")
    live_server.stop()
    text.fill("能不能多放一把椅子？")
    phone.get_by_role("button", name="提交提问").tap()
    expect(phone.get_by_text("没有发出去，文字还在。")).to_be_visible()
    expect(text).to_have_value("能不能多放一把椅子？")
    vote.tap()
    expect(phone.get_by_text("没有发出去，网络不通。请再点一次。")).to_be_visible()
    expect(vote).to_have_attribute("aria-pressed", "false")
    expect(phone.locator("[data-votes]")).to_have_text("0")
    phone.evaluate(ASK)
    phone.evaluate(ASK)
    expect(phone.locator("#asking-state")).to_contain_text("连接中断")
    _sound(phone)
    live_server.start()
    phone.evaluate(ASK)
    expect(phone.locator("#asking-state")).to_contain_text("自动更新")
    phone.reload()
    expect(text).to_have_value("能不能多放一把椅子？")
    phone.get_by_role("button", name="提交提问").tap()
    expect(phone.locator("[data-asking-own]")).to_contain_text("能不能多放一把椅子？")
    with app.app_context():
        assert [one.text for one in hall_questions.mine(cast.liran_id).questions] == ["能不能多放一把椅子？"]
        db.release()


def test_it_works_without_scripts_in_large_text_and_in_english(
    app: APIFlask, cast: Cast, now: datetime, rooms: Rooms
) -> None:
    with app.app_context():
        question = asked.a_question(cast, cast.wangmin_id, now)
        asked.show(cast, question, now)
        poll = asked.a_poll(cast, now, asked=SCALE)
    plain = rooms.phone(cast.liran_token, scripts=False)
    plain.locator(f"#poll-{poll}").get_by_role("radio", name="4").check()
    plain.locator(f"#poll-{poll}").get_by_role("button", name="投票").click()
    expect(plain.get_by_text("已投票。").first).to_be_visible()
    plain.locator(f"#question-{question}").get_by_role("button").click()
    expect(plain.locator(f"#question-{question}").get_by_role("button")).to_have_attribute("aria-pressed", "true")
    plain.locator("#ask-text").fill("没有脚本也能问吗？")
    plain.get_by_role("button", name="提交提问").click()
    expect(plain.locator("[data-asking-own]")).to_contain_text("没有脚本也能问吗？")
    large = rooms.phone(cast.liran_token)
    large.evaluate("() => { document.documentElement.style.fontSize = '200%'; }")
    large.locator("#ask-text").fill("大字也写得下吗？")
    _sound(large)
    send = large.get_by_role("button", name="提交提问")
    send.scroll_into_view_if_needed()
    expect(send).to_be_in_viewport()
    english = rooms.phone(cast.wangmin_token, locale="en")
    expect(english.locator("html")).to_have_attribute("lang", "en")
    english.evaluate(ASK)
    _sound(english)


def _still(page: Page, new: Locator) -> None:
    """Something new has come, and may be touched: for its first moment it takes no tap."""
    expect(new).to_be_visible()
    expect(page.locator("[data-asking-board]")).not_to_have_attribute("aria-busy", "true")


@contextmanager
def _counted(page: Page) -> Iterator[None]:
    """What is done inside is sent, and the page has heard that it was counted.

    It shows a vote before the server has it: whoever asks sooner is told the old number, and asks again in twelve
    seconds; and a tap before the answer is none.
    """
    with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        yield
    answer.value.finished()
    page.evaluate(SETTLED)


def _sound(page: Page) -> None:
    assert browsers.findings(page) == []
    assert browsers.wider(page) == 0
