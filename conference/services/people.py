"""What organisers read about delegates: the list with its filters, and all about one of them.

A list never counts and never skips rows: a page begins after (or ends before) a delegate, and its order is one that
an index serves. By name (pinyin), or in the order of entry where one status is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from conference import db
from conference.models import Arrival, CheckIn, Checkpoint, Code, Delegate, RepeatEntry, Tally, Unit
from conference.services import selections
from conference.services.delegates import email_of, phone_of
from conference.services.selections import Wanted
from conference.services.waiting import places_in_line
from conference.vocabulary import Category, DelegateStatus, Direction, Missing, Mode, Outcome, ScanReason

PAGE = 50
SCANS = 50


@dataclass(frozen=True)
class Person:
    """A row of the list."""

    id: int
    number: str
    name: str
    unit_id: int
    unit: str
    position: str
    category: Category
    mode: Mode
    status: DelegateStatus
    waiting_for: Mode | None
    seat: str
    here: bool
    answered: bool
    erased: bool


@dataclass(frozen=True)
class Page:
    """`before` and `after` are ids for the neighbouring pages; `total` is known where tallies tell it."""

    items: Sequence[Person]
    before: int | None
    after: int | None
    total: int | None


def page(meeting_id: int, wanted: Wanted, *, after: int | None = None, before: int | None = None) -> Page:
    """`PAGE` delegates that come after, or before, the delegate of that id in the order of the list."""
    session = db.session()
    keys: tuple[ColumnElement[object], ...] = (
        (Delegate.id,) if wanted.status else (Delegate.pinyin, Delegate.id)  # type: ignore[assignment]
    )
    query = sa.select(Delegate).where(*selections.conditions(meeting_id, wanted))
    edge = _edge(meeting_id, before if before is not None else after)
    backwards = before is not None and edge is not None
    if edge is not None:
        here = sa.tuple_(*keys)
        there = sa.tuple_(*((edge.id,) if wanted.status else (edge.pinyin, edge.id)))
        query = query.where(here < there if backwards else here > there)
    order = [key.desc() for key in keys] if backwards else list(keys)
    found = list(session.scalars(query.order_by(*order).limit(PAGE + 1)))
    more, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        found.reverse()
    came = _came([delegate.id for delegate in found])
    earlier = more if backwards else edge is not None
    later = edge is not None if backwards else more
    return Page(
        items=[_person(delegate, delegate.id in came) for delegate in found],
        before=found[0].id if found and earlier else None,
        after=found[-1].id if found and later else None,
        total=_total(meeting_id, wanted) if wanted.counted else None,
    )


@dataclass(frozen=True)
class Seen:
    """One scan of a delegate."""

    id: int
    at: datetime
    checkpoint: str
    gate: str
    direction: Direction
    outcome: Outcome
    reason: ScanReason | None
    flagged: bool
    voided_at: datetime | None


@dataclass(frozen=True)
class File:
    """All about one delegate. `code` is None when none is live; `replaced` counts those that admit no more."""

    delegate: Delegate
    phone: str | None
    email: str | None
    code: str | None
    replaced: int
    waitlist_place: int | None
    scans: Sequence[Seen]
    repeats: Sequence[RepeatEntry]

    @property
    def waits_for(self) -> Mode | None:
        """The mode in whose line they stand."""
        return self.delegate.queue_mode


def file(meeting_id: int, delegate_id: int) -> File:
    """Raises Missing."""
    session = db.session()
    delegate = one(meeting_id, delegate_id)
    held = session.scalars(
        sa.select(Code).where(Code.delegate_id == delegate.id, Code.repeat_id.is_(None)).order_by(Code.created_at)
    ).all()
    live = [code.code for code in held if code.revoked_at is None]
    scans = session.execute(
        sa.select(CheckIn, Checkpoint.name)
        .join(Checkpoint, Checkpoint.id == CheckIn.checkpoint_id)
        .where(CheckIn.delegate_id == delegate.id)
        .order_by(CheckIn.scanned_at.desc(), CheckIn.id.desc())
        .limit(SCANS)
    ).all()
    repeats = session.scalars(
        sa.select(RepeatEntry).where(RepeatEntry.delegate_id == delegate.id).order_by(RepeatEntry.id)
    ).all()
    return File(
        delegate=delegate,
        phone=phone_of(delegate),
        email=email_of(delegate),
        code=live[-1] if live else None,
        replaced=len(held) - len(live),
        waitlist_place=places_in_line(session, [delegate]).get(delegate.id),
        scans=[
            Seen(s.id, s.scanned_at, point, s.gate, s.direction, s.outcome, s.reason, s.flagged, s.voided_at)
            for s, point in scans
        ],
        repeats=repeats,
    )


def one(meeting_id: int, delegate_id: int) -> Delegate:
    """Raises Missing."""
    found = (
        db.session()
        .scalars(sa.select(Delegate).where(Delegate.id == delegate_id, Delegate.meeting_id == meeting_id))
        .first()
    )
    if found is None:
        raise Missing
    return found


def _edge(meeting_id: int, delegate_id: int | None) -> Delegate | None:
    """The delegate that a page begins or ends at; an unknown one means the first page."""
    if delegate_id is None:
        return None
    return (
        db.session()
        .scalars(sa.select(Delegate).where(Delegate.id == delegate_id, Delegate.meeting_id == meeting_id))
        .first()
    )


def _came(ids: Sequence[int]) -> set[int]:
    if not ids:
        return set()
    return set(
        db.session().scalars(sa.select(Arrival.delegate_id).where(Arrival.delegate_id.in_(ids), Arrival.admissions > 0))
    )


def _total(meeting_id: int, wanted: Wanted) -> int:
    query = sa.select(sa.func.sum(Tally.n)).where(Tally.meeting_id == meeting_id)
    if wanted.status is not None:
        query = query.where(Tally.status == wanted.status)
    if wanted.mode is not None:
        query = query.where(Tally.mode == wanted.mode)
    if wanted.unit_id is not None:
        query = query.where(Tally.unit_id == wanted.unit_id)
    if wanted.province:
        query = query.where(Tally.unit_id.in_(sa.select(Unit.id).where(Unit.province == wanted.province)))
    return int(db.session().scalar(query) or 0)


def _person(delegate: Delegate, here: bool) -> Person:
    return Person(
        id=delegate.id,
        number=delegate.number,
        name=delegate.name,
        unit_id=delegate.unit_id,
        unit=delegate.unit.name,
        position=delegate.position,
        category=delegate.category,
        mode=delegate.mode,
        status=delegate.status,
        waiting_for=delegate.waiting_for,
        seat=delegate.seat,
        here=here,
        answered=delegate.acknowledged_at is not None,
        erased=delegate.erased_at is not None,
    )
