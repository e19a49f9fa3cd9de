"""What the hall and the online half say: questions (提问) with their votes, and polls (投票)."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Id, Short, reference, word
from conference.vocabulary import HallQuestionStatus, PollKind, PollState


class HallQuestion(Base):
    """`named` says that others may read who asked; the organiser always can. A `private` one is for the organisers
    alone and never shown. `votes` counts those of people who were erased since, too.
    """

    __tablename__ = "hall_questions"
    __table_args__ = (
        sa.Index("ix_hall_questions_shown", "meeting_id", "status"),
        sa.Index("ix_hall_questions_delegate", "delegate_id"),
        sa.Index(
            "uq_hall_questions_pinned",
            "meeting_id",
            unique=True,
            sqlite_where=sa.text("pinned_at IS NOT NULL"),
            postgresql_where=sa.text("pinned_at IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    session_id: Mapped[int | None] = reference("agenda_sessions.id", nullable=True)
    delegate_id: Mapped[int | None] = reference("delegates.id", nullable=True)
    text: Mapped[str] = mapped_column(sa.String(500))
    named: Mapped[bool]
    private: Mapped[bool] = mapped_column(default=False)
    status: Mapped[HallQuestionStatus] = word(HallQuestionStatus)
    pinned_at: Mapped[datetime | None]
    votes: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str] = mapped_column(sa.String(1000), default="")
    asked_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]


class HallQuestionVote(Base):
    __tablename__ = "hall_question_votes"
    __table_args__ = (sa.Index("ix_hall_question_votes_delegate", "delegate_id"),)

    question_id: Mapped[int] = reference("hall_questions.id", primary_key=True)
    delegate_id: Mapped[int] = reference("delegates.id", primary_key=True)
    voted_at: Mapped[datetime]


class Poll(Base):
    """`options` are the words to choose from, for a scale those of its ends; `most` is how many may be chosen."""

    __tablename__ = "polls"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    session_id: Mapped[int | None] = reference("agenda_sessions.id", nullable=True)
    kind: Mapped[PollKind] = word(PollKind)
    title: Mapped[Short]
    options: Mapped[list[str]] = mapped_column(sa.JSON)
    most: Mapped[int] = mapped_column(default=1)
    state: Mapped[PollState] = word(PollState)
    result_shown: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]


class PollChoice(Base):
    """One option that one person chose (counted from 0); all of a person's go together."""

    __tablename__ = "poll_choices"
    __table_args__ = (sa.Index("ix_poll_choices_delegate", "delegate_id"),)

    poll_id: Mapped[int] = reference("polls.id", primary_key=True)
    delegate_id: Mapped[int] = reference("delegates.id", primary_key=True)
    option: Mapped[int] = mapped_column(primary_key=True)
    chosen_at: Mapped[datetime]
