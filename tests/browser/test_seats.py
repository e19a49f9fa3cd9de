"""The hall plan in a real browser: dragged, walked with the keyboard, painted, typed without a script."""

from __future__ import annotations

from datetime import datetime

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from conference import db
from conference.models import Delegate
from conference.rules.halls import Row
from conference.services import activity, hall_plans, halls, seats
from conference.services.delegates import Doing
from conference.services.halls import HallPlan
from conference.vocabulary import SeatNumbering
from tests import browsers
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
def hall(app: APIFlask, cast: Cast, now: datetime) -> Doing:
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    with app.app_context():
        rows = tuple(Row(str(n), 8, (4,)) for n in range(1, 5))
        halls.save(cast.meeting_id, HallPlan("大礼堂", rows, SeatNumbering.LEFT), opened="", doing=doing)
        db.release()
    return doing


def enter(page: Page, url: str, cast: Cast, path: str, *, scripts: bool = True) -> None:
    page.goto(f"{url}/sign-in")
    page.locator("[name=email]").fill(cast.zhouning_email)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("[name=password]").press("Enter")
    page.wait_for_url("**/desk/**")
    page.goto(f"{url}/desk/{cast.slug}/seats{path}")
    if scripts:
        browsers.awake(page)


def seats_of(app: APIFlask, cast: Cast) -> tuple[str, str]:
    with app.app_context():
        found = [db.session().get_one(Delegate, id_).seat for id_ in (cast.liran_id, cast.chenzhuo_id)]
        db.release()
    return found[0], found[1]


def test_people_are_dragged_swapped_and_walked_with_the_keyboard(
    app: APIFlask, live_server: Server, cast: Cast, hall: Doing, browser: Browser
) -> None:
    with browser.new_context(viewport=browsers.DESK, locale="zh-CN") as context:
        page = context.new_page()
        enter(page, live_server.url, cast, "")

        def seat(row: int, number: int) -> str:
            return f'.hall-row[data-row="{row - 1}"] .hall-seat[data-n="{number}"]'

        said = page.locator("[data-hall-said]")
        page.locator(".hall-person", has_text="李然").drag_to(page.locator(seat(2, 3)))
        expect(said).to_contain_text("李然 已坐到 2排3座")
        page.locator(".hall-person", has_text="陈卓").drag_to(page.locator(seat(4, 8)))
        expect(said).to_contain_text("陈卓 已坐到 4排8座")
        page.locator(seat(2, 3)).drag_to(page.locator(seat(4, 8)))
        expect(said).to_contain_text("陈卓 换到 2排3座")
        assert seats_of(app, cast) == ("4排8座", "2排3座")
        page.locator(seat(2, 3)).click()
        page.get_by_role("button", name="固定", exact=True).click()
        expect(said).to_contain_text("陈卓 的座位已固定")
        page.locator(seat(4, 8)).drag_to(page.locator(seat(2, 3)))
        expect(said).to_contain_text("固定")
        assert seats_of(app, cast) == ("4排8座", "2排3座")

        page.locator(seat(4, 8)).focus()
        page.keyboard.press("Enter")
        for key in ("ArrowUp", "ArrowUp", "ArrowUp", "ArrowLeft", "Enter"):
            page.keyboard.press(key)
        expect(said).to_contain_text("李然 已坐到 1排7座")
        page.keyboard.press("Delete")
        expect(page.locator(".hall-person", has_text="李然")).to_be_visible()
        assert seats_of(app, cast) == ("", "2排3座")
        assert browsers.findings(page) == []

        # Somebody else is quicker: it is told, and the plan is what it is now.
        with app.app_context():
            seats.sit(cast.meeting_id, cast.chenzhuo_id, (3, 0 + 1), hall)
            db.release()
        page.locator(".hall-person", has_text="李然").drag_to(page.locator(seat(4, 1)))
        expect(page.locator(seat(4, 1))).to_contain_text("陈卓")
        assert seats_of(app, cast) == ("", "4排1座")


def test_a_block_is_painted_with_the_mouse(
    app: APIFlask, live_server: Server, cast: Cast, hall: Doing, browser: Browser
) -> None:
    with browser.new_context(viewport=browsers.DESK, locale="zh-CN") as context:
        page = context.new_page()
        enter(page, live_server.url, cast, "/blocks")
        page.locator('[data-row="1"] [data-n="2"]').hover()
        page.mouse.down()
        page.locator('[data-row="2"] [data-n="4"]').hover()
        page.mouse.up()
        expect(page.locator("[data-blocks-said]")).to_have_text("在图上选了 6 座")
        page.locator("[name=kind]").select_option("closed")
        page.get_by_role("button", name="保存分区").click()
        expect(page.locator(".hall-seat.is-closed")).to_have_count(6)
    with app.app_context():
        plan = hall_plans.plan(cast.meeting_id)
        assert plan is not None
        assert [one.where for one in plan.meant] == ["2排2–4座、3排2–4座"]


def test_a_phone_without_a_script_types_the_seat(
    app: APIFlask, live_server: Server, cast: Cast, hall: Doing, browser: Browser
) -> None:
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN", java_script_enabled=False) as context:
        page = context.new_page()
        enter(page, live_server.url, cast, "", scripts=False)
        page.locator("[name=who]").fill("李然")
        page.locator("[name=seat]").fill("3-5")
        page.get_by_role("button", name="排座", exact=True).click()
        expect(page.locator(".hall-seat.is-taken")).to_contain_text("李然")
    assert seats_of(app, cast) == ("3排5座", "")
