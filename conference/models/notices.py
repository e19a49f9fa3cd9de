"""What organisers write themselves: notices to many, and other words for the messages that the system sends."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Id, Short, reference, word
from conference.vocabulary import MessageKind

BODY_LIMIT = 2_000


class Notice(Base):
    """A message of the organisers' own, in one language or two; who it went to, the outbox knows."""

    __tablename__ = "notices"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    subject: Mapped[Short]
    body: Mapped[str] = mapped_column(sa.String(BODY_LIMIT))
    subject_en: Mapped[Short] = mapped_column(default="")
    body_en: Mapped[str] = mapped_column(sa.String(BODY_LIMIT), default="")
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class NoticeTemplate(Base):
    """The organisers' words for a kind of message in one language, instead of ours."""

    __tablename__ = "notice_templates"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "kind", "language"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    kind: Mapped[MessageKind] = word(MessageKind)
    language: Mapped[str] = mapped_column(sa.String(2))
    subject: Mapped[Short]
    body: Mapped[str] = mapped_column(sa.String(BODY_LIMIT))
    changed_at: Mapped[datetime]
