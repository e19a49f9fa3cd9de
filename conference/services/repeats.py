"""Repeat entries (重复报名): what a stranger left with a phone or e-mail that has a place already."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from conference import db
from conference.models import Code, RepeatEntry
from conference.services import activity
from conference.services.delegates import Doing
from conference.services.places import Places, mark
from conference.vocabulary import DelegateStatus, Missing

MOST = 100


def dismiss(meeting_id: int, repeat_id: int, doing: Doing) -> RepeatEntry:
    """The entry is dealt with: its code opens no door any more, and the public count of free places forgets it.

    The place that it repeats stays as it is; on an entry settled already nothing changes. Raises Missing.
    """
    with db.transaction() as session:
        places = Places(session, meeting_id)
        repeat = session.scalars(
            db.lock(sa.select(RepeatEntry).where(RepeatEntry.id == repeat_id, RepeatEntry.meeting_id == meeting_id))
        ).first()
        if repeat is None:
            raise Missing
        if repeat.settled_at is None:
            repeat.settled_at = doing.now
            session.execute(
                sa.update(Code)
                .where(Code.repeat_id == repeat.id, Code.revoked_at.is_(None))
                .values(revoked_at=doing.now)
            )
            if repeat.status is DelegateStatus.CONFIRMED:
                line = places.lines[repeat.mode]
                line.repeats = max(0, line.repeats - 1)
            mark(session, repeat.delegate)
            activity.record(
                session,
                doing.actor,
                "delegate.repeat_dismissed",
                "delegate",
                repeat.delegate_id,
                meeting_id=meeting_id,
                now=doing.now,
                before={"name": repeat.name, "mode": repeat.mode},
            )
        return repeat


def unsettled(meeting_id: int) -> Sequence[RepeatEntry]:
    """Those to be dealt with, oldest first, at most `MOST`."""
    return (
        db.session()
        .scalars(
            sa.select(RepeatEntry)
            .where(RepeatEntry.meeting_id == meeting_id, RepeatEntry.settled_at.is_(None))
            .options(sa.orm.joinedload(RepeatEntry.delegate))
            .order_by(RepeatEntry.id)
            .limit(MOST)
        )
        .all()
    )
