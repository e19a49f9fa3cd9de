"""The agendas of both demonstrations, written into the draft and released."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import (
    AgendaPerson,
    AgendaRelease,
    AgendaRole,
    AgendaRoom,
    AgendaSession,
    Delegate,
    Participation,
    Talk,
    Unit,
)
from conference.rules.agenda import written
from conference.services import agenda_content, sign_ups
from conference.services.demonstration.people import MARK
from conference.vocabulary import AgendaKind, AgendaRoleKind


@dataclass(frozen=True)
class Said:
    """One talk; unit and speaker may be empty."""

    unit: str = ""
    speaker: str = ""
    title: str = ""
    minutes: int | None = None


@dataclass(frozen=True)
class Item:
    """One item of the agenda. `roles` are what somebody does and their name, `room` is one of the rooms by its name;
    with `places` people sign up for it, and nobody watches it online.
    """

    kind: AgendaKind
    title: str
    detail: str = ""
    talks: tuple[Said, ...] = ()
    roles: tuple[tuple[AgendaRoleKind, str], ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    room: str = ""
    places: int | None = None


@dataclass(frozen=True)
class Room:
    name: str
    location: str
    seats: int
    walk_minutes: int = 0


def write(
    session: Session,
    meeting_id: int,
    items: Iterable[Item],
    *,
    now: datetime,
    rooms: Iterable[Room] = (),
    positions: Mapping[str, str] | None = None,
) -> None:
    """Write the agenda in its order, with the people who are named in it (`positions` by name), and release it.

    Who is called as a delegate is that delegate; a unit that takes part is that unit.
    """
    held = {
        one.name: AgendaRoom(
            meeting_id=meeting_id,
            rank=rank,
            name=one.name,
            location=one.location,
            seats=one.seats,
            walk_minutes=one.walk_minutes,
        )
        for rank, one in enumerate(rooms)
    }
    session.add_all(held.values())
    session.flush()
    units = _units(session, meeting_id)
    people = _people(session, meeting_id, items := list(items), positions or {}, now)
    for rank, item in enumerate(items):
        row = AgendaSession(
            meeting_id=meeting_id,
            rank=rank,
            kind=item.kind,
            title=item.title,
            detail=item.detail,
            starts_at=item.starts_at,
            ends_at=item.ends_at,
            room_id=held[item.room].id if item.room else None,
            online=item.places is None,
            sign_up_line_id=sign_ups.add_line(session, meeting_id, item.places).id if item.places else None,
        )
        session.add(row)
        row.talks = [
            Talk(rank=n, unit_name=one.unit, unit_id=units.get(one.unit), title=one.title, minutes=one.minutes)
            for n, one in enumerate(item.talks)
        ]
        session.flush()
        speaking = [
            (talk.id, AgendaRoleKind.SPEAKER, one.speaker) for talk, one in zip(row.talks, item.talks, strict=True)
        ]
        for n, (talk_id, role, name) in enumerate([*speaking, *((None, *one) for one in item.roles)]):
            if name:
                row.roles.append(AgendaRole(talk_id=talk_id, person_id=people[name], role=role, rank=n))
    session.flush()
    content = written(agenda_content.draft(meeting_id))
    session.add(AgendaRelease(meeting_id=meeting_id, number=1, content=content, released_at=now))


def _units(session: Session, meeting_id: int) -> dict[str, int]:
    query = sa.select(Unit.name, Unit.id).join(Participation, Participation.unit_id == Unit.id)
    return dict(session.execute(query.where(Participation.meeting_id == meeting_id)).all())


def _people(
    session: Session, meeting_id: int, items: Iterable[Item], positions: Mapping[str, str], now: datetime
) -> dict[str, int]:
    """Everybody who is named, by name."""
    named = [
        name for item in items for name in (*(one.speaker for one in item.talks), *(name for _, name in item.roles))
    ]
    made = {}
    for name in dict.fromkeys(one for one in named if one):
        query = sa.select(Delegate).where(Delegate.meeting_id == meeting_id, Delegate.name == name)
        delegate = session.scalars(query.order_by(Delegate.id)).first() if name.endswith(MARK) else None
        person = AgendaPerson(meeting_id=meeting_id, name=name, position=positions.get(name, ""), created_at=now)
        if delegate is not None:
            person.delegate_id, person.unit_id = delegate.id, delegate.unit_id
            person.position, person.unit_name = delegate.position, delegate.unit.name
        session.add(person)
        session.flush()
        made[name] = person.id
    return made
