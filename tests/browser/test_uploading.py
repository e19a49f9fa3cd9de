"""A file that is larger than is taken: told before anything is sent, with the form as it was."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Request, expect

from conference import db
from tests import browsers
from tests.agendas import a_morning
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_a_file_that_is_too_large_stays_here(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, browser: Browser, tmp_path: Path
) -> None:
    with app.app_context():
        morning = a_morning(cast.meeting_id, begins=now + timedelta(hours=1))
        db.release()
    large, small = tmp_path / "大.pdf", tmp_path / "小.pdf"
    with large.open("wb") as file:
        file.truncate(100 * 1024 * 1024 + 1)
    small.write_bytes(b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n")
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/sign-in?next=/desk/{cast.slug}/agenda/materials/sessions/{morning.opening}/new")
        page.locator("[name=email]").fill(cast.zhouning_email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        expect(page.get_by_role("heading", name="添加资料")).to_be_visible()
        browsers.awake(page)
        sent: list[Request] = []
        page.on("request", lambda one: sent.append(one) if one.method == "POST" else None)
        page.get_by_label("名称").fill("讲稿")
        page.get_by_label("文件", exact=True).set_input_files(large)
        told = page.get_by_text("这个文件超过 100 MB，没有上传")
        expect(told).to_be_visible()
        page.get_by_role("button", name="添加", exact=True).click()
        expect(page.get_by_label("文件", exact=True)).to_be_focused()
        assert (browsers.findings(page), sent) == ([], [])
        expect(page.get_by_label("名称")).to_have_value("讲稿")
        page.get_by_label("文件", exact=True).set_input_files(small)
        expect(told).to_be_hidden()
        page.get_by_role("button", name="添加", exact=True).click()
        expect(page.get_by_text("已添加“讲稿”")).to_be_visible()
