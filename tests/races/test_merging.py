"""Two entries of one person are made one while the one or the other is cancelled, or both ways at one instant."""

from __future__ import annotations

from datetime import datetime

import pytest
from apiflask import APIFlask

from conference import db
from conference.models import Delegate
from conference.services import activity, capacities, meetings, registration
from conference.services.delegates import Doing
from conference.vocabulary import DelegateStatus, Mode, Origin
from tests.cast import Cast
from tests.races import deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.recount import assert_whole

pytestmark = pytest.mark.races
ROUNDS = 6


def test_merging_meets_cancelling_and_itself(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    for turn in range(ROUNDS):
        one, other, waiting = _twins(cast, now, turn)
        said = at_once(
            [
                deed(deeds.merge, cast.meeting_id, one, other),
                deed(deeds.merge, cast.meeting_id, other, one),
                deed(deeds.merge, cast.meeting_id, one, other),
                deed(deeds.cancel, cast.meeting_id, (one, other)[turn % 2]),
            ]
        )
        assert said.count("merged") <= 2
        db.release()
        both = [db.session().get_one(Delegate, id_) for id_ in (one, other)]
        merged = [d for d in both if d.merged_into_id is not None]
        assert len(merged) <= 1
        assert all(d.status is DelegateStatus.CANCELLED for d in merged)
        free = sum(not d.status.active for d in both)
        assert free >= 1
        assert [db.session().get_one(Delegate, id_).status for id_ in waiting] == [
            DelegateStatus.CONFIRMED if n < free else DelegateStatus.WAITLISTED for n in range(2)
        ]
        assert_whole(cast.meeting_id)


def test_without_the_lock_each_is_merged_into_the_other(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    for turn in range(ROUNDS):
        one, other, _ = _twins(cast, now, turn)
        crowd = [deed(deeds.merge, cast.meeting_id, *pair) for pair in ((one, other), (other, one)) * 4]
        at_once(crowd, without="locks")
        db.release()
        both = [db.session().get_one(Delegate, id_) for id_ in (one, other)]
        if all(d.merged_into_id is not None for d in both):
            return
    pytest.fail("the race did not show")


def _twins(cast: Cast, now: datetime, turn: int) -> tuple[int, int, list[int]]:
    """Two entries of one person who have the last places, and two who wait for them."""
    doing = Doing(activity.SYSTEM, now, cast.public_url)

    def enter(name: str, n: int) -> int:
        entry = registration.Entry(name, cast.yuquan_id, Mode.IN_PERSON, phone=f"137{turn:04d}{n:04d}")
        return registration.register(
            cast.meeting_id,
            entry,
            actor=activity.SYSTEM,
            origin=Origin.PROGRAM,
            public_url=cast.public_url,
            now=now,
        ).delegate.id

    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: None}}, doing)
    one, other = enter(f"同一人{turn}", 1), enter(f"同一人{turn}", 2)
    db.release()
    taken = capacities.lines(cast.meeting_id)[Mode.IN_PERSON].taken
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: taken}}, doing)
    waiting = [enter(f"候补{turn}", n) for n in (3, 4)]
    db.release()
    return one, other, waiting
