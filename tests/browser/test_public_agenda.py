"""The agenda on a phone: a delay reaches a page that is open, a star holds with and without scripts."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from conference import db
from conference.models import AgendaRelease
from conference.services import agenda, links, session_places, stage, stars
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from tests import browsers
from tests.agendas import Morning, a_morning, noon, release
from tests.browser.servers import Server
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    with app.app_context():
        made = a_morning(cast.meeting_id, begins=now - timedelta(minutes=30))
        db.release()
    return made


# As a phone that has its network back: at once.
SOON = 15_000  # a question may be on its way already, with the answer of before
ASK = "() => window.dispatchEvent(new Event('online'))"


def _starred(app: APIFlask, cast: Cast) -> frozenset[int]:
    with app.app_context():
        link = links.by_token(cast.liran_token)
        assert link is not None
        found = stars.of_link(link)
        db.release()
    return found


def _sound(page: Page) -> None:
    assert browsers.findings(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_a_delay_is_on_an_open_phone_within_fifteen_seconds(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, morning: Morning, browser: Browser
) -> None:
    with app.app_context(), db.transaction() as session:
        told = session.scalars(sa.select(AgendaRelease)).one()
        first, *others = told.content["people"]
        told.content = told.content | {"people": [first | {"position": "站长"}, *others]}
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN", reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/m/{cast.slug}/agenda")
        card, row = page.locator("#now"), page.locator(f"#s{morning.exchange}")
        on = page.locator(f"#s{morning.opening}")
        expect(card).to_contain_text("多民族社区怎样议事")
        times = on.locator(".session-talks time")
        planned = row.locator("time").first.text_content(), *times.all_text_contents()
        _sound(page)
        with app.app_context():
            stage.delay(cast.meeting_id, morning.opening, 15, "", Doing(SYSTEM, now, cast.public_url))
            db.release()
        expect(row).to_contain_text("比原定晚 15 分钟", timeout=15_000)
        expect(on).to_contain_text("延长 15 分钟")
        expect(card.locator(".is-next")).to_contain_text("比原定晚 15 分钟")
        begins = row.locator("time").first.text_content(), *times.all_text_contents()
        assert [one == other for one, other in zip(begins, planned, strict=True)] == [False, True, True, False]
        _sound(page)
        # What is typed is found at once, and the address says it for who comes back.
        page.get_by_role("searchbox").fill("站长")  # which the list does not show
        expect(row).to_be_hidden()
        expect(on).to_be_visible()
        page.get_by_role("searchbox").fill("林一")
        expect(row).to_be_hidden()
        expect(on).to_be_visible()
        expect(page.get_by_text("找到 1 项")).to_be_visible()
        page.reload()
        expect(row).to_be_hidden()
        # The page of the session follows as well, and both say that there is another release.
        own = context.new_page()
        own.goto(f"{live_server.url}/m/{cast.slug}/agenda/sessions/{morning.opening}")
        times = own.locator(".session-when time, .talk-time time")
        planned, beside = times.all_text_contents(), own.locator(".agenda-beside time")
        follows = beside.text_content()
        for one in (page, own):
            expect(one.get_by_text("每 10 秒更新")).to_be_visible()
        with app.app_context():
            stage.delay(cast.meeting_id, morning.opening, 15, "", Doing(SYSTEM, now, cast.public_url))
            db.release()
        own.evaluate(ASK)
        expect(own.locator(".session-facts")).to_contain_text("延长 30 分钟", timeout=SOON)
        moved = [one != other for one, other in zip(times.all_text_contents(), planned, strict=True)]
        assert moved == [False, True, False, False, False, True, True, True]
        expect(beside).not_to_have_text(follows or "")
        expect(own.locator(".talk.is-now")).to_contain_text("正在发言")
        newer = "议程有新版，点这里刷新"
        expect(own.get_by_text(newer)).to_be_hidden()
        with app.app_context():
            release(cast.meeting_id)
            db.release()
        for one in (page, own):
            one.evaluate(ASK)
            expect(one.get_by_text(newer)).to_be_in_viewport(timeout=SOON)
            _sound(one)
        page.get_by_text(newer).click()
        expect(page.get_by_text("第 2 版")).to_be_visible()
        expect(page.get_by_text(newer)).to_be_hidden()
        expect(page.get_by_role("searchbox")).to_have_value("林一")


def test_the_open_page_of_a_session_that_is_cancelled_offers_nothing_any_more(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, morning: Morning, browser: Browser
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        noon(cast.meeting_id, now)
        session_places.set_capacity(cast.meeting_id, morning.exchange, 9, doing)
        release(cast.meeting_id)
        db.release()
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN", reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/p/{cast.liran_token}")
        page.goto(f"{live_server.url}/m/{cast.slug}/agenda/sessions/{morning.exchange}")
        offer, gone = page.get_by_role("button", name="报名这一场"), page.get_by_text("这一场已取消")
        browsers.awake(page)
        page.evaluate(ASK)
        expect(page.locator("[data-there]")).to_have_count(1, timeout=SOON)
        expect(offer).to_be_visible()
        expect(gone).to_be_hidden()
        with app.app_context():
            agenda.take_away(cast.meeting_id, morning.exchange, doing)
            release(cast.meeting_id)
            db.release()
        page.evaluate(ASK)
        expect(gone).to_be_visible(timeout=SOON)
        expect(offer).to_be_hidden()
        _sound(page)


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without"])
def test_a_star_holds(
    app: APIFlask, live_server: Server, cast: Cast, morning: Morning, browser: Browser, scripts: bool
) -> None:
    with browser.new_context(
        viewport=browsers.PHONE, locale="zh-CN", reduced_motion="reduce", java_script_enabled=scripts
    ) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/p/{cast.liran_token}")
        page.goto(f"{live_server.url}/m/{cast.slug}/agenda")
        star = page.get_by_role("button", name="收藏：茶歇")
        expect(star).to_have_attribute("aria-pressed", "false")
        if scripts:
            browsers.awake(page)  # before, the form is sent as it is without them
        with page.expect_response(re.compile(r"/stars/\d+$")):
            star.click()
        expect(star).to_have_attribute("aria-pressed", "true")
        if scripts:
            expect(page).to_have_url(re.compile(r"/agenda$"))
            _sound(page)
        page.reload()
        expect(star).to_have_attribute("aria-pressed", "true")
        page.get_by_role("link", name="我的议程").click()
        expect(page).to_have_url(re.compile(r"/my/\d+/agenda$"))
        expect(page.locator(".session")).to_have_count(1)
        if scripts:
            _sound(page)
            page.set_viewport_size({"width": 390, "height": 200})
            star.evaluate("(one) => one.scrollIntoView()")  # the list begins above what is seen
            page.clock.install()
            live_server.stop()
            star.click()  # nobody takes it: it goes back, and the page says so for a while, where the finger is
            lost = page.get_by_text("没有保存，请再点一次。")
            expect(lost).to_be_in_viewport(ratio=1)
            expect(star).to_have_attribute("aria-pressed", "true")
            page.clock.fast_forward(15_000)
            expect(lost).to_be_hidden()
            live_server.start()
        assert _starred(app, cast) == {morning.tea}
        with page.expect_response(re.compile(r"/stars/\d+$")):
            star.click()
        expect(page.locator(".star[aria-pressed=true]")).to_have_count(0)
        page.reload()
        expect(page.locator(".session")).to_have_count(0)
        assert _starred(app, cast) == frozenset()
