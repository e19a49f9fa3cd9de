"""Departures of the visits (车次) at the desk: added, changed, removed; with their boardings, and who is told.

Held in this order: the meeting's visits, the stops by id, who is on the departure by id, its line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from conference import db
from conference.models import Delegate, Departure, SeatSwap, SignUp, SignUpLine, Stay
from conference.rules import visits as shape
from conference.services import (
    activity,
    sign_ups,
    visits_boardings,
    visits_fields,
    visits_lines,
    visits_stays,
    visits_stops,
    visits_told,
)
from conference.services.delegates import Doing
from conference.services.visits_fields import DepartureFields, checked, fields_of, stamp, trail, write
from conference.services.visits_stays import StopCrowded
from conference.vocabulary import Fault, Malformed, Refusal, Refused, SignUpStatus

_TOLD = ("leaves_at", "returns_at", "boards_at", "leader_name", "stops")  # what people on it want to know


@dataclass(frozen=True)
class Clashing:
    """Somebody on a departure whose other one goes at the same time then."""

    name: str
    other: str


class PeopleClash(Refused):
    """time_conflict: those of the departure who are on another one at its new time."""

    def __init__(self, people: Sequence[Clashing]) -> None:
        super().__init__(Refusal.TIME_CONFLICT)
        self.people = tuple(people)


class SeatsBelowTaken(Refused):
    """seats_below_taken: who would lose the seat, the last come first."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(Refusal.SEATS_BELOW_TAKEN)
        self.names = tuple(names)


def add(meeting_id: int, fields: DepartureFields, doing: Doing) -> Departure:
    """With its boardings. Raises Malformed, Refused (meeting_over, stop_over_capacity as StopCrowded)."""
    with db.transaction() as session:
        visits_stops.open_meeting(session, meeting_id)
        if len(_names(session, meeting_id)) >= visits_fields.MOST_DEPARTURES:
            raise Malformed({"name": Fault.TOO_MANY})
        fields = _fit(session, meeting_id, fields, None)
        line = sign_ups.add_line(session, meeting_id, fields.seats)
        departure = Departure(meeting_id=meeting_id, line_id=line.id, line=line)
        write(departure, fields)
        departure.stays = _stays(fields)
        session.add(departure)
        session.flush()
        visits_boardings.follow(session, departure, now=doing.now)
        _record(session, doing, "visits.departure_added", departure, {}, trail(fields))
        return departure


def edit(
    meeting_id: int,
    departure_id: int,
    fields: DepartureFields,
    doing: Doing,
    *,
    seen: str | None = None,
    tell: bool = True,
) -> int:
    """Say it otherwise; returns how many people are told of another time, place or leader, with `tell`.

    Raises Missing, Malformed, Refused (meeting_over, changed_meanwhile, stop_over_capacity as StopCrowded,
    seats_below_taken as SeatsBelowTaken, time_conflict as PeopleClash).
    """
    return db.repeated(lambda: _edit(meeting_id, departure_id, fields, doing, seen, tell))


def remove(meeting_id: int, departure_id: int, doing: Doing, *, tell: bool = True, people: int | None = None) -> int:
    """It does not go; who is on it leaves it, and is told with `tell`. `people` are how many the page named, with a
    seat or waiting, None not to ask. Returns how many are told.

    Raises Missing, Refused (meeting_over; in_use once somebody was scanned at it; changed_meanwhile where more people
    are on it than the page named).
    """
    return db.repeated(lambda: _remove(meeting_id, departure_id, doing, tell, people))


def one(meeting_id: int, departure_id: int) -> Departure:
    """Raises Missing."""
    return visits_lines.one(db.session(), meeting_id, departure_id)


def _edit(
    meeting_id: int, departure_id: int, fields: DepartureFields, doing: Doing, seen: str | None, tell: bool
) -> int:
    with db.transaction() as session:
        visits_stops.open_meeting(session, meeting_id)
        departure = one(meeting_id, departure_id)
        if seen is not None and seen != stamp(departure):
            raise Refused(Refusal.CHANGED_MEANWHILE)
        before = fields_of(departure)
        fields = _fit(session, meeting_id, fields, departure)
        if fields == before:
            return 0
        line = _hold_people(session, departure)
        if fields.seats < line.taken:
            raise SeatsBelowTaken(_last_come(session, line, line.taken - fields.seats))
        ends_at = fields.stops[-1].leaves_at
        if people := _clashing(session, departure, fields.leaves_at, ends_at):
            raise PeopleClash(people)
        write(departure, fields)
        if fields.stops != before.stops:
            departure.stays = []
            session.flush()  # ranks are unique: the old ones go first
            departure.stays = _stays(fields)
        session.flush()
        sign_ups.set_capacity(session, line, fields.seats, now=doing.now)
        visits_boardings.follow(session, departure, now=doing.now)
        _record(session, doing, "visits.departure_edited", departure, trail(before), trail(fields))
        news = any(getattr(fields, name) != getattr(before, name) for name in _TOLD)
        return visits_told.changed(session, departure, now=doing.now) if tell and news else 0


def _remove(meeting_id: int, departure_id: int, doing: Doing, tell: bool, people: int | None) -> int:
    with db.transaction() as session:
        visits_stops.open_meeting(session, meeting_id)
        departure = one(meeting_id, departure_id)
        line = _hold_people(session, departure)
        on_it = sa.select(Delegate).join(SignUp, SignUp.delegate_id == Delegate.id).where(SignUp.line_id == line.id)
        # Who waits goes first: so nobody moves up meanwhile.
        leaving = session.scalars(on_it.order_by(SignUp.ticket.is_(None), Delegate.id)).all()
        if people is not None and len(leaving) > people:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        if not visits_boardings.drop(session, departure.id):
            raise Refused(Refusal.IN_USE)
        told = visits_told.cancelled(session, departure, now=doing.now) if tell else 0
        _record(session, doing, "visits.departure_removed", departure, trail(fields_of(departure)), {})
        for delegate in leaving:
            sign_ups.leave(session, delegate, line, now=doing.now)
        swaps = sa.or_(SeatSwap.asker_line_id == line.id, SeatSwap.other_line_id == line.id)
        session.execute(sa.delete(SeatSwap).where(swaps))
        session.delete(departure)
        session.flush()
        session.delete(line)
        return told


def _fit(session: Session, meeting_id: int, fields: DepartureFields, departure: Departure | None) -> DepartureFields:
    """The same, trimmed, where it may be so; its stops are held. Raises Malformed, StopCrowded."""
    mine = departure.id if departure else None
    fields, faults = checked(fields, _names(session, meeting_id, but=mine))
    stays = [shape.Stay(one.stop_id, one.arrives_at, one.leaves_at, fields.seats) for one in fields.stops]
    faults |= shape.faults_in_times(fields.leaves_at, stays)
    if stays and fields.returns_at is not None and fields.returns_at < stays[-1].leaves_at:
        faults["returns_at"] = Fault.TIMES_BACKWARDS
    if not stays:
        faults["stops"] = Fault.REQUIRED
    try:
        also = [stay.stop_id for stay in departure.stays] if departure else []
        capacity = visits_stays.hold_stops(session, meeting_id, stays, also=also)
    except Malformed as malformed:
        raise Malformed(faults | malformed.faults) from None
    if faults:
        raise Malformed(faults)
    if found := shape.overfull([*stays, *visits_stays.others(session, capacity, but=mine)], capacity):
        raise StopCrowded(visits_stays.crowd(session, found, but=mine, own=fields.name))
    return fields


def _names(session: Session, meeting_id: int, *, but: int | None = None) -> Sequence[str]:
    query = sa.select(Departure.name).where(Departure.meeting_id == meeting_id, Departure.id != (but or 0))
    return session.scalars(query).all()


def _hold_people(session: Session, departure: Departure) -> SignUpLine:
    """Its line, held after everybody on it. Raises Stale where somebody came in between."""
    mine = sa.select(SignUp.delegate_id).where(SignUp.line_id == departure.line_id)
    held = session.scalars(db.lock(sa.select(Delegate).where(Delegate.id.in_(mine)).order_by(Delegate.id))).all()
    line = sign_ups.held(session, departure.line_id)
    if set(session.scalars(mine)) - {delegate.id for delegate in held}:
        raise db.Stale
    return line


def _last_come(session: Session, line: SignUpLine, count: int) -> Sequence[str]:
    query = (
        sa.select(Delegate.name)
        .join(SignUp, SignUp.delegate_id == Delegate.id)
        .where(SignUp.line_id == line.id, SignUp.status == SignUpStatus.CONFIRMED)
        .order_by(SignUp.signed_up_at.desc(), SignUp.id.desc())
    )
    return session.scalars(query.limit(count)).all()


def _clashing(session: Session, departure: Departure, leaves_at: datetime, ends_at: datetime) -> list[Clashing]:
    other, theirs = aliased(Departure), aliased(SignUp)
    query = (
        sa.select(Delegate.name, other.name)
        .join(SignUp, SignUp.delegate_id == Delegate.id)
        .join(theirs, theirs.delegate_id == Delegate.id)
        .join(other, other.line_id == theirs.line_id)
        .where(SignUp.line_id == departure.line_id, other.id != departure.id)
        .where(other.leaves_at < ends_at, other.ends_at > leaves_at)
        .order_by(Delegate.id)
    )
    return [Clashing(*row) for row in session.execute(query)]


def _stays(fields: DepartureFields) -> list[Stay]:
    return [
        Stay(rank=rank, stop_id=one.stop_id, arrives_at=one.arrives_at, leaves_at=one.leaves_at)
        for rank, one in enumerate(fields.stops)
    ]


def _record(
    session: Session, doing: Doing, verb: str, departure: Departure, before: dict[str, Any], after: dict[str, Any]
) -> None:
    about = ("departure", departure.id)
    activity.record(
        session, doing.actor, verb, *about, meeting_id=departure.meeting_id, now=doing.now, before=before, after=after
    )
