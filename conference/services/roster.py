"""The roster: what a scanner needs to decide without a network, then only what changed.

A scanner follows by a mark (see `db.stamp`): the horizon is asked before the rows are read, so a write that was on
its way meanwhile is told again next time, and none is lost. Everybody is in it, whatever their status, and every code
ever given, so that a scanner decides by the same lines as the door.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from conference import db
from conference.models import AgendaSession, Checkpoint, Code, Delegate, Departure, Presence, SignUp, Unit
from conference.sealing import unseal
from conference.services import visits_lines
from conference.vocabulary import DelegateStatus, Fault, Malformed, SignUpStatus

PAGE = 2_500  # people: ten thousand in four answers of some hundred kilobytes

_agenda = cast(sa.Table, AgendaSession.__table__)
_checkpoints = cast(sa.Table, Checkpoint.__table__)
_codes = cast(sa.Table, Code.__table__)
_delegates = cast(sa.Table, Delegate.__table__)
_departures = cast(sa.Table, Departure.__table__)
_presences = cast(sa.Table, Presence.__table__)
_sign_ups = cast(sa.Table, SignUp.__table__)
_units = cast(sa.Table, Unit.__table__)
_OVER = {DelegateStatus.DECLINED, DelegateStatus.CANCELLED}


@dataclass(frozen=True)
class Position:
    """Where a scanner stands: it knows all that was marked before `since`. In the middle of a round of pages
    `until` is the horizon that the round began with and `after_id` the last delegate told; else both are 0. `line_id`
    is the line by which it knows who is listed, 0 where everybody is.
    """

    since: int = 0
    until: int = 0
    after_id: int = 0
    line_id: int = 0


@dataclass(frozen=True)
class Page:
    items: list[dict[str, Any]]  # JSON objects
    position: Position
    more: bool


def page(meeting_id: int, checkpoint_id: int, position: Position, *, size: int = PAGE) -> Page:
    """The next page of a round, `size` people at a time. Raises Malformed (unknown checkpoint)."""
    session = db.session()
    known = (
        sa.select(
            _checkpoints.c.departure_id,
            sa.func.coalesce(_departures.c.line_id, _agenda.c.sign_up_line_id).label("line_id"),
        )
        .outerjoin(_agenda, _agenda.c.id == _checkpoints.c.session_id)
        .outerjoin(_departures, _departures.c.id == _checkpoints.c.departure_id)
        .where(_checkpoints.c.id == checkpoint_id, _checkpoints.c.meeting_id == meeting_id)
    )
    point = session.execute(known).first()
    if point is None:
        raise Malformed({"checkpoint_id": Fault.UNKNOWN_ID})
    horizon = db.horizon(session)
    line_id = point.line_id or 0
    # Of another database, before a backup was restored, or of other lists: from the beginning.
    if position.since > horizon or position.line_id != line_id:
        position = Position()
    until = position.until or horizon
    people = session.execute(_people(meeting_id, checkpoint_id, point, position, size)).all()
    more = len(people) > size
    people = people[:size]
    items = _items(people, _codes_of([row.id for row in people]))
    if more:
        return Page(items, Position(position.since, until, people[-1].id, line_id), more=True)
    return Page(items, Position(since=until, line_id=line_id), more=False)


def _people(meeting_id: int, checkpoint_id: int, point: Any, position: Position, size: int) -> sa.Select[Any]:
    """`point` is a row of `departure_id` and `line_id`."""
    query = (
        sa.select(
            _delegates.c.id,
            _delegates.c.number,
            _delegates.c.name,
            _delegates.c.pinyin,
            _delegates.c.position,
            _delegates.c.category,
            _delegates.c.phone_sealed,
            _delegates.c.mode,
            _delegates.c.status,
            _delegates.c.seat,
            _units.c.id.label("unit_id"),
            _units.c.name.label("unit_name"),
            _units.c.province,
            visits_lines.departure_of(_delegates.c.id, sa.literal(point.departure_id, sa.BigInteger)),
            _presences.c.inside,
            _presences.c.first_scanned_at,
            _presences.c.first_gate,
        )
        .select_from(
            _delegates.join(_units, _units.c.id == _delegates.c.unit_id).outerjoin(
                _presences,
                sa.and_(_presences.c.delegate_id == _delegates.c.id, _presences.c.checkpoint_id == checkpoint_id),
            )
        )
        .where(_delegates.c.meeting_id == meeting_id, _delegates.c.id > position.after_id)
        .order_by(_delegates.c.id)
        .limit(size + 1)
    )
    if point.line_id is None:
        query = query.add_columns(sa.true().label("listed"))
    else:
        signed_up = sa.and_(_sign_ups.c.delegate_id == _delegates.c.id, _sign_ups.c.line_id == point.line_id)
        confirmed = _sign_ups.c.status == SignUpStatus.CONFIRMED
        listed = sa.select(_sign_ups.c.id).where(signed_up, confirmed).exists()
        query = query.add_columns(listed.label("listed"))
    if position.since:
        # Look-ups by their indexes, rather than one condition that would have to walk everybody.
        changed = sa.union(
            sa.select(_delegates.c.id).where(
                _delegates.c.meeting_id == meeting_id, _delegates.c.changed >= position.since
            ),
            sa.select(_presences.c.delegate_id).where(
                _presences.c.checkpoint_id == checkpoint_id, _presences.c.changed >= position.since
            ),
            sa.select(_sign_ups.c.delegate_id).where(
                sa.or_(
                    _sign_ups.c.line_id == point.line_id, _sign_ups.c.line_id.in_(visits_lines.of_meeting(meeting_id))
                ),
                _sign_ups.c.changed >= position.since,
            ),
        )
        query = query.where(_delegates.c.id.in_(changed))
    return query


def _codes_of(ids: Sequence[int]) -> dict[int, list[tuple[str, bool]]]:
    """By delegate, the oldest first: each code, and whether it was replaced."""
    found: dict[int, list[tuple[str, bool]]] = defaultdict(list)
    if ids:
        query = (
            sa.select(_codes.c.delegate_id, _codes.c.code, _codes.c.revoked_at)
            .where(_codes.c.delegate_id.in_(ids))
            .order_by(_codes.c.created_at, _codes.c.code)
        )
        for delegate_id, code, revoked_at in db.session().execute(query):
            found[delegate_id].append((code, revoked_at is not None))
    return found


def _items(people: Sequence[Any], codes: dict[int, list[tuple[str, bool]]]) -> list[dict[str, Any]]:
    """Unit by unit, and what is everybody's own before what many share: a tenth less on the wire, compressed."""
    items = []
    for row in sorted(people, key=lambda row: row.unit_id):
        own = {
            "number": row.number,
            "name": row.name,
            "pinyin": row.pinyin,
            "phone_tail": unseal(row.phone_sealed)[-4:] if row.phone_sealed else None,
            "seat": row.seat or None,
            "position": row.position,
            "unit": {"id": row.unit_id, "name": row.unit_name, "province": row.province},
            "category": row.category.value,
            "mode": row.mode.value,
            "status": row.status.value,
            "departure": row.departure,
            "listed": bool(row.listed),
            "in": bool(row.inside),
            "first_scanned_at": row.first_scanned_at.isoformat() if row.first_scanned_at else None,
            "first_gate": row.first_gate,
        }
        over = row.status in _OVER
        items += [{"code": code, **own, "removed": over or replaced} for code, replaced in codes[row.id]]
    return items
