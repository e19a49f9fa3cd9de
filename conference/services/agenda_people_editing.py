"""What organisers do to the people of the agenda: put in, change, take out, make two that are one into one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AgendaPerson, AgendaRole, Delegate
from conference.rules import conflicts
from conference.rules.conflicts import Merged
from conference.rules.names import closed_up
from conference.rules.text import fault_in
from conference.services import activity, agenda_draft, agenda_people, agenda_portraits
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused

ABOUT_LIMIT = 2000


@dataclass(frozen=True)
class PersonFacts:
    """`unit_id` is one of the meeting's units; without it `unit` is looked for among them, and may be none of ours."""

    name: str
    position: str = ""
    unit: str = ""
    unit_id: int | None = None
    about: str = ""
    delegate_id: int | None = None


def add(meeting_id: int, facts: PersonFacts, doing: Doing, *, portrait: bytes = b"") -> AgendaPerson:
    """Somebody new; `portrait` is a picture as it came. Raises Malformed, under the names of the fields."""
    upload = agenda_portraits.drawn(portrait) if portrait else None
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        agenda_people.require_room(session, meeting_id)
        person = AgendaPerson(meeting_id=meeting_id, name=facts.name, created_at=doing.now)
        _write(session, person, facts)
        session.add(person)
        session.flush()
        if upload:
            agenda_portraits.give(session, person, upload, now=doing.now)
        _record(session, doing, "agenda.person_added", person, {}, _spoken(person))
        return person


def edit(
    meeting_id: int,
    person_id: int,
    wished: Mapping[str, Any],
    doing: Doing,
    *,
    opened: Mapping[str, Any] | None = None,
    portrait: bytes = b"",
    drop_portrait: bool = False,
) -> Merged:
    """Say it otherwise; `wished` are some of the fields of `PersonFacts`, `opened` what they held in the form.

    Raises Malformed, Missing, and Refused (changed_meanwhile) where somebody else changed what is changed here.
    """
    upload = agenda_portraits.drawn(portrait) if portrait else None
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        agenda_portraits.hold(session, meeting_id)  # what an erasure takes away is not written back
        person = agenda_people.one(meeting_id, person_id)
        before, there = _spoken(person), said(person)
        merged = conflicts.merge(opened, there, wished)
        if merged.clashes:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        facts = PersonFacts(**(there | dict(merged.changes)))
        _write(session, person, facts)
        if upload or drop_portrait:
            agenda_portraits.give(session, person, upload, now=doing.now)
        session.flush()
        if merged.changes or upload or _spoken(person) != before:
            _record(session, doing, "agenda.person_edited", person, before, _spoken(person))
        return merged


def remove(meeting_id: int, person_id: int, doing: Doing) -> None:
    """They are there no more. Raises Missing, and Refused (in_use) while they do something in the draft, or stand on
    the last release: until the next one everybody sees them there.
    """
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        person = agenda_people.one(meeting_id, person_id)
        if agenda_people.tasks(meeting_id, person_id) or agenda_people.released_tasks(meeting_id, person_id):
            raise Refused(Refusal.IN_USE)
        _record(session, doing, "agenda.person_removed", person, _spoken(person), {})
        _take_out(session, person)


def merge(meeting_id: int, keep_id: int, drop_id: int, doing: Doing) -> AgendaPerson:
    """Two that are one: the kept one does all that either did, and has what it lacked of the other. Once is enough:
    again, the other one is Missing. Raises Missing.
    """
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        agenda_portraits.hold(session, meeting_id)
        keep, drop = agenda_people.one(meeting_id, keep_id), agenda_people.one(meeting_id, drop_id)
        if keep is drop:
            raise Missing
        before, other = _spoken(keep), _spoken(drop)
        _hand_over_roles(session, keep, drop)
        keep.position = keep.position or drop.position
        keep.about = keep.about or drop.about
        if not keep.unit_name:
            keep.unit_id, keep.unit_name = drop.unit_id, drop.unit_name
        keep.delegate_id = keep.delegate_id or drop.delegate_id
        if keep.portrait_id is None:
            keep.portrait_id, drop.portrait_id = drop.portrait_id, None
        session.flush()
        _record(session, doing, "agenda.person_merged_away", drop, other, {})
        _take_out(session, drop)
        _record(session, doing, "agenda.person_merged", keep, before, _spoken(keep))
        return keep


def said(person: AgendaPerson) -> dict[str, Any]:
    """What a form holds: the fields of `PersonFacts`."""
    return {
        "name": person.name,
        "position": person.position,
        "unit": person.unit_name,
        "unit_id": person.unit_id,
        "about": person.about,
        "delegate_id": person.delegate_id,
    }


def _write(session: Session, person: AgendaPerson, facts: PersonFacts) -> None:
    name = closed_up(facts.name.strip())
    agenda_people.check(name, facts.position, facts.unit)
    if fault := fault_in(facts.about, limit=ABOUT_LIMIT, required=False, lines=True):
        raise Malformed({"about": fault})
    unit = person.unit_id, person.unit_name
    if (facts.unit_id, facts.unit) != unit:  # what stands there may be said otherwise than the unit's own name
        unit = agenda_people.unit_of(session, person.meeting_id, facts.unit_id, "")
        if unit[1] != facts.unit:  # it was typed, not chosen
            unit = agenda_people.unit_of(session, person.meeting_id, None, facts.unit)
    for twin in agenda_people.called(session, person.meeting_id, name):
        if twin is not person and (twin.unit_name, twin.position) == (unit[1], facts.position.strip()):
            raise Malformed({"name": Fault.NAME_IN_USE})
    if facts.delegate_id is not None and facts.delegate_id != person.delegate_id:
        _require_free(session, person, facts.delegate_id)
    person.name, person.position, person.about = name, facts.position.strip(), facts.about.strip()
    person.unit_id, person.unit_name = unit
    person.delegate_id = facts.delegate_id


def _require_free(session: Session, person: AgendaPerson, delegate_id: int) -> None:
    """One of the meeting's delegates, who is nobody else on the agenda. Raises Malformed (delegate)."""
    delegate = session.get(Delegate, delegate_id)
    if delegate is None or delegate.meeting_id != person.meeting_id or delegate.erased_at is not None:
        raise Malformed({"delegate": Fault.NOBODY_FOUND})
    others = sa.select(AgendaPerson.id).where(
        AgendaPerson.meeting_id == person.meeting_id,
        AgendaPerson.delegate_id == delegate_id,
        AgendaPerson.id != (person.id or 0),
    )
    if session.scalars(others.limit(1)).first() is not None:
        raise Malformed({"delegate": Fault.LINKED_ALREADY})


def _hand_over_roles(session: Session, keep: AgendaPerson, drop: AgendaPerson) -> None:
    """What both do at one place is done once."""
    done = sa.select(AgendaRole.session_id, AgendaRole.talk_id, AgendaRole.role).where(AgendaRole.person_id == keep.id)
    mine = {tuple(row) for row in session.execute(done)}
    for role in session.scalars(sa.select(AgendaRole).where(AgendaRole.person_id == drop.id)).all():
        if (role.session_id, role.talk_id, role.role) in mine:
            session.delete(role)
        else:
            role.person_id = keep.id
    session.flush()


def _take_out(session: Session, person: AgendaPerson) -> None:
    # Of sessions that were taken out of the draft, and stay for those who starred them.
    session.execute(sa.delete(AgendaRole).where(AgendaRole.person_id == person.id))
    portrait, meeting_id = person.portrait_id, person.meeting_id
    session.delete(person)
    session.flush()
    agenda_portraits.drop(session, meeting_id, [portrait] if portrait else [])


def _spoken(person: AgendaPerson) -> dict[str, Any]:
    """What the record keeps: of what is personal only whether it is there."""
    facts = {"name": person.name, "position": person.position, "unit": person.unit_name}
    return facts | {
        "about": bool(person.about),
        "portrait": person.portrait_id is not None,
        "delegate": person.delegate_id is not None,
    }


def _record(
    session: Session, doing: Doing, verb: str, person: AgendaPerson, before: dict[str, Any], after: dict[str, Any]
) -> None:
    activity.record(
        session,
        doing.actor,
        verb,
        "agenda_person",
        person.id,
        meeting_id=person.meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )
