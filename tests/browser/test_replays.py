"""A recording in a real browser: it plays, and what was said when is one touch away."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from conference import db
from conference.models import Replay
from conference.vocabulary import Viewership
from tests import browsers
from tests.agendas import Morning, a_morning, noon
from tests.browser.servers import Server
from tests.browser.streams import Stream, playing, until
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_a_mark_jumps_in_a_film_and_in_a_list(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, stream: Stream, browser: Browser
) -> None:
    with app.app_context():
        noon(cast.meeting_id, now)
        morning = a_morning(cast.meeting_id, begins=now - timedelta(hours=3))
        db.release()
        film, pieces = (_recorded(cast, morning, url, now) for url in (stream.film, stream.list))
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/m/{cast.slug}/replays")
        assert (browsers.findings(page), browsers.wider(page)) == ([], 0)
        page.get_by_role("link", name="播放").first.click()
        expect(page).to_have_url(f"{live_server.url}/m/{cast.slug}/replays/{film}")
        browsers.awake(page)
        expect(page.get_by_text("观看回放不计入出席。")).to_be_visible()
        assert (browsers.findings(page), browsers.wider(page)) == ([], 0)
        page.get_by_role("link", name="多民族社区怎样议事").click()
        playing(page)
        assert 40 <= _at(page) < 70
        expect(page.get_by_role("link", name="多民族社区怎样议事")).to_have_attribute("aria-current", "true")
        page.get_by_role("link", name="十五分钟服务圈").press("Enter")
        until(page, lambda: _at(page) >= 70)
        expect(page.get_by_role("link", name="十五分钟服务圈")).to_have_attribute("aria-current", "true")
        assert page.url.endswith("#t=70")

        page.set_viewport_size(browsers.DESK)
        page.goto(f"{live_server.url}/m/{cast.slug}/replays/{pieces}#t=40")  # as somebody passed it on
        browsers.awake(page)
        page.get_by_role("button", name="播放").click()
        playing(page)
        assert 40 <= _at(page) < 70
        page.get_by_role("link", name="开幕和主旨发言").click()
        until(page, lambda: _at(page) < 40)
        playing(page)
        assert (browsers.findings(page), browsers.wider(page)) == ([], 0)

        stream.dead.add("list")
        page.reload()
        page.get_by_role("button", name="播放").click()
        expect(page.get_by_role("status")).to_contain_text("现在放不出来")
        stream.dead.clear()
        page.get_by_role("button", name="现在再试").click()
        playing(page)


def _recorded(cast: Cast, morning: Morning, url: str, now: datetime) -> int:
    spots = [(None, 0), (morning.talks[1], 40), (morning.talks[2], 70)]
    marks = [{"session_id": morning.opening, "talk_id": talk_id, "seconds": at} for talk_id, at in spots]
    facts = {"title": "上午全程", "url": url, "audience": Viewership.PUBLIC, "marks": marks, "rank": 0}
    with db.transaction() as session:
        made = Replay(meeting_id=cast.meeting_id, created_at=now, **facts)
        session.add(made)
        session.flush()
        return made.id


def _at(page: Page) -> float:
    return float(page.locator("video").evaluate("video => video.currentTime"))
