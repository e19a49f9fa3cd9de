"""A liaison at the office computer: opens the link, adds two people, mends one, sends somebody else for another."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from tests import browsers
from tests.browser.servers import Server
from tests.cast import Cast
from tests.recount import assert_whole
from tests.web.unit.conftest import make_liaison

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
PAGES = ("", "?edit=4", "?show=over", "people/new", "people/4/", "people/4/mode", "people/4/cancel",
         "people/4/substitute", "decline", "places", "reminder", "hand-over", "replies/")  # fmt: skip


def sound(page: Page) -> None:
    assert browsers.findings(page) == [], page.url
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth"), page.url


def fill(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"[name={name}]").fill(value)


def test_a_liaison_registers_the_unit(
    app: APIFlask, live_server: Server, cast: Cast, browser: Browser, now: datetime
) -> None:
    with app.app_context():
        token = make_liaison(cast.meeting_id, cast.yuquan_id, "孙立", "13700000001", now)
    with browser.new_context(viewport=browsers.DESK, locale="zh-CN", reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/u/{token}")
        expect(page).to_have_url(re.compile(r"/u/\d+/$"))
        page.get_by_role("link", name="添加人员").first.click()
        fill(page, name="赵敏", position="科长", phone="13900000001")
        page.get_by_role("button", name="保存，再加一位").click()
        expect(page.get_by_text("赵敏已登记")).to_be_visible()
        fill(page, name="周一", phone="1390000")
        page.locator("[name=mode][value=online]").check(force=True)
        page.get_by_role("button", name="保存，回到名单").click()
        expect(page.get_by_role("alert")).to_contain_text("手机号")
        sound(page)
        page.locator("[name=phone]").fill("13900000002")
        page.get_by_role("button", name="保存，回到名单").click()
        expect(page.locator("#p-0005")).to_contain_text("周一")

        page.locator("#p-0004").get_by_role("link", name="修改").click()
        expect(page.locator("#p-0004 [name=position]")).to_have_value("科长")
        page.locator("#p-0004 [name=position]").fill("处长")
        page.get_by_role("button", name="保存").click()
        expect(page.locator("#p-0004")).to_contain_text("处长")

        page.locator("#p-0001").get_by_role("link", name="换人").click()
        fill(page, name="孙悦", phone="13900000003")
        page.get_by_role("button", name="换人").click()
        expect(page.locator("#p-0006")).to_contain_text("孙悦")
        expect(page.locator("#p-0001")).to_have_count(0)
        with page.expect_download() as passes:
            page.get_by_role("link", name="参会证图片").click()
        assert passes.value.suggested_filename == "参会证 呼和浩特市玉泉区民政局.zip"
        desk = page.url.partition("?")[0].partition("#")[0]
        state = context.storage_state()
    # As in test_every_page: the other width is taken on where the page stands.
    for language, viewport, other in (
        ("zh-CN", browsers.PHONE, browsers.DESK),
        ("en", browsers.DESK, browsers.PHONE),
    ):
        with browser.new_context(
            viewport=viewport, locale=language, storage_state=state, reduced_motion="reduce"
        ) as context:
            page = context.new_page()
            for part in PAGES:
                answer = page.goto(desk + part)
                assert answer is not None
                assert answer.status == 200, page.url
                sound(page)
                page.set_viewport_size(other)
                assert browsers.wider(page) <= 0, f"{page.url} at {other}"
                assert browsers.findings(page) == [], f"{page.url} at {other}"
                page.set_viewport_size(viewport)
    with app.app_context():
        assert_whole(cast.meeting_id)
