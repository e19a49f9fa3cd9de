"""Checkpoints (签到点), the append-only record of scans, and what follows from them."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Digest, Id, Short, reference, word
from conference.vocabulary import Category, CheckpointKind, Direction, Outcome, ScanReason


class Checkpoint(Base):
    """At `empties_at` everybody who is still in has left; `emptied_at` says that it was done. `leg` counts the
    boardings of a departure: 0 in front of the hall, 1 at its first stop.
    """

    __tablename__ = "checkpoints"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    name: Mapped[Short]
    kind: Mapped[CheckpointKind] = word(CheckpointKind)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    reentry: Mapped[bool] = mapped_column(default=False)
    session_id: Mapped[int | None] = reference("agenda_sessions.id", nullable=True)
    departure_id: Mapped[int | None] = reference("departures.id", nullable=True, index=True)
    leg: Mapped[int | None]
    empties_at: Mapped[datetime | None]
    emptied_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class CheckIn(Base):
    """One scan, kept for ever, with the answer that it was given.

    `scanned_at` is the time the scan is judged by, `raw_scanned_at` what the device said. Of a text that is no
    code of this meeting only a hash and its first eight characters are kept.
    """

    __tablename__ = "check_ins"
    __table_args__ = (
        sa.UniqueConstraint("meeting_id", "nonce"),
        sa.Index("ix_check_ins_of_delegate", "delegate_id", "checkpoint_id", "scanned_at"),
        sa.Index("ix_check_ins_feed", "meeting_id", "id"),
        sa.Index(
            "ix_check_ins_flagged",
            "meeting_id",
            "id",
            sqlite_where=sa.text("flagged"),
            postgresql_where=sa.text("flagged"),
        ),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    checkpoint_id: Mapped[int] = reference("checkpoints.id")
    delegate_id: Mapped[int | None] = reference("delegates.id", nullable=True)
    token_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    nonce: Mapped[str] = mapped_column(sa.String(64))
    code: Mapped[str | None] = mapped_column(sa.String(18))
    text_sha256: Mapped[Digest | None]
    text_head: Mapped[str | None] = mapped_column(sa.String(8))
    gate: Mapped[Short]
    direction: Mapped[Direction] = word(Direction)
    outcome: Mapped[Outcome] = word(Outcome)
    reason: Mapped[ScanReason | None] = word(ScanReason, nullable=True)
    flagged: Mapped[bool]
    scanned_at: Mapped[datetime]
    raw_scanned_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    received_at: Mapped[datetime]
    admitted_offline: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str] = mapped_column(sa.Text)
    voided_at: Mapped[datetime | None]
    void_reason: Mapped[str | None] = mapped_column(sa.String(200))


class Presence(Base):
    """Where one delegate stands at one checkpoint, so that a scan need not read all earlier ones.

    `last_out_at` begins the latest stay; `first_scanned_at` and `first_gate` are of that stay's `admitted`.
    """

    __tablename__ = "presences"
    __table_args__ = (sa.Index("ix_presences_changed", "checkpoint_id", "changed"),)

    delegate_id: Mapped[int] = reference("delegates.id", primary_key=True)
    checkpoint_id: Mapped[int] = reference("checkpoints.id", primary_key=True)
    inside: Mapped[bool]
    last_out_at: Mapped[datetime | None]
    first_scanned_at: Mapped[datetime | None]
    first_gate: Mapped[Short | None]
    changed: Mapped[int] = mapped_column(sa.BigInteger)


class Arrival(Base):
    """One person at all the venue checkpoints together: how many admissions count, at how many they are inside.

    `unit_id` and `category` are what the turnout counts them for.
    """

    __tablename__ = "arrivals"

    delegate_id: Mapped[int] = reference("delegates.id", primary_key=True)
    meeting_id: Mapped[int] = reference("meetings.id")
    unit_id: Mapped[int] = reference("units.id")
    category: Mapped[Category] = word(Category)
    admissions: Mapped[int]
    inside: Mapped[int]


class Turnout(Base):
    """How many people of a unit and a category came to the venue, and how many are inside now; each person once."""

    __tablename__ = "turnouts"
    __table_args__ = (sa.CheckConstraint("present >= 0 AND inside >= 0", name="not_negative"),)

    meeting_id: Mapped[int] = reference("meetings.id", primary_key=True)
    unit_id: Mapped[int] = reference("units.id", primary_key=True)
    category: Mapped[Category] = word(Category, primary_key=True)
    present: Mapped[int]
    inside: Mapped[int]


class RosterClock(Base):
    """SQLite's counter behind `db.stamp`; PostgreSQL has transaction ids and does not use it."""

    __tablename__ = "roster_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int] = mapped_column(sa.BigInteger)
