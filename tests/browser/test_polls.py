"""A poll from the hall and online at once: what two phones choose stands on the organiser's, in counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests import browsers
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SOON = 15_000
TITLE = "下一届推进会在哪里开？"


def test_a_poll_from_hall_and_online_at_once(app: APIFlask, live_server: Server, cast: Cast, browser: Browser) -> None:
    asking = f"{live_server.url}/m/{cast.slug}/asking"
    with (
        _desk(browser, live_server, cast, browsers.DESK) as desk,
        _phone(browser, live_server, cast.liran_token) as hall,
    ):
        desk.goto(f"{live_server.url}/desk/{cast.slug}/polls/new/one")
        desk.get_by_label("题目").fill(TITLE)
        for n, place in enumerate(("大同", "垦利", "玉泉"), start=1):
            desk.get_by_label(f"选项 {n}", exact=True).fill(place)
        assert browsers.findings(desk) == []
        desk.get_by_role("button", name="备好").last.click()
        expect(desk.get_by_role("heading", level=1)).to_have_text(TITLE)

        desk.get_by_role("button", name="开始投票").click()
        expect(desk.get_by_role("button", name="结束投票")).to_be_visible()
        hall.goto(asking)
        with _phone(browser, live_server, cast.wangmin_token) as online:
            online.goto(asking)
            for phone, place in ((hall, "垦利"), (online, "玉泉")):
                phone.get_by_role("radio", name=place).check()
                phone.get_by_role("button", name="提交投票", exact=True).click()
                expect(phone.get_by_role("button", name="改选")).to_be_visible()
            bar = desk.locator(".poll-bar")
            expect(desk.locator(".poll-people").first).to_have_text("2 人参加", timeout=SOON)
            expect(bar.filter(has_text="垦利")).to_contain_text("1 人")
            expect(desk.locator("#poll")).to_contain_text("其中现场")

            # Another thought: the last choice counts, and there are no more people than before.
            hall.get_by_role("button", name="改选").click()
            hall.get_by_role("radio", name="玉泉").check()
            hall.get_by_role("button", name="改选").click()
            expect(bar.filter(has_text="玉泉")).to_contain_text("2 人", timeout=SOON)
            expect(bar.filter(has_text="垦利")).to_contain_text("0 人")
            expect(desk.locator(".poll-people").first).to_have_text("2 人参加")

            for page in (desk, hall):
                assert browsers.findings(page) == []
                assert browsers.wider(page) <= 0
            with _desk(browser, live_server, cast, browsers.PHONE) as small:
                small.goto(desk.url)
                assert browsers.findings(small) == []
                assert browsers.wider(small) <= 0
                small.get_by_role("button", name="结束投票").click()
                expect(small.get_by_text("已结束").first).to_be_visible()
                small.get_by_role("button", name="公布结果").click()
                for phone in (hall, online):
                    expect(phone.locator(".poll-bar").filter(has_text="玉泉")).to_contain_text("2 人", timeout=SOON)


@contextmanager
def _phone(browser: Browser, server: Server, token: str) -> Iterator[Page]:
    """Of a delegate who opened their link on it."""
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{server.url}/p/{token}")
        yield page


@contextmanager
def _desk(browser: Browser, server: Server, cast: Cast, size: ViewportSize) -> Iterator[Page]:
    """Of 周宁, signed in."""
    with browser.new_context(viewport=size, locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{server.url}/sign-in")
        page.locator("[name=email]").fill(cast.zhouning_email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        yield page
