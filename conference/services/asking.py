"""The asking page (互动): the boards of questions and polls put together, and the key of what everybody there shares.

    board = asking.board(meeting, now=clock.now())
    board.questions, board.polls, board.on, board.version

The shared snapshot is carried by caches, and so it cannot ask who reads it. Its address holds a key instead, which is
given to whoever may watch; where other people may, it is another one.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import Broadcast, Meeting
from conference.rules.agenda import Session
from conference.sealing import blind_index
from conference.services import hall_questions, poll_board, stage
from conference.services.hall_questions import QuestionBoard
from conference.services.poll_board import PollBoard
from conference.vocabulary import MeetingStatus, Missing, PollState, Viewership

KEY_LENGTH = 32  # hexadecimal digits: 128 bits


@dataclass(frozen=True)
class Board:
    """What everybody may read; `on` is the session that is on stage. `version` is another one whenever any of it is."""

    questions: QuestionBoard
    polls: PollBoard
    on: Session | None
    version: str


def board(meeting: Meeting, *, now: datetime) -> Board:
    """As it stands, or stood at most two seconds ago; once the meeting is put away nothing of it is open."""
    questions, polls = hall_questions.board(meeting.id), poll_board.board(meeting.id, now=now)
    over = meeting.status is MeetingStatus.ARCHIVED
    if over:
        questions = replace(questions, open=False)
        polls = replace(polls, polls=tuple(replace(one, state=PollState.CLOSED) for one in polls.polls))
    on = stage.of(meeting, now=now).on_stage.session
    parts = (questions.version, polls.version, on.id if on else 0, over)
    return Board(questions, polls, on, hashlib.sha256(repr(parts).encode()).hexdigest()[:16])


def key(meeting: Meeting) -> str:
    """What the shared snapshot's address holds as long as the same people may watch."""
    query = sa.select(Broadcast.audience).where(Broadcast.meeting_id == meeting.id)
    audience = db.session().scalar(query) or Viewership.DELEGATES
    return blind_index(f"asking {meeting.id} {audience.value}")[:KEY_LENGTH]


def check_key(meeting: Meeting, said: str) -> None:
    """Raises Missing for another meeting's, an older one, or none of ours."""
    if not secrets.compare_digest(key(meeting).encode(), said.encode()):
        raise Missing
