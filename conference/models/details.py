"""What a person tells beyond their entry: details by purpose, answers to a meeting's own questions, files."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Digest, Id, Short, reference, word
from conference.vocabulary import ConsentPurpose, FileKind, QuestionKind, QuestionStage


class PersonalDetail(Base):
    """What a delegate told for one purpose (JSON, sealed); deleted when the consent to it is withdrawn."""

    __tablename__ = "personal_details"

    delegate_id: Mapped[int] = reference("delegates.id", primary_key=True)
    purpose: Mapped[ConsentPurpose] = word(ConsentPurpose, primary_key=True)
    content_sealed: Mapped[bytes]
    changed_at: Mapped[datetime]


class Question(Base):
    """A question of a meeting's own.

    `choices` is a list of {"value", "zh", "en"}. `shown_if_id` and `shown_if_value` show it only where another
    question is answered so. `seen_by` lists the roles that may read the answers (organisers always may). Answers are
    kept for `kept_days` after the meeting, None for as long as the rest. `least` and `most` bound numbers, `file_kinds`
    and `largest_bytes` files.
    """

    __tablename__ = "questions"
    __table_args__ = (
        sa.Index("ix_questions_of_meeting", "meeting_id", "rank"),
        sa.CheckConstraint("(shown_if_id IS NULL) = (shown_if_value IS NULL)", name="condition_whole"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    rank: Mapped[int]
    kind: Mapped[QuestionKind] = word(QuestionKind)
    stage: Mapped[QuestionStage] = word(QuestionStage)
    label: Mapped[Short]
    label_en: Mapped[Short] = mapped_column(default="")
    hint: Mapped[str] = mapped_column(sa.String(500), default="")
    required: Mapped[bool] = mapped_column(default=False)
    choices: Mapped[list[dict[str, str]]] = mapped_column(sa.JSON, default=list)
    least: Mapped[int | None]
    most: Mapped[int | None]
    shown_if_id: Mapped[int | None] = reference("questions.id", nullable=True)
    shown_if_value: Mapped[str | None] = mapped_column(sa.String(200))
    seen_by: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    kept_days: Mapped[int | None]
    file_kinds: Mapped[list[str]] = mapped_column(sa.JSON, default=list)
    largest_bytes: Mapped[int | None]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class QuestionAnswer(Base):
    """`content_sealed` is the answer as JSON: a text, a number, a list of values, a time, or a file's id."""

    __tablename__ = "question_answers"

    delegate_id: Mapped[int] = reference("delegates.id", primary_key=True)
    question_id: Mapped[int] = reference("questions.id", primary_key=True, index=True)
    content_sealed: Mapped[bytes]
    answered_at: Mapped[datetime]


class StoredFile(Base):
    """A file that somebody handed in, sealed in the instance's `uploads` folder under `path`."""

    __tablename__ = "stored_files"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    delegate_id: Mapped[int | None] = reference("delegates.id", nullable=True, index=True)
    path: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name_sealed: Mapped[bytes]
    kind: Mapped[FileKind] = word(FileKind)
    size: Mapped[int]
    sha256: Mapped[Digest]
    created_at: Mapped[datetime]
