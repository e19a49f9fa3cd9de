"""Who came to the venue and who is inside, counted by unit and category, each person once, as the scans are written."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase

from conference import db
from conference.models import Arrival, Delegate, Meeting, Turnout
from conference.vocabulary import Category, DelegateStatus, Mode

_arrivals = cast(sa.Table, Arrival.__table__)
_turnouts = cast(sa.Table, Turnout.__table__)


@dataclass(frozen=True)
class Change:
    """What somebody's coming or going means for the count of their unit and category."""

    unit_id: int
    category: Category
    present: int
    inside: int


def note(
    connection: sa.Connection,
    *,
    delegate_id: int,
    meeting_id: int,
    unit_id: int,
    category: Category,
    admissions: int,
    inside: int,
) -> Change | None:
    """Somebody's admissions at venue checkpoints, and the number of those they are inside at, change by so much.

    The row of the person is written first and says what they were before; so two gates at one instant cannot both
    believe that theirs is the first admission. Returns what `count` is to write, if anything.
    """
    if not admissions and not inside:
        return None
    row = connection.execute(
        _note(connection.dialect.name),
        {
            "delegate_id": delegate_id,
            "meeting_id": meeting_id,
            "unit_id": unit_id,
            "category": category,
            "admissions": max(0, admissions),
            "inside": max(0, inside),
            "more_admissions": admissions,
            "more_inside": inside,
        },
    ).one()
    change = Change(row.unit_id, row.category, _crossed(row.admissions, admissions), _crossed(row.inside, inside))
    return change if change.present or change.inside else None


@functools.cache
def _note(dialect: str) -> UpdateBase:
    return (
        db.insert_of(dialect, _arrivals)
        .values({name: sa.bindparam(name) for name in _NOTED})
        .on_conflict_do_update(
            index_elements=["delegate_id"],
            set_={
                "admissions": _arrivals.c.admissions + sa.bindparam("more_admissions"),
                "inside": _arrivals.c.inside + sa.bindparam("more_inside"),
            },
        )
        .returning(_arrivals.c.unit_id, _arrivals.c.category, _arrivals.c.admissions, _arrivals.c.inside)
    )


_NOTED = ("delegate_id", "meeting_id", "unit_id", "category", "admissions", "inside")


def count(connection: sa.Connection, meeting_id: int, changes: Iterable[Change]) -> None:
    """Write changes to the counts of units: last in a transaction and in the order of their keys, so that nobody who
    holds such a row waits for anything but the next one.
    """
    totals: dict[tuple[int, Category], tuple[int, int]] = {}
    for change in changes:
        present, inside = totals.get((change.unit_id, change.category), (0, 0))
        totals[change.unit_id, change.category] = present + change.present, inside + change.inside
    for (unit_id, category), (present, inside) in sorted(totals.items()):
        if present or inside:
            key = {"meeting_id": meeting_id, "unit_id": unit_id, "category": category}
            db.add_to(connection, _turnouts, key, {"present": present, "inside": inside})


def move(session: Session, delegate_id: int, meeting_id: int, unit_id: int, category: Category) -> None:
    """Count somebody for another unit or category from now on.

    The row of the person is made where there is none, so that a scan which read the old one a moment ago finds the
    new one there.
    """
    key = {"delegate_id": delegate_id, "meeting_id": meeting_id, "unit_id": unit_id, "category": category}
    session.execute(
        db.insert(session, _arrivals)
        .values(key | {"admissions": 0, "inside": 0})
        .on_conflict_do_nothing(index_elements=["delegate_id"])
    )
    arrival = session.scalars(db.lock(sa.select(Arrival).where(Arrival.delegate_id == delegate_id))).one()
    if (arrival.unit_id, arrival.category) == (unit_id, category):
        return
    present, inside = int(arrival.admissions > 0), int(arrival.inside > 0)
    changes = [
        Change(arrival.unit_id, arrival.category, -present, -inside),
        Change(unit_id, category, present, inside),
    ]
    count(session.connection(), meeting_id, changes)
    arrival.unit_id, arrival.category = unit_id, category


def by_unit(session: Session, meeting: Meeting) -> dict[int, tuple[int, int]]:
    """How many of each unit came and how many are inside, of those whom the hall's figure counts."""
    found = session.execute(
        sa.select(Turnout.unit_id, sa.func.sum(Turnout.present), sa.func.sum(Turnout.inside))
        .where(Turnout.meeting_id == meeting.id, Turnout.category.not_in(uncounted(meeting)))
        .group_by(Turnout.unit_id)
    )
    return {unit_id: (int(present), int(inside)) for unit_id, present, inside in found}


def not_expected(session: Session, meeting: Meeting) -> dict[int, int]:
    """How many of each unit are confirmed in person and left out of the hall's figure, for whom nobody waits there.

    The tallies know no categories; so it is counted, by an index alone, and only where something is left out.
    """
    left_out = uncounted(meeting)
    if not left_out:
        return {}
    found = session.execute(
        sa.select(Delegate.unit_id, sa.func.count().label("people"))
        .where(
            Delegate.meeting_id == meeting.id,
            Delegate.category.in_(left_out),
            Delegate.mode == Mode.IN_PERSON,
            Delegate.status == DelegateStatus.CONFIRMED,
        )
        .group_by(Delegate.unit_id)
    )
    return {row.unit_id: int(row.people) for row in found}


def uncounted(meeting: Meeting) -> list[Category]:
    """The categories that the hall's figure leaves out."""
    return [category for category in Category if category.value in meeting.uncounted]


def _crossed(now: int, change: int) -> int:
    """+1 when a count came to be above zero by `change`, -1 when it came back to zero, else 0."""
    before = now - change
    return int(now > 0) - int(before > 0)
