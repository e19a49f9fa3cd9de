"""Invitations and liaisons at the desk: made once and shown once, sent in bulk, handed over, answered."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from conference import db
from conference.models import DeskLink, OutboxMessage
from conference.services import invitation_lists, invitations, liaisons, places_requests, units
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import InvitationState
from tests.cast import Cast

LIAISON = {"name": "李然", "phone": "138 0000 0001", "email": ""}


@pytest.fixture
def base(cast: Cast) -> str:
    return f"/desk/{cast.slug}"


@pytest.fixture
def unit(cast: Cast, base: str) -> str:
    return f"{base}/units/{cast.yuquan_id}"


def test_a_link_is_made_by_a_post_and_stands_on_its_answer_alone(
    app: APIFlask, desk: FlaskClient, client: FlaskClient, cast: Cast, unit: str
) -> None:
    desk.post(f"{unit}/liaison", data=LIAISON)
    desk.post(f"{unit}/edit", data=_form(cast, in_person_limit="6", delegate_limit="16"))
    page = desk.post(f"{unit}/invitation")
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    address = re.findall(r"http://localhost/u/[\w-]{32}", page.text)[0]
    for said in ("李然，您好！", "现场 6 人，共 16 人", "<svg", "只显示这一次"):
        assert said in page.text, said
    assert address not in desk.get(unit).text
    assert "/u/" not in desk.get(unit).text
    assert client.get(address).status_code == 303
    assert desk.get(f"{unit}/invitation").status_code == 405
    with app.app_context():
        assert _state(cast) is InvitationState.OPENED
    assert "已打开" in desk.get(unit).text


def test_the_text_for_the_group_carries_the_common_link_alone(desk: FlaskClient, cast: Cast, unit: str) -> None:
    page = desk.get(unit).text
    assert f"http://localhost/r/{cast.yuquan_link}" in page
    assert "发到群里的文字" in page
    assert "/u/" not in page


def test_a_liaison_is_named_corrected_handed_over_and_dismissed(
    app: APIFlask, desk: FlaskClient, client: FlaskClient, cast: Cast, unit: str
) -> None:
    assert desk.post(f"{unit}/liaison", data=LIAISON).status_code == 303
    assert "+8613800000001" in desk.get(unit).text
    address = re.findall(r"/u/[\w-]{32}", desk.post(f"{unit}/invitation").text)[0]
    assert desk.post(f"{unit}/liaison", data=LIAISON | {"name": "李燃"}).status_code == 303
    assert client.get(address).status_code == 303
    asked = desk.get(f"{unit}/liaison/hand-over").text
    assert ("李燃" in asked, "打不开" in asked) == (True, True)
    bad = desk.post(f"{unit}/liaison/hand-over", data={"name": "王敏", "phone": "12", "email": "仍在@这里"})
    assert bad.status_code == 422
    assert ('value="王敏"' in bad.text, 'value="仍在@这里"' in bad.text) == (True, True)
    assert desk.post(f"{unit}/liaison/hand-over", data={"name": "王敏", "phone": "", "email": ""}).status_code == 303
    gone = client.get(address)
    assert (gone.status_code, "作废" in gone.text) == (410, True)
    assert "更换联络员" in desk.get(unit).text
    with app.app_context():
        liaison = liaisons.of(units.one(cast.meeting_id, cast.yuquan_id).id)
        assert liaison is not None
        assert liaison.name == "王敏"
        db.release()
    assert "打不开" in desk.get(f"{unit}/liaison/dismiss").text
    assert desk.post(f"{unit}/liaison/dismiss").status_code == 303
    assert desk.post(f"{unit}/liaison/dismiss").status_code == 303
    assert "还没有联络员" in desk.get(unit).text


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "长" * 51), ("phone", "1" * 60), ("email", "@"), ("name", "李\u202e然")]
)
def test_a_bad_liaison_is_told_so(
    app: APIFlask, desk: FlaskClient, cast: Cast, unit: str, field: str, value: str
) -> None:
    page = desk.post(f"{unit}/liaison", data=LIAISON | {field: value})
    assert page.status_code == 422
    with app.app_context():
        assert liaisons.of(units.one(cast.meeting_id, cast.yuquan_id).id) is None


def test_the_list_shows_how_far_each_has_come_and_sends_to_the_ticked(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, unit: str
) -> None:
    desk.post(f"{unit}/liaison", data=LIAISON)
    assert "未邀请" in desk.get(f"{base}/invitations").text
    answer = desk.post(
        f"{base}/invitations/send", data={"unit": [str(cast.yuquan_id), str(cast.kenli_id), "9" * 30, "x"]}
    )
    said = desk.get(answer.location).text
    assert ("1 条消息已放进待发箱" in said, "东营市垦利区民政局" in said) == (True, True)
    with app.app_context():
        assert _state(cast) is InvitationState.NOT_OPENED
        assert db.session().scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 4  # three entered, one now
    assert "没有选中" in desk.get(desk.post(f"{base}/invitations/send").location).text
    for odd in ("?q=%00%25_", "?state=no", "?wish=no", "?page=-3", "?page=" + "9" * 30):
        assert desk.get(f"{base}/invitations{odd}").status_code == 200, odd


def test_all_of_a_kind_are_asked_about_first(app: APIFlask, desk: FlaskClient, base: str, unit: str) -> None:
    desk.post(f"{unit}/liaison", data=LIAISON)
    asked = desk.get(f"{base}/invitations/send/not_invited").text
    assert ("给 2 个单位" in asked, "其中 1 个单位没有能联系上的联络员" in asked) == (True, True)
    assert desk.post(f"{base}/invitations/send/not_invited").status_code == 303
    assert "给 1 个单位" in desk.get(f"{base}/invitations/send/not_invited").text  # who cannot be written to is left
    assert "现在没有这样的单位" in desk.get(f"{base}/invitations/send/silent").text
    assert desk.get(f"{base}/invitations/send/everybody").status_code == 404


def test_the_workbook_of_all_makes_links_only_when_posted(
    app: APIFlask, desk: FlaskClient, client: FlaskClient, cast: Cast, base: str
) -> None:
    assert "妥善保管" in desk.get(f"{base}/invitations/workbook").text
    with app.app_context():
        assert db.session().scalar(sa.select(sa.func.count()).select_from(DeskLink)) == 0
        db.release()
    answer = desk.post(f"{base}/invitations/workbook")
    assert answer.headers["Content-Type"].startswith("application/vnd.openxmlformats")
    assert "no-store" in answer.headers["Cache-Control"]
    rows = list(load_workbook(io.BytesIO(answer.data)).active.iter_rows(values_only=True))
    assert [row[0] for row in rows] == ["单位名称", "呼和浩特市玉泉区民政局", "东营市垦利区民政局"]
    for row in rows[1:]:
        address = str(row[4])
        assert address in str(row[5])
        assert client.get(address).status_code == 303


def test_an_answer_is_shown_and_taken_back(
    app: APIFlask, desk: FlaskClient, cast: Cast, unit: str, now: datetime
) -> None:
    with app.app_context():
        doing = Doing(SYSTEM, now, cast.public_url)
        invitations.decline(units.one(cast.meeting_id, cast.yuquan_id).id, "当天有检查 <b>", doing)
        db.release()
    page = desk.get(unit).text
    for said in ("不参加", "当天有检查 &lt;b&gt;", "还有 2 人在名单里"):
        assert said in page, said
    assert desk.post(f"{unit}/invitation/reset").status_code == 303
    assert "还有 2 人在名单里" not in desk.get(unit).text


def test_a_request_for_places_is_granted_or_declined(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        units.edit(cast.meeting_id, cast.yuquan_id, {"in_person_limit": 1}, doing)
        ids = [
            places_requests.ask(
                units.one(cast.meeting_id, unit_id).id, in_person=4, online=0, reason="两个科室", doing=doing
            ).id
            for unit_id in (cast.yuquan_id, cast.kenli_id)
        ]
        db.release()
    assert "两个科室" in desk.get(f"{base}/places-requests").text
    assert "个单位申请增加名额" in desk.get(f"{base}/").text
    first, second = (f"{base}/places-requests/{id_}" for id_ in ids)
    for data in ({"in_person": "-1"}, {"in_person": "八"}, {"in_person": "0", "online": "0"}, {"note": "长" * 501}):
        assert desk.post(first, data={"in_person": "2"} | data).status_code == 422, data
    assert desk.post(first, data={"in_person": "2", "online": "", "note": "先给两位"}).status_code == 303
    again = desk.post(first, data={"in_person": "2"})
    assert (again.status_code, again.location) == (303, first)
    decided = desk.get(first).text
    for said in ("已经有人处理过了", "给了现场 2 人，线上 0 人。", "先给两位"):
        assert said in decided, said
    assert ("error-summary" in decided, "同意，增加名额" in decided) == (False, False)
    assert desk.post(second, data={"decline": "1", "in_person": "", "note": "坐不下"}).status_code == 303
    page = desk.get(f"{base}/places-requests").text
    for said in ("给了现场 2 · 线上 0", "未同意", "坐不下", "没有等待答复的申请"):
        assert said in page, said
    with app.app_context():
        assert units.one(cast.meeting_id, cast.yuquan_id).in_person_limit == 3


def _form(cast: Cast, **changes: str) -> dict[str, str]:
    return {
        "name": "呼和浩特市玉泉区民政局",
        "province": "150000",
        "district": "呼和浩特市玉泉区",
        "kind": "member",
        **changes,
    }


def _state(cast: Cast) -> InvitationState:
    return invitation_lists.one(units.one(cast.meeting_id, cast.yuquan_id).id).state
