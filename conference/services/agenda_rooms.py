"""The rooms of an agenda (会场): where sessions are held, how many sit there, how far it is from the main hall."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AgendaRoom, AgendaSession
from conference.rules import conflicts
from conference.rules.conflicts import Merged
from conference.rules.text import SHORT_LIMIT, fault_in
from conference.services import activity, agenda_draft
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused

MOST_ROOMS, MOST_SEATS, FARTHEST = 60, 100_000, 240  # FARTHEST in minutes on foot


@dataclass(frozen=True)
class RoomFacts:
    """`walk_minutes` from the main hall; between two rooms it takes the sum of both."""

    name: str
    location: str = ""
    seats: int | None = None
    walk_minutes: int = 0


@dataclass(frozen=True)
class Listed:
    """A room with the draft's sessions in it."""

    room: AgendaRoom
    sessions: Sequence[AgendaSession]


def add(meeting_id: int, facts: RoomFacts, doing: Doing) -> AgendaRoom:
    """A new one, after the others. Raises Malformed (name, location, seats, walk_minutes), Missing."""
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        there = _rows(session, meeting_id)
        if len(there) >= MOST_ROOMS:
            raise Malformed({"name": Fault.TOO_MANY})
        facts = _checked(there, facts)
        room = AgendaRoom(meeting_id=meeting_id, rank=there[-1].rank + 1 if there else 0, **asdict(facts))
        session.add(room)
        session.flush()
        _record(session, doing, "agenda.room_added", room, {}, said(room))
        return room


def edit(
    meeting_id: int, room_id: int, wished: Mapping[str, Any], doing: Doing, *, opened: Mapping[str, Any] | None = None
) -> Merged:
    """Say it otherwise; `wished` are some of the fields of `RoomFacts`, `opened` what they held in the form.

    Raises Malformed, Missing, and Refused (changed_meanwhile) where somebody else changed what is changed here.
    """
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        there = _rows(session, meeting_id)
        room = next((one for one in there if one.id == room_id), None)
        if room is None:
            raise Missing
        before = said(room)
        merged = conflicts.merge(opened, before, wished)
        if merged.clashes:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        facts = _checked([one for one in there if one is not room], RoomFacts(**(before | dict(merged.changes))))
        for name, value in asdict(facts).items():
            setattr(room, name, value)
        if said(room) != before:
            session.flush()
            _record(session, doing, "agenda.room_edited", room, before, said(room))
        return merged


def move(meeting_id: int, room_id: int, by: int, doing: Doing) -> None:
    """Put it so many places further down (or up, below nothing); at an end it stays. Raises Missing."""
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        there = list(_rows(session, meeting_id))
        room = next((one for one in there if one.id == room_id), None)
        if room is None:
            raise Missing
        old = there.index(room)
        new = min(max(old + by, 0), len(there) - 1)
        there.insert(new, there.pop(old))
        for rank, one_ in enumerate(there):
            one_.rank = rank
        if new != old:
            _record(session, doing, "agenda.room_moved", room, {"rank": old + 1}, {"rank": new + 1})


def remove(meeting_id: int, room_id: int, doing: Doing) -> None:
    """It is there no more; releases keep it. Raises Missing, and Refused (in_use) while sessions are in it."""
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        room = one(meeting_id, room_id)
        if held_in(meeting_id).get(room_id):
            raise Refused(Refusal.IN_USE)
        _record(session, doing, "agenda.room_removed", room, said(room), {})
        # Sessions that were taken out of the draft, and stay for those who starred them.
        session.execute(sa.update(AgendaSession).where(AgendaSession.room_id == room_id).values(room_id=None))
        session.delete(room)


def listed(meeting_id: int) -> list[Listed]:
    """In their order."""
    sessions = held_in(meeting_id)
    return [Listed(room, sessions.get(room.id, ())) for room in _rows(db.session(), meeting_id)]


def one(meeting_id: int, room_id: int) -> AgendaRoom:
    """Raises Missing."""
    found = db.session().get(AgendaRoom, room_id)
    if found is None or found.meeting_id != meeting_id:
        raise Missing
    return found


def walks(meeting_id: int) -> dict[int, int]:
    """Minutes from the main hall by room, as `rules.agenda_conflicts` takes them."""
    return {room.id: room.walk_minutes for room in _rows(db.session(), meeting_id)}


def held_in(meeting_id: int) -> dict[int, list[AgendaSession]]:
    """The sessions of the draft by their room."""
    found: dict[int, list[AgendaSession]] = defaultdict(list)
    for session in agenda_draft.rows(db.session(), meeting_id):
        if session.room_id is not None:
            found[session.room_id].append(session)
    return found


def said(room: AgendaRoom) -> dict[str, Any]:
    """What a form holds, and the record keeps: the fields of `RoomFacts`."""
    return {name: getattr(room, name) for name in RoomFacts.__dataclass_fields__}


def _rows(session: Session, meeting_id: int) -> Sequence[AgendaRoom]:
    query = sa.select(AgendaRoom).where(AgendaRoom.meeting_id == meeting_id)
    return session.scalars(query.order_by(AgendaRoom.rank, AgendaRoom.id)).all()


def _checked(others: Sequence[AgendaRoom], facts: RoomFacts) -> RoomFacts:
    """The same, trimmed. Raises Malformed."""
    facts = RoomFacts(facts.name.strip(), facts.location.strip(), facts.seats, facts.walk_minutes)
    faults = {
        "name": fault_in(facts.name, limit=SHORT_LIMIT),
        "location": fault_in(facts.location, limit=SHORT_LIMIT, required=False),
        "seats": None if facts.seats is None or 1 <= facts.seats <= MOST_SEATS else Fault.OUT_OF_RANGE,
        "walk_minutes": None if 0 <= facts.walk_minutes <= FARTHEST else Fault.OUT_OF_RANGE,
    }
    if any(other.name == facts.name for other in others):
        faults["name"] = Fault.NAME_IN_USE
    if wrong := {field: fault for field, fault in faults.items() if fault is not None}:
        raise Malformed(wrong)
    return facts


def _record(
    session: Session, doing: Doing, verb: str, room: AgendaRoom, before: dict[str, Any], after: dict[str, Any]
) -> None:
    activity.record(
        session,
        doing.actor,
        verb,
        "agenda_room",
        room.id,
        meeting_id=room.meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )
