"""The waiting lines at the desk: in order, moved with a reason."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import activity, delegates, lines, meetings, registration
from conference.services.delegates import Doing
from conference.vocabulary import Mode, Origin, Role
from tests.cast import Cast
from tests.web.organiser.conftest import Browser


@pytest.fixture
def waiting(app: APIFlask, cast: Cast, now: datetime) -> list[int]:
    """王敏, who wishes to come in person, and two newcomers behind her."""
    with app.app_context():
        doing = Doing(activity.SYSTEM, now, cast.public_url)
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
        delegates.edit(cast.meeting_id, cast.wangmin_id, {"mode": Mode.IN_PERSON}, doing)
        made = [
            registration.register(
                cast.meeting_id,
                registration.Entry(name, cast.kenli_id, Mode.IN_PERSON, phone=f"1390000000{n}"),
                actor=activity.SYSTEM,
                origin=Origin.PROGRAM,
                public_url=cast.public_url,
                now=now,
            ).delegate.id
            for n, name in enumerate(("孙明", "赵宁"))
        ]
        db.release()
        return [cast.wangmin_id, *made]


def test_the_line_is_shown_in_order(desk: FlaskClient, cast: Cast, waiting: list[int]) -> None:
    page = desk.get(f"/desk/{cast.slug}/waiting").text
    assert page.index(">王敏</a>") < page.index(">孙明</a>") < page.index(">赵宁</a>")
    assert "已有线上名额，想改过来" in page
    counted = re.search(r'/waiting"[^>]*>.*?<span[^>]*count[^>]*>(\d+)', page, re.DOTALL)
    assert counted is not None
    assert counted[1] == "3"  # her wish among them
    assert "现场名额 2，已确认 2" in page
    assert "这一队没有人候补" in desk.get(f"/desk/{cast.slug}/waiting?mode=online").text
    assert desk.get(f"/desk/{cast.slug}/waiting?mode=hybrid&after=x&before={2**63}").status_code == 200


def test_somebody_is_moved_with_a_reason(app: APIFlask, desk: FlaskClient, cast: Cast, waiting: list[int]) -> None:
    address = f"/desk/{cast.slug}/waiting/{waiting[2]}"
    assert "现场候补第 3 位，共 3 人" in desk.get(address).text
    for bad in ({"place": "1"}, {"reason": "x"}, {"place": "0", "reason": "x"}, {"place": "一", "reason": "x"}):
        answer = desk.post(address, data=bad)
        assert answer.status_code == 422, bad
    for _ in range(2):
        answer = desk.post(address, data={"place": "１", "reason": "发言人"})
        assert answer.location == f"/desk/{cast.slug}/waiting?mode=in_person"
    assert "赵宁现在排第 1 位。" in desk.get(answer.location).text
    with app.app_context():
        found = [one.id for one in lines.page(cast.meeting_id, Mode.IN_PERSON).items]
        assert found == [waiting[2], waiting[0], waiting[1]]
    record = desk.get(f"/desk/{cast.slug}/activity?subject=delegate&id={waiting[2]}").text
    assert record.count("改候补位次") == 1
    assert "发言人" in record


def test_a_place_above_the_capacity_asks_for_a_reason(
    app: APIFlask, desk: FlaskClient, as_role: Browser, cast: Cast, waiting: list[int]
) -> None:
    address = f"/desk/{cast.slug}/waiting/{waiting[2]}/beyond"
    page = desk.get(address).text
    assert "现场名额 2，已确认 2：这一个在名额之外" in page
    assert "排在前面的 2 人不受影响" in page
    assert desk.post(address, data={"reason": ""}).status_code == 422
    assert as_role(Role.REGISTRATION).post(address, data={"reason": "x"}).status_code == 403
    assert desk.post(address, data={"reason": "发言人"}).status_code == 303
    person = f"/desk/{cast.slug}/delegates/{waiting[2]}"
    for method in ("GET", "POST"):  # waits no more
        again = desk.open(address, method=method)
        assert (again.status_code, again.location) == (303, person)
        assert "赵宁已经有名额了" in desk.get(person).text
    with app.app_context():
        assert [one.id for one in lines.page(cast.meeting_id, Mode.IN_PERSON).items] == waiting[:2]


def test_who_does_not_wait_is_not_moved_and_who_may_not_is_refused(
    app: APIFlask, desk: FlaskClient, as_role: Browser, cast: Cast, now: datetime, waiting: list[int]
) -> None:
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.chenzhuo_id, Doing(activity.SYSTEM, now, cast.public_url))
        db.release()
    answer = desk.get(f"/desk/{cast.slug}/waiting/{cast.chenzhuo_id}")
    assert answer.location == f"/desk/{cast.slug}/delegates/{cast.chenzhuo_id}"
    assert "陈卓已经不在候补" in desk.get(answer.location).text
    assert desk.get(f"/desk/{cast.slug}/waiting/999999").status_code == 404
    assert desk.get(f"/desk/{cast.slug}/waiting/{2**63}").status_code == 404
    travel = as_role(Role.TRAVEL)
    assert "移动" not in travel.get(f"/desk/{cast.slug}/waiting").text
    assert travel.post(f"/desk/{cast.slug}/waiting/{waiting[0]}", data={}).status_code == 403
