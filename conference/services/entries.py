"""The rows of fresh entries.

Written in SQLAlchemy Core, for one as for thousands: at an opening hundreds come in one minute, and a reply form brings
a whole province. `registration` decides, `places` counts, here the people are written.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, util
from sqlalchemy.sql.dml import UpdateBase

from conference import db
from conference.models import Code, Delegate, Participation
from conference.rules import names
from conference.sealing import new_code, seal
from conference.services.contacts import Contacts
from conference.services.entry_facts import UnitHere
from conference.services.places import Places
from conference.vocabulary import Category, DelegateStatus, Mode, Origin

if TYPE_CHECKING:
    from conference.services.registration import Entry

_codes = cast(sa.Table, Code.__table__)
_delegates = cast(sa.Table, Delegate.__table__)
_participations = cast(sa.Table, Participation.__table__)


# Who was there when it was written: what is said of them is what they said.
BY_THEMSELVES = (Origin.PUBLIC, Origin.UNIT_LINK, Origin.WALK_IN)


@dataclass(frozen=True, kw_only=True)
class Fresh:
    """An entry that was let in; `ticket` is set for those who wait, `badge` for whom a code was made already."""

    meeting_id: int
    unit: UnitHere
    name: str
    pinyin: str
    position: str
    category: Category
    mode: Mode
    status: DelegateStatus
    ticket: int | None
    reach: Contacts
    origin: Origin
    language: str
    acknowledged_at: datetime | None
    created_at: datetime
    badge: str | None = None


@dataclass(frozen=True, kw_only=True)
class Place(Fresh):
    """The same, written."""

    id: int
    number: str
    code: str


def write(session: Session, places: Places, people: Sequence[Fresh]) -> list[Place]:
    """Write the delegates with their codes, and that their units have so many more; in the order given."""
    if not people:
        return []
    connection = session.connection()
    numbers = places.next_numbers(len(people))
    stamp = db.stamp(connection)
    marked = {"changed": stamp} if isinstance(stamp, int) else {}  # else the statement says it by itself
    rows = [_row(fresh) | marked | {"number": number} for fresh, number in zip(people, numbers, strict=True)]
    ids = _insert(connection, rows)
    written = [
        Place(**fresh.__dict__, id=ids[number], number=number, code=fresh.badge or new_code())
        for fresh, number in zip(people, numbers, strict=True)
    ]
    connection.execute(_CODE, [_code(place) for place in written])
    _count(session, written)
    return written


def row(session: Session, places: Places, entry: Entry, reach: Contacts, *, origin: Origin, now: datetime) -> Delegate:
    """The row of somebody who is entered, with a code; without a status and not yet written."""
    return Delegate(
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
        acknowledged_at=now if origin in BY_THEMSELVES else None,
        created_at=now,
        changed=db.stamp(session.connection()),
        codes=[Code(code=new_code(), created_at=now)],
    )


def _insert(connection: sa.Connection, rows: list[dict[str, Any]]) -> dict[str, int]:
    """The ids by number."""
    statement = _enter(connection.dialect.name)
    found = connection.execute(statement, rows[0] if len(rows) == 1 else rows)  # the many cost one more preparation
    return {row.number: row.id for row in found}


def _code(place: Place) -> dict[str, Any]:
    return {"code": place.code, "delegate_id": place.id, "created_at": place.created_at}


def _row(fresh: Fresh) -> dict[str, Any]:
    reach = fresh.reach
    return {
        "meeting_id": fresh.meeting_id,
        "unit_id": fresh.unit.id,
        "name": fresh.name,
        "pinyin": fresh.pinyin,
        "position": fresh.position,
        "category": fresh.category,
        "mode": fresh.mode,
        "status": fresh.status,
        "queue_mode": None if fresh.ticket is None else fresh.mode,
        "ticket": fresh.ticket,
        "seat": "",
        "phone_sealed": seal(reach.phone) if reach.phone else None,
        "phone_index": reach.phone_index,
        "email_sealed": seal(reach.email) if reach.email else None,
        "email_index": reach.email_index,
        "origin": fresh.origin,
        "language": fresh.language,
        "acknowledged_at": fresh.acknowledged_at,
        "created_at": fresh.created_at,
    }


def _count(session: Session, people: Sequence[Place]) -> None:
    """Each unit has so many more; a participation that the session knows is read again when it is next asked for."""
    more: dict[int, int] = {}
    for person in people:
        more[person.unit.participation_id] = more.get(person.unit.participation_id, 0) + 1
    for id_, n in sorted(more.items()):
        session.connection().execute(_MORE, {"at_participation": id_, "n": n})
        if part := session.identity_map.get(util.identity_key(Participation, id_)):
            session.expire(part, ["active"])


# Statements are built once: building one costs as much as running it.
_MORE = (
    sa.update(_participations)
    .where(_participations.c.id == sa.bindparam("at_participation"))
    .values(active=_participations.c.active + sa.bindparam("n"))
)
_CODE = sa.insert(_codes)


@functools.cache
def _enter(dialect: str) -> UpdateBase:
    statement = sa.insert(_delegates)
    if dialect == "postgresql":
        statement = statement.values(changed=db.TRANSACTION)
    return statement.returning(_delegates.c.id, _delegates.c.number)
