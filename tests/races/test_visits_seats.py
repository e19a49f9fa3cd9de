"""Last seats, one person on two buses, two swaps of one person: each once; and the controls."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate, Departure, SignUp, SignUpLine
from conference.services import registration, visits_seats, visits_swaps
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.visits_seats import By
from conference.vocabulary import Mode, Origin, SignUpStatus
from tests.cast import Cast
from tests.races import unguarded, visit_seat_deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.visits import an_afternoon

pytestmark = pytest.mark.races
ROUNDS = 24  # of a control, until the race shows


def test_the_last_seats_of_one_bus_while_others_come_from_another(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    """Six seats for nine people: three wish to change from the other bus, whose seats fall to those who wait there."""
    people, (small, other) = _people(cast, now, 9), _buses(cast, now, (3, 3))
    for who in people[:3]:
        _seat(cast, other, who, now)
    for who in people[3:6]:
        _seat(cast, other, who, now, may_wait=True)
    said = at_once([deed(visit_seat_deeds.take, cast.meeting_id, small, who, False) for who in people])
    assert Counter(said)["confirmed"] >= 3
    assert set(said) <= {"confirmed", "full"}
    _sound(cast)
    assert _standing(small) == (3, 3)


def test_one_person_on_two_buses_at_once(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    buses = _buses(cast, now, (4, 4, 4))
    at_once([deed(visit_seat_deeds.take, cast.meeting_id, bus, cast.liran_id, False) for bus in buses])
    assert sum(_standing(bus)[1] for bus in buses) == 1
    _sound(cast)


def test_without_the_lock_one_person_is_on_two_buses(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    buses = _buses(cast, now, (9, 9, 9, 9))
    for _ in range(ROUNDS):
        deeds = [deed(visit_seat_deeds.take, cast.meeting_id, bus, cast.liran_id, False) for bus in buses]
        at_once(deeds, without="locks")
        if sum(_standing(bus)[1] for bus in buses) > 1:
            return
        with db.transaction() as session:
            session.execute(sa.delete(SignUp))
            session.execute(sa.update(SignUpLine).values(taken=0))
        db.release()
    pytest.fail("the race did not show")


def test_two_swaps_of_one_person_at_once_are_one(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    swaps = _asked(cast, now)
    said = at_once([deed(visit_seat_deeds.agree, cast.meeting_id, swap, cast.liran_id) for swap in swaps])
    assert sorted(said) == ["done", "withdrawn"]
    _sound(cast)


def test_without_the_lock_both_swaps_are_done(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd, database_url: str
) -> None:
    unguarded.drop(database_url, "sign_ups", "uq_sign_ups_line_id_delegate_id")
    for _ in range(ROUNDS):
        swaps = _asked(cast, now)
        deeds = [deed(visit_seat_deeds.agree, cast.meeting_id, swap, cast.liran_id) for swap in swaps]
        if at_once(deeds, without="locks") == ["done", "done"]:
            return
        with db.transaction() as session:
            session.execute(sa.delete(SignUp))
            session.execute(sa.update(SignUpLine).values(taken=0))
        db.release()
    pytest.fail("the race did not show")


_rounds = iter(range(1000))


def _asked(cast: Cast, now: datetime) -> list[int]:
    """李然 and two others have seats, and both others asked 李然."""
    begins = timedelta(hours=2, days=next(_rounds))
    with db.transaction() as session:
        session.execute(sa.update(Departure).values(name=Departure.name + "x"))
    buses, (one, two) = _buses(cast, now + begins, (1, 1, 1)), _people(cast, now, 2)
    for bus, who in zip(buses, (cast.liran_id, one, two), strict=True):
        _seat(cast, bus, who, now)
    number = db.session().get_one(Delegate, cast.liran_id).number
    found = [
        visits_swaps.ask(cast.meeting_id, who, bus, number, Doing(SYSTEM, now, "")).id
        for bus, who in zip(buses[1:], (one, two), strict=True)
    ]
    db.release()
    return found


_phones = iter(range(10_000))


def _people(cast: Cast, now: datetime, many: int) -> list[int]:
    made = [
        registration.register(
            cast.meeting_id,
            registration.Entry(f"代表{n}", cast.kenli_id, Mode.IN_PERSON, phone=f"1391000{next(_phones):04}"),
            actor=SYSTEM,
            origin=Origin.PROGRAM,
            public_url=cast.public_url,
            now=now,
        ).delegate_id
        for n in range(many)
    ]
    db.release()
    return made


def _buses(cast: Cast, now: datetime, seats: tuple[int, ...]) -> list[int]:
    made = an_afternoon(cast.meeting_id, begins=now + timedelta(hours=2), seats=seats)
    db.release()
    return made


def _seat(cast: Cast, bus: int, who: int, now: datetime, *, may_wait: bool = False) -> None:
    visits_seats.take(cast.meeting_id, bus, who, Doing(SYSTEM, now, ""), by=By.ORGANISER, may_wait=may_wait)
    db.release()


def _standing(bus: int) -> tuple[int, int]:
    """Seats taken as the line says, and as the rows say."""
    line = sa.select(Departure.line_id).where(Departure.id == bus).scalar_subquery()
    taken = db.session().scalars(sa.select(SignUpLine.taken).where(SignUpLine.id == line)).one()
    rows = sa.select(sa.func.count()).where(SignUp.line_id == line, SignUp.status == SignUpStatus.CONFIRMED)
    found = taken, db.session().scalars(rows).one()
    db.release()
    return found


def _sound(cast: Cast) -> None:
    """No line that counts wrong or oversells, no free seat beside somebody waiting, nobody in two places."""
    for line in db.session().scalars(sa.select(SignUpLine)).all():
        rows = Counter(db.session().scalars(sa.select(SignUp.status).where(SignUp.line_id == line.id)))
        assert rows[SignUpStatus.CONFIRMED] == line.taken <= line.capacity
        assert not (rows[SignUpStatus.WAITLISTED] and line.places_left)
    each = Counter(db.session().scalars(sa.select(SignUp.delegate_id)))
    assert not each or max(each.values()) == 1
    db.release()
