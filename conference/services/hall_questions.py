"""Questions (提问) as they are read outside the desk: the board that everybody sees, and each person's own.

    board = hall_questions.board(meeting.id)
    board.open, board.shown, board.version
    mine = hall_questions.mine(delegate_id)

Thousands look at the board: each process reads it once in `KEPT` seconds, and again at once after a deed of its own.
Inside a write nothing is kept.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Broadcast, Delegate, HallQuestion, HallQuestionVote, Meeting, Unit
from conference.rules import hall_questions as rules
from conference.services import stage_told
from conference.services.kept import Kept
from conference.vocabulary import HallQuestionStatus, MeetingStatus

KEPT = 2.0  # seconds


@dataclass(frozen=True)
class ShownQuestion:
    """`who` is empty where the asker gave no name; `session` the title of what it is about, empty where that is nothing
    in particular. `answer` may be empty for one that was answered aloud.
    """

    id: int
    text: str
    who: str
    votes: int
    pinned: bool
    answered: bool
    answer: str
    session_id: int | None = None
    session: str = ""


@dataclass(frozen=True)
class QuestionBoard:
    """`open` says whether questions are taken; the first of `shown` is the pinned one, where one is. `version` is
    another one whenever anything of it is.
    """

    open: bool
    shown: tuple[ShownQuestion, ...]
    version: str

    @property
    def pinned(self) -> ShownQuestion | None:
        return next((one for one in self.shown if one.pinned), None)


@dataclass(frozen=True)
class OwnQuestion:
    """`votes` are of a question that is or was shown. One that waits may be withdrawn."""

    id: int
    text: str
    named: bool
    private: bool
    status: HallQuestionStatus
    answer: str
    votes: int
    asked_at: datetime
    session_id: int | None
    session: str

    @property
    def waits(self) -> bool:
        return self.status is HallQuestionStatus.WAITING


@dataclass(frozen=True)
class Mine:
    """A person's own questions, the latest first, and the ids of those that they voted for."""

    questions: tuple[OwnQuestion, ...] = ()
    voted: frozenset[int] = frozenset()


_BOARDS = Kept[QuestionBoard](seconds=KEPT)


def board(meeting_id: int) -> QuestionBoard:
    """What everybody may read, as it stands, or stood at most two seconds ago."""
    return _BOARDS.of(meeting_id, lambda: _read(meeting_id))


def mine(delegate_id: int) -> Mine:
    """What is a person's own; never kept."""
    session = db.session()
    found = session.scalars(
        sa.select(HallQuestion).where(HallQuestion.delegate_id == delegate_id).order_by(HallQuestion.id.desc())
    ).all()
    voted = session.scalars(sa.select(HallQuestionVote.question_id).where(HallQuestionVote.delegate_id == delegate_id))
    titles = session_titles(found[0].meeting_id) if any(one.session_id for one in found) else {}
    return Mine(
        tuple(
            OwnQuestion(
                one.id,
                one.text,
                one.named,
                one.private,
                one.status,
                one.answer if one.status is HallQuestionStatus.ANSWERED else "",
                one.votes,
                one.asked_at,
                one.session_id,
                titles.get(one.session_id or 0, ""),
            )
            for one in found
        ),
        frozenset(voted),
    )


def session_titles(meeting_id: int) -> Mapping[int, str]:
    """By id, as released; of what was taken off since, nothing."""
    released = stage_told.read(db.session().get_one(Meeting, meeting_id)).released
    return {one.id: one.title for one in released.sessions}


def changed(session: Session) -> None:
    """Something of a board is written: this process reads it again when that is done."""
    db.afterwards(session, _BOARDS.forget)


def taken(meeting_id: int) -> bool:
    """Whether questions are taken: where nobody said otherwise, as long as the meeting is not archived."""
    query = (
        sa.select(Meeting.status, Broadcast.questions_open)
        .outerjoin(Broadcast, Broadcast.meeting_id == Meeting.id)
        .where(Meeting.id == meeting_id)
    )
    row = db.session().execute(query).first()
    return row is not None and row.status is not MeetingStatus.ARCHIVED and row.questions_open is not False


def _read(meeting_id: int) -> QuestionBoard:
    is_open = taken(meeting_id)
    shown = tuple(_shown(meeting_id))
    version = hashlib.sha256(repr((is_open, shown)).encode()).hexdigest()[:16]
    return QuestionBoard(is_open, shown, version)


def _shown(meeting_id: int) -> Sequence[ShownQuestion]:
    name = sa.case((HallQuestion.named & Delegate.erased_at.is_(None), Delegate.name), else_="")
    query = (
        sa.select(
            HallQuestion.id,
            HallQuestion.text,
            name.label("name"),
            Unit.name.label("unit"),
            HallQuestion.votes,
            HallQuestion.pinned_at,
            HallQuestion.status,
            HallQuestion.answer,
            HallQuestion.asked_at,
            HallQuestion.settled_at,
            HallQuestion.session_id,
        )
        .outerjoin(Delegate, Delegate.id == HallQuestion.delegate_id)
        .outerjoin(Unit, Unit.id == Delegate.unit_id)
        .where(
            HallQuestion.meeting_id == meeting_id,
            HallQuestion.private.is_(False),
            HallQuestion.status.in_([HallQuestionStatus.SHOWN, HallQuestionStatus.ANSWERED]),
        )
    )
    rows = db.session().execute(query).all()
    titles = session_titles(meeting_id) if any(row.session_id for row in rows) else {}
    return [
        ShownQuestion(
            row.id,
            row.text,
            rules.signed(row.name or "", row.unit or ""),
            row.votes,
            row.pinned_at is not None,
            row.status is HallQuestionStatus.ANSWERED,
            row.answer if row.status is HallQuestionStatus.ANSWERED else "",
            row.session_id,
            titles.get(row.session_id, ""),
        )
        for row in rules.in_order(rows)
    ]
