"""A delegate (代表): one person's one place in a meeting, with codes, private links and consents."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from conference.db import Base
from conference.models.columns import Digest, Id, Short, reference, word
from conference.models.meetings import Meeting
from conference.models.units import Unit
from conference.vocabulary import ACTIVE_STATUSES, ActorKind, Category, ConsentPurpose, DelegateStatus, Mode, Origin

_ACTIVE = f"status IN ({', '.join(repr(s.value) for s in ACTIVE_STATUSES)})"


def _one_active(name: str) -> sa.Index:
    where = sa.text(f"{name} IS NOT NULL AND {_ACTIVE}")
    return sa.Index(
        f"uq_delegates_active_{name}", "meeting_id", name, unique=True, sqlite_where=where, postgresql_where=where
    )


class Delegate(Base):
    """`queue_mode` and `ticket` are set for those who wait in a line: the waitlisted, and the confirmed who wish
    to change their mode. `changed` is the mark that scanners follow. `replaced_by_id` is who came in their place
    (换人), `merged_into_id` the entry of the same person that was kept. `name_by` is who wrote the name as it stands,
    None for who made the entry.
    """

    __tablename__ = "delegates"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "number"),
        _one_active("phone_index"),
        _one_active("email_index"),
        sa.Index(
            "uq_delegates_first_in_line",
            "meeting_id",
            "queue_mode",
            "ticket",
            unique=True,
            sqlite_where=sa.text("ticket IS NOT NULL"),
            postgresql_where=sa.text("ticket IS NOT NULL"),
        ),
        sa.Index("ix_delegates_by_unit", "meeting_id", "unit_id", "id"),
        sa.Index("ix_delegates_by_name", "meeting_id", "pinyin", "id"),
        sa.Index("ix_delegates_by_status", "meeting_id", "status", "id"),
        sa.Index("ix_delegates_changed", "meeting_id", "changed"),
        # Read alone, without the rows: how many of some categories are expected in the hall, unit by unit.
        sa.Index("ix_delegates_by_category", "meeting_id", "category", "mode", "status", "unit_id"),
        sa.Index(
            "ix_delegates_unanswered",
            "meeting_id",
            "status",
            "id",
            sqlite_where=sa.text("acknowledged_at IS NULL"),
            postgresql_where=sa.text("acknowledged_at IS NULL"),
        ),
        # Beside the partial ones: who looks a number up passes the statuses as parameters, or does not ask for them.
        sa.Index("ix_delegates_by_phone", "meeting_id", "phone_index"),
        sa.Index("ix_delegates_by_email", "meeting_id", "email_index"),
        sa.CheckConstraint("(ticket IS NULL) = (queue_mode IS NULL)", name="ticket_has_line"),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    unit_id: Mapped[int] = reference("units.id")
    number: Mapped[str] = mapped_column(sa.String(8))
    name: Mapped[str] = mapped_column(sa.String(50))
    name_by: Mapped[ActorKind | None] = word(ActorKind, nullable=True)
    pinyin: Mapped[str] = mapped_column(sa.String(400))
    position: Mapped[Short] = mapped_column(default="")
    category: Mapped[Category] = word(Category)
    mode: Mapped[Mode] = word(Mode)
    status: Mapped[DelegateStatus] = word(DelegateStatus)
    queue_mode: Mapped[Mode | None] = word(Mode, nullable=True)
    ticket: Mapped[int | None] = mapped_column(sa.BigInteger)
    seat: Mapped[str] = mapped_column(sa.String(40), default="")
    phone_sealed: Mapped[bytes | None]
    phone_index: Mapped[Digest | None]
    email_sealed: Mapped[bytes | None]
    email_index: Mapped[Digest | None]
    origin: Mapped[Origin] = word(Origin)
    language: Mapped[str] = mapped_column(sa.String(2), default="zh")
    acknowledged_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    changed: Mapped[int] = mapped_column(sa.BigInteger)
    replaced_by_id: Mapped[int | None] = reference("delegates.id", nullable=True)
    merged_into_id: Mapped[int | None] = reference("delegates.id", nullable=True)

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
    meeting: Mapped[Meeting] = relationship()
    codes: Mapped[list[Code]] = relationship(order_by="Code.created_at")

    @property
    def waiting_for(self) -> Mode | None:
        """The mode a confirmed delegate wishes to change to, while it is full."""
        return self.queue_mode if self.status is DelegateStatus.CONFIRMED else None


class Code(Base):
    """What a QR holds. A delegate has one live code; replaced ones stay, so that the door can say why.

    `repeat_id` marks the code of a repeat entry, which stands for the place it repeats.
    """

    __tablename__ = "codes"

    code: Mapped[str] = mapped_column(sa.String(18), primary_key=True)
    delegate_id: Mapped[int] = reference("delegates.id", index=True)
    repeat_id: Mapped[int | None] = reference("repeat_entries.id", nullable=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class RepeatEntry(Base):
    """A stranger's entry with a phone or e-mail that has a place already.

    It is answered like a fresh one, so that no answer tells whether a number is registered; it takes no place.
    `contact_sealed` is what was typed (JSON: phone, email), by which its enterer proves themselves; `answers_sealed`
    what they answered to the meeting's questions (JSON, by the question's id); `told_sealed` what they told on their
    page (JSON: consents, details, wishes, stars), which nobody else reads.
    docs/decisions/0004 has the reasons.
    """

    __tablename__ = "repeat_entries"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    delegate_id: Mapped[int] = reference("delegates.id", index=True)
    unit_id: Mapped[int] = reference("units.id")
    number: Mapped[str] = mapped_column(sa.String(8))
    code: Mapped[str] = mapped_column(sa.String(18), index=True)
    name: Mapped[str] = mapped_column(sa.String(50))
    position: Mapped[Short] = mapped_column(default="")
    mode: Mapped[Mode] = word(Mode)
    status: Mapped[DelegateStatus] = word(DelegateStatus)
    origin: Mapped[Origin | None] = word(Origin, nullable=True)
    category: Mapped[Category | None] = word(Category, nullable=True)
    acknowledged_at: Mapped[datetime | None]
    ticket: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    contact_sealed: Mapped[bytes | None]
    answers_sealed: Mapped[bytes | None]
    told_sealed: Mapped[bytes | None]

    unit: Mapped[Unit] = relationship(lazy="joined", innerjoin=True)
    delegate: Mapped[Delegate] = relationship()
    meeting: Mapped[Meeting] = relationship()


class AccessLink(Base):
    """A private link to one's own page; only its secret's digest is kept. `opened_at` is when it was opened last.

    `handed` marks one that a liaison was given to pass on: it ends with the person's own answer, so that nobody but
    the person reads what they tell after it.
    """

    __tablename__ = "access_links"

    id: Mapped[Id]
    delegate_id: Mapped[int] = reference("delegates.id", index=True)
    repeat_id: Mapped[int | None] = reference("repeat_entries.id", nullable=True)
    digest: Mapped[Digest] = mapped_column(unique=True)
    handed: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Consent(Base):
    """What somebody agreed to: one purpose, the version and the hash of the text they saw."""

    __tablename__ = "consents"
    __table_args__ = (
        sa.Index(
            "uq_consents_live",
            "delegate_id",
            "purpose",
            unique=True,
            sqlite_where=sa.text("withdrawn_at IS NULL"),
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    delegate_id: Mapped[int] = reference("delegates.id", index=True)
    purpose: Mapped[ConsentPurpose] = word(ConsentPurpose)
    version: Mapped[str] = mapped_column(sa.String(20))
    text_sha256: Mapped[Digest]
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
