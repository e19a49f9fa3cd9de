"""The waiting lines (候补) as an organiser sees and changes them, in order, with a recorded reason.

Somebody is moved between two by a ticket between theirs; where there is no room between two tickets, all of the line
are given new ones in the same order. Repeat entries stand in the line too and are never shown here; they keep their
order among the people.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Activity, Delegate, RepeatEntry
from conference.rules.text import fault_in
from conference.services import activity, outbox
from conference.services.delegates import Doing, tell_moved
from conference.services.places import TICKET_SPACING, Places
from conference.vocabulary import (
    Category,
    DelegateStatus,
    Fault,
    Malformed,
    MessageKind,
    Missing,
    Mode,
    Refusal,
    Refused,
)

PAGE = 50
REASON_LIMIT = 200


@dataclass(frozen=True)
class Waiting:
    """Somebody in a line. `wish` is true for who has a place in the other mode and waits to change; `since` is when
    they joined the line, as far as the record tells."""

    id: int
    number: str
    name: str
    unit_id: int
    unit: str
    position: str
    category: Category
    place: int
    wish: bool
    since: datetime


@dataclass(frozen=True)
class Page:
    """`after` and `before` are ids for the neighbouring pages; `total` is how many wait in this line."""

    items: Sequence[Waiting]
    before: int | None
    after: int | None
    total: int


def page(meeting_id: int, mode: Mode, *, after: int | None = None, before: int | None = None) -> Page:
    """`PAGE` of the line of `mode` that come after, or before, the delegate of that id."""
    session = db.session()
    query = sa.select(Delegate).where(*_in_line(meeting_id, mode))
    edge = _ticket_of(meeting_id, mode, before if before is not None else after)
    backwards = before is not None and edge is not None
    if edge is not None:
        query = query.where(Delegate.ticket < edge if backwards else Delegate.ticket > edge)
    order = Delegate.ticket.desc() if backwards else Delegate.ticket
    found = list(session.scalars(query.order_by(order).limit(PAGE + 1)))
    more, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        found.reverse()
    ahead = _count(session, meeting_id, mode, below=found[0].ticket) if found else 0
    joined = _joined(session, [delegate.id for delegate in found])
    earlier = more if backwards else edge is not None
    later = edge is not None if backwards else more
    return Page(
        items=[_waiting(one, ahead + n, joined.get(one.id, one.created_at)) for n, one in enumerate(found, 1)],
        before=found[0].id if found and earlier else None,
        after=found[-1].id if found and later else None,
        total=_count(session, meeting_id, mode),
    )


def find(meeting_id: int, delegate_id: int) -> tuple[Mode, Waiting] | None:
    """Which line somebody waits in, and where; None where they wait in none. Raises Missing."""
    session = db.session()
    delegate = session.scalars(
        sa.select(Delegate).where(Delegate.id == delegate_id, Delegate.meeting_id == meeting_id)
    ).first()
    if delegate is None:
        raise Missing
    if delegate.queue_mode is None:
        return None
    place = 1 + _count(session, meeting_id, delegate.queue_mode, below=delegate.ticket)
    joined = _joined(session, [delegate.id]).get(delegate.id, delegate.created_at)
    return delegate.queue_mode, _waiting(delegate, place, joined)


def totals(meeting_id: int) -> dict[Mode, int]:
    """How many wait in each line, wishes of confirmed ones with them."""
    return {mode: _count(db.session(), meeting_id, mode) for mode in Mode}


def move(meeting_id: int, delegate_id: int, place: int, doing: Doing, *, reason: str) -> int:
    """Put somebody at `place` (from 1; the end, where there are fewer) of the line that they wait in.

    Returns their place. Who stands there already stays, and nothing is recorded. Raises Malformed (reason: it is
    required), Missing, Refused (not_waiting).
    """
    if fault := fault_in(reason, limit=REASON_LIMIT):
        raise Malformed({"reason": fault})
    if place < 1:
        raise Malformed({"place": Fault.OUT_OF_RANGE})
    with db.transaction() as session:
        places = Places(session, meeting_id)
        delegate = places.delegate(delegate_id)
        if delegate is None:
            raise Missing
        mode = delegate.queue_mode
        if mode is None:
            raise Refused(Refusal.NOT_WAITING)
        was = 1 + _count(session, meeting_id, mode, below=delegate.ticket)
        wanted = min(place, _count(session, meeting_id, mode))
        if wanted == was:
            return was
        ticket = _between(session, places, mode, delegate, wanted)
        if ticket is None:
            _renumber(session, places, mode)
            session.refresh(delegate, ["ticket"])
            ticket = _between(session, places, mode, delegate, wanted)
        delegate.ticket = ticket
        session.flush()
        activity.record(
            session,
            doing.actor,
            "delegate.moved_in_line",
            "delegate",
            delegate.id,
            meeting_id=meeting_id,
            now=doing.now,
            before={"place_in_line": was},
            after={"place_in_line": wanted, "reason": reason.strip()},
        )
        return wanted


def give(meeting_id: int, delegate_id: int, doing: Doing, *, reason: str = "", beyond: bool = False) -> Delegate:
    """Give a free place to somebody who waits for it, whoever stands before them. They are told as by the line.

    With `beyond`, where no place is free one is made above the capacity, which needs a reason; it goes again with
    whoever leaves next. Raises Malformed (reason), Missing, Refused (not_waiting, no_place_free).
    """
    if fault := fault_in(reason, limit=REASON_LIMIT, required=beyond):
        raise Malformed({"reason": fault})
    with db.transaction() as session:
        places = Places(session, meeting_id, doing.now)
        delegate = places.delegate(delegate_id)
        if delegate is None:
            raise Missing
        if beyond and (mode := delegate.queue_mode) and places.lines[mode].places_left == 0:
            places.lines[mode].granted += 1
        given = places.give(delegate)
        moves = places.settle()
        after = {"status": delegate.status, "mode": delegate.mode}
        activity.record(
            session,
            doing.actor,
            "delegate.given_place",
            "delegate",
            delegate.id,
            meeting_id=meeting_id,
            now=doing.now,
            before={"status": given.status_before, "mode": given.mode_before},
            after=after | ({"reason": reason.strip()} if reason.strip() else {}),
        )
        outbox.put(session, MessageKind.CONFIRMED, delegate, now=doing.now)
        tell_moved(session, moves, doing)
        return delegate


def _between(session: Session, places: Places, mode: Mode, delegate: Delegate, place: int) -> int | None:
    """A ticket at which `delegate` stands at `place`; None where there is no room for one."""
    others = (
        sa.select(Delegate.ticket)
        .where(*_in_line(places.meeting_id, mode), Delegate.id != delegate.id)
        .order_by(Delegate.ticket)
    )
    ahead = int(session.scalars(others.offset(place - 2).limit(1)).first() or 0) if place > 1 else 0
    behind = [
        session.scalar(sa.select(sa.func.min(column)).where(*where, column > ahead))
        for column, where in (
            (Delegate.ticket, (*_in_line(places.meeting_id, mode), Delegate.id != delegate.id)),
            (RepeatEntry.ticket, _repeats_in_line(places.meeting_id, mode)),
        )
    ]
    found = [int(ticket) for ticket in behind if ticket is not None]
    if not found:
        return places.ticket(mode)
    middle = (ahead + min(found)) // 2
    return middle if middle > ahead else None


def _renumber(session: Session, places: Places, mode: Mode) -> None:
    """New tickets for all of a line, in the order that it has; they are above all old ones, so that none meets one."""
    people = session.execute(sa.select(Delegate.ticket, Delegate.id).where(*_in_line(places.meeting_id, mode))).all()
    repeats = session.execute(
        sa.select(RepeatEntry.ticket, RepeatEntry.id).where(*_repeats_in_line(places.meeting_id, mode))
    ).all()
    line = places.lines[mode]
    standing = sorted([(ticket, 0, id_) for ticket, id_ in people] + [(ticket, 1, id_) for ticket, id_ in repeats])
    fresh: tuple[list[dict[str, int]], list[dict[str, int]]] = ([], [])
    for n, (_, kind, id_) in enumerate(standing):
        fresh[kind].append({"at": id_, "to": line.next_ticket + n * TICKET_SPACING})
    for table, rows in zip((Delegate.__table__, RepeatEntry.__table__), fresh, strict=True):
        assert isinstance(table, sa.Table)  # noqa: S101  # for the type checker
        if rows:
            change = sa.update(table).where(table.c.id == sa.bindparam("at")).values(ticket=sa.bindparam("to"))
            session.connection().execute(change, rows)
    line.next_ticket += len(standing) * TICKET_SPACING
    session.flush()


def _in_line(meeting_id: int, mode: Mode) -> tuple[sa.ColumnElement[bool], ...]:
    return Delegate.meeting_id == meeting_id, Delegate.queue_mode == mode, Delegate.ticket.is_not(None)


def _repeats_in_line(meeting_id: int, mode: Mode) -> tuple[sa.ColumnElement[bool], ...]:
    waits = sa.or_(
        sa.and_(RepeatEntry.status == DelegateStatus.WAITLISTED, RepeatEntry.mode == mode),
        sa.and_(RepeatEntry.status == DelegateStatus.CONFIRMED, RepeatEntry.mode == mode.other),
    )
    live = RepeatEntry.settled_at.is_(None), RepeatEntry.ticket.is_not(None)
    return RepeatEntry.meeting_id == meeting_id, *live, waits


def _count(session: Session, meeting_id: int, mode: Mode, *, below: int | None = None) -> int:
    query = sa.select(sa.func.count()).select_from(Delegate).where(*_in_line(meeting_id, mode))
    if below is not None:
        query = query.where(Delegate.ticket < below)
    return int(session.scalar(query) or 0)


def _ticket_of(meeting_id: int, mode: Mode, delegate_id: int | None) -> int | None:
    """Where a page begins or ends; somebody who waits no more means the first page."""
    if delegate_id is None:
        return None
    query = sa.select(Delegate.ticket).where(*_in_line(meeting_id, mode), Delegate.id == delegate_id)
    return db.session().scalar(query)


def _joined(session: Session, ids: Sequence[int]) -> dict[int, datetime]:
    """When each joined the line that they wait in: the last act that made them wait."""
    if not ids:
        return {}
    query = (
        sa.select(Activity.subject_id, Activity.at, Activity.after)
        .where(Activity.subject == "delegate", Activity.subject_id.in_(ids))
        .order_by(Activity.id)
    )
    return {
        delegate_id: at
        for delegate_id, at, after in session.execute(query)
        if after.get("status") == DelegateStatus.WAITLISTED or after.get("waiting_for")
    }


def _waiting(delegate: Delegate, place: int, since: datetime) -> Waiting:
    return Waiting(
        id=delegate.id,
        number=delegate.number,
        name=delegate.name,
        unit_id=delegate.unit_id,
        unit=delegate.unit.name,
        position=delegate.position,
        category=delegate.category,
        place=place,
        wish=delegate.waiting_for is not None,
        since=since,
    )
