"""The online half: where it is shown, and the records of who watched, each of its own strength."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from conference.db import Base
from conference.models.columns import Digest, Id, Short, reference, word
from conference.vocabulary import PlatformMatch, Viewership, ViewingRoomStatus


class Broadcast(Base):
    """Where a meeting is shown online. `room_sealed` holds the outside room's {url, number, password}.

    `streams` are {name, url} of HLS lists, the first of which is tried first. `checks` says how often a viewer is asked
    whether they are still there (0 to 2); `threshold_percent` of `threshold_session_ids` is what a certificate wants.
    `questions_open` says whether questions are taken.
    """

    __tablename__ = "broadcasts"
    __table_args__ = (
        sa.CheckConstraint("checks >= 0 AND checks <= 2", name="few_checks"),
        sa.CheckConstraint("threshold_percent >= 1 AND threshold_percent <= 100", name="percent"),
    )

    meeting_id: Mapped[int] = reference("meetings.id", primary_key=True)
    audience: Mapped[Viewership] = word(Viewership)
    room_name: Mapped[Short] = mapped_column(default="")
    room_sealed: Mapped[bytes | None]
    streams: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    captions_id: Mapped[int | None] = reference("stored_files.id", nullable=True)
    checks: Mapped[int] = mapped_column(default=0)
    threshold_percent: Mapped[int] = mapped_column(default=80)
    threshold_session_ids: Mapped[list[int]] = mapped_column(sa.JSON, default=list)
    questions_open: Mapped[bool] = mapped_column(default=True)
    changed_at: Mapped[datetime]


class Replay(Base):
    """A recording that began at `begins_at`, where that is known; `marks` are {session_id, talk_id, seconds}, talk_id
    null for the beginning of the session.
    """

    __tablename__ = "replays"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    session_id: Mapped[int | None] = reference("agenda_sessions.id", nullable=True)
    rank: Mapped[int]
    title: Mapped[Short]
    url: Mapped[str] = mapped_column(sa.String(500))
    audience: Mapped[Viewership] = word(Viewership)
    marks: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON, default=list)
    begins_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    removed_at: Mapped[datetime | None]


class Beat(Base):
    """Somebody was watching at this moment; append-only. `device` tells one browser from another."""

    __tablename__ = "beats"
    __table_args__ = (sa.Index("ix_beats_of_delegate", "meeting_id", "delegate_id", "at"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    delegate_id: Mapped[int] = reference("delegates.id")
    at: Mapped[datetime]
    device: Mapped[str] = mapped_column(sa.String(16), default="")


class Viewer(Base):
    """One person's beats joined so far, so that the figures need not read them: watching until `until`.

    `device` is the one that plays, and said so last at `device_at`; another one may take over.
    """

    __tablename__ = "viewers"
    __table_args__ = (sa.Index("ix_viewers_until", "meeting_id", "until"),)

    delegate_id: Mapped[int] = reference("delegates.id", primary_key=True)
    meeting_id: Mapped[int] = reference("meetings.id")
    first_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    seconds: Mapped[int] = mapped_column(default=0)
    device: Mapped[str] = mapped_column(sa.String(16), default="")
    device_at: Mapped[datetime | None]


class StillHere(Base):
    """A viewer was asked whether they are still there, and when they answered."""

    __tablename__ = "still_here"
    __table_args__ = (sa.UniqueConstraint("delegate_id", "number"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    delegate_id: Mapped[int] = reference("delegates.id")
    number: Mapped[int]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class PlatformReport(Base):
    """An outside room's attendance report as it came; `sha256` of its bytes. `file_sealed` (its name too) is kept for a
    while; the stays are there since `brought_in_at`, before that it was only looked at.
    """

    __tablename__ = "platform_reports"
    __table_args__ = (sa.UniqueConstraint("meeting_id", "sha256"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id")
    name_sealed: Mapped[bytes | None]
    file_sealed: Mapped[bytes | None]
    sha256: Mapped[Digest]
    account_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    added_at: Mapped[datetime]
    brought_in_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]


class PlatformStay(Base):
    """A line of such a report: who was there from when to when, and whose delegate that is.

    `facts_sealed` holds {name, unit, phone, email} as they stood there; the last three only where they did.
    """

    __tablename__ = "platform_stays"
    __table_args__ = (
        sa.UniqueConstraint("report_id", "row"),
        sa.Index("ix_platform_stays_delegate", "meeting_id", "delegate_id"),
    )

    id: Mapped[Id]
    report_id: Mapped[int] = reference("platform_reports.id")
    meeting_id: Mapped[int] = reference("meetings.id")
    row: Mapped[int]
    facts_sealed: Mapped[bytes | None]
    joined_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    seconds: Mapped[int]
    match: Mapped[PlatformMatch] = word(PlatformMatch)
    delegate_id: Mapped[int | None] = reference("delegates.id", nullable=True)
    account_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    settled_at: Mapped[datetime | None]


class ViewingRoom(Base):
    """A unit's people who watch one screen together (集体收看); counted once an organiser approved it."""

    __tablename__ = "viewing_rooms"
    __table_args__ = (sa.CheckConstraint("headcount >= 1", name="somebody"),)

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    unit_id: Mapped[int] = reference("units.id")
    place: Mapped[Short]
    host: Mapped[Short]
    headcount: Mapped[int]
    names_sealed: Mapped[bytes | None]
    photo_id: Mapped[int | None] = reference("stored_files.id", nullable=True)
    status: Mapped[ViewingRoomStatus] = word(ViewingRoomStatus, default=ViewingRoomStatus.PENDING)
    reason: Mapped[Short] = mapped_column(default="")
    declared_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
    account_id: Mapped[int | None] = reference("accounts.id", nullable=True)


class AttendanceCorrection(Base):
    """What an organiser set right in the ledger: so many minutes of a session count, and why. The last one holds; one
    without minutes takes back what was set right before it, and the evidence counts again.
    """

    __tablename__ = "attendance_corrections"

    id: Mapped[Id]
    meeting_id: Mapped[int] = reference("meetings.id", index=True)
    delegate_id: Mapped[int] = reference("delegates.id")
    session_id: Mapped[int | None] = reference("agenda_sessions.id", nullable=True)
    minutes: Mapped[float | None]
    reason: Mapped[Short]
    account_id: Mapped[int | None] = reference("accounts.id", nullable=True)
    corrected_at: Mapped[datetime]

    @property
    def counts(self) -> float:
        """The minutes of one that sets right."""
        return self.minutes or 0.0
