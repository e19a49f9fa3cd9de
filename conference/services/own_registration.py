"""Registering oneself: by the public page, where one finds or names one's unit, or by the unit's private link."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from conference import db
from conference.models import Delegate, Unit
from conference.rules.text import SHORT_LIMIT, fault_in, legible
from conference.services import activity, questions, registration, submissions, units
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.questions import Sent
from conference.services.registration import ConsentGiven, Registered
from conference.vocabulary import Fault, Malformed, Missing, Mode, Origin

_LARGEST_ID = 2**63 - 1


@dataclass(frozen=True)
class Person:
    """What somebody says of themselves; phone and e-mail as typed."""

    name: str
    position: str
    phone: str
    email: str
    mode: Mode
    language: str


@dataclass(frozen=True)
class UnitSaid:
    """How the form says which unit it is: one that was found (`picked`, an id as text), or a name for a new one."""

    picked: str
    typed: str
    province: str
    unlisted: bool


def by_public_page(
    meeting_id: int,
    person: Person,
    unit: UnitSaid,
    *,
    sent: Sent,
    consent: ConsentGiven,
    public_url: str,
    now: datetime,
    key: str | None = None,
) -> int:
    """Enter a stranger; a unit that is not on the list is added as their proposal. Returns the id of their link.

    The same form sent again (by its `key`) is answered by the same link. Nothing is kept when any part is refused.
    Raises Malformed (unit, province, contact, the fields of the questions) and Refused.
    """

    def attempt() -> int:
        with db.transaction() as session:
            return submissions.once(session, key, deed, now=now)

    def deed() -> tuple[int, int]:
        unit_id = _unit(meeting_id, unit, public_url=public_url, now=now)
        return _enter(meeting_id, unit_id, person, sent, Origin.PUBLIC, consent, public_url, now)

    return db.repeated(attempt)


def by_unit_link(
    meeting_id: int,
    unit_id: int,
    person: Person,
    *,
    sent: Sent,
    consent: ConsentGiven,
    public_url: str,
    now: datetime,
    key: str | None = None,
) -> int:
    """Enter somebody who holds the unit's link. Returns the id of their link. Raises Malformed and Refused.

    The same form sent again (by its `key`) is answered by the same link.
    """

    def deed() -> tuple[int, int]:
        return _enter(meeting_id, unit_id, person, sent, Origin.UNIT_LINK, consent, public_url, now)

    def attempt() -> int:
        with db.transaction() as session:
            return submissions.once(session, key, deed, now=now)

    return db.repeated(attempt)


def look_up(meeting_id: int, typed: str, province: str) -> Sequence[Unit]:
    """Units whose name holds what somebody typed, whatever that was; none for nothing."""
    search = legible(typed[:SHORT_LIMIT]).strip()
    return units.find(meeting_id, search=search, province=legible(province[:6])) if search else []


def _enter(
    meeting_id: int,
    unit_id: int,
    person: Person,
    sent: Sent,
    origin: Origin,
    consent: ConsentGiven,
    public_url: str,
    now: datetime,
) -> tuple[int, int]:
    """The ids of the place that it made or repeats, and of the link."""
    actor = activity.STRANGER if origin is Origin.PUBLIC else activity.UNIT_LINK
    made = registration.register(
        meeting_id,
        registration.Entry(
            name=person.name,
            unit_id=unit_id,
            mode=person.mode,
            phone=person.phone or None,
            email=person.email or None,
            position=person.position,
            language=person.language,
        ),
        actor=actor,
        origin=origin,
        public_url=public_url,
        now=now,
        consent=consent,
    )
    if sent:
        _answer(made, sent, actor, now)
    assert made.link_id is not None  # noqa: S101  # who registers themselves is given a link
    return made.delegate_id, made.link_id


def _answer(made: Registered, sent: Sent, actor: Actor, now: datetime) -> None:
    """Keep the answers with the place, or with the entry that repeats one."""
    with db.transaction() as session:
        if made.repeat is not None:
            questions.keep_for_repeat(session, made.repeat, sent, now=now)
            return
        questions.keep_answers(session, session.get_one(Delegate, made.delegate_id), sent, by=actor, now=now)


def _unit(meeting_id: int, said: UnitSaid, *, public_url: str, now: datetime) -> int:
    if said.unlisted:
        if not said.province:
            raise Malformed({"province": Fault.REQUIRED})
        if fault := fault_in(said.typed, limit=SHORT_LIMIT):
            raise Malformed({"unit": fault})
        facts = units.UnitFacts(said.typed.strip(), said.province)
        part, _ = units.add(meeting_id, facts, Doing(activity.STRANGER, now, public_url), proposed=True)
        return part.unit_id
    if said.picked.isascii() and said.picked.isdigit() and len(said.picked) < 20 and int(said.picked) <= _LARGEST_ID:
        try:
            return units.one(meeting_id, int(said.picked)).unit_id
        except Missing:
            pass
    same = [unit for unit in units.find(meeting_id, search=said.typed.strip()) if unit.name == said.typed.strip()]
    if said.typed.strip() and len(same) == 1:
        return same[0].id
    raise Malformed({"unit": Fault.UNIT_NOT_CHOSEN})
