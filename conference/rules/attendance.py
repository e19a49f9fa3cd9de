"""Who attended which session: in the hall by scans, online by what was watched, or as an organiser set it right.

In the hall of a session is who was let in at a checkpoint of its own; where it has none, who was let in at a checkpoint
of the venue on that day before the session ended, and had not left there again before it began.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from conference.rules.watching import Slot, Span
from conference.vocabulary import Attended


@dataclass(frozen=True)
class Held:
    """A session as the ledger has it: when it was on, when its day began at the meeting, its own checkpoints."""

    session_id: int
    begins: datetime
    ends: datetime
    day_begins: datetime
    checkpoint_ids: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Passing:
    """A scan that counts: somebody came in at a checkpoint, or left."""

    checkpoint_id: int
    at: datetime
    came_in: bool


def in_hall(passings: Sequence[Passing], sessions: Iterable[Held], venues: frozenset[int]) -> set[int]:
    """The sessions in whose hall one person was; `passings` are theirs, in order of time."""
    return {one.session_id for one in sessions if _was_there(passings, one, venues)}


def came_at(passings: Sequence[Passing], session: Held, venues: frozenset[int]) -> datetime | None:
    """When somebody was first let in, of those scans that say that they were in the hall."""
    own = session.checkpoint_ids
    for one in passings:
        there = one.checkpoint_id in own if own else one.checkpoint_id in venues and one.at >= session.day_begins
        if there and one.came_in:
            return one.at
    return None


def windows(slots: Sequence[Slot]) -> dict[int, list[Span]]:
    """The time that each session has to itself, by its id: of two at once the one that comes first, as
    `watching.minutes` has it.
    """
    found: dict[int, list[Span]] = {}
    taken: list[Span] = []
    for slot in slots:
        mine = [Span(slot.begins, slot.ends)]
        for other in taken:
            mine = [piece for span in mine for piece in _without(span, other)]
        found.setdefault(slot.session_id, []).extend(mine)
        taken += mine
    return found


def how(*, hall: bool, beats: bool, platform: bool, corrected: float | None) -> Attended | None:
    """What somebody is counted as, once; None for who did not attend."""
    if corrected is not None:
        return Attended.CORRECTED if corrected > 0 else None
    evidence = {Attended.HALL: hall, Attended.BEATS: beats, Attended.PLATFORM: platform}
    return next((kind for kind, there in evidence.items() if there), None)


def totals(counted: Iterable[Attended | None]) -> Mapping[Attended, int]:
    """How many of each."""
    found = dict.fromkeys(Attended, 0)
    for kind in counted:
        if kind is not None:
            found[kind] += 1
    return found


def _was_there(passings: Sequence[Passing], session: Held, venues: frozenset[int]) -> bool:
    if session.checkpoint_ids:
        return any(one.came_in and one.checkpoint_id in session.checkpoint_ids for one in passings)
    inside: set[int] = set()
    for one in passings:
        if one.checkpoint_id not in venues or not session.day_begins <= one.at < session.ends:
            continue
        if one.came_in:
            inside.add(one.checkpoint_id)
        elif one.at <= session.begins:
            inside.discard(one.checkpoint_id)
    return bool(inside)


def _without(span: Span, other: Span) -> list[Span]:
    if other.ends <= span.begins or other.begins >= span.ends:
        return [span]
    pieces = [Span(span.begins, other.begins), Span(other.ends, span.ends)]
    return [piece for piece in pieces if piece.seconds > 0]
