"""Still there (还在看吗): what viewers were asked while they watched, and whether they answered.

    still_here.due(meeting_id, delegate_id, now=…)        which question is due, with each beat
    still_here.answer(meeting_id, delegate_id, 1, now=…)
    still_here.of_people(meeting_id, ids, now=…)          for the ledger and thresholds

A question is put by the beat that finds it due (`beats`). An answer is written once, within five minutes.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from conference import db
from conference.models import Broadcast, Meeting, StillHere
from conference.rules import still_here as rules
from conference.rules import watching
from conference.rules.still_here import Due
from conference.rules.watching import Span
from conference.services import attendance
from conference.vocabulary import Missing, Refusal, Refused

_KEPT_FOR = timedelta(seconds=10)


class Answers(NamedTuple):
    """How many questions somebody was asked, and how many of them they answered in time."""

    asked: int
    answered: int


@dataclass(frozen=True)
class Asked:
    """For one's own data."""

    asked_at: datetime
    answered_at: datetime | None


@dataclass(frozen=True)
class _Schedule:
    questions: int
    spans: Sequence[Span]
    read_at: datetime


# By meeting, and by the pool of connections, as `stage_told` keeps what it read: every beat asks.
_KEPT: WeakKeyDictionary[Pool, dict[int, _Schedule]] = WeakKeyDictionary()


def due(meeting_id: int, delegate_id: int, *, now: datetime) -> Due | None:
    """What is due for a viewer; mostly without a query. A setting or a delay is heeded ten seconds later at most."""
    plan = _schedule(meeting_id, now)
    return rules.due(plan.spans, plan.questions, delegate_id=delegate_id, now=now)


def answer(meeting_id: int, delegate_id: int, number: int, *, now: datetime) -> None:
    """They are there; said twice nothing changes. Raises Missing for what was not asked, Refused (answered_late)."""
    mine = (
        StillHere.meeting_id == meeting_id,
        StillHere.delegate_id == delegate_id,
        StillHere.number == number,
    )
    with db.transaction() as session:
        asked = session.execute(sa.select(StillHere.asked_at, StillHere.answered_at).where(*mine)).first()
        if asked is None:
            raise Missing
        if asked.answered_at is not None:
            return
        if not rules.is_open(asked.asked_at, now=now):
            raise Refused(Refusal.ANSWERED_LATE)
        session.execute(sa.update(StillHere).where(*mine, StillHere.answered_at.is_(None)).values(answered_at=now))


def of_people(meeting_id: int, ids: Collection[int] | None, *, now: datetime) -> dict[int, Answers]:
    """Of everybody where none are named; who was never asked is left out, and so is a question that may still be
    answered: it speaks against nobody yet.
    """
    settled = sa.or_(StillHere.answered_at.is_not(None), StillHere.asked_at <= now - rules.PATIENCE)
    query = (
        sa.select(StillHere.delegate_id, sa.func.count(), sa.func.count(StillHere.answered_at))
        .where(StillHere.meeting_id == meeting_id, settled)
        .group_by(StillHere.delegate_id)
    )
    if ids is not None:
        query = query.where(StillHere.delegate_id.in_(ids))
    return {one: Answers(asked, answered) for one, asked, answered in db.session().execute(query)}


def own_data(delegate_id: int) -> tuple[Asked, ...]:
    """What somebody was asked, the earliest first."""
    query = sa.select(StillHere.asked_at, StillHere.answered_at).where(StillHere.delegate_id == delegate_id)
    return tuple(Asked(*row) for row in db.session().execute(query.order_by(StillHere.asked_at)))


def hand_over(session: Session, keep_id: int, drop_id: int) -> None:
    """Two places were one person's: a question that both were asked is answered where either of them answered."""
    held = {one.number: one for one in session.scalars(sa.select(StillHere).where(StillHere.delegate_id == keep_id))}
    for one in session.scalars(sa.select(StillHere).where(StillHere.delegate_id == drop_id)):
        kept = held.get(one.number)
        if kept is None:
            one.delegate_id = keep_id
            continue
        if kept.answered_at is None:
            kept.answered_at = one.answered_at
        session.delete(one)


def _schedule(meeting_id: int, now: datetime) -> _Schedule:
    kept = _KEPT.setdefault(db.session().get_bind().engine.pool, {})
    known = kept.get(meeting_id)
    if known is not None and timedelta(0) <= now - known.read_at < _KEPT_FOR:
        return known
    kept[meeting_id] = found = _read(meeting_id, now)
    return found


def _read(meeting_id: int, now: datetime) -> _Schedule:
    query = sa.select(Broadcast.checks, Broadcast.threshold_session_ids).where(Broadcast.meeting_id == meeting_id)
    found = db.session().execute(query).first()
    if found is None or found.checks == 0:
        return _Schedule(0, (), now)
    slots = attendance.slots_of(db.session().get_one(Meeting, meeting_id), now=now)
    wanted = [one for one in slots if one.session_id in found.threshold_session_ids] or slots
    return _Schedule(found.checks, watching.joined(Span(one.begins, one.ends) for one in wanted), now)
