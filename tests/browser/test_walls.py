"""A wall in a real browser, twelve hours in small: the picture stands while the server is away and is right again soon
after; it is blank when the desk says so; nothing piles up in it.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from conference import db
from conference.services import checkin, wall_names, walls
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.services.walls import WallFacts
from conference.vocabulary import WallKind
from tests import browsers
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SOON = 15_000  # ms, for what is no claim about a time
HALL = {"width": 1920, "height": 1080}
MANY_PICTURES = """async () => {
    const script = document.querySelector("script[data-wall]").dataset.wall;
    const { hangs } = await import(script.replace("behaviours/wall", "wall/picture"));
    const region = document.querySelector("[data-wall-picture]");
    const one = region.innerHTML, picture = hangs(region);
    for (let turn = 0; turn < 100; turn += 1) picture.hang(one.replace("李然", `李然${turn}`));
}"""


@pytest.fixture
def hall(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport=HALL, locale="zh-CN", timezone_id="Asia/Shanghai") as context:
        yield context.new_page()


def test_the_picture_outlives_the_server_and_is_right_again_after_it(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, hall: Page
) -> None:
    complaints: list[str] = []
    hall.on("pageerror", lambda problem: complaints.append(str(problem)))
    hall.goto(_address(app, live_server, cast, WallFacts("一楼大厅", WallKind.WELCOME), now))
    assert "wall" in hall.url
    assert len(hall.url) < len(live_server.url) + 15, "the secret has left the address bar"
    _arrive(app, cast, cast.liran_code, cast.liran_id, "李然", now)
    expect(hall.get_by_text("李然")).to_be_visible(timeout=SOON)
    people = hall.locator('[data-key="sum-人已到现场"]')
    expect(people).to_have_text("1")
    nodes = _nodes(hall)

    live_server.stop()
    lost = hall.locator("[data-wall-state]")
    expect(lost).to_contain_text("连接中断", timeout=SOON)
    expect(hall.get_by_text("李然")).to_be_visible()
    _arrive(app, cast, cast.chenzhuo_code, cast.chenzhuo_id, "陈卓", now)
    live_server.start()
    back = time.monotonic()
    expect(hall.get_by_text("陈卓")).to_be_visible(timeout=10_000)
    assert time.monotonic() - back < 10
    expect(people).to_have_text("2")
    expect(lost).to_be_hidden()
    assert hall.locator(".wall-arrival").evaluate_all("all => all.map((one) => one.classList.contains('is-new'))") == [
        True,
        False,
    ], "who came meanwhile comes up; who stood there stays"

    # A hundred pictures later there is no more in the page than one picture.
    hall.evaluate(MANY_PICTURES)
    assert _nodes(hall) - nodes < 20
    assert complaints == []


def test_the_desk_blanks_the_wall_within_three_seconds(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, browser: Browser, hall: Page
) -> None:
    hall.goto(_address(app, live_server, cast, WallFacts("一楼大厅", WallKind.WELCOME), now))
    _arrive(app, cast, cast.liran_code, cast.liran_id, "李然", now)
    expect(hall.get_by_text("李然")).to_be_visible(timeout=SOON)
    with browser.new_context(viewport=browsers.DESK, locale="zh-CN") as context:
        desk = context.new_page()
        desk.goto(f"{live_server.url}/sign-in?next=/desk/{cast.slug}/walls")
        desk.locator("[name=email]").fill(cast.zhouning_email)
        desk.locator("[name=password]").fill(PASSWORD)
        desk.locator("[name=password]").press("Enter")
        expect(desk.get_by_role("button", name="全部黑屏")).to_be_visible()
        browsers.awake(desk)
        desk.keyboard.press("F9")
        expect(hall.get_by_text("李然")).to_have_count(0, timeout=3000)
        expect(hall.locator("[data-wall-picture]")).to_have_text("城乡社区治理推进会")
        expect(desk.get_by_role("button", name="恢复显示")).to_be_visible()
        browsers.awake(desk)
        desk.keyboard.press("F9")
        expect(hall.get_by_text("李然")).to_be_visible(timeout=3000)


def test_the_code_is_never_shown_when_it_is_stale(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, hall: Page
) -> None:
    hall.clock.install()
    hall.goto(_address(app, live_server, cast, WallFacts("东门", WallKind.CHECK_IN, cast.venue_id), now))
    symbol, waiting = hall.locator("[data-wall-symbol]"), hall.locator("[data-wall-wait]")
    expect(symbol).to_be_visible(timeout=SOON)
    box = symbol.bounding_box()
    assert box is not None
    assert box["height"] > 600, "to be scanned from three metres it fills most of the screen's height"
    live_server.stop()
    hall.clock.fast_forward(46_000)
    expect(symbol).to_be_hidden()
    expect(waiting).to_have_text("正在连接…")
    live_server.start()
    hall.clock.fast_forward(3000)
    expect(symbol).to_be_visible(timeout=SOON)


def test_a_revoked_wall_shows_nothing_and_a_new_version_loads_itself(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, hall: Page
) -> None:
    hall.goto(_address(app, live_server, cast, WallFacts("一楼大厅", WallKind.WELCOME), now))
    _arrive(app, cast, cast.liran_code, cast.liran_id, "李然", now)
    expect(hall.get_by_text("李然")).to_be_visible(timeout=SOON)
    # As if this page were of the version before: it loads itself again, and is whole.
    hall.evaluate("() => { window.before = true; }")
    static_url = app.jinja_env.globals["static_url"]
    app.jinja_env.globals["static_url"] = lambda path: f"{static_url(path)}?next" if path else "next"  # type: ignore[operator]
    expect(hall.locator('.wall[data-build="next"]')).to_be_attached(timeout=SOON)
    assert hall.evaluate("() => window.before") is None
    expect(hall.get_by_text("李然")).to_be_visible()
    with app.app_context():
        walls.revoke(cast.meeting_id, walls.listed(cast.meeting_id, now=now)[0].wall.id, _doing(live_server, now))
    expect(hall.get_by_text("这块大屏已停用")).to_be_visible(timeout=SOON)
    expect(hall.get_by_text("李然")).to_have_count(0)


def test_the_list_of_walls_keeps_within_the_page_in_large_text(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, browser: Browser
) -> None:
    with app.app_context():
        facts = WallFacts("一楼大厅东侧签到处左手第二块LED-P2.5-Outdoor-Screen-Northeast-Corner", WallKind.WELCOME)
        walls.note_seen(walls.add(cast.meeting_id, facts, _doing(live_server, now)), now=now - timedelta(days=1))
        db.release()
    with browser.new_context(viewport={"width": 640, "height": 800}, locale="zh-CN") as context:
        desk = context.new_page()
        desk.goto(f"{live_server.url}/sign-in?next=/desk/{cast.slug}/walls")
        desk.locator("[name=email]").fill(cast.zhouning_email)
        desk.locator("[name=password]").fill(PASSWORD)
        desk.locator("[name=password]").press("Enter")
        expect(desk.get_by_text("以后没有联系")).to_be_visible()
        desk.evaluate("() => { document.documentElement.style.fontSize = '32px'; }")
        assert desk.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0
        frame = desk.locator(".table-frame")
        assert frame.evaluate("(frame) => frame.scrollWidth - frame.clientWidth") == 0


def _doing(server: Server, now: datetime) -> Doing:
    return Doing(SYSTEM, now, server.url)


def _address(app: APIFlask, server: Server, cast: Cast, facts: WallFacts, now: datetime) -> str:
    with app.app_context():
        address = walls.address(walls.add(cast.meeting_id, facts, _doing(server, now)), public_url=server.url)
        db.release()
    return address


def _arrive(app: APIFlask, cast: Cast, code: str, delegate_id: int, name: str, now: datetime) -> None:
    with app.app_context():
        wall_names.release(cast.meeting_id, {delegate_id: name}, Doing(SYSTEM, now, cast.public_url))
        checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, code), Gate("东门"), now=now)
        db.release()


def _nodes(page: Page) -> int:
    return int(page.evaluate("() => document.querySelectorAll('*').length"))
