"""Reply forms (回执) that were sent in: the file for a while, and what was done with it for good."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Digest, Id, Short, reference, word
from conference.vocabulary import ActorKind, FileFault, Mode, ReplyState


class ReplyForm(Base):
    """An uploaded reply form. `unit_id` is set where a unit's liaison sent it, for their own people alone.

    `name_sealed` (the file's name, by which uploads are told apart), `file_sealed` (name and content) and
    `understood_sealed` are forgotten after a while, or with a person whom they name; the counts stay. `claimed_at` is
    when somebody began to read it.
    """

    __tablename__ = "reply_forms"
    __table_args__ = (sa.Index("ix_reply_forms_of_meeting", "meeting_id", "id"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    unit_id: Mapped[int | None] = reference("units.id", nullable=True, index=True)
    state: Mapped[ReplyState] = word(ReplyState)
    fault: Mapped[FileFault | None] = word(FileFault, nullable=True)
    mode: Mapped[Mode | None] = word(Mode, nullable=True)
    late: Mapped[bool] = mapped_column(default=False)
    name_sealed: Mapped[bytes | None]
    file_sealed: Mapped[bytes | None]
    understood_sealed: Mapped[bytes | None]
    people: Mapped[int] = mapped_column(default=0)
    problems: Mapped[int] = mapped_column(default=0)
    new: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    same: Mapped[int] = mapped_column(default=0)
    uploaded_at: Mapped[datetime]
    uploaded_by_kind: Mapped[ActorKind] = word(ActorKind)
    uploaded_by: Mapped[Short]
    claimed_at: Mapped[datetime | None]
    imported_at: Mapped[datetime | None]
    imported_by: Mapped[Short] = mapped_column(default="")


class ReplyRow(Base):
    """What the last row that was brought in for somebody said, as a keyed fingerprint.

    A row that says what it said last time changes nothing, even where the person or an organiser has mended the entry
    since.
    """

    __tablename__ = "reply_rows"

    delegate_id: Mapped[int] = reference("delegates.id", primary_key=True)
    fingerprint: Mapped[Digest]
    imported_at: Mapped[datetime]
