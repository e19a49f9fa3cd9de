"""Checkpoints (签到点): where people are checked in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AgendaSession, Checkpoint, Departure
from conference.services import activity
from conference.services.delegates import Doing
from conference.vocabulary import CheckpointKind, Fault, Malformed, Missing

FIELDS = ("name", "kind", "opens_at", "closes_at", "reentry", "session_id", "departure_id", "leg", "empties_at")


@dataclass(frozen=True)
class CheckpointFacts:
    name: str
    kind: CheckpointKind
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    reentry: bool = False
    session_id: int | None = None
    departure_id: int | None = None
    leg: int | None = None
    empties_at: datetime | None = None


def add(meeting_id: int, facts: CheckpointFacts, doing: Doing) -> Checkpoint:
    """Raises Malformed (times backwards, unknown session or departure). `leg` counts only with a departure."""
    with db.transaction() as session:
        point = Checkpoint(
            meeting_id=meeting_id, created_at=doing.now, **{name: getattr(facts, name) for name in FIELDS}
        )
        point.leg = None if point.departure_id is None else point.leg or 0
        _check(meeting_id, point)
        session.add(point)
        session.flush()
        _record(session, doing, "checkpoint.added", point, {}, _facts(point))
        return point


def edit(meeting_id: int, checkpoint_id: int, changes: Mapping[str, Any], doing: Doing) -> Checkpoint:
    """Raises Missing, Malformed. The kind stays: what was counted at a venue cannot become a meal."""
    with db.transaction() as session:
        point = session.scalars(
            db.lock(sa.select(Checkpoint).where(Checkpoint.id == checkpoint_id, Checkpoint.meeting_id == meeting_id))
        ).first()
        if point is None:
            raise Missing
        before = _facts(point)
        for name in ("name", "opens_at", "closes_at", "reentry", "empties_at"):
            if name in changes:
                setattr(point, name, changes[name])
        if point.empties_at != before["empties_at"]:  # another hour, which is still to come for the worker
            point.emptied_at = None
        _check(meeting_id, point)
        _record(session, doing, "checkpoint.edited", point, before, _facts(point))
        return point


def listed(meeting_id: int, *, after_id: int = 0, limit: int | None = None) -> Sequence[Checkpoint]:
    query = sa.select(Checkpoint).where(Checkpoint.meeting_id == meeting_id, Checkpoint.id > after_id)
    return db.session().scalars(query.order_by(Checkpoint.id).limit(limit)).all()


def one(meeting_id: int, checkpoint_id: int) -> Checkpoint:
    """Raises Missing."""
    found = (
        db.session()
        .scalars(sa.select(Checkpoint).where(Checkpoint.id == checkpoint_id, Checkpoint.meeting_id == meeting_id))
        .first()
    )
    if found is None:
        raise Missing
    return found


def _check(meeting_id: int, point: Checkpoint) -> None:
    if point.opens_at and point.closes_at and point.opens_at >= point.closes_at:
        raise Malformed({"closes_at": Fault.TIMES_BACKWARDS})
    if point.opens_at and point.empties_at and point.opens_at >= point.empties_at:
        raise Malformed({"empties_at": Fault.TIMES_BACKWARDS})
    if point.session_id is not None:
        session = db.session().get(AgendaSession, point.session_id)
        if session is None or session.meeting_id != meeting_id:
            raise Malformed({"session_id": Fault.UNKNOWN_ID})
    if point.departure_id is not None:
        departure = db.session().get(Departure, point.departure_id)
        if departure is None or departure.meeting_id != meeting_id:
            raise Malformed({"departure_id": Fault.UNKNOWN_ID})


def _facts(point: Checkpoint) -> dict[str, Any]:
    return {name: getattr(point, name) for name in FIELDS}


def _record(
    session: Session, doing: Doing, verb: str, point: Checkpoint, before: dict[str, Any], after: dict[str, Any]
) -> None:
    activity.record(
        session,
        doing.actor,
        verb,
        "checkpoint",
        point.id,
        meeting_id=point.meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )
