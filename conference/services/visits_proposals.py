"""Departures as the planner proposes them: asked for, looked at, then written as they were seen, all or none.

Departures that are there keep their way and take their places at the stops; those that are neither pinned nor have
people make room where that is asked for. What was looked at comes back sealed, so that it is written without being
planned again.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag

from conference import db
from conference.models import Departure, Stop
from conference.rules import visits_planning as planner
from conference.rules.visits_planning_answers import Itinerary, NoPlan, Party, Undecided, Visit
from conference.rules.visits_planning_answers import Stop as Place
from conference.sealing import digest, seal, unseal
from conference.services import sign_ups, visits, visits_desk, visits_fields, visits_stops
from conference.services.delegates import Doing
from conference.services.visits import StayFacts
from conference.services.visits_fields import DepartureFields
from conference.services.visits_planning import SECONDS, Asked, Unplanned
from conference.vocabulary import Fault, Malformed, Refusal, Refused


@dataclass(frozen=True)
class Proposal:
    """`buses` would be added, `kept` stay, `gone` would be removed. `sealed` is what `write` takes."""

    buses: tuple[DepartureFields, ...]
    kept: tuple[Departure, ...]
    gone: tuple[Departure, ...]
    waiting_minutes: int
    waits_least: bool
    sealed: str


def propose(meeting_id: int, asked: Asked, *, replacing: bool, bus_name: str) -> Proposal | Undecided:
    """Parties as buses of so many seats beside the departures that stay; `replacing` those of the window without
    people. `bus_name` has {n} for the number. Nothing is written.

    Raises Malformed (ends_at, party_sizes), Unplanned.
    """
    if asked.ends_at <= asked.starts_at:
        raise Malformed({"ends_at": Fault.TIMES_BACKWARDS})
    stops, there = visits_stops.listed(meeting_id), visits.departures(meeting_id)
    if not stops:
        raise Unplanned(None, {})
    empty = _empty([one for one in there if _meets(one, asked)]) if replacing else set()
    kept = tuple(one for one in there if one.id not in empty)
    if len(kept) + len(asked.party_sizes) > visits_fields.MOST_DEPARTURES:
        raise Malformed({"party_sizes": Fault.TOO_MANY})
    answer = planner.plan(
        [*map(Party, asked.party_sizes), *(_fixed(one, asked) for one in kept if _meets(one, asked))],
        [Place(stop.id, stop.capacity, stop.stay_minutes) for stop in stops],
        asked.starts_at,
        asked.ends_at,
        stay_minutes=asked.stay_minutes,
        ride_minutes=asked.ride_minutes,
        seconds=SECONDS,
    )
    if isinstance(answer, NoPlan):
        raise Unplanned(answer, {stop.id: stop.name for stop in stops})
    if isinstance(answer, Undecided):
        return answer
    names = _names(bus_name, len(asked.party_sizes), {one.name for one in kept})
    buses = tuple(
        DepartureFields(
            name,
            way.leaves_at,
            seats,
            tuple(StayFacts(one.stop_id, one.arrives_at, one.leaves_at) for one in way.visits),
            returns_at=way.returns_at,
        )
        for name, seats, way in zip(names, asked.party_sizes, answer.itineraries, strict=False)
    )
    gone = tuple(one for one in there if one.id in empty)
    sealed = _sealed(meeting_id, buses, [one.id for one in gone], _stamp(stops, there))
    return Proposal(buses, kept, gone, answer.waiting_minutes, answer.waits_least, sealed)


def write(meeting_id: int, sealed: str, doing: Doing) -> int:
    """The proposal as it was seen, with its boardings; returns how many departures were added: 0 where all of them
    stand already.

    Raises Refused (meeting_over, changed_meanwhile; in_use where one to be removed was boarded).
    """
    return db.repeated(lambda: _write(meeting_id, sealed, doing))


def _write(meeting_id: int, sealed: str, doing: Doing) -> int:
    buses, gone, seen = _opened(meeting_id, sealed)
    with db.transaction() as session:
        visits_stops.open_meeting(session, meeting_id)
        # All stops before any line, as everywhere.
        stops = sa.select(Stop).where(Stop.meeting_id == meeting_id).order_by(Stop.id)
        session.scalars(db.lock(stops).execution_options(populate_existing=True)).all()
        there = visits.departures(meeting_id)
        standing = {_shape(visits_fields.fields_of(one)) for one in there}
        if all(_shape(bus) in standing for bus in buses):
            return 0
        if seen != _stamp(visits_stops.listed(meeting_id), there):
            raise Refused(Refusal.CHANGED_MEANWHILE)
        leaving = sorted((one for one in there if one.id in gone), key=lambda one: one.line_id)
        for one in leaving:
            sign_ups.held(session, one.line_id)
        if {one.id for one in leaving} - _empty(leaving):
            raise Refused(Refusal.CHANGED_MEANWHILE)
        for one in leaving:
            visits_desk.remove(meeting_id, one.id, doing, tell=False)
        for bus in buses:
            visits_desk.add(meeting_id, bus, doing)
        return len(buses)


def _empty(departures: Sequence[Departure]) -> set[int]:
    """Ids of those that nobody has pinned, sits on or waits for."""
    waiting = sign_ups.waiting([one.line_id for one in departures])
    return {one.id for one in departures if not (one.pinned or one.line.taken or waiting.get(one.line_id))}


def _meets(departure: Departure, asked: Asked) -> bool:
    return departure.leaves_at < asked.ends_at and departure.ends_at > asked.starts_at


def _fixed(departure: Departure, asked: Asked) -> Party:
    way = tuple(Visit(one.stop_id, one.arrives_at, one.leaves_at) for one in departure.stays)
    back_at = departure.returns_at or departure.ends_at
    return Party(departure.line.capacity, fixed=Itinerary(departure.leaves_at, back_at, way))


def _names(pattern: str, count: int, taken: Collection[str]) -> list[str]:
    free = (name for n in range(1, count + len(taken) + 1) if (name := pattern.format(n=n)) not in taken)
    return [name for name, _ in zip(free, range(count), strict=False)]


def _shape(fields: DepartureFields) -> tuple[object, ...]:
    return fields.name, fields.seats, fields.leaves_at, fields.returns_at, fields.stops


def _stamp(stops: Sequence[Stop], there: Sequence[Departure]) -> str:
    """Another one after every change of what a plan rests on; not after a sign-up."""
    places = sorted((stop.id, stop.capacity, stop.stay_minutes) for stop in stops)
    return digest(repr((places, sorted((one.id, visits_fields.stamp(one)) for one in there))))


def _sealed(meeting_id: int, buses: Sequence[DepartureFields], gone: Sequence[int], stamp: str) -> str:
    ways = [[bus.name, bus.seats, *map(_told, (bus.leaves_at, bus.returns_at)), *_stays(bus)] for bus in buses]
    text = json.dumps([meeting_id, ways, list(gone), stamp])
    return base64.urlsafe_b64encode(seal(text)).decode()


def _stays(bus: DepartureFields) -> list[list[object]]:
    return [[one.stop_id, _told(one.arrives_at), _told(one.leaves_at)] for one in bus.stops]


def _told(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _opened(meeting_id: int, sealed: str) -> tuple[list[DepartureFields], list[int], str]:
    """What was sealed for this meeting. Raises Refused (changed_meanwhile) for anything else."""
    try:
        whose, ways, gone, stamp = json.loads(unseal(base64.urlsafe_b64decode(sealed)))
    except (InvalidTag, ValueError):
        raise Refused(Refusal.CHANGED_MEANWHILE) from None
    if whose != meeting_id:
        raise Refused(Refusal.CHANGED_MEANWHILE)
    when = datetime.fromisoformat
    buses = [
        DepartureFields(
            name,
            when(leaves_at),
            seats,
            tuple(StayFacts(id_, when(arrives), when(leaves)) for id_, arrives, leaves in stays),
            returns_at=when(returns_at),
        )
        for name, seats, leaves_at, returns_at, *stays in ways
    ]
    return buses, gone, stamp
