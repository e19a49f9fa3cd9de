"""Phones that stand at a gate (扫码设备), and what an organiser said to scans that wanted a look."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Digest, Id, Short, reference, word
from conference.vocabulary import ReviewWord


class Device(Base):
    """A phone that was paired by a code on an organiser's screen; `name` is its gate.

    It scans with tokens of its own (`api_tokens.device_id`), which die with it. `checkpoint_ids` are where it may
    scan, all of the meeting's while empty. `pairing_sealed` is the code while no phone has taken it; `pairings` counts
    the phones that did, and the phone knows its number, so that a new one at the gate turns the old one out.
    `waiting` is how many scans it still keeps, by what it last said.
    """

    __tablename__ = "devices"
    __table_args__ = (
        sa.Index(
            "uq_devices_live_name",
            "meeting_id",
            "name",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    name: Mapped[Short]
    checkpoint_ids: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    account_id: Mapped[int] = reference("accounts.id")
    pairing_digest: Mapped[Digest] = mapped_column(unique=True)
    pairing_sealed: Mapped[bytes | None]
    pairing_expires_at: Mapped[datetime]
    pairings: Mapped[int] = mapped_column(default=0)
    browser: Mapped[Short] = mapped_column(default="")
    waiting: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    paired_at: Mapped[datetime | None]
    seen_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class ScanReview(Base):
    """What somebody made of a flagged scan; a scan is reviewed once."""

    __tablename__ = "scan_reviews"

    check_in_id: Mapped[int] = reference("check_ins.id", primary_key=True)
    account_id: Mapped[int] = reference("accounts.id")
    word: Mapped[ReviewWord] = word(ReviewWord)
    note: Mapped[Short] = mapped_column(default="")
    reviewed_at: Mapped[datetime]
