"""What the holder of a private link does about their place: answers for it, mends it, changes the mode, gives it up.

After the freeze the same acts ask for the change instead (each returns whether it did); answering is never a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from conference import db
from conference.models import AccessLink, Delegate, Meeting, RepeatEntry
from conference.rules import passes as rules
from conference.rules.registration import BY_OTHERS
from conference.services import change_requests, consents, delegates, links, own_repeats, own_requests
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.places import refuse
from conference.services.registration import ConsentGiven
from conference.services.told import Told
from conference.vocabulary import ActorKind, ChangeWish, ConsentPurpose, Mode, Origin, Refusal


@dataclass(frozen=True)
class Answered:
    """What came of an answer: the link that this browser goes on with, and whether a correction was `asked` for."""

    link_id: int
    asked: bool = False


def new_link(link: AccessLink, *, public_url: str, now: datetime) -> str:
    """A further private link to the same place, for its holder to keep; those that they have go on working."""
    with db.transaction() as session:
        if link.repeat_id is not None:
            # Nothing about the repeated place happened, so its record says nothing.
            return links.address(session, link.delegate_id, repeat_id=link.repeat_id, public_url=public_url, now=now)
        delegate = session.get_one(Delegate, link.delegate_id, populate_existing=True)
        return delegates.new_link(delegate.meeting_id, delegate.id, _doing(delegate, public_url, now))


def change_mode(link: AccessLink, mode: Mode, *, public_url: str, now: datetime) -> bool:
    """Attend by `mode` from now on, or wait for it. Raises Refused (not_active, meeting_over)."""
    with db.transaction() as session:
        if _frozen(session, link, now):
            own_requests.ask(link, ChangeWish.MODE, {"mode": mode}, now=now)
            return True
        if link.repeat_id is not None:
            own_repeats.change_mode(link.repeat_id, mode, now=now)
            return False
        delegate = _own(session, link, now=now)
        delegates.edit(delegate.meeting_id, delegate.id, {"mode": mode}, _doing(delegate, public_url, now))
        return False


def cancel(link: AccessLink, *, public_url: str, now: datetime) -> bool:
    """Give the place up. Raises Refused (not_active, meeting_over)."""
    with db.transaction() as session:
        if _frozen(session, link, now):
            own_requests.ask(link, ChangeWish.CANCEL, {}, now=now)
            return True
        if link.repeat_id is not None:
            own_repeats.cancel(link.repeat_id, now=now)
            return False
        delegate = _own(session, link, now=now)
        delegates.cancel(delegate.meeting_id, delegate.id, _doing(delegate, public_url, now))
        return False


def correct(
    link: AccessLink, *, name: str, position: str, consent: ConsentGiven, public_url: str, now: datetime
) -> Answered:
    """Mend one's own name and position, which is a yes to the rest. Raises Malformed, Refused."""
    with db.transaction() as session:
        changes = {"name": name, "position": position}
        if asked := _frozen(session, link, now):
            own_requests.ask(link, ChangeWish.EDIT, changes, now=now)
        elif link.repeat_id is not None:
            own_repeats.correct(link.repeat_id, name=name, position=position, now=now)
        else:
            delegate = _own(session, link, now=now)
            delegates.edit(delegate.meeting_id, delegate.id, changes, _doing(delegate, public_url, now))
        return replace(acknowledge(link, consent=consent, public_url=public_url, now=now), asked=asked)


def change_contact(link: AccessLink, *, phone: str | None, email: str | None, public_url: str, now: datetime) -> bool:
    """Another phone or e-mail than others entered; who holds the link has proven themselves by the old one.

    Nothing is changed for who registered themselves: by trying numbers one would learn which are known. Raises
    Malformed and Refused (already_registered, not_active, meeting_over).
    """
    changes: Mapping[str, Any] = {"phone": phone, "email": email}
    with db.transaction() as session:
        if _origin(session, link) not in BY_OTHERS:
            return False
        if _frozen(session, link, now):
            own_requests.ask(link, ChangeWish.EDIT, changes, now=now)
            return True
        if link.repeat_id is not None:
            own_repeats.change_contact(link.repeat_id, phone=phone, email=email, now=now)
            return False
        delegate = _own(session, link, now=now)
        delegates.edit(delegate.meeting_id, delegate.id, changes, _doing(delegate, public_url, now))
        return False


def acknowledge(link: AccessLink, *, consent: ConsentGiven, public_url: str, now: datetime) -> Answered:
    """The person's yes to what others entered (本人确认), with the consent to the meeting in it; for those who
    registered themselves, and a second time, nothing changes. Links that others passed on end. Raises Refused."""
    with db.transaction() as session:
        _acknowledge(session, link, consent, public_url=public_url, now=now)
        return Answered(links.exchange(session, link, now=now))


def refuse_entry(link: AccessLink, *, reason: str, public_url: str, now: datetime) -> None:
    """The person's no to what others entered: the place is given up at once, after the freeze too, since it is an
    answer and no change. Raises Refused (answered_already, not_active, meeting_over)."""
    with db.transaction() as session:
        if link.repeat_id is not None:
            if not own_repeats.to_acknowledge(session.get_one(RepeatEntry, link.repeat_id)):
                refuse(Refusal.ANSWERED_ALREADY)
            own_repeats.cancel(link.repeat_id, now=now)
            return
        delegate = _own(session, link, now=now)
        if delegate.acknowledged_at is not None:
            refuse(Refusal.ANSWERED_ALREADY)
        delegates.cancel(delegate.meeting_id, delegate.id, _doing(delegate, public_url, now), reason=reason)


def _acknowledge(session: Session, link: AccessLink, consent: ConsentGiven, *, public_url: str, now: datetime) -> None:
    if link.repeat_id is not None:
        repeat = session.get_one(RepeatEntry, link.repeat_id)
        if own_repeats.to_acknowledge(repeat):
            own_repeats.acknowledge(link.repeat_id, now=now)
            kept = Told(repeat)
            kept.agree(ConsentPurpose.MEETING, version=consent.version, text_sha256=consent.text_sha256, now=now)
            kept.keep()
        return
    delegate = _own(session, link, now=now)
    if delegate.acknowledged_at is None:
        doing = _doing(delegate, public_url, now)
        delegates.acknowledge(delegate.meeting_id, delegate.id, doing)
        consents.give(delegate.id, ConsentPurpose.MEETING, consent, actor=doing.actor, now=now)


def _frozen(session: Session, link: AccessLink, now: datetime) -> bool:
    return change_requests.needed(session.get_one(Meeting, _place(session, link).meeting_id), now=now)


def _origin(session: Session, link: AccessLink) -> Origin | None:
    return _place(session, link).origin


def _place(session: Session, link: AccessLink) -> Delegate | RepeatEntry:
    if link.repeat_id is not None:
        return session.get_one(RepeatEntry, link.repeat_id)
    return session.get_one(Delegate, link.delegate_id)


def _own(session: Session, link: AccessLink, *, now: datetime) -> Delegate:
    delegate = session.get_one(Delegate, link.delegate_id, populate_existing=True)
    meeting = session.get_one(Meeting, delegate.meeting_id)
    refuse(rules.refusal_to_change(delegate.status, meeting.status, meeting.ends_at, now=now))
    return delegate


def _doing(delegate: Delegate, public_url: str, now: datetime) -> Doing:
    return Doing(Actor(ActorKind.DELEGATE, delegate.id, delegate.name), now, public_url)
