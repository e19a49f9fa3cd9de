"""Who attended what, for the whole of a meeting at once: each person once in each session, by the strongest evidence.

    found = attendance_counting.counted(meeting, now=clock.now())
    found.sessions[delegate_id][session_id]      how they attended it
    found.meeting[delegate_id]                   how they attended the meeting, as the figures count them

Beats are not read here, but asked for their windows in one pass of the index; scans are read once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

import sqlalchemy as sa

from conference import clock, db
from conference.models import Arrival, Beat, CheckIn, Checkpoint, Meeting, PlatformStay, Viewer
from conference.rules import attendance as rules
from conference.rules import watching
from conference.rules.agenda import Session as AgendaItem
from conference.rules.attendance import Held, Passing
from conference.rules.watching import WATCHING, Slot, Span, Stay
from conference.services import attendance, attendance_corrections, stage
from conference.vocabulary import AgendaKind, Attended, CheckpointKind, Direction, Outcome

AT_A_TIME = 5_000
_COUNTS = (Outcome.ADMITTED, Outcome.ALREADY, Outcome.LEFT)


@dataclass(frozen=True)
class Points:
    """The checkpoints that say who was in a hall: of each session, and of the venue."""

    of_session: dict[int, frozenset[int]]
    venues: frozenset[int]

    @property
    def all(self) -> frozenset[int]:
        return self.venues.union(*self.of_session.values())


@dataclass(frozen=True)
class Counted:
    """By delegate: how they attended each session, and the meeting; who attended nothing is in neither. `halls` as
    scans say, whatever was set right.
    """

    sessions: dict[int, dict[int, Attended]]
    meeting: dict[int, Attended]
    halls: dict[int, set[int]]


def items(meeting: Meeting, *, now: datetime) -> list[AgendaItem]:
    """The sessions of the ledger: those of the released agenda that have times, without the breaks."""
    found = stage.of(meeting, now=now).agenda.sessions
    return [one for one in found if one.starts_at and one.ends_at and one.kind is not AgendaKind.BREAK]


def points(meeting_id: int) -> Points:
    of_session: dict[int, set[int]] = {}
    venues = set()
    query = sa.select(Checkpoint.id, Checkpoint.kind, Checkpoint.session_id)
    for id_, kind, session_id in db.session().execute(query.where(Checkpoint.meeting_id == meeting_id)):
        if kind is CheckpointKind.VENUE:
            venues.add(id_)
        elif kind is CheckpointKind.SESSION and session_id is not None:
            of_session.setdefault(session_id, set()).add(id_)
    return Points({key: frozenset(ids) for key, ids in of_session.items()}, frozenset(venues))


def held(meeting: Meeting, shown: Sequence[AgendaItem], where: Points) -> list[Held]:
    """The sessions as the rule takes them."""
    found = []
    for one in shown:
        if one.starts_at is None or one.ends_at is None:
            continue
        midnight = clock.local(one.starts_at, meeting.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
        own = where.of_session.get(one.id, frozenset())
        found.append(Held(one.id, one.starts_at, one.ends_at, midnight, own, one.room_id))
    return found


def passings(meeting_id: int, where: Points, ids: Collection[int] | None = None) -> Iterator[tuple[int, list[Passing]]]:
    """The scans that count, person by person; of these people where they are named."""
    query = (
        sa.select(CheckIn.delegate_id, CheckIn.checkpoint_id, CheckIn.scanned_at, CheckIn.direction)
        .where(
            CheckIn.meeting_id == meeting_id,
            CheckIn.delegate_id.is_not(None),
            CheckIn.checkpoint_id.in_(where.all),
            CheckIn.outcome.in_(_COUNTS),
            CheckIn.voided_at.is_(None),
        )
        .order_by(CheckIn.delegate_id, CheckIn.scanned_at, CheckIn.id)
    )
    if ids is not None:
        query = query.where(CheckIn.delegate_id.in_(ids))
    rows = db.session().execute(query).yield_per(AT_A_TIME)
    for delegate_id, scans in groupby(rows, key=lambda row: row[0]):
        yield delegate_id, [Passing(point, at, direction is Direction.IN) for _, point, at, direction in scans]


def counted(meeting: Meeting, *, now: datetime) -> Counted:
    known = {one.id for one in items(meeting, now=now)}
    in_halls = halls(meeting, now=now)
    slots = attendance.slots_of(meeting, now=now)
    windows = {key: spans for key, spans in rules.windows(slots).items() if key in known and spans}
    beats, platform = _beats(meeting.id, windows), reported(meeting, slots)
    corrected: dict[int, dict[int, float]] = {}
    for (delegate_id, session_id), one in attendance_corrections.holding(meeting.id).items():
        if session_id in known:
            corrected.setdefault(delegate_id, {})[session_id] = one.counts
    nothing: set[int] = set()
    sessions: dict[int, dict[int, Attended]] = {}
    for who in in_halls.keys() | beats.keys() | platform.keys() | corrected.keys():
        hall, seen = in_halls.get(who, nothing), beats.get(who, nothing)
        stayed, set_right = known & platform.get(who, {}).keys(), corrected.get(who, {})
        mine = {}
        for session_id in hall | seen | stayed | set_right.keys():
            kind = rules.how(
                hall=session_id in hall,
                beats=session_id in seen,
                platform=session_id in stayed,
                corrected=set_right.get(session_id),
            )
            if kind is not None:
                mine[session_id] = kind
        if mine:
            sessions[who] = mine
    return Counted(sessions, _meeting(meeting, sessions), in_halls)


def halls(meeting: Meeting, ids: Collection[int] | None = None, *, now: datetime) -> dict[int, set[int]]:
    """The sessions in whose hall each person was; of these people where they are named."""
    where = points(meeting.id)
    rooms = held(meeting, items(meeting, now=now), where)
    return {who: rules.in_hall(mine, rooms, where.venues, now=now) for who, mine in passings(meeting.id, where, ids)}


def reported(
    meeting: Meeting, slots: Sequence[Slot], ids: Collection[int] | None = None
) -> dict[int, dict[int, float]]:
    """The minutes that outside rooms' reports give each person of each session; of these where they are named."""
    query = attendance.counted_stays(meeting)
    stays: dict[int, list[Stay]] = {}
    for who, joined_at, left_at, seconds in db.session().execute(
        query if ids is None else query.where(PlatformStay.delegate_id.in_(ids))
    ):
        if who is not None:
            stays.setdefault(who, []).append(Stay(joined_at, left_at, seconds))
    found = {}
    for who, lines in stays.items():
        minutes = watching.stayed(lines, slots)
        if mine := {key: n for key, n in minutes.items() if key is not None and n > 0}:
            found[who] = mine
    return found


def _beats(meeting_id: int, windows: dict[int, list[Span]]) -> dict[int, set[int]]:
    """The sessions that each person watched on our page for a moment at least."""
    if not windows:
        return {}
    inside = [
        sa.func.max(sa.case((sa.or_(*(_touches(span) for span in spans)), 1), else_=0)) for spans in windows.values()
    ]
    query = sa.select(Beat.delegate_id, *inside).where(Beat.meeting_id == meeting_id).group_by(Beat.delegate_id)
    found = {}
    for who, *marks in db.session().execute(query):
        if seen := {key for key, mark in zip(windows, marks, strict=True) if mark}:
            found[who] = seen
    return found


def _touches(span: Span) -> sa.ColumnElement[bool]:
    return sa.and_(Beat.at > span.begins - WATCHING, Beat.at < span.ends)


def _meeting(meeting: Meeting, sessions: dict[int, dict[int, Attended]]) -> dict[int, Attended]:
    """Everybody once: who was admitted at the venue, then as `attendance.online` counts them, then whoever has a
    session only.
    """
    session = db.session()
    came = sa.select(Arrival.delegate_id).where(Arrival.meeting_id == meeting.id, Arrival.admissions > 0)
    watched = sa.select(Viewer.delegate_id).where(Viewer.meeting_id == meeting.id, Viewer.first_at.is_not(None))
    found = dict.fromkeys(session.scalars(came), Attended.HALL)
    for who in session.scalars(watched):
        found.setdefault(who, Attended.BEATS)
    for reported, *_ in session.execute(attendance.counted_stays(meeting)):
        if reported is not None:
            found.setdefault(reported, Attended.PLATFORM)
    order = list(Attended)
    for who, mine in sessions.items():
        found.setdefault(who, min(mine.values(), key=order.index))
    return found
