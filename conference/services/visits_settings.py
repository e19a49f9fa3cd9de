"""How a meeting's site visits are planned and signed up for; without a row the defaults hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from conference import db
from conference.models import Meeting, VisitSettings
from conference.rules import visits as rules
from conference.services import activity
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, MeetingStatus, Refusal, Refused

FIELDS = (
    "hall",
    "window_starts_at",
    "window_ends_at",
    "stay_minutes",
    "ride_minutes",
    "by_delegates",
    "by_liaisons",
    "opens_at",
    "freezes_at",
)


def of(meeting_id: int) -> VisitSettings:
    """The settings; where nobody set any, a row of defaults that is not kept."""
    found = db.session().get(VisitSettings, meeting_id)
    return found or VisitSettings(
        meeting_id=meeting_id, hall="", stay_minutes=40, ride_minutes=20, by_delegates=True, by_liaisons=True
    )


def choosing(meeting_id: int, *, by_liaison: bool = False, now: datetime) -> Refusal | None:
    """Why delegates, or liaisons for them, may not choose seats now; None when they may."""
    row = of(meeting_id)
    allowed = row.by_liaisons if by_liaison else row.by_delegates
    return rules.refusal_to_choose(allowed=allowed, opens_at=row.opens_at, freezes_at=row.freezes_at, now=now)


def save(meeting_id: int, changes: Mapping[str, Any], doing: Doing) -> VisitSettings:
    """Raises Malformed (times backwards), Refused (meeting_over)."""
    with db.transaction() as session:
        meeting = session.scalars(db.lock(sa.select(Meeting).where(Meeting.id == meeting_id))).one()
        if meeting.status is MeetingStatus.ARCHIVED:
            raise Refused(Refusal.MEETING_OVER)
        row = of(meeting_id)
        before = {name: getattr(row, name) for name in FIELDS}
        for name in FIELDS:
            if name in changes:
                setattr(row, name, changes[name])
        for first, last in (("window_starts_at", "window_ends_at"), ("opens_at", "freezes_at")):
            begins, ends = getattr(row, first), getattr(row, last)
            if begins and ends and begins >= ends:
                raise Malformed({last: Fault.TIMES_BACKWARDS})
        session.add(row)
        session.flush()
        after = {name: getattr(row, name) for name in FIELDS}
        activity.record(
            session,
            doing.actor,
            "visits.settings_changed",
            "meeting",
            meeting_id,
            meeting_id=meeting_id,
            now=doing.now,
            before=before,
            after=after,
        )
        return row
