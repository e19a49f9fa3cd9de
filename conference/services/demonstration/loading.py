"""What both demonstrations do alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AgendaPerson, AgendaRelease, AgendaRole, AgendaSession, Meeting, OutboxMessage, Talk
from conference.rules.agenda import written
from conference.services import agenda_content, registration
from conference.services.activity import Actor
from conference.services.demonstration.people import Person
from conference.vocabulary import ActorKind, AgendaKind, AgendaRoleKind, Mode, Origin, Refusal, Refused

ACTOR = Actor(ActorKind.SYSTEM, None, "示例数据")
Tell = Callable[[str], object]


@dataclass(frozen=True)
class Item:
    """One item of the agenda. Talks are pairs of unit and speaker, `roles` of what somebody does and their name; a
    name is one of `positions`, or a person without one.
    """

    kind: AgendaKind
    title: str
    detail: str = ""
    talks: tuple[tuple[str, str], ...] = ()
    roles: tuple[tuple[AgendaRoleKind, str], ...] = ()
    starts_at: datetime | None = None
    ends_at: datetime | None = None


@dataclass(frozen=True)
class Arrangement:
    """Who registers, for which unit, how and when."""

    person: Person
    unit_id: int
    mode: Mode
    at: datetime


def existing(slug: str) -> Meeting | None:
    return db.session().scalars(sa.select(Meeting).where(Meeting.slug == slug)).first()


def set_agenda(
    session: Session,
    meeting_id: int,
    items: Iterable[Item],
    *,
    now: datetime,
    positions: Mapping[str, str] | None = None,
) -> None:
    """Write the agenda in its order, with the people who are named in it."""
    people: dict[str, AgendaPerson] = {}

    def person_id(name: str) -> int:
        if name not in people:
            position = (positions or {}).get(name, "")
            people[name] = AgendaPerson(meeting_id=meeting_id, name=name, position=position, created_at=now)
            session.add(people[name])
            session.flush()
        return people[name].id

    for rank, item in enumerate(items):
        row = AgendaSession(
            meeting_id=meeting_id,
            rank=rank,
            kind=item.kind,
            title=item.title,
            detail=item.detail,
            starts_at=item.starts_at,
            ends_at=item.ends_at,
        )
        session.add(row)
        row.talks = [Talk(rank=n, unit_name=unit) for n, (unit, _) in enumerate(item.talks)]
        session.flush()
        said = [(talk.id, AgendaRoleKind.SPEAKER, name) for talk, (_, name) in zip(row.talks, item.talks, strict=True)]
        for n, (talk_id, role, name) in enumerate([*said, *((None, *one) for one in item.roles)]):
            if name:
                row.roles.append(AgendaRole(talk_id=talk_id, person_id=person_id(name), role=role, rank=n))
    session.flush()
    content = written(agenda_content.draft(meeting_id))
    session.add(AgendaRelease(meeting_id=meeting_id, number=1, content=content, released_at=now))


def register(meeting_id: int, arrangements: Iterable[Arrangement], *, public_url: str) -> None:
    """Register people in one transaction; those who are there already stay as they are.

    No message is kept: these people do not exist, and nobody is to be written to.
    """
    with db.transaction() as session:
        for arranged in arrangements:
            entry = registration.Entry(
                name=arranged.person.name,
                unit_id=arranged.unit_id,
                mode=arranged.mode,
                phone=arranged.person.phone,
                position=arranged.person.position,
            )
            try:
                registration.register(
                    meeting_id, entry, actor=ACTOR, origin=Origin.UNIT_LINK, public_url=public_url, now=arranged.at
                )
            except Refused as refused:
                if refused.refusal is not Refusal.ALREADY_REGISTERED:
                    raise
        session.execute(sa.delete(OutboxMessage).where(OutboxMessage.meeting_id == meeting_id))
