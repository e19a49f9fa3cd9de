"""Sessions with places of their own (场次名额): organisers say how many, delegates sign up, the next in line moves up.

A session has places once it was given a line; everybody may sign up once a release says so. Without a capacity every
confirmed in-person delegate is listed at its door.

A deed for many takes person by person, each with their lines: what waited for it in a circle is done again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AccessLink, AgendaSession, Delegate, Meeting, SignUp, SignUpLine
from conference.rules import agenda as agendas
from conference.rules import sign_ups as rules
from conference.services import activity, agenda_draft, session_place_lists, sign_ups, stage
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, MeetingStatus, Missing, Refusal, Refused

MOST = 100_000


@dataclass(frozen=True)
class Put:
    """Whom an organiser put on a line, and how; `overlaps` is the session at the same time that they are signed up for,
    or nothing.
    """

    delegate: Delegate
    sign_up: SignUp
    overlaps: str


class Overlap(Refused):
    """Somebody is signed up for another session, or is on a departure, at that time (time_conflict): `title` is that
    one's.
    """

    def __init__(self, title: str) -> None:
        super().__init__(Refusal.TIME_CONFLICT)
        self.title = title


def set_capacity(meeting_id: int, session_id: int, capacity: int | None, doing: Doing) -> None:
    """Give a session so many places, or (None) none of its own again.

    Raises Missing, and Refused: capacity_below_taken, session_cancelled where the draft has it no more, and in_use
    where somebody is signed up for what would go.
    """
    with db.transaction() as session:
        meeting = agenda_draft.held(session, meeting_id)
        row = _kept(session_place_lists.row(session, meeting_id, session_id))
        line = sign_ups.held(session, row.sign_up_line_id) if row.sign_up_line_id is not None else None
        before = line.capacity if line else None
        if capacity == before:
            agenda_draft.as_it_was(meeting)
            return
        if capacity is None:
            _close(session, row, line)
        elif line is None:
            row.sign_up_line_id = sign_ups.add_line(session, meeting_id, capacity).id
        else:
            sign_ups.set_capacity(session, line, capacity, now=doing.now)
        _record(session, doing, "agenda.capacity_set", row, {"capacity": before}, {"capacity": capacity})


def sign_up(link: AccessLink, session_id: int, doing: Doing) -> SignUp:
    """By the holder of a private link, for a session of the last release. Again: as it stands.

    Raises Missing, Refused (meeting_over, no_sign_up, not_eligible, session_cancelled, session_begun, and time_conflict
    as Overlap).
    """
    return db.repeated(lambda: _sign_up(link, session_id, doing))


def leave(link: AccessLink, session_id: int, doing: Doing) -> None:
    """The holder gives the place back, or leaves the line; where they are on none, nothing changes. Raises Missing,
    Refused (meeting_over).
    """
    db.repeated(lambda: _leave(link, session_id, doing))


def put(meeting: Meeting, session_id: int, number: str, doing: Doing) -> Put:
    """By an organiser, who says somebody's number. Again: as it stands. Raises Malformed (number), Missing, Refused
    (no_sign_up, not_eligible, session_cancelled, meeting_over).
    """
    return db.repeated(lambda: _put(meeting, session_id, number, doing))


def take_off(meeting_id: int, session_id: int, delegate_id: int, doing: Doing) -> None:
    """By an organiser; who is not on the line is passed over. Raises Missing, Refused (meeting_over)."""
    db.repeated(lambda: _take_off(meeting_id, session_id, delegate_id, doing))


def _sign_up(link: AccessLink, session_id: int, doing: Doing) -> SignUp:
    with db.transaction() as session:
        delegate = _delegate(session, link)
        meeting = session.get_one(Meeting, delegate.meeting_id)
        agenda = stage.of(meeting, now=doing.now).agenda
        row, shown = _offered(session, delegate, session_id, agenda)
        line_id = row.sign_up_line_id
        is_on = line_id is not None and sign_ups.of(session, line_id, delegate.id) is not None
        other = "" if is_on else session_place_lists.overlapping(session, delegate.id, shown, agenda)
        refusal = rules.refusal_to_sign_up(
            delegate.status,
            delegate.mode,
            is_over=meeting.status is MeetingStatus.ARCHIVED,
            is_removed=row.removed_at is not None,
            begins=shown.starts_at,
            now=doing.now,
            overlaps=bool(other),
        )
        if refusal is Refusal.TIME_CONFLICT:
            raise Overlap(other)
        if refusal is not None:
            raise Refused(refusal)
        return sign_ups.sign_up(session, delegate, _line(session, row), now=doing.now)


def _leave(link: AccessLink, session_id: int, doing: Doing) -> None:
    with db.transaction() as session:
        delegate = _delegate(session, link)
        _go_on(session.get_one(Meeting, delegate.meeting_id))
        row = session_place_lists.row(session, delegate.meeting_id, session_id)
        if row.sign_up_line_id is not None:
            sign_ups.leave(session, delegate, _line(session, row), now=doing.now)


def _put(meeting: Meeting, session_id: int, number: str, doing: Doing) -> Put:
    with db.transaction() as session:
        query = sa.select(Delegate.id).where(Delegate.meeting_id == meeting.id, Delegate.number == number.zfill(4))
        delegate_id = session.scalars(query).first()
        if delegate_id is None:
            raise Malformed({"number": Fault.UNKNOWN_ID})
        _go_on(meeting)
        delegate = _held(session, meeting.id, delegate_id)
        row = _kept(session_place_lists.row(session, meeting.id, session_id))
        line = _line(session, row)
        known = sign_ups.of(session, line.id, delegate.id)
        made = sign_ups.sign_up(session, delegate, line, now=doing.now)
        if known is None:
            facts = {"delegate_number": delegate.number, "sign_up": made.status.value}
            _record(session, doing, "agenda.signed_up", row, {}, facts)
        agenda = stage.of(meeting, now=doing.now).agenda
        shown = agenda.session.get(session_id)
        other = session_place_lists.overlapping(session, delegate.id, shown, agenda) if shown else ""
        return Put(delegate, made, other)


def _take_off(meeting_id: int, session_id: int, delegate_id: int, doing: Doing) -> None:
    with db.transaction() as session:
        _go_on(session.get_one(Meeting, meeting_id))
        delegate = _held(session, meeting_id, delegate_id)
        row = session_place_lists.row(session, meeting_id, session_id)
        if row.sign_up_line_id is None or sign_ups.of(session, row.sign_up_line_id, delegate.id) is None:
            return
        sign_ups.leave(session, delegate, _line(session, row), now=doing.now)
        _record(session, doing, "agenda.taken_off", row, {"delegate_number": delegate.number}, {})


def _offered(
    session: Session, delegate: Delegate, session_id: int, agenda: agendas.Agenda
) -> tuple[AgendaSession, agendas.Session]:
    """The row, and the session as `agenda` has it. Raises Missing, Refused (no_sign_up; session_cancelled where a
    release took it off, and a page was left open).
    """
    row = session_place_lists.row(session, delegate.meeting_id, session_id)
    shown = agenda.session.get(session_id)
    if shown is None:
        _kept(row)
        raise Missing
    if row.sign_up_line_id is None or shown.capacity is None:
        raise Refused(Refusal.NO_SIGN_UP)
    return row, shown


def _go_on(meeting: Meeting) -> None:
    """Raises Refused (meeting_over)."""
    if meeting.status is MeetingStatus.ARCHIVED:
        raise Refused(Refusal.MEETING_OVER)


def _kept(row: AgendaSession) -> AgendaSession:
    """Raises Refused (session_cancelled) where the draft has it no more."""
    if row.removed_at is not None:
        raise Refused(Refusal.SESSION_CANCELLED)
    return row


def _delegate(session: Session, link: AccessLink) -> Delegate:
    """Whom the link stands for, held; a repeat entry has no places. Raises Missing, Refused (not_eligible)."""
    if link.repeat_id is not None:
        raise Refused(Refusal.NOT_ELIGIBLE)
    found = session.scalars(db.lock(sa.select(Delegate).where(Delegate.id == link.delegate_id))).first()
    if found is None:
        raise Missing
    return found


def _held(session: Session, meeting_id: int, delegate_id: int) -> Delegate:
    query = sa.select(Delegate).where(Delegate.id == delegate_id, Delegate.meeting_id == meeting_id)
    found = session.scalars(db.lock(query)).first()
    if found is None:
        raise Missing
    return found


def _line(session: Session, row: AgendaSession) -> SignUpLine:
    if row.sign_up_line_id is None:
        raise Refused(Refusal.NO_SIGN_UP)
    return sign_ups.held(session, row.sign_up_line_id)


def _close(session: Session, row: AgendaSession, line: SignUpLine | None) -> None:
    if line is None:
        return
    if session.scalars(sa.select(SignUp.id).where(SignUp.line_id == line.id).limit(1)).first() is not None:
        raise Refused(Refusal.IN_USE)
    row.sign_up_line_id = None
    session.flush()
    session.delete(line)


def _record(
    session: Session, doing: Doing, verb: str, row: AgendaSession, before: dict[str, Any], after: dict[str, Any]
) -> None:
    activity.record(
        session,
        doing.actor,
        verb,
        "agenda_session",
        row.id,
        meeting_id=row.meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )
