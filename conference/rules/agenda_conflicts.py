"""What does not go together on an agenda (议程冲突): rooms, people, ways, visits, the meeting's own time.

    found = agenda_conflicts.found(agenda, {7: 5}, starts_at=…, ends_at=…, timezone="Asia/Shanghai")
    found[0].key                    "person_twice:3-12:p41", the same as long as it is the same conflict

Touching is no overlap, and a session without times conflicts with nothing. Somebody is where they do something: for
the time of their talk where the talks before it have minutes, else for the whole session. What one person does within
one session never conflicts, nor does what they do in a break.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from conference.rules.agenda import Agenda, Session
from conference.vocabulary import AgendaConflict, AgendaKind

_RANK = {kind: rank for rank, kind in enumerate(AgendaConflict)}


@dataclass(frozen=True)
class Conflict:
    """`session_ids` are one or two, the earlier first; who or which room where it is about one."""

    kind: AgendaConflict
    session_ids: tuple[int, ...]
    person_id: int | None = None
    room_id: int | None = None

    @property
    def key(self) -> str:
        """What it is known by from one edit to the next, and when somebody lets it stand."""
        parts = [self.kind.value, "-".join(str(one) for one in sorted(self.session_ids))]
        if self.person_id is not None:
            parts.append(f"p{self.person_id}")
        if self.room_id is not None:
            parts.append(f"r{self.room_id}")
        return ":".join(parts)


class _Span(NamedTuple):
    """When a session takes a room, or a person."""

    begins: datetime
    ends: datetime
    session_id: int
    room_id: int | None


def found(
    agenda: Agenda, walks: Mapping[int, int], *, starts_at: datetime, ends_at: datetime, timezone: str
) -> list[Conflict]:
    """All of them, in the order of their sessions. `walks` are minutes from the main hall by room; the way between two
    rooms takes the sum of both. `starts_at`, `ends_at`, `timezone` are the meeting's.
    """
    timed = [one for one in agenda.sessions if one.starts_at and one.ends_at]
    begins = {one.id: one.starts_at for one in timed if one.starts_at}
    whole = [span for one in timed for span in _whole(one)]
    last = _last_moment(starts_at, ends_at, ZoneInfo(timezone))

    def pair(kind: AgendaConflict, one: _Span, other: _Span, *, person: int | None = None) -> Conflict:
        ids = sorted((one.session_id, other.session_id), key=lambda id: (begins[id], id))
        return Conflict(kind, tuple(ids), person, one.room_id if kind is AgendaConflict.ROOM_TWICE else None)

    conflicts = [*_alone(timed, starts_at, last)]
    for spans in _by_room(whole).values():
        conflicts += [pair(AgendaConflict.ROOM_TWICE, *both) for both in _overlapping(spans)]
    conflicts += [pair(AgendaConflict.VISIT_OVERLAP, *both) for both in _with_visits(timed, whole)]
    for person, spans in _stays(timed).items():
        conflicts += [pair(AgendaConflict.PERSON_TWICE, *both, person=person) for both in _overlapping(spans)]
        conflicts += [pair(AgendaConflict.TRAVEL, *both, person=person) for both in _too_far(spans, walks)]
    each = {one.key: one for one in conflicts}.values()
    return sorted(each, key=lambda one: (begins[one.session_ids[0]], _RANK[one.kind], one.session_ids, one.key))


def _alone(timed: Iterable[Session], first: datetime, last: datetime) -> Iterator[Conflict]:
    """What is wrong with a session by itself."""
    for one in timed:
        if one.starts_at is None or one.ends_at is None:
            continue
        if one.starts_at < first or one.ends_at > last:
            yield Conflict(AgendaConflict.OUTSIDE_MEETING, (one.id,))
        if timedelta(minutes=sum(talk.minutes or 0 for talk in one.talks)) > one.ends_at - one.starts_at:
            yield Conflict(AgendaConflict.TALKS_TOO_LONG, (one.id,))


def _last_moment(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> datetime:
    """A meeting from midnight to midnight was given by its days, and the last of them counts whole."""
    first, last = starts_at.astimezone(zone), ends_at.astimezone(zone)
    by_days = first.time() == last.time() == time.min
    return datetime.combine(last.date() + timedelta(days=1), time.min, zone) if by_days else ends_at


def _whole(session: Session) -> list[_Span]:
    """A session's own time, if it takes any."""
    if session.starts_at is None or session.ends_at is None or session.starts_at >= session.ends_at:
        return []
    return [_Span(session.starts_at, session.ends_at, session.id, session.room_id)]


def _with_visits(timed: Iterable[Session], whole: Iterable[_Span]) -> Iterator[tuple[_Span, _Span]]:
    """Visits, each with what goes on at its time, but for breaks."""
    kinds = {one.id: one.kind for one in timed}
    asked = [span for span in whole if kinds[span.session_id] is not AgendaKind.BREAK]
    for one, other in _overlapping(asked):
        if AgendaKind.VISIT in {kinds[one.session_id], kinds[other.session_id]}:
            yield one, other


def _stays(timed: Iterable[Session]) -> dict[int, list[_Span]]:
    """Where each person is and when."""
    stays: dict[int, list[_Span]] = defaultdict(list)
    for session in timed:
        if session.kind is AgendaKind.BREAK:
            continue
        whole, times = _whole(session), session.talk_times()
        throughout = {role.person_id for role in session.roles}
        for talk in session.talks:
            if talk.id not in times:
                throughout |= {role.person_id for role in talk.roles}
        for person in throughout:
            stays[person] += whole
        for talk in session.talks:
            begins, ends = times.get(talk.id, (session.starts_at, session.starts_at))
            if begins is None or ends is None or begins >= ends:
                continue
            for person in {role.person_id for role in talk.roles} - throughout:
                stays[person].append(_Span(begins, ends, session.id, session.room_id))
    return stays


def _overlapping(spans: Iterable[_Span]) -> Iterator[tuple[_Span, _Span]]:
    """Two at a time, of two sessions."""
    going_on: list[_Span] = []
    for span in sorted(spans, key=lambda one: (one.begins, one.session_id)):
        going_on = [one for one in going_on if one.ends > span.begins]
        for one in going_on:
            if one.session_id != span.session_id:
                yield one, span
        going_on.append(span)


def _too_far(spans: Iterable[_Span], walks: Mapping[int, int]) -> Iterator[tuple[_Span, _Span]]:
    """Where somebody was last in a known room and where they are next, if the way between takes longer."""
    known = sorted((span for span in spans if span.room_id is not None), key=lambda one: one.ends)
    ends = [one.ends for one in known]
    for place in known:
        before = bisect_right(ends, place.begins)
        for one in known[bisect_left(ends, ends[before - 1]) : before] if before else ():
            way = walks.get(one.room_id or 0, 0) + walks.get(place.room_id or 0, 0)
            if one.room_id != place.room_id and place.begins - one.ends < timedelta(minutes=way):
                yield one, place


def _by_room(spans: Iterable[_Span]) -> dict[int, list[_Span]]:
    rooms: dict[int, list[_Span]] = defaultdict(list)
    for span in spans:
        if span.room_id is not None:
            rooms[span.room_id].append(span)
    return rooms
