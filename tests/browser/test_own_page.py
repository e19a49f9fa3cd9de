"""One's own page on a phone: somebody entered by others answers, tells, takes back, cancels; nothing typed is lost."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from playwright.sync_api import Browser, Page, expect

from conference import db
from conference.models import Delegate, OneTimeCode, OutboxMessage
from conference.services import consents, details, letters, links, one_time_codes, registration
from conference.services.activity import SYSTEM
from conference.vocabulary import ConsentPurpose, DelegateStatus, Mode, Origin
from tests import browsers
from tests.browser.servers import Server
from tests.cast import PASSWORD, Cast

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)]


@pytest.fixture
def phone(browser: Browser) -> Iterator[Page]:
    with browser.new_context(
        viewport=browsers.PHONE,
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        has_touch=True,
        reduced_motion="reduce",
        accept_downloads=True,
    ) as context:
        yield context.new_page()


def _sound(page: Page) -> None:
    assert browsers.findings(page) == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def _entered(app: APIFlask, server: Server, cast: Cast) -> tuple[int, str]:
    """赵敏's id, and the link in the message that the liaison forwards."""
    with app.app_context():
        made = registration.register(
            cast.meeting_id,
            registration.Entry("赵民", cast.kenli_id, Mode.IN_PERSON, email="zhaomin@example.org", position="科员"),
            actor=SYSTEM,
            origin=Origin.LIAISON,
            public_url=server.url,
            now=datetime.now(UTC),
        )
        with db.transaction() as session:
            message = session.scalars(
                sa.select(OutboxMessage).where(OutboxMessage.delegate_id == made.delegate_id)
            ).one()
            link = links.address(session, made.delegate_id, public_url=server.url, now=datetime.now(UTC))
            text = letters.Composer(session, server.url).letter(message, link=link).text
        found = re.search(r"http\S+/p/[\w-]+", text)
        assert found is not None
        return made.delegate_id, found[0]


def _code_sent(app: APIFlask) -> str:
    """The digits, made as the worker makes them when it sends."""
    with app.app_context(), db.transaction() as session:
        newest = session.scalars(sa.select(OneTimeCode.id).order_by(OneTimeCode.id.desc())).first()
        assert newest is not None
        digits = one_time_codes.make(session, newest, now=datetime.now(UTC))
        assert digits is not None
        return digits


def test_an_entered_person_answers_tells_and_cancels_with_a_code(
    app: APIFlask, live_server: Server, cast: Cast, phone: Page
) -> None:
    kept = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(kept, smtp_url="smtp://127.0.0.1:9")
    delegate_id, link = _entered(app, live_server, cast)
    phone.goto(link)
    expect(phone).to_have_url(re.compile(r"/my/\d+/$"))
    expect(phone.get_by_role("heading", name="东营市垦利区民政局的联络员为您报了名")).to_be_visible()
    _sound(phone)
    phone.locator("#answer").get_by_role("link", name="更正").click()
    phone.get_by_label("姓名").fill("赵敏")
    phone.get_by_role("button", name="保存").click()
    expect(phone.locator("#answer")).to_have_count(0)
    my = phone.url

    phone.get_by_role("link", name="填写 行程和住宿").click()
    expect(phone.get_by_text("只用于安排合住的房间")).to_be_hidden()
    phone.locator("[name=room][value=shared]").check(force=True)
    expect(phone.get_by_text("只用于安排合住的房间")).to_be_visible()
    phone.locator("[name=gender][value=female]").check(force=True)
    phone.get_by_label("同住人姓名").fill("王敏")
    assert not phone.locator("[name=agreed]").is_checked()
    _sound(phone)
    phone.locator("[name=agreed]").check(force=True)
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_text("合住 · 王敏")).to_be_visible()
    phone.goto(my + "consents")
    _sound(phone)
    phone.get_by_role("button", name="撤回同意").click()
    expect(phone.get_by_role("button", name="撤回同意")).to_have_count(0)
    with app.app_context():
        assert details.of_delegate(delegate_id) == {}
        assert set(consents.of_delegate(delegate_id)) == {ConsentPurpose.MEETING}
        db.release()

    phone.goto(my)
    phone.get_by_role("link", name="查看 我的全部信息").click()
    expect(phone.get_by_text("z•••@example.org")).to_be_visible()
    phone.get_by_role("button", name="发送验证码").click()
    _sound(phone)
    phone.get_by_label("6 位验证码").fill("000000x")
    phone.get_by_role("button", name="继续").click()
    expect(phone.locator(".error-summary, .field-error").first).to_be_visible()
    phone.get_by_label("6 位验证码").fill(_code_sent(app))
    phone.get_by_role("button", name="继续").click()
    expect(phone.get_by_role("heading", name="我的全部信息")).to_be_visible()
    _sound(phone)
    with phone.expect_download() as download:
        phone.get_by_role("link", name="下载成文件").click()
    assert download.value.suggested_filename.endswith(".zip")
    phone.goto(my + "cancel")
    phone.get_by_role("button", name="取消报名").click()
    expect(phone.get_by_text("这个报名已取消")).to_be_visible()
    with app.app_context():
        row = db.session().get_one(Delegate, delegate_id)
        assert (row.name, row.status) == ("赵敏", DelegateStatus.CANCELLED)
        db.release()
    app.extensions["settings"] = kept


def test_a_lost_connection_loses_nothing_that_was_typed(live_server: Server, cast: Cast, phone: Page) -> None:
    phone.goto(f"{live_server.url}/p/{cast.liran_token}")
    needs = phone.url + "needs"
    phone.goto(needs)
    browsers.awake(phone)
    phone.locator("[name=diet]").fill("素食，不吃花生")
    phone.locator("[name=agreed]").check(force=True)
    live_server.stop()
    phone.get_by_role("button", name="保存").click()
    phone.wait_for_url("chrome-error://**")
    live_server.start()
    phone.goto(needs)
    expect(phone.get_by_text("上次没有提交的内容已恢复")).to_be_visible()
    expect(phone.locator("[name=diet]")).to_have_value("素食，不吃花生")
    assert phone.locator("[name=agreed]").is_checked()
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_text("饮食和无障碍需要已保存")).to_be_visible()
    phone.goto(needs)
    expect(phone.locator("[name=diet]")).to_have_value("素食，不吃花生")
    browsers.awake(phone)
    expect(phone.locator(".draft-note")).to_have_count(0)
    assert phone.evaluate("() => Object.keys(localStorage).filter((key) => key.startsWith('draft:')).length") == 0


def test_a_restored_form_can_be_cleared(live_server: Server, cast: Cast, phone: Page) -> None:
    phone.goto(f"{live_server.url}/p/{cast.liran_token}")
    correct = phone.url + "correct"
    phone.goto(correct)
    browsers.awake(phone)  # who leaves before leaves nothing
    phone.get_by_label("职务").fill("主任")
    phone.goto(correct)
    expect(phone.get_by_label("职务")).to_have_value("主任")
    _sound(phone)
    phone.get_by_role("button", name="不要了，清空").click()
    expect(phone.get_by_label("职务")).to_have_value("科员")
    phone.goto(correct)
    browsers.awake(phone)
    expect(phone.locator(".draft-note")).to_have_count(0)


def test_an_expired_sign_in_loses_nothing(live_server: Server, cast: Cast, browser: Browser) -> None:
    with browser.new_context(viewport=browsers.DESK, locale="zh-CN", timezone_id="Asia/Shanghai") as context:
        desk = context.new_page()

        def sign_in() -> None:
            desk.locator("[name=email]").fill(cast.zhouning_email)
            desk.locator("[name=password]").fill(PASSWORD)
            desk.locator("[name=password]").press("Enter")
            desk.wait_for_url("**/desk/**")

        desk.goto(f"{live_server.url}/sign-in")
        sign_in()
        new = f"{live_server.url}/desk/{cast.slug}/delegates/new"
        desk.goto(new)
        browsers.awake(desk)
        desk.get_by_label("姓名").fill("尉迟 恭")
        desk.locator("[name=phone]").fill("13911112222")
        context.clear_cookies()
        desk.get_by_role("button", name="录入").click()
        desk.wait_for_url("**/sign-in**")
        sign_in()
        desk.goto(new)
        expect(desk.get_by_text("上次没有提交的内容已恢复")).to_be_visible()
        expect(desk.get_by_label("姓名")).to_have_value("尉迟 恭")
        expect(desk.locator("[name=phone]")).to_have_value("13911112222")


def test_where_storage_is_refused_the_form_works_all_the_same(live_server: Server, cast: Cast, phone: Page) -> None:
    phone.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });"
    )
    complaints: list[str] = []
    phone.on("pageerror", lambda problem: complaints.append(str(problem)))
    phone.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    phone.goto(f"{live_server.url}/p/{cast.liran_token}")
    phone.goto(phone.url + "correct")
    phone.get_by_label("职务").fill("主任")
    phone.get_by_role("button", name="保存").click()
    expect(phone.get_by_text("已更正")).to_be_visible()
    assert complaints == []
