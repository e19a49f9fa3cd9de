"""A line that moves by an organiser's hand alone, and categories that the hall's figure leaves out."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate, OutboxMessage
from conference.services import (
    activity,
    checkin,
    checkpoints,
    delegates,
    door,
    figures,
    lines,
    meetings,
    registration,
    terms,
)
from conference.services.capacities import lines as read_lines
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.services.terms import Terms
from conference.vocabulary import Category, DelegateStatus, MessageKind, Mode, Origin, Refusal, Refused
from tests.cast import Cast
from tests.recount import assert_whole

WAITS, CONFIRMED = DelegateStatus.WAITLISTED, DelegateStatus.CONFIRMED


@pytest.fixture
def doing(cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


def enter(cast: Cast, now: datetime, n: int, mode: Mode = Mode.IN_PERSON) -> int:
    made = registration.register(
        cast.meeting_id,
        registration.Entry(f"代表{n}", cast.kenli_id, mode, phone=f"139000{n:05d}"),
        actor=activity.SYSTEM,
        origin=Origin.ORGANISER,
        public_url=cast.public_url,
        now=now,
    )
    return made.delegate_id


def status(*ids: int) -> list[DelegateStatus]:
    db.release()
    return [db.session().get_one(Delegate, id_).status for id_ in ids]


@pytest.fixture
def waiting(context: APIFlask, cast: Cast, now: datetime, doing: Doing) -> list[int]:
    """Two places, both taken; three who wait; and the line stands still."""
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
    found = [enter(cast, now, n) for n in range(3)]
    assert status(*found) == [WAITS] * 3
    terms.change(cast.meeting_id, Terms(None, now - timedelta(minutes=1), None, ()), doing)
    return found


def test_a_freed_place_stays_free_until_it_is_given(waiting: list[int], cast: Cast, doing: Doing) -> None:
    first, second, third = waiting
    delegates.cancel(cast.meeting_id, cast.liran_id, doing)
    assert status(*waiting) == [WAITS] * 3
    assert read_lines(cast.meeting_id)[Mode.IN_PERSON].left == 1
    lines.give(cast.meeting_id, second, doing, reason="主旨发言人")
    assert status(*waiting) == [WAITS, CONFIRMED, WAITS]
    with pytest.raises(Refused) as refused:
        lines.give(cast.meeting_id, first, doing)
    assert refused.value.refusal is Refusal.NO_PLACE_FREE
    with pytest.raises(Refused) as refused:
        lines.give(cast.meeting_id, second, doing)
    assert refused.value.refusal is Refusal.NOT_WAITING
    told = db.session().scalars(sa.select(OutboxMessage.delegate_id).where(OutboxMessage.kind == MessageKind.CONFIRMED))
    assert list(told) == [second]
    assert third
    assert_whole(cast.meeting_id)


def test_nothing_but_a_hand_moves_it(waiting: list[int], cast: Cast, now: datetime, doing: Doing) -> None:
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 10}}, doing)
    delegates.edit(cast.meeting_id, cast.chenzhuo_id, {"mode": Mode.ONLINE}, doing)
    delegates.erase(cast.meeting_id, cast.liran_id, doing)
    assert status(*waiting) == [WAITS] * 3
    late = enter(cast, now, 9)
    assert status(late) == [WAITS], "who comes now does not overtake the line"
    delegates.edit(cast.meeting_id, cast.wangmin_id, {"mode": Mode.IN_PERSON}, doing)
    assert db.session().get_one(Delegate, cast.wangmin_id).waiting_for is Mode.IN_PERSON
    page = read_lines(cast.meeting_id, now=now)[Mode.IN_PERSON]
    assert (page.left, page.shown_left, page.held) == (10, 0, True)
    assert_whole(cast.meeting_id)


def test_an_unlimited_mode_is_held_for_who_waits_too(
    waiting: list[int], cast: Cast, now: datetime, doing: Doing
) -> None:
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: None}}, doing)
    assert status(*waiting, enter(cast, now, 9)) == [WAITS] * 4
    for delegate_id in waiting:
        lines.give(cast.meeting_id, delegate_id, doing)
    assert status(*waiting) == [CONFIRMED] * 3


def test_where_nobody_waits_a_place_is_taken_as_ever(
    waiting: list[int], cast: Cast, now: datetime, doing: Doing
) -> None:
    for delegate_id in waiting:
        delegates.cancel(cast.meeting_id, delegate_id, doing)
    delegates.cancel(cast.meeting_id, cast.liran_id, doing)
    assert status(enter(cast, now, 9), enter(cast, now, 10)) == [CONFIRMED, WAITS]


def test_a_line_that_may_move_again_does_so_at_once(
    waiting: list[int], cast: Cast, now: datetime, doing: Doing
) -> None:
    delegates.cancel(cast.meeting_id, cast.liran_id, doing)
    terms.change(cast.meeting_id, Terms(None, now + timedelta(hours=1), None, ()), doing)
    assert status(*waiting) == [CONFIRMED, WAITS, WAITS]
    assert_whole(cast.meeting_id)


def test_a_wish_is_granted_by_hand(waiting: list[int], cast: Cast, doing: Doing) -> None:
    delegates.edit(cast.meeting_id, cast.wangmin_id, {"mode": Mode.IN_PERSON}, doing)
    delegates.cancel(cast.meeting_id, cast.liran_id, doing)
    lines.give(cast.meeting_id, cast.wangmin_id, doing)
    db.release()
    wangmin = db.session().get_one(Delegate, cast.wangmin_id)
    assert (wangmin.mode, wangmin.status, wangmin.queue_mode) == (Mode.IN_PERSON, CONFIRMED, None)
    assert_whole(cast.meeting_id)


def shown(cast: Cast, now: datetime) -> tuple[int, int, dict[str, int]]:
    db.release()
    found = figures.of(cast.meeting_id, now=now)
    return found.present, found.inside, found.provinces_present


def test_who_is_left_out_is_right_at_once(context: APIFlask, cast: Cast, now: datetime, doing: Doing) -> None:
    delegates.edit(cast.meeting_id, cast.chenzhuo_id, {"category": Category.LEADER}, doing)
    for n, code in enumerate((cast.liran_code, cast.chenzhuo_code)):
        checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, f"n{n}"), Gate("东门"), now=now)
    assert shown(cast, now) == (2, 2, {"150000": 1, "370000": 1})
    terms.change(cast.meeting_id, Terms(None, None, None, (Category.LEADER, Category.STAFF)), doing)
    assert shown(cast, now) == (1, 1, {"150000": 1})
    assert_whole(cast.meeting_id)
    delegates.edit(cast.meeting_id, cast.chenzhuo_id, {"category": Category.EXPERT}, doing)
    assert shown(cast, now) == (2, 2, {"150000": 1, "370000": 1})
    delegates.edit(cast.meeting_id, cast.liran_id, {"category": Category.STAFF, "unit_id": cast.kenli_id}, doing)
    assert shown(cast, now) == (1, 1, {"370000": 1})
    assert_whole(cast.meeting_id)
    checkin.check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "again"), Gate("东门"), now=now)
    terms.change(cast.meeting_id, Terms(None, None, None, ()), doing)
    assert shown(cast, now) == (2, 2, {"370000": 2})
    assert_whole(cast.meeting_id)


def test_who_is_left_out_is_not_expected_either(context: APIFlask, cast: Cast, now: datetime, doing: Doing) -> None:
    def waited_for() -> tuple[int, dict[int, int], door.Count]:
        db.release()
        found = figures.of(cast.meeting_id, now=now)
        venue = checkpoints.one(cast.meeting_id, cast.venue_id)
        return found.expected, {u.unit_id: u.expected for u in found.units}, door.count(cast.meeting_id, venue)

    leader = enter(cast, now, 1)
    online = enter(cast, now, 2, Mode.ONLINE)
    cancelled = enter(cast, now, 3)
    for id_ in (leader, online, cancelled):
        delegates.edit(cast.meeting_id, id_, {"category": Category.LEADER}, doing)
    delegates.cancel(cast.meeting_id, cancelled, doing)
    assert waited_for() == (3, {cast.yuquan_id: 1, cast.kenli_id: 2}, door.Count(0, 3))
    terms.change(cast.meeting_id, Terms(None, None, None, (Category.LEADER,)), doing)
    assert waited_for() == (2, {cast.yuquan_id: 1, cast.kenli_id: 1}, door.Count(0, 2))
    for n, code in enumerate((cast.liran_code, cast.chenzhuo_code)):
        checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, f"n{n}"), Gate("东门"), now=now)
    assert waited_for() == (2, {cast.yuquan_id: 1, cast.kenli_id: 1}, door.Count(2, 2))
    found = figures.of(cast.meeting_id, now=now)
    assert (found.confirmed[Mode.IN_PERSON], found.present) == (3, 2)  # the contract's figures stay
    delegates.edit(cast.meeting_id, cast.chenzhuo_id, {"category": Category.LEADER}, doing)
    assert waited_for() == (1, {cast.yuquan_id: 1, cast.kenli_id: 0}, door.Count(1, 1))
    assert_whole(cast.meeting_id)
