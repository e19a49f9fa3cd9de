"""Watching online: what beats and an outside room's stays come to, in minutes of sessions.

A person is watching from a beat until 90 s after it. Whatever tabs, browsers or reports it comes from, the same moment
counts once; each grade is joined by itself, since one is not as strong as the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

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


def minutes(spans: Sequence[Span], slots: Sequence[Slot]) -> dict[int | None, float]:
    """Minutes of each session, rounded to hundredths, and of the time outside all of them (None); none is 0.

    `spans` are joined. Where two sessions are on at once the one that comes first in `slots` has the time.
    """
    left, found = list(spans), dict[int | None, float]()
    for slot in slots:
        inside, left = _cut(left, Span(slot.begins, slot.ends))
        if inside:
            found[slot.session_id] = found.get(slot.session_id, 0.0) + inside
    outside = sum(span.seconds for span in left)
    if outside:
        found[None] = outside
    return {session_id: round(seconds / 60, 2) for session_id, seconds in found.items()}


def stayed(stays: Sequence[Stay], slots: Sequence[Slot]) -> dict[int | None, float]:
    """The same of an outside room's lines. Where a line names its first coming, its last going and how long it was in
    between, each minute counts for its share, since nobody knows which were missed; lengths alone are outside sessions.
    """
    timed = [
        (one, Span(one.begins, one.ends or one.begins + timedelta(seconds=one.seconds))) for one in stays if one.begins
    ]
    spans = joined(span for _, span in timed)
    there, said = sum(span.seconds for span in spans), sum(one.seconds or span.seconds for one, span in timed)
    share = min(1.0, said / there) if there else 1.0
    found = {session_id: round(each * share, 2) for session_id, each in minutes(spans, slots).items()}
    alone = sum(one.seconds for one in stays if one.begins is None)
    if alone:
        found[None] = round(found.get(None, 0.0) + alone / 60, 2)
    return found


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
