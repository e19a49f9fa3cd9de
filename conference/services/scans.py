"""The record of scans: each is kept once with the answer that it was given, and read again from here."""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import UpdateBase

from conference import db
from conference.models import CheckIn, ScanReview
from conference.rules.checkin import Verdict
from conference.rules.text import legible
from conference.vocabulary import Direction, Missing, Override, ScanReason

_check_ins = cast(sa.Table, CheckIn.__table__)

Answer = dict[str, Any]  # the JSON object of the contract, kept word for word


@dataclass(frozen=True)
class Scan:
    """One scan as a device hands it in; `code` is any text. `limited_since` is one that an organiser has kept from
    this checkpoint after it was made.
    """

    code: str
    checkpoint_id: int
    nonce: str
    direction: Direction = Direction.IN
    scanned_at: datetime | None = None
    sent_at: datetime | None = None
    admitted_offline: bool = False
    refused_offline: ScanReason | None = None
    override: Override | None = None
    limited_since: bool = False


@dataclass(frozen=True)
class Gate:
    """Where the scan comes from: a token's name, or the account of the person at the door."""

    name: str
    token_id: int | None = None


class NonceKnown(Exception):
    """The nonce was handed in before; everything written since is undone."""


def keep(
    connection: sa.Connection,
    meeting_id: int,
    scan: Scan,
    gate: Gate,
    verdict: Verdict,
    answer: Answer,
    *,
    delegate_id: int | None,
    code: str | None,
    at: datetime,
    now: datetime,
) -> int:
    """Write a scan and its answer; returns the id, which is the row's own and not in the kept answer.

    `code` is the code that was read; of a text that is none of this meeting's a digest and eight characters are kept.
    Raises NonceKnown.
    """
    known = delegate_id is not None
    text = None if known else legible(scan.code)
    scan_id = connection.execute(
        _keep(connection.dialect.name),
        {
            "meeting_id": meeting_id,
            "checkpoint_id": scan.checkpoint_id,
            "delegate_id": delegate_id,
            "token_id": gate.token_id,
            "nonce": scan.nonce,
            "code": code if known else None,
            "text_sha256": None if text is None else hashlib.sha256(scan.code.encode("utf-8", "replace")).hexdigest(),
            "text_head": None if text is None else text[:8],
            "gate": gate.name,
            "direction": scan.direction,
            "outcome": verdict.outcome,
            "reason": verdict.reason,
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
        raise NonceKnown
    return int(scan_id)


@functools.cache
def _keep(dialect: str) -> UpdateBase:
    statement = db.insert_of(dialect, _check_ins)
    return statement.on_conflict_do_nothing(index_elements=["meeting_id", "nonce"]).returning(_check_ins.c.id)


def kept(connection: sa.Connection, meeting_id: int, nonces: set[str]) -> dict[str, Answer]:
    """The answers that these nonces were given, by nonce."""
    found = connection.execute(
        sa.select(_check_ins.c.id, _check_ins.c.nonce, _check_ins.c.answer).where(
            _check_ins.c.meeting_id == meeting_id, _check_ins.c.nonce.in_(nonces)
        )
    )
    return {row.nonce: {"id": row.id} | json.loads(row.answer) for row in found}


def first_answer(check_in_id: int) -> Answer:
    """The answer that a scan was given."""
    scan = db.session().get_one(CheckIn, check_in_id)
    return {"id": scan.id, **json.loads(scan.answer)}


def forget_person(session: Session, delegate_id: int) -> None:
    """Take what identifies a delegate out of the answers, and the notes of reviews; that, when and where they were
    scanned stays.
    """
    for scan in session.scalars(sa.select(CheckIn).where(CheckIn.delegate_id == delegate_id)):
        answer = json.loads(scan.answer)
        if answer.get("delegate"):
            answer["delegate"] |= {"name": "—", "position": "", "seat": None}
        scan.answer = json.dumps(answer, ensure_ascii=False)
    of_theirs = sa.select(CheckIn.id).where(CheckIn.delegate_id == delegate_id)
    session.execute(sa.update(ScanReview).where(ScanReview.check_in_id.in_(of_theirs)).values(note=""))


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
    query = sa.select(CheckIn).where(
        CheckIn.id == check_in_id, CheckIn.meeting_id == meeting_id, CheckIn.checkpoint_id == checkpoint_id
    )
    found = db.session().scalars(query).first()
    if found is None:
        raise Missing
    return entry(found)


@dataclass(frozen=True)
class FeedPage:
    """Scans as `entry` shows them; `next_id` continues the feed, None at its end."""

    items: Sequence[Answer]
    next_id: int | None


def feed(meeting_id: int, *, after_id: int = 0, limit: int = 100) -> FeedPage:
    """The scans of a meeting, oldest first."""
    query = sa.select(CheckIn).where(CheckIn.meeting_id == meeting_id, CheckIn.id > after_id)
    found = db.session().scalars(query.order_by(CheckIn.id).limit(limit + 1)).all()
    return FeedPage([entry(scan) for scan in found[:limit]], found[limit - 1].id if len(found) > limit else None)


def latest(meeting_id: int, *, limit: int = 10, delegate_id: int | None = None) -> Sequence[Answer]:
    """The newest scans first."""
    query = sa.select(CheckIn).where(CheckIn.meeting_id == meeting_id)
    if delegate_id is not None:
        query = query.where(CheckIn.delegate_id == delegate_id)
    return [entry(scan) for scan in db.session().scalars(query.order_by(CheckIn.id.desc()).limit(limit))]
