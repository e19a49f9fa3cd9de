"""Registering oneself by the public page and by a unit's link."""

from __future__ import annotations

import dataclasses
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conference import db
from conference.models import Consent, Delegate, RepeatEntry, Unit
from conference.services import meetings, privacy, units
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import DelegateStatus, MeetingStatus, Mode, OpenTo, Origin
from tests.cast import Cast

PERSON = {"mode": "in_person", "name": "李明", "position": "主任", "phone": "13911112222", "agreed": "y"}


def _delegate(name: str) -> Delegate | None:
    return db.session().scalars(sa.select(Delegate).where(Delegate.name == name)).first()


def _post(client: FlaskClient, cast: Cast, **fields: str) -> TestResponse:
    return client.post(f"/m/{cast.slug}/register", data=PERSON | fields)


def test_a_stranger_registers_and_lands_on_their_page(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    answer = _post(client, cast, unit="东营市垦利区民政局", unit_id=str(cast.kenli_id))
    assert answer.status_code == 303
    page = client.get(answer.location)
    assert page.status_code == 200
    assert "李明" in page.text
    with app.app_context():
        made = _delegate("李明")
        assert made is not None
        assert (made.unit_id, made.origin, made.status) == (cast.kenli_id, Origin.PUBLIC, DelegateStatus.CONFIRMED)
        consent = db.session().scalars(sa.select(Consent).where(Consent.delegate_id == made.id)).one()
        assert consent.text_sha256 == privacy.notice("zh").text_sha256


def test_a_name_typed_with_a_space_is_kept_as_out_of_a_table(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    assert _post(client, cast, name="赵 敏", unit="东营市垦利区民政局", unit_id=str(cast.kenli_id)).status_code == 303
    with app.app_context():
        assert _delegate("赵敏") is not None


def test_without_a_script_the_unit_is_looked_up_first(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    looked = _post(client, cast, unit="垦利", find="1")
    assert looked.status_code == 200
    assert f'value="{cast.kenli_id}"' in looked.text
    assert 'value="李明"' in looked.text
    assert _post(client, cast, unit="垦利", picked=str(cast.kenli_id)).status_code == 303
    with app.app_context():
        made = _delegate("李明")
        assert made is not None
        assert made.unit_id == cast.kenli_id


def test_a_unit_that_is_not_listed_is_proposed(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    assert _post(client, cast, unit="鹤壁市淇滨区民政局", province="410000", unlisted="y").status_code == 303
    with app.app_context():
        made = _delegate("李明")
        assert made is not None
        assert (made.unit.name, made.unit.province, made.unit.proposed) == ("鹤壁市淇滨区民政局", "410000", True)


def test_a_refused_entry_leaves_no_proposed_unit(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    answer = _post(client, cast, unit="新单位", province="410000", unlisted="y", phone="12")
    assert answer.status_code == 422
    with app.app_context():
        assert db.session().scalars(sa.select(Unit).where(Unit.name == "新单位")).first() is None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"unit": "民政局"}, "请从查到的单位中选一个"),
        ({"unit": "新单位", "unlisted": "y"}, "请填写"),
        ({"unit_id": str(2**80), "unit": "x"}, "请从查到的单位中选一个"),
        ({"name": ""}, "请填写"),
        ({"name": "李" * 51}, "太长了"),
        ({"name": "李\u202e明"}, "控制字符"),
        ({"position": "主\x00任"}, "控制字符"),
        ({"phone": "", "email": ""}, "手机号和邮箱至少填一项"),
        ({"phone": "123"}, "不是可用的电话号码"),
        ({"email": "nobody"}, "不是可用的邮箱地址"),
        ({"mode": "walking"}, "不在可选范围内"),
        ({"agreed": ""}, "请先阅读并同意"),
        ({"province": "99\x00"}, "不在可选范围内"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    app: APIFlask, client: FlaskClient, cast: Cast, fields: dict[str, str], said: str
) -> None:
    typed = {"unit": "东营市垦利区民政局", "position": "综合科科长"} | fields
    answer = _post(client, cast, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    if "position" not in fields:
        assert "综合科科长" in answer.text
    with app.app_context():
        assert db.session().scalar(sa.select(sa.func.count()).select_from(Delegate)) == 3


def test_a_full_mode_is_a_waiting_place_and_a_full_unit_a_clear_word(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
    assert "名额已满：先候补" in client.get(f"/m/{cast.slug}/register").text
    page = client.get(_post(client, cast, unit="东营市垦利区民政局").location)
    assert "您是候补第 1 位" in page.text
    with app.app_context():
        units.edit(cast.meeting_id, cast.yuquan_id, {"delegate_limit": 2}, doing)
    full = _post(client, cast, unit="呼和浩特市玉泉区民政局", phone="13911113333")
    assert full.status_code == 422
    assert "名额已报满" in full.text


def test_a_meeting_by_link_keeps_strangers_pending(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        meetings.edit(cast.meeting_id, {"open_to": OpenTo.LINK}, Doing(SYSTEM, now, cast.public_url))
    assert "等待会务组确认" in client.get(_post(client, cast, unit="东营市垦利区民政局").location).text


def test_a_units_people_register_by_its_link(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    form = client.get(f"/r/{cast.kenli_link}")
    assert "东营市垦利区民政局" in form.text
    assert client.post(f"/r/{cast.kenli_link}", data=PERSON).status_code == 303
    with app.app_context():
        made = _delegate("李明")
        assert made is not None
        assert (made.unit_id, made.origin) == (cast.kenli_id, Origin.UNIT_LINK)


def test_a_units_link_tells_of_its_own_people_and_of_no_others(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    own = client.post(f"/r/{cast.kenli_link}", data=PERSON | {"phone": "13800000003"})
    assert own.status_code == 422
    assert "已有一个名额" in own.text
    foreign = client.post(f"/r/{cast.kenli_link}", data=PERSON | {"phone": "13800000001"})
    assert foreign.status_code == 303
    with app.app_context():
        assert db.session().scalar(sa.select(sa.func.count()).select_from(Delegate)) == 3
        assert db.session().scalar(sa.select(sa.func.count()).select_from(RepeatEntry)) == 1


def test_dead_links_and_wrong_ones_are_404(app: APIFlask, client: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        units.renew_link(cast.meeting_id, cast.kenli_id, Doing(SYSTEM, now, cast.public_url))
    for token in (cast.kenli_link, "x", "%00", "a" * 3000):
        assert client.get(f"/r/{token}").status_code == 404


@pytest.mark.parametrize(("opens", "said"), [(2, "开始报名"), (-2, "会议还在筹备中")])
def test_a_units_link_of_a_draft_says_that_it_works_later(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, opens: int, said: str
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        meetings.edit(cast.meeting_id, {"registration_opens_at": now + timedelta(hours=opens)}, doing)
        meetings.turn(cast.meeting_id, MeetingStatus.DRAFT, doing)
    page = client.get(f"/r/{cast.kenli_link}")
    assert (page.status_code, "报名还没有开放" in page.text, said in page.text) == (200, True, True)
    assert client.post(f"/r/{cast.kenli_link}", data=PERSON).status_code == 409
    for path in (f"/m/{cast.slug}/", f"/m/{cast.slug}/register", "/r/another"):
        assert client.get(path).status_code == 404
    with app.app_context():
        assert _delegate("李明") is None
        meetings.turn(cast.meeting_id, MeetingStatus.OPEN, doing)
        meetings.edit(cast.meeting_id, {"registration_opens_at": now - timedelta(hours=2)}, doing)
    assert client.post(f"/r/{cast.kenli_link}", data=PERSON).status_code == 303


def test_mail_is_promised_only_where_it_is_sent(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    settings, promise = app.extensions["settings"], "通知会发到邮箱"
    for url, told in ((None, False), ("smtp://127.0.0.1:25", True)):
        app.extensions["settings"] = dataclasses.replace(settings, smtp_url=url)
        for path in (f"/m/{cast.slug}/register", f"/r/{cast.kenli_link}"):
            assert (promise in client.get(path).text) is told


def test_the_form_asks_for_its_token(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert _post(client, cast, unit="东营市垦利区民政局").status_code == 400


@pytest.mark.usefixtures("limited")
def test_flooding_is_stopped(client: FlaskClient, cast: Cast) -> None:
    answers = [client.post(f"/r/{cast.kenli_link}").status_code for _ in range(125)]
    assert answers[:120] == [422] * 120
    assert answers[121:] == [429] * 4


def test_after_a_units_own_deadline_its_link_is_closed_and_the_others_is_not(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        doing = Doing(SYSTEM, now, cast.public_url)
        units.edit(cast.meeting_id, cast.yuquan_id, {"reply_by": now - timedelta(minutes=1)}, doing)
        db.release()
    assert "报名已截止" in client.get(f"/r/{cast.yuquan_link}").text
    assert client.post(f"/r/{cast.yuquan_link}", data={}).status_code == 409
    assert "报名已截止" not in client.get(f"/r/{cast.kenli_link}").text
