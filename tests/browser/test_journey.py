"""From an empty instance to the figures, as people do it: a meeting made, a unit's link, three people, the door."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from conference import clock
from conference.services import accounts, figures, meetings
from conference.services.activity import SYSTEM
from conference.vocabulary import Mode, Role
from tests import browsers
from tests.browser import doors
from tests.browser.servers import Server
from tests.cast import Cast

pytestmark = pytest.mark.browser


def opened(browser: Browser, *, phone: bool) -> BrowserContext:
    return browser.new_context(
        viewport=browsers.PHONE if phone else browsers.DESK,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        has_touch=phone,
        reduced_motion="reduce",
    )


def sound(page: Page) -> None:
    """No fault that axe can find, and nothing that has to be scrolled sideways."""
    assert browsers.findings(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def on_the_wall(moment: datetime) -> str:
    """As a datetime-local field wants it, on the meeting's clock."""
    return f"{clock.local(moment, 'Asia/Shanghai'):%Y-%m-%dT%H:%M}"


def make_the_meeting(desk: Page, server: Server, link: str) -> None:
    desk.goto(link)
    expect(desk).to_have_url(re.compile("/account/password"))  # the button pressed itself
    desk.goto(f"{server.url}/desk/")
    desk.get_by_role("link", name="新建会议").first.click()
    now = datetime.now(UTC)
    desk.get_by_label("会议名称").fill("城乡社区治理推进会")
    desk.get_by_label("网址标识").fill("first")
    desk.get_by_label("地点").fill("大同会堂")
    desk.locator("[name=province]").select_option("140000")
    desk.locator("[name=starts_at]").fill(on_the_wall(now + timedelta(hours=1)))
    desk.locator("[name=ends_at]").fill(on_the_wall(now + timedelta(hours=9)))
    desk.locator("[name=registration_opens_at]").fill(on_the_wall(now - timedelta(days=1)))
    desk.locator("[name=registration_closes_at]").fill(on_the_wall(now + timedelta(hours=8)))
    desk.locator("[name=capacity_in_person]").fill("2")
    desk.get_by_label("名称（第 1 行）").fill("城乡社区工作委员会")
    sound(desk)
    desk.get_by_role("button", name="建好会议").click()
    expect(desk).to_have_url(f"{server.url}/desk/first/")


def invite_the_unit(desk: Page, server: Server) -> str:
    """Open the meeting, add the unit; its registration link."""
    desk.goto(f"{server.url}/desk/first/units/new")
    desk.get_by_label("单位名称").fill("呼和浩特市玉泉区民政局")
    desk.locator("[name=province]").select_option("150000")
    desk.get_by_role("button", name="添加").last.click()
    expect(desk).to_have_url(re.compile(r"/units/\d+"))
    text = desk.locator("textarea").first.input_value()
    sound(desk)
    desk.goto(f"{server.url}/desk/first/status/open")
    desk.get_by_role("button", name="开放会议").click()
    expect(desk).to_have_url(f"{server.url}/desk/first/")
    found = re.search(r"http\S+/r/\S+", text)
    assert found is not None
    return found[0]


def register(phone: Page, link: str, name: str, number: str, mode: Mode) -> str:
    """The person's own page, with the pass; returns the code that the picture says."""
    phone.goto(link)
    phone.locator(f"[name=mode][value={mode}]").check(force=True)
    phone.get_by_label("姓名").fill(name)
    phone.get_by_label("手机号").fill(number)
    phone.locator("[name=agreed]").check(force=True)
    phone.get_by_role("button", name="提交报名").click()
    expect(phone).to_have_url(re.compile(r"/my/\d+/"))
    picture = phone.locator(".pass-picture img")
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 1080
    sound(phone)
    return (picture.get_attribute("alt") or "").removeprefix("参会码 ").split(" · ")[0]


def test_from_an_empty_start_to_the_figures(
    app: APIFlask, live_server: Server, browser: Browser, tmp_path: Path
) -> None:
    with app.app_context():
        _, token = accounts.create(
            "office@example.org", name="办公室", role=Role.ADMINISTRATOR, meeting_id=None, actor=SYSTEM,
            now=datetime.now(UTC),
        )  # fmt: skip
    desk_context, door_context = opened(browser, phone=False), opened(browser, phone=True)
    desk = desk_context.new_page()
    make_the_meeting(desk, live_server, f"{live_server.url}/sign-in/{token}")
    link = invite_the_unit(desk, live_server)

    codes = {}
    for name, number, mode in (
        ("李然", "13800000001", Mode.IN_PERSON),
        ("王敏", "13800000002", Mode.ONLINE),
        ("陈卓", "13800000003", Mode.IN_PERSON),
    ):
        with opened(browser, phone=True) as context:  # each on a phone of their own
            codes[name] = register(context.new_page(), link, name, number, mode)

    desk.goto(f"{live_server.url}/desk/first/accounts/new")
    desk.get_by_label("邮箱").fill("hejing@example.org")
    desk.get_by_label("姓名").fill("何静")
    desk.locator("[name=role][value=door]").check(force=True)
    desk.get_by_role("button", name="授予职责").click()
    door = door_context.new_page()
    door.goto(desk.locator("#sign-in-link").input_value())
    expect(door).to_have_url(re.compile("/account/password"))
    door.goto(f"{live_server.url}/door/")
    door.get_by_label("您在哪个门").fill("东门")
    door.get_by_role("button", name="会场").click()
    doors.awake(door)  # before, the form would be posted
    door.clock.install()
    for name, kind, word in (("李然", "go", "请进"), ("李然", "again", "已签到")):
        door.get_by_label("参会码").fill(codes[name])
        door.get_by_label("参会码").press("Enter")
        expect(door.locator(f'[data-stage] [data-verdict][data-kind="{kind}"] [data-slot="word"]')).to_have_text(word)
        door.clock.fast_forward(4_000)  # the same code at once would be the same scan
        door.keyboard.press("Escape")

    desk.goto(f"{live_server.url}/desk/first/")
    expect(desk.locator(".figure").first).to_contain_text("1")
    expect(desk.get_by_text("东门").first).to_be_visible()
    sound(desk)
    with app.app_context():
        meeting = meetings.by_slug("first")
        counted = figures.of(meeting.id, now=datetime.now(UTC))
        assert counted.confirmed == {Mode.IN_PERSON: 2, Mode.ONLINE: 1}
        assert (counted.present, counted.inside, counted.provinces) == (1, 1, {"150000": 3})
    desk_context.close()
    door_context.close()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_empty_form_is_answered_in_our_own_words(live_server: Server, cast: Cast, browser: Browser) -> None:
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/r/{cast.yuquan_link}")
        page.get_by_label("姓名").fill("李然")
        page.get_by_role("button", name="提交报名").click()
        expect(page.locator(".error-summary")).to_be_visible()
        expect(page).to_have_title(re.compile("^错误："))
        expect(page.get_by_label("姓名")).to_have_value("李然")
