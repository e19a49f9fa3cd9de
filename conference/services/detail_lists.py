"""What organisers see of what people told: travel, rooms, food, the directory; of those alone who agree to it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import Consent, Delegate, Meeting, PersonalDetail
from conference.rules.details import OF_THE_HALL, Needs, Stay
from conference.sealing import unseal
from conference.services import activity, contacts, details
from conference.services.delegates import Doing
from conference.vocabulary import ACTIVE_STATUSES, ConsentPurpose, DelegateStatus, Mode, Room

MOST_TAKEN_BACK = 100


@dataclass(frozen=True)
class Person:
    """Somebody on a list; the phone stands on it because a driver or a hotel asks for it."""

    delegate_id: int
    number: str
    name: str
    unit: str
    phone: str | None


@dataclass(frozen=True)
class Guest:
    """Travel and stay of one. `changed_late` where it was changed after the meeting was frozen; `parted` where whom
    they named to share a room with has told since that they share none.
    """

    person: Person
    stay: Stay
    changed_at: datetime
    changed_late: bool
    parted: bool


@dataclass(frozen=True)
class Eater:
    """Food and access needs of one."""

    person: Person
    needs: Needs
    changed_at: datetime
    changed_late: bool


@dataclass(frozen=True)
class TakenBack:
    """Somebody who no longer agrees, and still has a place."""

    person: Person
    purpose: ConsentPurpose
    withdrawn_at: datetime


@dataclass(frozen=True)
class Agreed:
    """For the directory and photographs: how many of those who come agree, and who took an agreement back."""

    counts: Mapping[ConsentPurpose, int]
    of: int
    taken_back: Sequence[TakenBack]


def stays(meeting: Meeting) -> list[Guest]:
    """Those who told about travel and stay, who arrives first first; without a time last."""
    told = [
        (person, details.stay(content), at, late) for person, content, at, late in _told(meeting, ConsentPurpose.HOTEL)
    ]
    rooms_of: dict[str, set[Room]] = {}
    for person, stay, _, _ in told:
        rooms_of.setdefault(person.name, set()).add(stay.room)
    found = [
        Guest(person, stay, at, late, parted=Room.SHARED not in rooms_of.get(stay.share_with.strip(), {Room.SHARED}))
        for person, stay, at, late in told
    ]
    return sorted(found, key=lambda guest: (guest.stay.arrives_at is None, guest.stay.arrives_at or guest.changed_at))


def needs(meeting: Meeting) -> list[Eater]:
    """Those who told about food and access, by name."""
    found = (
        Eater(person, details.needs(content), at, late)
        for person, content, at, late in _told(meeting, ConsentPurpose.CATERING)
    )
    return [eater for eater in found if eater.needs.diet or eater.needs.access]


def rooms(guests: Sequence[Guest]) -> Mapping[Room, int]:
    """How many need which room."""
    return Counter(guest.stay.room for guest in guests)


def diets(eaters: Sequence[Eater]) -> list[tuple[str, int]]:
    """What the kitchen is told: each wish once, in how many portions, the most wanted first; no names."""
    wishes = Counter(" ".join(eater.needs.diet.split()) for eater in eaters if eater.needs.diet.strip())
    return wishes.most_common()


def agreed(meeting: Meeting) -> Agreed:
    """Who may stand in the directory and on photographs, in numbers; those who changed their mind by name."""
    session = db.session()
    coming = (Delegate.meeting_id == meeting.id, Delegate.status == DelegateStatus.CONFIRMED)
    counts = session.execute(
        sa.select(Consent.purpose, sa.func.count())
        .join(Delegate, Delegate.id == Consent.delegate_id)
        .where(*coming, Consent.withdrawn_at.is_(None))
        .group_by(Consent.purpose)
    ).all()
    again = sa.orm.aliased(Consent)
    taken_back = session.execute(
        sa.select(Consent.purpose, Consent.withdrawn_at, Delegate)
        .join(Delegate, Delegate.id == Consent.delegate_id)
        .where(
            Delegate.meeting_id == meeting.id,
            Delegate.status.in_(ACTIVE_STATUSES),
            Consent.withdrawn_at.is_not(None),
            Consent.purpose != ConsentPurpose.MEETING,
            # Whoever left the hall needs no room: that is no change of mind.
            sa.or_(Consent.purpose.not_in(OF_THE_HALL), Delegate.mode == Mode.IN_PERSON),
            ~sa.exists().where(
                again.delegate_id == Consent.delegate_id,
                again.purpose == Consent.purpose,
                again.withdrawn_at.is_(None),
            ),
        )
        .order_by(Consent.withdrawn_at.desc())
        .limit(MOST_TAKEN_BACK)
    ).all()
    return Agreed(
        counts=dict(counts),
        of=session.scalar(sa.select(sa.func.count()).select_from(Delegate).where(*coming)) or 0,
        taken_back=[TakenBack(_person(delegate), purpose, at) for purpose, at, delegate in taken_back if at],
    )


def directory(meeting: Meeting) -> list[tuple[Person, str, str | None]]:
    """Person, position and e-mail of those who agree to stand in the directory (参会通讯录), by name."""
    found = db.session().scalars(
        _agreeing(meeting, ConsentPurpose.DIRECTORY)
        .where(Delegate.status == DelegateStatus.CONFIRMED)
        .order_by(Delegate.pinyin, Delegate.id)
    )
    return [(_person(delegate), delegate.position, contacts.email_of(delegate)) for delegate in found]


def record_export(meeting: Meeting, purpose: ConsentPurpose, count: int, doing: Doing) -> None:
    """That a list was taken out, and by whom."""
    with db.transaction() as session:
        activity.record(
            session,
            doing.actor,
            "details.exported",
            "meeting",
            meeting.id,
            meeting_id=meeting.id,
            now=doing.now,
            after={"purpose": purpose, "count": count},
        )


def _told(meeting: Meeting, purpose: ConsentPurpose) -> list[tuple[Person, details.Content, datetime, bool]]:
    rows = db.session().execute(
        _agreeing(meeting, purpose)
        .add_columns(PersonalDetail)
        .join(PersonalDetail, sa.and_(PersonalDetail.delegate_id == Delegate.id, PersonalDetail.purpose == purpose))
        .where(Delegate.status == DelegateStatus.CONFIRMED, Delegate.mode == Mode.IN_PERSON)
        .order_by(Delegate.pinyin, Delegate.id)
    )
    return [
        (
            _person(delegate),
            json.loads(unseal(row.content_sealed)),
            row.changed_at,
            meeting.frozen_at is not None and row.changed_at >= meeting.frozen_at,
        )
        for delegate, row in rows
    ]


def _agreeing(meeting: Meeting, purpose: ConsentPurpose) -> sa.Select[Delegate]:
    return (
        sa.select(Delegate)
        .join(Consent, Consent.delegate_id == Delegate.id)
        .where(Delegate.meeting_id == meeting.id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None))
    )


def _person(delegate: Delegate) -> Person:
    return Person(delegate.id, delegate.number, delegate.name, delegate.unit.name, contacts.phone_of(delegate))
