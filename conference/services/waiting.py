"""How far somebody stands from the head of a line, as it is shown to people."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from conference.models import Delegate, RepeatEntry
from conference.vocabulary import DelegateStatus, Mode


def ahead(session: Session, meeting_id: int, mode: Mode, ticket: int) -> int:
    """How many wait for `mode` with an earlier ticket; live repeat entries count, as they do in the places left."""
    return sum(people_and_repeats_ahead(session, meeting_id, mode, ticket))


def people_and_repeats_ahead(session: Session, meeting_id: int, mode: Mode, ticket: int) -> tuple[int, int]:
    """The same, the people who wait for a place apart from the repeat entries that take none."""
    people = (
        sa.select(sa.func.count())
        .select_from(Delegate)
        .where(Delegate.meeting_id == meeting_id, Delegate.queue_mode == mode, Delegate.ticket < ticket)
    )
    repeats = (
        sa.select(sa.func.count())
        .select_from(RepeatEntry)
        .where(
            RepeatEntry.meeting_id == meeting_id,
            RepeatEntry.settled_at.is_(None),
            RepeatEntry.ticket < ticket,
            _waits_for(mode),
        )
    )
    row = session.execute(sa.select(people.scalar_subquery(), repeats.scalar_subquery())).one()
    return int(row[0]), int(row[1])


def ahead_of_all(session: Session, meeting_id: int, wanted: Iterable[tuple[Mode, int]]) -> dict[tuple[Mode, int], int]:
    """`ahead` for many tickets at once: two statements for each mode, however many are asked for."""
    found: dict[tuple[Mode, int], int] = {}
    asked = sorted(set(wanted))
    for mode in Mode:
        mine = [ticket for line, ticket in asked if line is mode]
        if not mine:
            continue
        people = sa.select(Delegate.ticket).where(
            Delegate.meeting_id == meeting_id, Delegate.queue_mode == mode, Delegate.ticket < mine[-1]
        )
        repeats = sa.select(RepeatEntry.ticket).where(
            RepeatEntry.meeting_id == meeting_id,
            RepeatEntry.settled_at.is_(None),
            RepeatEntry.ticket < mine[-1],
            _waits_for(mode),
        )
        tickets = sorted(ticket or 0 for query in (people, repeats) for ticket in session.scalars(query))
        found |= {(mode, ticket): bisect_left(tickets, ticket) for ticket in mine}
    return found


def _waits_for(mode: Mode) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.and_(RepeatEntry.status == DelegateStatus.WAITLISTED, RepeatEntry.mode == mode),
        sa.and_(RepeatEntry.status == DelegateStatus.CONFIRMED, RepeatEntry.mode == mode.other),
    )


def places_in_line(session: Session, delegates: Iterable[Delegate]) -> dict[int, int]:
    """By delegate's id, from 1; only those who wait have one."""
    waiting = [delegate.id for delegate in delegates if delegate.ticket is not None]
    if not waiting:
        return {}
    other = aliased(Delegate)
    ahead = (
        sa.select(sa.func.count())
        .where(
            other.meeting_id == Delegate.meeting_id,
            other.queue_mode == Delegate.queue_mode,
            other.ticket <= Delegate.ticket,
        )
        .scalar_subquery()
    )
    return dict(session.execute(sa.select(Delegate.id, ahead).where(Delegate.id.in_(waiting))).all())


def place_in_line(session: Session, meeting_id: int, mode: Mode, ticket: int) -> int:
    """Of one ticket, from 1."""
    values = {"meeting_id": meeting_id, "mode": mode, "ticket": ticket}
    return int(session.connection().execute(_PLACE_IN_LINE, values).scalar_one())


_delegates = cast(sa.Table, Delegate.__table__)
_PLACE_IN_LINE = sa.select(sa.func.count()).where(
    _delegates.c.meeting_id == sa.bindparam("meeting_id"),
    _delegates.c.queue_mode == sa.bindparam("mode"),
    _delegates.c.ticket <= sa.bindparam("ticket"),
)
