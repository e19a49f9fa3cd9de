"""Whose row of a reply form is whose place: units and people of the form beside those that are known."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import Delegate, Participation, RepeatEntry, ReplyRow, Unit
from conference.rules.replies import Person
from conference.rules.reply_facts import Spot
from conference.rules.reply_units import is_own, key
from conference.rules.unit_desk import may_reach
from conference.sealing import blind_index
from conference.services.contacts import Contacts
from conference.vocabulary import Category, DelegateStatus, Fault, Mode, Origin, RowNews

_AT_ONCE = 400  # values in one IN (…)


@dataclass(frozen=True)
class Holder:
    """What is known of a place, without opening what is sealed."""

    id: int
    unit_id: int
    name: str
    position: str
    mode: Mode
    waiting_for: Mode | None
    category: Category
    status: DelegateStatus
    phone_index: str | None
    email_index: str | None
    origin: Origin
    answered_at: datetime | None
    fingerprint: str | None


@dataclass(frozen=True)
class Matched:
    """A row beside what is known. `unit_id` is None for a unit that is to be made, in `province`.

    `fault` is what keeps the row from being brought in, at `spot`.
    """

    person: Person
    unit_id: int | None
    province: str
    news: RowNews
    holder: Holder | None
    changes: tuple[str, ...]
    fingerprint: str
    fault: Fault | None = None
    spot: Spot | None = None


def match(session: Session, meeting_id: int, people: Sequence[Person], *, unit_id: int | None) -> list[Matched]:
    """Every person of a form, in its order. `unit_id` is set where a unit brings in its own people alone."""
    units = _Units(session, meeting_id, people, unit_id)
    places = _Places(session, meeting_id, people, unit_id)
    return [_matched(person, units, places) for person in people]


def _matched(person: Person, units: _Units, places: _Places) -> Matched:
    unit_id, province, fault = units.of(person)
    fingerprint = _fingerprint(person, province)
    holder, clash = places.of(person, fingerprint)
    spot = None
    if fault is not None:
        spot = person.spots["unit"]
        if fault is Fault.PROVINCE_NEEDED and person.spots["province"].column is not None:
            spot = person.spots["province"]
    elif clash is not None:
        fault, spot = clash, person.spots["phone" if person.phone else "email"]
    changes = (
        () if holder is None else _changes(person, unit_id, holder, fingerprint, by_unit=places.unit_id is not None)
    )
    news = RowNews.CHANGED if changes else RowNews.SAME
    if holder is None and not places.repeated(person):
        news = RowNews.NEW
    return Matched(person, unit_id, province, news, holder, changes, fingerprint, fault, spot)


def _changes(
    person: Person, unit_id: int | None, holder: Holder, fingerprint: str, *, by_unit: bool
) -> tuple[str, ...]:
    """What the row says otherwise than the place; nothing where it says what it said last time, or is over.

    A unit does not mend how somebody is reached who typed it themselves, in a form as little as by hand.
    """
    if holder.fingerprint == fingerprint or not holder.status.active:
        return ()
    reach = Contacts(person.phone, person.email)
    if by_unit and not may_reach(holder.origin):
        reach = Contacts(None, None)
    return tuple(
        name
        for name, differs in (
            ("name", person.name != holder.name),
            ("position", bool(person.position) and person.position != holder.position),
            ("category", person.category is not Category.DELEGATE and person.category is not holder.category),
            ("mode", person.mode not in {holder.mode, holder.waiting_for}),
            ("phone", reach.phone is not None and reach.phone_index != holder.phone_index),
            ("email", reach.email is not None and reach.email_index != holder.email_index),
            ("unit_id", unit_id != holder.unit_id),
        )
        if differs
    )


def _fingerprint(person: Person, province: str) -> str:
    said = [person.name, person.position, person.phone, person.email, person.mode, person.category, province]
    return blind_index(json.dumps([*said, key(person.unit)], ensure_ascii=False))


class _Units:
    """The units that a form may mean: those of the meeting, and those of its names elsewhere."""

    def __init__(self, session: Session, meeting_id: int, people: Iterable[Person], unit_id: int | None) -> None:
        self.own = session.get(Unit, unit_id) if unit_id is not None else None
        self.here: dict[str, dict[str, int]] = {}
        self.elsewhere: dict[str, dict[str, int]] = {}
        columns = sa.select(Unit.id, Unit.name, Unit.province, Unit.merged_into_id)
        taking_part = columns.join(Participation, Participation.unit_id == Unit.id)
        for row in session.execute(taking_part.where(Participation.meeting_id == meeting_id)):
            self.here.setdefault(key(row.name), {})[row.province] = row.merged_into_id or row.id
        names = {person.unit for person in people}
        for some in _portions(sorted(names)):
            for row in session.execute(columns.where(Unit.name.in_(some)).order_by(Unit.id)):
                self.elsewhere.setdefault(key(row.name), {})[row.province] = row.merged_into_id or row.id

    def of(self, person: Person) -> tuple[int | None, str, Fault | None]:
        """The unit that a row means, its province, and what is wrong with that."""
        if self.own is not None:
            return self.own.id, self.own.province, None if self._is_own(person) else Fault.FOR_OTHER_UNITS
        known = self.here.get(key(person.unit), {}) or self.elsewhere.get(key(person.unit), {})
        if person.told or len(known) != 1:
            every = self.elsewhere.get(key(person.unit), {}) | self.here.get(key(person.unit), {})
            if person.province is None:
                return None, "", Fault.PROVINCE_NEEDED
            return every.get(person.province), person.province, None
        province, unit_id = next(iter(known.items()))  # a name that is known says more than a guess from the name
        return unit_id, province, None

    def _is_own(self, person: Person) -> bool:
        """A short name of one's own unit will do; another unit's name will not."""
        if not person.unit_here or self.own is None:
            return True
        return is_own(person.unit, self.own.name, self.own.province)


class _Places:
    """The places that a form's phones and e-mails hold, and what the last row for each of them said."""

    def __init__(self, session: Session, meeting_id: int, people: Iterable[Person], unit_id: int | None) -> None:
        self.unit_id = unit_id
        self.by_phone: dict[str, Holder] = {}
        self.by_email: dict[str, Holder] = {}
        self.over: dict[str, Holder] = {}
        reaches = [Contacts(person.phone, person.email) for person in people]
        for column, by, wanted in (
            (Delegate.phone_index, self.by_phone, {reach.phone_index for reach in reaches}),
            (Delegate.email_index, self.by_email, {reach.email_index for reach in reaches}),
        ):
            for some in _portions(sorted(index for index in wanted if index)):
                for holder in _holders(session, meeting_id, column.in_(some)):
                    index = holder.phone_index if by is self.by_phone else holder.email_index
                    if holder.status.active and index:
                        by[index] = holder
                    elif holder.fingerprint:
                        self.over[holder.fingerprint] = holder
        self._repeated = _repeated(session, meeting_id, unit_id)

    def of(self, person: Person, fingerprint: str) -> tuple[Holder | None, Fault | None]:
        """Who holds the place of a row. A unit learns nothing of another unit's people."""
        reach = Contacts(person.phone, person.email)
        by_phone = self.by_phone.get(reach.phone_index or "")
        by_email = self.by_email.get(reach.email_index or "")
        found = by_phone or by_email
        if found is None:
            return self.over.get(fingerprint), None
        if self.unit_id is not None and any(h and h.unit_id != self.unit_id for h in (by_phone, by_email)):
            return self._of_another_unit(by_phone, by_email)
        if by_phone and by_email and by_phone.id != by_email.id:
            return None, Fault.CONTACTS_OF_TWO
        return found, None

    def repeated(self, person: Person) -> bool:
        """Whether this unit has entered somebody before who has a place with another unit."""
        reach = Contacts(person.phone, person.email)
        found = (self.by_phone.get(reach.phone_index or ""), self.by_email.get(reach.email_index or ""))
        return any(holder is not None and holder.id in self._repeated for holder in found)

    def _of_another_unit(self, *found: Holder | None) -> tuple[Holder | None, Fault | None]:
        if any(h is not None and h.unit_id == self.unit_id for h in found):
            return None, Fault.NOT_TO_BE_CHANGED_HERE
        return None, None  # entered like a fresh one, as a repeat (decision 4)


def _holders(session: Session, meeting_id: int, condition: sa.ColumnElement[bool]) -> Iterator[Holder]:
    query = sa.select(*_HELD, ReplyRow.fingerprint).outerjoin(ReplyRow, ReplyRow.delegate_id == Delegate.id)
    query = query.where(Delegate.meeting_id == meeting_id, condition).order_by(Delegate.id)
    for row in session.execute(query):
        waiting_for = row.queue_mode if row.status is DelegateStatus.CONFIRMED else None
        yield Holder(
            row.id,
            row.unit_id,
            row.name,
            row.position,
            row.mode,
            waiting_for,
            row.category,
            row.status,
            row.phone_index,
            row.email_index,
            row.origin,
            row.acknowledged_at,
            row.fingerprint,
        )


_HELD = (
    Delegate.id,
    Delegate.unit_id,
    Delegate.name,
    Delegate.position,
    Delegate.mode,
    Delegate.queue_mode,
    Delegate.category,
    Delegate.status,
    Delegate.phone_index,
    Delegate.email_index,
    Delegate.origin,
    Delegate.acknowledged_at,
)


def _repeated(session: Session, meeting_id: int, unit_id: int | None) -> set[int]:
    """Whose places this unit has repeated already."""
    if unit_id is None:
        return set()
    return set(
        session.scalars(
            sa.select(RepeatEntry.delegate_id).where(
                RepeatEntry.meeting_id == meeting_id, RepeatEntry.unit_id == unit_id, RepeatEntry.settled_at.is_(None)
            )
        )
    )


def _portions(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), _AT_ONCE):
        yield values[start : start + _AT_ONCE]
