"""Who came to the venue and who is inside, counted by unit, each person once, as the scans are written."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase

from conference import db
from conference.models import Arrival, Turnout

_arrivals = cast(sa.Table, Arrival.__table__)
_turnouts = cast(sa.Table, Turnout.__table__)


@dataclass(frozen=True)
class Change:
    """What somebody's coming or going means for the count of their unit."""

    unit_id: int
    present: int
    inside: int


def note(
    connection: sa.Connection, *, delegate_id: int, meeting_id: int, unit_id: int, admissions: int, inside: int
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
            "admissions": max(0, admissions),
            "inside": max(0, inside),
            "more_admissions": admissions,
            "more_inside": inside,
        },
    ).one()
    change = Change(row.unit_id, _crossed(row.admissions, admissions), _crossed(row.inside, inside))
    return change if change.present or change.inside else None


@functools.cache
def _note(dialect: str) -> UpdateBase:
    return (
        db.insert_of(dialect, _arrivals)
        .values({name: sa.bindparam(name) for name in ("delegate_id", "meeting_id", "unit_id", "admissions", "inside")})
        .on_conflict_do_update(
            index_elements=["delegate_id"],
            set_={
                "admissions": _arrivals.c.admissions + sa.bindparam("more_admissions"),
                "inside": _arrivals.c.inside + sa.bindparam("more_inside"),
            },
        )
        .returning(_arrivals.c.unit_id, _arrivals.c.admissions, _arrivals.c.inside)
    )


def count(connection: sa.Connection, meeting_id: int, changes: Iterable[Change]) -> None:
    """Write changes to the counts of units: last in a transaction and in the order of the units, so that nobody who
    holds such a row waits for anything but the next one.
    """
    totals: dict[int, tuple[int, int]] = {}
    for change in changes:
        present, inside = totals.get(change.unit_id, (0, 0))
        totals[change.unit_id] = present + change.present, inside + change.inside
    for unit_id, (present, inside) in sorted(totals.items()):
        if present or inside:
            key = {"meeting_id": meeting_id, "unit_id": unit_id}
            db.add_to(connection, _turnouts, key, {"present": present, "inside": inside})


def move(session: Session, delegate_id: int, meeting_id: int, unit_id: int) -> None:
    """Count somebody for another unit from now on.

    The row of the person is made where there is none, so that a scan which read the old unit a moment ago finds the
    new one there.
    """
    session.execute(
        db.insert(session, _arrivals)
        .values(delegate_id=delegate_id, meeting_id=meeting_id, unit_id=unit_id, admissions=0, inside=0)
        .on_conflict_do_nothing(index_elements=["delegate_id"])
    )
    arrival = session.scalars(db.lock(sa.select(Arrival).where(Arrival.delegate_id == delegate_id))).one()
    if arrival.unit_id == unit_id:
        return
    present, inside = int(arrival.admissions > 0), int(arrival.inside > 0)
    changes = [Change(arrival.unit_id, -present, -inside), Change(unit_id, present, inside)]
    count(session.connection(), meeting_id, changes)
    arrival.unit_id = unit_id


def _crossed(now: int, change: int) -> int:
    """+1 when a count came to be above zero by `change`, -1 when it came back to zero, else 0."""
    before = now - change
    return int(now > 0) - int(before > 0)
