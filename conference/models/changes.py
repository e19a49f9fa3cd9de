"""What is asked for after the freeze, and the filters that people keep for themselves."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from conference.db import Base
from conference.models.columns import Id, reference, word
from conference.models.delegates import Delegate
from conference.vocabulary import ActorKind, ChangeWish


class ChangeRequest(Base):
    """A change that waits for an organiser; `content_sealed` is what is wished (JSON), since it names people.

    `accepted` is None until somebody decides. One wish of a kind is open for a delegate at a time: a newer one takes
    its place. `ended` where nobody decided: the place itself was over first.
    """

    __tablename__ = "change_requests"
    __table_args__ = (
        sa.CheckConstraint("(accepted IS NULL) = (settled_at IS NULL)", name="settled_with_answer"),
        sa.Index("ix_change_requests_of_meeting", "meeting_id", "settled_at", "id"),
        sa.Index(
            "uq_change_requests_open",
            "delegate_id",
            "wish",
            unique=True,
            sqlite_where=sa.text("settled_at IS NULL"),
            postgresql_where=sa.text("settled_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    delegate_id: Mapped[int] = reference("delegates.id", index=True)
    wish: Mapped[ChangeWish] = word(ChangeWish)
    content_sealed: Mapped[bytes]
    asked_by: Mapped[ActorKind] = word(ActorKind)
    reason: Mapped[str] = mapped_column(sa.String(500), default="")
    created_at: Mapped[datetime]
    accepted: Mapped[bool | None]
    settled_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(sa.String(500), default="")
    ended: Mapped[bool] = mapped_column(default=False, server_default=sa.false())

    delegate: Mapped[Delegate] = relationship()


class SavedFilter(Base):
    """A filter of a list that somebody keeps under a name; `query` is the address's own query string."""

    __tablename__ = "saved_filters"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "account_id", "name"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    account_id: Mapped[int] = reference("accounts.id")
    name: Mapped[str] = mapped_column(sa.String(50))
    query: Mapped[str] = mapped_column(sa.String(1000))
    created_at: Mapped[datetime]
