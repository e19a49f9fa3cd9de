"""The door in a real browser: in or not, and why; and no scan lost or counted twice when the network fails."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest
import qrcode
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, Route, expect

from conference.services import accounts, delegates, scans
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import Role
from tests import browsers
from tests.browser import doors
from tests.browser.servers import Server
from tests.cast import Cast

# The pages are the same on both; the web tests walk them on both.
pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

IN_ENGLISH = f"""async (path) => (await (await ({doors.KEPT})(path))?.text())?.includes('<html lang="en"')"""

# Until the roster of the phone says that somebody came in; no timer runs meanwhile.
IN_BY_ROSTER = """async (checkpoint) => {
  const base = document.querySelector("script[type=module]").src;
  const { openStore } = await import(base.replace("js/main.js", "js/door/store.js"));
  const store = await openStore();
  for (let tries = 20_000; !(await store.all("changes", checkpoint)).some((row) => row.in); tries -= 1) {
    if (tries === 0) throw new Error("the roster did not come");
  }
}"""


def type_code(page: Page, code: str) -> None:
    page.get_by_label("参会码").fill(code)
    page.get_by_label("参会码").press("Enter")


def verdict(page: Page, kind: str) -> dict[str, str]:
    """Waits for a verdict of this kind; what it says, slot by slot."""
    whole = page.locator(f'[data-stage] [data-verdict][data-kind="{kind}"]')
    expect(whole).to_be_visible()
    slots = ("word", "name", "unit", "detail", "advice")
    return {slot: whole.locator(f'[data-slot="{slot}"]').text_content() or "" for slot in slots}


def record(app: APIFlask, cast: Cast) -> list[tuple[str, str, bool]]:
    with app.app_context():
        kept = scans.feed(cast.meeting_id).items
        return [(entry["outcome"], entry["gate"], entry["voided_at"] is not None) for entry in kept]


@pytest.fixture
def page(browser: Browser, live_server: Server, cast: Cast) -> Iterator[Page]:
    with doors.at_the_gate(browser, live_server, cast) as page:
        yield page


def test_a_typed_code_is_let_in_once_then_in_already_and_the_cancelled_told_why(
    app: APIFlask, page: Page, cast: Cast
) -> None:
    with app.app_context():
        doing = Doing(SYSTEM, datetime.now(UTC), cast.public_url)
        delegates.edit(cast.meeting_id, cast.liran_id, {"seat": "3 排 12 座"}, doing)
        delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing)
    page.clock.install()
    assert browsers.findings(page) == []

    type_code(page, cast.liran_code)
    said = verdict(page, "go")
    assert said == {
        "word": "请进", "name": "李然", "unit": "呼和浩特市玉泉区民政局", "detail": "3 排 12 座", "advice": ""
    }  # fmt: skip
    expect(page.get_by_role("alert").first).to_have_text("请进，李然，呼和浩特市玉泉区民政局，3 排 12 座")
    assert browsers.findings(page) == []
    page.clock.fast_forward(timedelta(seconds=4).total_seconds() * 1000)
    expect(page.locator("[data-stage]")).to_be_hidden()  # by itself
    expect(page.get_by_label("参会码")).to_be_focused()
    expect(page.locator("[data-arrived]")).to_have_text("1")

    type_code(page, cast.liran_code.lower())
    said = verdict(page, "again")
    assert (said["word"], said["name"]) == ("已签到", "李然")
    assert re.fullmatch(r"\d\d:\d\d · 东门", said["detail"])
    assert browsers.findings(page) == []
    page.keyboard.press("Escape")

    type_code(page, cast.chenzhuo_code)
    said = verdict(page, "stop")
    assert (said["word"], said["name"], said["detail"]) == ("请留步", "陈卓", "报名已取消")
    assert "会务台" in said["advice"]
    assert browsers.findings(page) == []
    page.clock.fast_forward(60_000)
    verdict(page, "stop")  # stays until somebody has seen it
    page.get_by_role("button", name="下一位").click()
    expect(page.locator("[data-recent-list] li")).to_have_count(3)
    assert [outcome for outcome, _, _ in record(app, cast)] == ["admitted", "already", "refused"]


def test_a_hand_scanner_is_heard_without_a_field_and_twice_is_told_honestly(
    app: APIFlask, page: Page, cast: Cast
) -> None:
    page.locator("h1").click(force=True)
    doors.stop_the_clock(page)
    for kind in ("go", "again"):  # at once: only the camera's own second look is left out
        page.keyboard.type(f"HTTP://LOCALHOST/C/{cast.liran_code}")
        page.keyboard.press("Enter")
        assert verdict(page, kind)["name"] == "李然"
    page.keyboard.type(cast.chenzhuo_code)  # the next one does not wait for the screen
    page.keyboard.press("Enter")
    expect(page.locator('[data-stage] [data-slot="name"]')).to_have_text("陈卓")
    expect(page.locator("[data-stage] [data-kind]")).to_have_attribute("data-kind", "go")
    assert [outcome for outcome, _, _ in record(app, cast)] == ["admitted", "already", "admitted"]


def test_the_last_scan_is_taken_back_after_a_question(app: APIFlask, page: Page, cast: Cast) -> None:
    type_code(page, cast.liran_code)
    verdict(page, "go")
    page.get_by_role("button", name="撤销", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("撤销 李然 的“请进”？")
    page.get_by_role("button", name="不了，返回").click()
    expect(page.locator("[data-stage]")).to_be_hidden()
    page.get_by_role("button", name="撤销上一次").click()
    assert browsers.findings(page) == []
    page.get_by_role("dialog").get_by_role("button", name="撤销", exact=True).click()
    expect(page.locator("[data-recent-list] li")).to_contain_text("已撤销")
    expect(page.locator("[data-arrived]")).to_have_text("0")
    assert record(app, cast) == [("admitted", "东门", True)]


def test_somebody_without_a_code_is_found_and_let_in(app: APIFlask, page: Page, cast: Cast) -> None:
    page.get_by_label("没有带码").fill("0003")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("button", name=re.compile("签到.*陈卓")).click()
    assert verdict(page, "go")["name"] == "陈卓"
    assert record(app, cast) == [("admitted", "东门", False)]


def test_a_code_opened_as_an_address_shows_who_and_one_button(
    app: APIFlask, page: Page, live_server: Server, cast: Cast
) -> None:
    page.goto(f"{live_server.url}/door/c/{cast.liran_code}")
    expect(page.get_by_role("heading", name="李然")).to_be_visible()
    assert browsers.findings(page) == []
    page.get_by_role("button", name="签到").click()
    expect(page.get_by_role("heading", name="请进")).to_be_visible()
    assert browsers.findings(page) == []
    page.get_by_role("link", name="撤销").click()
    expect(page.get_by_role("button", name="撤销签到")).to_be_visible()
    assert browsers.findings(page) == []
    page.get_by_role("button", name="撤销签到").click()
    expect(page.get_by_text("已撤销这次签到")).to_be_visible()
    for path in (f"/door/{cast.slug}/", f"/door/{cast.slug}/{cast.venue_id}/search?q=李", "/door/c/NOBODY"):
        page.goto(live_server.url + path)
        assert browsers.findings(page) == []
    assert record(app, cast) == [("admitted", "东门", True)]


def test_an_exit_is_an_exit(app: APIFlask, page: Page, cast: Cast) -> None:
    expect(page.locator("#door-state")).to_have_text(doors.ROSTER)
    page.get_by_label("离场").check(force=True)
    type_code(page, cast.liran_code)
    said = verdict(page, "left")
    assert (said["word"], said["detail"]) == ("已离场", "此前不在场")
    expect(page.locator("#scan [type=submit]")).to_have_text("离场")
    expect(page.locator("header [data-leaving]")).to_be_visible()  # also while a verdict covers the switch
    page.keyboard.press("Escape")
    page.get_by_label("没有带码").fill("陈卓")
    page.get_by_role("button", name="查找").click()
    page.get_by_role("button", name=re.compile("离场.*陈卓")).click()
    assert verdict(page, "left")["name"] == "陈卓"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="查找").click()
    page.locator("[name=direction][value=in]").check(force=True)
    expect(page.locator("header [data-leaving]")).to_be_hidden()
    expect(page.locator("[data-found] [data-deed]")).to_have_text("签到")
    assert record(app, cast) == [("left", "东门", False)] * 2


def test_whoever_chose_english_has_it_on_every_page_and_on_the_one_that_is_kept(
    page: Page, live_server: Server, cast: Cast
) -> None:
    here = f"/door/{cast.slug}/{cast.venue_id}"
    page.get_by_role("link", name="English").click()
    expect(page.locator("#door-state")).to_contain_text("Connected · ", timeout=20_000)
    for beside in ("/walk-in", "/inside", "/group"):
        page.goto(live_server.url + here + beside)
        expect(page.locator("#door-state")).to_have_text(re.compile(r"Connected · .*\d\d:\d\d"), timeout=20_000)
    page.goto(live_server.url + here)
    doors.until(page, IN_ENGLISH, here)
    live_server.stop()
    page.reload()
    expect(page.locator("#door-state")).to_contain_text("Alone", timeout=20_000)
    assert not re.search(r"[一-鿿]", page.get_by_role("main").inner_text())


def test_a_server_that_is_away_is_not_waited_for(app: APIFlask, page: Page, live_server: Server, cast: Cast) -> None:
    state = page.locator("#door-state")
    expect(state).to_have_text(re.compile(r"^在线 · 名单 \d\d:\d\d$"))
    live_server.stop()
    type_code(page, cast.liran_code)
    assert verdict(page, "go")["name"] == "李然"
    expect(state).to_have_text(re.compile(r"^单机 · 1 条待传$"))
    assert browsers.findings(page) == []
    page.keyboard.press("Escape")
    expect(page.locator("[data-recent-list] li")).to_contain_text("请进 · 待传")
    live_server.start()
    expect(state).to_have_text(re.compile("^在线 · 名单"), timeout=20_000)
    expect(page.locator("[data-recent-list] li")).not_to_contain_text("待传")
    assert record(app, cast) == [("admitted", "东门", False)]


def test_an_answer_that_is_lost_on_the_way_counts_once(app: APIFlask, page: Page, cast: Cast) -> None:
    lost: list[str] = []

    def lose_the_first(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.request.url)  # before it is waited for: another try may come meanwhile
        route.fetch()  # it arrives, is judged and kept
        return route.abort()

    page.route("**/check-ins", lose_the_first)
    type_code(page, cast.liran_code)
    assert verdict(page, "go")["name"] == "李然"  # and not "in already"
    assert (len(lost), record(app, cast)) == (1, [("admitted", "东门", False)])


def test_what_the_server_made_of_the_scan_at_hand_is_no_earlier_admission(
    app: APIFlask, page: Page, cast: Cast
) -> None:
    doors.ready_alone(page)
    rosters: list[Route] = []
    answers: list[Route] = []

    def hold(route: Route) -> None:
        (answers if route.request.method == "POST" else rosters).append(route)
        if answers == [route]:
            route.fetch()  # it arrives, is judged and kept
            roster = rosters[0].fetch()
            # By this answer the clock of the server is another one than the scan was sent with.
            date = parsedate_to_datetime(roster.headers["date"]) + timedelta(seconds=5)
            rosters[0].fulfill(response=roster, headers=roster.headers | {"date": format_datetime(date, usegmt=True)})

    page.route(re.compile(r"/roster\?|/check-ins$"), hold)
    with page.expect_request("**/roster?*"):
        page.reload()
    expect(page.locator("#door-state")).to_contain_text(doors.ROSTER)
    doors.stop_the_clock(page)
    type_code(page, cast.liran_code)
    page.evaluate(IN_BY_ROSTER, cast.venue_id)
    page.clock.fast_forward(2000)
    assert verdict(page, "go")["name"] == "李然"  # and not "in already"
    answers[0].abort()
    page.unroute_all()
    page.clock.resume()
    expect(page.locator("#door-state")).not_to_contain_text("待传", timeout=20_000)
    assert record(app, cast) == [("admitted", "东门", False)]


def test_the_camera_reads_the_code_once_while_it_stays(
    app: APIFlask, live_server: Server, cast: Cast, tmp_path: Path
) -> None:
    code = qrcode.QRCode(box_size=8, mask_pattern=2)
    code.add_data(f"{live_server.url}/c/{cast.liran_code}".upper())
    film = browsers.film(tmp_path / "badge.mjpeg", [code.make_image().get_image()])
    with browsers.launched(camera=film) as browser:
        page = doors.phone(browser, permissions=["camera"]).new_page()
        doors.stand_at_the_gate(page, live_server, cast)
        expect(page.locator('[data-stage] [data-verdict][data-kind="go"]')).to_be_visible(timeout=30_000)
        expect(page.locator("[data-stage]")).to_be_hidden(timeout=10_000)
        expect(page.locator("[data-window]")).to_be_visible()
        assert browsers.findings(page) == []
        page.get_by_role("button", name="关闭摄像头").click()
        expect(page.locator("[data-window]")).to_be_hidden()
    assert record(app, cast) == [("admitted", "东门", False)]


def test_a_photo_stands_in_for_the_camera(app: APIFlask, page: Page, cast: Cast, tmp_path: Path) -> None:
    code = qrcode.QRCode(box_size=6, mask_pattern=2)
    code.add_data(cast.liran_code)
    code.make_image().get_image().convert("RGB").save(tmp_path / "photo.png")
    page.locator("[data-photo]").set_input_files(tmp_path / "photo.png")
    assert verdict(page, "go")["name"] == "李然"
    assert record(app, cast) == [("admitted", "东门", False)]


def test_a_steward_whose_role_was_taken_is_told_so(app: APIFlask, page: Page, cast: Cast, now: datetime) -> None:
    type_code(page, cast.liran_code)
    verdict(page, "go")
    page.locator("[data-next]").click()
    with app.app_context():
        accounts.revoke_role(cast.hejing_id, Role.DOOR, cast.meeting_id, actor=SYSTEM, now=now)
    type_code(page, cast.chenzhuo_code)
    said = verdict(page, "stop")
    assert (said["detail"], said["advice"]) == ("您在这次会议的职责已撤销", "请找会务组")
    assert page.evaluate(doors.KEPT_PEOPLE) == [0, 0, 0, 0, 0]  # nor does a page open without a network any more
    assert record(app, cast) == [("admitted", "东门", False)]


def test_a_dead_token_is_renewed_and_a_dead_session_asks_to_sign_in(app: APIFlask, page: Page, cast: Cast) -> None:
    page.evaluate("() => Object.keys(sessionStorage).forEach((key) => sessionStorage.setItem(key, 'dead'))")
    page.reload()
    expect(page.locator("#door-state")).to_contain_text(doors.ROSTER)
    type_code(page, cast.liran_code)
    assert verdict(page, "go")["name"] == "李然"
    page.context.clear_cookies(name="tongxing")
    page.evaluate("() => sessionStorage.clear()")
    page.goto(page.url)
    expect(page.locator("[name=password]")).to_be_visible()
    assert "next=" in page.url
