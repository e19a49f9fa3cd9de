"""Counting everything again from the rows behind it: what the deeds keep must be what a count would find."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime

import sqlalchemy as sa

from conference import db
from conference.models import Arrival, CheckIn, Checkpoint, Delegate, Line, Meeting, Participation, Tally, Turnout
from conference.services import figures
from conference.vocabulary import Category, CheckpointKind, DelegateStatus, Direction, Mode, Outcome


def assert_whole(meeting_id: int) -> None:
    """Places, lines, limits, tallies and turnout of a meeting agree with a recount. Needs an application context."""
    db.release()
    session = db.session()
    people = session.scalars(sa.select(Delegate).where(Delegate.meeting_id == meeting_id)).all()
    _lines(meeting_id, people)
    _units(meeting_id, people)
    _turnout(meeting_id, people)
    db.release()


def _lines(meeting_id: int, people: list[Delegate]) -> None:
    until = db.session().scalars(sa.select(Meeting.line_moves_until).where(Meeting.id == meeting_id)).one()
    still = until is not None and until <= datetime.now(UTC)
    for line in db.session().scalars(sa.select(Line).where(Line.meeting_id == meeting_id)):
        confirmed = [p for p in people if p.mode is line.mode and p.status is DelegateStatus.CONFIRMED]
        waiting = [p for p in people if p.queue_mode is line.mode]
        assert line.taken == len(confirmed)
        assert line.capacity is None or line.taken <= line.capacity + line.granted, "oversold"
        assert still or not (waiting and line.places_left != 0), "a free place stands beside somebody who waits"
        assert len({p.ticket for p in waiting}) == len(waiting)
        assert all(p.ticket < line.next_ticket for p in waiting)
    for person in people:
        wishes = person.status is DelegateStatus.CONFIRMED and person.queue_mode is person.mode.other
        waits = person.status is DelegateStatus.WAITLISTED and person.queue_mode is person.mode
        assert (person.ticket is not None) == (wishes or waits)
        assert person.status is not DelegateStatus.WAITLISTED or waits


def _units(meeting_id: int, people: list[Delegate]) -> None:
    session = db.session()
    for part in session.scalars(sa.select(Participation).where(Participation.meeting_id == meeting_id)):
        active = sum(p.unit_id == part.unit_id and p.status.active for p in people)
        assert part.active == active
        assert part.delegate_limit is None or active <= part.delegate_limit + part.granted
        assert part.granted <= max(0, active - (part.delegate_limit or 0))
    counted = Counter((p.unit_id, p.mode, p.status) for p in people)
    kept = {
        (t.unit_id, t.mode, t.status): t.n
        for t in session.scalars(sa.select(Tally).where(Tally.meeting_id == meeting_id))
        if t.n
    }
    assert kept == dict(counted)


def _turnout(meeting_id: int, people: list[Delegate]) -> None:
    session = db.session()
    events: dict[int, dict[int, list[CheckIn]]] = defaultdict(lambda: defaultdict(list))
    scans = (
        sa.select(CheckIn)
        .join(Checkpoint, Checkpoint.id == CheckIn.checkpoint_id)
        .where(
            CheckIn.meeting_id == meeting_id,
            Checkpoint.kind == CheckpointKind.VENUE,
            CheckIn.outcome != Outcome.REFUSED,
            CheckIn.voided_at.is_(None),
        )
    )
    for scan in session.scalars(scans.order_by(CheckIn.scanned_at, CheckIn.id)):
        events[scan.delegate_id or 0][scan.checkpoint_id].append(scan)
    counted_as = {p.id: (p.unit_id, p.category) for p in people}
    present: Counter[tuple[int, Category]] = Counter()
    inside: Counter[tuple[int, Category]] = Counter()
    for delegate_id, at in events.items():
        if any(scan.outcome is Outcome.ADMITTED for scans in at.values() for scan in scans):
            present[counted_as[delegate_id]] += 1
        if any(scans[-1].direction is Direction.IN for scans in at.values()):
            inside[counted_as[delegate_id]] += 1
    kept = {
        (t.unit_id, t.category): (t.present, t.inside)
        for t in session.scalars(sa.select(Turnout).where(Turnout.meeting_id == meeting_id))
        if t.present or t.inside
    }
    assert kept == {key: (present[key], inside[key]) for key in present.keys() | inside.keys()}
    for arrival in session.scalars(sa.select(Arrival).where(Arrival.meeting_id == meeting_id)):
        assert (arrival.unit_id, arrival.category) == counted_as[arrival.delegate_id]
    shown = figures.of(meeting_id, now=session.scalars(sa.select(Delegate.created_at)).first())  # type: ignore[arg-type]
    left_out = session.scalars(sa.select(Meeting.uncounted).where(Meeting.id == meeting_id)).one()
    assert (shown.present, shown.inside) == tuple(
        sum(n for (_, category), n in counts.items() if category.value not in left_out) for counts in (present, inside)
    )
    assert shown.confirmed == {
        mode: sum(p.mode is mode and p.status is DelegateStatus.CONFIRMED for p in people) for mode in Mode
    }
