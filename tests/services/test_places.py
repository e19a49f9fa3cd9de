"""Places and lines: whatever people do in whatever order, nothing is oversold, forgotten or miscounted."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conference import db
from conference.models import Delegate
from conference.services import activity, delegates, meetings, registration, units
from conference.services.delegates import Doing
from conference.vocabulary import (
    Approval,
    DelegateStatus,
    MeetingStatus,
    Mode,
    OpenTo,
    Origin,
    Refusal,
    Refused,
)
from tests.cast import Cast
from tests.recount import assert_whole

_numbers = itertools.count(1)
EXPECTED = {
    Refusal.UNIT_FULL,
    Refusal.ALREADY_REGISTERED,
    Refusal.CAPACITY_BELOW_TAKEN,
    Refusal.NOT_ACTIVE,
}
VERBS = ("register", "register", "register", "pending", "confirm", "decline", "cancel", "cancel", "switch", "switch")
VERBS += ("capacity", "limit", "move", "erase", "phone")
steps = st.lists(
    st.tuples(st.sampled_from(VERBS), st.integers(0, 30), st.integers(0, 5), st.sampled_from(list(Mode))),
    min_size=5,
    max_size=25,
)


class Hall:
    """A meeting of three places in each mode, two units, and the things that can be done in it."""

    def __init__(self, cast: Cast, now: datetime, approval: Approval) -> None:
        self.doing = Doing(activity.SYSTEM, now, cast.public_url)
        self.cast = cast
        self.now = now
        self.id = meetings.make(
            meetings.Plan(
                slug=f"hall-{next(_numbers)}",
                title="推进会",
                place="大同",
                province="140000",
                starts_at=now + timedelta(hours=1),
                ends_at=now + timedelta(hours=2),
                registration_opens_at=now - timedelta(days=1),
                registration_closes_at=now + timedelta(days=1),
                capacity={Mode.IN_PERSON: 3, Mode.ONLINE: 3},
                status=MeetingStatus.OPEN,
                approval=approval,
                open_to=OpenTo.ANYONE,
            ),
            self.doing,
        ).id
        self.units = [
            units.add(self.id, units.UnitFacts(name, "140000"), self.doing)[0].unit_id for name in ("甲单位", "乙单位")
        ]
        self.people: list[int] = []

    def register(self, who: int, number: int, mode: Mode, origin: Origin = Origin.PROGRAM) -> int:
        entry = registration.Entry(
            name=f"代表{who}", unit_id=self.units[number % 2], mode=mode, phone=f"137{next(_numbers):08d}"
        )
        made = registration.register(
            self.id, entry, actor=activity.SYSTEM, origin=origin, public_url="http://localhost", now=self.now
        )
        self.people.append(made.delegate.id)
        return made.delegate.id

    def do(self, verb: str, who: int, number: int, mode: Mode) -> None:
        if verb in {"register", "pending"}:
            self.register(who, number, mode, Origin.ORGANISER if verb == "register" else Origin.PROGRAM)
        elif verb == "capacity":
            meetings.edit(self.id, {"capacity": {mode: None if number == 5 else number}}, self.doing)
        elif verb == "limit":
            limit = None if number == 5 else number
            units.edit(self.id, self.units[who % 2], {"delegate_limit": limit}, self.doing)
        elif self.people:
            person = self.people[who % len(self.people)]
            verbs: dict[str, Callable[[], object]] = {
                "confirm": lambda: delegates.confirm(self.id, person, self.doing),
                "decline": lambda: delegates.decline(self.id, person, self.doing),
                "cancel": lambda: delegates.cancel(self.id, person, self.doing),
                "switch": lambda: delegates.edit(self.id, person, {"mode": mode}, self.doing),
                "move": lambda: delegates.edit(self.id, person, {"unit_id": self.units[number % 2]}, self.doing),
                "erase": lambda: delegates.erase(self.id, person, self.doing),
                "phone": lambda: delegates.edit(self.id, person, {"phone": f"1390000000{number}"}, self.doing),
            }
            verbs[verb]()

    def line(self, mode: Mode) -> list[int]:
        db.release()
        query = sa.select(Delegate.id).where(Delegate.meeting_id == self.id, Delegate.queue_mode == mode)
        return list(db.session().scalars(query.order_by(Delegate.ticket)))

    def got(self, mode: Mode) -> set[int]:
        db.release()
        query = sa.select(Delegate.id).where(
            Delegate.meeting_id == self.id, Delegate.mode == mode, Delegate.status == DelegateStatus.CONFIRMED
        )
        return set(db.session().scalars(query))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=steps, approval=st.sampled_from(list(Approval)))
def test_nothing_is_oversold_forgotten_or_miscounted(
    context: APIFlask, cast: Cast, now: datetime, steps: list[tuple[str, int, int, Mode]], approval: Approval
) -> None:
    hall = Hall(cast, now, approval)
    for verb, who, number, mode in steps:
        lines = {m: hall.line(m) for m in Mode}
        try:
            hall.do(verb, who, number, mode)
        except Refused as refused:
            if refused.refusal not in EXPECTED:
                raise
        for m in Mode:
            moved = [id_ for id_ in lines[m] if id_ in hall.got(m)]
            still = hall.line(m)
            # Who moved up stood before everybody who still waits.
            assert [id_ for id_ in lines[m] if id_ in moved or id_ in still] == moved + [
                id_ for id_ in lines[m] if id_ in still
            ]
        assert_whole(hall.id)


@pytest.fixture
def hall(context: APIFlask, cast: Cast, now: datetime) -> Hall:
    return Hall(cast, now, Approval.AUTOMATIC)


HERE, THERE = Mode.IN_PERSON, Mode.ONLINE


def _at(hall: Hall, *people: int) -> list[tuple[DelegateStatus, Mode, Mode | None]]:
    db.release()
    found = [db.session().get_one(Delegate, id_) for id_ in people]
    return [(p.status, p.mode, p.waiting_for) for p in found]


def test_a_wish_for_a_full_mode_keeps_the_old_place_until_it_comes_true(hall: Hall) -> None:
    first, *_ = [hall.register(n, 0, HERE) for n in range(3)]
    there = hall.register(9, 1, THERE)
    delegates.edit(hall.id, there, {"mode": HERE}, hall.doing)
    assert _at(hall, there) == [(DelegateStatus.CONFIRMED, THERE, HERE)]
    late = hall.register(10, 1, HERE)
    assert hall.line(HERE) == [there, late]
    delegates.cancel(hall.id, first, hall.doing)
    assert _at(hall, there, late) == [
        (DelegateStatus.CONFIRMED, HERE, None),
        (DelegateStatus.WAITLISTED, HERE, None),
    ]
    assert_whole(hall.id)


def test_a_wish_is_dropped_by_wishing_back_and_the_line_closes_up(hall: Hall) -> None:
    for n in range(3):
        hall.register(n, 0, HERE)
    there, late = hall.register(9, 1, THERE), hall.register(10, 1, HERE)
    delegates.edit(hall.id, there, {"mode": HERE}, hall.doing)
    delegates.edit(hall.id, there, {"mode": THERE}, hall.doing)
    assert hall.line(HERE) == [late]
    assert _at(hall, there) == [(DelegateStatus.CONFIRMED, THERE, None)]
    delegates.edit(hall.id, there, {"mode": HERE}, hall.doing)
    assert hall.line(HERE) == [late, there]  # at the end again


def test_somebody_who_waits_takes_a_free_place_of_the_other_mode_at_once(hall: Hall) -> None:
    for n in range(3):
        hall.register(n, 0, HERE)
    waits = hall.register(9, 0, HERE)
    delegates.edit(hall.id, waits, {"mode": THERE}, hall.doing)
    assert _at(hall, waits) == [(DelegateStatus.CONFIRMED, THERE, None)]


def test_one_free_place_can_move_two_people(hall: Hall) -> None:
    here = [hall.register(n, 0, HERE) for n in range(3)]
    there = [hall.register(10 + n, 1, THERE) for n in range(3)]
    delegates.edit(hall.id, there[0], {"mode": HERE}, hall.doing)
    waits = hall.register(20, 0, THERE)
    delegates.cancel(hall.id, here[0], hall.doing)  # there[0] comes here, and leaves a place for `waits`
    assert _at(hall, there[0], waits) == [
        (DelegateStatus.CONFIRMED, HERE, None),
        (DelegateStatus.CONFIRMED, THERE, None),
    ]
    assert_whole(hall.id)


def test_a_raised_capacity_moves_the_line_and_a_lowered_one_is_refused(hall: Hall) -> None:
    people = [hall.register(n, 0, HERE) for n in range(6)]
    meetings.edit(hall.id, {"capacity": {HERE: 5}}, hall.doing)
    assert hall.line(HERE) == people[5:]
    with pytest.raises(Refused) as said:
        meetings.edit(hall.id, {"capacity": {HERE: 4}, "title": "不该留下"}, hall.doing)
    assert said.value.refusal is Refusal.CAPACITY_BELOW_TAKEN
    assert meetings.by_id(hall.id).title == "推进会"
    meetings.edit(hall.id, {"capacity": {HERE: None}}, hall.doing)
    assert hall.line(HERE) == []
    assert_whole(hall.id)


def test_a_lowered_limit_keeps_those_inside_and_takes_nobody_more(hall: Hall) -> None:
    people = [hall.register(n, 0, THERE) for n in range(3)]
    units.edit(hall.id, hall.units[0], {"delegate_limit": 1}, hall.doing)
    for _ in range(2):
        with pytest.raises(Refused) as said:
            hall.register(9, 0, HERE)
        assert said.value.refusal is Refusal.UNIT_FULL
        delegates.cancel(hall.id, people.pop(), hall.doing)
        assert_whole(hall.id)
    with pytest.raises(Refused):
        hall.register(9, 0, HERE)
    delegates.cancel(hall.id, people.pop(), hall.doing)
    hall.register(9, 0, HERE)
    assert_whole(hall.id)


def test_confirming_somebody_at_capacity_puts_them_into_the_line(context: APIFlask, cast: Cast, now: datetime) -> None:
    hall = Hall(cast, now, Approval.REVIEW)
    people = [hall.register(n, 0, HERE) for n in range(4)]
    assert {status for status, *_ in _at(hall, *people)} == {DelegateStatus.PENDING}
    for person in people:
        delegates.confirm(hall.id, person, hall.doing)
    assert [status.value for status, *_ in _at(hall, *people)] == ["confirmed"] * 3 + ["waitlisted"]
    again = delegates.confirm(hall.id, people[0], hall.doing)
    assert again.status is DelegateStatus.CONFIRMED
    assert_whole(hall.id)


@pytest.mark.parametrize("verb", ["confirm", "decline", "cancel", "reissue"])
def test_a_place_that_is_over_is_over(hall: Hall, verb: str) -> None:
    person = hall.register(1, 0, HERE)
    delegates.cancel(hall.id, person, hall.doing)
    with pytest.raises(Refused) as said:
        getattr(delegates, verb)(hall.id, person, hall.doing)
    assert said.value.refusal is Refusal.NOT_ACTIVE
    with pytest.raises(Refused):
        delegates.edit(hall.id, person, {"mode": THERE}, hall.doing)
    assert_whole(hall.id)
