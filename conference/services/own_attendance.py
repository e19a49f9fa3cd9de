"""For one's own data: where somebody was scanned, when they watched and were asked whether they still did, what outside
rooms' reports say of them, what was set right for them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import AgendaSession, AttendanceCorrection, Beat, CheckIn, Checkpoint, PlatformStay
from conference.rules import watching
from conference.services import platform_files, still_here
from conference.services.still_here import Asked
from conference.vocabulary import Direction, Grade, Outcome


@dataclass(frozen=True)
class Scanned:
    checkpoint: str
    at: datetime
    direction: Direction
    outcome: Outcome
    voided_at: datetime | None


@dataclass(frozen=True)
class Watched:
    """Beats, joined."""

    begins: datetime
    ends: datetime
    grade: Grade = Grade.BEATS


@dataclass(frozen=True)
class Reported:
    """A line of a report; `said` is what stood there of them, nothing where that is forgotten."""

    said: tuple[str, ...]
    joined_at: datetime | None
    left_at: datetime | None
    seconds: int
    grade: Grade = Grade.PLATFORM


@dataclass(frozen=True)
class Corrected:
    session: str
    minutes: float | None  # None where it took another back
    reason: str
    corrected_at: datetime


@dataclass(frozen=True)
class OwnAttendance:
    """All of it, the earliest first."""

    watched: tuple[Watched, ...] = ()
    reported: tuple[Reported, ...] = ()
    corrected: tuple[Corrected, ...] = ()
    asked: tuple[Asked, ...] = ()


def scans(delegate_id: int) -> tuple[Scanned, ...]:
    """A delegate's scans, the earliest first."""
    found = db.session().execute(
        sa.select(CheckIn, Checkpoint.name)
        .join(Checkpoint, Checkpoint.id == CheckIn.checkpoint_id)
        .where(CheckIn.delegate_id == delegate_id)
        .order_by(CheckIn.id)
    )
    return tuple(Scanned(name, scan.scanned_at, scan.direction, scan.outcome, scan.voided_at) for scan, name in found)


def own_data(delegate_id: int) -> OwnAttendance:
    """What is kept of a delegate's attendance beside their scans."""
    session = db.session()
    beats = session.scalars(sa.select(Beat.at).where(Beat.delegate_id == delegate_id))
    stays = session.scalars(
        sa.select(PlatformStay).where(PlatformStay.delegate_id == delegate_id).order_by(PlatformStay.id)
    )
    corrections = session.execute(
        sa.select(AttendanceCorrection, AgendaSession.title)
        .outerjoin(AgendaSession, AgendaSession.id == AttendanceCorrection.session_id)
        .where(AttendanceCorrection.delegate_id == delegate_id)
        .order_by(AttendanceCorrection.id)
    )
    return OwnAttendance(
        tuple(Watched(span.begins, span.ends) for span in watching.beaten(beats)),
        tuple(
            Reported(
                tuple(text for text in platform_files.facts_opened(one.facts_sealed) if text),
                one.joined_at,
                one.left_at,
                one.seconds,
            )
            for one in stays
        ),
        tuple(Corrected(title or "", one.minutes, one.reason, one.corrected_at) for one, title in corrections),
        still_here.own_data(delegate_id),
    )
