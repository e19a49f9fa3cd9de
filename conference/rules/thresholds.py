"""Whether somebody attended as much of the main sessions as the meeting asks for (达到).

Of each session counts what was set right; else the whole of it for who was in its hall; else the minutes that were
watched on our page, or those of outside rooms' reports where they are more: evidence of two grades is never joined.
Who was asked whether they are still there, and never answered, has no minutes of our page. Of sessions at once nobody
can have more than the time they take together.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from functools import cached_property

from conference.rules.watching import Slot
from conference.vocabulary import Attended, Reached

_CLOSE = 0.01  # minutes: what rounding takes away


@dataclass(frozen=True)
class Block:
    """Sessions at once, each with its minutes, and the minutes that they take together."""

    lengths: Mapping[int, float]
    minutes: float


@dataclass(frozen=True)
class Evidence:
    """What there is of one person, by session; minutes but for the hall. `asked` and `answered` count questions."""

    hall: AbstractSet[int] = frozenset()
    beats: Mapping[int, float] = field(default_factory=dict)
    platform: Mapping[int, float] = field(default_factory=dict)
    corrected: Mapping[int, float] = field(default_factory=dict)
    asked: int = 0
    answered: int = 0

    @property
    def unanswered(self) -> bool:
        """Whether nobody was there when they were asked."""
        return self.asked > 0 and self.answered == 0


@dataclass(frozen=True)
class Part:
    """What counts of a session of `length` minutes, and by what; None where nothing does."""

    minutes: float
    length: float
    how: Attended | None


@dataclass(frozen=True)
class Standing:
    """How one person stands where `wanted` percent of `blocks` are asked for."""

    blocks: Sequence[Block]
    evidence: Evidence
    wanted: int

    @cached_property
    def minutes(self) -> float:
        """What counts of the time that was possible."""
        found = 0.0
        for block in self.blocks:
            mine = sum(_credited(key, length, self.evidence)[0] for key, length in block.lengths.items())
            found += min(block.minutes, mine)
        return round(found, 2)

    @property
    def possible(self) -> float:
        return round(sum(block.minutes for block in self.blocks), 2)

    @property
    def parts(self) -> Mapping[int, Part]:
        """By session."""
        lengths = {key: length for block in self.blocks for key, length in block.lengths.items()}
        found = {key: _credited(key, length, self.evidence) for key, length in lengths.items()}
        return {key: Part(minutes, lengths[key], how) for key, (minutes, how) in found.items()}

    @property
    def percent(self) -> int:
        """Whole ones that are full."""
        possible = self.possible
        return min(100, math.floor(100 * (self.minutes + _CLOSE) / possible)) if possible else 0

    @property
    def reached(self) -> bool:
        return self.percent >= self.wanted

    @property
    def said(self) -> Reached:
        return Reached.YES if self.reached else Reached.NO


def blocks(slots: Sequence[Slot]) -> list[Block]:
    """In the order of time; sessions that touch are not at once."""
    found: list[tuple[dict[int, float], Slot]] = []
    for slot in sorted(slots, key=lambda one: one.begins):
        lengths, whole = {slot.session_id: _minutes(slot)}, slot
        if found and slot.begins < found[-1][1].ends:
            before, last = found.pop()
            lengths, whole = before | lengths, Slot(last.session_id, last.begins, max(last.ends, slot.ends))
        found.append((lengths, whole))
    return [Block(lengths, _minutes(whole)) for lengths, whole in found]


def _credited(session_id: int, length: float, evidence: Evidence) -> tuple[float, Attended | None]:
    """The minutes that count of a session, and by what."""
    if (corrected := evidence.corrected.get(session_id)) is not None:
        return min(corrected, length), Attended.CORRECTED
    if session_id in evidence.hall:
        return length, Attended.HALL
    beats = 0.0 if evidence.unanswered else evidence.beats.get(session_id, 0.0)
    platform = evidence.platform.get(session_id, 0.0)
    if beats or platform:
        how = Attended.BEATS if beats >= platform else Attended.PLATFORM
        return min(max(beats, platform), length), how
    return 0.0, None


def _minutes(slot: Slot) -> float:
    return (slot.ends - slot.begins).total_seconds() / 60
