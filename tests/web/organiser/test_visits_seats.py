"""Seats on the visits at the desk: by number, off again, two people changed, everybody assigned as it was seen."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Delegate, Departure, OutboxMessage, SignUp
from conference.services import registration
from conference.services.activity import SYSTEM
from conference.vocabulary import MessageKind, Mode, Origin, Role
from tests.cast import Cast
from tests.visits import an_afternoon


@pytest.fixture
def buses(app: APIFlask, cast: Cast, now: datetime) -> list[int]:
    with app.app_context():
        made = an_afternoon(cast.meeting_id, begins=now + timedelta(hours=2), seats=(2, 2, 2))
        with db.transaction() as session:
            session.get_one(Departure, made[2]).pinned = True
            session.get_one(Departure, made[1]).accessible = True
        db.release()
    return made


def seats(app: APIFlask) -> dict[int, int]:
    with app.app_context():
        query = sa.select(SignUp.delegate_id, Departure.id).join(Departure, Departure.line_id == SignUp.line_id)
        found = dict(db.session().execute(query).all())
        db.release()
    return found


def _number(app: APIFlask, delegate_id: int) -> str:
    with app.app_context():
        return db.session().get_one(Delegate, delegate_id).number


def _more(app: APIFlask, cast: Cast, now: datetime, many: int) -> list[int]:
    with app.app_context():
        made = [
            registration.register(
                cast.meeting_id,
                registration.Entry(f"代表{n}", cast.kenli_id, Mode.IN_PERSON, phone=f"1391000{n:04}"),
                actor=SYSTEM,
                origin=Origin.PROGRAM,
                public_url=cast.public_url,
                now=now,
            ).delegate_id
            for n in range(many)
        ]
        db.release()
    return made


def test_people_are_put_taken_off_and_changed(
    app: APIFlask, desk: FlaskClient, cast: Cast, buses: list[int], as_role: Callable[[Role], FlaskClient]
) -> None:
    base = f"/desk/{cast.slug}/visits/seats"
    liran, chenzhuo = _number(app, cast.liran_id), _number(app, cast.chenzhuo_id)
    assert "李然" in desk.get(base).text
    for _ in range(2):
        said = desk.post(f"{base}/{buses[0]}/people", data={"number": liran.lstrip("0")}, follow_redirects=True)
        assert "已坐上1号车" in said.text
    desk.post(f"{base}/{buses[1]}/people", data={"number": chenzhuo})
    assert desk.post(f"{base}/{buses[1]}/people", data={"number": "9999"}).status_code == 422
    assert desk.post(f"{base}/{buses[1]}/people", data={"number": _number(app, cast.wangmin_id)}).status_code == 422
    assert (
        as_role(Role.REGISTRATION).post(f"{base}/swaps", data={"first": liran, "second": chenzhuo}).status_code == 403
    )
    assert desk.post(f"{base}/swaps", data={"first": liran, "second": chenzhuo}).status_code == 303
    assert seats(app) == {cast.liran_id: buses[1], cast.chenzhuo_id: buses[0]}
    assert desk.post(f"{base}/swaps", data={"first": liran, "second": liran}).status_code == 422
    for _ in range(2):
        assert desk.post(f"{base}/{buses[1]}/people/{cast.liran_id}/take-off").status_code == 303
    assert desk.post(f"{base}/swaps", data={"first": liran, "second": chenzhuo}).status_code == 422
    assert seats(app) == {cast.chenzhuo_id: buses[0]}


def test_everybody_is_assigned_as_it_was_seen_and_once(
    app: APIFlask, desk: FlaskClient, cast: Cast, buses: list[int], now: datetime
) -> None:
    address = f"/desk/{cast.slug}/visits/seats/assign"
    liran = _number(app, cast.liran_id)
    page = desk.get(f"{address}?rule=units&needing={liran}").text
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
    asked = {"rule": "units", "needing": liran, "seen": seen, "tell": "y"}
    assert desk.post(address, data=asked | {"seen": "0"}).status_code == 409
    assert desk.post(address, data=asked | {"needing": "9999"}).status_code in {409, 422}
    assert seats(app) == {}
    for _ in range(2):
        assert desk.post(address, data=asked).status_code == 303
    found = seats(app)
    assert (found.keys(), found[cast.liran_id]) == ({cast.liran_id, cast.chenzhuo_id}, buses[1])
    with app.app_context():
        kinds = sa.select(OutboxMessage.delegate_id).where(OutboxMessage.kind == MessageKind.SEAT_GIVEN)
        assert sorted(db.session().scalars(kinds)) == sorted([cast.liran_id, cast.chenzhuo_id])
        db.release()
    more = _more(app, cast, now, 5)
    page = desk.get(f"{address}?rule=units&needing=").text
    assert "3 人分不到座位" in page
    assert "个单位要分开坐" in page
    (seen,) = re.findall(r'name="seen" value="(\w+)"', page)
    # Somebody took a seat meanwhile: nothing is written until it is looked at again.
    desk.post(f"/desk/{cast.slug}/visits/seats/{buses[0]}/people", data={"number": _number(app, more[4])})
    assert desk.post(address, data={"rule": "units", "needing": "", "seen": seen}).status_code == 409
    assert len(seats(app)) == 3
    assert buses[2] not in seats(app).values()
