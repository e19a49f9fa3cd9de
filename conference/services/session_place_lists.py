"""Places of sessions as they are read: at the desk with who has one, and what a session offers somebody.

A session that the draft has no more is here as long as somebody is on its line: its people want to be told, and may
give their places back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from conference import db
from conference.models import (
    AccessLink,
    AgendaPerson,
    AgendaRole,
    AgendaSession,
    Checkpoint,
    Delegate,
    Meeting,
    SignUp,
    SignUpLine,
    Unit,
)
from conference.rules import agenda as agendas
from conference.rules import sign_ups as rules
from conference.services import agenda_draft, sign_ups, stage, visits_clashes
from conference.vocabulary import DelegateStatus, MeetingStatus, Missing, Mode, Refusal, SignUpStatus


@dataclass(frozen=True)
class Listed:
    """A session as organisers see its places; `line` None where it has none of its own.

    `released` is the capacity that the last release says, None where it says none; `shown` whether that release has the
    session at all.
    """

    session: AgendaSession
    line: SignUpLine | None
    waiting: int
    released: int | None
    doors: tuple[str, ...]
    shown: bool = True

    @property
    def is_removed(self) -> bool:
        """Whether the draft has it no more."""
        return self.session.removed_at is not None


@dataclass(frozen=True)
class Person:
    """Somebody on the line; `place` counts from 1 for who waits."""

    delegate: Delegate
    unit: str
    status: SignUpStatus
    place: int | None


@dataclass(frozen=True)
class Offer:
    """What a session offers somebody: `refusal` says why they cannot sign up now, None when they can; `other` is the
    session or departure at the same time that they are signed up for, where that is why.
    """

    left: int
    waiting: int
    refusal: Refusal | None
    other: str = ""


def listed(meeting: Meeting, *, now: datetime) -> list[Listed]:
    """The sessions of the draft in their order, then those that it has no more and somebody is on the line of."""
    rows = [*agenda_draft.rows(db.session(), meeting.id), *_left_behind(meeting.id)]
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
            shown=one.id in released,
        )
        for one in rows
    ]


def one(meeting: Meeting, session_id: int, *, now: datetime) -> Listed:
    """Raises Missing."""
    found = next((item for item in listed(meeting, now=now) if item.session.id == session_id), None)
    if found is None:
        raise Missing
    return found


def people(meeting_id: int, session_id: int) -> Sequence[Person]:
    """Everybody on the line: those with a place by number, then those who wait in their order. Raises Missing."""
    found_row = row(db.session(), meeting_id, session_id)
    query = (
        sa.select(SignUp, Delegate, Unit.name)
        .join(Delegate, Delegate.id == SignUp.delegate_id)
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(SignUp.line_id == found_row.sign_up_line_id)
        .order_by(SignUp.ticket.is_not(None), SignUp.ticket, Delegate.number)
    )
    found, at = [], 0
    for sign_up, delegate, unit in db.session().execute(query):
        at += sign_up.status is SignUpStatus.WAITLISTED
        found.append(Person(delegate, unit, sign_up.status, at if sign_up.status is SignUpStatus.WAITLISTED else None))
    return found


def speakers_without(meeting_id: int, session_id: int) -> Sequence[Delegate]:
    """Who does something in the session, comes in person, and is not on its line: its door would turn them away. Nobody
    where it has no places of its own. Raises Missing.
    """
    found = row(db.session(), meeting_id, session_id)
    if found.sign_up_line_id is None or found.removed_at is not None:
        return []
    theirs = (
        sa.select(AgendaPerson.delegate_id)
        .join(AgendaRole, AgendaRole.person_id == AgendaPerson.id)
        .where(AgendaRole.session_id == session_id, AgendaPerson.delegate_id.is_not(None))
    )
    signed_up = sa.select(SignUp.delegate_id).where(SignUp.line_id == found.sign_up_line_id)
    query = sa.select(Delegate).where(
        Delegate.id.in_(theirs),
        Delegate.id.not_in(signed_up),
        Delegate.status == DelegateStatus.CONFIRMED,
        Delegate.mode == Mode.IN_PERSON,
    )
    return db.session().scalars(query.order_by(Delegate.number)).all()


def offer(link_id: int, session: agendas.Session, agenda: agendas.Agenda, *, now: datetime) -> Offer | None:
    """What a session of the agenda (with the day's delays) offers the holder of a link; None where it has no places of
    its own, or the link is none of a place.
    """
    if session.capacity is None:
        return None
    found = (
        db.session()
        .execute(
            sa.select(SignUpLine, AgendaSession.removed_at)
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
    if found is None or delegate is None:
        return None
    line, removed_at = found
    other = overlapping(db.session(), delegate.id, session, agenda)
    refusal = rules.refusal_to_sign_up(
        delegate.status,
        delegate.mode,
        is_over=delegate.meeting.status is MeetingStatus.ARCHIVED,
        is_removed=removed_at is not None,
        begins=session.starts_at,
        now=now,
        overlaps=bool(other),
    )
    return Offer(
        left=line.places_left,
        waiting=sign_ups.waiting([line.id]).get(line.id, 0),
        refusal=refusal,
        other=other if refusal is Refusal.TIME_CONFLICT else "",
    )


def overlapping(session: Session, delegate_id: int, asked: agendas.Session, agenda: agendas.Agenda) -> str:
    """What somebody is signed up for, waiting or not, that is on while `asked` is: a session of the agenda by its
    title, or a departure of the visits by its name; empty where nothing is.
    """
    theirs = visits_clashes.sessions_of(session, delegate_id) - {asked.id}
    found = rules.overlapping(asked, [other for other in agenda.sessions if other.id in theirs])
    return found.title if found else visits_clashes.departure_at(session, delegate_id, asked.starts_at, asked.ends_at)


def row(session: Session, meeting_id: int, session_id: int) -> AgendaSession:
    """Of the draft, or taken out of it. Raises Missing."""
    query = sa.select(AgendaSession).where(AgendaSession.id == session_id, AgendaSession.meeting_id == meeting_id)
    found = session.scalars(query.execution_options(populate_existing=True)).first()
    if found is None:
        raise Missing
    return found


def _left_behind(meeting_id: int) -> Sequence[AgendaSession]:
    query = sa.select(AgendaSession).where(
        AgendaSession.meeting_id == meeting_id,
        AgendaSession.removed_at.is_not(None),
        sa.exists().where(SignUp.line_id == AgendaSession.sign_up_line_id),
    )
    bare = query.options(lazyload(AgendaSession.talks), lazyload(AgendaSession.roles))
    return db.session().scalars(bare.order_by(AgendaSession.starts_at, AgendaSession.id)).all()


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
