"""What the holder of a private link answered to the meeting's questions, and answers now.

A repeat entry's answers lie with the entry (docs/decisions/0004), and go the same way.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AccessLink, Delegate, Meeting, RepeatEntry
from conference.rules import passes as rules
from conference.services import files, own_repeats, questions
from conference.services.activity import Actor
from conference.services.places import refuse
from conference.services.questions import Asked, Sent
from conference.vocabulary import ActorKind, DelegateStatus


def of_link(link: AccessLink) -> list[Asked]:
    """All questions of the meeting with what was answered so far."""
    return questions.answered(_meeting(link), delegate_id=link.delegate_id, repeat_id=link.repeat_id)


def keep(link: AccessLink, sent: Sent, *, now: datetime) -> None:
    """Raises Malformed with the fields of the questions, and Refused (not_active, meeting_over)."""
    with db.transaction() as session:
        if link.repeat_id is not None:
            repeat = session.scalars(db.lock(sa.select(RepeatEntry).where(RepeatEntry.id == link.repeat_id))).one()
            _refuse_late(session, own_repeats.status_of(repeat), repeat.meeting_id, now)
            questions.keep_for_repeat(session, repeat, sent, now=now)
            return
        delegate = session.get_one(Delegate, link.delegate_id, populate_existing=True)
        _refuse_late(session, delegate.status, delegate.meeting_id, now)
        actor = Actor(ActorKind.DELEGATE, delegate.id, delegate.name)
        questions.keep_answers(session, delegate, sent, by=actor, now=now)


def file(link: AccessLink, question_id: int) -> files.Opened:
    """A file that the holder handed in. Raises Missing."""
    return questions.own_file(_meeting(link), question_id, delegate_id=link.delegate_id, repeat_id=link.repeat_id)


def _meeting(link: AccessLink) -> Meeting:
    return db.session().get_one(Delegate, link.delegate_id).meeting


def _refuse_late(session: Session, status: DelegateStatus, meeting_id: int, now: datetime) -> None:
    meeting = session.get_one(Meeting, meeting_id)
    refuse(rules.refusal_to_change(status, meeting.status, meeting.ends_at, now=now))
