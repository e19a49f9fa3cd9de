"""Polls (投票): what may be put to a vote, what may be chosen, and what the choices come to.

polls.faults_in(Asked(PollKind.ONE, "下一届在哪里开", ("大同", "垦利")))     {} where it will do
polls.result(asked, {0: 12, 1: 4}, people=16)                            Result(counts=(12, 4), shares=(75, 25), …)

Choices are counted from 0. A scale runs from 1 to 5; its options are the words of its two ends, its choices 0 to 4.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from conference.rules.text import SHORT_LIMIT, fault_in
from conference.vocabulary import Fault, PollKind, PollState, Refusal

FEWEST, MOST = 2, 10  # options
OPTION_LIMIT = 100
SCALE = 5


@dataclass(frozen=True)
class Asked:
    """What is put to a vote; `most` is how many one person may choose."""

    kind: PollKind
    title: str
    options: tuple[str, ...]
    most: int = 1

    @property
    def labels(self) -> tuple[str, ...]:
        """What each choice is called: the options, or the numbers of a scale with its ends' words."""
        if self.kind is not PollKind.SCALE:
            return self.options
        low, high = self.options
        return (f"1 {low}", *(str(number) for number in range(2, SCALE)), f"{SCALE} {high}")


@dataclass(frozen=True)
class Result:
    """`counts` of each choice, by how many `people`; `shares` are whole percents of the people.

    Where everybody chooses one thing the shares add up to 100; of several they may come to more. `mean` is that of a
    scale, from 1 to 5, and None for other kinds and where nobody chose.
    """

    counts: tuple[int, ...]
    people: int
    shares: tuple[int, ...]
    mean: float | None = None


def faults_in(asked: Asked) -> dict[str, Fault]:
    """What cannot be asked so, by field (title, options, most); empty where it will do."""
    found = {"title": fault_in(asked.title, limit=SHORT_LIMIT), "options": _fault_in_options(asked)}
    if asked.kind is PollKind.SEVERAL:
        found["most"] = None if 2 <= asked.most <= max(2, len(asked.options)) else Fault.OUT_OF_RANGE
    else:
        found["most"] = None if asked.most == 1 else Fault.OUT_OF_RANGE
    return {name: fault for name, fault in found.items() if fault is not None}


def fault_in_choice(asked: Asked, chosen: Collection[int]) -> Fault | None:
    """What is wrong with what one person chose; None when it will do."""
    if not chosen:
        return Fault.REQUIRED
    if any(not 0 <= one < len(asked.labels) for one in chosen):
        return Fault.UNKNOWN_CHOICE
    return Fault.TOO_MANY if len(set(chosen)) > asked.most else None


def refusal_to_choose(state: PollState, *, is_over: bool = False) -> Refusal | None:
    """Only while it is open, and not once the meeting `is_over`."""
    return None if state is PollState.OPEN and not is_over else Refusal.POLL_NOT_OPEN


def refusal_to_change(*, voted: bool) -> Refusal | None:
    """What people answered must stay what they were asked."""
    return Refusal.POLL_VOTED if voted else None


def result(asked: Asked, counts: Mapping[int, int], *, people: int) -> Result:
    """What the choices come to: `counts` by choice, made by so many `people`."""
    each = tuple(counts.get(choice, 0) for choice in range(len(asked.labels)))
    if asked.kind is PollKind.SEVERAL:
        return Result(each, people, tuple((200 * n + people) // (2 * people) if people else 0 for n in each))
    mean = None
    if asked.kind is PollKind.SCALE and people:
        mean = sum(number * n for number, n in enumerate(each, start=1)) / people
    return Result(each, people, _adding_up(each), mean)


def folded(option: str) -> str:
    """Two options that read the same are one: width, case and spaces make no difference."""
    return "".join(unicodedata.normalize("NFKC", option).casefold().split())


def _fault_in_options(asked: Asked) -> Fault | None:
    least, most = (2, 2) if asked.kind is PollKind.SCALE else (FEWEST, MOST)
    if len(asked.options) < least:
        return Fault.TOO_FEW_CHOICES
    if len(asked.options) > most:
        return Fault.TOO_MANY
    for option in asked.options:
        if fault := fault_in(option, limit=OPTION_LIMIT):
            return fault
    distinct = {folded(option) for option in asked.options}
    return None if len(distinct) == len(asked.options) else Fault.SAME_CHOICE_TWICE


def _adding_up(counts: Sequence[int]) -> tuple[int, ...]:
    """Whole percents that come to 100: those cut off most get what is left (largest remainders)."""
    total = sum(counts)
    if not total:
        return (0,) * len(counts)
    shares = [100 * n // total for n in counts]
    by_rest = sorted(range(len(counts)), key=lambda at: (-(100 * counts[at] % total), at))
    for at in by_rest[: 100 - sum(shares)]:
        shares[at] += 1
    return tuple(shares)
