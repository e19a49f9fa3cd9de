"""Who is inside at a checkpoint now, and since when: for a look, and for an evacuation."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import Delegate, Presence, Unit

PAGE = 100
AT_A_TIME = 1_000


@dataclass(frozen=True)
class Somebody:
    """`since` is when the stay began, None where only a late scan says that they are in."""

    id: int
    number: str
    name: str
    pinyin: str
    unit: str
    seat: str
    since: datetime | None
    gate: str | None


@dataclass(frozen=True)
class Page:
    """`total` is how many are inside, `more` the place in the list where the next page begins, None at the end."""

    people: Sequence[Somebody]
    total: int
    more: int | None


def count(checkpoint_id: int) -> int:
    """How many are inside."""
    query = sa.select(sa.func.count()).where(Presence.checkpoint_id == checkpoint_id, Presence.inside)
    return int(db.session().scalar(query) or 0)


def counts(meeting_id: int) -> dict[int, int]:
    """How many are inside, by checkpoint; those that are empty are left out."""
    query = (
        sa.select(Presence.checkpoint_id, sa.func.count().label("people"))
        .join(Delegate, Delegate.id == Presence.delegate_id)
        .where(Presence.inside, Delegate.meeting_id == meeting_id)
        .group_by(Presence.checkpoint_id)
    )
    return {row.checkpoint_id: row.people for row in db.session().execute(query)}


def page(checkpoint_id: int, *, search: str = "", start: int = 0) -> Page:
    """`PAGE` of those inside, by name, from the place `start` on; `search` is a part of a name, unit or number."""
    query = _people(checkpoint_id)
    if search:
        query = query.where(
            sa.or_(
                Delegate.name.contains(search, autoescape=True),
                Unit.name.contains(search, autoescape=True),
                Delegate.number.endswith(search, autoescape=True),
            )
        )
    rows = db.session().execute(query.offset(start).limit(PAGE + 1)).all()
    people = [Somebody(*row) for row in rows[:PAGE]]
    return Page(people, count(checkpoint_id), start + PAGE if len(rows) > PAGE else None)


def everybody(checkpoint_id: int) -> Iterator[Somebody]:
    """All who are inside, by unit and name."""
    query = _people(checkpoint_id).order_by(None).order_by(Unit.name, Delegate.pinyin, Delegate.id)
    for row in db.session().execute(query).yield_per(AT_A_TIME):
        yield Somebody(*row)


def _people(
    checkpoint_id: int,
) -> sa.Select[int, str, str, str, str, str, datetime | None, str | None]:
    return (
        sa.select(
            Delegate.id,
            Delegate.number,
            Delegate.name,
            Delegate.pinyin,
            Unit.name,
            Delegate.seat,
            Presence.first_scanned_at,
            Presence.first_gate,
        )
        .join(Presence, Presence.delegate_id == Delegate.id)
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(Presence.checkpoint_id == checkpoint_id, Presence.inside)
        .order_by(Delegate.pinyin, Delegate.id)
    )
