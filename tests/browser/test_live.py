"""The live page on a phone and on a desk, in both languages; who has no place is told what to do."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from conference import db
from conference.services import broadcasts, materials
from conference.services.activity import SYSTEM
from conference.services.broadcasts import OutsideRoom, Stream
from conference.services.delegates import Doing
from conference.services.materials import Came, MaterialFacts, Spot
from conference.vocabulary import MaterialAudience
from tests import browsers
from tests.agendas import a_morning, noon
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast
from tests.documents.test_handed_in import PDF

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
ROOM = OutsideRoom("腾讯会议", "https://meeting.example.org/dm/1", "123 456 789", "2026")


@pytest.fixture
def live(app: APIFlask, live_server: Server, cast: Cast, now: datetime) -> str:
    """The address of the page: the opening is on, and there are a room, two lines and slides."""
    with app.app_context():
        noon(cast.meeting_id, now)
        morning = a_morning(cast.meeting_id, begins=now - timedelta(minutes=30))
        doing = Doing(SYSTEM, now, live_server.url)
        streams = tuple(Stream(f"线路{n}", f"https://line{n}.example.org/live.m3u8") for n in (1, 2))
        broadcasts.change(cast.meeting_id, {"room": ROOM, "streams": streams, "checks": 1}, doing)
        facts = MaterialFacts(title="讲稿", audience=MaterialAudience.DELEGATES)
        materials.add(
            cast.meeting_id, Spot(morning.opening, morning.talks[0]), facts, Came(io.BytesIO(PDF), "a.pdf"), doing
        )
        db.release()
    return f"{live_server.url}/m/{cast.slug}/live"


def sound(page: Page) -> None:
    assert browsers.findings(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")


@pytest.mark.parametrize(("locale", "viewport"), [("zh-CN", browsers.PHONE), ("en", browsers.DESK)])
def test_what_a_delegate_and_a_stranger_see(
    live_server: Server, cast: Cast, live: str, browser: Browser, locale: str, viewport: browsers.ViewportSize
) -> None:
    with browser.new_context(viewport=viewport, locale=locale, reduced_motion="reduce") as context:
        context.route("**/*.example.org/**", lambda route: route.abort())
        page = context.new_page()
        page.goto(live)
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("#player")).to_have_count(0)
        sound(page)
        page.goto(f"{live_server.url}/p/{cast.wangmin_token}")
        page.locator(f'a[href="/m/{cast.slug}/live"]').click()
        expect(page.locator("#player")).to_be_visible()
        expect(page.locator("#now")).to_contain_text("开幕和主旨发言")
        expect(page.locator("#room-number")).to_have_value(ROOM.number)
        expect(page.locator(".live-materials")).to_contain_text("讲稿")
        expect(page.locator("#asking")).to_be_visible()
        expect(page.locator("#counted")).to_be_visible()
        sound(page)
        agenda, picture = page.locator(".live-side").bounding_box(), page.locator("#player").bounding_box()
        assert agenda is not None
        assert picture is not None
        beside = agenda["x"] > picture["x"] + picture["width"]
        assert beside is (viewport == browsers.DESK)
        # The gate leads there, and does not say whence.
        with page.expect_popup() as opened, context.expect_event("request", lambda one: one.url == ROOM.url) as asked:
            page.locator("#room a").click()
        assert "referer" not in asked.value.headers
        opened.value.close()


def test_an_organiser_is_told_from_where_the_browser_stopped_a_line(
    live_server: Server, cast: Cast, live: str, browser: Browser
) -> None:
    listed = "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=120000\nhttps://pieces.example.net/low.m3u8\n"
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN") as context:
        context.route(
            "**/*.example.org/**",
            lambda route: route.fulfill(body=listed, headers={"Access-Control-Allow-Origin": "*"}),
        )
        page = context.new_page()
        page.goto(f"{live_server.url}/sign-in")
        page.locator("[name=email]").fill(cast.zhouning_email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url("**/desk/**")
        page.goto(live)
        page.get_by_role("button", name="播放").click()
        expect(page.locator("[data-stopped]")).to_contain_text("视频片段在 pieces.example.net，浏览器拦下了")
        sound(page)
