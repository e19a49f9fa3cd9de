"""Attendance online (线上出席): minutes of each session per person, from beats and from outside rooms' reports.

    attendance.page(meeting, after, limit, now=…)      what programs read, person by person
    attendance.online(meeting)                          how many, for the figures

The sessions are those of the agenda that is released, with the day's delays; only those that are shown online have
minutes of their own. A line of a report counts where it has a length, and touches the days of the meeting.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from conference import clock, db
from conference.models import Arrival, Beat, Meeting, PlatformReport, PlatformStay, Viewer, ViewingRoom
from conference.rules import watching
from conference.rules.watching import Slot, Span, Stay
from conference.services import stage, stage_told
from conference.vocabulary import Grade, PlatformMatch, ViewingRoomStatus

_COUNTED = (PlatformMatch.SURE, PlatformMatch.SETTLED)
_AT_ONCE = 200  # people whose beats are read together
_ENTRIES = 10_000  # more than anybody can have


@dataclass(frozen=True)
class Entry:
    """`session_id` is None for the time outside sessions."""

    delegate_id: int
    session_id: int | None
    minutes: float
    grade: Grade


@dataclass(frozen=True)
class Online:
    """People with evidence of watching who were not admitted at a venue, each once, by the strongest evidence there is
    of them; `collective` are the head-counts of approved viewing rooms.
    """

    beats: int
    platform: int
    collective: int

    @property
    def people(self) -> int:
        return self.beats + self.platform


def page(meeting: Meeting, after: int, limit: int, *, now: datetime) -> tuple[list[Entry], int | None]:
    """At most `limit` entries that follow `after` (0 at first), and the `after` of the next page, None at the end.
    People by id, their sessions in the agenda's order.
    """
    slots, found = slots_of(meeting, now=now), list[Entry]()
    # The number says after how many entries of whom: somebody's may not fit on one page.
    delegate_id, already = divmod(after, _ENTRIES)
    last_id = delegate_id - 1
    while ids := _with_evidence(meeting, last_id):
        for one, entries in of_people(meeting, ids, slots).items():
            begun = already if one == delegate_id else 0
            room = limit - len(found)
            found += entries[begun : begun + room]
            if len(entries) - begun > room:
                return found, one * _ENTRIES + begun + room
        last_id = ids[-1]
    return found, None


def of_people(meeting: Meeting, ids: Sequence[int], slots: Sequence[Slot]) -> dict[int, list[Entry]]:
    """Their entries, in the order of `ids`; who has none has an empty list."""
    beats: dict[int, list[datetime]] = defaultdict(list)
    for delegate_id, at in db.session().execute(
        sa.select(Beat.delegate_id, Beat.at).where(Beat.meeting_id == meeting.id, Beat.delegate_id.in_(ids))
    ):
        beats[delegate_id].append(at)
    stays: dict[int, list[Stay]] = defaultdict(list)
    for one, joined_at, left_at, seconds in db.session().execute(
        counted_stays(meeting).where(PlatformStay.delegate_id.in_(ids))
    ):
        if one is not None:
            stays[one].append(Stay(joined_at, left_at, seconds))
    order = {slot.session_id: n for n, slot in enumerate(slots)}
    return {
        one: _entries(one, Grade.BEATS, watching.minutes(watching.beaten(beats[one]), slots), order)
        + _entries(one, Grade.PLATFORM, watching.stayed(stays[one], slots), order)
        for one in ids
    }


def slots_of(meeting: Meeting, *, now: datetime) -> list[Slot]:
    """When the sessions that are shown online were on."""
    return [
        Slot(item.id, item.starts_at, item.ends_at)
        for item in stage.of(meeting, now=now).agenda.sessions
        if item.online and item.starts_at and item.ends_at
    ]


def days_of(meeting: Meeting) -> Span:
    """From the midnight at the place of the meeting before it begins until the one after it ends; sessions that were
    released outside of these days belong to them.
    """
    times = [at for one in stage_told.read(meeting).agenda.sessions for at in (one.starts_at, one.ends_at) if at]
    first, last = (
        clock.local(at, meeting.timezone) for at in (min([meeting.starts_at, *times]), max([meeting.ends_at, *times]))
    )
    begins = first.replace(hour=0, minute=0, second=0, microsecond=0)
    return Span(begins, last.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1))


def online(meeting: Meeting) -> Online:
    """The figures of the online half."""
    session, meeting_id = db.session(), meeting.id
    came = sa.select(Arrival.delegate_id).where(Arrival.meeting_id == meeting_id, Arrival.admissions > 0)
    watched = sa.select(Viewer.delegate_id).where(Viewer.meeting_id == meeting_id, Viewer.first_at.is_not(None))
    reported = sa.select(PlatformStay.delegate_id).distinct().where(*_counted(meeting))
    rooms = sa.select(sa.func.coalesce(sa.func.sum(ViewingRoom.headcount), 0)).where(
        ViewingRoom.meeting_id == meeting_id, ViewingRoom.status == ViewingRoomStatus.APPROVED
    )
    beats = watched.where(Viewer.delegate_id.not_in(came)).subquery()
    platform = reported.where(
        PlatformStay.delegate_id.not_in(came), PlatformStay.delegate_id.not_in(watched)
    ).subquery()
    return Online(
        beats=session.scalar(sa.select(sa.func.count()).select_from(beats)) or 0,
        platform=session.scalar(sa.select(sa.func.count()).select_from(platform)) or 0,
        collective=session.scalar(rooms) or 0,
    )


def _with_evidence(meeting: Meeting, after_id: int) -> list[int]:
    watched = sa.select(Viewer.delegate_id.label("id")).where(
        Viewer.meeting_id == meeting.id, Viewer.first_at.is_not(None), Viewer.delegate_id > after_id
    )
    reported = sa.select(PlatformStay.delegate_id.label("id")).where(
        *_counted(meeting), PlatformStay.delegate_id > after_id
    )
    both = sa.union(watched, reported).subquery()
    return list(db.session().scalars(sa.select(both.c.id).order_by(both.c.id).limit(_AT_ONCE)))


def counted_stays(meeting: Meeting) -> sa.Select[*tuple[int | None, datetime | None, datetime | None, int]]:
    """Who was in the outside room from when to when: the lines of reports that count."""
    return sa.select(
        PlatformStay.delegate_id, PlatformStay.joined_at, PlatformStay.left_at, PlatformStay.seconds
    ).where(*_counted(meeting))


def _counted(meeting: Meeting) -> Iterable[sa.ColumnElement[bool]]:
    """Lines of reports that count: matched with somebody, some time of the meeting's days, in a report that was not
    taken back. One that says only how long is taken for that.
    """
    days = days_of(meeting)
    live = sa.select(PlatformReport.id).where(
        PlatformReport.meeting_id == meeting.id, PlatformReport.removed_at.is_(None)
    )
    within = sa.and_(
        PlatformStay.joined_at < days.ends,
        sa.func.coalesce(PlatformStay.left_at, PlatformStay.joined_at) >= days.begins,
    )
    return (
        PlatformStay.meeting_id == meeting.id,
        PlatformStay.seconds > 0,
        sa.or_(PlatformStay.joined_at.is_(None), within),
        PlatformStay.delegate_id.is_not(None),
        PlatformStay.match.in_(_COUNTED),
        PlatformStay.report_id.in_(live),
    )


def _entries(delegate_id: int, grade: Grade, found: dict[int | None, float], order: dict[int, int]) -> list[Entry]:
    ids = sorted(found, key=lambda one: len(order) if one is None else order[one])
    return [Entry(delegate_id, one, found[one], grade) for one in ids]
