"""A free place given by hand, where the line moves no more by itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Delegate
from conference.services import delegates, meetings, registration, terms
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.terms import Terms
from conference.vocabulary import DelegateStatus, Mode, Origin, Role
from tests.cast import Cast


@pytest.fixture
def waiting(app: APIFlask, cast: Cast, now: datetime) -> int:
    """赵敏 waits, the line stands still, and a place falls free."""
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
        made = registration.register(
            cast.meeting_id,
            registration.Entry("赵敏", cast.kenli_id, Mode.IN_PERSON, phone="13900000001"),
            actor=SYSTEM,
            origin=Origin.ORGANISER,
            public_url=cast.public_url,
            now=now,
        )
        terms.change(cast.meeting_id, Terms(None, now - timedelta(minutes=1), None, ()), doing)
        delegates.cancel(cast.meeting_id, cast.liran_id, doing)
        return made.delegate_id


def status(app: APIFlask, delegate_id: int) -> DelegateStatus:
    with app.app_context():
        return db.session().get_one(Delegate, delegate_id).status


def test_a_free_place_is_given_by_name(app: APIFlask, desk: FlaskClient, cast: Cast, waiting: int) -> None:
    assert "可候补，由会务组安排" in app.test_client().get(f"/m/{cast.slug}/").text
    page = desk.get(f"/desk/{cast.slug}/waiting").text
    assert "自动递补已经停止：空出的名额留给会务组点名。" in page
    assert "给这个名额" in page
    address = f"/desk/{cast.slug}/waiting/{waiting}/give"
    assert desk.post(address).status_code == 303
    assert status(app, waiting) is DelegateStatus.CONFIRMED
    again = desk.post(address)
    person = f"/desk/{cast.slug}/delegates/{waiting}"
    assert (again.status_code, again.location) == (303, person), "who has a place waits no more"
    assert "赵敏已经有名额了" in desk.get(person).text


def test_only_who_registers_people_gives_it(
    app: APIFlask, as_role: Callable[[Role], FlaskClient], cast: Cast, waiting: int
) -> None:
    for role in (Role.DOOR, Role.TRAVEL, Role.VIEWER):
        assert as_role(role).post(f"/desk/{cast.slug}/waiting/{waiting}/give").status_code == 403
    assert status(app, waiting) is DelegateStatus.WAITLISTED
