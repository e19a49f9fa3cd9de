"""The agenda as `rules.agenda` knows it: from the rows of the draft, or from the last release.

agenda_content.draft(meeting_id)        what organisers are working on
agenda_content.released(meeting_id)     what everybody sees; None before the first release
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from conference import db
from conference.models import AgendaPerson, AgendaRelease, AgendaRole, AgendaRoom, AgendaSession, SignUpLine
from conference.rules.agenda import Agenda, Person, Role, Room, Session, Talk, read


def draft(meeting_id: int) -> Agenda:
    """As the rows stand now; nobody in it was released yet, so `sequence` is 0 and `gone` empty."""
    session = db.session()
    rooms = session.scalars(
        sa.select(AgendaRoom).where(AgendaRoom.meeting_id == meeting_id).order_by(AgendaRoom.rank, AgendaRoom.id)
    )
    people = session.scalars(
        sa.select(AgendaPerson).where(AgendaPerson.meeting_id == meeting_id).order_by(AgendaPerson.id)
    )
    sessions = session.execute(
        sa.select(AgendaSession, SignUpLine.capacity)
        .outerjoin(SignUpLine, AgendaSession.sign_up_line_id == SignUpLine.id)
        .where(AgendaSession.meeting_id == meeting_id, AgendaSession.removed_at.is_(None))
        .order_by(AgendaSession.rank, AgendaSession.id)
    )
    return Agenda(
        rooms=tuple(Room(one.id, one.name, one.location) for one in rooms),
        people=tuple(
            Person(one.id, one.name, one.position, one.unit_id, one.unit_name, one.about, one.portrait_id)
            for one in people
        ),
        sessions=tuple(_session(one, capacity) for one, capacity in sessions),
    )


def latest(meeting_id: int) -> AgendaRelease | None:
    """The release that holds."""
    query = sa.select(AgendaRelease).where(AgendaRelease.meeting_id == meeting_id)
    return db.session().scalars(query.order_by(AgendaRelease.number.desc()).limit(1)).first()


def number(meeting_id: int) -> int:
    """The number of the release that holds; 0 before the first."""
    query = sa.select(sa.func.max(AgendaRelease.number)).where(AgendaRelease.meeting_id == meeting_id)
    return db.session().scalar(query) or 0


def released(meeting_id: int) -> Agenda | None:
    """The agenda that everybody sees."""
    found = latest(meeting_id)
    return read(found.content) if found else None


def _session(row: AgendaSession, capacity: int | None) -> Session:
    return Session(
        id=row.id,
        kind=row.kind,
        title=row.title,
        detail=row.detail,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        room_id=row.room_id,
        online=row.online,
        capacity=capacity,
        roles=_roles(role for role in row.roles if role.talk_id is None),
        talks=tuple(
            Talk(
                id=talk.id,
                kind=talk.kind,
                title=talk.title,
                abstract=talk.abstract,
                minutes=talk.minutes,
                unit_id=talk.unit_id,
                unit_name=talk.unit_name,
                roles=_roles(role for role in row.roles if role.talk_id == talk.id),
            )
            for talk in row.talks
        ),
    )


def _roles(rows: Iterable[AgendaRole]) -> tuple[Role, ...]:
    return tuple(Role(one.person_id, one.role) for one in rows)
