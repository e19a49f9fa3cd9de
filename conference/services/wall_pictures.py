"""What a wall shows. Read from tallies and turnouts; of scans only the latest, by their index.

`mark` says cheaply whether a picture may have changed, so that a wall which asks every two seconds costs two look-ups.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from conference import db
from conference.models import (
    Activity,
    CheckIn,
    Checkpoint,
    Delegate,
    Meeting,
    NameRelease,
    Presence,
    Turnout,
    Unit,
    Wall,
)
from conference.rules import wall_names as rules
from conference.rules.wall_names import Decision
from conference.services import checkpoints, door, figures, here, turnout, wall_asking, walls
from conference.services.figures import Figures
from conference.services.here import Shown
from conference.vocabulary import Category, CheckpointKind, Outcome, WallKind

ARRIVALS = 10
LATEST = 400  # scans that are looked through for arrivals, and
OF_LATE = 5000  # for the rate
MISSING = 7
FEW, SOME = timedelta(minutes=5), timedelta(minutes=15)
# Even where the look-ups saw nothing, a picture is made afresh this often: two transactions may end out of order.
AFRESH = 10


@dataclass(frozen=True)
class Arrived:
    """Somebody who came. `name` is what may be shown of it: None where it waits for an organiser; the surname alone
    where `surname` says so. `unit` is empty for one that the public typed and nobody looked at.
    """

    key: int
    name: str | None
    surname: bool
    unit: str
    province: str


@dataclass(frozen=True)
class Welcome:
    """`provinces` counts who came, by code."""

    arrivals: Sequence[Arrived]
    present: int
    units: int
    provinces: dict[str, int]


@dataclass(frozen=True)
class AtGate:
    gate: str
    of_late: int


@dataclass(frozen=True)
class Awaited:
    """How many a unit or a province still misses, of how many."""

    name: str
    province: str
    missing: int
    expected: int


@dataclass(frozen=True)
class DoorFigures:
    """`rate` counts the last five minutes, `gates` the last fifteen. What is missing is known at a venue alone."""

    checkpoint: str
    arrived: int
    expected: int
    inside: int
    rate: int
    gates: Sequence[AtGate]
    provinces: Sequence[Awaited]
    units: Sequence[Awaited]
    venue: bool

    @property
    def missing(self) -> int:
        """More may have come than were expected; nobody is missing then."""
        return max(self.expected - self.arrived, 0)


@dataclass(frozen=True)
class SelfCheckIn:
    checkpoint: str
    shown: Shown
    arrived: int
    expected: int


def mark(wall: Wall, meeting: Meeting, *, now: datetime) -> str:
    """A short text that changes when what the wall shows may have: a scan, a deed on record, the rotating code."""
    session = db.session()
    newest = [
        session.scalar(sa.select(table.id).where(table.meeting_id == meeting.id).order_by(table.id.desc()).limit(1))
        for table in (CheckIn, Activity)
    ]
    code = ""
    if wall.kind is WallKind.CHECK_IN and wall.checkpoint_id is not None:
        code = here.text(wall.checkpoint_id, now)
    asked = wall_asking.mark(wall, meeting) if wall.kind is WallKind.ASKING else ""
    parts = [wall.id, *newest, walls.is_dark(meeting), code, asked, int(now.timestamp()) // AFRESH]
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16]


def welcome(wall: Wall, meeting: Meeting) -> Welcome:
    came = (
        db.session()
        .execute(
            sa.select(Unit.province, sa.func.count(sa.distinct(Unit.id)), sa.func.sum(Turnout.present))
            .join(Turnout, Turnout.unit_id == Unit.id)
            .where(
                Turnout.meeting_id == meeting.id,
                Turnout.present > 0,
                Turnout.category.not_in(turnout.uncounted(meeting)),
            )
            .group_by(Unit.province)
            .order_by(Unit.province)
        )
        .all()
    )
    return Welcome(
        arrivals=_arrivals(wall, meeting),
        present=sum(int(people) for _, _, people in came),
        units=sum(units for _, units, _ in came),
        provinces={province: int(people) for province, _, people in came},
    )


def door_figures(wall: Wall, meeting: Meeting, *, now: datetime) -> DoorFigures:
    point = _point(wall)
    uncounted = turnout.uncounted(meeting) if point.kind is CheckpointKind.VENUE else []
    rate, gates = _of_late(point, now, uncounted=uncounted)
    if point.kind is not CheckpointKind.VENUE:
        count, inside = door.count(meeting.id, point), _inside(point)
        return DoorFigures(point.name, count.arrived, count.expected, inside, rate, gates, (), (), venue=False)
    counted = figures.of(meeting.id, now=now)
    return DoorFigures(
        checkpoint=point.name,
        arrived=counted.present,
        expected=counted.expected,
        inside=counted.inside,
        rate=rate,
        gates=gates,
        provinces=_missing_provinces(counted),
        units=_missing_units(counted),
        venue=True,
    )


def self_check_in(wall: Wall, meeting: Meeting, *, public_url: str, now: datetime) -> SelfCheckIn:
    point = _point(wall)
    count = door.count(meeting.id, point)
    return SelfCheckIn(point.name, here.shown(point.id, public_url=public_url, now=now), count.arrived, count.expected)


def _point(wall: Wall) -> Checkpoint:
    return checkpoints.one(wall.meeting_id, wall.checkpoint_id or 0)


def _arrivals(wall: Wall, meeting: Meeting) -> list[Arrived]:
    """Who came last, each when they came first; the newest first."""
    earlier = aliased(CheckIn)
    came_before = (
        sa.select(earlier.id)
        .join(Checkpoint, Checkpoint.id == earlier.checkpoint_id)
        .where(
            earlier.delegate_id == CheckIn.delegate_id,
            earlier.id < CheckIn.id,
            earlier.outcome == Outcome.ADMITTED,
            earlier.voided_at.is_(None),
            Checkpoint.kind == CheckpointKind.VENUE,
        )
    )
    latest = sa.select(CheckIn.id).where(CheckIn.meeting_id == meeting.id).order_by(CheckIn.id.desc()).limit(LATEST)
    venues = sa.select(Checkpoint.id).where(
        Checkpoint.meeting_id == meeting.id, Checkpoint.kind == CheckpointKind.VENUE
    )
    found = db.session().execute(
        sa.select(
            Delegate.id,
            Delegate.name,
            Delegate.origin,
            Delegate.name_by,
            Delegate.erased_at,
            NameRelease.name.label("read"),
            NameRelease.refused,
            Unit.name.label("unit"),
            Unit.proposed,
            Unit.province,
        )
        .select_from(CheckIn)
        .join(Delegate, Delegate.id == CheckIn.delegate_id)
        .join(Unit, Unit.id == Delegate.unit_id)
        .outerjoin(NameRelease, NameRelease.delegate_id == Delegate.id)
        .where(
            CheckIn.id.in_(latest),
            CheckIn.checkpoint_id.in_(venues),
            CheckIn.outcome == Outcome.ADMITTED,
            CheckIn.voided_at.is_(None),
            Delegate.category.not_in(turnout.uncounted(meeting)),
            ~sa.exists(came_before),
        )
        .order_by(CheckIn.id.desc())
        .limit(ARRIVALS)
    )
    return [_arrived(row, surname=wall.surname_only) for row in found]


def _arrived(row: Any, *, surname: bool) -> Arrived:  # a row of the query above
    decision = None if row.read is None else Decision(row.read, row.refused)
    name = None
    if row.erased_at is None and rules.may_show(row.name, row.origin, row.name_by, decision):
        name = rules.surname(row.name) if surname else row.name
    return Arrived(row.id, name, surname, "" if row.proposed else row.unit, row.province)


def _of_late(point: Checkpoint, now: datetime, *, uncounted: Sequence[Category]) -> tuple[int, list[AtGate]]:
    """How many were admitted in the last minutes, of those whom the other figures of the wall count."""
    latest = (
        sa.select(CheckIn)
        .where(CheckIn.meeting_id == point.meeting_id)
        .order_by(CheckIn.id.desc())
        .limit(OF_LATE)
        .subquery()
    )
    scan = aliased(CheckIn, latest)
    found = (
        db.session()
        .execute(
            sa.select(
                scan.gate,
                sa.func.count(),
                sa.func.sum(sa.case((scan.scanned_at > now - FEW, 1), else_=0)),
            )
            .join(Delegate, Delegate.id == scan.delegate_id)
            .where(
                Delegate.category.not_in(uncounted),
                scan.checkpoint_id == point.id,
                scan.outcome == Outcome.ADMITTED,
                scan.voided_at.is_(None),
                scan.scanned_at > now - SOME,
            )
            .group_by(scan.gate)
            .order_by(sa.func.count().desc(), scan.gate)
        )
        .all()
    )
    return sum(int(few) for _, _, few in found), [AtGate(gate, some) for gate, some, _ in found[:MISSING]]


def _inside(point: Checkpoint) -> int:
    query = sa.select(sa.func.count()).where(Presence.checkpoint_id == point.id, Presence.inside)
    return db.session().scalar(query) or 0


def _missing_units(counted: Figures) -> list[Awaited]:
    """Of the units that somebody of ours has looked at: what a stranger typed stands on no wall."""
    short = [
        Awaited(unit.name, unit.province, unit.expected - unit.present, unit.expected)
        for unit in counted.units
        if unit.expected > unit.present and not unit.proposed
    ]
    return sorted(short, key=lambda one: (-one.missing, one.province, one.name))[:MISSING]


def _missing_provinces(counted: Figures) -> list[Awaited]:
    expected: dict[str, int] = {}
    for unit in counted.units:
        expected[unit.province] = expected.get(unit.province, 0) + unit.expected
    short = [
        Awaited("", code, n - counted.provinces_present.get(code, 0), n)
        for code, n in expected.items()
        if n > counted.provinces_present.get(code, 0)
    ]
    return sorted(short, key=lambda one: (-one.missing, one.province))[:MISSING]
