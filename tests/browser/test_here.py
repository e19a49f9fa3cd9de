"""The hall's screen and a phone: one scan and in; a strange phone and the steward's nod."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from conference import db
from conference.models import CheckIn
from conference.services import here
from tests import browsers
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast
from tests.recount import assert_whole
from tests.screen import open_wall

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
def scan(app: APIFlask, live_server: Server, cast: Cast, now: datetime) -> Callable[[Page], None]:
    """Open on a phone what the screen shows at this moment."""
    with app.app_context():
        open_wall(cast, now)
        db.release()

    def opened(page: Page) -> None:
        with app.app_context():
            shown = here.shown(cast.venue_id, public_url=live_server.url, now=datetime.now(UTC))
            db.release()
        # The QR is in upper case, as its readers give it back; our host here has one only in lower case.
        page.goto(live_server.url + "/H/" + shown.address.rpartition("/")[2])

    return opened


def sound(page: Page) -> None:
    assert browsers.findings(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def kept(app: APIFlask, cast: Cast) -> list[tuple[str, int | None, str]]:
    with app.app_context():
        assert_whole(cast.meeting_id)
        rows = db.session().execute(sa.select(CheckIn.gate, CheckIn.delegate_id, CheckIn.outcome).order_by(CheckIn.id))
        found = [(gate, id_, outcome.value) for gate, id_, outcome in rows]
        db.release()
    return found


def test_a_known_phone_is_in_without_a_tap_and_a_strange_one_by_a_nod(
    app: APIFlask, live_server: Server, cast: Cast, browser: Browser, scan: Callable[[Page], None]
) -> None:
    with (
        browser.new_context(viewport=browsers.PHONE, locale="zh-CN", has_touch=True, reduced_motion="reduce") as known,
        browser.new_context(viewport=browsers.PHONE, locale="zh-CN", has_touch=True, reduced_motion="reduce") as other,
        browser.new_context(viewport=browsers.PHONE, locale="zh-CN", has_touch=True, reduced_motion="reduce") as door,
    ):
        own = known.new_page()
        own.goto(f"{live_server.url}/p/{cast.liran_token}")
        expect(own.get_by_text("会场的大屏上有签到码")).to_be_visible()
        scan(own)
        expect(own.get_by_role("heading", level=1)).to_have_text("签到成功")
        sound(own)
        own.reload()
        expect(own.get_by_role("heading", level=1)).to_have_text("签到成功")
        assert kept(app, cast) == [("自助签到", cast.liran_id, "admitted")]

        asking = other.new_page()
        scan(asking)
        sound(asking)
        asking.get_by_label("姓名").fill("陈卓")
        asking.get_by_label("手机号最后四位").fill("0003")
        asking.get_by_role("button", name="请工作人员放行").click()
        expect(asking.get_by_role("heading", level=1)).to_have_text("请向门口工作人员示意")
        sound(asking)
        mark = asking.locator(".here-mark").inner_text()

        steward = door.new_page()
        steward.goto(f"{live_server.url}/sign-in")
        steward.get_by_label("邮箱").fill(cast.hejing_email)
        steward.get_by_label("密码").fill(PASSWORD)
        steward.get_by_role("button", name="登录").click()
        steward.wait_for_url(re.compile("/door/"))
        steward.goto(f"{live_server.url}/door/{cast.slug}/{cast.venue_id}/nods")
        expect(steward.locator(".nod")).to_contain_text(["陈卓"])
        assert mark in steward.locator(".nod-mark").inner_text()
        sound(steward)
        steward.get_by_role("button", name=re.compile("^放行")).click()
        expect(steward.get_by_role("heading", level=1)).to_have_text("请进")
        expect(asking.get_by_role("heading", level=1)).to_have_text("签到成功", timeout=15_000)  # by itself
        sound(asking)
    assert kept(app, cast) == [("自助签到", cast.liran_id, "admitted"), ("何静", cast.chenzhuo_id, "admitted")]


def test_without_scripts_it_is_one_button(
    app: APIFlask, live_server: Server, cast: Cast, browser: Browser, scan: Callable[[Page], None]
) -> None:
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN", java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/p/{cast.wangmin_token}")
        scan(page)
        page.get_by_role("button", name="是我，签到").click()
        expect(page.get_by_text("您报的是线上参会")).to_be_visible()
    assert kept(app, cast) == [("自助签到", cast.wangmin_id, "refused")]
