"""Who attended which session: in the hall by scans, online by what was watched, or as an organiser set it right.

In the hall of a session is who was let in at a checkpoint of its own; where it has none, who was let in at a checkpoint
of the venue on that day before the session ended, and had not left there again before it began. Nobody is in two halls
at once by a scan at the venue: of sessions at once in different rooms the first one counts, and none at all beside the
one whose own door they came through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from conference.rules.watching import Slot, Span
from conference.vocabulary import Attended


@dataclass(frozen=True)
class Held:
    """A session as the ledger has it: when it was on, when its day began at the meeting, its own checkpoints, its
    room.
    """

    session_id: int
    begins: datetime
    ends: datetime
    day_begins: datetime
    checkpoint_ids: frozenset[int] = frozenset()
    room_id: int | None = None


@dataclass(frozen=True)
class Passing:
    """A scan that counts: somebody came in at a checkpoint, or left."""

    checkpoint_id: int
    at: datetime
    came_in: bool


def in_hall(
    passings: Sequence[Passing], sessions: Iterable[Held], venues: frozenset[int], *, now: datetime
) -> set[int]:
    """The sessions that have begun in whose hall one person was; `passings` are theirs, in order of time."""
    there = [one for one in sessions if one.begins <= now and _was_there(passings, one, venues)]
    there.sort(key=lambda one: (not one.checkpoint_ids, one.begins))
    found: list[Held] = []
    for one in there:
        if one.checkpoint_ids or not any(_elsewhere(one, other) for other in found):
            found.append(one)
    return {one.session_id for one in found}


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


def _elsewhere(one: Held, other: Held) -> bool:
    """Whether the two are on at once in different rooms."""
    return one.room_id != other.room_id and one.begins < other.ends and other.begins < one.ends


def _without(span: Span, other: Span) -> list[Span]:
    if other.ends <= span.begins or other.begins >= span.ends:
        return [span]
    pieces = [Span(span.begins, other.begins), Span(other.ends, span.ends)]
    return [piece for piece in pieces if piece.seconds > 0]
