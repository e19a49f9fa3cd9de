"""What would make the visits possible: ways out that a plan was found for, looked for while there is time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from time import monotonic

from conference.rules.visits_planning_answers import NoPlanReason, RemedyKind
from conference.rules.visits_planning_bounds import Narrow, Proof
from conference.rules.visits_planning_search import quick
from conference.rules.visits_planning_task import Task

_LARGER_STEPS = 6


@dataclass(frozen=True)
class Way:
    """A remedy by the numbers and ticks of the task."""

    kind: RemedyKind
    narrow: tuple[Narrow, ...] = ()
    ticks: int | None = None
    parties: tuple[int, ...] = ()


def found(task: Task, proof: Proof | None, freed: Task | None, minute: int, until: float) -> Iterator[Way]:
    """Ways out of `proof`, or of not having found out (None), one of a kind. `freed` is the task with nothing fixed,
    where something is; `minute` is one in ticks, the step in which windows grow and stays shrink.
    """
    proof = proof or Proof(NoPlanReason.TOO_CROWDED)
    if freed is not None and quick(freed, _soon(until)):
        yield Way(RemedyKind.NOTHING_FIXED)
    tried: Sequence[Callable[[Task, Proof, int, float], Way | None]] = (_larger, _longer, _shorter, _fewer)
    for one in tried:
        way = one(task, proof, minute, _soon(until))
        if way is not None:
            yield way


def _larger(task: Task, proof: Proof, minute: int, until: float) -> Way | None:
    """Stops as large as the proof says, then larger by the smallest party each time."""
    del minute
    if proof.reason in {NoPlanReason.WINDOW_TOO_SHORT, NoPlanReason.ORDER_TOO_LONG}:
        return None
    narrow = proof.narrow or tuple(Narrow(stop, capacity) for stop, capacity in enumerate(task.capacities))
    for step in range(_LARGER_STEPS):
        more = step * min(task.sizes, default=1)
        needs = {one.stop: one.needs + more for one in narrow}
        capacities = tuple(needs.get(stop, capacity) for stop, capacity in enumerate(task.capacities))
        if capacities != task.capacities and quick(replace(task, capacities=capacities), until):
            return Way(RemedyKind.LARGER_STOPS, tuple(Narrow(stop, n) for stop, n in needs.items()))
        if monotonic() > until:
            break
    return None


def _longer(task: Task, proof: Proof, minute: int, until: float) -> Way | None:
    if proof.reason in {NoPlanReason.PARTY_TOO_LARGE, NoPlanReason.FIXED_OVERFILL}:
        return None
    least = max(0, (proof.needs or 0) - task.length - 1) // minute
    most = max(minute, 2 * (max(task.length, 0) + sum(task.stays))) // minute

    def enough(minutes: int) -> bool:
        return quick(replace(task, length=max(task.length, 0) + minutes * minute), until)

    minutes = _smallest(enough, least, most, until)
    if minutes is None:
        return None
    return Way(RemedyKind.LONGER_WINDOW, ticks=minutes * minute + max(0, -task.length))


def _shorter(task: Task, proof: Proof, minute: int, until: float) -> Way | None:
    if proof.reason in {NoPlanReason.PARTY_TOO_LARGE, NoPlanReason.FIXED_OVERFILL}:
        return None
    longest = max(task.stays) // minute

    def enough(less: int) -> bool:
        stays = tuple(min(stay, (longest - less) * minute) for stay in task.stays)
        return quick(replace(task, stays=stays), until)

    less = _smallest(enough, 0, longest - 1, until)
    return None if less is None else Way(RemedyKind.SHORTER_STAY, ticks=(longest - less) * minute)


def _fewer(task: Task, proof: Proof, minute: int, until: float) -> Way | None:
    """The largest stay out."""
    del minute
    if proof.reason in {NoPlanReason.WINDOW_TOO_SHORT, NoPlanReason.FIXED_OVERFILL}:
        return None
    order = sorted(range(len(task.sizes)), key=lambda party: (party != proof.party, -task.sizes[party], party))

    def enough(number: int) -> bool:
        return quick(_without(task, order[:number]), until)

    number = _smallest(enough, 0, len(order) - 1, until)
    return None if number is None else Way(RemedyKind.FEWER_PARTIES, parties=tuple(sorted(order[:number])))


def _without(task: Task, parties: Sequence[int]) -> Task:
    stay = [party for party in range(len(task.sizes)) if party not in set(parties)]
    sizes = tuple(task.sizes[party] for party in stay)
    return replace(task, sizes=sizes, orders=tuple(task.orders[party] for party in stay))


def _smallest(enough: Callable[[int], bool], least: int, most: int, until: float) -> int | None:
    """The smallest number above `least` that is `enough`, as far as doubling and halving find it in the time."""
    low, step, high = least, 1, None
    while high is None:
        tried = min(least + step, most)
        if tried <= low or monotonic() > until:
            return None
        if enough(tried):
            high = tried
        else:
            low, step = tried, 2 * step
    while high - low > 1 and monotonic() < until:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle
    return high


def _soon(until: float) -> float:
    """A third of the time that is left, so that every kind has its turn."""
    now = monotonic()
    return now + max(0.0, until - now) / 3
