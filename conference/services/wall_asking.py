"""Questions and polls on a screen in the hall: the poll that is open, or the question that is being answered.

Read afresh each time: there are few screens, and the hall looks at them while somebody presses the button.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import Delegate, HallQuestion, Meeting, NameRelease, Poll, Unit, Wall
from conference.rules import wall_names
from conference.rules.hall_questions import in_order
from conference.rules.polls import Result
from conference.services import hall_questions, poll_board
from conference.vocabulary import HallQuestionStatus, PollKind, PollState

MOST = 5  # questions


@dataclass(frozen=True)
class WallQuestion:
    """`name` is empty where the asker gave none; the surname alone where `surname` says so."""

    id: int
    text: str
    name: str
    surname: bool
    unit: str
    votes: int
    pinned: bool


@dataclass(frozen=True)
class WallPoll:
    """`result` is None as long as it is not shown; `voices` are how many people have chosen."""

    id: int
    title: str
    kind: PollKind
    labels: Sequence[str]
    is_open: bool
    voices: int
    result: Result | None


@dataclass(frozen=True)
class WallAsking:
    """Of `poll` and `question` at most one, which is shown large; `rest` are the questions beside it.

    `taken` says whether questions are taken; `address` is the page for phones.
    """

    poll: WallPoll | None
    question: WallQuestion | None
    rest: Sequence[WallQuestion]
    taken: bool
    address: str


def of(wall: Wall, meeting: Meeting, *, public_url: str) -> WallAsking:
    """An open poll comes first, the one opened last. Else what an organiser brought up last of a pinned question and a
    closed poll whose result is shown; else the question with the most votes.
    """
    rows = in_order(_questions(meeting.id))
    questions = [_question(row, surname=wall.surname_only) for row in rows[:MOST]]
    poll = _poll(meeting.id, rows[0].pinned_at if rows else None)
    question = questions[0] if questions and poll is None else None
    return WallAsking(
        poll=poll,
        question=question,
        rest=questions[1:] if question else questions,
        taken=hall_questions.taken(meeting.id),
        address=f"{public_url}/m/{meeting.slug}/asking",
    )


def mark(wall: Wall, meeting: Meeting) -> str:
    """Another one whenever the picture would be another."""
    return hashlib.sha256(repr(of(wall, meeting, public_url="")).encode()).hexdigest()[:16]


def _questions(meeting_id: int) -> Sequence[sa.Row[*tuple[object, ...]]]:
    query = (
        sa.select(
            HallQuestion.id,
            HallQuestion.text,
            HallQuestion.named,
            HallQuestion.votes,
            HallQuestion.pinned_at,
            HallQuestion.status,
            HallQuestion.asked_at,
            HallQuestion.settled_at,
            Delegate.name,
            Delegate.erased_at,
            Unit.name.label("unit"),
            Unit.proposed,
            sa.and_(NameRelease.name == Delegate.name, NameRelease.refused.is_(True)).label("refused"),
        )
        .outerjoin(Delegate, Delegate.id == HallQuestion.delegate_id)
        .outerjoin(Unit, Unit.id == Delegate.unit_id)
        .outerjoin(NameRelease, NameRelease.delegate_id == Delegate.id)
        .where(
            HallQuestion.meeting_id == meeting_id,
            HallQuestion.private.is_(False),
            HallQuestion.status == HallQuestionStatus.SHOWN,
        )
    )
    return db.session().execute(query).all()


def _question(row: sa.Row[*tuple[object, ...]], *, surname: bool) -> WallQuestion:
    """Who released a question read the name beside it; a name that was refused for walls is on none."""
    name = row.name if row.named and row.name and row.erased_at is None and not row.refused else ""
    shown = wall_names.surname(name) if name and surname else name
    unit = row.unit if name and not row.proposed else ""
    return WallQuestion(row.id, row.text, shown, surname, unit, row.votes, row.pinned_at is not None)


def _poll(meeting_id: int, pinned_at: datetime | None) -> WallPoll | None:
    query = sa.select(Poll).where(
        Poll.meeting_id == meeting_id,
        sa.or_(Poll.state == PollState.OPEN, sa.and_(Poll.state == PollState.CLOSED, Poll.result_shown.is_(True))),
    )
    found = db.session().scalars(query.execution_options(populate_existing=True)).all()
    started = [one for one in found if one.state is PollState.OPEN]
    closed = [one for one in found if one.state is PollState.CLOSED and one.closed_at is not None]
    poll = max(started, key=lambda one: (one.opened_at or one.created_at, one.id), default=None)
    if poll is None:
        poll = max(closed, key=lambda one: (one.closed_at or one.created_at, one.id), default=None)
        if poll is None or (pinned_at is not None and poll.closed_at is not None and pinned_at > poll.closed_at):
            return None
    result = poll_board.results([poll])[poll.id]
    labels = poll_board.asked(poll).labels
    shown = result if poll.result_shown else None
    return WallPoll(poll.id, poll.title, poll.kind, labels, poll.state is PollState.OPEN, result.people, shown)
