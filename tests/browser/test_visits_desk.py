"""The afternoon of Datong is entered by hand: three stops, eight buses, each third of them the other way round."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from playwright.sync_api import Browser, expect

from conference import db
from conference.models import Checkpoint, Departure
from tests import browsers
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
STOPS = ("开源街道民和社区", "水泊寺街道文兴社区", "平城区社区治理创新中心")


def test_an_afternoon_is_entered_by_hand(app: APIFlask, live_server: Server, cast: Cast, browser: Browser) -> None:
    base = f"{live_server.url}/desk/{cast.slug}/visits"
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/sign-in")
        page.locator("[name=email]").fill(cast.zhouning_email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        for name in STOPS:
            page.goto(f"{base}/stops/new")
            page.get_by_label("名称").fill(name)
            page.get_by_label("同时容纳").fill("140")
            page.get_by_role("button", name="添加").click()
            expect(page.get_by_role("heading", name=name)).to_be_visible()
        for n in range(8):
            page.goto(f"{base}/departures/new")
            page.get_by_label("车次名称").fill(f"{n + 1}号车")
            page.get_by_label("座位数").fill("45")
            page.locator("[name=leaves_at]").fill("2026-07-19T14:00")
            for i in range(3):
                page.locator(f"[name=stop_{i}]").select_option(label=STOPS[(n + i) % 3])
            page.get_by_role("button", name="按出发时间和站序算好时间").click()
            expect(page.locator("[name=returns_at]")).to_have_value("2026-07-19T17:20")
            page.get_by_role("button", name="添加", exact=True).click()
            expect(page.get_by_role("heading", name=f"14:00 {n + 1}号车")).to_be_visible()
        expect(page.get_by_text("最多时 135 人，从 14:20 起").first).to_be_visible()
        assert (browsers.findings(page), browsers.wider(page)) == ([], 0)
        page.goto(f"{base}/departures/new")
        assert (browsers.findings(page), browsers.wider(page)) == ([], 0)
    with app.app_context():
        counts = [sa.select(sa.func.count(one.id)) for one in (Departure, Checkpoint)]
        boardings = counts[1].where(Checkpoint.departure_id.is_not(None))
        assert [db.session().scalars(query).one() for query in (counts[0], boardings)] == [8, 32]
        db.release()
