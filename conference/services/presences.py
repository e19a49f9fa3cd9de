"""Presences: where a person stands at a checkpoint, moved by each scan that counts, and the turnout of their unit
with it at a venue.
"""

from __future__ import annotations

import functools
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from conference import db
from conference.models import CheckIn, Code, Presence
from conference.rules import checkin
from conference.services import turnout
from conference.vocabulary import Category, Direction, Outcome

_check_ins = cast(sa.Table, CheckIn.__table__)
_codes = cast(sa.Table, Code.__table__)
_presences = cast(sa.Table, Presence.__table__)


@dataclass(frozen=True)
class Place:
    """One person at one checkpoint; what happens at a `venue` counts for the turnout of their unit."""

    delegate_id: int
    checkpoint_id: int
    meeting_id: int
    unit_id: int
    category: Category
    venue: bool


@dataclass(frozen=True)
class State:
    """What a row of `presences` says: the latest stay, with its `admitted`."""

    inside: bool = False
    last_out_at: datetime | None = None
    first_scanned_at: datetime | None = None
    first_gate: str | None = None


NOWHERE = State()


def lock(connection: sa.Connection, delegate_id: int, checkpoint_id: int) -> State:
    """Where somebody stands who has a row already, held until the end of the transaction."""
    row = connection.execute(_LOCK, {"delegate_id": delegate_id, "checkpoint_id": checkpoint_id}).one()
    return State(*row)


def lock_all(connection: sa.Connection, wanted: Collection[str], checkpoint_ids: Collection[int]) -> None:
    """Hold the presences of the people with these codes in one order, so that single scans of the same people cannot
    block a batch.
    """
    connection.execute(
        sa.select(_presences.c.delegate_id)
        .join(_codes, _codes.c.delegate_id == _presences.c.delegate_id)
        .where(_codes.c.code.in_(wanted), _presences.c.checkpoint_id.in_(checkpoint_ids))
        .order_by(_presences.c.delegate_id, _presences.c.checkpoint_id)
        .with_for_update(of=_presences)
    )


_LOCK = (
    sa.select(_presences.c.inside, _presences.c.last_out_at, _presences.c.first_scanned_at, _presences.c.first_gate)
    .where(
        _presences.c.delegate_id == sa.bindparam("delegate_id"),
        _presences.c.checkpoint_id == sa.bindparam("checkpoint_id"),
    )
    .with_for_update()
)


def admission_of_stay(
    connection: sa.Connection, delegate_id: int, checkpoint_id: int, state: State, direction: Direction, at: datetime
) -> tuple[tuple[datetime, str] | None, list[checkin.Event] | None]:
    """When and where the stay that a scan at `at` falls into had its `admitted`; and the events, where they were read.

    The presence knows the latest stay; only an exit, or an entry from before the last exit, needs the record.
    """
    late = state.last_out_at is not None and at < state.last_out_at
    if direction is Direction.IN and not late:
        if state.first_scanned_at is None or state.first_gate is None:
            return None, None
        return (state.first_scanned_at, state.first_gate), None
    events = _events(connection, delegate_id, checkpoint_id)
    admission = checkin.admission_of_stay(events, at)
    return ((admission.at, admission.gate) if admission else None), events


def move(
    connection: sa.Connection,
    place: Place,
    old: State | None,
    event: checkin.Event,
    events: list[checkin.Event] | None,
) -> turnout.Change | None:
    """Bring the presence up to what `event`, a scan just kept, did; returns what it means for the turnout.

    `old` is None for somebody who has no row yet; `events` are the earlier ones, where they were read. Raises Stale
    when another transaction made the row since we looked.
    """
    before = old or NOWHERE
    new = _after(before, event) if events is None else _state(checkin.standing([*events, event]))
    _write(connection, place, old, new)
    return _note(connection, place, before, new, admissions=int(event.admitted))


def take_back(connection: sa.Connection, place: Place, check_in_id: int, outcome: Outcome) -> turnout.Change | None:
    """Undo what a scan did to the presence; returns what that means for the turnout."""
    old = lock(connection, place.delegate_id, place.checkpoint_id)
    events = [e for e in _events(connection, place.delegate_id, place.checkpoint_id) if e.id != check_in_id]
    new = _state(checkin.standing(events))
    _write(connection, place, old, new)
    return _note(connection, place, old, new, admissions=-int(outcome is Outcome.ADMITTED))


def _after(before: State, event: checkin.Event) -> State:
    """After a scan in the latest stay."""
    if event.direction is Direction.OUT:
        return State(False, event.at, before.first_scanned_at, before.first_gate)
    if event.admitted and before.first_scanned_at is None:
        return State(True, before.last_out_at, event.at, event.gate)
    return State(True, before.last_out_at, before.first_scanned_at, before.first_gate)


def _state(standing: checkin.Standing) -> State:
    first = standing.admission
    return State(standing.inside, standing.last_out_at, first.at if first else None, first.gate if first else None)


def _events(connection: sa.Connection, delegate_id: int, checkpoint_id: int) -> list[checkin.Event]:
    found = connection.execute(_EVENTS, {"delegate_id": delegate_id, "checkpoint_id": checkpoint_id})
    return [checkin.Event(e.id, e.scanned_at, e.direction, e.outcome is Outcome.ADMITTED, e.gate) for e in found]


_EVENTS = sa.select(
    _check_ins.c.id, _check_ins.c.scanned_at, _check_ins.c.direction, _check_ins.c.outcome, _check_ins.c.gate
).where(
    _check_ins.c.delegate_id == sa.bindparam("delegate_id"),
    _check_ins.c.checkpoint_id == sa.bindparam("checkpoint_id"),
    _check_ins.c.outcome != Outcome.REFUSED,
    _check_ins.c.voided_at.is_(None),
)


def _note(connection: sa.Connection, place: Place, old: State, new: State, *, admissions: int) -> turnout.Change | None:
    if not place.venue:
        return None
    return turnout.note(
        connection,
        delegate_id=place.delegate_id,
        meeting_id=place.meeting_id,
        unit_id=place.unit_id,
        category=place.category,
        admissions=admissions,
        inside=int(new.inside) - int(old.inside),
    )


def _write(connection: sa.Connection, place: Place, old: State | None, new: State) -> None:
    if old == new:
        return
    dialect = connection.dialect.name
    values: dict[str, Any] = {  # parameters of several types
        "at_delegate": place.delegate_id,
        "at_checkpoint": place.checkpoint_id,
        "inside": new.inside,
        "last_out_at": new.last_out_at,
        "first_scanned_at": new.first_scanned_at,
        "first_gate": new.first_gate,
    }
    stamp = db.stamp(connection)
    if isinstance(stamp, int):  # else it is the transaction's own id, and the statements say so themselves
        values["stamp"] = stamp
    if old is not None:
        connection.execute(_change(dialect), values)
    elif connection.execute(_enter(dialect), values).rowcount == 0:
        raise db.Stale


def _values(dialect: str) -> dict[str, Any]:  # parameters and expressions
    stamp = db.TRANSACTION if dialect == "postgresql" else sa.bindparam("stamp")
    state = ("inside", "last_out_at", "first_scanned_at", "first_gate")
    return {name: sa.bindparam(name) for name in state} | {"changed": stamp}


@functools.cache
def _enter(dialect: str) -> sa.Insert:
    key: dict[str, Any] = {"delegate_id": sa.bindparam("at_delegate"), "checkpoint_id": sa.bindparam("at_checkpoint")}
    statement = db.insert_of(dialect, _presences).values(key | _values(dialect))
    return statement.on_conflict_do_nothing(index_elements=["delegate_id", "checkpoint_id"])


@functools.cache
def _change(dialect: str) -> sa.Update:
    return (
        sa.update(_presences)
        .where(
            _presences.c.delegate_id == sa.bindparam("at_delegate"),
            _presences.c.checkpoint_id == sa.bindparam("at_checkpoint"),
        )
        .values(_values(dialect))
    )
