"""A departure by its id or its line, and which of somebody's a time falls into: for those who change lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import Departure, SignUp
from conference.vocabulary import Missing, SignUpStatus

_departures = cast(sa.Table, Departure.__table__)
_sign_ups = cast(sa.Table, SignUp.__table__)


def one(session: Session, meeting_id: int, departure_id: int) -> Departure:
    """A departure of the meeting. Raises Missing."""
    found = session.get(Departure, departure_id)
    if found is None or found.meeting_id != meeting_id:
        raise Missing
    return found


def of_line(session: Session, line_id: int) -> Departure | None:
    return session.scalars(sa.select(Departure).where(Departure.line_id == line_id)).first()


def clashing(session: Session, delegate_id: int, line_id: int) -> Sequence[Departure]:
    """The other departures that somebody is on, waiting or not, while the one of `line_id` is under way, by line;
    touching is no overlap. None where the line is no departure's.
    """
    this = of_line(session, line_id)
    if this is None:
        return []
    query = (
        sa.select(Departure)
        .join(SignUp, SignUp.line_id == Departure.line_id)
        .where(
            SignUp.delegate_id == delegate_id,
            Departure.id != this.id,
            Departure.leaves_at < this.ends_at,
            Departure.ends_at > this.leaves_at,
        )
        .order_by(Departure.line_id)
    )
    return session.scalars(query).all()


def departure_of(
    delegate_id: sa.ColumnElement[int], at_departure: sa.ColumnElement[Any] | None = None
) -> sa.ColumnElement[Any]:
    """The id of the departure that somebody has a seat on, as a column: the one whose scanner asks, else one of the
    same time, else the first.
    """
    query = (
        sa.select(_departures.c.id)
        .join(_sign_ups, _sign_ups.c.line_id == _departures.c.line_id)
        .where(_sign_ups.c.delegate_id == delegate_id, _sign_ups.c.status == SignUpStatus.CONFIRMED)
    )
    if at_departure is not None:
        asking = _departures.alias("asking")
        query = query.outerjoin(asking, asking.c.id == at_departure).order_by(
            sa.case(
                (_departures.c.id == asking.c.id, 0),
                (
                    sa.and_(_departures.c.leaves_at < asking.c.ends_at, _departures.c.ends_at > asking.c.leaves_at),
                    1,
                ),
                else_=2,
            )
        )
    return query.order_by(_departures.c.leaves_at, _departures.c.id).limit(1).scalar_subquery().label("departure")


def of_meeting(meeting_id: int) -> sa.Select[int]:
    """The lines of a meeting's departures, to ask whose sign-ups changed."""
    return sa.select(_departures.c.line_id).where(_departures.c.meeting_id == meeting_id)
