"""What all verbs of an agenda's draft share: its lock and version, whose change it is, the people in it, the record.

Every verb raises `agenda_version` by one. Who saves a form says what it held when it was opened (`Seen`): a field that
was not touched keeps what others made of it meanwhile, one that both changed is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from conference import db
from conference.models import AgendaPerson, AgendaRole, AgendaRoom, AgendaSession, Meeting, Participation, Talk, Unit
from conference.services import activity, agenda_people
from conference.services.activity import Act
from conference.services.delegates import Doing
from conference.vocabulary import AgendaRoleKind, Fault, Malformed, MeetingStatus, Missing, Refusal, Refused

MOST_SESSIONS, MOST_TALKS, MOST_ROLES = 500, 60, 40
Said = dict[str, Any]  # by field: what JSON can say


@dataclass(frozen=True)
class RoleSaid:
    """Who does what: somebody of the agenda's people by id, or a name, with position and unit where they are new."""

    role: AgendaRoleKind
    person_id: int | None = None
    name: str = ""
    position: str = ""
    unit_name: str = ""


@dataclass(frozen=True)
class Seen:
    """What stood there when an editor opened it: the draft's version, and a digest of each field."""

    version: int
    fields: Mapping[str, str] = field(default_factory=dict)


class Clash(Refused):
    """Somebody else changed what is changed here (changed_meanwhile): `fields` are those."""

    def __init__(self, fields: Iterable[str]) -> None:
        super().__init__(Refusal.CHANGED_MEANWHILE)
        self.fields = sorted(fields)


def held(session: Session, meeting_id: int) -> Meeting:
    """The meeting, locked, its draft a version further on: who edits next waits. Raises Missing, and Refused
    (meeting_over) as the release of the draft would.
    """
    meeting = session.scalars(db.lock(sa.select(Meeting).where(Meeting.id == meeting_id))).first()
    if meeting is None:
        raise Missing
    if meeting.status is MeetingStatus.ARCHIVED:
        raise Refused(Refusal.MEETING_OVER)
    meeting.agenda_version += 1
    return meeting


def as_it_was(meeting: Meeting) -> None:
    """Nothing was changed after all: the draft is at the version that it was at before `held`."""
    meeting.agenda_version -= 1


def rows(session: Session, meeting_id: int) -> list[AgendaSession]:
    """The sessions in their order, without asking for what is in them."""
    query = sa.select(AgendaSession).where(AgendaSession.meeting_id == meeting_id, AgendaSession.removed_at.is_(None))
    return list(
        session.scalars(
            query.order_by(AgendaSession.rank, AgendaSession.id).options(
                lazyload(AgendaSession.talks), lazyload(AgendaSession.roles)
            )
        )
    )


def rank(ordered: Sequence[AgendaSession | Talk]) -> None:
    """Number them in the order in which they stand."""
    for at, one in enumerate(ordered):
        if one.rank != at:
            one.rank = at


def room_ranks(session: Session, meeting_id: int) -> dict[int | None, int]:
    """In which order rooms stand, by id."""
    query = sa.select(AgendaRoom.id).where(AgendaRoom.meeting_id == meeting_id).order_by(AgendaRoom.rank, AgendaRoom.id)
    return {room_id: at for at, room_id in enumerate(session.scalars(query))}


def digests(said: Mapping[str, Any]) -> dict[str, str]:
    """What a form carries to say what it was opened with."""
    return {name: _digest(value) for name, value in said.items()}


def carried(said: Mapping[str, Any]) -> str:
    """The same as one text, for a field that is not shown."""
    return json.dumps(digests(said))


def merged(mine: Said, there: Said, seen: Seen | None, meeting: Meeting) -> Said:
    """What is to be written. Raises Clash where somebody else changed what is changed here."""
    if seen is None or seen.version == meeting.agenda_version - 1:
        return mine
    changed = [name for name in mine if _digest(mine[name]) != seen.fields.get(name)]
    theirs = {name for name in others_changed(there, seen) if _digest(there[name]) != _digest(mine[name])}
    if clashing := theirs & set(changed):
        raise Clash(clashing)
    return {name: mine[name] if name in changed else there[name] for name in mine}


def others_changed(there: Said, seen: Seen) -> list[str]:
    """The fields that are not what they were when a form was opened."""
    return [name for name, value in there.items() if _digest(value) != seen.fields.get(name)]


def unchanged(there: Said, seen: Seen | None) -> None:
    """Raises Refused (changed_meanwhile) where anything of it is not as it was seen."""
    if seen is not None and others_changed(there, seen):
        raise Refused(Refusal.CHANGED_MEANWHILE)


def people(session: Session, meeting: Meeting, wanted: Iterable[RoleSaid], doing: Doing) -> list[list[Any]]:
    """Roles as [role, person id]; who is not on the agenda yet is put there. Raises Malformed."""
    found: list[list[Any]] = []
    for said in wanted:
        person_id = _person(session, meeting, said, doing)
        if [said.role.value, person_id] not in found:
            found.append([said.role.value, person_id])
    if len(found) > MOST_ROLES:
        raise Malformed({"roles": Fault.TOO_MANY})
    return found


def roles_said(row: AgendaSession, talk_id: int | None) -> list[list[Any]]:
    """The same of what stands there."""
    return [[one.role.value, one.person_id] for one in row.roles if one.talk_id == talk_id]


def write_roles(session: Session, row: AgendaSession, talk_id: int | None, wanted: list[list[Any]]) -> None:
    """Make the roles of a session, or of a talk of it, these."""
    if roles_said(row, talk_id) == wanted:
        return
    for one in [one for one in row.roles if one.talk_id == talk_id]:
        row.roles.remove(one)
    for at, (role, person_id) in enumerate(wanted):
        row.roles.append(
            AgendaRole(session_id=row.id, talk_id=talk_id, person_id=person_id, role=AgendaRoleKind(role), rank=at)
        )
    session.flush()


def names(person_ids: Collection[int]) -> dict[int, str]:
    """What some of the agenda's people are called; unknown ids are left out."""
    if not person_ids:
        return {}
    found = db.session().execute(sa.select(AgendaPerson.id, AgendaPerson.name).where(AgendaPerson.id.in_(person_ids)))
    return {one.id: one.name for one in found}


def moment_said(moment: datetime | None) -> str | None:
    """One text for one moment."""
    return None if moment is None else moment.astimezone(UTC).isoformat()


def record(
    session: Session,
    doing: Doing,
    verb: str,
    row: AgendaSession | Talk,
    meeting_id: int,
    *,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down what was done to a session or a talk."""
    record_all(session, doing, verb, meeting_id, [Act(row.id, before or {}, after or {})], talk=isinstance(row, Talk))


def record_all(
    session: Session, doing: Doing, verb: str, meeting_id: int, acts: Sequence[Act], *, talk: bool = False
) -> None:
    """The same for several."""
    subject = "talk" if talk else "agenda_session"
    activity.record_all(session, doing.actor, verb, subject, acts, meeting_id=meeting_id, now=doing.now)


def spoken(said: Mapping[str, Any]) -> dict[str, Any]:
    """What the record keeps of a session or talk: people by their ids, so that nobody's name stays in it."""
    kept = {name: value for name, value in said.items() if name not in {"times", "roles", "title", "unit_id"}}
    if "times" in said:
        kept["starts_at"], kept["ends_at"] = said["times"]
    return {"heading": said["title"]} | kept | {"roles": [f"{role}: {person}" for role, person in said["roles"]]}


def _person(session: Session, meeting: Meeting, said: RoleSaid, doing: Doing) -> int:
    """Somebody of the agenda's people: the one that was chosen, else who has the name that was typed."""
    if said.person_id is not None:
        chosen = session.get(AgendaPerson, said.person_id)
        if chosen is None or chosen.meeting_id != meeting.id:
            raise Malformed({"roles": Fault.UNKNOWN_ID})
        if said.name in {"", chosen.name}:  # else another name was typed over it, where no script took the id away
            return chosen.id
    try:
        return agenda_people.find_or_add(
            session, meeting.id, said.name, said.position, None, said.unit_name, now=doing.now
        ).id
    except Malformed as malformed:
        raise Malformed({"roles": next(iter(malformed.faults.values()))}) from malformed


def unit_called(session: Session, meeting_id: int, name: str) -> int | None:
    """The meeting's unit of exactly that name; else the only one of that district, as agendas often call them."""
    if not name:
        return None
    here = sa.select(Unit.id).join(Participation).where(Participation.meeting_id == meeting_id)
    named = session.scalars(here.where(Unit.name == name).limit(1)).first()
    if named is not None:
        return named
    of_district = session.scalars(here.where(Unit.district == name).limit(2)).all()
    return of_district[0] if len(of_district) == 1 else None


def _digest(value: Any) -> str:  # what JSON can say
    return hashlib.sha256(json.dumps(value, ensure_ascii=False).encode()).hexdigest()[:16]
