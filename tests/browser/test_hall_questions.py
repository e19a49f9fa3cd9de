"""A question from the hall: asked on a phone, shown by a moderator at the desk, voted for by somebody at home."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, ViewportSize, expect

from conference import db
from tests import browsers
from tests.agendas import a_morning, noon
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
SOON = 20_000


def test_asked_in_the_hall_shown_at_the_desk_and_voted_for_at_home(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, browser: Browser
) -> None:
    with app.app_context():
        noon(cast.meeting_id, now)
        a_morning(cast.meeting_id, begins=now - timedelta(minutes=10))
        db.release()
    with (
        _moderator(browser, live_server, cast, browsers.DESK) as desk,
        _holder(browser, live_server, cast, cast.liran_token) as hall,
        _holder(browser, live_server, cast, cast.wangmin_token) as home,
    ):
        hall.get_by_label("我要提问").fill("社区养老的经费从哪里来？" + "请讲讲老旧小区的办法。" * 12)
        hall.get_by_label("署名", exact=True).check()
        hall.get_by_role("button", name="提交提问").click()
        expect(hall.locator("body")).to_contain_text("等待审核")
        waiting = desk.get_by_role("region", name="待审核")
        expect(waiting).to_contain_text("社区养老的经费从哪里来？", timeout=SOON)
        assert browsers.findings(desk) == []
        assert browsers.wider(desk) == 0
        expect(home.locator("[data-questions]")).not_to_contain_text("社区养老")

        waiting.get_by_role("button", name="展示", exact=True).click()
        shown = desk.get_by_role("region", name="正在展示")
        expect(shown).to_contain_text("社区养老")
        expect(home.locator("[data-questions]")).to_contain_text("李然 · 呼和浩特市玉泉区民政局", timeout=SOON)
        expect(home.locator("[data-asking-board]")).not_to_have_attribute("aria-busy", "true")  # it has just moved
        home.get_by_role("button", name="我也想问").click()
        expect(home.locator(".vote")).to_have_attribute("aria-pressed", "true")
        expect(shown).to_contain_text("1 人也想问", timeout=SOON)
        expect(hall.locator(".vote b")).to_have_text("1", timeout=SOON)

        with _moderator(browser, live_server, cast, browsers.PHONE) as phone:
            assert browsers.findings(phone) == []
            assert browsers.wider(phone) == 0
            phone.get_by_role("button", name="置顶", exact=True).click()
            expect(desk.get_by_role("button", name="取消置顶")).to_be_visible(timeout=SOON)
            expect(home.locator("[data-questions]")).to_contain_text("正在回应", timeout=SOON)
            phone.get_by_role("button", name="已回答", exact=True).click()
            expect(phone.get_by_role("button", name="撤销这一步")).to_be_visible()
        expect(home.locator(".hall-question.is-answered")).to_contain_text("已回答", timeout=SOON)
        expect(hall.locator("[data-asking-own]")).to_contain_text("等待审核")  # read when the page was opened
        hall.reload()
        expect(hall.locator("[data-asking-own]")).to_contain_text("已回答")
        assert browsers.findings(hall) == []


@contextmanager
def _moderator(browser: Browser, server: Server, cast: Cast, size: ViewportSize) -> Iterator[Page]:
    """Signed in, at the questions."""
    with browser.new_context(viewport=size, locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{server.url}/sign-in?next=/desk/{cast.slug}/hall-questions/")
        page.locator("[name=email]").fill(cast.zhouning_email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        expect(page.get_by_role("heading", name="提问", exact=True)).to_be_visible()
        yield page


@contextmanager
def _holder(browser: Browser, server: Server, cast: Cast, token: str) -> Iterator[Page]:
    """A phone that opened a private link, at the asking page."""
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{server.url}/p/{token}")
        page.goto(f"{server.url}/m/{cast.slug}/asking")
        expect(page.get_by_role("heading", name="互动")).to_be_visible()
        browsers.awake(page)
        yield page
