"""Seats for everybody who has none yet: proposed by a rule, looked at, then written as it was seen.

Whoever has a seat keeps it, and pinned departures are left alone. Who gets a seat leaves the lines in which they wait
for a departure of the same time.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AgendaSession, Delegate, Departure, Meeting, SignUp, SignUpLine, Unit
from conference.rules import visits_assigning as rules
from conference.services import activity, sign_ups, visits, visits_clashes, visits_lines, visits_seats, visits_told
from conference.services.delegates import Doing
from conference.vocabulary import (
    DelegateStatus,
    MeetingStatus,
    Mode,
    Refusal,
    Refused,
    SeatRule,
    SignUpStatus,
)


@dataclass(frozen=True)
class Guest:
    """Somebody without a seat; `waits` where they are in the line of a departure."""

    id: int
    number: str
    name: str
    unit_id: int
    unit: str
    province: str
    waits: bool


@dataclass(frozen=True)
class Bus:
    """What a departure would get: how many of which unit, the largest first."""

    departure: Departure
    free: int
    units: tuple[tuple[str, int], ...]

    @property
    def people(self) -> int:
        return sum(n for _, n in self.units)


@dataclass(frozen=True)
class Proposal:
    """`key` says what was seen; `left` get no seat, `split` are units that sit apart."""

    buses: tuple[Bus, ...]
    seats: dict[int, int]
    left: tuple[Guest, ...]
    split: tuple[str, ...]
    key: str


def without_seat(meeting_id: int) -> Sequence[Guest]:
    """Confirmed people in person who have a seat on no departure, by unit and number."""
    on_departures = visits_lines.of_meeting(meeting_id)
    seated = sa.select(SignUp.delegate_id).where(
        SignUp.line_id.in_(on_departures), SignUp.status == SignUpStatus.CONFIRMED
    )
    waits = sa.exists().where(SignUp.delegate_id == Delegate.id, SignUp.line_id.in_(on_departures))
    query = (
        sa.select(Delegate.id, Delegate.number, Delegate.name, Unit.id, Unit.name, Unit.province, waits)
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(
            Delegate.meeting_id == meeting_id,
            Delegate.status == DelegateStatus.CONFIRMED,
            Delegate.mode == Mode.IN_PERSON,
            Delegate.id.not_in(seated),
        )
        .order_by(Unit.name, Unit.id, Delegate.number)
    )
    return [Guest(*row) for row in db.session().execute(query)]


def propose(meeting: Meeting, rule: SeatRule, needing: Collection[int], doing: Doing) -> Proposal:
    """`needing` are the ids of those who are seated on accessible departures alone."""
    session = db.session()
    guests = without_seat(meeting.id)
    departures = [one for one in visits.departures(meeting.id) if not one.pinned and one.leaves_at > doing.now]
    busy = _busy(session, meeting, departures, doing)
    closed = {one.id for one in departures if not one.accessible}
    people = [
        rules.Person(
            one.id,
            one.unit_id,
            one.province,
            frozenset(busy.get(one.id, set()) | (closed if one.id in needing else set())),
        )
        for one in guests
    ]
    found = rules.assign(people, [rules.Bus(one.id, one.line.places_left) for one in departures], rule)
    units = {one.unit_id: one.unit for one in guests}
    of = {one.id: one for one in guests}
    counts = {one.id: Counter(of[who].unit for who, bus in found.seats.items() if bus == one.id) for one in departures}
    return Proposal(
        buses=tuple(Bus(one, one.line.places_left, tuple(counts[one.id].most_common())) for one in departures),
        seats=found.seats,
        left=tuple(of[id_] for id_ in found.left),
        split=tuple(units[id_] for id_ in found.split),
        key=hashlib.sha256(json.dumps(sorted(found.seats.items())).encode()).hexdigest(),
    )


def write(
    meeting_id: int, rule: SeatRule, needing: Collection[int], *, seen: str, tell: bool, doing: Doing
) -> Proposal:
    """Give the seats as they were seen, all or none; where nobody is left without one, nothing is done. `tell` sends
    each a message.

    Raises Refused (meeting_over, changed_meanwhile).
    """
    return db.repeated(lambda: _write(meeting_id, rule, needing, seen, tell, doing))


def _write(meeting_id: int, rule: SeatRule, needing: Collection[int], seen: str, tell: bool, doing: Doing) -> Proposal:
    with db.transaction() as session:
        meeting = session.get_one(Meeting, meeting_id)
        if meeting.status is MeetingStatus.ARCHIVED:
            raise Refused(Refusal.MEETING_OVER)
        people = visits_seats.held(session, meeting_id, [one.id for one in without_seat(meeting_id)])
        lines = {
            id_: sign_ups.held(session, id_)
            for id_ in sorted(session.scalars(visits_lines.of_meeting(meeting_id)).all())
        }
        proposal = propose(meeting, rule, needing, doing)
        if not proposal.seats:
            return proposal
        if proposal.key != seen or not proposal.seats.keys() <= people.keys():
            raise Refused(Refusal.CHANGED_MEANWHILE)
        departures = {one.departure.id: one.departure for one in proposal.buses}
        waiting = {one.id for one in without_seat(meeting_id) if one.waits}
        for who, bus in sorted(proposal.seats.items()):
            departure = departures[bus]
            line = lines[departure.line_id]
            if who in waiting:
                _stop_waiting(session, people[who], departure, lines, doing)
            sign_ups.sign_up(session, people[who], line, now=doing.now)
            if tell:
                visits_told.given(session, people[who], departure, now=doing.now)
        facts = {"people": len(proposal.seats), "rule": rule.value}
        activity.record(
            session,
            doing.actor,
            "visits.assigned",
            "meeting",
            meeting_id,
            meeting_id=meeting_id,
            now=doing.now,
            before={},
            after=facts,
        )
        return proposal


def _stop_waiting(
    session: Session, who: Delegate, departure: Departure, lines: dict[int, SignUpLine], doing: Doing
) -> None:
    sign_ups.leave(session, who, lines[departure.line_id], now=doing.now)
    for other in visits_lines.clashing(session, who.id, departure.line_id):
        sign_ups.leave(session, who, lines[other.line_id], now=doing.now)


def _busy(session: Session, meeting: Meeting, departures: Sequence[Departure], doing: Doing) -> dict[int, set[int]]:
    """The departures that somebody cannot take because of a session that they are signed up for, by person."""
    spans = visits_clashes.spans(meeting, now=doing.now)
    query = (
        sa.select(SignUp.delegate_id, AgendaSession.id)
        .join(AgendaSession, AgendaSession.sign_up_line_id == SignUp.line_id)
        .where(AgendaSession.meeting_id == meeting.id, AgendaSession.removed_at.is_(None))
    )
    theirs: dict[int, set[int]] = {}
    for who, session_id in session.execute(query):
        theirs.setdefault(who, set()).add(session_id)
    return {
        who: {one.id for one in departures if visits_clashes.overlapping(one, sessions, spans)}
        for who, sessions in theirs.items()
    }
