"""The broadcast and the replays at the desk, in a real browser: on a phone and on a desk, with and without scripts."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, ViewportSize, expect

from conference import db
from conference.services import broadcasts, replays
from conference.services.activity import SYSTEM
from conference.services.broadcasts import Stream
from conference.services.delegates import Doing
from tests import browsers
from tests.agendas import a_morning, noon
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
def replay_id(app: APIFlask, cast: Cast, now: datetime) -> int:
    """One of a morning that began half an hour ago."""
    with app.app_context():
        noon(cast.meeting_id, now)
        a_morning(cast.meeting_id, begins=now - timedelta(minutes=30))
        facts = replays.ReplayFacts(
            "全体会议", "https://media.example.org/day.m3u8", begins_at=now - timedelta(minutes=35)
        )
        made = replays.add(cast.meeting_id, facts, Doing(SYSTEM, now, cast.public_url))
        db.release()
        return made.id


def enter(page: Page, url: str, cast: Cast) -> None:
    page.goto(f"{url}/sign-in")
    page.locator("[name=email]").fill(cast.zhouning_email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/desk/**")


@pytest.mark.parametrize(
    ("viewport", "scripts"), [(browsers.PHONE, False), (browsers.DESK, True)], ids=["phone", "desk"]
)
def test_an_organiser_sets_the_broadcast_and_marks_a_replay(
    app: APIFlask,
    live_server: Server,
    cast: Cast,
    browser: Browser,
    replay_id: int,
    viewport: ViewportSize,
    scripts: bool,
    tmp_path: Path,
) -> None:
    """On the phone without scripts, which is the harder half of both."""
    with browser.new_context(viewport=viewport, locale="zh-CN", java_script_enabled=scripts) as context:
        page = context.new_page()
        enter(page, live_server.url, cast)
        page.goto(f"{live_server.url}/desk/{cast.slug}/broadcast/")
        expect(page.get_by_text("还没有可看的")).to_be_visible()
        room = page.locator("#the-room")
        room.get_by_label("入会链接").fill("https://meeting.tencent.com/dm/secret1")
        room.get_by_label("会议号").fill("123-456-789")
        room.get_by_role("button", name="保存会议室").click()
        expect(page.locator("#the-room").get_by_text("打开 meeting.tencent.com")).to_be_visible()
        for number, address in enumerate(
            ("http://a.example.org/", "https://a.example.org/a", "https://b.example.org/b")
        ):
            row = page.locator(".broadcast-line").last
            row.get_by_label("名称").fill(f"线 {number}")
            row.get_by_label("直播地址").fill(address)
            page.get_by_role("button", name="保存线路").click()
            if number == 0:
                expect(page.locator("#the-streams .field-error")).to_contain_text("https://")
                page.locator(".broadcast-line").first.get_by_label("直播地址").fill("")
                page.locator(".broadcast-line").first.get_by_label("名称").fill("")
        page.locator(".broadcast-line").nth(1).get_by_role("button", name="上移").click()
        expect(page.locator(".broadcast-line").first.get_by_label("名称")).to_have_value("线 2")
        page.locator("#the-captions").get_by_label("字幕文件").set_input_files(
            {"name": "a.srt", "mimeType": "text/plain", "buffer": "1\n00:00:01,0 --> 00:00:02,0\n各位好\n".encode()}
        )
        page.locator("#the-captions").get_by_role("button", name="上传").click()
        expect(page.locator("#the-captions").get_by_text("有字幕")).to_be_visible()
        page.goto(f"{live_server.url}/desk/{cast.slug}/replays/{replay_id}/marks")
        page.get_by_role("button", name="按现场记录推算").click()
        expect(page.get_by_text("还没有保存，请核对")).to_be_visible()
        expect(page.get_by_label("多民族社区怎样议事")).to_have_value("25:00")
        page.get_by_label("多民族社区怎样议事").fill("2：00")
        page.get_by_label("多民族社区怎样议事").press("Enter")  # saves, and does not work them out again
        expect(page.get_by_text("标出 6 处")).to_be_visible()
        page.get_by_role("link", name="标出发言").click()
        expect(page.get_by_text("比前一项还早")).to_be_visible()
    with browser.new_context(viewport=viewport, locale="zh-CN") as context:
        page = context.new_page()
        enter(page, live_server.url, cast)
        for path in ("broadcast/", "replays/", f"replays/{replay_id}", f"replays/{replay_id}/marks"):
            page.goto(f"{live_server.url}/desk/{cast.slug}/{path}")
            browsers.awake(page)
            page.screenshot(path=tmp_path / f"{path.replace('/', '-')}.png", full_page=True)
            assert (path, browsers.wider(page), browsers.findings(page)) == (path, 0, [])
    with app.app_context():
        found = broadcasts.of(cast.meeting_id)
        assert found.streams == (Stream("线 2", "https://b.example.org/b"), Stream("线 1", "https://a.example.org/a"))
        [shown] = replays.shown(cast.meeting_id, public_only=False)
        assert [one.seconds for one in shown.marks][:3] == [120, 300, 300]
        db.release()
