"""What speakers bring for their own talks, by the last release, until their session begins.

It is for organisers alone until one of them says otherwise; so is every new version, while everybody goes on seeing the
one before it: nobody outside sees what no organiser has looked at. For a repeat entry (docs/decisions/0004) there is
none: it stands on nobody's agenda.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AccessLink, Delegate, Material, MaterialVersion
from conference.rules import materials as rules
from conference.rules.agenda import Agenda, Talk
from conference.rules.agenda import Session as AgendaItem
from conference.services import agenda_portraits, large_files, material_lists, material_versions, own_agenda, stage
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.large_files import Kept
from conference.services.material_lists import Shown
from conference.services.material_versions import Came, MaterialFacts, Spot
from conference.vocabulary import (
    ActorKind,
    AgendaRoleKind,
    DelegateStatus,
    Fault,
    Malformed,
    MaterialKind,
    Missing,
    Refusal,
    Refused,
)

MOST_VERSIONS = 20


@dataclass(frozen=True)
class OwnSpot:
    """A talk of the holder's, or a session in which they speak as a whole; `brought` is what they brought for it."""

    session: AgendaItem
    talk: Talk | None
    begins_at: datetime | None
    open: bool
    brought: Sequence[Shown]

    @property
    def title(self) -> str:
        return (self.talk.title if self.talk else "") or self.session.title


@dataclass(frozen=True)
class Brought:
    """For one's own data: what somebody brought."""

    title: str
    version: int
    added_at: datetime


def of_link(link: AccessLink, *, now: datetime) -> list[OwnSpot]:
    """Where the holder speaks, in the order of the agenda; of a place that is not confirmed nothing."""
    delegate = db.session().get_one(Delegate, link.delegate_id)
    if link.repeat_id is not None or delegate.status is not DelegateStatus.CONFIRMED:
        return []
    agenda, own = stage.of(delegate.meeting, now=now).agenda, own_agenda.of_link(link)
    spots = _spots(agenda, own.person_ids)
    if not spots:
        return []
    theirs = _brought(delegate)
    return [
        OwnSpot(
            session=session,
            talk=talk,
            begins_at=session.starts_at,
            open=now < (session.starts_at or delegate.meeting.ends_at),
            brought=[one for one in theirs if (one.session_id, one.talk_id) == (session.id, talk.id if talk else None)],
        )
        for session, talk in spots
    ]


def bring(link: AccessLink, spot: Spot, came: Came, *, public_url: str, now: datetime) -> int:
    """Slides for a talk of one's own; again, they are the next version. Returns its number.

    Raises Missing where it is not theirs, Malformed (file), Refused (session_begun, meeting_over).
    """
    found = _open(link, spot, now)
    delegate = db.session().get_one(Delegate, link.delegate_id)
    meeting_id = delegate.meeting_id
    doing = Doing(Actor(ActorKind.DELEGATE, delegate.id, delegate.name), now, public_url)
    ready = material_versions.ready_of(meeting_id, MaterialKind.SLIDES, came)
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        agenda_portraits.hold(session, meeting_id)  # one who is being erased brings nothing any more
        found = _open(link, spot, now)  # what was read before may have changed while the file was sealed
        by = None, link.delegate_id
        earlier = _held(session, found)
        if earlier is None:
            facts = MaterialFacts(title=found.title)
            material_versions.put(session, meeting_id, spot, facts, ready, doing, by=by)
            return 1
        if earlier[1] >= MOST_VERSIONS:
            raise Malformed({"file": Fault.TOO_MANY})
        material = earlier[0]
        return material_versions.put_version(session, material, ready, doing, by=by).number


def file(link: AccessLink, material_id: int, *, now: datetime) -> tuple[Kept, str]:
    """The last version of their own, and what it is called. Raises Missing."""
    delegate = db.session().get_one(Delegate, link.delegate_id)
    for spot in of_link(link, now=now):
        for one in spot.brought:
            mine = next(each for each in one.versions if each.delegate_id == delegate.id)
            if one.id == material_id and mine.file_id is not None:
                name = rules.disk_name(one.title, limit=60) or str(one.id)
                return large_files.one(mine.file_id), f"{name}{material_lists.suffix(mine)}"
    raise Missing


def own_data(delegate_id: int) -> tuple[Brought, ...]:
    """What a delegate brought, every version."""
    query = (
        sa.select(Material.title, MaterialVersion.number, MaterialVersion.added_at)
        .join(MaterialVersion, MaterialVersion.material_id == Material.id)
        .where(MaterialVersion.delegate_id == delegate_id)
        .order_by(MaterialVersion.id)
    )
    return tuple(Brought(*row) for row in db.session().execute(query))


def _open(link: AccessLink, spot: Spot, now: datetime) -> OwnSpot:
    for one in of_link(link, now=now):
        if (one.session.id, one.talk.id if one.talk else None) == (spot.session_id, spot.talk_id):
            if not one.open:
                raise Refused(Refusal.SESSION_BEGUN)
            return one
    raise Missing


def _held(session: Session, found: OwnSpot) -> tuple[Material, int] | None:
    """The one that a new version belongs to, and the number of its last version."""
    slides = [one for one in found.brought if one.kind is MaterialKind.SLIDES]
    if not slides:
        return None
    row = session.scalars(db.lock(sa.select(Material).where(Material.id == slides[-1].id))).one()
    return row, slides[-1].version.number


def _brought(delegate: Delegate) -> list[Shown]:
    mine = sa.select(MaterialVersion.material_id).where(MaterialVersion.delegate_id == delegate.id)
    return material_lists.read(
        Material.meeting_id == delegate.meeting_id, Material.id.in_(mine), Material.removed_at.is_(None)
    )


def _spots(agenda: Agenda, person_ids: frozenset[int]) -> list[tuple[AgendaItem, Talk | None]]:
    found: list[tuple[AgendaItem, Talk | None]] = []
    for session in agenda.sessions:
        if any(one.person_id in person_ids and one.role is AgendaRoleKind.SPEAKER for one in session.roles):
            found.append((session, None))
        found.extend(
            (session, talk) for talk in session.talks if any(one.person_id in person_ids for one in talk.roles)
        )
    return found
