"""The hall of a meeting: its rows, changed without losing a seat unasked. Its blocks: `hall_blocks`."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Hall, Unit
from conference.rules import halls as rules
from conference.rules import seat_blocks
from conference.rules.halls import Row, Spot
from conference.services import activity, seatings
from conference.services.delegates import Doing
from conference.services.places import Places
from conference.services.seatings import OpenedHall
from conference.vocabulary import Fault, Malformed, Refusal, Refused, SeatNumbering


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


def save(meeting_id: int, wish: HallPlan, *, opened: str, confirmed: str = "", doing: Doing) -> Saved:
    """Make the hall, or change it: everybody keeps the seat that is called as theirs was.

    Who would lose a seat is told first; nothing is written before the same people are `confirmed` (as `seen` named
    them). `opened` is the `key` of the rows that were changed. Raises Malformed (too_many), Refused
    (changed_meanwhile).
    """
    if not wish.rows or rules.too_large(wish.rows):
        raise Malformed({"rows": Fault.TOO_MANY if wish.rows else Fault.REQUIRED})
    with db.transaction() as session:
        Places(session, meeting_id)
        hall = seatings.hall_of(session, meeting_id)
        if key(hall) != opened:
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
            losers = losing(session, [id_ for id_, spot in stays.items() if spot is None])
            if losers and confirmed != (seen := named(losers)):
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


def key(hall: OpenedHall | None) -> str:
    """What a form carries of the rows that it was opened with; "" before there is a hall. Sitters do not count."""
    if hall is None:
        return ""
    return _digest([hall.kept.name, rules.kept(hall.plan.rows), hall.plan.numbering.value])


def losing(session: Session, ids: Sequence[int]) -> list[Loser]:
    """Those of whom a seat would be taken, as they sit now."""
    if not ids:
        return []
    query = (
        sa.select(Delegate.id, Delegate.name, Unit.name, Delegate.seat)
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(Delegate.id.in_(ids))
        .order_by(Delegate.id)
    )
    return [Loser(*row) for row in session.execute(query)]


def named(losers: Sequence[Loser]) -> str:
    """Stands for these people in these seats."""
    return _digest([(one.delegate_id, one.seat) for one in losers])


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


def _facts(hall: Hall) -> dict[str, Any]:
    return {"name": hall.name, "rows": len(hall.rows), "seats": sum(row["seats"] for row in hall.rows)}


def _digest(facts: Any) -> str:  # whatever stands for them by its repr
    return hashlib.sha256(repr(facts).encode()).hexdigest()
