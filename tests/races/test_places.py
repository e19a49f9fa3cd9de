"""Many at once for the last places, a unit's limit, one phone; and each again with its guard taken away."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate, Line, OutboxMessage, Participation
from conference.services import activity, meetings, registration, units
from conference.services.delegates import Doing
from conference.vocabulary import DelegateStatus, MessageKind, Mode, Origin
from tests.cast import Cast
from tests.races import deeds, unguarded
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.recount import assert_whole

pytestmark = pytest.mark.races
CROWD = 12
ROUNDS = 24  # of a control, until the race shows


def test_the_last_places_of_a_mode_are_sold_once(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    _capacity(cast, now, 5)  # two of them are taken
    said = at_once([deed(deeds.register, *_newcomer(cast, n)) for n in range(CROWD)])
    assert Counter(said) == {"confirmed": 3, "waitlisted": CROWD - 3}
    assert _confirmed(cast) == 5
    assert_whole(cast.meeting_id)


def test_without_the_lock_places_are_sold_twice(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd, database_url: str
) -> None:
    unguarded.drop(database_url, "lines", "ck_lines_within_capacity")
    for turn in range(ROUNDS):
        capacity = _confirmed(cast) + 3
        _write(sa.update(Line).where(Line.mode == Mode.IN_PERSON).values(capacity=capacity, taken=capacity - 3))
        at_once([deed(deeds.register, *_newcomer(cast, turn * CROWD + n)) for n in range(CROWD)], without="locks")
        if _confirmed(cast) > capacity:
            return
        _write(
            sa.update(Delegate)
            .where(Delegate.status == DelegateStatus.WAITLISTED)
            .values(status=DelegateStatus.CANCELLED, ticket=None, queue_mode=None)
        )
    pytest.fail("the race did not show")


def test_a_unit_stays_within_its_limit(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    units.edit(cast.meeting_id, cast.yuquan_id, {"delegate_limit": 5}, _doing(cast, now))  # two are there
    people = [(*_newcomer(cast, n), None, ("in_person", "online")[n % 2]) for n in range(CROWD)]
    said = at_once([deed(deeds.register, *person) for person in people])
    assert Counter(said) == {"confirmed": 3, "unit_full": CROWD - 3}
    assert_whole(cast.meeting_id)


def test_without_the_lock_a_unit_passes_its_limit(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd, database_url: str
) -> None:
    unguarded.drop(database_url, "participations", "ck_participations_within_limit")
    for turn in range(ROUNDS):
        active = _count(Delegate.unit_id == cast.yuquan_id)
        _write(
            sa.update(Participation)
            .where(Participation.unit_id == cast.yuquan_id)
            .values(delegate_limit=active + 3, active=active)
        )
        people = [_newcomer(cast, turn * CROWD + n) for n in range(CROWD)]
        at_once([deed(deeds.register, *person) for person in people], without="locks")
        if _count(Delegate.unit_id == cast.yuquan_id) > active + 3:
            return
    pytest.fail("the race did not show")


SPELLINGS = ("13900000001", "+86 139 0000 0001", "139-0000-0001", "0086 13900000001")


@pytest.mark.parametrize("by", ["phone", "email"])
def test_one_contact_gets_one_place(context: APIFlask, cast: Cast, at_once: Crowd, by: str) -> None:
    said = at_once([deed(deeds.register, *_twin(cast, n, by)) for n in range(CROWD)])
    assert Counter(said) == {"confirmed": 1, "already_registered": CROWD - 1}
    assert_whole(cast.meeting_id)


def test_without_lock_and_index_one_phone_gets_two_places(
    context: APIFlask, cast: Cast, at_once: Crowd, database_url: str
) -> None:
    unguarded.drop(database_url, "delegates", "uq_delegates_active_phone_index")
    for _ in range(ROUNDS):
        before = _count(Delegate.name.startswith("同一人"))
        at_once([deed(deeds.register, *_twin(cast, n, "phone")) for n in range(CROWD)], without="locks")
        if _count(Delegate.name.startswith("同一人")) > before + 1:
            return
        _write(sa.update(Delegate).where(Delegate.name.startswith("同一人")).values(status=DelegateStatus.CANCELLED))
    pytest.fail("the race did not show")


def test_the_line_moves_in_order_while_people_cancel(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    _capacity(cast, now, 6)
    people = [_register(cast, n, now) for n in range(20)]  # four are confirmed, sixteen wait
    confirmed, waiting = people[:4], people[4:]
    leaving = [*confirmed[:3], cast.liran_id, *waiting[1:9:2]]
    crowd = [deed(deeds.cancel, cast.meeting_id, id_) for id_ in leaving]
    crowd += [deed(deeds.switch, cast.meeting_id, confirmed[3], "online")]
    crowd += [deed(deeds.register, *_newcomer(cast, 500 + n)) for n in range(3)]
    said = at_once(crowd)
    assert Counter(said) == {"cancelled": 8, "online": 1, "waitlisted": 3}
    left = [id_ for id_ in waiting if id_ not in leaving]
    moved = [id_ for id_ in left if _status(id_) is DelegateStatus.CONFIRMED]
    assert moved == left[:5]
    told = db.session().scalars(sa.select(OutboxMessage.delegate_id).where(OutboxMessage.kind == MessageKind.CONFIRMED))
    # Somebody who left may have moved up before; those who stayed were told once each.
    assert Counter(id_ for id_ in told if id_ in left) == dict.fromkeys(left[:5], 1)
    assert_whole(cast.meeting_id)


def _newcomer(cast: Cast, n: int) -> tuple[int, int, str, str]:
    return cast.meeting_id, cast.yuquan_id, f"代表{n}", f"137{n:08d}"


def _twin(cast: Cast, n: int, by: str) -> tuple[int, int, str, str | None, str | None]:
    unit_id = (cast.yuquan_id, cast.kenli_id)[n % 2]
    if by == "phone":
        return cast.meeting_id, unit_id, f"同一人{n}", SPELLINGS[n % 4], None
    return cast.meeting_id, unit_id, f"同一人{n}", None, ("li@example.org", "Li@Example.ORG")[n % 2]


def _doing(cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


def _capacity(cast: Cast, now: datetime, places: int) -> None:
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: places}}, _doing(cast, now))
    db.release()


def _register(cast: Cast, n: int, now: datetime) -> int:
    meeting_id, unit_id, name, phone = _newcomer(cast, n)
    entry = registration.Entry(name=name, unit_id=unit_id, mode=Mode.IN_PERSON, phone=phone)
    made = registration.register(
        meeting_id, entry, actor=activity.SYSTEM, origin=Origin.PROGRAM, public_url=cast.public_url, now=now
    )
    return made.delegate.id


def _write(statement: sa.Update) -> None:
    with db.transaction() as session:
        session.execute(statement)


def _count(*where: sa.ColumnElement[bool]) -> int:
    db.release()
    active = Delegate.status.in_([s for s in DelegateStatus if s.active])
    return db.session().scalar(sa.select(sa.func.count()).select_from(Delegate).where(active, *where)) or 0


def _confirmed(cast: Cast) -> int:
    return _count(Delegate.status == DelegateStatus.CONFIRMED, Delegate.mode == Mode.IN_PERSON)


def _status(delegate_id: int) -> DelegateStatus:
    db.release()
    return db.session().scalars(sa.select(Delegate.status).where(Delegate.id == delegate_id)).one()
