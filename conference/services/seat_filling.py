"""Seats for everybody at once: what the rule proposes is looked at first, and written as it was seen."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Precedence, Unit
from conference.rules import seating
from conference.rules.halls import Spot
from conference.rules.seat_blocks import CLOSED
from conference.rules.seating import Guest
from conference.services import activity, seatings
from conference.services.activity import Act
from conference.services.delegates import Doing
from conference.services.places import Places
from conference.services.seatings import OpenedHall
from conference.vocabulary import FrontOrder, Missing, Refusal, Refused


@dataclass(frozen=True)
class Change:
    """Somebody's seat now and then; "" is none."""

    delegate_id: int
    name: str
    unit: str
    now: str
    then: str


@dataclass(frozen=True)
class Proposal:
    """What filling the hall would change. `seen` is to be sent back with a yes; `left` counts seats that stay free,
    `left_in_blocks` those of them that are meant for somebody."""

    seated: Sequence[Change]
    moved: Sequence[Change]
    unseated: Sequence[Change]
    without: Sequence[Change]
    stay: int
    left: int
    left_in_blocks: int
    seen: str

    @property
    def changes(self) -> list[Change]:
        return [*self.seated, *self.moved, *self.unseated]


def propose(meeting_id: int, *, front: FrontOrder, anew: bool) -> Proposal:
    """Seats for all who have none; with `anew` for all but the pinned. Writes nothing. Raises Missing (no hall)."""
    return _proposed(db.session(), meeting_id, front=front, anew=anew)[1]


def fill(meeting_id: int, *, front: FrontOrder, anew: bool, seen: str, doing: Doing) -> Proposal:
    """Write the proposal that was `seen`. Raises Missing, Refused (changed_meanwhile) where it would be another now."""
    with db.transaction() as session:
        Places(session, meeting_id)
        hall, proposal, seats = _proposed(session, meeting_id, front=front, anew=anew)
        if proposal.seen != seen:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        changes = proposal.changes
        # Held one after the other in the order of ids, as everywhere.
        ids = sorted(change.delegate_id for change in changes)
        for at in range(0, len(ids), seatings.AT_A_TIME):
            some = Delegate.id.in_(ids[at : at + seatings.AT_A_TIME])
            session.execute(db.lock(sa.select(Delegate).where(some).order_by(Delegate.id))).all()
        seatings.change(session, hall, {id_: seats.get(id_) for id_ in ids}, now=doing.now)
        acts = [Act(one.delegate_id, {"seat": one.now}, {"seat": one.then}) for one in changes]
        activity.record_all(
            session, doing.actor, "delegate.seated", "delegate", acts, meeting_id=meeting_id, now=doing.now
        )
        after = {"people": len(changes)}
        activity.record(
            session, doing.actor, "hall.filled", "meeting", meeting_id,
            meeting_id=meeting_id, now=doing.now, after=after,
        )  # fmt: skip
        return proposal


@dataclass(frozen=True)
class Person:
    """Somebody to be seated, with what is shown of them."""

    guest: Guest
    name: str
    unit: str
    seat: str


def guests(session: Session, meeting_id: int) -> list[Person]:
    """Who is to be seated, in order: provinces by code, units by name, people as they were entered."""
    query = (
        sa.select(
            Delegate.id,
            Delegate.unit_id,
            Unit.province,
            Delegate.category,
            Precedence.rank,
            Delegate.name,
            Unit.name,
            Delegate.seat,
        )
        .join(Unit, Unit.id == Delegate.unit_id)
        .outerjoin(Precedence, Precedence.delegate_id == Delegate.id)
        .where(seatings.to_be_seated(meeting_id))
        .order_by(Unit.province, Unit.name, Unit.id, Delegate.id)
    )
    return [Person(Guest(*row[:5]), *row[5:]) for row in session.execute(query)]


def _proposed(
    session: Session, meeting_id: int, *, front: FrontOrder, anew: bool
) -> tuple[OpenedHall, Proposal, Mapping[int, Spot]]:
    hall = seatings.hall_of(session, meeting_id)
    if hall is None:
        raise Missing
    people = guests(session, meeting_id)
    sitting = seatings.sittings(session, hall)
    kept = {id_: one.spot for id_, one in sitting.items() if one.pinned or not anew}
    if not anew:  # who was given words that are no seat of the hall has a seat by hand
        people = [one for one in people if one.guest.id in kept or not one.seat]
    found = seating.fill(hall.plan, hall.painted, [one.guest for one in people], kept, front=front)
    changes = [_change(hall, one, found.seats.get(one.guest.id)) for one in people]
    differing = [one for one in changes if one.now != one.then]
    free = {spot for spot in hall.plan.spots() if hall.painted.get(spot) != CLOSED} - set(found.seats.values())
    proposal = Proposal(
        seated=[one for one in differing if not one.now],
        moved=[one for one in differing if one.now and one.then],
        unseated=[one for one in differing if not one.then],
        without=[one for one in changes if not one.then],
        stay=sum(one.now == one.then != "" for one in changes),
        left=len(free),
        left_in_blocks=sum(spot in hall.painted for spot in free),
        seen=_named(hall, changes),
    )
    return hall, proposal, found.seats


def _change(hall: OpenedHall, person: Person, spot: Spot | None) -> Change:
    then = hall.plan.label(spot) if spot is not None else ""
    return Change(person.guest.id, person.name, person.unit, person.seat, then)


def _named(hall: OpenedHall, changes: Sequence[Change]) -> str:
    told = [(one.delegate_id, one.now, one.then) for one in changes]
    return hashlib.sha256(repr((hall.kept.rows, told)).encode()).hexdigest()
