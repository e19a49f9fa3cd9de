"""A unit's people let in together (团体入场): each by a scan of their own, and told one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from conference import db
from conference.models import Checkpoint, Delegate, Presence, Unit
from conference.services import checkin, scans
from conference.services.codes import live_codes
from conference.services.scans import Answer, Gate, Scan
from conference.vocabulary import DelegateStatus, Missing, Mode, Outcome, Refusal, Refused, ScanReason

MOST = 300  # of one unit, on one page
UNITS = 50


@dataclass(frozen=True)
class Group:
    """A unit with how many of its people are confirmed for the hall, and how many of them came to this checkpoint."""

    id: int
    name: str
    expected: int
    arrived: int


@dataclass(frozen=True)
class Member:
    """`outcome` and `reason` are what a scan of this form was answered, None where there was none."""

    id: int
    number: str
    name: str
    position: str
    seat: str
    inside: bool
    arrived_at: datetime | None
    gate: str | None
    outcome: Outcome | None = None
    reason: ScanReason | None = None


def found(meeting_id: int, checkpoint_id: int, search: str) -> Sequence[Group]:
    """The units with people for the hall, by name, `UNITS` at most; those whose name holds `search`."""
    came = sa.func.count(Presence.delegate_id).filter(
        sa.or_(Presence.first_scanned_at.is_not(None), Presence.last_out_at.is_not(None))
    )
    query = (
        sa.select(Unit.id, Unit.name, sa.func.count(Delegate.id), came)
        .join(Delegate, Delegate.unit_id == Unit.id)
        .outerjoin(Presence, sa.and_(Presence.delegate_id == Delegate.id, Presence.checkpoint_id == checkpoint_id))
        .where(*_expected(meeting_id))
        .group_by(Unit.id, Unit.name)
        .order_by(Unit.name, Unit.id)
        .limit(UNITS)
    )
    if search:
        query = query.where(Unit.name.contains(search, autoescape=True))
    return [Group(*row) for row in db.session().execute(query)]


def unit(meeting_id: int, unit_id: int) -> str:
    """What a unit is called that has people here. Raises Missing."""
    query = sa.select(Unit.name).join(Delegate, Delegate.unit_id == Unit.id)
    name = db.session().scalars(query.where(Unit.id == unit_id, Delegate.meeting_id == meeting_id).limit(1)).first()
    if name is None:
        raise Missing
    return name


def members(meeting_id: int, checkpoint_id: int, unit_id: int, *, nonce: str = "") -> list[Member]:
    """The unit's confirmed people for the hall, by name; with what became of the form of this `nonce`."""
    rows = (
        db.session()
        .execute(
            sa.select(Delegate, Presence)
            .outerjoin(Presence, sa.and_(Presence.delegate_id == Delegate.id, Presence.checkpoint_id == checkpoint_id))
            .where(*_expected(meeting_id), Delegate.unit_id == unit_id)
            .order_by(Delegate.pinyin, Delegate.id)
            .limit(MOST)
        )
        .all()
    )
    told: dict[str, Answer] = {}
    if nonce:
        wanted = {_nonce(nonce, delegate.id) for delegate, _ in rows}
        told = scans.kept(db.session().connection(), meeting_id, wanted)
    return [_member(row, told.get(_nonce(nonce, row[0].id))) for row in rows]


def let_in(
    meeting_id: int,
    checkpoint: Checkpoint,
    unit_id: int,
    delegate_ids: Collection[int],
    *,
    nonce: str,
    gate: Gate,
    now: datetime,
) -> int:
    """Scan those who were ticked; returns how many scans were answered. The same form (by `nonce`) again changes
    nothing. Who is not of the unit, or not expected in the hall, is passed over. Raises Refused (nobody_ticked).
    """
    there = {member.id for member in members(meeting_id, checkpoint.id, unit_id)}
    ticked = sorted(there & set(delegate_ids))
    if not ticked:
        raise Refused(Refusal.NOBODY_TICKED)
    codes = live_codes(ticked)
    batch = [Scan(codes[id_], checkpoint.id, _nonce(nonce, id_)) for id_ in ticked if id_ in codes]
    return len(checkin.check_in_batch(meeting_id, batch, gate, now=now))


def _member(row: Any, told: Answer | None) -> Member:  # a row of the query above
    delegate, presence = row
    return Member(
        id=delegate.id,
        number=delegate.number,
        name=delegate.name,
        position=delegate.position,
        seat=delegate.seat,
        inside=presence is not None and presence.inside,
        arrived_at=presence.first_scanned_at if presence is not None else None,
        gate=presence.first_gate if presence is not None else None,
        outcome=Outcome(told["outcome"]) if told else None,
        reason=ScanReason(told["reason"]) if told and told["reason"] else None,
    )


def _expected(meeting_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        Delegate.meeting_id == meeting_id,
        Delegate.status == DelegateStatus.CONFIRMED,
        Delegate.mode == Mode.IN_PERSON,
        Delegate.erased_at.is_(None),
    )


def _nonce(nonce: str, delegate_id: int) -> str:
    return f"group-{nonce}-{delegate_id}"
