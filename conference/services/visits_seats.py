"""Seats on departures as people take them and give them back: themselves, their liaison for them, the organisers.

Who it is about is held first, then the lines that change, in the order of their ids (decision 21). A change from one
departure to another is one deed: the old seat falls free only when there is a new one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Departure, Meeting, SignUp
from conference.rules import visits_seats as rules
from conference.services import activity, sign_ups, visits_clashes, visits_lines, visits_settings, visits_told
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, MeetingStatus, Missing, Refusal, Refused, SignUpStatus


class By(Enum):
    """Who chooses."""

    DELEGATE = "delegate"
    LIAISON = "liaison"
    ORGANISER = "organiser"


@dataclass(frozen=True)
class Taken:
    """`sign_up` is None where there was no seat and nobody had asked to wait: then nothing changed. `left` are the
    departures that were given up for it; `overlaps` the session at that time that an organiser is told of.
    """

    delegate: Delegate
    departure: Departure
    sign_up: SignUp | None
    left: tuple[str, ...] = ()
    overlaps: str = ""


class Overlap(Refused):
    """Signed up for a session at that time (time_conflict): `title` is the session's."""

    def __init__(self, title: str) -> None:
        super().__init__(Refusal.TIME_CONFLICT)
        self.title = title


class GivesUp(Refused):
    """For it something would be given up that the page did not name (changed_meanwhile): `names` are departures."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(Refusal.CHANGED_MEANWHILE)
        self.names = names


def take(
    meeting_id: int,
    departure_id: int,
    delegate_id: int,
    doing: Doing,
    *,
    by: By,
    may_wait: bool = False,
    instead: Collection[str] | None = None,
) -> Taken:
    """A seat instead of whatever somebody has at that time, or (`may_wait`) the end of the line instead of it. Again:
    as it stands. `instead` names the departures that the page said would be given up, None not to ask.

    Raises GivesUp, Missing (departure, delegate), Refused (meeting_over, not_eligible, departed, seats_are_given,
    seats_not_open, seats_frozen, and time_conflict as Overlap).
    """
    return db.repeated(lambda: _take(meeting_id, departure_id, delegate_id, doing, by, may_wait, instead))


def give_back(meeting_id: int, departure_id: int, delegate_id: int, doing: Doing, *, by: By) -> None:
    """The seat, or the place in the line; who is not on it is passed over. Raises as `take`."""
    db.repeated(lambda: _give_back(meeting_id, departure_id, delegate_id, doing, by))


def by_number(meeting_id: int, number: str) -> int:
    """The id of a delegate by the number on their badge. Raises Malformed (number)."""
    query = sa.select(Delegate.id).where(Delegate.meeting_id == meeting_id, Delegate.number == number.strip().zfill(4))
    found = db.session().scalars(query).first()
    if found is None:
        raise Malformed({"number": Fault.UNKNOWN_ID})
    return found


def held(session: Session, meeting_id: int, delegate_ids: Sequence[int]) -> dict[int, Delegate]:
    """People of the meeting, locked in the order of their ids. Raises Missing where one is of none."""
    query = sa.select(Delegate).where(Delegate.id.in_(delegate_ids), Delegate.meeting_id == meeting_id)
    found = {one.id: one for one in session.scalars(db.lock(query.order_by(Delegate.id)))}
    if len(found) != len(set(delegate_ids)):
        raise Missing
    return found


def record(
    session: Session,
    doing: Doing,
    verb: str,
    departure: Departure,
    after: Mapping[str, Any],
    before: Mapping[str, Any] | None = None,
) -> None:
    """What was done to a departure's seats."""
    activity.record(
        session,
        doing.actor,
        verb,
        "departure",
        departure.id,
        meeting_id=departure.meeting_id,
        now=doing.now,
        before=dict(before or {}),
        after=dict(after),
    )


def choosing(meeting_id: int, by: By, doing: Doing) -> Refusal | None:
    """Why whoever it is may not choose now; organisers always may."""
    if by is By.ORGANISER:
        return None
    return visits_settings.choosing(meeting_id, by_liaison=by is By.LIAISON, now=doing.now)


def _take(
    meeting_id: int,
    departure_id: int,
    delegate_id: int,
    doing: Doing,
    by: By,
    may_wait: bool,
    instead: Collection[str] | None,
) -> Taken:
    with db.transaction() as session:
        delegate = held(session, meeting_id, [delegate_id])[delegate_id]
        departure = visits_lines.one(session, meeting_id, departure_id)
        clashing = visits_lines.clashing(session, delegate_id, departure.line_id)
        lines = {id_: sign_ups.held(session, id_) for id_ in sorted({departure.line_id, *_lines(clashing)})}
        line = lines[departure.line_id]
        known = sign_ups.of(session, line.id, delegate_id)
        if known is not None:
            return Taken(delegate, departure, known)
        meeting = session.get_one(Meeting, meeting_id)
        other = visits_clashes.session_at(session, meeting, departure, delegate_id, now=doing.now)
        refusal = rules.refusal_to_take(
            delegate.status,
            delegate.mode,
            leaves_at=departure.leaves_at,
            now=doing.now,
            is_over=meeting.status is MeetingStatus.ARCHIVED,
            choosing=choosing(meeting_id, by, doing),
            overlaps=bool(other) and by is not By.ORGANISER,
            under_way=any(_has_left_with(session, one, delegate_id, doing) for one in clashing),
        )
        if refusal is Refusal.TIME_CONFLICT:
            raise Overlap(other)
        if refusal is not None:
            raise Refused(refusal)
        left = tuple(one.name for one in clashing)
        if instead is not None and not set(left) <= set(instead):
            raise GivesUp(left)
        if not line.places_left and not may_wait:
            return Taken(delegate, departure, None)
        for one in clashing:
            sign_ups.leave(session, delegate, lines[one.line_id], now=doing.now)
        made = sign_ups.sign_up(session, delegate, line, now=doing.now)
        facts = {"delegate_number": delegate.number, "sign_up": made.status.value}
        record(session, doing, "visits.signed_up", departure, facts)
        if by is not By.DELEGATE and made.status is SignUpStatus.CONFIRMED:
            visits_told.given(session, delegate, departure, now=doing.now)
        return Taken(delegate, departure, made, left, other)


def _give_back(meeting_id: int, departure_id: int, delegate_id: int, doing: Doing, by: By) -> None:
    with db.transaction() as session:
        delegate = held(session, meeting_id, [delegate_id])[delegate_id]
        departure = visits_lines.one(session, meeting_id, departure_id)
        line = sign_ups.held(session, departure.line_id)
        if sign_ups.of(session, line.id, delegate_id) is None:
            return
        # What has left can be tidied up by organisers alone.
        is_over = session.get_one(Meeting, meeting_id).status is MeetingStatus.ARCHIVED
        refusal = rules.refusal_to_leave(
            leaves_at=departure.leaves_at, now=doing.now, is_over=is_over, choosing=choosing(meeting_id, by, doing)
        )
        if refusal is not None and not (by is By.ORGANISER and refusal is Refusal.DEPARTED):
            raise Refused(refusal)
        sign_ups.leave(session, delegate, line, now=doing.now)
        record(session, doing, "visits.taken_off", departure, {}, {"delegate_number": delegate.number})


def _has_left_with(session: Session, departure: Departure, delegate_id: int, doing: Doing) -> bool:
    """Whether it left with a seat of theirs; they are held, and its line."""
    if departure.leaves_at > doing.now:
        return False
    on = sign_ups.of(session, departure.line_id, delegate_id)
    return on is not None and on.ticket is None


def _lines(departures: Sequence[Departure]) -> list[int]:
    return [one.line_id for one in departures]
