"""Substitutions meet each other and a cancellation: one person comes, the world agrees with a recount."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate
from conference.services import activity, meetings
from conference.services.delegates import Doing
from conference.vocabulary import ACTIVE_STATUSES, DelegateStatus, Mode
from tests.cast import Cast
from tests.races import deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.recount import assert_whole

pytestmark = pytest.mark.races
CROWD = 8
ROUNDS = 24  # of the control, until the race shows


def test_one_of_many_comes_instead(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    said = at_once([deed(deeds.substitute, *_newcomer(cast, n)) for n in range(CROWD)])
    assert Counter(said) == {"confirmed": 1, "not_active": CROWD - 1}
    assert _active(cast) == 2
    assert_whole(cast.meeting_id)


def test_the_same_wish_many_times_gives_one_person(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    said = at_once([deed(deeds.substitute, *_newcomer(cast, 1)) for _ in range(CROWD)])
    assert Counter(said) == {"confirmed": CROWD}
    assert _active(cast) == 2
    assert_whole(cast.meeting_id)


def test_a_cancellation_and_a_substitution_meet(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    meetings.edit(
        cast.meeting_id,
        {"capacity": {Mode.IN_PERSON: 2}},
        Doing(activity.SYSTEM, now, cast.public_url),
    )
    db.release()
    crowd = [deed(deeds.substitute, *_newcomer(cast, 1)), deed(deeds.cancel, cast.meeting_id, cast.liran_id)]
    said = at_once([*crowd, deed(deeds.register, cast.meeting_id, cast.kenli_id, "钱进", "13700009999")])
    # Either the new person has the place and the other is told that it is over, or it was given up first.
    assert said[:2] in (["confirmed", "Refused: not_active"], ["not_active", "cancelled"])
    line = db.session().scalars(
        sa.select(Delegate.status).where(Delegate.mode == Mode.IN_PERSON, Delegate.status.in_(ACTIVE_STATUSES))
    )
    assert Counter(line)[DelegateStatus.CONFIRMED] == 2
    assert_whole(cast.meeting_id)


def test_without_the_lock_two_come_in_one_place(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    for turn in range(ROUNDS):
        at_once([deed(deeds.substitute, *_newcomer(cast, turn * CROWD + n)) for n in range(CROWD)], without="locks")
        if _active(cast) > 2:
            return
        with db.transaction() as session:
            session.execute(
                sa.update(Delegate)
                .where(Delegate.unit_id == cast.yuquan_id, Delegate.id != cast.wangmin_id)
                .values(status=DelegateStatus.CANCELLED, replaced_by_id=None)
            )
            session.execute(
                sa.update(Delegate).where(Delegate.id == cast.liran_id).values(status=DelegateStatus.CONFIRMED)
            )
    pytest.fail("the race did not show")


def _newcomer(cast: Cast, n: int) -> tuple[int, int, str, str]:
    return cast.meeting_id, cast.liran_id, f"新代表{n}", f"136{n:08d}"


def _active(cast: Cast) -> int:
    db.release()
    here = (Delegate.unit_id == cast.yuquan_id, Delegate.status.in_(ACTIVE_STATUSES))
    return db.session().scalar(sa.select(sa.func.count()).select_from(Delegate).where(*here)) or 0
