"""The hall of a meeting: its rows, changed without losing a seat unasked, and its blocks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Hall, Unit
from conference.rules import halls as rules
from conference.rules import seat_blocks
from conference.rules.halls import Row, Spot
from conference.rules.seat_blocks import CLOSED, Block
from conference.services import activity, seatings
from conference.services.delegates import Doing
from conference.services.places import Places
from conference.services.seatings import OpenedHall
from conference.vocabulary import (
    Category,
    Fault,
    Malformed,
    Missing,
    Refusal,
    Refused,
    SeatBlockKind,
    SeatNumbering,
)


@dataclass(frozen=True)
class HallPlan:
    """A hall as it is wished for."""

    name: str
    rows: tuple[Row, ...]
    numbering: SeatNumbering


@dataclass(frozen=True)
class Loser:
    """Somebody whose seat there would not be any more."""

    delegate_id: int
    name: str
    unit: str
    seat: str


@dataclass(frozen=True)
class Saved:
    """`losers` are set where nothing was written yet: `seen` is to be sent back with a yes. `adopted` is how many had
    a seat in words that is one of the hall's."""

    losers: Sequence[Loser] = ()
    seen: str = ""
    adopted: int = 0


def save(meeting_id: int, wish: HallPlan, *, version: int, confirmed: str = "", doing: Doing) -> Saved:
    """Make the hall, or change it: everybody keeps the seat that is called as theirs was.

    Who would lose a seat is told first; nothing is written before the same people are `confirmed` (as `seen` named
    them). `version` is the one that was changed, 0 where there was none. Raises Malformed (too_many), Refused
    (changed_meanwhile).
    """
    if not wish.rows or rules.too_large(wish.rows):
        raise Malformed({"rows": Fault.TOO_MANY if wish.rows else Fault.REQUIRED})
    with db.transaction() as session:
        Places(session, meeting_id)
        hall = seatings.hall_of(session, meeting_id)
        if (hall.kept.version if hall else 0) != version:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        plan = rules.Hall(wish.rows, wish.numbering)
        before: dict[str, Any] = {}
        stays: dict[int, Spot | None] = {}
        if hall is None:
            hall = _made(session, meeting_id, wish, doing)
        else:
            before = _facts(hall.kept)
            stays = {
                id_: seat_blocks.there(sitting.spot, hall.plan, plan)
                for id_, sitting in seatings.sittings(session, hall).items()
            }
            losers = _losers(session, [id_ for id_, spot in stays.items() if spot is None])
            if losers and confirmed != (seen := _named(losers)):
                return Saved(losers, seen)
            hall = _changed(hall, wish, plan, doing)
        session.flush()
        seatings.change(session, hall, stays, now=doing.now)
        adopted = _adopt(session, hall, doing)
        activity.record(
            session, doing.actor, "hall.saved", "meeting", meeting_id,
            meeting_id=meeting_id, now=doing.now, before=before, after=_facts(hall.kept),
        )  # fmt: skip
        return Saved(adopted=adopted)


def paint(meeting_id: int, spots: Iterable[Spot], block: Block | None, *, version: int, doing: Doing) -> int:
    """Mean these seats for `block`, or for nobody in particular; returns how many. Who sits there stays.

    Raises Missing (no hall), Malformed (no_such_seat; unknown_id for a unit of elsewhere), Refused (changed_meanwhile).
    """
    with db.transaction() as session:
        Places(session, meeting_id)
        hall = seatings.hall_of(session, meeting_id)
        if hall is None:
            raise Missing
        if hall.kept.version != version:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        chosen = {spot for spot in spots if hall.plan.has(spot)}
        if not chosen:
            raise Malformed({"seats": Fault.NO_SUCH_SEAT})
        if block and block.kind is SeatBlockKind.UNIT and int(block.value) not in dict(units(meeting_id)):
            raise Malformed({"unit": Fault.UNKNOWN_ID})
        hall.kept.blocks = seat_blocks.kept(seat_blocks.paint(hall.painted, chosen, block))
        hall.kept.version += 1
        hall.kept.changed_at = doing.now
        after = {"kind": block.kind if block else None, "seats": len(chosen)}
        activity.record(
            session, doing.actor, "hall.painted", "meeting", meeting_id,
            meeting_id=meeting_id, now=doing.now, after=after,
        )  # fmt: skip
        return len(chosen)


def typed_spots(hall: rules.Hall, rows: str, seats: str) -> list[Spot]:
    """The seats that a form names: rows “1-3、5”, seats “1-10” by their numbers, none for whole rows.

    Raises Malformed (no_such_row, no_such_seat).
    """
    named = rules.read_labels(rows, hall)
    if named is None:
        raise Malformed({"rows": Fault.NO_SUCH_ROW})
    numbers = rules.read_numbers(seats)
    if numbers is None:
        raise Malformed({"seats": Fault.NOT_A_NUMBER})
    if not numbers:
        return [spot for spot in hall.spots() if spot[0] in named]
    found = [spot for row in named for number in numbers if (spot := hall.spot(row, number)) is not None]
    if not found:
        raise Malformed({"seats": Fault.NO_SUCH_SEAT})
    return found


def units(meeting_id: int) -> list[tuple[int, str]]:
    """The units that people to be seated are of, with their names, in the order in which they are seated."""
    query = (
        sa.select(Unit.id, Unit.name)
        .where(Unit.id.in_(sa.select(Delegate.unit_id).where(seatings.to_be_seated(meeting_id))))
        .order_by(Unit.province, Unit.name, Unit.id)
    )
    return list(db.session().execute(query).all())


@dataclass(frozen=True)
class Meant:
    """A block for showing. `tone` is its colour, from 1; 0 for closed seats. `where` names its runs."""

    block: Block
    tone: int
    unit: str
    where: str
    seats: int
    taken: int

    @property
    def category(self) -> Category | None:
        return Category(self.block.value) if self.block.kind is SeatBlockKind.CATEGORY else None


TONES = 8


def meant(hall: OpenedHall, names: dict[int, str], taken: Iterable[Spot]) -> list[Meant]:
    """The blocks of a hall in the order of their first seats."""
    found, tone, sat = [], 0, set(taken)
    for block, runs in seat_blocks.by_block(hall.painted).items():
        tone += block != CLOSED
        spots = [spot for run in runs for spot in run.spots()]
        found.append(
            Meant(
                block=block,
                tone=0 if block == CLOSED else (tone - 1) % TONES + 1,
                unit=names.get(int(block.value), "") if block.kind is SeatBlockKind.UNIT else "",
                where="、".join(_said(hall.plan, run) for run in runs[:12]) + ("…" if len(runs) > 12 else ""),
                seats=len(spots),
                taken=sum(spot in sat for spot in spots),
            )
        )
    return found


def _said(plan: rules.Hall, run: seat_blocks.Run) -> str:
    name = plan.row_name(run.row)
    if (run.first, run.last) == (1, plan.rows[run.row].seats):
        return name
    ends = plan.number((run.row, run.first)), plan.number((run.row, run.last))
    return f"{name}{ends[0]}座" if run.first == run.last else f"{name}{ends[0]}–{ends[1]}座"


def _made(session: Session, meeting_id: int, wish: HallPlan, doing: Doing) -> OpenedHall:
    kept = Hall(
        meeting_id=meeting_id,
        name=wish.name,
        numbering=wish.numbering,
        rows=rules.kept(wish.rows),
        blocks=[],
        version=1,
        created_at=doing.now,
        changed_at=doing.now,
    )
    session.add(kept)
    session.flush()
    return OpenedHall(kept, rules.Hall(wish.rows, wish.numbering), {})


def _changed(hall: OpenedHall, wish: HallPlan, plan: rules.Hall, doing: Doing) -> OpenedHall:
    painted = seat_blocks.moved(hall.painted, hall.plan, plan)
    kept = hall.kept
    kept.name, kept.numbering, kept.rows = wish.name, wish.numbering, rules.kept(wish.rows)
    kept.blocks = seat_blocks.kept(painted)
    kept.version += 1
    kept.changed_at = doing.now
    return OpenedHall(kept, plan, painted)


def _adopt(session: Session, hall: OpenedHall, doing: Doing) -> int:
    """Seats that were written before there was a plan of the hall; of two for one seat that of the earlier entry."""
    taken = {sitting.spot for sitting in seatings.sittings(session, hall).values()}
    seated = sa.select(seatings.seatings.c.delegate_id)
    query = (
        sa.select(Delegate.id, Delegate.seat)
        .where(
            seatings.to_be_seated(hall.kept.meeting_id),
            Delegate.seat != "",
            Delegate.id.not_in(seated),
        )
        .order_by(Delegate.id)
    )
    found: dict[int, Spot | None] = {}
    for id_, text in session.execute(query):
        spot = hall.plan.find(text)
        if spot is not None and spot not in taken:
            found[id_] = spot
            taken.add(spot)
    seatings.change(session, hall, found, now=doing.now)
    return len(found)


def _losers(session: Session, ids: Sequence[int]) -> list[Loser]:
    if not ids:
        return []
    query = (
        sa.select(Delegate.id, Delegate.name, Unit.name, Delegate.seat)
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(Delegate.id.in_(ids))
        .order_by(Delegate.id)
    )
    return [Loser(*row) for row in session.execute(query)]


def _named(losers: Sequence[Loser]) -> str:
    return hashlib.sha256(repr([(one.delegate_id, one.seat) for one in losers]).encode()).hexdigest()


def _facts(hall: Hall) -> dict[str, Any]:
    return {"name": hall.name, "rows": len(hall.rows), "seats": sum(row["seats"] for row in hall.rows)}
