"""A badge at the door: printed for one person, and replaced where it was lost (补证)."""

from __future__ import annotations

from datetime import datetime

from conference import db
from conference.models import Checkpoint, Delegate, Meeting
from conference.rules.text import SHORT_LIMIT, fault_in
from conference.services import delegates, door, papers, submissions
from conference.services.codes import live_codes
from conference.services.delegates import Doing
from conference.services.door import Person
from conference.vocabulary import Malformed, Missing


def holder(meeting_id: int, checkpoint: Checkpoint, delegate_id: int, *, now: datetime) -> Person:
    """Whose badge it is, as the checkpoint sees them. Raises Missing, also for somebody whose codes are all dead."""
    code = live_codes([delegate_id]).get(delegate_id)
    if code is None:
        raise Missing
    return door.person(meeting_id, checkpoint, code, now=now)


def sheet(meeting: Meeting, delegate_id: int, *, public_url: str) -> bytes:
    """Their badge as a PDF. Raises Missing and what `papers.badge_pdf` raises."""
    delegate = db.session().get(Delegate, delegate_id)
    if delegate is None or delegate.meeting_id != meeting.id:
        raise Missing
    return papers.badge_pdf(meeting, [delegate], public_url=public_url)


def replace(meeting_id: int, delegate_id: int, doing: Doing, *, reason: str, key: str | None) -> None:
    """A new code; whoever found the old badge is refused with it from now on. The same form (by `key`) once.

    Raises Malformed (reason), Missing, Refused (not_active).
    """
    if fault := fault_in(reason, limit=SHORT_LIMIT):
        raise Malformed({"reason": fault})

    def deed() -> tuple[int, int]:
        delegates.reissue(meeting_id, delegate_id, doing, reason=reason.strip())
        return delegate_id, delegate_id

    def attempt() -> int:
        with db.transaction() as session:
            return submissions.once(session, key, deed, now=doing.now)

    db.repeated(attempt)
