"""Substitution (换人): somebody else comes in the place of a delegate, with all that hangs on it."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Code, Delegate
from conference.rules import registration as rules
from conference.services import closing, contacts, delegates, entries, links, outbox
from conference.services.contacts import Contacts
from conference.services.delegates import Doing
from conference.services.places import Places, refuse
from conference.services.registration import Entry
from conference.vocabulary import ActorKind, MessageKind, Missing, Origin, Refusal, Refused

_ORIGINS = {ActorKind.LIAISON: Origin.LIAISON, ActorKind.TOKEN: Origin.PROGRAM}


@dataclass(frozen=True)
class NewPerson:
    """Who comes instead; phone and e-mail as typed, at least one of them."""

    name: str
    phone: str | None = None
    email: str | None = None
    position: str = ""
    language: str = "zh"


@dataclass(frozen=True)
class Substituted:
    """`token` opens the new one's page; None where the same wish came a second time and changed nothing."""

    old: Delegate
    new: Delegate
    token: str | None


def substitute(meeting_id: int, delegate_id: int, person: NewPerson, doing: Doing) -> Substituted:
    """Let `person` come in the place of a delegate: mode, status, place in the line and seat go over to them.

    The old one is cancelled; their code and their own links are dead at once. The new one has yet to answer. As many
    come as before, so that full lines and limits do not matter. Both are told. The same wish twice changes nothing.

    Raises Missing, Malformed (contact) and Refused (not_active, already_registered). A liaison is refused for people
    of their own unit alone: see `contacts.among_units`.
    """
    reach = contacts.read(person.phone, person.email)
    with db.transaction() as session:
        places = Places(session, meeting_id, doing.now)
        old = places.delegate(delegate_id)
        if old is None:
            raise Missing
        if again := _came_already(session, old, person, reach):
            return Substituted(old, again, None)
        refuse(rules.refusal_to_decide(old.status))
        reach, holders = _free(session, old, reach, doing)
        before = delegates.facts(old)
        entry = Entry(
            name=person.name,
            unit_id=old.unit_id,
            mode=old.mode,
            position=person.position,
            category=old.category,
            language=person.language,
        )
        origin = _ORIGINS.get(doing.actor.kind, Origin.ORGANISER)
        new = entries.row(session, places, entry, reach, origin=origin, now=doing.now)
        places.succeed(old, new)
        _end_access(session, old, doing)
        closing.place_over(session, old.id, now=doing.now)
        delegates.tell_moved(session, places.settle(), doing)
        token = links.issue(session, new.id, now=doing.now)
        _write_down(session, old, new, before, doing)
        for holder in holders:
            outbox.put(session, MessageKind.REGISTERED_AGAIN, holder, now=doing.now)
        return Substituted(old, new, token)


def successor_of(delegate: Delegate) -> Delegate | None:
    """Who came in a delegate's place."""
    return None if delegate.replaced_by_id is None else db.session().get(Delegate, delegate.replaced_by_id)


def predecessor_of(delegate: Delegate) -> Delegate | None:
    """In whose place a delegate came."""
    return db.session().scalars(sa.select(Delegate).where(Delegate.replaced_by_id == delegate.id)).first()


def _came_already(session: Session, old: Delegate, person: NewPerson, reach: Contacts) -> Delegate | None:
    """The one who came in place of `old`, where they are the very person that is wished for now."""
    if old.replaced_by_id is None:
        return None
    new = session.get_one(Delegate, old.replaced_by_id)
    same = (delegates.phone_of(new), delegates.email_of(new)) == (reach.phone, reach.email)
    return new if same and new.name == person.name else None


def _free(session: Session, old: Delegate, reach: Contacts, doing: Doing) -> tuple[Contacts, list[Delegate]]:
    """How the new one is reached, and who of other units goes by it already."""
    if doing.actor.kind is ActorKind.LIAISON:
        return contacts.among_units(session, old.meeting_id, reach, unit_id=old.unit_id, besides=old.id)
    if contacts.holder_of(session, old.meeting_id, reach, besides=old.id):
        raise Refused(Refusal.ALREADY_REGISTERED)
    return reach, []


def _end_access(session: Session, old: Delegate, doing: Doing) -> None:
    session.execute(
        sa.update(Code)
        .where(Code.delegate_id == old.id, Code.repeat_id.is_(None), Code.revoked_at.is_(None))
        .values(revoked_at=doing.now)
    )
    links.revoke_own(session, old.id, now=doing.now)


def _write_down(session: Session, old: Delegate, new: Delegate, before: dict[str, object], doing: Doing) -> None:
    """The trail of each names itself alone: erasing one of them need not look into the other's."""
    came = {"name": new.name, "mode": new.mode, "status": new.status, "seat": new.seat, "replaces": old.number}
    for delegate, verb, was, facts in (
        (old, "delegate.substituted", before, delegates.facts(old) | {"replaced_by": new.number}),
        (new, "delegate.came_instead", {}, came),
    ):
        delegates.record(session, doing, verb, delegate, was, facts)
    outbox.put(session, MessageKind.CANCELLED, old, now=doing.now)
    outbox.put(session, MessageKind.ANSWER_WANTED, new, now=doing.now)
