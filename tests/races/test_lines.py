"""Organisers who change a line at one instant, while people leave it; and again without the locks."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate
from conference.services import activity, meetings, registration
from conference.services.delegates import Doing
from conference.vocabulary import DelegateStatus, Mode, Origin
from tests.cast import Cast
from tests.races import deeds, unguarded
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.recount import assert_whole

pytestmark = pytest.mark.races
ROUNDS = 24  # of the control, until the race shows


def test_two_move_people_while_others_cancel(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    waiting = _line(cast, now, 12)
    crowd = [deed(deeds.move_in_line, cast.meeting_id, id_, 1) for id_ in waiting[8:]]
    crowd += [deed(deeds.cancel, cast.meeting_id, id_) for id_ in (waiting[2], waiting[4], cast.liran_id)]
    said = at_once(crowd)
    assert Counter(said) == {1: 4, "cancelled": 3}
    db.release()
    untouched = [id_ for id_ in waiting[:8] if id_ not in (waiting[2], waiting[4])]
    standing = _order(cast)
    moved_up = [id_ for id_ in waiting if _status(id_) is DelegateStatus.CONFIRMED]
    assert len(moved_up) == 1  # for the one place that fell free, once
    assert set(standing) | set(moved_up) == {*untouched, *waiting[8:]}
    assert [id_ for id_ in standing if id_ in untouched] == [id_ for id_ in untouched if id_ not in moved_up]
    assert set(standing[: len(standing) - len([i for i in untouched if i not in moved_up])]) <= set(waiting[8:])
    assert_whole(cast.meeting_id)


def test_without_the_lock_two_stand_at_one_place(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd, database_url: str
) -> None:
    unguarded.drop(database_url, "delegates", "uq_delegates_first_in_line")
    waiting = _line(cast, now, 12)
    for turn in range(ROUNDS):
        moving = waiting[6:] if turn % 2 else waiting[:6]
        at_once([deed(deeds.move_in_line, cast.meeting_id, id_, 3) for id_ in moving], without="locks")
        tickets = Counter(db.session().scalars(sa.select(Delegate.ticket).where(Delegate.ticket.is_not(None))))
        db.release()
        if max(tickets.values()) > 1:
            return
    pytest.fail("the race did not show")


def _line(cast: Cast, now: datetime, n: int) -> list[int]:
    """Nobody's place is free: `n` people wait."""
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
    made = [
        registration.register(
            cast.meeting_id,
            registration.Entry(f"候补{i}", cast.yuquan_id, Mode.IN_PERSON, phone=f"1370000{i:04d}"),
            actor=activity.SYSTEM,
            origin=Origin.PROGRAM,
            public_url=cast.public_url,
            now=now,
        ).delegate.id
        for i in range(n)
    ]
    db.release()
    return made


def _order(cast: Cast) -> list[int]:
    query = sa.select(Delegate.id).where(Delegate.meeting_id == cast.meeting_id, Delegate.queue_mode.is_not(None))
    return list(db.session().scalars(query.order_by(Delegate.ticket)))


def _status(delegate_id: int) -> DelegateStatus:
    db.release()
    return db.session().scalars(sa.select(Delegate.status).where(Delegate.id == delegate_id)).one()
