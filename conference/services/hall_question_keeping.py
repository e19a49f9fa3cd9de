"""Questions (提问) whose asker is erased or merged, and what is told of them to the asker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import HallQuestion, HallQuestionVote
from conference.rules import hall_questions as rules
from conference.services import hall_questions
from conference.vocabulary import HallQuestionStatus


@dataclass(frozen=True)
class QuestionKept:
    """`session` is the title of what it is about; `answer` stands only with one that was answered."""

    text: str
    session: str
    named: bool
    private: bool
    status: HallQuestionStatus
    answer: str
    asked_at: datetime


@dataclass(frozen=True)
class VoteKept:
    """For a question that is on the board, by its text, which is empty where it is there no more."""

    question: str
    voted_at: datetime


@dataclass(frozen=True)
class OwnQuestions:
    """All of it, the earliest first."""

    asked: tuple[QuestionKept, ...] = ()
    voted: tuple[VoteKept, ...] = ()


def own_data(delegate_id: int) -> OwnQuestions:
    """What is kept of what a delegate asked and would ask too."""
    votes = db.session().execute(
        sa.select(HallQuestion, HallQuestionVote.voted_at)
        .join(HallQuestionVote, HallQuestionVote.question_id == HallQuestion.id)
        .where(HallQuestionVote.delegate_id == delegate_id)
        .order_by(HallQuestionVote.voted_at, HallQuestion.id)
    )
    return OwnQuestions(
        tuple(
            QuestionKept(one.text, one.session, one.named, one.private, one.status, one.answer, one.asked_at)
            for one in reversed(hall_questions.mine(delegate_id).questions)
        ),
        tuple(
            VoteKept(question.text if rules.on_board(question.status, private=question.private) else "", at)
            for question, at in votes
        ),
    )


def hand_over(session: Session, keep_id: int, drop_id: int) -> None:
    """Two places were one person's: what either asked is the kept one's, and for each question they have one vote."""
    mine = sa.select(HallQuestionVote.question_id).where(HallQuestionVote.delegate_id == keep_id)
    theirs = HallQuestionVote.delegate_id == drop_id
    # Held in the order of ids before a vote is taken off one.
    touched = sa.select(HallQuestionVote.question_id).where(theirs)
    held = session.scalars(
        db.lock(sa.select(HallQuestion).where(HallQuestion.id.in_(touched)).order_by(HallQuestion.id))
    ).all()
    twice = set(session.scalars(mine.where(HallQuestionVote.question_id.in_([one.id for one in held]))))
    for question in held:
        question.votes -= question.id in twice
    session.execute(sa.delete(HallQuestionVote).where(theirs, HallQuestionVote.question_id.in_(twice)))
    session.execute(sa.update(HallQuestionVote).where(theirs).values(delegate_id=keep_id))
    asked = sa.update(HallQuestion).where(HallQuestion.delegate_id == drop_id)
    session.execute(asked.values(delegate_id=keep_id))
    hall_questions.changed(session)


def forget_person(session: Session, delegate_id: int) -> None:
    """What was on the board stays without its asker, as do the numbers of votes; all else that they asked goes."""
    session.execute(sa.delete(HallQuestionVote).where(HallQuestionVote.delegate_id == delegate_id))
    own = sa.select(HallQuestion).where(HallQuestion.delegate_id == delegate_id).order_by(HallQuestion.id)
    for question in session.scalars(db.lock(own)).all():
        if rules.on_board(question.status, private=question.private):
            question.delegate_id, question.named = None, False
        else:
            _drop(session, HallQuestion.id == question.id)
    hall_questions.changed(session)


def forget_meeting(session: Session, meeting_id: int) -> None:
    """A meeting's time is up: what people said there goes with the rest."""
    _drop(session, HallQuestion.meeting_id == meeting_id)
    hall_questions.changed(session)


def _drop(session: Session, which: sa.ColumnElement[bool]) -> None:
    gone = sa.select(HallQuestion.id).where(which)
    session.execute(sa.delete(HallQuestionVote).where(HallQuestionVote.question_id.in_(gone)))
    session.execute(sa.delete(HallQuestion).where(which).execution_options(synchronize_session="fetch"))
