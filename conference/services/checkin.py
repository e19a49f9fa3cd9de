"""The door (签到): a scan is judged, kept and answered in one transaction.

Written in SQLAlchemy Core, since a queue stands behind it. The common scan is: the code with what it stands for,
the record of the scan (`scans`), the person's presence (`presences`), and at a venue the turnout of their unit. A
scan's own row is its trace; the activity record is for what people do to scans afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import CheckIn, Checkpoint, Delegate
from conference.rules import checkin, codes
from conference.services import activity, presences, scanned, scans, sign_ups, tokens, turnout
from conference.services.activity import Actor
from conference.services.presences import Place, State
from conference.services.scans import Answer, Gate, NonceKnown, Scan
from conference.vocabulary import (
    ActorKind,
    CheckpointKind,
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


def check_in(meeting_id: int, scan: Scan, gate: Gate, *, now: datetime) -> Answer:
    """Judge one scan and keep it. The same nonce gets its first answer again and writes nothing.

    Raises Malformed for a checkpoint that is not of this meeting.
    """

    def attempt() -> Answer:
        try:
            with db.transaction() as session:
                return check_in_within(session, meeting_id, scan, gate, now=now)
        except NonceKnown:
            return _first_answer(meeting_id, scan.nonce)

    return db.repeated(attempt)


def check_in_within(session: Session, meeting_id: int, scan: Scan, gate: Gate, *, now: datetime) -> Answer:
    """The same as a part of another deed, whose whole transaction is `db.repeated`. Raises NonceKnown too."""
    connection = session.connection()
    answer, change = _check_in(connection, meeting_id, scan, gate, now=now)
    turnout.count(connection, meeting_id, [change] if change else [])
    return answer


def check_in_batch(meeting_id: int, batch: Sequence[Scan], gate: Gate, *, now: datetime) -> list[Answer | Malformed]:
    """Judge scans in the order of their times, answer in the order given, in one transaction.

    One that cannot be judged (an unknown checkpoint) stands in its own place as the exception and stops no other.
    """

    def attempt() -> list[Answer | Malformed]:
        results: list[Answer | Malformed | None] = [None] * len(batch)
        times = [checkin.time_of_scan(scan.scanned_at, scan.sent_at, now=now)[0] for scan in batch]
        changes: list[turnout.Change | None] = []
        with db.transaction() as session:
            connection = session.connection()
            # Batches of one meeting pass one by one: with the same people in another order they would block each other.
            db.one_at_a_time(session, meeting_id)
            presences.lock_all(
                connection,
                {code for scan in batch if (code := codes.parse(scan.code))},
                {scan.checkpoint_id for scan in batch},
            )
            known = scans.kept(connection, meeting_id, {scan.nonce for scan in batch})
            for i in sorted(range(len(batch)), key=lambda i: times[i]):
                scan = batch[i]
                try:
                    if scan.nonce not in known:
                        known[scan.nonce], change = _check_in(connection, meeting_id, scan, gate, now=now)
                        changes.append(change)
                    results[i] = known[scan.nonce]
                except Malformed as malformed:
                    results[i] = malformed
                except NonceKnown:
                    # Another request handed the same scan in between our look and our insert: from the top.
                    raise db.Stale from None
            turnout.count(connection, meeting_id, [change for change in changes if change])
        return [result for result in results if result is not None]

    return db.repeated(attempt)


def void(meeting_id: int, check_in_id: int, *, reason: str, actor: Actor, own_only: bool, now: datetime) -> Answer:
    """Take a scan back; it stays in the record and counts no more. On one taken back already nothing changes.

    With `own_only` (a token of the door) raises Refused (void_not_yours) for others' scans and after 15 minutes. A
    device's own are those of any of its tokens: paired again, it still takes back what it scanned before.
    """
    with db.transaction() as session:
        scan = session.scalars(
            db.lock(sa.select(CheckIn).where(CheckIn.id == check_in_id, CheckIn.meeting_id == meeting_id))
        ).first()
        if scan is None:
            raise Missing
        if own_only and not (_own(scan, actor) and now - scan.received_at <= VOID_WITHIN):
            raise Refused(Refusal.VOID_NOT_YOURS)
        if scan.voided_at is None:
            if scan.delegate_id is not None and scan.outcome is not Outcome.REFUSED:
                delegate = session.get_one(Delegate, scan.delegate_id)
                venue = session.get_one(Checkpoint, scan.checkpoint_id).kind is CheckpointKind.VENUE
                place = Place(delegate.id, scan.checkpoint_id, meeting_id, delegate.unit_id, delegate.category, venue)
                change = presences.take_back(session.connection(), place, scan.id, scan.outcome)
                turnout.count(session.connection(), meeting_id, [change] if change else [])
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
        return scans.entry(scan)


def _own(scan: CheckIn, actor: Actor) -> bool:
    if actor.kind is not ActorKind.TOKEN or actor.id is None or scan.token_id is None:
        return False
    return tokens.of_one_scanner(actor.id, scan.token_id)


def _check_in(
    connection: sa.Connection, meeting_id: int, scan: Scan, gate: Gate, *, now: datetime
) -> tuple[Answer, turnout.Change | None]:
    """Judge, keep and answer one scan; also returns what it means for the turnout."""
    code = codes.parse(scan.code)
    row = connection.execute(
        scanned.FIND, {"code": code or "", "checkpoint_id": scan.checkpoint_id, "meeting_id": meeting_id}
    ).first()
    if row is None:
        raise Malformed({"checkpoint_id": Fault.UNKNOWN_ID})
    at, clock_wrong = checkin.time_of_scan(scan.scanned_at, scan.sent_at, now=now)
    state = _standing(connection, row, scan.checkpoint_id)
    admission, events = None, None
    if state is not None:
        admission, events = presences.admission_of_stay(
            connection, row.id, scan.checkpoint_id, state, scan.direction, at
        )
    judged = partial(
        checkin.verdict,
        point=checkin.Point(row.opens_at, row.closes_at, row.reentry),
        at=at,
        direction=scan.direction,
        stay_has_admission=admission is not None,
        admitted_offline=scan.admitted_offline,
        refused_offline=scan.refused_offline,
    )
    known = row.id is not None
    listed = row.line_id is None or row.sign_up_id is not None
    who = checkin.Person(row.status, row.mode, row.revoked_at is not None, listed) if known else None
    verdict = judged(who)
    if who is not None and verdict.reason is ScanReason.NOT_LISTED and scan.override is Override.TAKE_ALONG:
        verdict = _taken_along(judged(replace(who, listed=True)), verdict, row, now=now)
    first_at, first_gate = admission if admission and verdict.outcome is Outcome.ALREADY else (None, None)
    answer: Answer = {
        "outcome": verdict.outcome.value,
        "reason": verdict.reason.value if verdict.reason else None,
        "flagged": verdict.flagged or clock_wrong or scan.limited_since,
        "delegate": scanned.person(row) if row.id is not None else None,
        "first_scanned_at": first_at.isoformat() if first_at else None,
        "first_gate": first_gate,
    }
    scan_id = scans.keep(
        connection, meeting_id, scan, gate, verdict, answer, delegate_id=row.id, code=code, at=at, now=now
    )
    change = None
    if verdict.outcome is not Outcome.REFUSED:
        venue = row.kind is CheckpointKind.VENUE
        place = Place(row.id, scan.checkpoint_id, meeting_id, row.unit_id, row.category, venue)
        event = checkin.Event(scan_id, at, scan.direction, verdict.outcome is Outcome.ADMITTED, gate.name)
        change = presences.move(connection, place, state, event, events)
    return {"id": scan_id} | answer, change


def _taken_along(
    wished: checkin.Verdict, verdict: checkin.Verdict, row: Any, *, now: datetime
) -> checkin.Verdict:  # `row` is one of columns
    """Who is not listed here comes along if a seat is free and nothing else is against it: signed up here, flagged."""
    if wished.outcome is not Outcome.ADMITTED:
        return wished
    if not sign_ups.take_along(db.session(), row.id, row.line_id, now=now):
        return verdict
    return replace(wished, flagged=True)


def _standing(connection: sa.Connection, row: Any, checkpoint_id: int) -> State | None:  # a row of columns
    """Where the person stands at the checkpoint, as nobody else can change it; None where they were never seen."""
    if row.seen is None:
        return None
    if connection.dialect.name == "postgresql":
        # What was joined is what it was before we waited for the lock; on SQLite nobody else can be writing.
        return presences.lock(connection, row.id, checkpoint_id)
    return State(row.inside, row.last_out_at, row.first_scanned_at, row.first_gate)


def _first_answer(meeting_id: int, nonce: str) -> Answer:
    known = scans.kept(db.session().connection(), meeting_id, {nonce})
    if nonce not in known:
        raise db.Stale
    return known[nonce]
