"""Who is at the stops when: held while a departure is added or changed, so that no two fill one together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Departure, SignUpLine, Stay, Stop
from conference.rules import visits as shape
from conference.rules.visits import Overfull
from conference.vocabulary import Fault, Malformed, Refusal, Refused


@dataclass(frozen=True)
class Crowd:
    """A stop that would hold too many: its name, the moment and the departures that are there then, by name."""

    stop: str
    found: Overfull
    departures: tuple[str, ...]


class StopCrowded(Refused):
    """stop_over_capacity, with what an organiser needs to set it right."""

    def __init__(self, crowd: Crowd) -> None:
        super().__init__(Refusal.STOP_OVER_CAPACITY)
        self.crowd = crowd


def hold_stops(
    session: Session, meeting_id: int, stays: Sequence[shape.Stay], *, also: Sequence[int] = ()
) -> dict[int, int]:
    """What each of the stops holds, locked; those in `also` are locked with them. Raises Malformed for one that is not
    of this meeting, or comes twice.
    """
    ids = [stay.stop_id for stay in stays]
    query = sa.select(Stop).where(Stop.id.in_([*ids, *also]), Stop.meeting_id == meeting_id).order_by(Stop.id)
    held = session.scalars(db.lock(query).execution_options(populate_existing=True))
    capacity = {stop.id: stop.capacity for stop in held}
    faults = {
        f"stops.{i}.stop_id": Fault.STOP_TWICE if id_ in ids[:i] else Fault.UNKNOWN_ID
        for i, id_ in enumerate(ids)
        if id_ in ids[:i] or id_ not in capacity
    }
    if faults:
        raise Malformed(faults)
    return capacity


def others(session: Session, capacity: Mapping[int, int], *, but: int | None = None) -> list[shape.Stay]:
    """Who is at these stops already, by the seats of the departures, and when; not of the departure `but`."""
    query = (
        sa.select(Stay.stop_id, Stay.arrives_at, Stay.leaves_at, SignUpLine.capacity)
        .join(Departure, Departure.id == Stay.departure_id)
        .join(SignUpLine, SignUpLine.id == Departure.line_id)
        .where(Stay.stop_id.in_(capacity))
    )
    if but is not None:
        query = query.where(Departure.id != but)
    return [shape.Stay(*row) for row in session.execute(query)]


def crowd(session: Session, found: Overfull, *, but: int | None = None, own: str = "") -> Crowd:
    """`found` with names; `own` is the departure that is being written, `but` its id where it has one."""
    query = (
        sa.select(Departure.name)
        .join(Stay, Stay.departure_id == Departure.id)
        .where(Stay.stop_id == found.stop_id, Stay.arrives_at <= found.at, Stay.leaves_at > found.at)
        .where(Departure.id != (but or 0))
        .order_by(Stay.arrives_at, Departure.id)
    )
    names = [*session.scalars(query), *([own] if own else [])]
    return Crowd(session.get_one(Stop, found.stop_id).name, found, tuple(names))
