"""The hall as pages and papers show it: rows of seats with who sits there, blocks, and who has no seat yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from conference import db
from conference.documents import typefaces
from conference.documents.hall_plans import PrintedRow, PrintedSeat
from conference.models import Delegate, Unit
from conference.rules import halls as rules
from conference.rules.seat_blocks import CLOSED
from conference.services import hall_blocks, halls, seat_filling, seatings
from conference.services.hall_blocks import Meant
from conference.services.seatings import OpenedHall
from conference.vocabulary import SeatBlockKind


@dataclass(frozen=True)
class Sitter:
    """Who sits there."""

    id: int
    number: str
    name: str
    unit_id: int
    unit: str
    province: str
    pinned: bool


@dataclass(frozen=True)
class Seat:
    """`tone` is the colour of the block that it belongs to, 0 for none; `aisle` says that one follows."""

    number: int
    position: int
    tone: int
    closed: bool
    aisle: bool
    sitter: Sitter | None


@dataclass(frozen=True)
class PlanRow:
    """`at` counts from the stage, from 0. `pad` is how many seats narrower each side is than the widest row's."""

    at: int
    name: str
    pad: int
    seats: Sequence[Seat]


@dataclass(frozen=True)
class Unseated:
    """Somebody who has no seat; `said` is what stands for it in words that are no seat of the hall."""

    id: int
    name: str
    unit: str
    said: str


@dataclass(frozen=True)
class PlanPage:
    """`wide` is the most seats of a row; `open` counts seats that are not closed; `called` is what a seat is called;
    `painted` stands for its rows and blocks, `version` for all of it."""

    name: str
    version: int
    painted: str
    rows: Sequence[PlanRow]
    meant: Sequence[Meant]
    unseated: Sequence[Unseated]
    wide: int
    open: int
    taken: int
    called: str = rules.CALLED


def plan(meeting_id: int) -> PlanPage | None:
    """The plan as it is, in the same few reads for a small hall as for a large one; None before there is a hall."""
    session = db.session()
    hall = seatings.hall_of(session, meeting_id)
    if hall is None:
        return None
    sitting = seatings.sittings(session, hall)
    people = seat_filling.guests(session, meeting_id)
    names = {one.guest.unit_id: one.unit for one in people}
    spots = {one.spot: one for one in sitting.values()}
    sitters = _sitters(meeting_id, hall)
    blocks = hall_blocks.meant(hall, names | _other_units(hall, names), spots)
    tones = {one.block: one.tone for one in blocks}
    wide = max(row.seats for row in hall.plan.rows)
    rows = []
    for at, row in enumerate(hall.plan.rows):
        found = []
        for position in range(1, row.seats + 1):
            spot, block = (at, position), hall.painted.get((at, position))
            found.append(
                Seat(
                    number=hall.plan.number(spot),
                    position=position,
                    tone=tones[block] if block else 0,
                    closed=block == CLOSED,
                    aisle=position in row.aisles,
                    sitter=sitters.get(spots[spot].delegate_id) if spot in spots else None,
                )
            )
        rows.append(PlanRow(at, hall.plan.row_name(at), (wide - row.seats) // 2, found))
    return PlanPage(
        name=hall.kept.name,
        version=hall.kept.version,
        painted=hall_blocks.key(hall),
        rows=rows,
        meant=blocks,
        unseated=[
            Unseated(one.guest.id, one.name, one.unit, one.seat) for one in people if one.guest.id not in sitting
        ],
        wide=wide,
        open=sum(row.seats for row in hall.plan.rows) - sum(block == CLOSED for block in hall.painted.values()),
        taken=len(spots),
    )


@dataclass(frozen=True)
class HallForm:
    """What the form of the hall holds."""

    name: str
    rows: str
    numbering: str
    opened: str


def form(meeting_id: int) -> HallForm | None:
    """The hall as its form shows it; None before there is one."""
    hall = seatings.hall_of(db.session(), meeting_id)
    if hall is None:
        return None
    return HallForm(hall.kept.name, rules.written(hall.plan.rows), hall.kept.numbering.value, halls.key(hall))


def opened(meeting_id: int) -> rules.Hall | None:
    """The hall alone."""
    hall = seatings.hall_of(db.session(), meeting_id)
    return hall.plan if hall else None


def undrawable(page: PlanPage) -> dict[str, list[str]]:
    """Who sits there and has characters that no font of ours can draw, with these."""
    return {
        f"{one.number} {one.name} · {one.unit}": lacking
        for row in page.rows
        for seat in row.seats
        if (one := seat.sitter) and (lacking := typefaces.missing(one.name + one.unit))
    }


def printed(page: PlanPage) -> list[PrintedRow]:
    """The same for the printer; units have colours in the order in which they sit. Whose name or unit cannot be drawn
    stands with their number, so that the seat is seen to be taken.
    """
    tones: dict[int, int] = {}
    rows = []
    for row in page.rows:
        found = []
        for seat in row.seats:
            one = seat.sitter
            found.append(
                PrintedSeat(
                    number=seat.number,
                    name=(one.number if typefaces.missing(one.name) else one.name) if one else "",
                    unit=one.unit if one and not typefaces.missing(one.unit) else "",
                    tone=tones.setdefault(one.unit_id, len(tones)) if one else None,
                    closed=seat.closed,
                    aisle=seat.aisle,
                )
            )
        rows.append(PrintedRow(row.name, found))
    return rows


def _sitters(meeting_id: int, hall: OpenedHall) -> dict[int, Sitter]:
    mine = seatings.seatings.c
    query = (
        sa.select(Delegate.id, Delegate.number, Delegate.name, Unit.id, Unit.name, Unit.province, mine.pinned)
        .join(seatings.seatings, mine.delegate_id == Delegate.id)
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(mine.hall_id == hall.kept.id, Delegate.meeting_id == meeting_id)
    )
    return {row[0]: Sitter(*row) for row in db.session().execute(query)}


def _other_units(hall: OpenedHall, known: dict[int, str]) -> dict[int, str]:
    """Names of units that have a block and nobody to be seated."""
    ids = {int(block.value) for block in hall.painted.values() if block.kind is SeatBlockKind.UNIT} - known.keys()
    return dict(db.session().execute(sa.select(Unit.id, Unit.name).where(Unit.id.in_(sorted(ids)))).all())
