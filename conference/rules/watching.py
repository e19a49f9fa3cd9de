"""Watching online: what beats and an outside room's stays come to, in minutes of sessions.

A person is watching from a beat until 90 s after it. Whatever tabs, browsers or reports it comes from, the same moment
counts once; each grade is joined by itself, since one is not as strong as the other.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

WATCHING = timedelta(seconds=90)


@dataclass(frozen=True)
class Span:
    """From `begins` until before `ends`."""

    begins: datetime
    ends: datetime

    @property
    def seconds(self) -> float:
        return (self.ends - self.begins).total_seconds()


@dataclass(frozen=True)
class Slot:
    """When a session was on."""

    session_id: int
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Stay:
    """A line of an outside room's report: without `begins` only how long somebody was there is known."""

    begins: datetime | None
    ends: datetime | None
    seconds: int


def beaten(moments: Iterable[datetime]) -> list[Span]:
    """The spans that beats come to."""
    return joined(Span(at, at + WATCHING) for at in moments)


def joined(spans: Iterable[Span]) -> list[Span]:
    """The same time in as few spans as can be, in order; those that touch become one. Empty ones are left out."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda one: one.begins):
        if span.ends <= span.begins:
            continue
        if found and span.begins <= found[-1].ends:
            found[-1] = Span(found[-1].begins, max(found[-1].ends, span.ends))
        else:
            found.append(span)
    return found


def added_seconds(until: datetime | None, at: datetime) -> float:
    """How much longer somebody who was watching `until` has watched by a beat `at`, which is none before the last."""
    return (at + WATCHING - max(at, until or at)).total_seconds()


def plays_elsewhere(device: str, playing: str, playing_at: datetime | None, *, now: datetime) -> bool:
    """Whether another device than this one plays: one that made no beat for as long as a beat counts plays no more."""
    return playing not in {"", device} and playing_at is not None and now < playing_at + WATCHING


def minutes(spans: Sequence[Span], slots: Sequence[Slot]) -> dict[int | None, float]:
    """Minutes of each session, rounded to hundredths, and of the time outside all of them (None); none is 0.

    `spans` are joined. Where two sessions are on at once the one that comes first in `slots` has the time.
    """
    return _rounded(_seconds(spans, slots))


def stayed(stays: Sequence[Stay], slots: Sequence[Slot]) -> dict[int | None, float]:
    """The same of an outside room's lines. Where a line names its first coming, its last going and how long it was in
    between, each of its minutes counts for its share, since nobody knows which were missed. A moment that several lines
    cover counts by the greatest share of them; lengths alone are outside sessions, the same length once: told twice, or
    in two reports, it is one stay.
    """
    lengths = {one.seconds for one in stays if one.begins is None and one.seconds > 0}
    found: dict[int | None, float] = {None: float(sum(lengths))} if lengths else {}
    timed: list[tuple[float, Span]] = []
    for one in stays:
        if one.seconds <= 0 or one.begins is None:
            continue
        span = Span(one.begins, one.ends or one.begins + timedelta(seconds=one.seconds))
        if span.seconds > 0:
            timed.append((min(1.0, one.seconds / span.seconds), span))
    for share, spans in _by_share(timed).items():
        for session_id, seconds in _seconds(spans, slots).items():
            found[session_id] = found.get(session_id, 0.0) + seconds * share
    return _rounded(found)


def _by_share(timed: Sequence[tuple[float, Span]]) -> dict[float, list[Span]]:
    """The time that each share counts for: every moment once, in spans that do not overlap."""
    if len(timed) == 1:
        return {timed[0][0]: [timed[0][1]]}
    coming = sorted(timed, key=lambda one: one[1].begins, reverse=True)
    edges = sorted({edge for _, span in timed for edge in (span.begins, span.ends)})
    found: dict[float, list[Span]] = {}
    there: list[tuple[float, datetime]] = []  # the greatest share on top
    for begins, ends in pairwise(edges):
        while coming and coming[-1][1].begins <= begins:
            share, span = coming.pop()
            heapq.heappush(there, (-share, span.ends))
        while there and there[0][1] <= begins:
            heapq.heappop(there)
        if there:
            found.setdefault(-there[0][0], []).append(Span(begins, ends))
    return found


def _seconds(spans: Sequence[Span], slots: Sequence[Slot]) -> dict[int | None, float]:
    left, found = list(spans), dict[int | None, float]()
    for slot in slots:
        inside, left = _cut(left, Span(slot.begins, slot.ends))
        if inside:
            found[slot.session_id] = found.get(slot.session_id, 0.0) + inside
    outside = sum(span.seconds for span in left)
    if outside:
        found[None] = outside
    return found


def _rounded(found: dict[int | None, float]) -> dict[int | None, float]:
    return {session_id: round(seconds / 60, 2) for session_id, seconds in found.items()}


def _cut(spans: Iterable[Span], window: Span) -> tuple[float, list[Span]]:
    """The seconds of `spans` inside the window, and what is left outside of it."""
    inside, left = 0.0, list[Span]()
    for span in spans:
        begins, ends = max(span.begins, window.begins), min(span.ends, window.ends)
        if begins >= ends:
            left.append(span)
            continue
        inside += (ends - begins).total_seconds()
        left += [one for one in (Span(span.begins, begins), Span(ends, span.ends)) if one.seconds > 0]
    return inside, left
