"""Everybody out (全部离场): by an organiser's button, or by the worker at the hour that a checkpoint names.

For a day after that hour the worker looks again: a phone without a network hands in late who came in before it.

Each who is inside gets one `out` scan of the system's. Its nonce follows from the checkpoint, the hour and the person,
so that two workers, or a worker that died half-way and begins again, write none twice. It is written past the codes:
who was cancelled, replaced or erased meanwhile goes out as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa

from conference import db, jobs
from conference.models import Checkpoint, Delegate, Presence, Unit
from conference.rules import checkin as rules
from conference.services import activity, presences, scanned, scans, turnout
from conference.services.activity import SYSTEM, Actor
from conference.services.presences import Place, State
from conference.services.scans import Answer, Gate, NonceKnown, Scan
from conference.settings import Settings
from conference.vocabulary import CheckpointKind, Direction, Missing, Outcome

BATCH = 200
LATE = timedelta(days=1)
_delegates = cast(sa.Table, Delegate.__table__)
_presences = cast(sa.Table, Presence.__table__)
_units = cast(sa.Table, Unit.__table__)


def everybody_out(meeting_id: int, checkpoint_id: int, *, at: datetime, actor: Actor, now: datetime) -> int:
    """Who came in until `at` and is inside has left at `at`; returns how many.

    Raises Missing. The same again changes nothing.
    """
    point = db.session().get(Checkpoint, checkpoint_id)
    if point is None or point.meeting_id != meeting_id:
        raise Missing
    people, after = 0, 0
    while True:
        last, left = db.repeated(lambda after=after: _batch(point, after, at=at, now=now))  # type: ignore[misc]  # bound
        people += left
        if last is None:
            break
        after = last
    if people:
        with db.transaction() as session:
            activity.record(
                session,
                actor,
                "checkpoint.emptied",
                "checkpoint",
                checkpoint_id,
                meeting_id=meeting_id,
                now=now,
                after={"people": people, "empties_at": at},
            )
    return people


@jobs.every(seconds=20)
def empty_checkpoints(settings: Settings, now: datetime) -> int:
    """Empty the checkpoints whose hour has come, and those where somebody was handed in late; returns how many left."""
    late = sa.and_(Checkpoint.empties_at > now - LATE, _someone_inside())
    due = db.session().execute(
        sa.select(Checkpoint.id, Checkpoint.meeting_id, Checkpoint.empties_at)
        .where(Checkpoint.empties_at <= now, sa.or_(Checkpoint.emptied_at.is_(None), late))
        .order_by(Checkpoint.id)
    )
    people = 0
    for checkpoint_id, meeting_id, at in due.all():
        if at is None:  # as the statement says
            continue
        people += everybody_out(meeting_id, checkpoint_id, at=at, actor=SYSTEM, now=now)
        with db.transaction() as session:
            # Not where the hour was changed meanwhile: then it is another one's turn.
            same = (Checkpoint.id == checkpoint_id, Checkpoint.empties_at == at, Checkpoint.emptied_at.is_(None))
            session.execute(sa.update(Checkpoint).where(*same).values(emptied_at=now))
    return people


def _someone_inside() -> sa.ColumnElement[bool]:
    """Whether anybody is inside a checkpoint who came in until its hour."""
    came = sa.or_(_presences.c.first_scanned_at.is_(None), _presences.c.first_scanned_at <= Checkpoint.empties_at)
    return sa.exists().where(_presences.c.checkpoint_id == Checkpoint.id, _presences.c.inside, came)


def _batch(point: Checkpoint, after: int, *, at: datetime, now: datetime) -> tuple[int | None, int]:
    """The next people out; returns the last one's id, None at the end, and how many left."""
    with db.transaction() as session:
        connection = session.connection()
        db.one_at_a_time(session, point.meeting_id)  # as batches of scans do
        rows = connection.execute(_INSIDE, {"checkpoint_id": point.id, "after": after, "at": at, "most": BATCH}).all()
        changes: list[turnout.Change] = []
        left = 0
        for row in rows:
            try:
                change = _out(connection, point, row, at=at, now=now)
            except NonceKnown:  # written already; a later scan says that they are in
                continue
            left += 1
            changes += [change] if change else []
        turnout.count(connection, point.meeting_id, changes)
        return (rows[-1].id if len(rows) == BATCH else None), left


def _out(
    connection: sa.Connection,
    point: Checkpoint,
    row: Any,  # a row of columns
    *,
    at: datetime,
    now: datetime,
) -> turnout.Change | None:
    state = State(row.inside, row.last_out_at, row.first_scanned_at, row.first_gate)
    _, events = presences.admission_of_stay(connection, row.id, point.id, state, Direction.OUT, at)
    scan = Scan("", point.id, nonce(point.id, at, row.id), Direction.OUT, scanned_at=at)
    gate = Gate(SYSTEM.name)
    verdict = rules.Verdict(Outcome.LEFT, None, flagged=False)
    kept = scans.keep(
        connection,
        point.meeting_id,
        scan,
        gate,
        verdict,
        _answer(row),
        delegate_id=row.id,
        code=None,
        at=at,
        now=now,
    )
    place = Place(
        row.id, point.id, point.meeting_id, row.unit_id, row.category, venue=point.kind is CheckpointKind.VENUE
    )
    return presences.move(
        connection, place, state, rules.Event(kept, at, Direction.OUT, admitted=False, gate=gate.name), events
    )


def nonce(checkpoint_id: int, at: datetime, delegate_id: int) -> str:
    """What stands for one person's leaving a checkpoint at one hour."""
    return f"out-{checkpoint_id}-{int(at.timestamp() * 1_000_000):x}-{delegate_id}"


def _answer(row: Any) -> Answer:  # a row of columns
    return {
        "outcome": Outcome.LEFT.value,
        "reason": None,
        "flagged": False,
        "delegate": scanned.person(row),
        "first_scanned_at": None,
        "first_gate": None,
    }


_COLUMNS: Sequence[sa.ColumnElement[Any]] = (
    *scanned.PERSON,
    _presences.c.inside,
    _presences.c.last_out_at,
    _presences.c.first_scanned_at,
    _presences.c.first_gate,
)
_INSIDE = (
    sa.select(*_COLUMNS)
    .join_from(_presences, _delegates, _delegates.c.id == _presences.c.delegate_id)
    .join(_units, _units.c.id == _delegates.c.unit_id)
    .where(
        _presences.c.checkpoint_id == sa.bindparam("checkpoint_id"),
        _presences.c.inside,
        _presences.c.delegate_id > sa.bindparam("after"),
        sa.or_(_presences.c.first_scanned_at.is_(None), _presences.c.first_scanned_at <= sa.bindparam("at")),
    )
    .order_by(_presences.c.delegate_id)
    .limit(sa.bindparam("most"))
    .with_for_update(of=_presences)
)
