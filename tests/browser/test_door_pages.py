"""The pages of one phone: what one of them hands in the others know, and a form that finds no server says so."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from apiflask import APIFlask
from playwright.sync_api import Page, expect

from tests import browsers
from tests.browser import doors
from tests.browser.servers import Server
from tests.browser.test_door import record, type_code, verdict
from tests.browser.test_door_alone import SOON, handed_in, page  # noqa: F401  # a fixture
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


def test_a_scan_that_another_page_handed_in_is_known_and_taken_back(
    app: APIFlask,
    page: Page,  # noqa: F811  # the fixture
    live_server: Server,
    cast: Cast,
) -> None:
    scanner, lines = page.url, page.locator("[data-recent-list] li")
    doors.until(page, doors.KEPT, f"{urlsplit(scanner).path}/walk-in")
    live_server.stop()
    for code in (cast.chenzhuo_code, cast.liran_code):
        type_code(page, code)
        verdict(page, "go")
        page.keyboard.press("Escape")
    expect(lines.first).to_contain_text("待传")
    page.goto(f"{scanner}/walk-in")
    live_server.start()
    handed_in(page)
    page.evaluate(UNHEARD)  # of 李然
    page.goto(scanner)
    expect(lines).to_contain_text([re.compile("李然.*待传"), re.compile("陈卓.*请进(?!.*待传)")])
    page.get_by_role("button", name="撤销上一次").click()
    page.get_by_role("dialog").get_by_role("button", name="撤销", exact=True).click()
    expect(lines.first).to_contain_text("已撤销")
    assert record(app, cast) == [("admitted", "东门", False), ("admitted", "东门", True)]


def test_a_form_that_finds_no_server_says_so_and_keeps_what_was_ticked(
    app: APIFlask,
    page: Page,  # noqa: F811  # the fixture
    live_server: Server,
    cast: Cast,
) -> None:
    scanner, group = page.url, f"{page.url}/group/{cast.kenli_id}"
    page.clock.install()
    page.goto(group)
    browsers.awake(page)
    page.get_by_label(re.compile("陈卓")).check()
    page.clock.pause_at(datetime.now(UTC) + timedelta(seconds=1))  # it asks no more: how it stands it does not know
    live_server.stop()
    page.get_by_role("button", name="一起放行").click()  # the worker answers
    expect(page.get_by_text("刚才的操作可能没有办成")).to_be_visible(timeout=SOON)
    assert page.url == scanner
    page.clock.resume()
    live_server.start()
    page.goto(group)
    page.get_by_label(re.compile("陈卓")).check()
    live_server.stop()
    expect(page.locator("#door-state")).to_contain_text("单机", timeout=SOON)
    page.get_by_role("button", name="一起放行").click()
    expect(page.get_by_text("没有发出去")).to_be_visible()
    expect(page.get_by_label(re.compile("陈卓"))).to_be_checked()
    live_server.start()
    page.get_by_role("button", name="一起放行").click()
    expect(page.get_by_text("刚刚放行")).to_be_visible(timeout=SOON)
    assert record(app, cast) == [("admitted", "东门", False)]


UNHEARD = """async () => {
  const { openStore } = await import(
    document.querySelector("script[type=module]").src.replace("js/main.js", "js/door/store.js")
  );
  const store = await openStore(), [last] = (await store.all("verdicts"))[0];
  await store.write([{ place: "verdicts", key: `heard ${last.nonce}` }]);
}"""
