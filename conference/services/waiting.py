"""How far somebody stands from the head of a line, as it is shown to people."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

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
            sa.or_(
                sa.and_(RepeatEntry.status == DelegateStatus.WAITLISTED, RepeatEntry.mode == mode),
                sa.and_(RepeatEntry.status == DelegateStatus.CONFIRMED, RepeatEntry.mode == mode.other),
            ),
        )
    )
    row = session.execute(sa.select(people.scalar_subquery(), repeats.scalar_subquery())).one()
    return int(row[0]), int(row[1])
