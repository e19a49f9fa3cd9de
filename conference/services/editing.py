"""Saving a form that somebody else may have saved meanwhile: laid over theirs under the lock, or refused.

The form carries the facts that it was opened with (`opened`). What the person did not touch stays as it is now; what
both changed raises Refused (changed_meanwhile), and the page shows both.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Activity, Delegate, Meeting, Participation, Unit
from conference.rules import conflicts
from conference.rules.conflicts import Merged
from conference.services import capacities, delegates, lines, meetings, units
from conference.services.delegates import Doing
from conference.services.line_rows import participation_of
from conference.services.places import Places
from conference.vocabulary import Missing, Mode, Refusal, Refused

Facts = Mapping[str, Any]  # field: plain value, as JSON keeps it
_CAPACITY = {f"capacity_{mode.value}": mode for mode in Mode}


def delegate_facts(delegate: Delegate) -> dict[str, Any]:
    """What the form of a delegate holds; `mode` is the one that they wish for, where they wait for it."""
    facts = delegates.facts(delegate) | {"mode": delegate.waiting_for or delegate.mode}
    return plain({name: facts[name] for name in delegates.EDITABLE})


def meeting_facts(meeting: Meeting) -> dict[str, Any]:
    """What the form of a meeting's settings holds."""
    lines = capacities.lines(meeting.id)
    return plain(meetings.facts(meeting) | {name: lines[mode].capacity for name, mode in _CAPACITY.items()})


def meeting_wishes(wanted: Facts) -> dict[str, Any]:
    """What a form of settings wishes (as `meetings.edit` takes it), field by field."""
    flat = {name: value for name, value in wanted.items() if name not in {"hosts", "capacity"}}
    if "hosts" in wanted:
        flat["hosts"] = [f"{host.role.value}: {host.name}" for host in wanted["hosts"]]
    return plain(flat | {f"capacity_{mode.value}": value for mode, value in wanted.get("capacity", {}).items()})


def delegate(meeting_id: int, delegate_id: int, wished: Facts, opened: Facts | None, doing: Doing) -> Merged:
    """`delegates.edit` of what was changed in the form. Raises what it raises, and Refused (changed_meanwhile)."""

    def current(session: Session) -> Facts:
        found = Places(session, meeting_id).delegate(delegate_id)
        if found is None:
            raise Missing
        return delegate_facts(found)

    return _save(
        current, plain(wished), opened, lambda fields: _edit_delegate(meeting_id, delegate_id, wished, fields, doing)
    )


@dataclass(frozen=True)
class SavedMeeting:
    """`moved_up` is how many left the waiting lines because of it."""

    merged: Merged
    moved_up: int


def meeting(meeting_id: int, wanted: Facts, wished: Facts, opened: Facts | None, doing: Doing) -> SavedMeeting:
    """`meetings.edit` of what was changed in the form: of `wanted` (as that verb takes it) what `wished` (of
    `meeting_wishes`) has. Raises what it raises, and Refused (changed_meanwhile).
    """

    def current(session: Session) -> Facts:
        Places(session, meeting_id)
        found = session.scalars(db.lock(sa.select(Meeting).where(Meeting.id == meeting_id))).one()
        return meeting_facts(found)

    def write(fields: Facts) -> None:
        changes = {name: value for name, value in wanted.items() if name in fields}
        capacity = {mode: wanted["capacity"][mode] for name, mode in _CAPACITY.items() if name in fields}
        if changes or capacity:
            meetings.edit(meeting_id, changes | ({"capacity": capacity} if capacity else {}), doing)

    with db.transaction() as session:
        Places(session, meeting_id)
        waited = sum(lines.totals(meeting_id).values())
        merged = _save(current, wished, opened, write)
        return SavedMeeting(merged, waited - sum(lines.totals(meeting_id).values()))


def unit_facts(part: Participation) -> dict[str, Any]:
    """What the form of a unit holds."""
    return plain(units.facts(part))


def unit(meeting_id: int, unit_id: int, wanted: Facts, wished: Facts, opened: Facts | None, doing: Doing) -> Merged:
    """`units.edit` of what was changed in the form: of `wanted` what `wished` (the same, plain) has.

    Raises what it raises, and Refused (changed_meanwhile).
    """

    def current(session: Session) -> Facts:
        try:
            held = participation_of(session, meeting_id, unit_id)
        except sa.exc.NoResultFound:
            raise Missing from None
        session.scalars(db.lock(sa.select(Unit).where(Unit.id == unit_id))).one()  # it may be edited elsewhere too
        return unit_facts(held)

    def write(fields: Facts) -> None:
        if fields:
            units.edit(meeting_id, unit_id, {name: wanted[name] for name in fields}, doing)

    return db.repeated(lambda: _save(current, wished, opened, write))


def last_change(meeting_id: int, subject: str, subject_id: int) -> Activity | None:
    """The newest act on record, for saying who was first."""
    query = sa.select(Activity).where(
        Activity.meeting_id == meeting_id, Activity.subject == subject, Activity.subject_id == subject_id
    )
    return db.session().scalars(query.order_by(Activity.id.desc()).limit(1)).first()


def clashes(opened: Facts | None, current: Facts, wished: Facts) -> tuple[conflicts.Clash, ...]:
    """For the page after a refusal."""
    return conflicts.merge(opened, current, plain(wished)).clashes


def plain(facts: Facts) -> dict[str, Any]:
    """Members and times as the texts that JSON keeps, so that what a form carried compares with what is."""
    return {name: _plain(value) for name, value in facts.items()}


def _save(
    current: Callable[[Session], Facts], wished: Facts, opened: Facts | None, write: Callable[[Facts], object]
) -> Merged:
    with db.transaction() as session:
        merged = conflicts.merge(opened, current(session), wished)
        if merged.clashes:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        write(merged.changes)
        return merged


def _edit_delegate(meeting_id: int, delegate_id: int, wished: Facts, fields: Facts, doing: Doing) -> None:
    if fields:
        delegates.edit(meeting_id, delegate_id, {name: wished[name] for name in fields}, doing)


def _plain(value: Any) -> Any:  # whatever a field holds
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).replace(second=0, microsecond=0).isoformat()  # a form knows minutes
    return value
