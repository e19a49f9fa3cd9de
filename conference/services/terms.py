"""The terms of a meeting: when it freezes, until when the lines move by themselves, how long personal data is kept,
whom the hall's figure leaves out.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from conference import db
from conference.models import Meeting
from conference.rules import terms as rules
from conference.services import activity
from conference.services.delegates import Doing, tell_moved
from conference.services.places import Places
from conference.vocabulary import Category, Malformed, Missing


@dataclass(frozen=True)
class Terms:
    """None is never: no freeze, a line that always moves; of `kept_until`, a year after the end."""

    frozen_at: datetime | None
    line_moves_until: datetime | None
    kept_until: datetime | None
    uncounted: tuple[Category, ...]


def of(meeting: Meeting) -> Terms:
    return Terms(
        meeting.frozen_at,
        meeting.line_moves_until,
        meeting.kept_until,
        tuple(category for category in Category if category.value in meeting.uncounted),
    )


def change(meeting_id: int, terms: Terms, doing: Doing) -> None:
    """All of them anew. Lines that may move again do so at once. Raises Malformed and Missing."""
    with db.transaction() as session:
        places = Places(session, meeting_id, doing.now)
        meeting = session.scalars(db.lock(sa.select(Meeting).where(Meeting.id == meeting_id))).first()
        if meeting is None:
            raise Missing
        if faults := rules.faults_in(terms, ends_at=meeting.ends_at):
            raise Malformed(faults)
        before = _facts(of(meeting))
        meeting.frozen_at, meeting.line_moves_until = terms.frozen_at, terms.line_moves_until
        meeting.kept_until, meeting.uncounted = terms.kept_until, [category.value for category in terms.uncounted]
        meeting.changed_at = doing.now
        places.look_again()
        moves = places.settle()
        after = _facts(of(meeting))
        if after != before:
            activity.record(
                session,
                doing.actor,
                "meeting.edited",
                "meeting",
                meeting.id,
                meeting_id=meeting.id,
                now=doing.now,
                before=before,
                after=after,
            )
        tell_moved(session, moves, doing)


def _facts(terms: Terms) -> dict[str, Any]:  # what the record compares
    return asdict(terms) | {"uncounted": [category.value for category in terms.uncounted]}
