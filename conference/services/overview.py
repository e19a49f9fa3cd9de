"""What the desk shows at a glance: figures, lines, the last scans, and what waits for an organiser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import clock, db
from conference.models import CheckIn, Checkpoint, Delegate, Meeting, Participation, Tally, Unit
from conference.services import (
    attendance,
    capacities,
    change_requests,
    duplicates,
    figures,
    lines,
    places_requests,
    reviews,
    todos,
)
from conference.services.attendance import Online
from conference.services.capacities import LineFacts
from conference.services.figures import Figures, UnitFigures
from conference.vocabulary import DelegateStatus, Direction, Mode, Outcome, Todo

SCANS = 8
UNIT_ROWS = 12


@dataclass(frozen=True)
class Scanned:
    """One of the last scans; `delegate_id` is None for a text that is no code of the meeting."""

    at: datetime
    delegate_id: int | None
    name: str
    unit: str
    checkpoint: str
    gate: str
    direction: Direction
    outcome: Outcome
    voided: bool


@dataclass(frozen=True)
class Overview:
    figures: Figures
    online: Online
    lines: dict[Mode, LineFacts]
    units: Sequence[UnitFigures]
    units_left_out: int
    todos: dict[Todo, int]
    scans: Sequence[Scanned]
    arriving: bool


@dataclass(frozen=True)
class Counts:
    """For the menu: units taking part, delegates whatever became of them (as their list), pending ones, repeats,
    requests for more places and for changes, those who wait for a place, pairs that may be one person, scans to review.
    """

    units: int
    delegates: int
    pending: int
    repeats: int
    places_requests: int
    change_requests: int
    waiting: int
    duplicates: int
    reviews: int


def of(meeting: Meeting, *, now: datetime) -> Overview:
    """Everything on the overview; reads tallies by unit, never the rows of delegates or scans."""
    counted = figures.of(meeting.id, now=now)
    today, day = (clock.local(moment, meeting.timezone).date() for moment in (now, meeting.starts_at))
    arriving = counted.present > 0 and today >= day
    # While people arrive, the units that still miss somebody come first.
    units = sorted(counted.units, key=lambda u: (u.pending == 0, u.present >= u.expected))
    return Overview(
        figures=counted,
        online=attendance.online(meeting),
        lines=capacities.lines(meeting.id),
        units=units[:UNIT_ROWS],
        units_left_out=max(0, len(units) - UNIT_ROWS),
        todos=todos.of(meeting, pending=counted.status[DelegateStatus.PENDING], now=now),
        scans=_scans(meeting.id),
        arriving=arriving,
    )


def counts(meeting_id: int) -> Counts:
    grouped = sa.select(Tally.status, sa.func.sum(Tally.n)).where(Tally.meeting_id == meeting_id)
    by_status = {status: int(n) for status, n in db.session().execute(grouped.group_by(Tally.status))}
    return Counts(
        units=_count(sa.select(Participation.id).where(Participation.meeting_id == meeting_id)),
        delegates=sum(by_status.values()),
        pending=by_status.get(DelegateStatus.PENDING, 0),
        repeats=todos.repeats(meeting_id),
        places_requests=places_requests.count_waiting(meeting_id),
        change_requests=change_requests.count_open(meeting_id),
        waiting=sum(lines.totals(meeting_id).values()),
        duplicates=duplicates.count(meeting_id),
        reviews=reviews.count(meeting_id),
    )


@dataclass(frozen=True)
class Card:
    """A meeting in the list of those an account works for."""

    meeting: Meeting
    confirmed: dict[Mode, int]
    pending: int


def cards(found: Sequence[Meeting]) -> list[Card]:
    """The figures of several meetings, in one look at the tallies."""
    tallies: dict[tuple[int, Mode, DelegateStatus], int] = {
        (meeting_id, mode, status): int(n)
        for meeting_id, mode, status, n in db.session().execute(
            sa.select(Tally.meeting_id, Tally.mode, Tally.status, sa.func.sum(Tally.n))
            .where(Tally.meeting_id.in_([meeting.id for meeting in found]))
            .group_by(Tally.meeting_id, Tally.mode, Tally.status)
        )
    }
    return [
        Card(
            meeting,
            {mode: tallies.get((meeting.id, mode, DelegateStatus.CONFIRMED), 0) for mode in Mode},
            sum(tallies.get((meeting.id, mode, DelegateStatus.PENDING), 0) for mode in Mode),
        )
        for meeting in found
    ]


def _count(query: sa.Select[int]) -> int:
    return db.session().scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


def _scans(meeting_id: int) -> list[Scanned]:
    found = db.session().execute(
        sa.select(CheckIn, Checkpoint.name, Delegate.name, Unit.name)
        .join(Checkpoint, Checkpoint.id == CheckIn.checkpoint_id)
        .outerjoin(Delegate, Delegate.id == CheckIn.delegate_id)
        .outerjoin(Unit, Unit.id == Delegate.unit_id)
        .where(CheckIn.meeting_id == meeting_id)
        .order_by(CheckIn.id.desc())
        .limit(SCANS)
    )
    return [
        Scanned(
            at=scan.scanned_at,
            delegate_id=scan.delegate_id,
            name=name or "",
            unit=unit or "",
            checkpoint=point,
            gate=scan.gate,
            direction=scan.direction,
            outcome=scan.outcome,
            voided=scan.voided_at is not None,
        )
        for scan, point, name, unit in found
    ]
