"""What an entry is judged by: the meeting, its unit's part in it, and who holds its phone or e-mail already.

Read in SQLAlchemy Core under the lock of the lines, in one statement for one entry and in a few for thousands.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import Delegate, Meeting, Participation, Unit
from conference.rules.registration import MeetingFacts
from conference.services import unit_places
from conference.services.contacts import Contacts
from conference.vocabulary import ACTIVE_STATUSES, Malformed, Mode

T = TypeVar("T")
CHUNK = 500

_delegates = cast(sa.Table, Delegate.__table__)
_meetings = cast(sa.Table, Meeting.__table__)
_participations = cast(sa.Table, Participation.__table__)
_units = cast(sa.Table, Unit.__table__)


@dataclass
class UnitHere:
    """A unit's part in the meeting, held; `active` and `in_modes` count with us as we go.

    `in_modes` is read only where `limits` has one; `id` is the kept one's, where the unit was merged.
    """

    participation_id: int
    meeting_id: int
    id: int
    name: str
    province: str
    limit: int | None
    active: int
    limits: dict[Mode, int | None]
    reply_by: datetime | None
    in_modes: dict[Mode, int]

    @property
    def limited_by_mode(self) -> bool:
        return any(limit is not None for limit in self.limits.values())


@dataclass(frozen=True)
class Holder:
    """Who has an active place already; an `id` of None is an earlier one of the same list."""

    id: int | None
    unit_id: int


@dataclass
class Facts:
    """Units by their id, holders by the blind index of their phone and of their e-mail."""

    meeting: MeetingFacts
    units: dict[int, UnitHere]
    holders: dict[str, Holder]

    def holder_of(self, reach: Contacts) -> Holder | None:
        """Who holds one of these, the older place first."""
        found = [self.holders[index] for index in reach.indexes if index in self.holders]
        return min(found, key=lambda holder: holder.id or 0, default=None)

    def count(self, unit: UnitHere, mode: Mode, reach: Contacts) -> None:
        """Somebody more is in: for those who come after them."""
        unit.active += 1
        unit.in_modes[mode] = unit.in_modes.get(mode, 0) + 1
        self.holders |= dict.fromkeys(reach.indexes, Holder(None, unit.id))


def of_one(session: Session, meeting_id: int, unit_id: int, reach: Contacts) -> Facts:
    """For one entry, in one statement; its unit is missing where it does not take part. Holds the unit's part."""
    values = {
        "meeting_id": meeting_id,
        "unit_id": unit_id,
        "phone_index": reach.phone_index,
        "email_index": reach.email_index,
    }
    row = session.connection().execute(_FACTS, values).first()
    if row is None:  # it does not take part, or was merged
        return of_all(session, meeting_id, [unit_id], [reach])
    holders = {}
    for index, holder_id in ((reach.phone_index, row.phone_holder), (reach.email_index, row.email_holder)):
        if index and holder_id is not None:
            holders[index] = Holder(holder_id, session.get_one(Delegate, holder_id).unit_id)
    units = {unit_id: _unit(row)}
    _count_modes(session, meeting_id, units)
    return Facts(row, units, holders)


def of_all(
    session: Session, meeting_id: int, unit_ids: Collection[int], reaches: Iterable[Contacts | Malformed]
) -> Facts:
    """For a list of entries; the parts of all their units are held, in the order of their ids."""
    connection = session.connection()
    meeting = connection.execute(sa.select(_meetings).where(_meetings.c.id == meeting_id)).one()
    units = {
        row.unit_id: _unit(row)
        for some in _chunks(sorted(unit_ids))
        for row in connection.execute(_UNITS, {"meeting_id": meeting_id, "unit_ids": some})
    }
    if missing := sorted(set(unit_ids) - units.keys()):
        units |= _of_kept(session, meeting_id, missing, units)
    _count_modes(session, meeting_id, units)
    holders: dict[str, Holder] = {}
    for some in _chunks([i for reach in reaches if isinstance(reach, Contacts) for i in reach.indexes]):
        for row in connection.execute(_HOLDERS, {"meeting_id": meeting_id, "indexes": some}):
            holder = Holder(row.id, row.unit_id)
            holders |= {index: holder for index in (row.phone_index, row.email_index) if index}
    return Facts(meeting, units, holders)


def _unit(row: Any) -> UnitHere:  # a row of columns
    return UnitHere(
        row.participation_id,
        row.meeting_id,
        row.unit_id,
        row.unit_name,
        row.unit_province,
        row.delegate_limit,
        row.active,
        {Mode.IN_PERSON: row.in_person_limit, Mode.ONLINE: row.online_limit},
        row.reply_by,
        {},
    )


def _of_kept(
    session: Session, meeting_id: int, missing: Sequence[int], found: dict[int, UnitHere]
) -> dict[int, UnitHere]:
    """For units that were merged, the part of the one that was kept, under the id that was asked for."""
    connection = session.connection()
    merged = sa.select(_units.c.id, _units.c.merged_into_id).where(
        _units.c.id.in_(missing), _units.c.merged_into_id.is_not(None)
    )
    kept = {row.id: row.merged_into_id for row in connection.execute(merged)}
    wanted = sorted(set(kept.values()) - found.keys())
    rows = connection.execute(_UNITS, {"meeting_id": meeting_id, "unit_ids": wanted}) if wanted else ()
    units = found | {row.unit_id: _unit(row) for row in rows}
    return {id_: units[kept_id] for id_, kept_id in kept.items() if kept_id in units}


def _count_modes(session: Session, meeting_id: int, units: dict[int, UnitHere]) -> None:
    limited = {unit.id: unit for unit in units.values() if unit.limited_by_mode}
    for (unit_id, mode), n in unit_places.in_modes(session, meeting_id, sorted(limited)).items():
        limited[unit_id].in_modes[mode] = n


def _chunks(items: Sequence[T]) -> Iterator[list[T]]:
    left = iter(items)
    while some := list(itertools.islice(left, CHUNK)):
        yield some


def _holder(column: str) -> sa.Label[int]:
    """The one active place with this phone or e-mail: a unique index sees to it that there is no second."""
    other = _delegates.alias()
    return (
        sa.select(other.c.id)
        .where(
            other.c.meeting_id == sa.bindparam("meeting_id"),
            other.c[column] == sa.bindparam(column),
            other.c.status.in_(ACTIVE_STATUSES),
        )
        .scalar_subquery()
        .label(column.replace("index", "holder"))
    )


# Statements are built once: building one costs as much as running it.
_PART = (
    _participations.c.id.label("participation_id"),
    _participations.c.meeting_id,
    _participations.c.unit_id,
    _participations.c.delegate_limit,
    _participations.c.active,
    _participations.c.in_person_limit,
    _participations.c.online_limit,
    _participations.c.reply_by,
    _units.c.name.label("unit_name"),
    _units.c.province.label("unit_province"),
)
_FACTS = (
    sa.select(
        *_PART,
        _meetings.c.status,
        _meetings.c.registration_opens_at,
        _meetings.c.registration_closes_at,
        _meetings.c.approval,
        _meetings.c.open_to,
        _holder("phone_index"),
        _holder("email_index"),
    )
    .join_from(_participations, _units)
    .join(_meetings, _meetings.c.id == _participations.c.meeting_id)
    .where(
        _participations.c.meeting_id == sa.bindparam("meeting_id"), _participations.c.unit_id == sa.bindparam("unit_id")
    )
    .with_for_update(key_share=True, of=_participations)
)
_UNITS = (
    sa.select(*_PART)
    .join_from(_participations, _units)
    .where(
        _participations.c.meeting_id == sa.bindparam("meeting_id"),
        _participations.c.unit_id.in_(sa.bindparam("unit_ids", expanding=True)),
    )
    .order_by(_participations.c.unit_id)
    .with_for_update(key_share=True, of=_participations)
)
_HOLDERS = sa.union(
    *(
        sa.select(_delegates.c.id, _delegates.c.unit_id, _delegates.c.phone_index, _delegates.c.email_index).where(
            _delegates.c.meeting_id == sa.bindparam("meeting_id"),
            column.in_(sa.bindparam("indexes", expanding=True)),
            _delegates.c.status.in_(ACTIVE_STATUSES),
        )
        for column in (_delegates.c.phone_index, _delegates.c.email_index)
    )
)
