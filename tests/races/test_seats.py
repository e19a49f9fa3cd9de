"""Editors who seat several people on one seat at one instant, and one who seats whoever is just cancelling."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate, Seating
from conference.rules.halls import Row
from conference.services import activity, halls, registration
from conference.services.delegates import Doing
from conference.services.halls import HallPlan
from conference.vocabulary import Mode, Origin, SeatNumbering
from tests.cast import Cast
from tests.races import deeds, unguarded
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.recount import assert_whole

pytestmark = pytest.mark.races
CROWD = 6
ROUNDS = 24  # of the control, until the race shows


def test_one_of_many_has_the_seat(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    people = _seated_hall(cast, now)
    said = at_once([deed(deeds.sit, cast.meeting_id, id_, (0, 3)) for id_ in people])
    assert Counter(said) == {"1排3座": 1, "seat_taken": CROWD - 1}
    assert list(_worded().values()) == ["1排3座"]
    assert _rows() == dict.fromkeys(_worded(), 3)


def test_a_seat_and_a_cancellation_meet(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    people = _seated_hall(cast, now)
    at_once(
        [deed(deeds.sit, cast.meeting_id, id_, (0, at)) for at, id_ in enumerate(people, 1)]
        + [deed(deeds.cancel, cast.meeting_id, people[0]), deed(deeds.cancel, cast.meeting_id, people[1])]
    )
    assert _rows() == {id_: at for at, id_ in enumerate(people, 1) if at > 2}
    assert _worded() == {id_: f"1排{at}座" for at, id_ in enumerate(people, 1) if at > 2}
    assert_whole(cast.meeting_id)


def test_without_locks_and_constraint_two_sit_on_one_seat(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd, database_url: str
) -> None:
    db.release()
    unguarded.drop(database_url, "seatings", "uq_seatings_hall_id_row_number")
    people = _seated_hall(cast, now)
    for _ in range(ROUNDS):
        at_once([deed(deeds.sit, cast.meeting_id, id_, (0, 3)) for id_ in people], without="locks")
        if len(_rows()) > 1:
            return
        with db.transaction() as session:
            session.execute(sa.delete(Seating))
            session.execute(sa.update(Delegate).values(seat=""))
    pytest.fail("the race did not show")


def _seated_hall(cast: Cast, now: datetime) -> list[int]:
    """A hall of one row, and the people who want to sit in it."""
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    halls.save(cast.meeting_id, HallPlan("大礼堂", (Row("1", 8),), SeatNumbering.LEFT), opened="", doing=doing)
    people = []
    for n in range(CROWD):
        entry = registration.Entry(f"代表{n}", cast.kenli_id, Mode.IN_PERSON, phone=f"1391111{n:04}")
        made = registration.register(
            cast.meeting_id, entry, actor=activity.SYSTEM, origin=Origin.PROGRAM, public_url=cast.public_url, now=now
        )
        people.append(made.delegate.id)
    db.release()
    return people


def _rows() -> dict[int, int]:
    db.release()
    return dict(db.session().execute(sa.select(Seating.delegate_id, Seating.number)).all())


def _worded() -> dict[int, str]:
    db.release()
    return dict(db.session().execute(sa.select(Delegate.id, Delegate.seat).where(Delegate.seat != "")).all())
