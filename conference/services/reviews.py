"""Flagged scans (扫码复核): each is shown beside the person's other scans there, and settled once, with a word.

A scan that the door took back by itself needs no review any more. The note stays out of the activity record, since it
may name the person; it goes when they are erased (`scans.forget_person`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVarTuple, cast

import sqlalchemy as sa

from conference import db
from conference.models import Account, ApiToken, CheckIn, Checkpoint, Delegate, Device, ScanReview, Unit
from conference.rules import reviews as rules
from conference.rules.text import SHORT_LIMIT, fault_in
from conference.services import activity, checkin, device_limits
from conference.services.delegates import Doing
from conference.vocabulary import (
    Malformed,
    Missing,
    Outcome,
    Refusal,
    Refused,
    ReviewCause,
    ReviewWord,
    ScanReason,
)

PAGE = 50
BESIDE = 4  # other scans of the person that are shown
VOID_REASON = "复核撤销"
Row = TypeVarTuple("Row")
_Cases = sa.Select[CheckIn, str, Delegate, str, Device, ScanReview, str]  # all but the first two may be missing
_reviews = cast(sa.Table, ScanReview.__table__).alias()


@dataclass(frozen=True)
class Shown:
    """A scan as it stands in a review; `phone` is the paired phone's browser, where one scanned."""

    id: int
    gate: str
    phone: str
    outcome: Outcome
    reason: ScanReason | None
    scanned_at: datetime
    raw_scanned_at: datetime | None
    received_at: datetime
    voided: bool


@dataclass(frozen=True)
class Settled:
    word: ReviewWord
    note: str
    by: str
    at: datetime


@dataclass(frozen=True)
class Case:
    """A flagged scan, why, of whom, and what else they scanned at that checkpoint."""

    scan: Shown
    causes: tuple[ReviewCause, ...]
    delegate_id: int | None
    name: str
    number: str
    unit: str
    checkpoint: str
    others: Sequence[Shown]
    settled: Settled | None


@dataclass(frozen=True)
class Page:
    items: Sequence[Case]
    older: int | None


def settle(meeting_id: int, check_in_id: int, word: ReviewWord, note: str, doing: Doing) -> None:
    """Let a flagged scan stand, or take it back. Raises Missing, Malformed, Refused (reviewed_already)."""
    if fault := fault_in(note, limit=SHORT_LIMIT, required=False):
        raise Malformed({"note": fault})
    with db.transaction() as session:
        flagged = CheckIn.id == check_in_id, CheckIn.meeting_id == meeting_id, CheckIn.flagged
        scan = session.scalars(db.lock(sa.select(CheckIn).where(*flagged))).first()
        if scan is None:
            raise Missing
        if scan.voided_at is not None or session.get(ScanReview, scan.id) is not None:
            raise Refused(Refusal.REVIEWED_ALREADY)
        if word is ReviewWord.TAKEN_BACK:
            checkin.void(meeting_id, scan.id, reason=VOID_REASON, actor=doing.actor, own_only=False, now=doing.now)
        session.add(
            ScanReview(
                check_in_id=scan.id,
                account_id=doing.actor.id,
                word=word,
                note=note.strip(),
                reviewed_at=doing.now,
            )
        )
        try:
            session.flush()
        except sa.exc.IntegrityError as error:
            if db.violated(error, "pk_scan_reviews", "scan_reviews.check_in_id"):
                raise Refused(Refusal.REVIEWED_ALREADY) from None
            raise
        activity.record(
            session,
            doing.actor,
            "check_in.reviewed",
            "check_in",
            scan.id,
            meeting_id=meeting_id,
            now=doing.now,
            after={"word": word},
        )


def page(meeting_id: int, *, settled: bool = False, before_id: int | None = None) -> Page:
    """The newest first, `PAGE` at a time; `older` continues them."""
    query = _cases(meeting_id, settled=settled).order_by(CheckIn.id.desc()).limit(PAGE + 1)
    if before_id is not None:
        query = query.where(CheckIn.id < before_id)
    rows = db.session().execute(query).all()
    return Page(_dressed(rows[:PAGE]), rows[PAGE - 1][0].id if len(rows) > PAGE else None)


def one(meeting_id: int, check_in_id: int) -> Case:
    """A flagged scan, settled or not. Raises Missing."""
    rows = db.session().execute(_cases(meeting_id, settled=None).where(CheckIn.id == check_in_id)).all()
    if not rows:
        raise Missing
    return _dressed(rows)[0]


def count(meeting_id: int) -> int:
    """How many wait for a word."""
    waiting = _open(sa.select(CheckIn.id).where(CheckIn.meeting_id == meeting_id, CheckIn.flagged))
    return db.session().scalar(sa.select(sa.func.count()).select_from(waiting.subquery())) or 0


def _open(query: sa.Select[*Row]) -> sa.Select[*Row]:
    return query.where(CheckIn.voided_at.is_(None), CheckIn.id.not_in(sa.select(_reviews.c.check_in_id)))


def _cases(meeting_id: int, *, settled: bool | None) -> _Cases:
    query = (
        sa.select(CheckIn, Checkpoint.name, Delegate, Unit.name, Device, ScanReview, Account.name)
        .join(Checkpoint, Checkpoint.id == CheckIn.checkpoint_id)
        .outerjoin(Delegate, Delegate.id == CheckIn.delegate_id)
        .outerjoin(Unit, Unit.id == Delegate.unit_id)
        .outerjoin(ApiToken, ApiToken.id == CheckIn.token_id)
        .outerjoin(Device, Device.id == ApiToken.device_id)
        .outerjoin(ScanReview, ScanReview.check_in_id == CheckIn.id)
        .outerjoin(Account, Account.id == ScanReview.account_id)
        .where(CheckIn.meeting_id == meeting_id, CheckIn.flagged)
    )
    if settled is None:
        return query
    return query.where(ScanReview.check_in_id.is_not(None)) if settled else _open(query)


def _dressed(rows: Sequence[Any]) -> list[Case]:
    """Rows of `_cases`, with the other scans of the same people at the same checkpoints in one look."""
    beside = _beside({scan.delegate_id for scan, *_ in rows if scan.delegate_id is not None})
    limits = device_limits.of({device.id for _, _, _, _, device, _, _ in rows if device is not None})
    cases = []
    for scan, checkpoint, delegate, unit, device, review, by in rows:
        held = limits.get(device.id) if device is not None else None
        others = [one for one in beside[scan.delegate_id, scan.checkpoint_id] if one.id != scan.id]
        others.sort(key=lambda one: abs(one.scanned_at - scan.scanned_at))
        cases.append(
            Case(
                scan=_shown(scan, device.browser if device is not None else None),
                causes=rules.causes(
                    outcome=scan.outcome,
                    reason=scan.reason,
                    admitted_offline=scan.admitted_offline,
                    scanned_at=scan.scanned_at,
                    raw_scanned_at=scan.raw_scanned_at,
                    limited_since=held is not None and not held.allowed(scan.checkpoint_id, scan.received_at),
                ),
                delegate_id=scan.delegate_id,
                name=delegate.name if delegate is not None else "",
                number=delegate.number if delegate is not None else "",
                unit=unit or "",
                checkpoint=checkpoint,
                others=others[:BESIDE],
                settled=Settled(review.word, review.note, by, review.reviewed_at) if review is not None else None,
            )
        )
    return cases


def _beside(delegate_ids: set[int]) -> dict[tuple[int | None, int], list[Shown]]:
    found: dict[tuple[int | None, int], list[Shown]] = defaultdict(list)
    query = (
        sa.select(CheckIn, Device.browser)
        .outerjoin(ApiToken, ApiToken.id == CheckIn.token_id)
        .outerjoin(Device, Device.id == ApiToken.device_id)
        .where(
            CheckIn.delegate_id.in_(delegate_ids),
            CheckIn.outcome != Outcome.REFUSED,
        )
        .order_by(CheckIn.id)
    )
    for scan, browser in db.session().execute(query):
        found[scan.delegate_id, scan.checkpoint_id].append(_shown(scan, browser))
    return found


def _shown(scan: CheckIn, browser: str | None) -> Shown:
    return Shown(
        id=scan.id,
        gate=scan.gate,
        phone=browser or "",
        outcome=scan.outcome,
        reason=scan.reason,
        scanned_at=scan.scanned_at,
        raw_scanned_at=scan.raw_scanned_at,
        received_at=scan.received_at,
        voided=scan.voided_at is not None,
    )
