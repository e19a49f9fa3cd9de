"""Deeds for many people of a list: confirmed as they were shown, done a batch at a time, told person by person.

A deed of up to `AT_ONCE` people is done before it is answered. A larger one is carried on by the worker: each batch
and the mark of how far it came share a transaction, so that a worker that dies leaves nothing undone or done twice.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db, jobs
from conference.models import Account, BulkDeed, Delegate
from conference.sealing import seal, unseal
from conference.services import activity, bulk_acts
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.places import Places
from conference.settings import Settings
from conference.vocabulary import (
    ActorKind,
    BulkAct,
    Fault,
    Missing,
    Refusal,
    Refused,
)

AT_ONCE = 60
BATCH = 25
FAILURES_SHOWN = 200
NAMED = 50  # of each outcome
STALLED = timedelta(minutes=2)
KEPT = timedelta(days=30)
SLICE = 15.0  # seconds


def fingerprint(ids: Sequence[int]) -> str:
    """Stands for the very people that were shown."""
    return hashlib.sha256(",".join(map(str, ids)).encode()).hexdigest()


def begin(
    meeting_id: int,
    account_id: int,
    act: BulkAct,
    ids: Sequence[int],
    *,
    facts: Mapping[str, str],
    nonce: str,
    seen: str,
    doing: Doing,
) -> int:
    """Do `act` for the people `ids`, who are those that were `seen`; returns the deed's id.

    `facts`: `reason` of declining and cancelling, `category` to change to. `nonce` is the form's: sent again it is the
    same deed. Raises Refused (list_changed) where others would be meant than those that were shown.
    """
    with db.transaction() as session:
        known = session.scalars(
            sa.select(BulkDeed.id).where(BulkDeed.meeting_id == meeting_id, BulkDeed.nonce == nonce)
        ).first()
        if known is not None:
            return known
        if fingerprint(ids) != seen:
            raise Refused(Refusal.LIST_CHANGED)
        deed_id = _insert(session, meeting_id, account_id, act, ids, facts, nonce, doing.now)
        if len(ids) > AT_ONCE:
            db.afterwards(session, _nudge)
    if len(ids) <= AT_ONCE:
        while carry_on(deed_id, public_url=doing.public_url, now=doing.now):
            pass
    return deed_id


def carry_on(deed_id: int, *, public_url: str, now: datetime) -> bool:
    """Do the next batch of a deed; whether more is left."""
    return db.repeated(lambda: _batch(deed_id, public_url, now))


@jobs.every(seconds=10)
def carry_on_bulk(settings: Settings, now: datetime) -> None:
    """The worker's turn: the deeds with people left, oldest first, for `SLICE` at most; messages wait meanwhile."""
    until = time.monotonic() + SLICE
    waiting = sa.select(BulkDeed.id).where(BulkDeed.finished_at.is_(None)).order_by(BulkDeed.id).limit(1)
    while (deed_id := db.session().scalars(waiting).first()) is not None:
        carry_on(deed_id, public_url=settings.public_url, now=now)
        if time.monotonic() > until:
            _nudge()
            return


def sweep(now: datetime) -> None:
    """Forget what was done long ago; the activity record keeps it person by person."""
    with db.transaction() as session:
        session.execute(sa.delete(BulkDeed).where(BulkDeed.finished_at < now - KEPT))


@dataclass(frozen=True)
class Named:
    """Somebody for whom it was done, or who moved up because of it."""

    delegate_id: int
    name: str
    unit: str


@dataclass(frozen=True)
class Failure(Named):
    """Somebody for whom it could not be done, and why."""

    reason: Refusal | Fault | None


@dataclass(frozen=True)
class Progress:
    """How far a deed has come. `counts` by outcome: done, waitlisted, in_line, unchanged, answered,
    refused."""

    id: int
    act: BulkAct
    total: int
    done: int
    counts: Mapping[str, int]
    named: Mapping[str, Sequence[Named]]
    failures: Sequence[Failure]
    failures_more: int
    finished: bool
    stalled: bool


def progress(meeting_id: int, deed_id: int, *, now: datetime) -> Progress:
    """Raises Missing."""
    session = db.session()
    deed = session.scalars(sa.select(BulkDeed).where(BulkDeed.id == deed_id, BulkDeed.meeting_id == meeting_id)).first()
    if deed is None:
        raise Missing
    shown = {int(id_): str(reason) for id_, reason in deed.failures[:FAILURES_SHOWN]}
    ids = {*shown, *(id_ for named in deed.outcomes.values() for id_ in named)}
    found = session.scalars(sa.select(Delegate).where(Delegate.id.in_(ids))).all() if ids else []
    known = {person.id: Named(person.id, person.name, person.unit.name) for person in found}
    return Progress(
        id=deed.id,
        act=deed.act,
        total=len(deed.ids),
        done=deed.done,
        counts=deed.counts,
        named={key: [known[id_] for id_ in some if id_ in known] for key, some in deed.outcomes.items()},
        failures=[
            Failure(id_, known[id_].name, known[id_].unit, _reason(why)) for id_, why in shown.items() if id_ in known
        ],
        failures_more=max(0, len(deed.failures) - FAILURES_SHOWN),
        finished=deed.finished_at is not None,
        stalled=deed.finished_at is None and now - deed.moved_at > STALLED,
    )


def _nudge() -> None:
    jobs.soon(carry_on_bulk.__name__)


def _insert(
    session: Session,
    meeting_id: int,
    account_id: int,
    act: BulkAct,
    ids: Sequence[int],
    facts: Mapping[str, str],
    nonce: str,
    now: datetime,
) -> int:
    """Two forms with one nonce at one instant: the second waits for the first and finds its deed."""
    table = BulkDeed.__table__
    assert isinstance(table, sa.Table)  # noqa: S101  # for the type checker
    made = session.execute(
        db.insert(session, table)
        .values(
            meeting_id=meeting_id,
            account_id=account_id,
            nonce=nonce,
            act=act,
            facts_sealed=seal(json.dumps(dict(facts), ensure_ascii=False)),
            ids=list(ids),
            done=0,
            counts={},
            failures=[],
            outcomes={},
            created_at=now,
            moved_at=now,
            finished_at=None if ids else now,
        )
        .on_conflict_do_nothing(index_elements=["meeting_id", "nonce"])
        .returning(table.c.id)
    ).scalar()
    if made is not None:
        return int(made)
    return session.scalars(
        sa.select(BulkDeed.id).where(BulkDeed.meeting_id == meeting_id, BulkDeed.nonce == nonce)
    ).one()


def _batch(deed_id: int, public_url: str, now: datetime) -> bool:
    with db.transaction() as session:
        deed = session.scalars(db.lock(sa.select(BulkDeed).where(BulkDeed.id == deed_id))).first()
        if deed is None or deed.finished_at is not None:
            return False
        account = session.get_one(Account, deed.account_id)
        doing = Doing(Actor(ActorKind.ACCOUNT, account.id, account.name), now, public_url)
        facts = json.loads(unseal(deed.facts_sealed))
        Places(session, deed.meeting_id)  # held for the whole batch, before any of its people
        counts, failures = Counter(deed.counts), list(deed.failures)
        outcomes = {key: list(ids) for key, ids in deed.outcomes.items()}
        before = activity.last(session)
        for delegate_id in deed.ids[deed.done : deed.done + BATCH]:
            outcome, why = bulk_acts.do(session, deed.act, deed.meeting_id, delegate_id, facts, doing)
            counts[outcome] += 1
            if why:
                failures.append([delegate_id, why])
            elif outcome != "refused" and len(named := outcomes.setdefault(outcome, [])) < NAMED:
                named.append(delegate_id)
        if moved := activity.subjects_since(
            session, deed.meeting_id, "delegate.moved_up", before
        ):  # the lines are held
            counts["moved_up"] += len(moved)
            outcomes["moved_up"] = (outcomes.get("moved_up", []) + moved)[:NAMED]
        deed.counts, deed.failures, deed.outcomes = dict(counts), failures, outcomes
        deed.done = min(len(deed.ids), deed.done + BATCH)
        deed.moved_at = now
        if deed.done >= len(deed.ids):
            deed.finished_at = now
        return deed.finished_at is None


def _reason(text: str) -> Any:  # a member of either set
    return next((kind(text) for kind in (Refusal, Fault) if text in list(kind)), None)
