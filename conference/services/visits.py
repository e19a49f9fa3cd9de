"""Site visits (参访): stops, the departures that go round them, and who has a seat.

What changes a departure or a stop holds the stops first, in the order of their ids, so that no two departures fill one
together. Who signs up is held before any line (decision 21).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Checkpoint, Departure, Meeting, Presence, SignUp, Stay, Stop
from conference.rules import sign_ups as rules
from conference.rules import visits as shape
from conference.services import activity, sign_ups, visits_lines, visits_seats, visits_stays, visits_stops
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, MeetingStatus, Missing, Refusal, Refused, SignUpStatus


@dataclass(frozen=True)
class StopFacts:
    name: str
    capacity: int
    address: str = ""


@dataclass(frozen=True)
class StayFacts:
    stop_id: int
    arrives_at: datetime
    leaves_at: datetime


@dataclass(frozen=True)
class DepartureFacts:
    name: str
    leaves_at: datetime
    seats: int
    stops: Sequence[StayFacts]


class StopOverCapacity(Refused):
    """A stop would hold more people at one time than it can (stop_over_capacity)."""

    def __init__(self, found: shape.Overfull) -> None:
        super().__init__(Refusal.STOP_OVER_CAPACITY)
        self.found = found


class Clash(Refused):
    """Somebody is on another departure at that time (time_conflict): `name` is that one's."""

    def __init__(self, name: str) -> None:
        super().__init__(Refusal.TIME_CONFLICT)
        self.name = name


def add_stop(meeting_id: int, facts: StopFacts, doing: Doing) -> Stop:
    """A new one, after the others. Raises Malformed (a name in use), Refused (meeting_over)."""
    with db.transaction() as session:
        visits_stops.open_meeting(session, meeting_id)
        there = visits_stops.listed(meeting_id)
        if any(stop.name == facts.name for stop in there):
            raise Malformed({"name": Fault.NAME_IN_USE})
        stop = Stop(
            meeting_id=meeting_id,
            rank=visits_stops.next_rank(there),
            name=facts.name,
            address=facts.address,
            capacity=facts.capacity,
        )
        session.add(stop)
        session.flush()
        after = {"name": stop.name, "address": stop.address, "capacity": stop.capacity}
        _record(session, doing, "visits.stop_added", "stop", stop.id, meeting_id, after)
        return stop


def add_departure(meeting_id: int, facts: DepartureFacts, doing: Doing) -> Departure:
    """Raises Malformed (times backwards, unknown or repeated stops), Refused (meeting_over, stop_over_capacity)."""
    with db.transaction() as session:
        _go_on(session, meeting_id)
        stays = [shape.Stay(one.stop_id, one.arrives_at, one.leaves_at, facts.seats) for one in facts.stops]
        capacity = visits_stays.hold_stops(session, meeting_id, stays)
        if faults := shape.faults_in_times(facts.leaves_at, stays):
            raise Malformed(faults)
        if found := shape.overfull([*stays, *visits_stays.others(session, capacity)], capacity):
            raise StopOverCapacity(found)
        departure = Departure(
            meeting_id=meeting_id,
            line_id=sign_ups.add_line(session, meeting_id, facts.seats).id,
            name=facts.name,
            leaves_at=facts.leaves_at,
            ends_at=stays[-1].leaves_at,
            stays=[
                Stay(rank=rank, stop_id=one.stop_id, arrives_at=one.arrives_at, leaves_at=one.leaves_at)
                for rank, one in enumerate(stays)
            ],
        )
        session.add(departure)
        session.flush()
        after = {"name": facts.name, "seats": facts.seats, "leaves_at": facts.leaves_at.isoformat()}
        _record(session, doing, "visits.departure_added", "departure", departure.id, meeting_id, after)
        return departure


def sign_up(meeting_id: int, departure_id: int, delegate_id: int, doing: Doing) -> SignUp:
    """Put somebody on a departure as a program does: a seat, or the end of its line, and never instead of another one
    (that is `visits_seats.take`). Again: as it stands.

    Raises Missing (departure), Malformed (delegate_id), Refused (meeting_over, not_eligible, time_conflict as Clash).
    """
    return db.repeated(lambda: _sign_up(meeting_id, departure_id, delegate_id, doing))


def stops(meeting_id: int, *, after_id: int = 0, limit: int | None = None) -> Sequence[Stop]:
    """By id."""
    query = sa.select(Stop).where(Stop.meeting_id == meeting_id, Stop.id > after_id).order_by(Stop.id)
    return db.session().scalars(query.limit(limit)).all()


def departures(meeting_id: int, *, after_id: int = 0, limit: int | None = None) -> Sequence[Departure]:
    """By id, with their stays and lines; three statements."""
    query = sa.select(Departure).where(Departure.meeting_id == meeting_id, Departure.id > after_id)
    return db.session().scalars(query.order_by(Departure.id).limit(limit)).all()


def waitlist_place(one: SignUp) -> int | None:
    """Where somebody stands in the line of their departure, from 1; None with a seat."""
    if one.ticket is None:
        return None
    ahead = sa.select(sa.func.count()).where(SignUp.line_id == one.line_id, SignUp.ticket < one.ticket)
    return db.session().scalars(ahead).one() + 1


def figures(meeting_id: int) -> tuple[int, int]:
    """How many people have a seat on a departure, and how many of whomever were seen to board one."""
    session = db.session()
    seats = sa.select(sa.func.count(sa.distinct(SignUp.delegate_id))).where(
        SignUp.line_id.in_(visits_lines.of_meeting(meeting_id)), SignUp.status == SignUpStatus.CONFIRMED
    )
    seen = sa.or_(Presence.inside, Presence.first_scanned_at.is_not(None), Presence.last_out_at.is_not(None))
    boarded = (
        sa.select(sa.func.count(sa.distinct(Presence.delegate_id)))
        .join(Checkpoint, Checkpoint.id == Presence.checkpoint_id)
        .where(Checkpoint.meeting_id == meeting_id, Checkpoint.departure_id.is_not(None), seen)
    )
    return session.scalars(seats).one(), session.scalars(boarded).one()


def _sign_up(meeting_id: int, departure_id: int, delegate_id: int, doing: Doing) -> SignUp:
    with db.transaction() as session:
        _go_on(session, meeting_id)
        departure = visits_lines.one(session, meeting_id, departure_id)
        try:
            delegate = visits_seats.held(session, meeting_id, [delegate_id])[delegate_id]
        except Missing:
            raise Malformed({"delegate_id": Fault.UNKNOWN_ID}) from None
        line = sign_ups.held(session, departure.line_id)
        known = sign_ups.of(session, line.id, delegate.id)
        if known is not None:
            return known
        if refusal := rules.refusal_to_sign_up(delegate.status, delegate.mode):
            raise Refused(refusal)
        if clash := visits_lines.clashing(session, delegate.id, line.id):
            raise Clash(clash[0].name)
        made = sign_ups.sign_up(session, delegate, line, now=doing.now)
        facts = {"delegate_number": delegate.number, "sign_up": made.status.value}
        visits_seats.record(session, doing, "visits.signed_up", departure, facts)
        return made


def _go_on(session: Session, meeting_id: int) -> None:
    """Raises Refused (meeting_over)."""
    if session.get_one(Meeting, meeting_id).status is MeetingStatus.ARCHIVED:
        raise Refused(Refusal.MEETING_OVER)


def _record(
    session: Session, doing: Doing, verb: str, kind: str, id_: int, meeting_id: int, after: dict[str, Any]
) -> None:
    activity.record(session, doing.actor, verb, kind, id_, meeting_id=meeting_id, now=doing.now, before={}, after=after)
