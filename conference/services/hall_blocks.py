"""Blocks of a hall (分区): whom its seats are meant for, painted and shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from conference import db
from conference.models import Delegate, Unit
from conference.rules import halls as rules
from conference.rules import seat_blocks
from conference.rules.halls import Spot
from conference.rules.seat_blocks import CLOSED, Block
from conference.services import activity, halls, seatings
from conference.services.activity import Act
from conference.services.delegates import Doing
from conference.services.halls import Loser
from conference.services.places import Places
from conference.services.seatings import OpenedHall
from conference.vocabulary import Category, Fault, Malformed, Missing, Refusal, Refused, SeatBlockKind


@dataclass(frozen=True)
class Painted:
    """How many seats. `losers` are set where nothing was written yet: `seen` is to be sent back with a yes."""

    count: int
    losers: Sequence[Loser] = ()
    seen: str = ""


def paint(
    meeting_id: int, spots: Iterable[Spot], block: Block | None, *, opened: str, confirmed: str = "", doing: Doing
) -> Painted:
    """Mean these seats for `block`, or for nobody in particular. Who sits there stays, but for seats that are closed:
    who would have to get up is told first, as `halls.save` does.

    `opened` is the `key` that was seen. Raises Missing (no hall), Malformed (no_such_seat; unknown_id for a unit of
    elsewhere), Refused (changed_meanwhile).
    """
    with db.transaction() as session:
        Places(session, meeting_id)
        hall = seatings.hall_of(session, meeting_id)
        if hall is None:
            raise Missing
        if key(hall) != opened:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        chosen = {spot for spot in spots if hall.plan.has(spot)}
        if not chosen:
            raise Malformed({"seats": Fault.NO_SUCH_SEAT})
        if block and block.kind is SeatBlockKind.UNIT and int(block.value) not in dict(units(meeting_id)):
            raise Malformed({"unit": Fault.UNKNOWN_ID})
        losers: list[Loser] = []
        if block == CLOSED:
            sitting = seatings.sittings(session, hall).values()
            losers = halls.losing(session, [one.delegate_id for one in sitting if one.spot in chosen])
            if losers and confirmed != (seen := halls.named(losers)):
                return Painted(0, losers, seen)
        hall.kept.blocks = seat_blocks.kept(seat_blocks.paint(hall.painted, chosen, block))
        hall.kept.version += 1
        hall.kept.changed_at = doing.now
        seatings.change(session, hall, {one.delegate_id: None for one in losers}, now=doing.now)
        acts = [Act(one.delegate_id, {"seat": one.seat}, {"seat": ""}) for one in losers]
        after = {"kind": block.kind if block else None, "seats": len(chosen)}
        activity.record(
            session, doing.actor, "hall.painted", "meeting", meeting_id,
            meeting_id=meeting_id, now=doing.now, after=after,
        )  # fmt: skip
        activity.record_all(
            session, doing.actor, "delegate.seated", "delegate", acts, meeting_id=meeting_id, now=doing.now
        )
        return Painted(len(chosen))


def key(hall: OpenedHall) -> str:
    """What a form carries of the plan that its seats were chosen on: rows and blocks, not who sits there."""
    return hashlib.sha256(f"{halls.key(hall)} {hall.kept.blocks}".encode()).hexdigest()


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
