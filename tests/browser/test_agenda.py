"""The agenda of Datong, made wholly by hand in a real browser: typed, chosen, dragged, stretched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Locator, Page, expect

from conference import db
from conference.models import Meeting
from conference.rules.agenda import Agenda
from conference.services import agenda_content
from conference.services.demonstration import report
from conference.services.demonstration.agendas import Item
from conference.vocabulary import AgendaKind, AgendaRoleKind
from conference.wording import say
from tests import browsers
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]
MORNING = datetime(2027, 5, 10, 8, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
REPORT = report.read()
ITEMS = {item.kind: item for item in REPORT.agenda}


@pytest.fixture
def page(app: APIFlask, live_server: Server, cast: Cast, browser: Browser) -> Iterator[Page]:
    with app.app_context():
        with db.transaction() as session:
            meeting = session.get_one(Meeting, cast.meeting_id)
            meeting.starts_at, meeting.ends_at = MORNING, MORNING + timedelta(hours=10)
        db.release()
    with browser.new_context(viewport=browsers.DESK, locale="zh-CN", timezone_id="Asia/Shanghai") as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/sign-in")
        page.locator("[name=email]").fill(cast.zhouning_email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        page.wait_for_url("**/desk/**")
        page.goto(f"{live_server.url}/desk/{cast.slug}/agenda")
        yield page


def draft(app: APIFlask, cast: Cast) -> Agenda:
    with app.app_context():
        found = agenda_content.draft(cast.meeting_id)
        db.release()
    return found


def times(found: Agenda) -> list[tuple[str, str, str]]:
    zone = MORNING.tzinfo
    return [
        (one.title, f"{one.starts_at.astimezone(zone):%H:%M}", f"{one.ends_at.astimezone(zone):%H:%M}")
        for one in found.sessions
        if one.starts_at and one.ends_at
    ]


def panel(page: Page) -> Locator:
    return page.locator("[data-agenda-panel]")


def line(page: Page, title: str) -> Locator:
    return page.locator(".draft-line", has=page.get_by_role("link", name=title, exact=True))


def type_session(page: Page, item: Item, begins: str, ends: str, people: list[tuple[AgendaRoleKind, str]]) -> None:
    """As somebody does who has just pressed the button: the title has the focus, Tab goes on."""
    form = panel(page)
    expect(form.get_by_label("标题")).to_be_focused()
    expect(form.get_by_label("标题")).to_have_value("")
    page.keyboard.type(item.title)
    form.get_by_label("开始").click()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type(begins)
    page.keyboard.press("Tab")
    page.keyboard.type(ends)
    form.get_by_label("类型").select_option(item.kind.value)
    for n, (role, name) in enumerate(people):
        if n:
            form.get_by_role("button", name="再加一人").click()
            expect(form.locator(f"#roles-{n}-name")).to_be_focused()
        form.locator(f"#roles-{n}-role").select_option(role.value)
        form.locator(f"#roles-{n}-name").click()
        page.keyboard.type(name)
        known = form.get_by_role("option", name=name)
        if name in page.locator(".draft-list").inner_text():  # who stands there already is taken from the list
            known.click()
        else:
            form.locator(f"#roles-{n}-position").fill(REPORT.positions[name])
    if item.detail:
        form.get_by_label("说明").fill(item.detail)


def pull(page: Page, what: Locator, to_x: float, to_y: float) -> None:
    box = what.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 20, box["y"] + 20, steps=3)
    page.mouse.move(to_x, to_y, steps=8)
    page.mouse.up()


def listeners(page: Page, kind: str) -> int:
    """How many listen on the window."""
    inside = page.context.new_cdp_session(page)
    window = inside.send("Runtime.evaluate", {"expression": "window"})["result"]["objectId"]
    found = inside.send("DOMDebugger.getEventListeners", {"objectId": window})["listeners"]
    return sum(one["type"] == kind for one in found)


def test_the_agenda_of_datong_is_entered_by_hand(app: APIFlask, page: Page, cast: Cast) -> None:
    speaker = AgendaRoleKind.SPEAKER
    browsers.awake(page)
    page.get_by_role("link", name="添加场次").first.click()
    address, exchange, award = (ITEMS[kind] for kind in (AgendaKind.ADDRESS, AgendaKind.EXCHANGE, AgendaKind.AWARD))
    for item, begins, ends in (
        (address, "830", "+20"),
        (ITEMS[AgendaKind.SPEECH], "850", "9:10"),
        (award, "910", "920"),  # too early: it is dragged to its place below
        (exchange, "9：20", "+60"),
        (ITEMS[AgendaKind.PLEDGE], "1020", "10:40"),
        (ITEMS[AgendaKind.VISIT], "14:00", "17:30"),
    ):
        speakers = [(speaker, one.speaker) for one in item.talks if not one.unit]
        type_session(page, item, begins, ends, [*item.roles, *speakers])
        if item.kind is AgendaKind.ADDRESS:
            assert browsers.findings(page) == []
        last = item.kind is AgendaKind.VISIT
        panel(page).get_by_role("button", name="保存" if last else "保存并再加一场", exact=True).click()
        expect(line(page, item.title)).to_be_visible()
    expect(panel(page)).to_be_hidden()

    page.get_by_role("link", name=f"给“{exchange.title}”加发言").click()
    for n, unit in enumerate(one.unit for one in exchange.talks):
        expect(panel(page).locator("[name=unit]")).to_be_focused()
        expect(panel(page).locator("[name=unit]")).to_have_value("")
        page.keyboard.type(unit)
        panel(page).get_by_label("时长").fill("15")
        panel(page).get_by_role("button", name="保存" if n == 3 else "保存并加下一个", exact=True).click()
        expect(page.locator(".draft-talk", has_text=unit)).to_be_visible()
    expect(panel(page)).to_be_hidden()

    # The award goes below the exchange by the mouse, and the times with them.
    below = line(page, exchange.title)
    below.scroll_into_view_if_needed()
    box = below.bounding_box()
    assert box
    pull(page, line(page, award.title).locator("> .draft-handle"), box["x"] + 200, box["y"] + box["height"] - 4)
    expect(line(page, award.title).locator(".draft-time")).to_contain_text("10:10")
    # A talk goes up by the keyboard and comes down by the mouse.
    talks = page.locator(".draft-talk")
    page.get_by_role("button", name=f"上移“{exchange.talks[3].unit}”").focus()
    page.keyboard.press("Enter")
    expect(talks.nth(2)).to_contain_text(exchange.talks[3].unit)
    box = talks.nth(3).bounding_box()
    assert box
    pull(page, talks.nth(2).locator("> .draft-handle"), box["x"] + 100, box["y"] + box["height"] - 2)
    expect(talks.nth(3)).to_contain_text(exchange.talks[3].unit)
    # The speech takes longer; asked to, the later ones follow.
    page.get_by_role("link", name=ITEMS[AgendaKind.SPEECH].title, exact=True).click()
    panel(page).get_by_label("结束", exact=True).fill("+30")
    panel(page).get_by_label("后面的场次跟着移").check()
    panel(page).get_by_label("结束", exact=True).press("Enter")
    expect(page.locator(".flashes")).to_contain_text("时间变了")
    assert browsers.findings(page) == []

    visit = ITEMS[AgendaKind.VISIT].title
    page.get_by_role("link", name="按时间看").click()
    page.wait_for_url("**/agenda/days**")
    browsers.awake(page)
    listening = listeners(page, "pointermove")
    block = page.locator(".draft-block", has_text=visit)
    block.scroll_into_view_if_needed()
    box = block.bounding_box()
    assert box
    pull(page, block, box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 - 240)  # 160 minutes
    expect(block).to_have_attribute("data-begins", "11:30")
    block.get_by_role("link").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(block).to_contain_text("11:35–15:05")
    assert listeners(page, "pointermove") == listening, "of a day that was replaced"
    assert browsers.findings(page) == []

    found = draft(app, cast)
    assert times(found) == [
        (address.title, "08:30", "08:50"),
        (ITEMS[AgendaKind.SPEECH].title, "08:50", "09:20"),
        (exchange.title, "09:20", "10:20"),
        (award.title, "10:20", "10:30"),
        (ITEMS[AgendaKind.PLEDGE].title, "10:30", "10:50"),
        (visit, "11:35", "15:05"),
    ]
    for session in found.sessions:
        item = ITEMS[session.kind]
        speakers = [(speaker, one.speaker) for one in item.talks if not one.unit]
        said = [(one.role, found.person[one.person_id].name) for one in session.roles]
        assert said == [*item.roles, *speakers], say(session.kind, "en")
        assert session.detail == item.detail
        assert [one.unit_name for one in session.talks] == [one.unit for one in item.talks if one.unit]
    assert {one.name: one.position for one in found.people} == REPORT.positions
    assert [one.minutes for one in found.sessions[2].talks] == [15] * 4

    page.set_viewport_size(browsers.PHONE)
    for path in ("/days", "", f"/sessions/{found.sessions[0].id}"):
        page.goto(f"{page.url.split('/agenda')[0]}/agenda{path}")
        assert page.evaluate("() => document.documentElement.scrollWidth") == browsers.PHONE["width"]
        assert browsers.findings(page) == []
