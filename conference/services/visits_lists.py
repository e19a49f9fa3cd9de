"""Who sits where, as organisers and a unit's liaison read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from conference import db
from conference.models import Delegate, Departure, SignUp, Unit
from conference.services import sign_ups, visits
from conference.vocabulary import DelegateStatus, Missing, Mode, SignUpStatus


@dataclass(frozen=True)
class Listed:
    departure: Departure
    waiting: int


@dataclass(frozen=True)
class Person:
    """Somebody on a departure; `place` counts from 1 for who waits."""

    delegate: Delegate
    unit: str
    place: int | None


@dataclass(frozen=True)
class Member:
    """One of a unit's people who come in person, with what they have: (departure, their place in its line or None)."""

    id: int
    number: str
    name: str
    on: tuple[tuple[Departure, int | None], ...]


def departures(meeting_id: int) -> list[Listed]:
    """By when they leave."""
    found = sorted(visits.departures(meeting_id), key=lambda one: (one.leaves_at, one.rank, one.id))
    waiting = sign_ups.waiting([one.line_id for one in found])
    return [Listed(one, waiting.get(one.line_id, 0)) for one in found]


def one(meeting_id: int, departure_id: int) -> Listed:
    """Raises Missing."""
    found = next((item for item in departures(meeting_id) if item.departure.id == departure_id), None)
    if found is None:
        raise Missing
    return found


def people(departure: Departure) -> list[Person]:
    """Those with a seat by unit and number, then those who wait in their order."""
    query = (
        sa.select(SignUp.status, Delegate, Unit.name)
        .join(Delegate, Delegate.id == SignUp.delegate_id)
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(SignUp.line_id == departure.line_id)
        .order_by(SignUp.ticket.is_not(None), SignUp.ticket, Unit.name, Delegate.number)
    )
    found, at = [], 0
    for status, delegate, unit in db.session().execute(query):
        at += status is SignUpStatus.WAITLISTED
        found.append(Person(delegate, unit, at if status is SignUpStatus.WAITLISTED else None))
    return found


def members(meeting_id: int, unit_id: int) -> list[Member]:
    """The unit's confirmed people in person, by number."""
    session = db.session()
    query = sa.select(Delegate).where(
        Delegate.meeting_id == meeting_id,
        Delegate.unit_id == unit_id,
        Delegate.status == DelegateStatus.CONFIRMED,
        Delegate.mode == Mode.IN_PERSON,
    )
    theirs = session.scalars(query.order_by(Delegate.number)).all()
    ahead = sa.orm.aliased(SignUp)
    place = sa.select(sa.func.count()).where(ahead.line_id == SignUp.line_id, ahead.ticket < SignUp.ticket)
    rows = session.execute(
        sa.select(SignUp.delegate_id, SignUp.ticket, Departure, place.scalar_subquery())
        .join(Departure, Departure.line_id == SignUp.line_id)
        .where(SignUp.delegate_id.in_([one.id for one in theirs]))
        .order_by(Departure.leaves_at, Departure.id)
    )
    on: dict[int, list[tuple[Departure, int | None]]] = {}
    for who, ticket, departure, before in rows:
        on.setdefault(who, []).append((departure, None if ticket is None else before + 1))
    return [Member(one.id, one.number, one.name, tuple(on.get(one.id, ()))) for one in theirs]


def by_numbers(meeting_id: int, numbers: Sequence[str]) -> dict[str, int | None]:
    """Ids by the numbers as they were said; None for nobody's."""
    said = {number: number.zfill(4) for number in numbers}
    query = sa.select(Delegate.number, Delegate.id).where(
        Delegate.meeting_id == meeting_id, Delegate.number.in_(set(said.values()))
    )
    found = dict(db.session().execute(query).all())
    return {number: found.get(full) for number, full in said.items()}
