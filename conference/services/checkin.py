"""The door (签到): a scan is judged, kept and answered in one transaction.

Written in SQLAlchemy Core, since a queue stands behind it. The common scan is: the code with what it stands for,
the record of the scan, the person's presence, and at a venue the turnout of their unit. A scan's own row is its
trace; the activity record is for what people do to scans afterwards.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase

from conference import db
from conference.models import CheckIn, Checkpoint, Code, Delegate, Presence, Unit
from conference.rules import checkin, codes
from conference.rules.text import legible
from conference.services import activity, turnout
from conference.services.activity import Actor
from conference.vocabulary import (
    ActorKind,
    CheckpointKind,
    Direction,
    Fault,
    Malformed,
    Missing,
    Outcome,
    Override,
    Refusal,
    Refused,
    ScanReason,
)

VOID_WITHIN = timedelta(minutes=15)

_check_ins = cast(sa.Table, CheckIn.__table__)
_checkpoints = cast(sa.Table, Checkpoint.__table__)
_codes = cast(sa.Table, Code.__table__)
_delegates = cast(sa.Table, Delegate.__table__)
_presences = cast(sa.Table, Presence.__table__)
_units = cast(sa.Table, Unit.__table__)

Answer = dict[str, Any]  # the JSON object of the contract, kept word for word


@dataclass(frozen=True)
class Scan:
    """One scan as a device hands it in; `code` is any text."""

    code: str
    checkpoint_id: int
    nonce: str
    direction: Direction = Direction.IN
    scanned_at: datetime | None = None
    sent_at: datetime | None = None
    admitted_offline: bool = False
    refused_offline: ScanReason | None = None
    override: Override | None = None


@dataclass(frozen=True)
class Gate:
    """Where the scan comes from: a token's name, or the account of the person at the door."""

    name: str
    token_id: int | None = None


def check_in(meeting_id: int, scan: Scan, gate: Gate, *, now: datetime) -> Answer:
    """Judge one scan and keep it. The same nonce gets its first answer again and writes nothing.

    Raises Malformed for a checkpoint that is not of this meeting.
    """

    def attempt() -> Answer:
        try:
            with db.transaction() as session:
                counted: list[turnout.Change] = []
                answer = _check_in(session, meeting_id, scan, gate, counted, now=now)
                turnout.count(session, meeting_id, counted)
                return answer
        except _NonceKnown:
            return _first_answer(meeting_id, scan.nonce)

    return db.repeated(attempt)


def check_in_batch(meeting_id: int, scans: Sequence[Scan], gate: Gate, *, now: datetime) -> list[Answer | Malformed]:
    """Judge scans in the order of their times, answer in the order given, in one transaction.

    One that cannot be judged (an unknown checkpoint) stands in its own place as the exception and stops no other.
    """

    def attempt() -> list[Answer | Malformed]:
        results: list[Answer | Malformed | None] = [None] * len(scans)
        times = [checkin.time_of_scan(scan.scanned_at, scan.sent_at, now=now)[0] for scan in scans]
        counted: list[turnout.Change] = []
        with db.transaction() as session:
            # Batches of one meeting pass one by one: with the same people in another order they would block each other.
            db.one_at_a_time(session, meeting_id)
            _lock_presences(session, scans)
            known = _kept(session, meeting_id, {scan.nonce for scan in scans})
            for i in sorted(range(len(scans)), key=lambda i: times[i]):
                scan = scans[i]
                try:
                    if scan.nonce not in known:
                        known[scan.nonce] = _check_in(session, meeting_id, scan, gate, counted, now=now)
                    results[i] = known[scan.nonce]
                except Malformed as malformed:
                    results[i] = malformed
                except _NonceKnown:
                    # Another request handed the same scan in between our look and our insert: from the top.
                    raise db.Stale from None
            turnout.count(session, meeting_id, counted)
        return [result for result in results if result is not None]

    return db.repeated(attempt)


def void(meeting_id: int, check_in_id: int, *, reason: str, actor: Actor, own_only: bool, now: datetime) -> Answer:
    """Take a scan back; it stays in the record and counts no more. On one taken back already nothing changes.

    With `own_only` (a token of the door) raises Refused (void_not_yours) for others' scans and after 15 minutes.
    """
    with db.transaction() as session:
        scan = session.scalars(
            db.lock(sa.select(CheckIn).where(CheckIn.id == check_in_id, CheckIn.meeting_id == meeting_id))
        ).first()
        if scan is None:
            raise Missing
        own = actor.kind is ActorKind.TOKEN and scan.token_id == actor.id
        if own_only and not (own and now - scan.received_at <= VOID_WITHIN):
            raise Refused(Refusal.VOID_NOT_YOURS)
        if scan.voided_at is None:
            if scan.delegate_id is not None and scan.outcome is not Outcome.REFUSED:
                _take_out(session, scan)
            scan.voided_at, scan.void_reason = now, reason
            activity.record(
                session,
                actor,
                "check_in.voided",
                "check_in",
                scan.id,
                meeting_id=meeting_id,
                now=now,
                after={"reason": reason, "outcome": scan.outcome},
            )
        return entry(scan)


def entry(scan: CheckIn) -> Answer:
    """A scan as the feed shows it: its answer with where, when and whether it was taken back."""
    answer: Answer = {"id": scan.id, **json.loads(scan.answer)}
    return answer | {
        "checkpoint_id": scan.checkpoint_id,
        "direction": scan.direction.value,
        "gate": scan.gate,
        "scanned_at": scan.scanned_at.isoformat(),
        "received_at": scan.received_at.isoformat(),
        "voided_at": scan.voided_at.isoformat() if scan.voided_at else None,
    }


def one(meeting_id: int, checkpoint_id: int, check_in_id: int) -> Answer:
    """A scan made at this checkpoint. Raises Missing."""
    found = (
        db.session()
        .scalars(
            sa.select(CheckIn).where(
                CheckIn.id == check_in_id,
                CheckIn.meeting_id == meeting_id,
                CheckIn.checkpoint_id == checkpoint_id,
            )
        )
        .first()
    )
    if found is None:
        raise Missing
    return entry(found)


@dataclass(frozen=True)
class FeedPage:
    items: Sequence[Answer]
    next_id: int | None


def feed(meeting_id: int, *, after_id: int = 0, limit: int = 100) -> FeedPage:
    """The scans of a meeting, oldest first."""
    found = (
        db.session()
        .scalars(
            sa.select(CheckIn)
            .where(CheckIn.meeting_id == meeting_id, CheckIn.id > after_id)
            .order_by(CheckIn.id)
            .limit(limit + 1)
        )
        .all()
    )
    return FeedPage([entry(scan) for scan in found[:limit]], found[limit - 1].id if len(found) > limit else None)


def latest(meeting_id: int, *, limit: int = 10, delegate_id: int | None = None) -> Sequence[Answer]:
    """The newest scans first."""
    query = sa.select(CheckIn).where(CheckIn.meeting_id == meeting_id)
    if delegate_id is not None:
        query = query.where(CheckIn.delegate_id == delegate_id)
    return [entry(scan) for scan in db.session().scalars(query.order_by(CheckIn.id.desc()).limit(limit))]


class _NonceKnown(Exception):
    """The nonce was handed in before; everything written since is undone."""


_FIND = (
    sa.select(
        _checkpoints.c.kind,
        _checkpoints.c.opens_at,
        _checkpoints.c.closes_at,
        _checkpoints.c.reentry,
        _codes.c.revoked_at,
        _delegates.c.id,
        _delegates.c.number,
        _delegates.c.name,
        _delegates.c.position,
        _delegates.c.category,
        _delegates.c.mode,
        _delegates.c.status,
        _delegates.c.seat,
        _units.c.id.label("unit_id"),
        _units.c.name.label("unit_name"),
        _units.c.province,
        _presences.c.delegate_id.label("seen"),
        _presences.c.inside,
        _presences.c.last_out_at,
        _presences.c.first_scanned_at,
        _presences.c.first_gate,
    )
    .select_from(
        _checkpoints.outerjoin(
            _codes.join(_delegates, _delegates.c.id == _codes.c.delegate_id).join(
                _units, _units.c.id == _delegates.c.unit_id
            ),
            sa.and_(_codes.c.code == sa.bindparam("code"), _delegates.c.meeting_id == _checkpoints.c.meeting_id),
        ).outerjoin(
            _presences,
            sa.and_(_presences.c.delegate_id == _delegates.c.id, _presences.c.checkpoint_id == _checkpoints.c.id),
        )
    )
    .where(_checkpoints.c.id == sa.bindparam("checkpoint_id"), _checkpoints.c.meeting_id == sa.bindparam("meeting_id"))
)
_LOCK_PRESENCE = (
    sa.select(_presences.c.inside, _presences.c.last_out_at, _presences.c.first_scanned_at, _presences.c.first_gate)
    .where(
        _presences.c.delegate_id == sa.bindparam("delegate_id"),
        _presences.c.checkpoint_id == sa.bindparam("checkpoint_id"),
    )
    .with_for_update()
)
_EVENTS = sa.select(
    _check_ins.c.id, _check_ins.c.scanned_at, _check_ins.c.direction, _check_ins.c.outcome, _check_ins.c.gate
).where(
    _check_ins.c.delegate_id == sa.bindparam("delegate_id"),
    _check_ins.c.checkpoint_id == sa.bindparam("checkpoint_id"),
    _check_ins.c.outcome != Outcome.REFUSED,
    _check_ins.c.voided_at.is_(None),
)


def _check_in(
    session: Session, meeting_id: int, scan: Scan, gate: Gate, counted: list[turnout.Change], *, now: datetime
) -> Answer:
    """Judge, keep and answer one scan; what it means for the turnout is added to `counted`."""
    connection = session.connection()
    code = codes.parse(scan.code)
    row = connection.execute(
        _FIND, {"code": code or "", "checkpoint_id": scan.checkpoint_id, "meeting_id": meeting_id}
    ).first()
    if row is None:
        raise Malformed({"checkpoint_id": Fault.UNKNOWN_ID})
    at, clock_wrong = checkin.time_of_scan(scan.scanned_at, scan.sent_at, now=now)
    presence: Any = row if row.seen is not None else None  # a row of columns
    if presence is not None and connection.dialect.name == "postgresql":
        # What was joined is what it was before we waited for the lock; on SQLite nobody else can be writing.
        presence = connection.execute(
            _LOCK_PRESENCE, {"delegate_id": row.id, "checkpoint_id": scan.checkpoint_id}
        ).one()
    admission, events = _admission_of_stay(connection, scan, row, presence, at)
    verdict = checkin.verdict(
        checkin.Person(row.status, row.mode, row.revoked_at is not None) if row.id is not None else None,
        checkin.Point(row.opens_at, row.closes_at, row.reentry),
        at=at,
        direction=scan.direction,
        stay_has_admission=admission is not None,
        admitted_offline=scan.admitted_offline,
        refused_offline=scan.refused_offline,
    )
    already = verdict.outcome is Outcome.ALREADY and admission is not None
    answer: Answer = {
        "outcome": verdict.outcome.value,
        "reason": verdict.reason.value if verdict.reason else None,
        "flagged": verdict.flagged or clock_wrong,
        "delegate": _person(row),
        "first_scanned_at": admission[0].isoformat() if already and admission else None,
        "first_gate": admission[1] if already and admission else None,
    }
    scan_id = _keep(session, meeting_id, scan, gate, row, code, at, answer, now=now)
    answer = {"id": scan_id} | answer
    if verdict.outcome is not Outcome.REFUSED:
        _move(session, meeting_id, scan, gate, row, presence, at, verdict.outcome, events, scan_id, counted)
    return answer


def _admission_of_stay(
    connection: sa.Connection, scan: Scan, row: Any, presence: Any, at: datetime
) -> tuple[tuple[datetime, str] | None, list[checkin.Event] | None]:
    """When and where the stay that this scan falls into had its `admitted`; and the events, where they were read.

    The presence knows the latest stay; only an exit, or an entry from before the last exit, needs the record.
    """
    if presence is None:
        return None, None
    late = presence.last_out_at is not None and at < presence.last_out_at
    if scan.direction is Direction.IN and not late:
        first = presence.first_scanned_at
        return ((first, presence.first_gate) if first else None), None
    events = _events(connection, row.id, scan.checkpoint_id)
    admission = checkin.admission_of_stay(events, at)
    return ((admission.at, admission.gate) if admission else None), events


def _events(connection: sa.Connection, delegate_id: int, checkpoint_id: int) -> list[checkin.Event]:
    found = connection.execute(_EVENTS, {"delegate_id": delegate_id, "checkpoint_id": checkpoint_id})
    return [checkin.Event(e.id, e.scanned_at, e.direction, e.outcome is Outcome.ADMITTED, e.gate) for e in found]


def _person(row: Any) -> Answer | None:
    if row.id is None:
        return None
    return {
        "id": row.id,
        "number": row.number,
        "name": row.name,
        "unit": {"id": row.unit_id, "name": row.unit_name, "province": row.province},
        "position": row.position,
        "category": row.category.value,
        "mode": row.mode.value,
        "status": row.status.value,
        "seat": row.seat or None,
        "departure": None,
    }


def _keep(
    session: Session,
    meeting_id: int,
    scan: Scan,
    gate: Gate,
    row: Any,
    code: str | None,
    at: datetime,
    answer: Answer,
    *,
    now: datetime,
) -> int:
    """Write the scan; its answer is kept without the id, which the row itself has. Raises _NonceKnown."""
    known = row.id is not None
    text = None if known else legible(scan.code)
    connection = session.connection()
    scan_id = connection.execute(
        _keep_statement(connection.dialect.name),
        {
            "meeting_id": meeting_id,
            "checkpoint_id": scan.checkpoint_id,
            "delegate_id": row.id,
            "token_id": gate.token_id,
            "nonce": scan.nonce,
            "code": code if known else None,
            "text_sha256": None if text is None else hashlib.sha256(scan.code.encode("utf-8", "replace")).hexdigest(),
            "text_head": None if text is None else text[:8],
            "gate": gate.name,
            "direction": scan.direction,
            "outcome": Outcome(answer["outcome"]),
            "reason": ScanReason(answer["reason"]) if answer["reason"] else None,
            "flagged": answer["flagged"],
            "scanned_at": at,
            "raw_scanned_at": scan.scanned_at,
            "sent_at": scan.sent_at,
            "received_at": now,
            "admitted_offline": scan.admitted_offline,
            "answer": json.dumps(answer, ensure_ascii=False, separators=(",", ":")),
        },
    ).scalar()
    if scan_id is None:
        raise _NonceKnown
    return int(scan_id)


@functools.cache
def _keep_statement(dialect: str) -> UpdateBase:
    statement = db.insert_of(dialect, _check_ins)
    return statement.on_conflict_do_nothing(index_elements=["meeting_id", "nonce"]).returning(_check_ins.c.id)


def _move(
    session: Session,
    meeting_id: int,
    scan: Scan,
    gate: Gate,
    row: Any,
    presence: Any,
    at: datetime,
    outcome: Outcome,
    events: list[checkin.Event] | None,
    scan_id: int,
    counted: list[turnout.Change],
) -> None:
    """Bring presence and turnout up to what this scan did."""
    was_inside = bool(presence.inside) if presence is not None else False
    if events is None:  # in the latest stay, or the first scan of all
        entering = scan.direction is Direction.IN
        last_out_at = presence.last_out_at if presence is not None else None
        first = (presence.first_scanned_at, presence.first_gate) if presence is not None else (None, None)
        if not entering:
            last_out_at = at
        elif outcome is Outcome.ADMITTED and first[0] is None:
            first = (at, gate.name)
        state = {"inside": entering, "last_out_at": last_out_at, "first_scanned_at": first[0], "first_gate": first[1]}
    else:
        events.append(checkin.Event(scan_id, at, scan.direction, outcome is Outcome.ADMITTED, gate.name))
        state = _state(checkin.standing(events))
    _write_presence(session, row.id, scan.checkpoint_id, presence, state)
    if row.kind is CheckpointKind.VENUE:
        change = turnout.note(
            session,
            delegate_id=row.id,
            meeting_id=meeting_id,
            unit_id=row.unit_id,
            admissions=int(outcome is Outcome.ADMITTED),
            inside=int(bool(state["inside"])) - int(was_inside),
        )
        if change:
            counted.append(change)


def _state(standing: checkin.Standing) -> dict[str, Any]:
    first = standing.admission
    return {
        "inside": standing.inside,
        "last_out_at": standing.last_out_at,
        "first_scanned_at": first.at if first else None,
        "first_gate": first.gate if first else None,
    }


def _write_presence(session: Session, delegate_id: int, checkpoint_id: int, old: Any, state: dict[str, Any]) -> None:
    """Raises Stale when another transaction made the row since we looked."""
    connection = session.connection()
    key = {"at_delegate": delegate_id, "at_checkpoint": checkpoint_id}
    if old is None:
        made = connection.execute(_enter_statement(connection.dialect.name), key | state | _stamped(session))
        if made.rowcount == 0:
            raise db.Stale
    elif any(getattr(old, name) != value for name, value in state.items()):
        connection.execute(_change_statement(connection.dialect.name), key | state | _stamped(session))


_STATE = ("inside", "last_out_at", "first_scanned_at", "first_gate")


def _stamped(session: Session) -> dict[str, int]:
    """The mark as a parameter; where it is the transaction's own id, the statements say so themselves."""
    stamp = db.stamp(session)
    return {"stamp": stamp} if isinstance(stamp, int) else {}


def _presence_values(dialect: str) -> dict[str, Any]:  # parameters and expressions
    stamp = db.TRANSACTION if dialect == "postgresql" else sa.bindparam("stamp")
    return {name: sa.bindparam(name) for name in _STATE} | {"changed": stamp}


@functools.cache
def _enter_statement(dialect: str) -> sa.Insert:
    key: dict[str, Any] = {"delegate_id": sa.bindparam("at_delegate"), "checkpoint_id": sa.bindparam("at_checkpoint")}
    statement = db.insert_of(dialect, _presences).values(key | _presence_values(dialect))
    return statement.on_conflict_do_nothing(index_elements=["delegate_id", "checkpoint_id"])


@functools.cache
def _change_statement(dialect: str) -> sa.Update:
    return (
        sa.update(_presences)
        .where(
            _presences.c.delegate_id == sa.bindparam("at_delegate"),
            _presences.c.checkpoint_id == sa.bindparam("at_checkpoint"),
        )
        .values(_presence_values(dialect))
    )


def _take_out(session: Session, scan: CheckIn) -> None:
    """Undo what a scan did to presence and turnout."""
    delegate = session.get_one(Delegate, scan.delegate_id)
    old = (
        session.connection()
        .execute(_LOCK_PRESENCE, {"delegate_id": delegate.id, "checkpoint_id": scan.checkpoint_id})
        .one()
    )
    events = [e for e in _events(session.connection(), delegate.id, scan.checkpoint_id) if e.id != scan.id]
    state = _state(checkin.standing(events))
    _write_presence(session, delegate.id, scan.checkpoint_id, old, state)
    if session.get_one(Checkpoint, scan.checkpoint_id).kind is CheckpointKind.VENUE:
        change = turnout.note(
            session,
            delegate_id=delegate.id,
            meeting_id=scan.meeting_id,
            unit_id=delegate.unit_id,
            admissions=-int(scan.outcome is Outcome.ADMITTED),
            inside=int(state["inside"]) - int(old.inside),
        )
        turnout.count(session, scan.meeting_id, [change] if change else [])


def _lock_presences(session: Session, scans: Sequence[Scan]) -> None:
    """Hold the presences of a batch in one order, so that single scans of the same people cannot block it."""
    wanted = {codes.parse(scan.code) for scan in scans} - {None}
    session.connection().execute(
        sa.select(_presences.c.delegate_id)
        .join(_codes, _codes.c.delegate_id == _presences.c.delegate_id)
        .where(_codes.c.code.in_(wanted), _presences.c.checkpoint_id.in_({scan.checkpoint_id for scan in scans}))
        .order_by(_presences.c.delegate_id, _presences.c.checkpoint_id)
        .with_for_update(of=_presences)
    )


def _first_answer(meeting_id: int, nonce: str) -> Answer:
    known = _kept(db.session(), meeting_id, {nonce})
    if nonce not in known:
        raise db.Stale
    return known[nonce]


def _kept(session: Session, meeting_id: int, nonces: set[str]) -> dict[str, Answer]:
    """The answers that these nonces were given, by nonce."""
    found = session.connection().execute(
        sa.select(_check_ins.c.id, _check_ins.c.nonce, _check_ins.c.answer).where(
            _check_ins.c.meeting_id == meeting_id, _check_ins.c.nonce.in_(nonces)
        )
    )
    return {row.nonce: {"id": row.id} | json.loads(row.answer) for row in found}
