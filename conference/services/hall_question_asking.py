"""What delegates do with questions (提问): ask, vote, take both back. Hall and online are alike.

A question's row, and a vote's, is its own trace.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, HallQuestion, HallQuestionVote, Meeting
from conference.rules import hall_questions as rules
from conference.rules.text import fault_in
from conference.services import hall_questions, stage
from conference.vocabulary import DelegateStatus, Fault, HallQuestionStatus, Malformed, Missing, Refusal, Refused

MOST_NAMELESS = 30  # that wait in a meeting
_votes = cast("sa.Table", HallQuestionVote.__table__)


@dataclass(frozen=True)
class Asked:
    """`named`: everybody may read who asks; `private`: for the organisers alone. `session_id` None is what is on."""

    text: str
    named: bool = False
    private: bool = False
    session_id: int | None = None


def ask(meeting_id: int, delegate_id: int, asked: Asked, *, now: datetime) -> HallQuestion:
    """It waits for an organiser. Asked with the same words again it is the one that is there.

    Raises Missing (nobody of this meeting), Malformed (text; session_id: not on today's agenda), Refused
    (meeting_over, may_not_watch, not_asking, asked_enough).
    """
    text = _text(asked)
    with db.transaction() as session:
        delegate = _delegate(session, meeting_id, delegate_id)
        own = session.scalars(sa.select(HallQuestion).where(HallQuestion.delegate_id == delegate_id)).all()
        same = next((one for one in own if one.text == text), None)
        waiting = sum(one.status is HallQuestionStatus.WAITING for one in own)
        taken, meeting = hall_questions.taken(meeting_id), session.get_one(Meeting, meeting_id)
        _refuse(rules.refusal_to_ask(delegate.status, meeting.status, taken=taken, waiting=0 if same else waiting))
        if same is not None:
            return same
        return _add(session, meeting, delegate_id, text, asked, now)


def ask_nameless(meeting_id: int, asked: Asked, *, now: datetime) -> None:
    """By an entry that repeats a place (docs/decisions/0004), which stands for nobody: organisers read what it asks,
    without a name. Where too many wait already it is let fall. Raises Malformed, Refused (not_asking).
    """
    text = _text(asked)
    with db.transaction() as session:
        meeting = session.scalars(db.lock(sa.select(Meeting).where(Meeting.id == meeting_id))).one()
        taken = hall_questions.taken(meeting_id)
        _refuse(rules.refusal_to_ask(DelegateStatus.CONFIRMED, meeting.status, taken=taken, waiting=0))
        waiting = session.scalars(
            sa.select(HallQuestion.text).where(
                HallQuestion.meeting_id == meeting_id,
                HallQuestion.delegate_id.is_(None),
                HallQuestion.status == HallQuestionStatus.WAITING,
            )
        ).all()
        if text not in waiting and len(waiting) < MOST_NAMELESS:
            _add(session, meeting, None, text, asked, now)


def withdraw(meeting_id: int, delegate_id: int, question_id: int) -> None:
    """One's own, as long as nobody has looked at it; then it is as if it had never been asked.

    Gone already, nothing changes. Raises Missing (another's), Refused (decided_already).
    """
    with db.transaction() as session:
        question = session.scalars(db.lock(sa.select(HallQuestion).where(HallQuestion.id == question_id))).first()
        if question is None:
            return
        if question.meeting_id != meeting_id or question.delegate_id != delegate_id:
            raise Missing
        _refuse(rules.refusal_to_withdraw(question.status))
        session.execute(sa.delete(HallQuestionVote).where(HallQuestionVote.question_id == question_id))
        session.delete(question)


def vote(meeting_id: int, delegate_id: int, question_id: int, *, now: datetime) -> None:
    """One more who would ask it too; a second time nothing changes.

    Raises Missing (not on the board), Refused (meeting_over, may_not_watch, decided_already for an answered one).
    """
    with db.transaction() as session:
        delegate = _delegate(session, meeting_id, delegate_id)
        question = _shown(session, meeting_id, question_id)
        meeting = session.get_one(Meeting, meeting_id)
        _refuse(rules.refusal_to_vote(delegate.status, meeting.status, question.status))
        row = {"question_id": question_id, "delegate_id": delegate_id, "voted_at": now}
        made = db.insert(session, _votes).values(row)
        once = made.on_conflict_do_nothing(index_elements=["question_id", "delegate_id"])
        if session.connection().execute(once).rowcount == 1:
            question.votes += 1
            hall_questions.changed(session)


def unvote(meeting_id: int, delegate_id: int, question_id: int) -> None:
    """The vote is taken back; without one nothing changes. Raises Missing, Refused as `vote` does."""
    with db.transaction() as session:
        delegate = _delegate(session, meeting_id, delegate_id)
        question = _shown(session, meeting_id, question_id)
        meeting = session.get_one(Meeting, meeting_id)
        _refuse(rules.refusal_to_vote(delegate.status, meeting.status, question.status))
        mine = sa.delete(_votes).where(_votes.c.question_id == question_id, _votes.c.delegate_id == delegate_id)
        if session.connection().execute(mine).rowcount == 1:
            question.votes -= 1
            hall_questions.changed(session)


def _text(asked: Asked) -> str:
    if fault := fault_in(asked.text, limit=rules.TEXT_LIMIT, lines=True):
        raise Malformed({"text": fault})
    return rules.one_text(asked.text)


def _delegate(session: Session, meeting_id: int, delegate_id: int) -> Delegate:
    """Held, so that nobody asks or votes while their place is given up, nor twice at once."""
    query = sa.select(Delegate).where(Delegate.id == delegate_id, Delegate.meeting_id == meeting_id)
    found = session.scalars(db.lock(query)).first()
    if found is None:
        raise Missing
    return found


def _shown(session: Session, meeting_id: int, question_id: int) -> HallQuestion:
    """Held; what is not on the board is not there."""
    query = sa.select(HallQuestion).where(HallQuestion.id == question_id, HallQuestion.meeting_id == meeting_id)
    found = session.scalars(db.lock(query)).first()
    if found is None or not rules.on_board(found.status, private=found.private):
        raise Missing
    return found


def _add(
    session: Session, meeting: Meeting, delegate_id: int | None, text: str, asked: Asked, now: datetime
) -> HallQuestion:
    question = HallQuestion(
        meeting_id=meeting.id,
        session_id=_session(meeting, asked.session_id, now),
        delegate_id=delegate_id,
        text=text,
        named=asked.named and not asked.private and delegate_id is not None,
        private=asked.private,
        status=HallQuestionStatus.WAITING,
        asked_at=now,
    )
    session.add(question)
    session.flush()
    return question


def _session(meeting: Meeting, session_id: int | None, now: datetime) -> int | None:
    """What it is about: the one that was chosen among today's, else the one that is on."""
    day = stage.of(meeting, now=now)
    if session_id is None:
        return day.on_stage.session.id if day.on_stage.session else None
    chosen = day.agenda.session.get(session_id)
    if chosen is None or not stage.is_of_today(meeting, chosen, now):
        raise Malformed({"session_id": Fault.UNKNOWN_CHOICE})
    return session_id


def _refuse(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise Refused(refusal)
