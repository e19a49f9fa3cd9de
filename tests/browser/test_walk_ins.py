"""Registering at the door in a real browser: with a network, and without one; and a tablet that stands alone."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime

import pytest
import sqlalchemy as sa
import zxingcpp
from apiflask import APIFlask
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from conference import db
from conference.models import CheckIn, Code, Delegate, Unit, WalkIn
from conference.services import accounts
from conference.services.activity import SYSTEM
from conference.vocabulary import Role
from tests import browsers
from tests.browser import doors
from tests.browser.servers import Server
from tests.browser.test_door import verdict
from tests.browser.test_door_alone import SIZE
from tests.cast import Cast
from tests.recount import assert_whole

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
def page(browser: Browser, live_server: Server, cast: Cast) -> Iterator[Page]:
    with doors.at_the_gate(browser, live_server, cast) as page:
        yield page


def address(cast: Cast) -> str:
    return f"/door/{cast.slug}/{cast.venue_id}/walk-in"


def fill(page: Page, name: str, unit: str, telephone: str) -> None:
    page.locator("[name=name]").fill(name)
    page.locator("[name=phone]").fill(telephone)
    page.locator("[name=agreed]").check()
    page.locator("[name=unit]").fill(unit)


def world(app: APIFlask, cast: Cast) -> list[tuple[str, str, str, bool]]:
    with app.app_context():
        db.release()
        rows = db.session().execute(
            sa.select(Delegate.name, Unit.name, CheckIn.outcome, CheckIn.admitted_offline)
            .select_from(WalkIn)
            .join(Delegate, Delegate.id == WalkIn.delegate_id)
            .join(Unit, Unit.id == Delegate.unit_id)
            .join(CheckIn, CheckIn.id == WalkIn.check_in_id)
            .order_by(WalkIn.id)
        )
        found = [(name, unit, outcome.value, alone) for name, unit, outcome, alone in rows]
        assert_whole(cast.meeting_id)
    return found


def test_with_a_network_the_server_says_what_becomes_of_them(
    app: APIFlask, page: Page, cast: Cast, now: datetime
) -> None:
    page.get_by_role("link", name="现场登记").click()
    expect(page.get_by_role("heading", name="现场登记")).to_be_visible()
    browsers.awake(page)
    assert browsers.findings(page) == []
    page.get_by_role("button", name="登记并放行").click()
    expect(page.get_by_text("请填写").first).to_be_visible()
    fill(page, "孙明", "垦利", "13800000001")
    page.get_by_role("option", name="东营市垦利区民政局").click()
    page.get_by_role("button", name="登记并放行").click()
    expect(page.get_by_text("这个手机号已有名额，是这位吗？")).to_be_visible()
    expect(page.locator("[name=name]")).to_have_value("孙明")
    page.locator("[name=phone]").fill("13700000001")
    page.get_by_role("button", name="登记并放行").click()
    expect(page.locator('[data-verdict][data-kind="go"]')).to_contain_text("孙明")
    assert browsers.findings(page) == []
    assert world(app, cast) == [("孙明", "东营市垦利区民政局", "admitted", False)]
    page.get_by_role("link", name="登记下一位").click()
    expect(page.get_by_role("heading", name="现场登记")).to_be_visible()
    browsers.awake(page)
    fill(page, "赵悦", "东营市垦利区民政局", "13700000002")
    with app.app_context():
        accounts.revoke_role(cast.hejing_id, Role.DOOR, cast.meeting_id, actor=SYSTEM, now=now)
        db.release()
    page.get_by_role("button", name="登记并放行").click()
    expect(page.locator("[data-state-words]")).to_have_text("您在这次会议的职责已撤销，不能再登记，请找会务组。")
    expect(page.locator("[name=name]")).to_be_hidden()
    assert page.evaluate(SIZE) == [0, 0, 0, 0]


def test_without_a_network_they_are_in_and_registered_later(
    app: APIFlask, live_server: Server, page: Page, cast: Cast
) -> None:
    # The scanner keeps the page of the walk-in, though nobody has opened it.
    doors.until(page, doors.KEPT, address(cast))
    expect(page.locator("[data-roster], #door-state").first).to_be_visible()
    live_server.stop()
    page.goto(live_server.url + address(cast))
    expect(page.get_by_text("网络不通：照常登记并放行")).to_be_visible(timeout=20_000)
    fill(page, "孙明", "泰山云计算中心", "13700000001")
    page.get_by_role("button", name="登记并放行").click()
    expect(page.get_by_text("请选省份")).to_be_visible()
    page.locator("[name=province]").select_option("370000")
    page.get_by_role("button", name="登记并放行").click()
    expect(page.locator("[data-done]")).to_contain_text("孙明")
    expect(page.locator("#door-state")).to_have_text("单机 · 1 条待传")
    expect(page.locator("[data-arrived]")).to_have_text("1")  # what the server said last was none
    assert browsers.findings(page) == []
    page.emulate_media(media="print")
    picture = Image.open(io.BytesIO(page.locator("[data-badge]").screenshot()))
    [read] = zxingcpp.read_barcodes(picture.resize((picture.width * 2, picture.height * 2)))
    page.emulate_media(media="screen")
    code = read.text.rpartition("/")[2]
    page.get_by_role("button", name="登记下一位").click()
    fill(page, "陈卓的同事", "东营市垦利区民政局", "13800000003")  # whose phone has a place
    page.get_by_role("button", name="登记并放行").click()
    expect(page.locator("[data-aside-list] li")).to_have_count(2)
    live_server.start()
    expect(page.locator("[data-aside-list] li")).to_have_count(1, timeout=30_000)
    expect(page.locator("[data-aside-list] li")).to_contain_text("待处理", timeout=30_000)
    expect(page.locator("[data-aside-list] li")).to_contain_text("陈＊")
    assert world(app, cast) == [("孙明", "泰山云计算中心", "admitted", True)]
    with app.app_context():
        owner = sa.select(Delegate.name).join(Code, Code.delegate_id == Delegate.id).where(Code.code == code)
        assert db.session().scalar(owner) == "孙明"
    # Whoever signs out now is told that a name stays; the next one is led to it.
    page.goto(f"{live_server.url}/door/{cast.slug}/")
    asked: list[str] = []
    browsers.awake(page)  # before, one signs out unasked
    page.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("button", name="退出登录")).not_to_have_attribute("aria-busy", "true")
    assert ["1 位的现场登记（待处理）" in text for text in asked] == [True]
    page.goto(live_server.url + address(cast).removesuffix("/walk-in"))
    page.get_by_role("link", name="到现场登记里处理").click()
    page.get_by_role("button", name="就是这位，给他签到").click()
    expect(page.locator("[data-aside]")).to_be_hidden(timeout=30_000)
    assert world(app, cast)[1][0] == "陈卓"


def test_a_kiosk_shows_a_surname_and_is_left_by_its_pin_alone(page: Page, live_server: Server, cast: Cast) -> None:
    page.goto(f"{live_server.url}/door/{cast.slug}/{cast.venue_id}/kiosk")
    browsers.awake(page)
    page.get_by_label("退出密码（4 到 8 位数字）").fill("2468")
    page.get_by_label("再输一遍").fill("2469")
    page.get_by_role("button", name="开始自助签到").click()
    expect(page.get_by_text("两次输入的不一样")).to_be_visible()
    page.get_by_label("再输一遍").fill("2468")
    page.get_by_role("button", name="开始自助签到").click()
    expect(page.locator("[data-help]")).to_be_visible()
    page.reload()
    expect(page.locator("[data-help]")).to_be_visible()
    expect(page.get_by_role("button", name="开始自助签到")).to_be_hidden()
    kiosk = page.url
    page.go_back()
    expect(page).to_have_url(kiosk)
    for other in ("/door/", f"/door/{cast.slug}/{cast.venue_id}", address(cast)):
        page.evaluate("(other) => { location.assign(other); }", other)
        expect(page.locator("[data-camera-note]")).to_be_attached()
        expect(page).to_have_url(kiosk)
        expect(page.locator("[data-help]")).to_be_visible()
    doors.stop_the_clock(page)
    page.locator("[data-help]").click()
    page.keyboard.type(cast.liran_code)
    page.keyboard.press("Enter")
    said = verdict(page, "go")
    assert (said["name"], said["unit"]) == ("李＊", "呼和浩特市玉泉区民政局")
    assert "李然" not in page.content()
    page.clock.fast_forward(10_000)
    expect(page.locator("[data-stage]")).to_be_hidden()  # by itself
    page.clock.resume()
    assert browsers.findings(page) == []
    page.get_by_role("button", name="工作人员").click()
    page.get_by_label("退出密码", exact=True).fill("1111")
    page.get_by_role("button", name="退出自助模式", exact=True).click()
    expect(page.get_by_text("密码不对")).to_be_visible()
    assert "2468" not in page.evaluate("() => JSON.stringify(localStorage)")
    page.clock.fast_forward(1100)  # for a second no other is taken
    page.get_by_label("退出密码", exact=True).fill("2468")
    page.get_by_role("button", name="退出自助模式", exact=True).click()
    expect(page.get_by_label("参会码")).to_be_visible()
