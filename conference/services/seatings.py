"""The rows of who sits where, kept in step with what `Delegate.seat` says.

What ends a place, changes its mode, or passes it on asks here, in its own transaction. All of it happens while the
lines of the meeting are held (see `places`), so that two never write one seat; the constraints are the last word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Hall, Precedence, Seating
from conference.rules import halls, seat_blocks
from conference.rules.halls import Spot
from conference.rules.seat_blocks import CLOSED, Block
from conference.vocabulary import DelegateStatus, Fault, Malformed, Mode, SeatBlockKind

halls_table = cast(sa.Table, Hall.__table__)
seatings = cast(sa.Table, Seating.__table__)
precedences = cast(sa.Table, Precedence.__table__)
_delegates = cast(sa.Table, Delegate.__table__)
AT_A_TIME = 500


@dataclass(frozen=True)
class OpenedHall:
    """A meeting's hall with its rows and blocks understood."""

    kept: Hall
    plan: halls.Hall
    painted: Mapping[Spot, Block]


def hall_of(session: Session, meeting_id: int) -> OpenedHall | None:
    """The hall of a meeting, None before there is one."""
    kept = session.scalars(sa.select(Hall).where(Hall.meeting_id == meeting_id)).first()
    if kept is None:
        return None
    return OpenedHall(kept, halls.opened(kept.rows, kept.numbering), seat_blocks.opened(kept.blocks))


def may_sit(status: DelegateStatus, mode: Mode) -> bool:
    """Whether somebody is seated at all."""
    return status is DelegateStatus.CONFIRMED and mode is Mode.IN_PERSON


def to_be_seated(meeting_id: int) -> sa.ColumnElement[bool]:
    """`may_sit`, asked of the delegates of a meeting in the database."""
    return sa.and_(
        Delegate.meeting_id == meeting_id,
        Delegate.status == DelegateStatus.CONFIRMED,
        Delegate.mode == Mode.IN_PERSON,
    )


@dataclass(frozen=True)
class Sitting:
    """Somebody's seat in the hall as it is."""

    delegate_id: int
    spot: Spot
    pinned: bool


def sittings(session: Session, hall: OpenedHall) -> dict[int, Sitting]:
    """Everybody who has a seat in the hall, by id."""
    rows = session.execute(
        sa.select(seatings.c.delegate_id, seatings.c.row, seatings.c.number, seatings.c.pinned).where(
            seatings.c.hall_id == hall.kept.id
        )
    )
    found = {}
    for delegate_id, row, number, pinned in rows:
        if (spot := hall.plan.spot(row, number)) is not None:
            found[delegate_id] = Sitting(delegate_id, spot, pinned)
    return found


def change(
    session: Session,
    hall: OpenedHall,
    seats: Mapping[int, Spot | None],
    *,
    pinned: Mapping[int, bool] | None = None,
    now: datetime,
) -> None:
    """Give these people these seats, or none; what badges, pages and scanners read goes with it.

    Who sits there has to be among them. `pinned` says it of some; others are as pinned as they were.
    """
    if not seats:
        return
    connection = session.connection()
    session.flush()
    ids = sorted(seats)
    held: dict[int, bool] = {}
    for some in _some(ids):
        mine = seatings.c.delegate_id.in_(some)
        held.update(session.execute(sa.select(seatings.c.delegate_id, seatings.c.pinned).where(mine)).all())
        connection.execute(sa.delete(seatings).where(mine))
    held |= dict(pinned or {})
    rows = [
        {
            "hall_id": hall.kept.id,
            "row": spot[0],
            "number": hall.plan.number(spot),
            "delegate_id": id_,
            "pinned": held.get(id_, False),
            "seated_at": now,
        }
        for id_ in ids
        if (spot := seats[id_]) is not None
    ]
    if rows:
        connection.execute(sa.insert(seatings), rows)
    said = [{"one": id_, "said": "" if (spot := seats[id_]) is None else hall.plan.label(spot)} for id_ in ids]
    connection.execute(
        sa.update(_delegates)
        .where(_delegates.c.id == sa.bindparam("one"))
        .values(seat=sa.bindparam("said"), changed=db.stamp(connection)),
        said,
    )
    for delegate in (session.identity_map.get(sa.orm.util.identity_key(Delegate, id_)) for id_ in ids):
        if delegate is not None:
            session.expire(delegate, ["seat", "changed"])
    touch(session, hall.kept.id, now)


def touch(session: Session, hall_id: int, now: datetime) -> None:
    """The plan was changed: whoever looks at it has an older version."""
    session.execute(
        sa.update(Hall)
        .where(Hall.id == hall_id)
        .values(version=Hall.version + 1, changed_at=now)
        .execution_options(synchronize_session="fetch")
    )


def leave(session: Session, delegate: Delegate) -> None:
    """The place in the hall is over: the seat falls free, and a rank with it."""
    session.execute(sa.delete(precedences).where(precedences.c.delegate_id == delegate.id))
    if delegate.seat:
        delegate.seat = ""
        _free(session, delegate.id)


def pass_on(session: Session, old: Delegate, new: Delegate) -> None:
    """`new` sits where `old` sat, whose words of it they have already. A rank is of the person, and ends."""
    session.execute(sa.delete(precedences).where(precedences.c.delegate_id == old.id))
    session.execute(sa.update(seatings).where(seatings.c.delegate_id == old.id).values(delegate_id=new.id))
    session.execute(
        sa.update(Hall)
        .where(Hall.id.in_(sa.select(seatings.c.hall_id).where(seatings.c.delegate_id == new.id)))
        .values(version=Hall.version + 1)
    )


def hand_rank_over(session: Session, keep: Delegate, drop: Delegate) -> None:
    """Of two entries of one person the kept one has the rank of the other, where it has none."""
    mine = sa.select(precedences.c.delegate_id).where(precedences.c.delegate_id == keep.id)
    if session.scalar(mine) is None:
        session.execute(sa.update(precedences).where(precedences.c.delegate_id == drop.id).values(delegate_id=keep.id))


def say(session: Session, delegate: Delegate, text: str, *, now: datetime) -> None:
    """Somebody's seat as it was typed in their form: one of the hall where there is a plan of it, else any words.

    Raises Malformed (no_such_seat, seat_closed, seat_occupied, not_seated_here).
    """
    if text == delegate.seat:
        return
    if text and not delegate.status.active:
        raise Malformed({"seat": Fault.NOT_SEATED_HERE})
    hall = hall_of(session, delegate.meeting_id)
    spot = hall.plan.find(text) if hall and text else None
    if hall is None or spot is None:
        if hall is not None and halls.names_a_seat(text):
            raise Malformed({"seat": Fault.NO_SUCH_SEAT})
        _free(session, delegate.id)
        delegate.seat = text
        return
    if not may_sit(delegate.status, delegate.mode):
        raise Malformed({"seat": Fault.NOT_SEATED_HERE})
    if hall.painted.get(spot) == CLOSED:
        raise Malformed({"seat": Fault.SEAT_CLOSED})
    if sitter_at(session, hall, spot) not in {None, delegate.id}:
        raise Malformed({"seat": Fault.SEAT_OCCUPIED})
    change(session, hall, {delegate.id: spot}, now=now)


def sitter_at(session: Session, hall: OpenedHall, spot: Spot) -> int | None:
    """Who sits there."""
    return session.scalar(
        sa.select(seatings.c.delegate_id).where(
            seatings.c.hall_id == hall.kept.id,
            seatings.c.row == spot[0],
            seatings.c.number == hall.plan.number(spot),
        )
    )


def follow_unit(session: Session, kept_id: int, merged_id: int) -> None:
    """Blocks that were meant for a unit are meant for the one that it was merged into."""
    old, new = str(merged_id), str(kept_id)
    for hall in session.scalars(sa.select(Hall)):
        if any(block["kind"] == SeatBlockKind.UNIT and block["value"] == old for block in hall.blocks):
            hall.blocks = [
                block | {"value": new} if block["kind"] == SeatBlockKind.UNIT and block["value"] == old else block
                for block in hall.blocks
            ]
            hall.version += 1


def _free(session: Session, delegate_id: int) -> None:
    freed = session.scalar(
        sa.delete(seatings).where(seatings.c.delegate_id == delegate_id).returning(seatings.c.hall_id)
    )
    if freed is not None:
        session.execute(sa.update(Hall).where(Hall.id == freed).values(version=Hall.version + 1))


def _some(ids: Sequence[int]) -> list[Sequence[int]]:
    return [ids[at : at + AT_A_TIME] for at in range(0, len(ids), AT_A_TIME)]
