"""Sessions with places of their own (场次名额): organisers say how many, delegates sign up, the next in line moves up.

A session has places once it was given a line; everybody may sign up once a release says so. Without a capacity every
confirmed in-person delegate is listed at its door.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AccessLink, AgendaSession, Checkpoint, Delegate, Meeting, SignUp, SignUpLine, Unit
from conference.rules import agenda as agendas
from conference.rules import sign_ups as rules
from conference.services import activity, agenda_draft, sign_ups, stage
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused, SignUpStatus

MOST = 100_000


@dataclass(frozen=True)
class Listed:
    """A session of the draft as organisers see its places; `line` None where it has none of its own.

    `released` is the capacity that the last release says, None where it says none.
    """

    session: AgendaSession
    line: SignUpLine | None
    waiting: int
    released: int | None
    doors: tuple[str, ...]


@dataclass(frozen=True)
class Person:
    """Somebody on the line; `place` counts from 1 for who waits."""

    delegate: Delegate
    unit: str
    status: SignUpStatus
    place: int | None


@dataclass(frozen=True)
class Offer:
    """What a session offers somebody: `refusal` says why they cannot sign up now, None when they can."""

    left: int
    waiting: int
    refusal: Refusal | None


def set_capacity(meeting_id: int, session_id: int, capacity: int | None, doing: Doing) -> None:
    """Give a session so many places, or (None) none of its own again.

    Raises Missing, and Refused: capacity_below_taken, and in_use where somebody is signed up for what would go.
    """
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        row = _row(session, meeting_id, session_id)
        line = sign_ups.held(session, row.sign_up_line_id) if row.sign_up_line_id is not None else None
        before = line.capacity if line else None
        if capacity == before:
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

    Raises Missing, Refused (no_sign_up, not_eligible, session_begun).
    """
    with db.transaction() as session:
        delegate = _delegate(session, link)
        row, begins = _offered(session, delegate, session_id, doing.now)
        if refusal := rules.refusal_to_sign_up(delegate.status, delegate.mode, begins=begins, now=doing.now):
            raise Refused(refusal)
        return sign_ups.sign_up(session, delegate, _line(session, row), now=doing.now)


def leave(link: AccessLink, session_id: int, doing: Doing) -> None:
    """The holder gives the place back, or leaves the line; where they are on none, nothing changes. Raises Missing."""
    with db.transaction() as session:
        delegate = _delegate(session, link)
        row = _row(session, delegate.meeting_id, session_id)
        if row.sign_up_line_id is not None:
            sign_ups.leave(session, delegate, _line(session, row), now=doing.now)


def put(meeting_id: int, session_id: int, number: str, doing: Doing) -> tuple[Delegate, SignUp]:
    """By an organiser, who says somebody's number. Raises Malformed (number), Missing, Refused (no_sign_up,
    not_eligible).
    """
    with db.transaction() as session:
        query = sa.select(Delegate.id).where(Delegate.meeting_id == meeting_id, Delegate.number == number.zfill(4))
        delegate_id = session.scalars(query).first()
        if delegate_id is None:
            raise Malformed({"number": Fault.UNKNOWN_ID})
        delegate = _held(session, meeting_id, delegate_id)
        row = _row(session, meeting_id, session_id)
        if row.sign_up_line_id is None:
            raise Refused(Refusal.NO_SIGN_UP)
        made = sign_ups.sign_up(session, delegate, _line(session, row), now=doing.now)
        facts = {"delegate_number": delegate.number, "sign_up": made.status.value}
        _record(session, doing, "agenda.signed_up", row, {}, facts)
        return delegate, made


def take_off(meeting_id: int, session_id: int, delegate_id: int, doing: Doing) -> None:
    """By an organiser; who is not on the line is passed over. Raises Missing."""
    with db.transaction() as session:
        delegate = _held(session, meeting_id, delegate_id)
        row = _row(session, meeting_id, session_id)
        if row.sign_up_line_id is None or sign_ups.of(session, row.sign_up_line_id, delegate.id) is None:
            return
        sign_ups.leave(session, delegate, _line(session, row), now=doing.now)
        _record(session, doing, "agenda.taken_off", row, {"delegate_number": delegate.number}, {})


def listed(meeting: Meeting, *, now: datetime) -> list[Listed]:
    """The sessions of the draft in their order."""
    rows = agenda_draft.rows(db.session(), meeting.id)
    lines = _lines(rows)
    waiting = sign_ups.waiting(list(lines))
    released = stage.of(meeting, now=now).agenda.session
    doors = _doors(meeting.id)
    return [
        Listed(
            session=one,
            line=lines.get(one.sign_up_line_id or 0),
            waiting=waiting.get(one.sign_up_line_id or 0, 0),
            released=released[one.id].capacity if one.id in released else None,
            doors=tuple(doors.get(one.id, ())),
        )
        for one in rows
    ]


def people(meeting_id: int, session_id: int) -> Sequence[Person]:
    """Everybody on the line: those with a place by number, then those who wait in their order. Raises Missing."""
    row = _row(db.session(), meeting_id, session_id)
    query = (
        sa.select(SignUp, Delegate, Unit.name)
        .join(Delegate, Delegate.id == SignUp.delegate_id)
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(SignUp.line_id == row.sign_up_line_id)
        .order_by(SignUp.ticket.is_not(None), SignUp.ticket, Delegate.number)
    )
    found, at = [], 0
    for one, delegate, unit in db.session().execute(query):
        at += one.status is SignUpStatus.WAITLISTED
        found.append(Person(delegate, unit, one.status, at if one.status is SignUpStatus.WAITLISTED else None))
    return found


def offer(link_id: int, session: agendas.Session, *, now: datetime) -> Offer | None:
    """What a session of the agenda (with the day's delays) offers the holder of a link; None where it has no places of
    its own, or the link is none of a place.
    """
    if session.capacity is None:
        return None
    line = (
        db.session()
        .scalars(
            sa.select(SignUpLine)
            .join(AgendaSession, AgendaSession.sign_up_line_id == SignUpLine.id)
            .where(AgendaSession.id == session.id)
        )
        .first()
    )
    delegate = (
        db.session()
        .scalars(
            sa.select(Delegate)
            .join(AccessLink, AccessLink.delegate_id == Delegate.id)
            .where(AccessLink.id == link_id, AccessLink.repeat_id.is_(None))
        )
        .first()
    )
    if line is None or delegate is None:
        return None
    return Offer(
        left=line.places_left,
        waiting=sign_ups.waiting([line.id]).get(line.id, 0),
        refusal=rules.refusal_to_sign_up(delegate.status, delegate.mode, begins=session.starts_at, now=now),
    )


def one(meeting: Meeting, session_id: int, *, now: datetime) -> Listed:
    """Raises Missing."""
    found = next((item for item in listed(meeting, now=now) if item.session.id == session_id), None)
    if found is None:
        raise Missing
    return found


def _offered(
    session: Session, delegate: Delegate, session_id: int, now: datetime
) -> tuple[AgendaSession, datetime | None]:
    """The row and when it begins, by the release and the day's delays. Raises Missing, Refused (no_sign_up)."""
    shown = stage.of(session.get_one(Meeting, delegate.meeting_id), now=now).agenda.session.get(session_id)
    if shown is None:
        raise Missing
    row = _row(session, delegate.meeting_id, session_id)
    if row.sign_up_line_id is None or shown.capacity is None:
        raise Refused(Refusal.NO_SIGN_UP)
    return row, shown.starts_at


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


def _row(session: Session, meeting_id: int, session_id: int) -> AgendaSession:
    query = sa.select(AgendaSession).where(
        AgendaSession.id == session_id, AgendaSession.meeting_id == meeting_id, AgendaSession.removed_at.is_(None)
    )
    found = session.scalars(query.execution_options(populate_existing=True)).first()
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


def _lines(rows: Sequence[AgendaSession]) -> dict[int, SignUpLine]:
    ids = [one.sign_up_line_id for one in rows if one.sign_up_line_id is not None]
    return {line.id: line for line in db.session().scalars(sa.select(SignUpLine).where(SignUpLine.id.in_(ids)))}


def _doors(meeting_id: int) -> dict[int, list[str]]:
    query = sa.select(Checkpoint.session_id, Checkpoint.name).where(Checkpoint.meeting_id == meeting_id)
    found: dict[int, list[str]] = {}
    for session_id, name in db.session().execute(query.order_by(Checkpoint.id)):
        if session_id is not None:
            found.setdefault(session_id, []).append(name)
    return found


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
