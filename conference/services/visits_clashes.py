"""What somebody is signed up for at a given time, of the other kind: sessions while a departure is under way, and
departures while a session is on.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import AgendaSession, Departure, Meeting, SignUp
from conference.services import stage


def session_at(session: Session, meeting: Meeting, departure: Departure, delegate_id: int, *, now: datetime) -> str:
    """The title of the session that is on while the departure is under way and for which somebody is signed up, waiting
    or not; touching is no overlap. Empty where there is none.
    """
    theirs = sessions_of(session, delegate_id)
    return overlapping(departure, theirs, spans(meeting, now=now) if theirs else {})


def sessions_of(session: Session, delegate_id: int) -> set[int]:
    """The sessions that somebody is signed up for, and that the draft still has."""
    query = (
        sa.select(AgendaSession.id)
        .join(SignUp, SignUp.line_id == AgendaSession.sign_up_line_id)
        .where(SignUp.delegate_id == delegate_id, AgendaSession.removed_at.is_(None))
    )
    return set(session.scalars(query))


def spans(meeting: Meeting, *, now: datetime) -> dict[int, tuple[str, datetime, datetime]]:
    """Title and times, with the day's delays, of the released sessions that have times."""
    return {
        one.id: (one.title, one.starts_at, one.ends_at)
        for one in stage.of(meeting, now=now).agenda.sessions
        if one.starts_at is not None and one.ends_at is not None
    }


def overlapping(departure: Departure, theirs: set[int], spans: dict[int, tuple[str, datetime, datetime]]) -> str:
    """The title of the first of `theirs` that is on while the departure is under way, or nothing."""
    for id_, (title, starts_at, ends_at) in spans.items():
        if id_ in theirs and starts_at < departure.ends_at and departure.leaves_at < ends_at:
            return title
    return ""


def departure_at(session: Session, delegate_id: int, starts_at: datetime | None, ends_at: datetime | None) -> str:
    """The name of the departure that somebody is on, waiting or not, at that time; empty where there is none."""
    if starts_at is None or ends_at is None:
        return ""
    query = (
        sa.select(Departure.name)
        .join(SignUp, SignUp.line_id == Departure.line_id)
        .where(SignUp.delegate_id == delegate_id, Departure.leaves_at < ends_at, Departure.ends_at > starts_at)
        .order_by(Departure.leaves_at, Departure.id)
    )
    return session.scalars(query).first() or ""
