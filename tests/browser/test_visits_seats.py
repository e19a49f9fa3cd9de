"""On a phone: a seat is taken, changed, and the page says where the bus stands and whom to call; no sideways scroll."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, expect

from conference import db
from tests import browsers
from tests.browser.servers import Server
from tests.cast import Cast
from tests.visits import an_afternoon

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_a_seat_is_taken_and_changed_on_a_phone(
    app: APIFlask, live_server: Server, cast: Cast, browser: Browser
) -> None:
    with app.app_context():
        an_afternoon(cast.meeting_id, begins=datetime.now(UTC) + timedelta(hours=2), seats=(2, 2))
        db.release()
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN", has_touch=True) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/p/{cast.liran_token}")
        page.get_by_role("link", name="看车次、选座位").click()
        page.locator("section.card", has_text="1号车").get_by_role("button", name="选这一班").click()
        expect(page.get_by_text("已坐上1号车")).to_be_visible()
        expect(page.get_by_role("link", name="13700000007")).to_have_attribute("href", "tel:13700000007")
        page.get_by_role("button", name="换到这一班").click()
        expect(page.get_by_text("已换到2号车")).to_be_visible()
        assert browsers.findings(page) == []
        assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
