"""Sessions of the draft moved about: to another time or room, up and down, and what follows them.

All of it in one transaction; what moved besides is told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from conference import db
from conference.models import AgendaRoom, AgendaSession, Meeting
from conference.rules import agenda_times as rules
from conference.services import agenda_draft
from conference.services.activity import Act
from conference.services.agenda_draft import Seen, moment_said
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, Missing


@dataclass(frozen=True)
class Moved:
    """A session that is on at another time than before."""

    session_id: int
    title: str
    old: datetime
    new: datetime


def reschedule(
    meeting_id: int,
    session_id: int,
    starts_at: datetime,
    room_id: int | None,
    doing: Doing,
    *,
    seen: Seen | None = None,
    follows: bool = False,
) -> tuple[Moved, ...]:
    """To another time and room; its length stays, an hour where it had none. With `follows` the later ones of its day
    in its room move as far. Answers what moved, itself first.

    Raises Malformed (unknown room), Missing, Refused (changed_meanwhile).
    """
    with db.transaction() as session:
        meeting = agenda_draft.held(session, meeting_id)
        there = agenda_draft.rows(session, meeting_id)
        row = _of(there, session_id)
        if seen is not None and seen.version != meeting.agenda_version - 1:
            agenda_draft.unchanged(place_said(row), seen)
        room = session.get(AgendaRoom, room_id) if room_id is not None else None
        if room_id is not None and (room is None or room.meeting_id != meeting_id):
            raise Malformed({"room": Fault.UNKNOWN_ID})
        return _reschedule(session, meeting, there, row, starts_at, room_id, doing, follows=follows)


def step(meeting_id: int, session_id: int, places: int, doing: Doing) -> tuple[Moved, ...] | None:
    """Up (-1) or down (1): past its neighbour of the same day and room, with which it changes times; one without a
    time past the next in the list. None at the end of the way, where nothing happens. Raises Missing.
    """
    with db.transaction() as session:
        meeting = agenda_draft.held(session, meeting_id)
        there = agenda_draft.rows(session, meeting_id)
        row = _of(there, session_id)
        neighbours = _chain(there, row, meeting)
        at = neighbours.index(row) + places
        if not 0 <= at < len(neighbours):
            agenda_draft.as_it_was(meeting)
            return None
        return _arrange(session, meeting, there, row, neighbours, at, doing)


def drop(
    meeting_id: int,
    session_id: int,
    beside_id: int,
    doing: Doing,
    *,
    after: bool = False,
    seen: Seen | None = None,
) -> tuple[Moved, ...]:
    """Before another session of the list, or `after` it, on the day where that one stands.

    Within its day and room the times are dealt out anew in the new order; on another day it begins where the one
    before it ends, or when the one after it does, and nothing else moves. Raises Missing, Refused (changed_meanwhile).
    """
    with db.transaction() as session:
        meeting = agenda_draft.held(session, meeting_id)
        there = agenda_draft.rows(session, meeting_id)
        row, beside = _of(there, session_id), _of(there, beside_id)
        if seen is not None and seen.version != meeting.agenda_version - 1:
            agenda_draft.unchanged(place_said(row), seen)
        if row is beside:
            agenda_draft.as_it_was(meeting)
            return ()
        wanted = [one for one in there if one is not row]
        at = wanted.index(beside) + after
        held, day = rules.times(row), _day_of(there, beside, meeting.timezone)
        if held is None:
            return _arrange(session, meeting, there, row, there, at, doing)
        if day is None or day == rules.day_of(held[0], meeting.timezone):
            chain = _chain(there, row, meeting)
            passed = sum(1 for one in wanted[:at] if one in chain)
            return _arrange(session, meeting, there, row, chain, passed, doing)
        begins = _free_from(wanted[:at], wanted[at:], row, day, meeting.timezone)
        return _reschedule(session, meeting, there, row, begins or held[0], row.room_id, doing)


def follow(
    session: Session, meeting_id: int, later: Iterable[AgendaSession], by: timedelta, doing: Doing
) -> tuple[Moved, ...]:
    """Move some sessions by so much. Inside the transaction of the deed."""
    if not by:
        return ()
    wanted = {one.id: (held[0] + by, held[1] + by) for one in later if (held := rules.times(one))}
    return _set_times(session, meeting_id, {one.id: one for one in later}, wanted, doing)


def put_in_order(session: Session, meeting_id: int, there: list[AgendaSession], moved: set[int]) -> None:
    """Number the sessions anew, with those that were moved where the clock wants them."""
    agenda_draft.rank(rules.in_order(there, moved, agenda_draft.room_ranks(session, meeting_id)))


def place_said(row: AgendaSession) -> dict[str, Any]:
    """When and where: what somebody who drags a session has seen."""
    return {"times": [moment_said(row.starts_at), moment_said(row.ends_at)], "room_id": row.room_id}


def _of(there: Iterable[AgendaSession], session_id: int) -> AgendaSession:
    found = next((one for one in there if one.id == session_id), None)
    if found is None:
        raise Missing
    return found


def _chain(there: list[AgendaSession], row: AgendaSession, meeting: Meeting) -> list[AgendaSession]:
    held = rules.times(row)
    return rules.chain(there, rules.day_of(held[0], meeting.timezone), row.room_id, meeting.timezone) if held else there


def _reschedule(
    session: Session,
    meeting: Meeting,
    there: list[AgendaSession],
    row: AgendaSession,
    starts_at: datetime,
    room_id: int | None,
    doing: Doing,
    *,
    follows: bool = False,
) -> tuple[Moved, ...]:
    old = rules.times(row)
    later = rules.following(there, row, meeting.timezone) if follows else []
    new = (starts_at, starts_at + (old[1] - old[0] if old else timedelta(hours=1)))
    by = rules.followed(old, new, same_room=row.room_id == room_id, timezone=meeting.timezone)
    before = _place(session, row)
    row.starts_at, row.ends_at, row.room_id = *new, room_id
    session.flush()
    after = _place(session, row)
    agenda_draft.record(session, doing, "agenda.session_moved", row, meeting.id, before=before, after=after)
    moved = follow(session, meeting.id, later, by, doing)
    put_in_order(session, meeting.id, there, {row.id, *(one.session_id for one in moved)})
    session.flush()
    return (Moved(row.id, row.title, old[0] if old else starts_at, starts_at), *moved)


def _place(session: Session, row: AgendaSession) -> dict[str, Any]:
    room = session.get(AgendaRoom, row.room_id) if row.room_id else None
    return {"starts_at": row.starts_at, "ends_at": row.ends_at, "room": room.name if room else ""}


def _arrange(
    session: Session,
    meeting: Meeting,
    there: list[AgendaSession],
    row: AgendaSession,
    before: list[AgendaSession],
    at: int,
    doing: Doing,
) -> tuple[Moved, ...]:
    """Put it at that place of `before`: its chain, or the list where it has no time."""
    order = [one for one in before if one is not row]
    order.insert(at, row)
    if order == list(before):
        agenda_draft.as_it_was(meeting)
        return ()
    if rules.times(row) is None:
        old = there.index(row)
        agenda_draft.rank(order)
        agenda_draft.record(
            session, doing, "agenda.session_moved", row, meeting.id, before={"rank": old + 1}, after={"rank": at + 1}
        )
        session.flush()
        return ()
    rows = {one.id: one for one in order}
    moved = _set_times(session, meeting.id, rows, rules.rearranged(order, before), doing)
    put_in_order(session, meeting.id, there, set(rows))
    session.flush()
    return tuple(sorted(moved, key=lambda one: one.session_id != row.id))


def _set_times(
    session: Session, meeting_id: int, rows: dict[int, AgendaSession], wanted: dict[int, rules.Times], doing: Doing
) -> tuple[Moved, ...]:
    acts, moved = [], []
    for id_, new in wanted.items():
        row = rows[id_]
        before = {"starts_at": row.starts_at, "ends_at": row.ends_at}
        moved.append(Moved(row.id, row.title, row.starts_at or new[0], new[0]))
        row.starts_at, row.ends_at = new
        acts.append(Act(row.id, before, {"starts_at": new[0], "ends_at": new[1]}))
    session.flush()
    agenda_draft.record_all(session, doing, "agenda.session_moved", meeting_id, acts)
    return tuple(moved)


def _day_of(there: list[AgendaSession], row: AgendaSession, timezone: str) -> date | None:
    """The day on which a session stands in the list: its own, else that of the last before it that has one."""
    before = there[: there.index(row) + 1]
    return next((rules.day_of(held[0], timezone) for one in reversed(before) if (held := rules.times(one))), None)


def _free_from(
    before: list[AgendaSession], behind: list[AgendaSession], row: AgendaSession, day: date, timezone: str
) -> datetime | None:
    """When what is put between these begins on that day: as the one before it in its room ends, or with the next."""
    for one in reversed(before):
        if (held := rules.times(one)) and rules.day_of(held[0], timezone) == day and one.room_id == row.room_id:
            return held[1]
    for one in behind:
        if (held := rules.times(one)) and rules.day_of(held[0], timezone) == day:
            return held[0]
    return next((held[1] for one in reversed(before) if (held := rules.times(one))), None)
