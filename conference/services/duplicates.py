"""Entries that may be one person's: found, looked at side by side, merged, or said to be two people.

What is found is kept as pairs, so that the desk can say how many there are without walking all rows. They are looked
for by the worker, and when somebody opens the page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from itertools import combinations
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from conference import db, jobs
from conference.models import Arrival, Delegate, DuplicatePair, Meeting
from conference.rules import duplicates as rules
from conference.sealing import unseal
from conference.services import activity, delegates
from conference.services.delegates import Doing
from conference.settings import Settings
from conference.vocabulary import ACTIVE_STATUSES, DelegateStatus, Likeness, MeetingStatus, Missing

PAGE = 50
LARGEST_GROUP = 12  # of one unit and one sound: more are no slip but a way of filling the form
LARGEST_NAMESAKES = 100
_BETTER = (DelegateStatus.CONFIRMED, DelegateStatus.WAITLISTED, DelegateStatus.PENDING)
_Found = sa.Row[int, str, int, str, bytes | None]
_pairs = cast(sa.Table, DuplicatePair.__table__)


@dataclass(frozen=True)
class Entry:
    """One of two that may be the same."""

    delegate: Delegate
    phone: str | None
    email: str | None
    came: bool


@dataclass(frozen=True)
class Pair:
    """`kept` is the id of the one that is better kept: who came, then who has a place, then who was first."""

    likeness: Likeness
    first: Entry
    second: Entry
    kept: int


@jobs.every(seconds=600)
def look_everywhere(settings: Settings, now: datetime) -> None:
    """The worker's turn: the meetings that are not over."""
    running = sa.select(Meeting.id).where(Meeting.status.in_((MeetingStatus.OPEN, MeetingStatus.CLOSED)))
    for meeting_id in db.session().scalars(running).all():
        look(meeting_id, now=now)


def look(meeting_id: int, *, now: datetime) -> None:
    """Find pairs anew: what is alike now is kept, what is not any more is forgotten, what was decided stays."""
    found = _alike(meeting_id)
    columns = _pairs.c.first_id, _pairs.c.second_id, _pairs.c.distinct_at
    rows = db.session().execute(sa.select(*columns).where(_pairs.c.meeting_id == meeting_id))
    known = {(first_id, second_id): distinct_at for first_id, second_id, distinct_at in rows}
    fresh = [pair for pair in found if pair not in known]
    gone = [pair for pair, distinct_at in known.items() if distinct_at is None and pair not in found]
    if not fresh and not gone:
        return
    with db.transaction() as session:
        for first_id, second_id in sorted(fresh):
            values = {"first_id": first_id, "second_id": second_id, "meeting_id": meeting_id}
            session.execute(
                db.insert(session, _pairs)
                .values(values | {"likeness": found[first_id, second_id], "found_at": now, "distinct_at": None})
                .on_conflict_do_nothing(index_elements=["first_id", "second_id"])
            )
        for first_id, second_id in sorted(gone):
            session.execute(
                sa.delete(_pairs).where(
                    _pairs.c.first_id == first_id, _pairs.c.second_id == second_id, _pairs.c.distinct_at.is_(None)
                )
            )


def count(meeting_id: int) -> int:
    """How many pairs wait for somebody to look at them."""
    first, second = _two()
    query = (
        sa.select(sa.func.count())
        .select_from(DuplicatePair)
        .join(first, first.id == DuplicatePair.first_id)
        .join(second, second.id == DuplicatePair.second_id)
        .where(*_open(meeting_id, first, second))
    )
    return int(db.session().scalar(query) or 0)


def page(meeting_id: int) -> Sequence[Pair]:
    """The first `PAGE` of them; who is dealt with makes room for the next."""
    return _read(meeting_id, limit=PAGE)


def one(meeting_id: int, first_id: int, second_id: int) -> Pair:
    """Two to be looked at side by side. Raises Missing where nobody said that they are alike, or one is over."""
    found = _read(
        meeting_id,
        DuplicatePair.first_id == min(first_id, second_id),
        DuplicatePair.second_id == max(first_id, second_id),
    )
    if not found:
        raise Missing
    return found[0]


def distinct(meeting_id: int, first_id: int, second_id: int, doing: Doing) -> None:
    """They are two people: they are not shown again; said again, nothing changes.

    Raises Missing where nobody of this meeting said that these are alike.
    """
    with db.transaction() as session:
        low, high = sorted((first_id, second_id))
        found = session.scalars(
            db.lock(
                sa.select(DuplicatePair).where(
                    DuplicatePair.first_id == low,
                    DuplicatePair.second_id == high,
                    DuplicatePair.meeting_id == meeting_id,
                )
            )
        ).first()
        if found is None:
            raise Missing
        if found.distinct_at is not None:
            return
        found.distinct_at = doing.now
        numbers = dict(
            session.execute(sa.select(Delegate.id, Delegate.number).where(Delegate.id.in_((low, high)))).all()
        )
        for delegate_id, other in ((low, high), (high, low)):
            activity.record(
                session,
                doing.actor,
                "delegate.distinct",
                "delegate",
                delegate_id,
                meeting_id=meeting_id,
                now=doing.now,
                after={"other_number": numbers[other]},
            )


def came(session: Session, ids: Iterable[int]) -> set[int]:
    """Which of these delegates were admitted at the venue."""
    query = sa.select(Arrival.delegate_id).where(Arrival.delegate_id.in_(list(ids)), Arrival.admissions > 0)
    return set(session.scalars(query))


def _alike(meeting_id: int) -> dict[tuple[int, int], Likeness]:
    active = (Delegate.meeting_id == meeting_id, Delegate.status.in_(ACTIVE_STATUSES), Delegate.pinyin != "")
    found: dict[tuple[int, int], Likeness] = {}
    for group in _groups(active, (Delegate.unit_id, Delegate.pinyin), LARGEST_GROUP):
        for a, b in combinations(group, 2):
            if like := rules.likeness((a.name, a.unit_id, a.pinyin), (b.name, b.unit_id, b.pinyin)):
                found[a.id, b.id] = like
    phoned = (*active, Delegate.phone_sealed.is_not(None))
    for group in _groups(phoned, (Delegate.pinyin,), LARGEST_NAMESAKES):
        phones = {one.id: unseal(one.phone_sealed or b"") for one in group}
        for a, b in combinations(group, 2):
            same = (a.id, b.id) not in found and rules.bare(a.name) == rules.bare(b.name)
            if same and rules.phones_alike(phones[a.id], phones[b.id]):
                found[a.id, b.id] = Likeness.LIKE_PHONE
    return found


def _groups(
    where: tuple[sa.ColumnElement[bool], ...], keys: tuple[sa.orm.InstrumentedAttribute[int | str], ...], most: int
) -> Iterable[Sequence[_Found]]:
    """Those who have the same `keys` as somebody else, the first `most` of each group by id."""
    several = sa.select(*keys).where(*where).group_by(*keys).having(sa.func.count() > 1).subquery()
    same = sa.and_(*(key == several.c[key.key] for key in keys))
    query = (
        sa.select(Delegate.id, Delegate.name, Delegate.unit_id, Delegate.pinyin, Delegate.phone_sealed)
        .join(several, same)
        .where(*where)
        .order_by(Delegate.id)
    )
    groups: dict[tuple[object, ...], list[_Found]] = defaultdict(list)
    for row in db.session().execute(query):
        group = groups[tuple(getattr(row, key.key) for key in keys)]
        if len(group) < most:
            group.append(row)
    return groups.values()


@cache
def _two() -> tuple[type[Delegate], type[Delegate]]:
    """The same twice in one query. Making these costs more than the count, which stands on every page of the desk."""
    return aliased(Delegate), aliased(Delegate)


def _open(meeting_id: int, first: type[Delegate], second: type[Delegate]) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        DuplicatePair.meeting_id == meeting_id,
        DuplicatePair.distinct_at.is_(None),
        first.status.in_(ACTIVE_STATUSES),
        second.status.in_(ACTIVE_STATUSES),
    )


def _read(meeting_id: int, *which: sa.ColumnElement[bool], limit: int = 1) -> list[Pair]:
    first, second = _two()
    session = db.session()
    rows = session.execute(
        sa.select(DuplicatePair.likeness, first, second)
        .join(first, first.id == DuplicatePair.first_id)
        .join(second, second.id == DuplicatePair.second_id)
        .where(*_open(meeting_id, first, second), *which)
        .order_by(DuplicatePair.first_id, DuplicatePair.second_id)
        .limit(limit)
    ).all()
    there = came(session, [one.id for _, *both in rows for one in both])
    return [_pair(like, a, b, there) for like, a, b in rows]


def _pair(like: Likeness, a: Delegate, b: Delegate, there: set[int]) -> Pair:
    kept = min((a, b), key=lambda one: (one.id not in there, _BETTER.index(one.status), one.id))
    return Pair(like, _entry(a, there), _entry(b, there), kept.id)


def _entry(delegate: Delegate, there: set[int]) -> Entry:
    return Entry(delegate, delegates.phone_of(delegate), delegates.email_of(delegate), delegate.id in there)
