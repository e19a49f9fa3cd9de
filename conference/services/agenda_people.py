"""Who stands on the agenda (议程人员): found by name or put there, what they do, their portraits.

    agenda_people.find_or_add(session, meeting_id, "李然", "处长", None, "玉泉区民政局", now=now)
    agenda_people.listed(meeting_id, "李")                   with all that each of them does in the draft

Two people of one name are told apart by their units; who says no unit means the one who is there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AgendaPerson, Delegate, Participation, Unit
from conference.rules import agenda as rules
from conference.rules.duplicates import bare
from conference.rules.names import closed_up
from conference.rules.text import NAME_LIMIT, SHORT_LIMIT, fault_in
from conference.services import agenda_content, files
from conference.vocabulary import AgendaKind, AgendaRoleKind, Fault, Malformed, Missing

MOST_PEOPLE, FOUND = 1_000, 12


@dataclass(frozen=True)
class Task:
    """What somebody does in a session, or in one talk of it."""

    session_id: int
    session: str
    kind: AgendaKind
    role: AgendaRoleKind
    starts_at: datetime | None
    talk: str | None


@dataclass(frozen=True)
class Listed:
    """`delegate_number` where they have a place in the meeting; `released`: everybody sees them on the agenda;
    `has_twin`: somebody else there has the same name.
    """

    id: int
    name: str
    position: str
    unit_name: str
    about: str
    portrait_id: int | None
    delegate_id: int | None
    delegate_number: str | None
    tasks: Sequence[Task]
    released: bool
    has_twin: bool


def find_or_add(
    session: Session,
    meeting_id: int,
    name: str,
    position: str,
    unit_id: int | None,
    unit_name: str,
    *,
    now: datetime,
) -> AgendaPerson:
    """The person of this name (and unit, where one is said), or a new one; what they lack there is filled in.

    To be called by a verb that holds the draft (`agenda_draft.held`). Raises Malformed (name, position, unit).
    """
    there = called(session, meeting_id, closed_up(name.strip()))
    return put(session, meeting_id, name, position, unit_id, unit_name, among=there, now=now)


def put(
    session: Session,
    meeting_id: int,
    name: str,
    position: str,
    unit_id: int | None,
    unit_name: str,
    *,
    among: Sequence[AgendaPerson],
    now: datetime,
) -> AgendaPerson:
    """The same where it is known who may be meant."""
    name = closed_up(name.strip())
    check(name, position, unit_name)
    unit_id, unit_name = unit_of(session, meeting_id, unit_id, unit_name)
    found = _meant(among, position, unit_id, unit_name)
    if found is None:
        require_room(session, meeting_id)
        found = AgendaPerson(meeting_id=meeting_id, name=name, created_at=now, position="", unit_name="", about="")
        session.add(found)
    found.position = found.position or position.strip()
    if not found.unit_name:
        found.unit_id, found.unit_name = unit_id, unit_name
    session.flush()
    return found


def called(session: Session, meeting_id: int, name: str) -> Sequence[AgendaPerson]:
    """All of this name, however it is spaced; who came first stands first."""
    spaceless = sa.func.replace(AgendaPerson.name, " ", "") == bare(name)
    query = sa.select(AgendaPerson).where(AgendaPerson.meeting_id == meeting_id, spaceless)
    return session.scalars(query.order_by(AgendaPerson.id)).all()


def require_room(session: Session, meeting_id: int) -> None:
    """Raises Malformed (name: too_many) where an agenda holds as many people as it can."""
    query = sa.select(sa.func.count()).select_from(AgendaPerson).where(AgendaPerson.meeting_id == meeting_id)
    if (session.scalar(query) or 0) >= MOST_PEOPLE:
        raise Malformed({"name": Fault.TOO_MANY})


def check(name: str, position: str, unit_name: str) -> None:
    """Raises Malformed where one of them is no such text."""
    found = {
        "name": fault_in(name, limit=NAME_LIMIT),
        "position": fault_in(position, limit=SHORT_LIMIT, required=False),
        "unit": fault_in(unit_name, limit=SHORT_LIMIT, required=False),
    }
    if faults := {field: fault for field, fault in found.items() if fault is not None}:
        raise Malformed(faults)


def unit_of(session: Session, meeting_id: int, unit_id: int | None, unit_name: str) -> tuple[int | None, str]:
    """One of the meeting's units and what it is called on the agenda; without an id the one of exactly that name, and
    None for a unit that is none of ours. Raises Malformed (unit).
    """
    here = sa.select(Unit).join(Participation).where(Participation.meeting_id == meeting_id)
    wanted = Unit.id == unit_id if unit_id is not None else Unit.name == unit_name.strip()
    found = session.scalars(here.where(wanted).order_by(Unit.id).limit(2)).all()
    if unit_id is not None and not found:
        raise Malformed({"unit": Fault.NO_SUCH_UNIT})
    return (found[0].id, unit_name.strip() or found[0].name) if len(found) == 1 else (None, unit_name.strip())


def one(meeting_id: int, person_id: int) -> AgendaPerson:
    """Raises Missing."""
    found = db.session().get(AgendaPerson, person_id)
    if found is None or found.meeting_id != meeting_id:
        raise Missing
    return found


def listed(meeting_id: int, search: str = "") -> list[Listed]:
    """All, or those whose name, position or unit holds `search`: in the order in which they come on the agenda, then
    those who do nothing there yet.
    """
    query = (
        sa.select(AgendaPerson, Delegate.number)
        .outerjoin(Delegate, Delegate.id == AgendaPerson.delegate_id)
        .where(AgendaPerson.meeting_id == meeting_id)
        .order_by(AgendaPerson.id)
    )
    if search:
        holds = (AgendaPerson.name, AgendaPerson.position, AgendaPerson.unit_name)
        query = query.where(sa.or_(*(column.contains(search, autoescape=True) for column in holds)))
    doing = tasks_of(agenda_content.draft(meeting_id))
    released = agenda_content.released(meeting_id)
    shown = set(released.person) if released else set()
    order = {person_id: rank for rank, person_id in enumerate(doing)}
    names = db.session().scalars(sa.select(AgendaPerson.name).where(AgendaPerson.meeting_id == meeting_id))
    bearers = Counter(bare(name) for name in names)
    found = [
        Listed(
            row.id,
            row.name,
            row.position,
            row.unit_name,
            row.about,
            row.portrait_id,
            row.delegate_id,
            number,
            doing.get(row.id, ()),
            row.id in shown,
            bearers[bare(row.name)] > 1,
        )
        for row, number in db.session().execute(query)
    ]
    return sorted(found, key=lambda person: order.get(person.id, len(order)))


def find(meeting_id: int, search: str) -> Sequence[AgendaPerson]:
    """A few whose name, position or unit holds `search`."""
    holds = (AgendaPerson.name, AgendaPerson.position, AgendaPerson.unit_name)
    query = sa.select(AgendaPerson).where(
        AgendaPerson.meeting_id == meeting_id, sa.or_(*(column.contains(search, autoescape=True) for column in holds))
    )
    return db.session().scalars(query.order_by(AgendaPerson.name, AgendaPerson.id).limit(FOUND)).all()


def named(meeting_id: int, text: str, *, besides: int) -> int:
    """The id of the one other person of this name. Raises Malformed (other: nobody_found, several_people)."""
    found = [one.id for one in called(db.session(), meeting_id, text) if one.id != besides]
    if len(found) != 1:
        raise Malformed({"other": Fault.SEVERAL_PEOPLE if found else Fault.NOBODY_FOUND})
    return found[0]


def twins(person: AgendaPerson) -> Sequence[AgendaPerson]:
    """Others of the same name."""
    return [one for one in called(db.session(), person.meeting_id, person.name) if one is not person]


def better(one_: AgendaPerson, other: AgendaPerson) -> AgendaPerson:
    """Which of two is likely to be the one to keep: whom everybody sees, since the release that holds knows nobody
    else; linked to a delegate, with a portrait, the older one.
    """
    released = agenda_content.released(one_.meeting_id)
    seen = released.person if released else {}
    return min(
        one_, other, key=lambda one: (one.id not in seen, one.delegate_id is None, one.portrait_id is None, one.id)
    )


def tasks(meeting_id: int, person_id: int) -> Sequence[Task]:
    """What somebody does in the draft."""
    return tasks_of(agenda_content.draft(meeting_id)).get(person_id, ())


def released_tasks(meeting_id: int, person_id: int) -> Sequence[Task]:
    """What everybody sees that they do."""
    agenda = agenda_content.released(meeting_id)
    return tasks_of(agenda).get(person_id, ()) if agenda else ()


def tasks_of(agenda: rules.Agenda) -> Mapping[int, Sequence[Task]]:
    """What each person does, by id, in the agenda's order."""
    tasks: dict[int, list[Task]] = defaultdict(list)
    for session in agenda.sessions:
        for role in session.roles:
            tasks[role.person_id].append(_task(session, role, session.starts_at, None))
        times = session.talk_times()
        for talk in session.talks:
            begins = times[talk.id][0] if talk.id in times else session.starts_at
            for role in talk.roles:
                tasks[role.person_id].append(_task(session, role, begins, talk.title or talk.unit_name))
    return tasks


def portrait(meeting_id: int, person_id: int) -> files.Opened:
    """What everybody may see: the portrait on the last release. Raises Missing."""
    agenda = agenda_content.released(meeting_id)
    shown = agenda.person.get(person_id) if agenda else None
    if shown is None or shown.portrait_id is None:
        raise Missing
    return files.read(shown.portrait_id)


def draft_portrait(meeting_id: int, person_id: int) -> files.Opened:
    """What organisers see. Raises Missing."""
    person = one(meeting_id, person_id)
    if person.portrait_id is None:
        raise Missing
    return files.read(person.portrait_id)


def _task(session: rules.Session, role: rules.Role, begins: datetime | None, talk: str | None) -> Task:
    return Task(session.id, session.title, session.kind, role.role, begins, talk)


def _meant(
    same_name: Sequence[AgendaPerson], position: str, unit_id: int | None, unit_name: str
) -> AgendaPerson | None:
    """Of one name: of that unit, else whose unit is not known yet; without a unit of that position, else the first."""
    if not unit_name:
        same = [one for one in same_name if one.position == position.strip()] or same_name
        return next(iter(same), None)
    for one in same_name:
        if one.unit_name == unit_name or (unit_id is not None and one.unit_id == unit_id):
            return one
    return next((one for one in same_name if not one.unit_name), None)
