"""Liaisons (联络员): who speaks for a unit in a meeting, how they are reached, and handing over to another."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Liaison, Participation
from conference.rules.text import NAME_LIMIT, fault_in
from conference.sealing import seal, unseal
from conference.services import contacts, desks, invitations, outbox, units
from conference.services.contacts import Contacts
from conference.services.delegates import Doing
from conference.vocabulary import Malformed, Missing


@dataclass(frozen=True)
class LiaisonFacts:
    """Who it is; phone and e-mail as typed. Without either they are reached by hand alone."""

    name: str
    phone: str | None = None
    email: str | None = None
    language: str = "zh"


def let_in(
    meeting_id: int, said: units.UnitFacts, liaison: LiaisonFacts | None, doing: Doing
) -> tuple[Participation, bool]:
    """Let a unit take part, as `units.add`, with its liaison where it is new here. Raises Malformed."""
    if liaison is not None:
        _reach(liaison)
    part, fresh = units.add(meeting_id, said, doing)
    if fresh and liaison is not None:
        hand_over(meeting_id, part.unit_id, liaison, doing)
    return part, fresh


def appoint(meeting_id: int, unit_id: int, said: LiaisonFacts, doing: Doing) -> Liaison:
    """Let somebody be the unit's liaison, as a list says.

    The one who is it already (of that name, phone or e-mail) is brought up to what is said, anybody else takes over.
    Raises Missing and Malformed (name, phone, email).
    """
    reach = _reach(said)
    with db.transaction() as session:
        part = units.held(session, meeting_id, unit_id)
        now_it_is = _current(session, part.id)
        if now_it_is is not None and _same(now_it_is, said, reach):
            return _bring_up(session, part, now_it_is, said, reach, doing)
        return _take_over(session, part, now_it_is, said, reach, doing)


def hand_over(meeting_id: int, unit_id: int, said: LiaisonFacts, doing: Doing) -> Liaison:
    """Somebody else is the liaison from now on: no link that was made before opens the unit's desk any more, and what
    still waits to be sent to the old one is not sent. Raises Missing and Malformed.
    """
    reach = _reach(said)
    with db.transaction() as session:
        part = units.held(session, meeting_id, unit_id)
        # Links are made for units without a liaison too; whoever holds one is out as well.
        desks.revoke_all(session, part.id, now=doing.now)
        return _take_over(session, part, _current(session, part.id), said, reach, doing)


def pass_on(desk_id: int, said: LiaisonFacts, doing: Doing) -> str | None:
    """Who holds the desk link `desk_id` hands the desk over. Returns the one new link, for them to forward.

    None where that link is over, as it is from the first time on. Raises Malformed.
    """
    _reach(said)
    with db.transaction() as session:
        link = desks.by_id(desk_id)
        if link is None:
            return None
        meeting_id, unit_id = link.participation.meeting_id, link.participation.unit_id
        units.held(session, meeting_id, unit_id)
        if desks.by_id(desk_id) is None:  # somebody else was before us at the lock
            return None
        hand_over(meeting_id, unit_id, said, doing)
        return invitations.make_link(meeting_id, unit_id, doing)


def edit(meeting_id: int, unit_id: int, said: LiaisonFacts, doing: Doing) -> Liaison:
    """Correct how the liaison is called or reached; their links go on working. Raises Missing and Malformed."""
    reach = _reach(said)
    with db.transaction() as session:
        part = units.held(session, meeting_id, unit_id)
        liaison = _current(session, part.id)
        if liaison is None:
            raise Missing
        return _bring_up(session, part, liaison, said, reach, doing)


def dismiss(meeting_id: int, unit_id: int, doing: Doing, *, forget: bool = False) -> None:
    """The unit has no liaison from now on; where it has none, nothing changes. Raises Missing.

    `forget` takes out what identifies them, and those who were it before: that there was one, and what they did, stays.
    """
    with db.transaction() as session:
        part = units.held(session, meeting_id, unit_id)
        liaison = _current(session, part.id)
        if liaison is not None:
            end(session, part, liaison, doing)
            units.record(session, doing, "unit.liaison_ended", part, {"liaison_id": liaison.id})
        if forget:
            _forget_former(session, part)


def end(session: Session, part: Participation, liaison: Liaison, doing: Doing) -> None:
    """Inside a verb of ours: the liaison is it no more, their links and unsent messages die."""
    # Messages first: one that is claimed meanwhile has made its link by then, and the next line reaches it.
    outbox.withdraw_for_liaison(session, liaison.id)
    desks.revoke_all(session, part.id, now=doing.now)
    liaison.until = doing.now
    part.invited_at = None
    session.flush()


def of(participation_id: int) -> Liaison | None:
    """Who it is now."""
    return _current(db.session(), participation_id)


def of_all(participation_ids: Collection[int]) -> dict[int, Liaison]:
    """The liaisons of now, by participation."""
    if not participation_ids:
        return {}
    query = sa.select(Liaison).where(Liaison.participation_id.in_(participation_ids), Liaison.until.is_(None))
    return {liaison.participation_id: liaison for liaison in db.session().scalars(query)}


def names(liaison_ids: Collection[int]) -> dict[int, str]:
    """What some liaisons are called, as the trail shows them."""
    if not liaison_ids:
        return {}
    query = sa.select(Liaison.id, Liaison.name).where(Liaison.id.in_(liaison_ids))
    return {id_: name for id_, name in db.session().execute(query)}  # noqa: C416  # rows, not pairs


def phone_of(liaison: Liaison) -> str | None:
    return unseal(liaison.phone_sealed) if liaison.phone_sealed else None


def email_of(liaison: Liaison) -> str | None:
    return unseal(liaison.email_sealed) if liaison.email_sealed else None


def shown(liaison: Liaison) -> dict[str, str]:
    """What a form holds for somebody who is it."""
    return {"name": liaison.name, "phone": phone_of(liaison) or "", "email": email_of(liaison) or ""}


def differs(liaison: Liaison, said: LiaisonFacts) -> bool:
    """Whether `appoint` would change anything: another person, another name, another way to reach them."""
    reach = _reach(said)
    held = (liaison.name, phone_of(liaison), email_of(liaison))
    return held != (said.name.strip(), reach.phone, reach.email)


def _reach(said: LiaisonFacts) -> Contacts:
    if fault := fault_in(said.name, limit=NAME_LIMIT):
        raise Malformed({"name": fault})
    if not said.phone and not said.email:
        return Contacts(None, None)
    for field, text in (("phone", said.phone), ("email", said.email)):
        if text and (fault := fault_in(text, limit=200)):
            raise Malformed({field: fault})
    return contacts.read(said.phone, said.email)


def _forget_former(session: Session, part: Participation) -> None:
    """Theirs alone is how they are called and reached; the trail knows them by their id."""
    query = sa.select(Liaison).where(Liaison.participation_id == part.id, Liaison.until.is_not(None))
    for liaison in session.scalars(query):
        liaison.name = "—"
        liaison.phone_sealed = liaison.phone_index = liaison.email_sealed = liaison.email_index = None
        outbox.forget_liaison(session, liaison.id)


def _current(session: Session, participation_id: int) -> Liaison | None:
    query = sa.select(Liaison).where(Liaison.participation_id == participation_id, Liaison.until.is_(None))
    return session.scalars(query).first()


def _same(liaison: Liaison, said: LiaisonFacts, reach: Contacts) -> bool:
    return (
        liaison.name.replace(" ", "") == said.name.replace(" ", "")
        or (reach.phone_index is not None and reach.phone_index == liaison.phone_index)
        or (reach.email_index is not None and reach.email_index == liaison.email_index)
    )


def _bring_up(
    session: Session, part: Participation, liaison: Liaison, said: LiaisonFacts, reach: Contacts, doing: Doing
) -> Liaison:
    before = (liaison.name, phone_of(liaison), email_of(liaison))
    after = (said.name.strip(), reach.phone, reach.email)
    if before != after:
        liaison.name = said.name.strip()
        _set(liaison, reach)
        # Which liaison, not what was changed: how somebody is reached has no place in a trail.
        units.record(session, doing, "unit.liaison_edited", part, {}, {"liaison_id": liaison.id})
    return liaison


def _take_over(
    session: Session, part: Participation, old: Liaison | None, said: LiaisonFacts, reach: Contacts, doing: Doing
) -> Liaison:
    if old is not None:
        end(session, part, old, doing)
    liaison = Liaison(
        participation_id=part.id, name=said.name.strip(), language=said.language, since=doing.now, until=None
    )
    _set(liaison, reach)
    session.add(liaison)
    session.flush()
    verb = "unit.liaison_named" if old is None else "unit.liaison_handed_over"
    units.record(session, doing, verb, part, {"liaison_id": old.id} if old else {}, {"liaison_id": liaison.id})
    return liaison


def _set(liaison: Liaison, reach: Contacts) -> None:
    liaison.phone_sealed = seal(reach.phone) if reach.phone else None
    liaison.phone_index = reach.phone_index
    liaison.email_sealed = seal(reach.email) if reach.email else None
    liaison.email_index = reach.email_index
