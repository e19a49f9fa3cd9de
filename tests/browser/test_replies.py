"""A liaison sends a reply form in with faults, takes the marked one, mends it and sends it again: all are in."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from conference import db
from conference.models import Delegate
from conference.services.delegates import email_of, phone_of
from conference.vocabulary import Mode
from tests import browsers
from tests.browser.servers import Server
from tests.cast import Cast
from tests.recount import assert_whole
from tests.web.unit.conftest import make_liaison

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
FORM = (
    ("呼和浩特市玉泉区民政局参会回执",),
    ("姓名", "职务", "手机号", "方式", "备注"),
    ("赵敏", "科长", "13900000001", "现场", ""),
    ("孙悦", "科员", "1390000", "线上", ""),
    ("周一、吴双", "科员", "13900000003", "线上", ""),
    ("郑立", "", "", "", "待定"),
    ("共 4 人",),
)
IMPORTED = re.compile("^已于 .* 导入$")  # the same address says it afterwards


def sound(page: Page) -> None:
    assert browsers.findings(page) == [], page.url
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def send(page: Page, desk: str, path: Path) -> None:
    page.goto(f"{desk}replies/")
    page.locator("input[type=file]").set_input_files(path)
    page.get_by_role("button", name="看看认出了什么").click()
    expect(page).to_have_url(re.compile(r"/replies/\d+$"))


def test_a_form_with_faults_is_mended_and_all_are_in(
    app: APIFlask, live_server: Server, cast: Cast, browser: Browser, now: datetime, tmp_path: Path
) -> None:
    with app.app_context():
        token = make_liaison(cast.meeting_id, cast.yuquan_id, "孙立", "13700000001", now)
    book = openpyxl.Workbook()
    for line in FORM:
        book.worksheets[0].append(line)
    book.save(tmp_path / "回执.xlsx")

    with browser.new_context(viewport=browsers.DESK, locale="zh-CN", reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/u/{token}")
        desk = page.url.partition("?")[0]
        send(page, desk, tmp_path / "回执.xlsx")
        faults = page.get_by_role("table", name="有问题的地方")
        expect(faults).to_contain_text("不是可用的电话号码")
        expect(faults).to_contain_text("一格里有几个人，请一人一行")
        expect(faults).to_contain_text("没有写现场还是线上")
        expect(page.get_by_text("参会方式（按内容认出）")).to_be_visible()
        for viewport in (browsers.PHONE, browsers.DESK):
            page.set_viewport_size(viewport)
            sound(page)
        with page.expect_download() as download:
            page.get_by_role("link", name="下载标注好的表格").click()
        download.value.save_as(tmp_path / "标注.xlsx")
        page.get_by_role("button", name="导入 1 人").click()
        expect(page.get_by_text(IMPORTED)).to_be_visible()

        marked = openpyxl.load_workbook(tmp_path / "标注.xlsx")
        _mend(marked)
        marked.save(tmp_path / "改好.xlsx")
        send(page, desk, tmp_path / "改好.xlsx")
        expect(page.get_by_role("table", name="有问题的地方")).to_have_count(0)
        page.get_by_role("button", name="导入 4 人").click()
        expect(page.get_by_text(IMPORTED)).to_be_visible()
        sound(page)

    with app.app_context():
        unit = sa.select(Delegate).where(Delegate.unit_id == cast.yuquan_id).order_by(Delegate.id)
        people = [(d.name, phone_of(d) or email_of(d), d.mode) for d in db.session().scalars(unit)][2:]
        assert people == [
            ("赵敏", "+8613900000001", Mode.IN_PERSON),
            ("孙悦", "+8613900000002", Mode.ONLINE),
            ("周一", "+8613900000003", Mode.ONLINE),
            ("郑立", "zhengli@example.org", Mode.IN_PERSON),
            ("吴双", "+8613900000004", Mode.ONLINE),
        ]
        assert_whole(cast.meeting_id)


def _mend(marked: openpyxl.Workbook) -> None:
    """What somebody would do who reads the reasons beside the rows."""
    page = marked.worksheets[0]
    assert page["F2"].value == "请改正（标注）"
    assert [bool(page.cell(row, 6).value) for row in range(3, 7)] == [False, True, True, True]
    page["C4"] = "13900000002"
    page["A5"] = "周一"
    page["C6"], page["D6"] = "zhengli@example.org", "现场"
    page.insert_rows(7)
    for column, text in enumerate(("吴双", "科员", "13900000004", "线上"), 1):
        page.cell(7, column, text)
