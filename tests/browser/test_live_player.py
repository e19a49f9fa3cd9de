"""The live picture in a real browser: a stream of the test's own plays, fails over, is counted, on one device."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from conference import db
from conference.models import Beat, Broadcast, Meeting, StillHere, Viewer
from conference.services import attendance, broadcasts, delegates
from conference.services.activity import SYSTEM
from conference.services.broadcasts import OutsideRoom
from conference.services.delegates import Doing
from tests import browsers
from tests.agendas import a_morning, noon
from tests.browser.servers import Server
from tests.browser.streams import Stream, playing, until
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

LONG = 20_000  # milliseconds: a line is given up after two tries
CAPTIONS = "WEBVTT\n\n00:00.000 --> 10:00.000\n各位代表，上午好。\n"
HIDDEN = """is => {
  Object.defineProperty(document, "hidden", { get: () => is, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""

ON_TOP = """button => {
  const box = button.getBoundingClientRect();
  return document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2) === button;
}"""


@pytest.fixture
def on_air(app: APIFlask, cast: Cast, now: datetime, stream: Stream) -> None:
    """The opening began 56 minutes ago and lasts an hour; two lines, captions, a room; one question to viewers of it,
    which by now is due for everybody.
    """
    with app.app_context():
        noon(cast.meeting_id, now)
        morning = a_morning(cast.meeting_id, begins=now - timedelta(minutes=56))
        doing = Doing(SYSTEM, now, cast.public_url)
        room = OutsideRoom("腾讯会议", "https://meeting.example.org/dm/Xy12", "123 456 789", "2026")
        broadcasts.change(cast.meeting_id, {"room": room, "threshold_session_ids": (morning.opening,)}, doing)
        broadcasts.put_captions(cast.meeting_id, CAPTIONS.encode(), doing)
        with db.transaction() as session:  # an organiser's lines are https
            lines = [{"name": "线路一", "url": stream.live("one")}, {"name": "线路二", "url": stream.live("two")}]
            session.get_one(Broadcast, cast.meeting_id).streams = lines
        db.release()


def test_a_line_plays_and_another_where_it_fails(
    live_server: Server, cast: Cast, on_air: None, stream: Stream, browser: Browser
) -> None:
    stream.dead.add("one")
    with _watching(browser, live_server, cast) as page:
        fetched: list[str] = []
        page.on("request", lambda request: fetched.append(request.url))
        page.reload()
        browsers.awake(page)
        assert not [one for one in fetched if "vendor/hls" in one], "fetched before anybody plays"
        assert (browsers.findings(page), browsers.wider(page)) == ([], 0)
        said = page.locator("#player [data-said]")
        page.route("**/vendor/hls/*", lambda route: route.abort())
        page.get_by_role("button", name="播放").click()
        expect(said).to_contain_text("秒后自动再试")
        page.unroute("**/vendor/hls/*")
        page.get_by_role("button", name="现在再试").click()
        expect(said).to_have_text("线路一放不出来，已换到线路二。", timeout=LONG)
        playing(page)
        assert next(one for one in stream.asked if one.endswith(".ts")).startswith("/two/low"), "the lowest one first"
        expect(page.get_by_role("button", name="线路二")).to_have_attribute("aria-pressed", "true")
        expect(page.get_by_role("button", name="省流量")).to_be_visible()
        assert _captions(page) == ["showing", "各位代表，上午好。"]
        page.get_by_role("button", name="字幕").click()
        assert _captions(page)[0] == "hidden"
        page.locator("video").evaluate("video => { video.textTracks[0].mode = 'showing'; }")  # by the browser's menu
        expect(page.get_by_role("button", name="字幕")).to_have_attribute("aria-pressed", "true")
        page.set_viewport_size(browsers.DESK)
        assert (browsers.findings(page), browsers.wider(page)) == ([], 0)

        stream.dead.add("two")
        expect(said).to_contain_text("秒后自动再试", timeout=LONG)
        expect(page.get_by_role("link", name="改用会议室收看")).to_be_visible()
        stream.dead.clear()
        page.get_by_role("button", name="现在再试").click()
        playing(page)
        expect(said).to_be_hidden()
        page.get_by_role("button", name="线路一").click()
        playing(page)
        assert stream.asked[-1].startswith("/one/")
        until(page, lambda: stream.asked[-1].startswith("/one/high"), "the line would carry more")
        page.get_by_role("button", name="省流量").click()
        until(page, lambda: stream.asked[-1].startswith("/one/low"), "it saves nothing")


def test_beats_make_the_minutes_that_were_watched(
    app: APIFlask, live_server: Server, cast: Cast, on_air: None, now: datetime, browser: Browser
) -> None:
    def minutes() -> float:
        with app.app_context():
            meeting = db.session().get_one(Meeting, cast.meeting_id)
            slots = attendance.slots_of(meeting, now=now)
            return sum(one.minutes for one in attendance.of_people(meeting, [cast.wangmin_id], slots)[cast.wangmin_id])

    def passes(seconds: int) -> None:
        """For the server what was so far is longer ago, for the browser the clock goes on at once."""
        with app.app_context(), db.transaction() as session:
            for one in session.scalars(sa.select(Beat)):
                one.at -= timedelta(seconds=seconds)
            for seen in session.scalars(sa.select(Viewer)):
                assert seen.first_at
                assert seen.until
                seen.first_at -= timedelta(seconds=seconds)
                seen.until -= timedelta(seconds=seconds)
        page.clock.fast_forward(seconds * 1000)

    def beaten() -> int:
        with app.app_context():
            return db.session().scalar(sa.select(sa.func.count()).select_from(Beat)) or 0

    def beats(page: Page, more_than: int) -> int:
        until(page, lambda: beaten() > more_than)
        return beaten()

    with _watching(browser, live_server, cast, clock=True) as page:
        _play(page)
        assert beats(page, 0) == 1
        passes(30)
        assert beats(page, 1) == 2

        with _tab(page.context, page.url) as other:
            _play(other)  # another tab of this browser knows what was said
            page.reload()
            _play(page)
            assert beaten() == 2
            passes(30)
            so_far = beats(page, 2)
        assert 2.5 <= minutes() < 3
        told = page.locator("[data-watched]")
        expect(told).to_have_text("您今天在这一页已收看 1 分钟。")  # it moves while one watches

        page.evaluate(HIDDEN, True)
        passes(30)
        so_far = beaten()  # the two tabs' clocks are not one here: one more may have been under way
        passes(30)
        playing(page)
        assert beaten() == so_far
        page.evaluate(HIDDEN, False)
        so_far = beats(page, so_far)
        assert 3.5 <= minutes() < 4
        expect(told).to_contain_text("2 分钟")

        live_server.stop()
        uncounted = page.get_by_text("收看时间暂时没有记上")
        for _ in range(3):
            expect(uncounted).to_be_hidden()
            with page.expect_event("requestfailed", lambda one: one.url.endswith("/beats")):
                passes(30)
        expect(uncounted).to_be_visible()
        playing(page)  # though nobody answers
        live_server.start()
        passes(600)  # it slept
        beats(page, so_far)
        expect(uncounted).to_be_hidden()
        assert 5 <= minutes() < 6


def test_one_place_plays_on_one_device(
    app: APIFlask, live_server: Server, cast: Cast, on_air: None, browser: Browser
) -> None:
    with (
        _watching(browser, live_server, cast, clock=True) as phone,
        _watching(browser, live_server, cast, size=browsers.DESK) as desk,
    ):
        desk.add_init_script("delete window.MediaSource")  # it plays by itself, as an iPhone does
        desk.reload()
        _play(phone)
        until(phone, lambda: bool(_device(app, cast)))
        first = _device(app, cast)
        desk.get_by_role("button", name="播放").click()
        asks = desk.get_by_role("dialog", name="您正在另一台设备上收看")
        expect(asks).to_be_visible()
        assert desk.locator("video").evaluate("video => video.paused")
        assert browsers.findings(desk) == []
        asks.get_by_role("button", name="在这台设备上看").click()
        expect(asks).to_be_hidden()
        playing(desk)
        until(desk, lambda: _device(app, cast) != first)

        phone.clock.fast_forward(30_000)
        expect(phone.locator("#player [data-said]")).to_contain_text("已转到您的另一台设备")
        again = phone.get_by_role("dialog", name="您正在另一台设备上收看")
        expect(again).to_be_hidden()  # it is told, and not asked to take it back
        assert phone.locator("video").evaluate("video => video.paused")
        phone.get_by_role("button", name="播放").click()
        expect(again).to_be_visible()
        phone.get_by_role("button", name="不用了").click()
        expect(phone.get_by_role("button", name="播放")).to_be_visible()


def test_whoever_is_asked_says_that_they_are_there(
    app: APIFlask, live_server: Server, cast: Cast, on_air: None, now: datetime, browser: Browser
) -> None:
    def answers() -> list[bool]:
        with app.app_context():
            return [one.answered_at is not None for one in db.session().scalars(sa.select(StillHere))]

    with app.app_context(), db.transaction() as session:
        session.get_one(Broadcast, cast.meeting_id).checks = 1
    with _watching(browser, live_server, cast, clock=True) as page:
        asks = page.get_by_role("dialog", name="您还在收看吗？")
        _play(page)
        expect(asks).to_be_visible()
        assert browsers.findings(page) == []
        page.reload()  # the question is put again with the next beat
        _play(page)
        page.locator("video").evaluate("video => video.requestFullscreen()")
        page.clock.fast_forward(30_000)
        expect(asks).to_be_visible()
        assert asks.get_by_role("button").evaluate(ON_TOP), "it lies over the picture that fills the screen"
        assert answers() == [False]
        asks.get_by_role("button", name="我在收看").click()
        expect(asks).to_be_hidden()
        assert answers() == [True]
        page.evaluate("() => document.exitFullscreen()")
        playing(page)
        with app.app_context():
            delegates.cancel(cast.meeting_id, cast.wangmin_id, Doing(SYSTEM, now, live_server.url))
            db.release()
        page.clock.fast_forward(30_000)  # the next beat is told why it counts no more
        expect(page.locator("#player [data-said]")).to_have_text("这个报名已经结束（取消或未获确认）")
        assert page.locator("video").evaluate("video => video.paused")


@contextmanager
def _watching(
    browser: Browser, server: Server, cast: Cast, *, size: ViewportSize = browsers.PHONE, clock: bool = False
) -> Iterator[Page]:
    """王敏 on the live page, by the private link."""
    with browser.new_context(viewport=size, locale="zh-CN", timezone_id="Asia/Shanghai") as context:
        if clock:
            context.clock.install()
        with _tab(context, f"{server.url}/p/{cast.wangmin_token}") as page:
            page.goto(f"{server.url}/m/{cast.slug}/live")
            yield page


@contextmanager
def _tab(context: BrowserContext, address: str) -> Iterator[Page]:
    page = context.new_page()
    page.goto(address)
    yield page
    page.close()


def _play(page: Page) -> None:
    page.get_by_role("button", name="播放").click()
    playing(page)


def _captions(page: Page) -> list[str]:
    """How they are, and what stands there now."""
    script = "video => { const [track] = video.textTracks; return [track.mode, track.activeCues?.[0]?.text ?? '']; }"
    found: list[str] = page.locator("video").evaluate(script)
    return found


def _device(app: APIFlask, cast: Cast) -> str:
    with app.app_context():
        return db.session().scalar(sa.select(Viewer.device).where(Viewer.delegate_id == cast.wangmin_id)) or ""
