"""The outbox (待发箱): what is to leave the house, written with the deed, sent by the worker."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Id, reference, word
from conference.vocabulary import MessageKind


class OutboxMessage(Base):
    """`content_sealed` holds address, subject and text (JSON), since they name a person and may carry a link."""

    __tablename__ = "outbox_messages"
    __table_args__ = (sa.Index("ix_outbox_messages_due", "sent_at", "next_attempt_at"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    delegate_id: Mapped[int | None] = reference("delegates.id", nullable=True, index=True)
    kind: Mapped[MessageKind] = word(MessageKind)
    content_sealed: Mapped[bytes]
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str | None] = mapped_column(sa.String(200))
    sent_at: Mapped[datetime | None]
