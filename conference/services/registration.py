"""Registration (报名): a person is entered, by themselves or by others, and gets a place or waits for one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.orm import Session

from conference import db
from conference.models import Consent, Delegate, RepeatEntry
from conference.rules import names, registration
from conference.services import activity, contacts, entries, entry_facts, links, outbox, repeats
from conference.services.activity import Act, Actor
from conference.services.contacts import Contacts
from conference.services.entries import BY_THEMSELVES, Fresh, Place
from conference.services.entry_facts import Facts, Holder, UnitHere
from conference.services.places import Places, refuse
from conference.services.told import Told
from conference.vocabulary import (
    ActorKind,
    Category,
    ConsentPurpose,
    Fault,
    Malformed,
    MessageKind,
    Mode,
    Origin,
    Refused,
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
    """`token` opens the private page, `link_id` is the link's number; where no link was made they are empty.

    `place` is the entry as it was written. Where a stranger's entry repeats a place it is None, `repeat` is set (see
    RepeatEntry), and `delegate_id` is the holder's.
    """

    delegate_id: int
    token: str = ""
    link_id: int | None = None
    place: Place | None = None
    repeat: RepeatEntry | None = None

    @property
    def delegate(self) -> Delegate:
        """The row, read when it is asked for."""
        return db.session().get_one(Delegate, self.delegate_id)


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
    code: str | None = None,
) -> Registered:
    """Enter a person. At capacity they wait; the line is never an error. A `code` that nobody has becomes theirs.

    Raises Malformed (contact, unknown unit) and Refused (already_registered, registration_closed, unit_full,
    unit_mode_full). A stranger (from the public page, or by a unit's link with a number known to another unit) is
    never told that a number is registered: the answer is a repeat entry instead.
    """
    reach = contacts.read(entry.phone, entry.email)
    with db.transaction() as session:
        places = Places(session, meeting_id, now)
        facts = entry_facts.of_one(session, meeting_id, entry.unit_id, reach)
        entry = _of_kept_unit(facts, entry)
        holder_id = _judge(session, facts, entry, reach, by=(origin, actor), late=late, now=now)
        if holder_id is not None:
            made = _repeat(session, places, facts, holder_id, entry, reach, by=(origin, actor), now=now)
            if consent and made.repeat:
                _keep_for_repeat(made.repeat, consent, now=now)
            return made
        fresh = replace(_let_in(places, facts, entry, reach, origin=origin, now=now), badge=code)
        [place] = entries.write(session, places, [fresh])
        places.settle()
        link = links.make(session, place.id, now=now)
        if consent:
            _keep_consent(session, place.id, consent, now=now)
        _record(session, actor, meeting_id, [place], now=now)
        outbox.put(session, MessageKind.REGISTERED, place, now=now)
        return Registered(place.id, link.token, link.id, place)


def register_all(
    meeting_id: int,
    people: Sequence[Entry],
    *,
    actor: Actor,
    origin: Origin,
    now: datetime,
    late: bool = False,
) -> list[Registered | Refused | Malformed]:
    """Enter a list of people in one transaction and in the order given, as `register` would one after the other.

    The answer to each stands in its place in the list: whoever is refused stops nobody else. Five thousand take a few
    seconds. No private links are made: each is when its message is sent. To do more in the same transaction (edit
    those who are there already, say), open `db.transaction()` around it; to enter nobody unless all may come in,
    raise there when an answer is an exception.
    """
    reaches = [_reach(entry) for entry in people]
    answers: dict[int, Registered | Refused | Malformed] = {}
    let_in: dict[int, Fresh] = {}
    with db.transaction() as session:
        places = Places(session, meeting_id, now)
        facts = entry_facts.of_all(session, meeting_id, {entry.unit_id for entry in people}, reaches)
        for n, (said, reach) in enumerate(zip(people, reaches, strict=True)):
            try:
                if isinstance(reach, Malformed):
                    raise reach
                entry = _of_kept_unit(facts, said)
                holder_id = _judge(session, facts, entry, reach, by=(origin, actor), late=late, now=now)
                if holder_id is not None:
                    answers[n] = _repeat(session, places, facts, holder_id, entry, reach, by=(origin, actor), now=now)
                else:
                    let_in[n] = _let_in(places, facts, entry, reach, origin=origin, now=now)
            except (Refused, Malformed) as no:
                answers[n] = no
        written = entries.write(session, places, list(let_in.values()))
        places.settle()
        _record(session, actor, meeting_id, written, now=now)
        outbox.put_all(session, MessageKind.REGISTERED, written, now=now)
    answers |= {n: Registered(place.id, place=place) for n, place in zip(let_in, written, strict=True)}
    return [answers[n] for n in range(len(people))]


def _reach(entry: Entry) -> Contacts | Malformed:
    try:
        return contacts.read(entry.phone, entry.email)
    except Malformed as malformed:
        return malformed


def _judge(
    session: Session,
    facts: Facts,
    entry: Entry,
    reach: Contacts,
    *,
    by: tuple[Origin, Actor],
    late: bool,
    now: datetime,
) -> int | None:
    """Whether the entry may come in; the id of whose place it repeats, where its enterer must not learn of that.

    Raises Malformed and Refused.
    """
    origin, actor = by
    unit = facts.units[entry.unit_id]
    holder = facts.holder_of(reach)
    hidden = holder is not None and holder.id is not None and _must_not_learn(origin, actor, holder, entry.unit_id)
    refuse(
        registration.refusal_to_register(
            facts.meeting,
            _unit_facts(session, unit, entry.mode, origin, actor),
            late=late,
            by_unit=_of_the_unit(origin, actor),
            contact_taken=holder is not None and not hidden,
            now=now,
        )
    )
    return holder.id if holder is not None and hidden else None


def _of_kept_unit(facts: Facts, entry: Entry) -> Entry:
    """The entry under the unit that was kept, where its own was merged. Raises Malformed for one that is not here."""
    unit = facts.units.get(entry.unit_id)
    if unit is None:
        raise Malformed({"unit_id": Fault.UNKNOWN_ID})
    if unit.id == entry.unit_id:
        return entry
    facts.units[unit.id] = unit
    return replace(entry, unit_id=unit.id)


def _unit_facts(session: Session, unit: UnitHere, mode: Mode, origin: Origin, actor: Actor) -> registration.UnitFacts:
    """For strangers the live repeat entries of a unit fill its limits, as fresh ones do. No limit, no count."""
    outside = origin is Origin.PUBLIC or _of_the_unit(origin, actor)
    limited = unit.limit is not None or unit.limits[mode] is not None
    repeated = repeats.live(session, unit.meeting_id, unit.id) if outside and limited else {}
    return registration.UnitFacts(
        active=unit.active + sum(repeated.values()),
        limit=unit.limit,
        mode_active=unit.in_modes.get(mode, 0) + repeated.get(mode, 0),
        mode_limit=unit.limits[mode],
        reply_by=unit.reply_by,
    )


def _must_not_learn(origin: Origin, actor: Actor, holder: Holder, unit_id: int) -> bool:
    """Who comes for a unit may know who of that unit is registered, and nobody else's people."""
    return origin is Origin.PUBLIC or (_of_the_unit(origin, actor) and holder.unit_id != unit_id)


def _of_the_unit(origin: Origin, actor: Actor) -> bool:
    """Whether the entry comes by a unit's link, or from its liaison (by hand or in a file)."""
    return origin is Origin.UNIT_LINK or actor.kind is ActorKind.LIAISON


def _let_in(places: Places, facts: Facts, entry: Entry, reach: Contacts, *, origin: Origin, now: datetime) -> Fresh:
    """Take a place or a ticket for them; `entries.write` and `settle` write it down."""
    unit = facts.units[entry.unit_id]
    standing = places.enter(unit.id, entry.mode, pending=registration.awaits_review(facts.meeting, origin))
    facts.count(unit, entry.mode, reach)
    return Fresh(
        meeting_id=places.meeting_id,
        unit=unit,
        name=entry.name,
        pinyin=names.pinyin(entry.name),
        position=entry.position,
        category=entry.category,
        mode=entry.mode,
        status=standing.status,
        ticket=standing.ticket,
        reach=reach,
        origin=origin,
        language=entry.language,
        acknowledged_at=now if origin in BY_THEMSELVES else None,
        created_at=now,
    )


def _record(session: Session, actor: Actor, meeting_id: int, places: Sequence[Place], *, now: datetime) -> None:
    acts = [
        Act(
            place.id,
            before={},
            after={"name": place.name, "unit": place.unit.name, "mode": place.mode, "status": place.status},
        )
        for place in places
    ]
    activity.record_all(session, actor, "delegate.registered", "delegate", acts, meeting_id=meeting_id, now=now)


def _repeat(
    session: Session,
    places: Places,
    facts: Facts,
    holder_id: int,
    entry: Entry,
    reach: Contacts,
    *,
    by: tuple[Origin, Actor],
    now: datetime,
) -> Registered:
    pending = registration.awaits_review(facts.meeting, by[0])
    left = repeats.leave(session, places, holder_id, entry, reach, by=by, pending=pending, now=now)
    return Registered(holder_id, left.link.token, left.link.id, repeat=left.repeat)


def _keep_for_repeat(repeat: RepeatEntry, consent: ConsentGiven, *, now: datetime) -> None:
    told = Told(repeat)
    told.agree(ConsentPurpose.MEETING, version=consent.version, text_sha256=consent.text_sha256, now=now)
    told.keep()


def _keep_consent(session: Session, delegate_id: int, consent: ConsentGiven, *, now: datetime) -> None:
    session.add(
        Consent(
            delegate_id=delegate_id,
            purpose=ConsentPurpose.MEETING,
            version=consent.version,
            text_sha256=consent.text_sha256,
            given_at=now,
        )
    )
