"""Papers of many pages: asked for once, made by the worker, kept sealed for a day, forgotten with whoever is on them.

A run holds the ids of its people. Whoever makes it claims it first; a claim that has not moved for `STALLED` is
another worker's for the taking, which begins anew: nothing is half made, since the file is written at the end.
"""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from conference import db, jobs
from conference.documents import printing
from conference.documents.printing import NotSet
from conference.models import Account, Meeting, PaperRun
from conference.sealing import seal, unseal
from conference.services import activity, files, paper_making, paper_people, papers, printed
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.paper_making import Order
from conference.services.paper_people import Holder
from conference.settings import Settings
from conference.vocabulary import ActorKind, Missing, PaperKind, Refusal, Refused

KEPT = timedelta(hours=24)
STALLED = timedelta(seconds=printing.SECONDS + 30)
ATTEMPTS = 3
SHOWN = 20
# One process that sets a long paper at a time, whatever number of threads a worker has.
_MAKING = threading.Lock()
Missed = dict[str, list[str]]


@dataclass(frozen=True)
class Run:
    """How far one has come. `missing` names those who were left out, with the characters that cannot be drawn."""

    id: int
    kind: PaperKind
    by: str
    total: int
    done: int
    created_at: datetime
    finished: bool
    stalled: bool
    failed: bool
    missing: Missed
    ready: bool
    ends_at: datetime


@dataclass(frozen=True)
class Made:
    kind: PaperKind
    content: bytes
    suffix: str


def ask(
    meeting_id: int,
    account_id: int,
    kind: PaperKind,
    people: Sequence[Holder],
    *,
    total: int,
    first: int,
    nonce: str,
    doing: Doing,
) -> int:
    """A run for these people, in this order; the same `nonce` again is the same run. Raises Refused
    (nobody_to_print).
    """
    if not people:
        raise Refused(Refusal.NOBODY_TO_PRINT)
    table = cast(sa.Table, PaperRun.__table__)
    with db.transaction() as session:
        made = session.execute(
            db.insert(session, table)
            .values(
                meeting_id=meeting_id,
                account_id=account_id,
                nonce=nonce,
                kind=kind,
                asked={"ids": [one.id for one in people], "first": first},
                total=total,
                done=0,
                attempts=0,
                path="",
                created_at=doing.now,
                ends_at=doing.now + KEPT,
            )
            .on_conflict_do_nothing(index_elements=["meeting_id", "nonce"])
            .returning(table.c.id)
        ).scalar()
        db.afterwards(session, _nudge)
        if made is not None:
            return int(made)
        known = sa.select(PaperRun.id).where(PaperRun.meeting_id == meeting_id, PaperRun.nonce == nonce)
        return session.scalars(known).one()


def listed(meeting_id: int, *, now: datetime) -> list[Run]:
    """The newest runs whose files are not gone yet."""
    query = (
        sa.select(PaperRun, Account.name)
        .join(Account, Account.id == PaperRun.account_id)
        .where(PaperRun.meeting_id == meeting_id, PaperRun.ends_at > now)
        .order_by(PaperRun.id.desc())
        .limit(SHOWN)
    )
    return [_told(run, by, now) for run, by in db.session().execute(query)]


def one(meeting_id: int, run_id: int, *, now: datetime) -> Run:
    """Raises Missing."""
    run = _found(meeting_id, run_id, now)
    return _told(run, db.session().get_one(Account, run.account_id).name, now)


def opened(meeting_id: int, run_id: int, *, now: datetime) -> Made:
    """What was made. Raises Missing where there is nothing yet, or nothing any more."""
    run = _found(meeting_id, run_id, now)
    if run.key_sealed is None:
        raise Missing
    content = files.read_sealed(run.path, unseal(run.key_sealed))
    return Made(run.kind, content, "pdf" if content.startswith(b"%PDF") else "zip")


def made_at_once(meeting_id: int, kind: PaperKind, people: Sequence[Holder], doing: Doing) -> None:
    """Note a paper that was made while somebody waited."""
    with db.transaction() as session:
        _note(session, meeting_id, kind, people, doing.now)
        _record(session, meeting_id, kind, len(people), doing)


@jobs.every(seconds=10)
def make_papers(settings: Settings, now: datetime) -> None:
    """The worker's turn."""
    make_waiting(settings.public_url, now=now)


def make_waiting(public_url: str, *, now: datetime) -> int:
    """Make all that waits, one after the other. Returns how many it were."""
    if not _MAKING.acquire(blocking=False):
        return 0  # another thread of this worker is at it, and goes on to what was asked meanwhile
    try:
        begun, made = time.monotonic(), 0
        while (run_id := _claim(now + timedelta(seconds=time.monotonic() - begun))) is not None:
            _make(run_id, public_url, now, begun)
            made += 1
        return made
    finally:
        _MAKING.release()


def sweep(now: datetime) -> None:
    """Forget runs whose time is over; with the row goes the key, the sweep of files takes the rest off the disk."""
    with db.transaction() as session:
        session.execute(sa.delete(PaperRun).where(PaperRun.ends_at <= now))


def _nudge() -> None:
    jobs.soon(make_papers.__name__)


def _found(meeting_id: int, run_id: int, now: datetime) -> PaperRun:
    query = sa.select(PaperRun).where(PaperRun.id == run_id, PaperRun.meeting_id == meeting_id, PaperRun.ends_at > now)
    run = db.session().scalars(query).first()
    if run is None:
        raise Missing
    return run


def _told(run: PaperRun, by: str, now: datetime) -> Run:
    trouble: dict[str, Any] = json.loads(unseal(run.trouble_sealed)) if run.trouble_sealed else {}
    moved_at = run.claimed_at or run.created_at
    return Run(
        id=run.id,
        kind=run.kind,
        by=by,
        total=run.total,
        done=run.done,
        created_at=run.created_at,
        finished=run.finished_at is not None,
        stalled=run.finished_at is None and now - moved_at > STALLED,
        failed=run.finished_at is not None and run.key_sealed is None,
        missing=trouble.get("missing", {}),
        ready=run.key_sealed is not None,
        ends_at=run.ends_at,
    )


def _claim(now: datetime) -> int | None:
    """The oldest run that nobody works on. One that failed too often is given up."""
    with db.transaction() as session:
        free = sa.or_(PaperRun.claimed_at.is_(None), PaperRun.claimed_at < now - STALLED)
        waiting = sa.select(PaperRun).where(PaperRun.finished_at.is_(None), PaperRun.ends_at > now, free)
        for run in session.scalars(db.lock(waiting.order_by(PaperRun.id))):
            if run.attempts >= ATTEMPTS:
                run.finished_at = now
                continue
            run.claimed_at, run.attempts, run.done = now, run.attempts + 1, 0
            return run.id
        return None


def _make(run_id: int, public_url: str, now: datetime, begun: float) -> None:
    """Make a claimed run outside of any transaction; what became of it is written at the end."""

    def moment() -> datetime:
        return now + timedelta(seconds=time.monotonic() - begun)

    session = db.session()
    run = session.get_one(PaperRun, run_id)
    meeting = session.get_one(Meeting, run.meeting_id)
    order = Order(meeting, run.kind, papers.of(meeting.id), public_url, run.asked["first"])
    people = paper_people.of([int(id_) for id_ in run.asked["ids"]])
    drawn, missing = paper_making.printable(run.kind, people)
    made: list[bytes] = []
    try:
        for some in paper_making.split(order, drawn):
            source, data = paper_making.what_is_set(order, some)
            db.release()  # no connection is held while Typst works
            made.append(printing.apart(source, data))
            if not _came_to(run_id, paper_making.pages(order, some), moment()):
                return
    except NotSet as problem:
        structlog.get_logger().warning("paper not set", run=run_id, error=str(problem))
        _give_back(run_id)
        return
    content = paper_making.bound(made)[0] if made else b""
    pages = sum(paper_making.pages(order, some) for some in paper_making.split(order, drawn))
    _keep(run_id, content, drawn, missing, pages, moment())


def _came_to(run_id: int, pages: int, now: datetime) -> bool:
    """Note so many pages more; False where the run is gone: somebody on it was erased."""
    with db.transaction() as session:
        run = session.scalars(db.lock(sa.select(PaperRun).where(PaperRun.id == run_id))).first()
        if run is None or run.finished_at is not None:
            return False
        run.done = min(run.total, run.done + pages)
        run.claimed_at = now
        return True


def _give_back(run_id: int) -> None:
    """The next turn tries again."""
    with db.transaction() as session:
        run = session.scalars(db.lock(sa.select(PaperRun).where(PaperRun.id == run_id))).first()
        if run is not None:
            run.claimed_at = None


def _keep(run_id: int, content: bytes, drawn: Sequence[Holder], missing: Missed, pages: int, now: datetime) -> None:
    with contextlib.ExitStack() as held:
        session = held.enter_context(db.transaction())
        run = session.scalars(db.lock(sa.select(PaperRun).where(PaperRun.id == run_id))).first()
        if run is None or run.finished_at is not None:
            return
        if missing:
            run.trouble_sealed = seal(json.dumps({"missing": missing}, ensure_ascii=False))
        run.done, run.total, run.finished_at = pages, pages, now
        if not content:
            return
        run.path, key = files.seal_away(run.meeting_id, content)
        run.key_sealed = seal(key)
        _note(session, run.meeting_id, run.kind, drawn, now)
        account = session.get_one(Account, run.account_id)
        doing = Doing(Actor(ActorKind.ACCOUNT, account.id, account.name), now, "")
        _record(session, run.meeting_id, run.kind, len(drawn), doing)


def _note(session: Session, meeting_id: int, kind: PaperKind, people: Sequence[Holder], now: datetime) -> None:
    if kind in paper_people.PERSONAL:
        printed.keep(session, meeting_id, kind, {one.id: one.says for one in people if one.id is not None}, now=now)


def _record(session: Session, meeting_id: int, kind: PaperKind, count: int, doing: Doing) -> None:
    """That papers of so many people were made, and by whom."""
    activity.record(
        session,
        doing.actor,
        "papers.made",
        "meeting",
        meeting_id,
        meeting_id=meeting_id,
        now=doing.now,
        after={"paper": kind.value, "count": count},
    )
