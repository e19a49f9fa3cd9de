"""The outbox (待发箱): what is to leave the house, written with the deed, composed and sent by the worker."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Id, reference, word
from conference.vocabulary import Channel, MessageKind, MessageState, SendingTrouble


class OutboxMessage(Base):
    """What a message is about, not its words: they are composed when it is looked at or sent.

    `facts` holds what was true when the deed was done and names nobody (JSON). `private_sealed` (JSON) holds what
    names somebody: `to` where the message goes to no delegate, and facts of that kind. `content_sealed` is the whole
    text (JSON: to, subject, text) of a message written before the second migration, its link a placeholder too.
    No link and no one-time code is ever kept: each is made when the message is really sent.

    `attempts` only grows: it also tells one worker's claim from the next one's. `forgiven` is how many of them do not
    count against the message.
    """

    __tablename__ = "outbox_messages"
    __table_args__ = (
        sa.Index("ix_outbox_messages_due", "state", "next_attempt_at"),
        sa.Index("ix_outbox_messages_of_meeting", "meeting_id", "state", "id"),
        sa.Index(
            "uq_outbox_messages_notice_once",
            "notice_id",
            "delegate_id",
            unique=True,
            sqlite_where=sa.text("notice_id IS NOT NULL"),
            postgresql_where=sa.text("notice_id IS NOT NULL"),
        ),
        sa.Index(
            "uq_outbox_messages_release_once",
            "agenda_release_id",
            "delegate_id",
            unique=True,
            sqlite_where=sa.text("agenda_release_id IS NOT NULL"),
            postgresql_where=sa.text("agenda_release_id IS NOT NULL"),
        ),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    delegate_id: Mapped[int | None] = reference("delegates.id", nullable=True, index=True)
    repeat_id: Mapped[int | None] = reference("repeat_entries.id", nullable=True)
    liaison_id: Mapped[int | None] = reference("liaisons.id", nullable=True, index=True)
    notice_id: Mapped[int | None] = reference("notices.id", nullable=True)
    code_id: Mapped[int | None] = reference("one_time_codes.id", nullable=True)
    agenda_release_id: Mapped[int | None] = reference("agenda_releases.id", nullable=True)
    kind: Mapped[MessageKind] = word(MessageKind)
    facts: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # whatever the kind speaks of
    private_sealed: Mapped[bytes | None]
    content_sealed: Mapped[bytes | None]
    state: Mapped[MessageState] = word(MessageState, default=MessageState.WAITING)
    channel: Mapped[Channel | None] = word(Channel, nullable=True)
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    forgiven: Mapped[int] = mapped_column(default=0)
    claimed_at: Mapped[datetime | None]
    trouble: Mapped[SendingTrouble | None] = word(SendingTrouble, nullable=True)
    last_error: Mapped[str | None] = mapped_column(sa.String(200))
    sent_at: Mapped[datetime | None]
