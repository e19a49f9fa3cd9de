"""Departures as somebody sees who may choose one: what fits, what does not and why, and where their colleagues sit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from conference import db
from conference.models import Delegate, Departure, Meeting, SignUp, Stop
from conference.rules import visits_seats as rules
from conference.sealing import unseal
from conference.services import sign_ups, visits, visits_clashes, visits_seats
from conference.services.delegates import Doing
from conference.services.visits_seats import By
from conference.vocabulary import MeetingStatus, Refusal, SignUpStatus


@dataclass(frozen=True)
class StopShown:
    name: str
    address: str
    map_url: str
    shows: str
    arrives_at: datetime
    leaves_at: datetime


@dataclass(frozen=True)
class Phone:
    """Somebody to call: `phone` is empty where none is known."""

    name: str
    phone: str


@dataclass(frozen=True)
class Place:
    """What somebody has on a departure; `waits` counts from 1 in its line, None with a seat."""

    status: SignUpStatus
    waits: int | None


@dataclass(frozen=True)
class Card:
    """One departure for one person. `refusal` is why they cannot take it, None when they can; `other` the session at
    that time where this is why. `instead` are the departures that they would give up for it. `colleagues` counts the
    others of their unit who have seats on it.
    """

    departure: Departure
    stops: tuple[StopShown, ...]
    left: int
    waiting: int
    colleagues: int
    place: Place | None
    refusal: Refusal | None
    refusal_to_leave: Refusal | None
    other: str
    instead: tuple[str, ...]
    leader: Phone | None
    guide: Phone | None

    @property
    def takes(self) -> bool:
        """Whether one tap gives a seat."""
        return self.place is None and self.refusal is None and self.left > 0

    @property
    def queues(self) -> bool:
        """Whether there is nothing but its line."""
        return self.place is None and self.refusal is None and self.left == 0


def cards(meeting: Meeting, delegate: Delegate, doing: Doing, *, by: By = By.DELEGATE) -> list[Card]:
    """Of all departures by when they leave; the phones of leader and guide only where somebody has a seat."""
    departures = sorted(visits.departures(meeting.id), key=lambda one: (one.leaves_at, one.rank, one.id))
    if not departures:
        return []
    session = db.session()
    stops = {one.id: one for one in session.scalars(sa.select(Stop).where(Stop.meeting_id == meeting.id))}
    places = places_of(delegate.id)
    waiting = sign_ups.waiting([one.line_id for one in departures])
    colleagues = _colleagues(delegate)
    theirs = visits_clashes.sessions_of(session, delegate.id)
    spans = visits_clashes.spans(meeting, now=doing.now) if theirs else {}
    choosing = visits_seats.choosing(meeting.id, by, doing)
    is_over = meeting.status is MeetingStatus.ARCHIVED
    found = []
    for one in departures:
        instead = [
            other
            for other in departures
            if other.line_id in places
            and other.id != one.id
            and other.leaves_at < one.ends_at
            and one.leaves_at < other.ends_at
        ]
        other = visits_clashes.overlapping(one, theirs, spans)
        refusal = rules.refusal_to_take(
            delegate.status,
            delegate.mode,
            leaves_at=one.leaves_at,
            now=doing.now,
            is_over=is_over,
            choosing=choosing,
            overlaps=bool(other),
            under_way=any(old.leaves_at <= doing.now and places[old.line_id].waits is None for old in instead),
        )
        place = places.get(one.line_id)
        has_seat = place is not None and place.waits is None
        found.append(
            Card(
                departure=one,
                stops=_stops(one, stops),
                left=one.line.places_left,
                waiting=waiting.get(one.line_id, 0),
                colleagues=colleagues[one.line_id],
                place=place,
                refusal=refusal,
                refusal_to_leave=rules.refusal_to_leave(
                    leaves_at=one.leaves_at, now=doing.now, is_over=is_over, choosing=choosing
                ),
                other=other if refusal is Refusal.TIME_CONFLICT else "",
                instead=tuple(old.name for old in instead),
                leader=_phone(one.leader_name, one.leader_phone_sealed if has_seat else None),
                guide=_phone(one.guide_name, one.guide_phone_sealed if has_seat else None),
            )
        )
    return found


def places_of(delegate_id: int) -> dict[int, Place]:
    """What somebody has on departures, by line."""
    other = aliased(SignUp)
    ahead = sa.select(sa.func.count()).where(other.line_id == SignUp.line_id, other.ticket < SignUp.ticket)
    query = (
        sa.select(SignUp.line_id, SignUp.status, SignUp.ticket, ahead.scalar_subquery())
        .join(Departure, Departure.line_id == SignUp.line_id)
        .where(SignUp.delegate_id == delegate_id)
    )
    return {
        line_id: Place(status, None if ticket is None else before + 1)
        for line_id, status, ticket, before in db.session().execute(query)
    }


def mine(delegate_id: int) -> Sequence[tuple[Departure, Place]]:
    """The departures that somebody is on, waiting or not, the earliest first."""
    places = places_of(delegate_id)
    if not places:
        return []
    query = sa.select(Departure).where(Departure.line_id.in_(places)).order_by(Departure.leaves_at, Departure.id)
    return [(one, places[one.line_id]) for one in db.session().scalars(query)]


def any_departures(meeting_id: int) -> bool:
    query = sa.select(Departure.id).where(Departure.meeting_id == meeting_id).limit(1)
    return db.session().scalars(query).first() is not None


def _colleagues(delegate: Delegate) -> Counter[int]:
    """How many others of somebody's unit have seats, by line."""
    query = (
        sa.select(SignUp.line_id, sa.func.count())
        .join(Delegate, Delegate.id == SignUp.delegate_id)
        .join(Departure, Departure.line_id == SignUp.line_id)
        .where(
            Delegate.meeting_id == delegate.meeting_id,
            Delegate.unit_id == delegate.unit_id,
            Delegate.id != delegate.id,
            SignUp.status == SignUpStatus.CONFIRMED,
        )
        .group_by(SignUp.line_id)
    )
    return Counter(dict(db.session().execute(query).all()))


def _stops(departure: Departure, stops: Mapping[int, Stop]) -> tuple[StopShown, ...]:
    return tuple(
        StopShown(stop.name, stop.address, stop.map_url, stop.shows, stay.arrives_at, stay.leaves_at)
        for stay in departure.stays
        for stop in (stops[stay.stop_id],)
    )


def _phone(name: str, sealed: bytes | None) -> Phone | None:
    return Phone(name, unseal(sealed) if sealed else "") if name else None
