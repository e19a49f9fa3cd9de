"""Units: found, added, edited; the link and the text that goes with it."""

from __future__ import annotations

from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Participation
from conference.services import meetings, todos, unit_lists, units
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.units import UnitFacts
from conference.vocabulary import InvitationAnswer, MeetingStatus, Todo
from tests.cast import Cast

GOOD = {
    "name": "示例区民政局",
    "province": "140000",
    "district": "大同市",
    "kind": "member",
    "credit_code": "",
    "delegate_limit": "8",
}


def test_a_unit_is_added_once_and_shows_its_link(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    first = desk.post(f"/desk/{cast.slug}/units/new", data=GOOD)
    again = desk.post(f"/desk/{cast.slug}/units/new", data=GOOD)
    assert (first.status_code, again.status_code, first.location) == (303, 303, again.location)
    with app.app_context():
        page = unit_lists.page(cast.meeting_id, search="示例区")
        assert [(part.unit.name, part.delegate_limit) for part in page.items] == [("示例区民政局", 8)]
        token = units.link_token(page.items[0])
    shown = desk.get(first.location).text
    assert f"http://localhost/r/{token}" in shown
    assert "请贵单位参会人员于" in shown
    assert "<svg" in shown


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "长" * 201),
        ("name", "\x00"),
        ("province", ""),
        ("kind", "club"),
        ("credit_code", "91350100M000100Y44"),
        ("delegate_limit", "-1"),
        ("delegate_limit", "八"),
    ],
)
def test_a_bad_unit_is_told_so(app: APIFlask, desk: FlaskClient, cast: Cast, field: str, value: str) -> None:
    page = desk.post(f"/desk/{cast.slug}/units/new", data=GOOD | {"district": "仍在这里"} | {field: value})
    assert page.status_code == 422
    assert 'value="仍在这里"' in page.text
    with app.app_context():
        assert unit_lists.page(cast.meeting_id).total == 2


def test_edit_changes_the_unit_and_another_ones_name_is_refused(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/units/{cast.yuquan_id}"
    answer = desk.post(f"{address}/edit", data=GOOD | {"name": "玉泉区民政局", "province": "150000"})
    assert (answer.status_code, answer.location) == (303, address)
    taken = desk.post(f"{address}/edit", data=GOOD | {"name": "东营市垦利区民政局", "province": "370000"})
    assert taken.status_code == 422
    with app.app_context():
        part = units.one(cast.meeting_id, cast.yuquan_id)
        assert (part.unit.name, part.unit.province, part.delegate_limit) == ("玉泉区民政局", "150000", 8)


def test_a_renewed_link_is_asked_for_and_kills_the_old_one(
    app: APIFlask, desk: FlaskClient, client: FlaskClient, cast: Cast
) -> None:
    address = f"/desk/{cast.slug}/units/{cast.yuquan_id}/link"
    assert "旧链接立刻打不开" in desk.get(address).text
    assert client.get(f"/r/{cast.yuquan_link}").status_code == 200
    assert desk.post(address).status_code == 303
    assert client.get(f"/r/{cast.yuquan_link}").status_code == 404
    with app.app_context():
        token = units.link_token(units.one(cast.meeting_id, cast.yuquan_id))
    assert client.get(f"/r/{token}").status_code == 200


def test_while_in_draft_the_link_is_said_to_work_later(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    address, said = f"/desk/{cast.slug}/units/{cast.yuquan_id}", "会议开放后才能用它报名"
    assert said not in desk.get(address).text
    with app.app_context():
        meetings.turn(cast.meeting_id, MeetingStatus.DRAFT, Doing(SYSTEM, now, cast.public_url))
    page = desk.get(address).text
    assert said in page
    assert f'href="/desk/{cast.slug}/status/open"' in page


def test_search_filters_and_numbered_pages(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        for i in range(60):
            facts = UnitFacts(f"示例第{i:02d}中心", "320000" if i % 2 else "110000")
            units.add(cast.meeting_id, facts, Doing(SYSTEM, now, cast.public_url))
        db.release()
    base = f"/desk/{cast.slug}/units"
    assert "示例第07中心" in desk.get(f"{base}?q=第07").text
    assert "玉泉" not in desk.get(f"{base}?province=320000").text
    assert "玉泉" not in desk.get(f"{base}?state=silent").text
    first, second = desk.get(base).text, desk.get(f"{base}?page=2").text
    assert ("共 62 个" in first, "共 62 个" in second) == (True, True)
    assert "垦利" not in first
    assert "垦利" in second
    for odd in ("?q=%00%25_", "?kind=club", "?province=1", "?page=-3", "?page=" + "9" * 30, "?q=" + "长" * 500):
        assert desk.get(base + odd).status_code == 200, odd


def test_a_unit_that_declined_is_not_silent(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        for name, answer in (("河口区民政局", None), ("利津县民政局", InvitationAnswer.DECLINED)):
            part, _ = units.add(cast.meeting_id, UnitFacts(name, "370000"), Doing(SYSTEM, now, cast.public_url))
            with db.transaction() as session:
                session.get_one(Participation, part.id).answer = answer
        todo = todos.of(meetings.by_id(cast.meeting_id), pending=0, now=now)
        db.release()
    assert todo[Todo.SILENT_UNITS] == 1
    page = desk.get(f"/desk/{cast.slug}/units?state=silent").text
    assert ("河口区民政局" in page, "利津县民政局" in page) == (True, False)
