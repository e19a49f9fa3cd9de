"""Wishes to change seats, as the two see them whom they are between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from conference import db
from conference.models import Delegate, Departure, SeatSwap, SignUp
from conference.vocabulary import SignUpStatus, SwapStatus


@dataclass(frozen=True)
class Wish:
    """One that waits for an answer, as one of the two sees it: `name` is the other's where they asked, else empty,
    since whoever asks knows a number alone.
    """

    id: int
    asked_by_me: bool
    name: str
    number: str
    mine: str
    theirs: str
    asked_at: datetime


@dataclass(frozen=True)
class Kept:
    """For one's own data: `mine` and `theirs` are the departures as they were when it was asked."""

    asked_by_me: bool
    number: str
    mine: str
    theirs: str
    status: SwapStatus
    asked_at: datetime
    settled_at: datetime | None


def waiting(delegate_id: int, *, now: datetime) -> list[Wish]:
    """What somebody asked, and what they are asked for, the newest first; not what lapsed."""
    found = _between(delegate_id, SeatSwap.status == SwapStatus.ASKED, stands(now))
    return [
        Wish(swap.id, by_me, "" if by_me else other.name, other.number, mine, theirs, swap.asked_at)
        for swap, by_me, other, mine, theirs in reversed(found)
    ]


def own_data(delegate_id: int) -> tuple[Kept, ...]:
    """All that somebody asked, or was asked for, the earliest first."""
    return tuple(
        Kept(by_me, other.number, mine, theirs, swap.status, swap.asked_at, swap.settled_at)
        for swap, by_me, other, mine, theirs in _between(delegate_id)
    )


def stands(now: datetime) -> sa.ColumnElement[bool]:
    """Whether both of a `SeatSwap` still sit where they sat when it was asked, and neither departure left."""
    return sa.and_(
        *(
            sa.exists().where(
                SignUp.delegate_id == who,
                SignUp.line_id == line_id,
                SignUp.status == SignUpStatus.CONFIRMED,
                Departure.line_id == SignUp.line_id,
                Departure.leaves_at > now,
            )
            for who, line_id in (
                (SeatSwap.asker_id, SeatSwap.asker_line_id),
                (SeatSwap.other_id, SeatSwap.other_line_id),
            )
        )
    )


def _between(delegate_id: int, *which: sa.ColumnElement[bool]) -> Sequence[tuple[SeatSwap, bool, Delegate, str, str]]:
    """By id: the swap, whether they asked it, the other one, their own departure and the other's; one statement."""
    asked, others = aliased(Departure), aliased(Departure)
    by_me = SeatSwap.asker_id == delegate_id
    query = (
        sa.select(
            SeatSwap,
            by_me,
            Delegate,
            sa.case((by_me, asked.name), else_=others.name),
            sa.case((by_me, others.name), else_=asked.name),
        )
        .join(Delegate, Delegate.id == sa.case((by_me, SeatSwap.other_id), else_=SeatSwap.asker_id))
        .join(asked, asked.line_id == SeatSwap.asker_line_id)
        .join(others, others.line_id == SeatSwap.other_line_id)
        .where(sa.or_(by_me, SeatSwap.other_id == delegate_id), *which)
        .order_by(SeatSwap.id)
    )
    return [tuple(row) for row in db.session().execute(query)]
