"""A question that is put only where another is answered so: hidden and shown by a script, and plain without one."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from playwright.sync_api import Browser, expect

from conference import db
from conference.models import Delegate
from conference.rules.question_drafts import Choice, Draft
from conference.services import question_making, questions
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import QuestionKind, QuestionStage, Role
from tests import browsers
from tests.browser.servers import Server
from tests.cast import Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
def asked(app: APIFlask, cast: Cast, now: datetime) -> tuple[int, int]:
    """Hotel, and for who stays the room."""
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        choices = (Choice("", "住"), Choice("", "不住"))
        hotel = question_making.add(
            cast.meeting_id,
            Draft(QuestionKind.ONE_OF, QuestionStage.AT_ONCE, "是否住宿", required=True, choices=choices),
            doing,
        ).id
        room = Draft(
            QuestionKind.TEXT, QuestionStage.AT_ONCE, "哪种房间", required=True, shown_if_id=hotel, shown_if_value="c1"
        )
        return hotel, question_making.add(cast.meeting_id, room, doing).id


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "plain"])
def test_a_person_registers_with_answers(
    app: APIFlask, live_server: Server, cast: Cast, browser: Browser, asked: tuple[int, int], scripts: bool
) -> None:
    hotel, room = asked
    with browser.new_context(viewport=browsers.PHONE, locale="zh-CN", java_script_enabled=scripts) as context:
        page = context.new_page()
        page.goto(f"{live_server.url}/r/{cast.yuquan_link}")
        block = page.locator(".question", has=page.locator(f"[name=q{room}]"))
        condition = page.get_by_text("上面的“是否住宿”选“住”的，请填：")
        if scripts:
            expect(block).to_be_hidden()
        else:
            expect(condition).to_be_visible()
        page.locator("[name=mode][value=in_person]").check()
        page.locator("[name=name]").fill("李明")
        page.locator("[name=phone]").fill("13811110000")
        page.locator("[name=agreed]").check()
        page.locator(f"[name=q{hotel}][value=c1]").check()
        expect(block).to_be_visible()
        page.get_by_role("button", name="提交报名").click()
        expect(page.locator(".error-summary")).to_contain_text("哪种房间")
        page.locator(f"[name=q{room}]").fill("标准间")
        page.get_by_role("button", name="提交报名").click()
        page.wait_for_url("**/my/**")
    with app.app_context():
        delegate = db.session().scalars(sa.select(Delegate).where(Delegate.name == "李明")).one()
        found = questions.answers_of(delegate, [Role.ORGANISER])
        assert [(one.question.label, one.texts) for one in found] == [("是否住宿", ["住"]), ("哪种房间", ["标准间"])]
