"""The rows behind `places`: the lines of a meeting, who waits in them, the parts of its units."""

from __future__ import annotations

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Line, Meeting, Participation
from conference.vocabulary import Mode


def hold(session: Session, meeting_id: int) -> tuple[dict[Mode, Line], datetime | None]:
    """Both lines of a meeting, locked, and until when they move by themselves; that may be older than the lock."""
    found = session.execute(_LINES, {"meeting_id": meeting_id}).all()
    return {line.mode: line for line, _ in found}, found[0][1] if found else None


def read(session: Session, meeting_id: int) -> tuple[dict[Mode, Line], datetime | None]:
    """The same without a lock."""
    found = session.execute(_READ, {"meeting_id": meeting_id}).all()
    return {line.mode: line for line, _ in found}, found[0][1] if found else None


def moves_until(session: Session, meeting_id: int) -> datetime | None:
    """Until when they move by themselves, read again under the lock."""
    return session.scalar(sa.select(Meeting.line_moves_until).where(Meeting.id == meeting_id))


def first(session: Session, meeting_id: int, mode: Mode) -> Delegate | None:
    """The first in line, locked."""
    return session.scalars(_FIRST, {"meeting_id": meeting_id, "mode": mode}).first()


def somebody_waits(session: Session, meeting_id: int, mode: Mode) -> bool:
    """Whether anybody has a ticket. Not locked: nobody joins or leaves a line but who holds it."""
    return session.connection().execute(_SOMEBODY, {"meeting_id": meeting_id, "mode": mode}).first() is not None


def write_entered(session: Session, line: Line) -> None:
    """Write the counters of a line that were set past the session's book of changes."""
    counters = {"taken": line.taken, "tickets": line.next_ticket, "numbers": line.next_number}
    session.connection().execute(_ENTERED, counters | {"at_meeting": line.meeting_id, "at_mode": line.mode})


def participation_of(session: Session, meeting_id: int, unit_id: int) -> Participation:
    """The participation of a unit, locked. Raises NoResultFound when the unit does not take part."""
    return session.scalars(_PARTICIPATION, {"meeting_id": meeting_id, "unit_id": unit_id}).one()


def mark(session: Session, *delegates: Delegate) -> None:
    """Tell scanners that these delegates changed."""
    stamp = db.stamp(session.connection())
    for delegate in delegates:
        delegate.changed = stamp
    session.flush()


# Statements are built once: building one costs as much as running it.
_lines = cast(sa.Table, Line.__table__)
_ENTERED = (
    sa.update(_lines)
    .where(_lines.c.meeting_id == sa.bindparam("at_meeting"), _lines.c.mode == sa.bindparam("at_mode"))
    .values(taken=sa.bindparam("taken"), next_ticket=sa.bindparam("tickets"), next_number=sa.bindparam("numbers"))
)
_READ = (
    sa.select(Line, Meeting.line_moves_until)
    .join(Meeting, Meeting.id == Line.meeting_id)
    .where(Line.meeting_id == sa.bindparam("meeting_id"))
    .order_by(Line.mode)
)
_LINES = db.lock(_READ)
_IN_LINE = (
    Delegate.meeting_id == sa.bindparam("meeting_id"),
    Delegate.queue_mode == sa.bindparam("mode"),
    Delegate.ticket.is_not(None),
)
_FIRST = db.lock(sa.select(Delegate).where(*_IN_LINE).order_by(Delegate.ticket).limit(1))
_SOMEBODY = sa.select(Delegate.id).where(*_IN_LINE).limit(1)
_PARTICIPATION = db.lock(
    sa.select(Participation).where(
        Participation.meeting_id == sa.bindparam("meeting_id"), Participation.unit_id == sa.bindparam("unit_id")
    )
)
