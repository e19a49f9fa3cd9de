"""Places for which delegates sign up one by one (a session's, a departure's), and the line that waits for them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Id, reference, word
from conference.vocabulary import SignUpStatus


class SignUpLine(Base):
    """So many places, so many taken; locked before any sign-up of it."""

    __tablename__ = "sign_up_lines"
    __table_args__ = (
        sa.CheckConstraint("taken >= 0 AND taken <= capacity", name="within_capacity"),
        sa.CheckConstraint("capacity >= 1", name="some_places"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    capacity: Mapped[int]
    taken: Mapped[int] = mapped_column(default=0)
    next_ticket: Mapped[int] = mapped_column(sa.BigInteger, default=1)

    @property
    def places_left(self) -> int:
        return max(0, self.capacity - self.taken)


class SignUp(Base):
    """One delegate on one line: with a place, or waiting by their `ticket`. Scanners follow `changed` (db.stamp)."""

    __tablename__ = "sign_ups"
    __table_args__ = (
        sa.UniqueConstraint("line_id", "delegate_id"),
        sa.Index(
            "uq_sign_ups_ticket",
            "line_id",
            "ticket",
            unique=True,
            sqlite_where=sa.text("ticket IS NOT NULL"),
            postgresql_where=sa.text("ticket IS NOT NULL"),
        ),
        sa.Index("ix_sign_ups_changed", "line_id", "changed"),
        sa.CheckConstraint("(status = 'waitlisted') = (ticket IS NOT NULL)", name="ticket_while_waiting"),
    )

    id: Mapped[Id]
    line_id: Mapped[int] = reference("sign_up_lines.id")
    delegate_id: Mapped[int] = reference("delegates.id", index=True)
    status: Mapped[SignUpStatus] = word(SignUpStatus)
    ticket: Mapped[int | None] = mapped_column(sa.BigInteger)
    signed_up_at: Mapped[datetime]
    changed: Mapped[int] = mapped_column(sa.BigInteger)
