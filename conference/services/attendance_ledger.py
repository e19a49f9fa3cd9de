"""The attendance ledger (出席台账) as pages show it: figures by session, the people behind each, one person whole.

人数 counts everybody once, 人次 once for each session they attended. What units watched together stands beside them,
by head-counts of approved rooms, and is never added to people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

import sqlalchemy as sa

from conference import db
from conference.models import AttendanceCorrection, Delegate, Meeting, Participation, Unit, ViewingRoom
from conference.rules import attendance as rules
from conference.rules.agenda import Session as AgendaItem
from conference.rules.thresholds import Standing
from conference.services import attendance, attendance_corrections, attendance_counting, thresholds
from conference.services.attendance import Entry
from conference.services.attendance_counting import Counted
from conference.services.thresholds import Threshold
from conference.vocabulary import Attended, DelegateStatus, Grade, Missing, Reached, ViewingRoomStatus

PAGE = 50
BATCH = 500  # people whose beats are read together

Figures = Mapping[Attended, int]


@dataclass(frozen=True)
class SessionFigures:
    session: AgendaItem
    people: Figures


@dataclass(frozen=True)
class Collective:
    """A unit's approved viewing rooms."""

    unit: str
    rooms: int
    headcount: int


@dataclass(frozen=True)
class Ledger:
    """`people` are 人数 of the meeting, `times` 人次. `reached` counts those of the people who attended as much as
    `threshold` asks for; `unseen` those with a confirmed place of whom there is no record at all.
    """

    sessions: Sequence[SessionFigures]
    people: Figures
    times: Figures
    collective: Sequence[Collective]
    threshold: Threshold
    reached: int
    unseen: int

    @property
    def not_reached(self) -> int:
        return sum(self.people.values()) - self.reached


@dataclass(frozen=True)
class Cell:
    """One person in one session: each evidence as it is, the correction that holds, and what they are counted as.

    `came_at` is when they were first let in that day, None who was not in its hall; minutes are online ones.
    """

    session: AgendaItem
    came_at: datetime | None
    beats: float
    platform: float
    correction: AttendanceCorrection | None
    how: Attended | None


@dataclass(frozen=True)
class Outside:
    """Minutes online outside the sessions of the ledger: before and after them, in breaks, of reports that say only how
    long somebody was there.
    """

    beats: float = 0.0
    platform: float = 0.0


@dataclass(frozen=True)
class Person:
    """`how` is what they are counted as in the session that was asked for, or in the meeting. `outside` is there where
    no session was asked for.
    """

    id: int
    number: str
    name: str
    unit: str
    how: Attended | None
    cells: Sequence[Cell]
    outside: Outside
    standing: Standing

    @property
    def attended(self) -> int:
        """How many sessions."""
        return sum(cell.how is not None for cell in self.cells)

    @property
    def beats(self) -> float:
        return round(sum(cell.beats for cell in self.cells) + self.outside.beats, 2)

    @property
    def platform(self) -> float:
        return round(sum(cell.platform for cell in self.cells) + self.outside.platform, 2)


@dataclass(frozen=True)
class Wanted:
    """Which people: of a session, counted so, of a unit, who attended enough or not; None asks for all."""

    session_id: int | None = None
    how: Attended | None = None
    unit_id: int | None = None
    reached: Reached | None = None


@dataclass(frozen=True)
class Page:
    people: Sequence[Person]
    total: int
    start: int

    @property
    def more(self) -> int | None:
        """Where the next page begins."""
        after = self.start + PAGE
        return after if self.total > after else None

    @property
    def earlier(self) -> int | None:
        """Where the page before this one begins."""
        return max(self.start - PAGE, 0) if self.start else None


def of(meeting: Meeting, *, now: datetime) -> Ledger:
    """All figures."""
    counted = attendance_counting.counted(meeting, now=now)
    by_session = [
        SessionFigures(one, rules.totals(mine.get(one.id) for mine in counted.sessions.values()))
        for one in attendance_counting.items(meeting, now=now)
    ]
    return Ledger(
        sessions=by_session,
        people=rules.totals(counted.meeting.values()),
        times={kind: sum(one.people[kind] for one in by_session) for kind in Attended},
        collective=collective(meeting.id),
        threshold=thresholds.asked_for(meeting, now=now),
        reached=len(thresholds.reached(meeting, counted.meeting.keys(), now=now, halls=counted.halls)),
        unseen=sum(who not in counted.meeting for who in _confirmed(meeting.id)),
    )


def _confirmed(meeting_id: int) -> Iterable[int]:
    query = sa.select(Delegate.id).where(Delegate.meeting_id == meeting_id)
    return db.session().scalars(query.where(Delegate.status == DelegateStatus.CONFIRMED))


def collective(meeting_id: int) -> list[Collective]:
    """By unit: the rooms that count."""
    query = (
        sa.select(Unit.name, sa.func.count(), sa.func.sum(ViewingRoom.headcount))
        .join(Unit, Unit.id == ViewingRoom.unit_id)
        .where(ViewingRoom.meeting_id == meeting_id, ViewingRoom.status == ViewingRoomStatus.APPROVED)
        .group_by(Unit.id, Unit.name)
        .order_by(Unit.name)
    )
    return [Collective(unit, rooms, int(heads)) for unit, rooms, heads in db.session().execute(query)]


def page(meeting: Meeting, wanted: Wanted, *, start: int = 0, now: datetime) -> Page:
    """`PAGE` of the people behind a figure, by name, from the place `start` on."""
    counted = attendance_counting.counted(meeting, now=now)
    ids = _behind(meeting.id, counted, wanted)
    if wanted.reached is not None:
        standings = thresholds.of(meeting, ids, now=now, halls=counted.halls)
        ids = [who for who in ids if standings[who].said is wanted.reached]
    shown = ids[start : start + PAGE]
    people = _people(meeting, shown, counted, wanted.session_id, now=now)
    return Page(people, len(ids), start)


def everybody(meeting: Meeting, *, now: datetime) -> Iterator[Person]:
    """All who attended something, by name; some hundreds are in memory at a time."""
    counted = attendance_counting.counted(meeting, now=now)
    ids = iter(_behind(meeting.id, counted, Wanted()))
    while some := list(islice(ids, BATCH)):
        yield from _people(meeting, some, counted, None, now=now)


def person(meeting: Meeting, delegate_id: int, *, now: datetime) -> Person:
    """One, whether they attended anything or not. Raises Missing."""
    found = _people(meeting, [delegate_id], None, None, now=now)
    if not found:
        raise Missing
    return found[0]


def units(meeting_id: int) -> Sequence[tuple[int, str]]:
    """The units that take part, for a filter."""
    query = sa.select(Unit.id, Unit.name).join(Participation, Participation.unit_id == Unit.id)
    rows = db.session().execute(query.where(Participation.meeting_id == meeting_id).order_by(Unit.name, Unit.id))
    return [(id_, name) for id_, name in rows]


def _behind(meeting_id: int, counted: Counted, wanted: Wanted) -> list[int]:
    """Ids by name."""
    found: Iterable[tuple[int, Attended]]
    if wanted.session_id is None:
        found = counted.meeting.items()
    else:
        session_id = wanted.session_id
        found = ((who, mine[session_id]) for who, mine in counted.sessions.items() if session_id in mine)
    meant = {who for who, kind in found if wanted.how in {None, kind}}
    query = sa.select(Delegate.id).where(Delegate.meeting_id == meeting_id)
    if wanted.unit_id is not None:
        query = query.where(Delegate.unit_id == wanted.unit_id)
    return [id_ for id_ in db.session().scalars(query.order_by(Delegate.pinyin, Delegate.id)) if id_ in meant]


def _people(
    meeting: Meeting, ids: Sequence[int], counted: Counted | None, session_id: int | None, *, now: datetime
) -> list[Person]:
    query = (
        sa.select(Delegate.id, Delegate.number, Delegate.name, Unit.name)
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(Delegate.id.in_(ids), Delegate.meeting_id == meeting.id)
    )
    named = {row[0]: row for row in db.session().execute(query)}
    items = [one for one in attendance_counting.items(meeting, now=now) if session_id in {None, one.id}]
    known = [id_ for id_ in ids if id_ in named]
    entries = attendance.of_people(meeting, known, attendance.slots_of(meeting, now=now))
    cells = _cells(meeting, entries, items, now=now)
    standings = thresholds.of(meeting, known, now=now)
    people = []
    for id_ in ids:
        if id_ not in named:
            continue
        _, number, name, unit = named[id_]
        how = None
        if counted is not None:
            how = counted.meeting.get(id_) if session_id is None else counted.sessions.get(id_, {}).get(session_id)
        outside = _outside(entries[id_], items) if session_id is None else Outside()
        people.append(Person(id_, number, name, unit, how, cells[id_], outside, standings[id_]))
    return people


def _outside(entries: Iterable[Entry], items: Sequence[AgendaItem]) -> Outside:
    known, found = {item.id for item in items}, dict.fromkeys(Grade, 0.0)
    for entry in entries:
        if entry.session_id not in known:
            found[entry.grade] += entry.minutes
    return Outside(round(found[Grade.BEATS], 2), round(found[Grade.PLATFORM], 2))


def _cells(
    meeting: Meeting, entries: Mapping[int, Sequence[Entry]], items: Sequence[AgendaItem], *, now: datetime
) -> dict[int, list[Cell]]:
    where = attendance_counting.points(meeting.id)
    sessions = attendance_counting.held(meeting, items, where)
    scans = dict(attendance_counting.passings(meeting.id, where, entries.keys()))
    minutes = {(who, entry.session_id, entry.grade): entry.minutes for who, mine in entries.items() for entry in mine}
    corrections = attendance_corrections.holding(meeting.id, entries.keys())
    found: dict[int, list[Cell]] = {}
    for who in entries:
        mine = scans.get(who, [])
        there = rules.in_hall(mine, sessions, where.venues, now=now)
        found[who] = []
        for item, session in zip(items, sessions, strict=True):
            beats = minutes.get((who, item.id, Grade.BEATS), 0.0)
            platform = minutes.get((who, item.id, Grade.PLATFORM), 0.0)
            correction = corrections.get((who, item.id))
            how = rules.how(
                hall=item.id in there,
                beats=beats > 0,
                platform=platform > 0,
                corrected=correction.minutes if correction else None,
            )
            came_at = rules.came_at(mine, session, where.venues) if item.id in there else None
            found[who].append(Cell(item, came_at, beats, platform, correction, how))
    return found
