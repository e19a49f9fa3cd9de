"""What both demonstrations do alike."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import Meeting, OutboxMessage
from conference.services import registration
from conference.services.activity import Actor
from conference.services.demonstration.people import Person
from conference.vocabulary import ActorKind, Mode, Origin, Refusal, Refused

ACTOR = Actor(ActorKind.SYSTEM, None, "示例数据")
Tell = Callable[[str], object]


@dataclass(frozen=True)
class Arrangement:
    """Who registers, for which unit, how and when."""

    person: Person
    unit_id: int
    mode: Mode
    at: datetime


def existing(slug: str) -> Meeting | None:
    return db.session().scalars(sa.select(Meeting).where(Meeting.slug == slug)).first()


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
