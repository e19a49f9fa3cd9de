"""All that is kept about one person, for themselves: to read, to take away, to have erased."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from conference import db
from conference.models import (
    AccessLink,
    ChangeRequest,
    Consent,
    Delegate,
    Meeting,
    OutboxMessage,
    RepeatEntry,
)
from conference.rules.details import Needs, Stay
from conference.rules.plain import plain
from conference.services import (
    agenda_portraits,
    delegates,
    hall_question_keeping,
    own_attendance,
    own_details,
    own_materials,
    own_repeats,
    polls,
    questions,
    sign_ups,
    stars,
    told,
    visits_wishes,
    wishes,
)
from conference.services.activity import Actor
from conference.services.polls import Chosen
from conference.services.stars import Starred
from conference.vocabulary import (
    ActorKind,
    Category,
    ChangeWish,
    ConsentPurpose,
    MessageKind,
    Origin,
    QuestionKind,
    Role,
)

FORMAT = "tongxing-own-data-1"


@dataclass(frozen=True)
class Entry:
    """The place itself; contacts in full, since who reads it has proven themselves."""

    number: str
    name: str
    position: str
    unit: str
    category: StrEnum
    mode: StrEnum
    status: StrEnum
    seat: str
    phone: str | None
    email: str | None
    entered_by: StrEnum
    entered_at: datetime
    acknowledged_at: datetime | None


@dataclass(frozen=True)
class ConsentKept:
    purpose: ConsentPurpose
    version: str
    text_sha256: str
    given_at: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True)
class Answered:
    question: str
    answer: str


@dataclass(frozen=True)
class Sent:
    kind: MessageKind
    made_at: datetime


@dataclass(frozen=True)
class AskedFor:
    wish: ChangeWish
    content: dict[str, Any]  # whatever the wish says
    asked_at: datetime
    accepted: bool | None
    settled_at: datetime | None
    note: str


@dataclass(frozen=True)
class OwnData:
    """Everything, by kind."""

    made_at: datetime
    meeting: str
    entry: Entry
    consents: tuple[ConsentKept, ...]
    stay: Stay | None
    needs: Needs | None
    answers: tuple[Answered, ...]
    scans: tuple[own_attendance.Scanned, ...]
    messages: tuple[Sent, ...]
    requests: tuple[AskedFor, ...]
    stars: tuple[Starred, ...]
    on_agenda: tuple[agenda_portraits.OnAgenda, ...] = ()
    materials: tuple[own_materials.Brought, ...] = ()
    attendance: own_attendance.OwnAttendance = field(default_factory=own_attendance.OwnAttendance)
    hall_questions: hall_question_keeping.OwnQuestions = field(default_factory=hall_question_keeping.OwnQuestions)
    polls: tuple[Chosen, ...] = ()
    places: tuple[sign_ups.SignedUp, ...] = ()
    swaps: tuple[visits_wishes.Kept, ...] = ()

    def plain(self) -> dict[str, Any]:
        """As JSON: words of the vocabulary, times in RFC 3339."""
        return {"format": FORMAT, **plain(asdict(self))}


def of_link(link: AccessLink, *, now: datetime) -> OwnData:
    """All that is kept about the holder of a link who has proven themselves."""
    if link.repeat_id is not None:
        return _of_repeat(link, db.session().get_one(RepeatEntry, link.repeat_id), now)
    return _of_delegate(link, db.session().get_one(Delegate, link.delegate_id), now)


def erase(link: AccessLink, *, public_url: str, now: datetime) -> None:
    """Delete what identifies the person, at once; a live place is given up. The figures stay."""
    with db.transaction() as session:
        if link.repeat_id is not None:
            own_repeats.erase(link.repeat_id, now=now)
            return
        delegate = session.get_one(Delegate, link.delegate_id, populate_existing=True)
        doing = delegates.Doing(Actor(ActorKind.DELEGATE, delegate.id, ""), now, public_url)
        if delegate.erased_at is None:
            delegates.erase(delegate.meeting_id, delegate.id, doing)


def _of_delegate(link: AccessLink, delegate: Delegate, now: datetime) -> OwnData:
    session = db.session()
    known = own_details.of_link(link, now=now)
    given = session.scalars(sa.select(Consent).where(Consent.delegate_id == delegate.id).order_by(Consent.id))
    wished = session.scalars(
        sa.select(ChangeRequest).where(ChangeRequest.delegate_id == delegate.id).order_by(ChangeRequest.id)
    )
    return OwnData(
        made_at=now,
        meeting=delegate.meeting.title,
        entry=Entry(
            delegate.number,
            delegate.name,
            delegate.position,
            delegate.unit.name,
            delegate.category,
            delegate.mode,
            delegate.status,
            delegate.seat,
            delegates.phone_of(delegate),
            delegates.email_of(delegate),
            delegate.origin,
            delegate.created_at,
            delegate.acknowledged_at,
        ),
        consents=tuple(
            ConsentKept(one.purpose, one.version, one.text_sha256, one.given_at, one.withdrawn_at) for one in given
        ),
        stay=known.stay,
        needs=known.needs,
        answers=_answers(delegate.meeting, delegate_id=delegate.id),
        scans=own_attendance.scans(delegate.id),
        messages=_messages(OutboxMessage.delegate_id == delegate.id, OutboxMessage.repeat_id.is_(None)),
        requests=tuple(
            AskedFor(one.wish, wishes.wished(one), one.created_at, one.accepted, one.settled_at, one.note)
            for one in wished
        ),
        stars=stars.own_data(link),
        on_agenda=agenda_portraits.own_data(delegate.id),
        materials=own_materials.own_data(delegate.id),
        attendance=own_attendance.own_data(delegate.id),
        hall_questions=hall_question_keeping.own_data(delegate.id),
        polls=polls.own_data(delegate.id),
        places=sign_ups.own_data(delegate.id),
        swaps=visits_wishes.own_data(delegate.id),
    )


def _of_repeat(link: AccessLink, repeat: RepeatEntry, now: datetime) -> OwnData:
    known = own_details.of_link(link, now=now)
    kept = told.Told(repeat)
    phone, email = own_repeats.contact_of(repeat)
    return OwnData(
        made_at=now,
        meeting=repeat.meeting.title,
        entry=Entry(
            repeat.number,
            repeat.name,
            repeat.position,
            repeat.unit.name,
            repeat.category or Category.DELEGATE,
            repeat.mode,
            own_repeats.status_of(repeat),
            "",
            phone,
            email,
            repeat.origin or Origin.PUBLIC,
            repeat.created_at,
            repeat.acknowledged_at,
        ),
        consents=tuple(
            ConsentKept(
                ConsentPurpose(one["purpose"]),
                one["version"],
                one["text_sha256"],
                datetime.fromisoformat(one["given_at"]),
                told.moment(one["withdrawn_at"]),
            )
            for one in kept.consents
        ),
        stay=known.stay,
        needs=known.needs,
        answers=_answers(repeat.meeting, delegate_id=repeat.delegate_id, repeat_id=repeat.id),
        scans=(),
        messages=(
            Sent(MessageKind.REGISTERED, repeat.created_at),
            *(Sent(MessageKind(one["kind"]), datetime.fromisoformat(one["at"])) for one in kept.messages),
        ),
        requests=tuple(
            AskedFor(
                ChangeWish(one["wish"]),
                one["content"],
                datetime.fromisoformat(one["asked_at"]),
                one["accepted"],
                told.moment(one["settled_at"]),
                "",
            )
            for one in kept.wishes
        ),
        stars=stars.own_data(link),
    )


def _answers(meeting: Meeting, *, delegate_id: int, repeat_id: int | None = None) -> tuple[Answered, ...]:
    """Of files their names alone: they are downloaded where they were handed in."""
    if repeat_id is None:
        delegate = db.session().get_one(Delegate, delegate_id)
        found = [
            (one.question, [one.moment.isoformat()] if one.moment else one.texts, one.file)
            for one in questions.answers_of(delegate, [Role.ORGANISER])
        ]
    else:
        found = [
            (one.question, one.texts, one.file)
            for one in questions.answered(meeting, delegate_id=delegate_id, repeat_id=repeat_id)
            if one.texts or one.file
        ]
    return tuple(
        Answered(question.label, file.name if file and question.kind is QuestionKind.FILE else "；".join(texts))
        for question, texts, file in found
    )


def _messages(*which: sa.ColumnElement[bool]) -> tuple[Sent, ...]:
    """Kinds and times; what they said was made when they were sent, and is not kept."""
    query = sa.select(OutboxMessage).where(*which, OutboxMessage.kind != MessageKind.ONE_TIME_CODE)
    found = db.session().scalars(query.order_by(OutboxMessage.id))
    return tuple(Sent(one.kind, one.created_at) for one in found)
