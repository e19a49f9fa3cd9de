"""Registration (报名): a person is entered, by themselves or by others, and gets a place or waits for one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload

from conference import db
from conference.models import Code, Consent, Delegate, Meeting, Participation, RepeatEntry
from conference.rules import names, registration
from conference.sealing import new_code, seal
from conference.services import activity, contacts, links, outbox
from conference.services.activity import Actor
from conference.services.contacts import Contacts
from conference.services.places import Places, mark, participation_of, refuse
from conference.vocabulary import (
    Category,
    ConsentPurpose,
    DelegateStatus,
    Fault,
    Malformed,
    MessageKind,
    Mode,
    Origin,
)


@dataclass(frozen=True)
class Entry:
    """What is said of a person; phone and e-mail as typed, at least one of them."""

    name: str
    unit_id: int
    mode: Mode
    phone: str | None = None
    email: str | None = None
    position: str = ""
    category: Category = Category.DELEGATE
    language: str = "zh"


@dataclass(frozen=True)
class ConsentGiven:
    """The privacy notice that somebody agreed to."""

    version: str
    text_sha256: str


@dataclass(frozen=True)
class Registered:
    """`token` opens the private page. `repeat` is set where a stranger's entry repeats a place (see RepeatEntry)."""

    delegate: Delegate
    token: str
    repeat: RepeatEntry | None = None


def register(
    meeting_id: int,
    entry: Entry,
    *,
    actor: Actor,
    origin: Origin,
    public_url: str,
    now: datetime,
    late: bool = False,
    consent: ConsentGiven | None = None,
) -> Registered:
    """Enter a person. At capacity they wait; the line is never an error.

    Raises Malformed (contact, unknown unit) and Refused (already_registered, registration_closed, unit_full). A
    stranger (from the public page, or by a unit's link with a number known to another unit) is never told that a
    number is registered: the answer is a repeat entry instead.
    """
    reach = contacts.read(entry.phone, entry.email)
    with db.transaction() as session:
        places = Places(session, meeting_id)
        meeting = session.get_one(Meeting, meeting_id, populate_existing=True, options=[lazyload(Meeting.hosts)])
        participation = _participation(session, meeting_id, entry.unit_id)
        holder = contacts.holder_of(session, meeting_id, reach)
        hidden = holder is not None and _must_not_learn(origin, holder, entry.unit_id)
        refuse(
            registration.refusal_to_register(
                meeting,
                late=late,
                contact_taken=holder is not None and not hidden,
                unit_active=participation.active + _repeats_of_unit(session, participation, origin),
                unit_limit=participation.delegate_limit,
                now=now,
            )
        )
        pending = registration.awaits_review(meeting, origin)
        if holder is not None:
            return _repeat(session, places, holder, entry, reach, pending=pending, now=now)
        delegate = _new_delegate(session, places, entry, reach, origin=origin, pending=pending, now=now)
        participation.active += 1
        places.settle()
        token = links.issue(session, delegate.id, now=now)
        if consent:
            _keep_consent(session, delegate, consent, now=now)
        activity.record(
            session,
            actor,
            "delegate.registered",
            "delegate",
            delegate.id,
            meeting_id=meeting_id,
            now=now,
            after={
                "name": delegate.name,
                "unit": participation.unit.name,
                "mode": delegate.mode,
                "status": delegate.status,
            },
        )
        outbox.put(session, MessageKind.REGISTERED, delegate, now=now)
        return Registered(delegate, token)


def _repeats_of_unit(session: Session, participation: Participation, origin: Origin) -> int:
    """The live repeat entries of a unit: for strangers they fill its limit, as fresh ones do. No limit, no count."""
    if origin not in {Origin.PUBLIC, Origin.UNIT_LINK} or participation.delegate_limit is None:
        return 0
    live = sa.select(sa.func.count()).where(
        RepeatEntry.meeting_id == participation.meeting_id,
        RepeatEntry.unit_id == participation.unit_id,
        RepeatEntry.settled_at.is_(None),
    )
    return session.scalars(live).one()


def _participation(session: Session, meeting_id: int, unit_id: int) -> Participation:
    try:
        return participation_of(session, meeting_id, unit_id)
    except sa.exc.NoResultFound:
        raise Malformed({"unit_id": Fault.UNKNOWN_ID}) from None


def _must_not_learn(origin: Origin, holder: Delegate, unit_id: int) -> bool:
    """A holder of a unit's link may know who of their own unit is registered, and nobody else's people."""
    return origin is Origin.PUBLIC or (origin is Origin.UNIT_LINK and holder.unit_id != unit_id)


def _new_delegate(
    session: Session, places: Places, entry: Entry, reach: Contacts, *, origin: Origin, pending: bool, now: datetime
) -> Delegate:
    delegate = Delegate(
        meeting_id=places.meeting_id,
        unit_id=entry.unit_id,
        number=places.next_number(),
        name=entry.name,
        pinyin=names.pinyin(entry.name),
        position=entry.position,
        category=entry.category,
        mode=entry.mode,
        seat="",
        phone_sealed=seal(reach.phone) if reach.phone else None,
        phone_index=reach.phone_index,
        email_sealed=seal(reach.email) if reach.email else None,
        email_index=reach.email_index,
        origin=origin,
        language=entry.language,
        acknowledged_at=now if origin in {Origin.PUBLIC, Origin.UNIT_LINK} else None,
        created_at=now,
        changed=db.stamp(session.connection()),
        codes=[Code(code=new_code(), created_at=now)],
    )
    places.enter(delegate, pending=pending)
    session.add(delegate)  # written by `settle`, together with what else the entry changes
    return delegate


def _repeat(
    session: Session,
    places: Places,
    holder: Delegate,
    entry: Entry,
    reach: Contacts,
    *,
    pending: bool,
    now: datetime,
) -> Registered:
    """Answer like a fresh entry, take no place, and tell the holder by their own address.

    Where the stranger typed an e-mail or phone that is not the holder's, it is sent what a fresh entry is sent, so that
    the two cannot be told apart by mail either.
    """
    line = places.lines[entry.mode]
    left = None if line.capacity is None else max(0, (line.places_left or 0) - line.repeats)
    status = DelegateStatus.PENDING if pending else registration.status_in_line(left)
    waits = status is DelegateStatus.WAITLISTED
    repeat = RepeatEntry(
        meeting_id=places.meeting_id,
        delegate_id=holder.id,
        unit_id=entry.unit_id,
        number=places.next_number(),
        code=new_code(),
        name=entry.name,
        position=entry.position,
        mode=entry.mode,
        status=status,
        ticket=places.ticket(entry.mode) if waits else None,
        created_at=now,
    )
    session.add(repeat)
    session.flush()
    if entry.name.replace(" ", "") == holder.name.replace(" ", ""):
        session.add(Code(code=repeat.code, delegate_id=holder.id, repeat_id=repeat.id, created_at=now))
        mark(session, holder)
    if status is DelegateStatus.CONFIRMED:
        line.repeats += 1
    token = links.issue(session, holder.id, repeat_id=repeat.id, now=now)
    if not reach.held_by(holder) >= reach.given:
        to = outbox.Address(entry.name, reach.phone, reach.email, entry.language)
        outbox.put_like_fresh(session, repeat, to=to, held=sorted(reach.held_by(holder)), now=now)
    outbox.put(session, MessageKind.REGISTERED_AGAIN, holder, now=now)
    activity.record(
        session,
        activity.STRANGER,
        "delegate.registered_again",
        "delegate",
        holder.id,
        meeting_id=places.meeting_id,
        now=now,
        after={"name": entry.name, "mode": entry.mode},
    )
    return Registered(holder, token, repeat)


def _keep_consent(session: Session, delegate: Delegate, consent: ConsentGiven, *, now: datetime) -> None:
    session.add(
        Consent(
            delegate_id=delegate.id,
            purpose=ConsentPurpose.MEETING,
            version=consent.version,
            text_sha256=consent.text_sha256,
            given_at=now,
        )
    )
