"""Ways in beside the scan of a badge: who was registered at the door, who waits for a steward's nod."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Digest, Id, Short, reference


class WalkIn(Base):
    """Somebody registered at the door (现场登记), once by its nonce, however often it is handed in."""

    __tablename__ = "walk_ins"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "nonce"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    nonce: Mapped[str] = mapped_column(sa.String(64))
    delegate_id: Mapped[int] = reference("delegates.id", index=True)
    check_in_id: Mapped[int | None] = reference("check_ins.id", nullable=True)
    gate: Mapped[Short]
    past_capacity: Mapped[bool] = mapped_column(default=False)
    registered_at: Mapped[datetime]
    received_at: Mapped[datetime]


class Nod(Base):
    """A delegate who checks in by themselves and cannot prove who they are: a steward nods, or does not.

    `ticket_digest` is of the browser's ticket, so that its page learns what became of it.
    """

    __tablename__ = "nods"
    __table_args__ = (
        sa.Index(
            "ix_nods_open",
            "checkpoint_id",
            "id",
            sqlite_where=sa.text("decided_at IS NULL"),
            postgresql_where=sa.text("decided_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    checkpoint_id: Mapped[int] = reference("checkpoints.id")
    delegate_id: Mapped[int] = reference("delegates.id", index=True)
    ticket_digest: Mapped[Digest] = mapped_column(unique=True)
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    granted: Mapped[bool | None]
    gate: Mapped[Short] = mapped_column(default="")
    check_in_id: Mapped[int | None] = reference("check_ins.id", nullable=True)
