"""Leaders and guests ticked in without a scan: the same check-in with their own code, kept like any other.

What was ticked here may be taken back here; what a gate scanned is the gate's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from conference import db
from conference.models import CheckIn, Checkpoint, Code, Delegate, Presence
from conference.services import checkin
from conference.services.activity import Actor
from conference.services.scans import Answer, Gate, Scan
from conference.vocabulary import Category, CheckpointKind, DelegateStatus, Missing, Mode, Outcome

CATEGORIES = (Category.LEADER, Category.GUEST)
MOST = 1_000
_NONCE = re.compile(r"tick-[0-9a-f]{16}-\d{1,18}", re.ASCII)


@dataclass(frozen=True)
class Guest:
    """Somebody to be ticked. `arrived_at` and `gate` are of the stay they are in, or were in last; `ticked` says that
    it was done here.
    """

    id: int
    name: str
    unit: str
    position: str
    category: Category
    seat: str
    inside: bool
    arrived_at: datetime | None
    gate: str | None
    ticked: bool


def venues(meeting_id: int) -> Sequence[Checkpoint]:
    """Where somebody may be ticked in."""
    query = sa.select(Checkpoint).where(Checkpoint.meeting_id == meeting_id, Checkpoint.kind == CheckpointKind.VENUE)
    return db.session().scalars(query.order_by(Checkpoint.id)).all()


def guests(meeting_id: int, checkpoint_id: int) -> list[Guest]:
    """The leaders and guests who are confirmed for the hall, by name, with where they stand at a checkpoint."""
    ticked = sa.exists().where(*_ticks(meeting_id, checkpoint_id), CheckIn.delegate_id == Delegate.id)
    found = db.session().execute(
        sa.select(Delegate, Presence, ticked)
        .outerjoin(Presence, sa.and_(Presence.delegate_id == Delegate.id, Presence.checkpoint_id == checkpoint_id))
        .where(*_expected(meeting_id))
        .order_by(Delegate.pinyin, Delegate.id)
        .limit(MOST)
    )
    return [_guest(row) for row in found]


def tick(meeting_id: int, checkpoint_id: int, delegate_id: int, *, nonce: str, actor: Actor, now: datetime) -> Answer:
    """Somebody has arrived. The same nonce again changes nothing; one that is none of ours stands for a new one.

    Raises Missing for somebody who is not on the list, and for another checkpoint than a venue of this meeting.
    """
    code = _code(meeting_id, delegate_id)
    if checkpoint_id not in {venue.id for venue in venues(meeting_id)} or code is None:
        raise Missing
    if not _NONCE.fullmatch(nonce):
        nonce = f"tick-{int(now.timestamp() * 1_000_000):016x}-{delegate_id}"
    return checkin.check_in(meeting_id, Scan(code, checkpoint_id, nonce), Gate(actor.name), now=now)


def take_back(
    meeting_id: int, checkpoint_id: int, delegate_id: int, *, reason: str, actor: Actor, now: datetime
) -> None:
    """The last tick of somebody at a checkpoint is taken back; it stays in the record. Raises Missing."""
    if _code(meeting_id, delegate_id) is None:
        raise Missing
    query = sa.select(CheckIn.id).where(*_ticks(meeting_id, checkpoint_id), CheckIn.delegate_id == delegate_id)
    found = db.session().scalars(query.order_by(CheckIn.id.desc()).limit(1)).first()
    if found is None:
        raise Missing
    checkin.void(meeting_id, found, reason=reason, actor=actor, own_only=False, now=now)


def _guest(row: Any) -> Guest:  # a row of the query above, without a presence for who never came
    delegate, presence, ticked = row
    return Guest(
        id=delegate.id,
        name=delegate.name,
        unit=delegate.unit.name,
        position=delegate.position,
        category=delegate.category,
        seat=delegate.seat,
        inside=presence is not None and presence.inside,
        arrived_at=presence.first_scanned_at if presence is not None else None,
        gate=presence.first_gate if presence is not None else None,
        ticked=ticked,
    )


def _expected(meeting_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Delegate.meeting_id == meeting_id,
        Delegate.category.in_(CATEGORIES),
        Delegate.status == DelegateStatus.CONFIRMED,
        Delegate.mode == Mode.IN_PERSON,
        Delegate.erased_at.is_(None),
    )


def _ticks(meeting_id: int, checkpoint_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        CheckIn.meeting_id == meeting_id,
        CheckIn.checkpoint_id == checkpoint_id,
        CheckIn.nonce.startswith("tick-"),
        CheckIn.outcome == Outcome.ADMITTED,
        CheckIn.voided_at.is_(None),
    )


def _code(meeting_id: int, delegate_id: int) -> str | None:
    """The live code of somebody on the list."""
    query = (
        sa.select(Code.code)
        .join(Delegate, Delegate.id == Code.delegate_id)
        .where(*_expected(meeting_id), Delegate.id == delegate_id, Code.revoked_at.is_(None), Code.repeat_id.is_(None))
    )
    return db.session().scalars(query).first()
