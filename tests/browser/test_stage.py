"""The stage on the day: what an organiser says on a phone stands on the wall and on another phone in 15 seconds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, Route, expect

from conference import db
from conference.services import walls
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.walls import WallFacts
from conference.vocabulary import WallKind
from tests import browsers
from tests.agendas import a_morning, noon
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]

SOON = 15_000
# Whether a tap reaches a button at the first moment of its page, and after it.
SETTLING = """button => {
  const form = button.form, box = button.getBoundingClientRect();
  const hit = () => button.contains(document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2));
  form.style.animation = "none"; hit(); form.style.animation = "";
  const [settling] = form.getAnimations();
  if (!settling) return "nothing settles";
  settling.pause(); settling.currentTime = 0;
  const first = hit();
  settling.finish();
  return [first, hit()];
}"""


@pytest.fixture
def hall(browser: Browser) -> Iterator[Page]:
    with browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN") as context:
        yield context.new_page()


def test_a_call_and_a_delay_stand_on_the_wall_and_on_another_phone(
    app: APIFlask, live_server: Server, cast: Cast, now: datetime, browser: Browser, hall: Page
) -> None:
    begins = now.replace(second=0) - timedelta(minutes=30)
    with app.app_context():
        noon(cast.meeting_id, now)
        a_morning(cast.meeting_id, begins=begins)
        wall = walls.add(cast.meeting_id, WallFacts("大礼堂", WallKind.AGENDA), Doing(SYSTEM, now, cast.public_url))
        hall.goto(walls.address(wall, public_url=live_server.url))
        db.release()
    topic = hall.locator(".wall-on .wall-topic")
    expect(topic).to_have_text("多民族社区怎样议事", timeout=SOON)
    expect(hall.locator(".wall-then .wall-topic")).to_have_text("十五分钟服务圈")
    assert browsers.findings(hall) == []

    with _phone(browser, live_server, cast) as phone, _phone(browser, live_server, cast) as other:
        phone.get_by_role("button", name="下一项").click()
        expect(topic).to_have_text("十五分钟服务圈", timeout=SOON)
        expect(hall.locator(".wall-who").first).to_contain_text("孙立")
        expect(other.locator(".stage-title")).to_have_text("十五分钟服务圈", timeout=SOON)

        rest = hall.locator(".wall-rest")
        expect(rest).not_to_contain_text("推迟")
        later = phone.locator(".stage-delay", has_text="之后").get_by_role("button", name="推迟 15 分钟")
        later.scroll_into_view_if_needed()
        assert later.evaluate(SETTLING) == [False, True], "in its first moment a page takes no tap"
        phone.context.set_offline(True)
        later.click()
        expect(phone.get_by_role("alert").filter(has_text="没有发出去")).to_be_visible(timeout=SOON)
        phone.context.set_offline(False)
        phone.route("**/stage/delay", _answer_lost, times=1)
        later.click()
        expect(phone.get_by_role("alert").filter(has_text="没有收到回音")).to_be_visible(timeout=SOON)
        expect(phone.get_by_role("button", name="撤销")).to_have_count(
            1, timeout=SOON
        )  # it was told, and this page knows
        later.dblclick()  # told once all the same
        expect(phone.locator("body")).to_contain_text("已改时间", timeout=SOON)
        expect(rest).to_contain_text("推迟 15 分钟", timeout=SOON)
        tea = hall.locator(".wall-rest li", has_text="茶歇").locator(".wall-time")
        shift = timedelta(minutes=90 + 15, hours=12 - now.hour)
        expect(tea).to_have_text(f"{begins + shift:%H:%M}")
        expect(other.get_by_role("button", name="撤销")).to_have_count(1, timeout=SOON)

        # In letters twice as large the day is read in lines, not in columns of single characters.
        other.evaluate("() => document.documentElement.style.setProperty('font-size', '200%')")
        names = other.locator(".stage-what b")
        widths = names.evaluate_all(
            "all => all.map((one) => one.parentElement.clientWidth / parseFloat(getComputedStyle(one).fontSize))"
        )
        assert min(widths) > 6, widths
        assert browsers.wider(other) <= 0
        other.evaluate("() => document.documentElement.style.removeProperty('font-size')")

        other.get_by_role("button", name="撤销").click()
        expect(rest).not_to_contain_text("推迟", timeout=SOON)
        expect(phone.get_by_role("button", name="撤销")).to_have_count(0, timeout=SOON)


def _answer_lost(route: Route) -> None:
    """The server does what it is told, and nobody hears of it."""
    route.fetch(max_redirects=0)
    route.abort()


@contextmanager
def _phone(browser: Browser, server: Server, cast: Cast) -> Iterator[Page]:
    """Signed in, at the stage."""
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN") as context:
        page = context.new_page()
        page.goto(f"{server.url}/sign-in?next=/desk/{cast.slug}/stage")
        page.locator("[name=email]").fill(cast.zhouning_email)
        page.locator("[name=password]").fill(PASSWORD)
        page.locator("[name=password]").press("Enter")
        expect(page.get_by_role("heading", name="现场调度")).to_be_visible()
        browsers.awake(page)
        yield page
