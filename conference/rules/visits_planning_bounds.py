"""Why there can be no plan of the visits, where counting is enough to see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conference.rules.visits_planning_answers import NoPlanReason
from conference.rules.visits_planning_task import Task


@dataclass(frozen=True)
class Narrow:
    """A stop, by its number, and what it would at least have to hold."""

    stop: int
    needs: int
    rounds: int | None = None
    at_once: int | None = None


@dataclass(frozen=True)
class Proof:
    """Why there is none: what `NoPlan` tells, by the numbers and ticks of the task."""

    reason: NoPlanReason
    narrow: tuple[Narrow, ...] = ()
    party: int | None = None
    people: int | None = None
    at: int | None = None
    needs: int | None = None


def refuted(task: Task) -> Proof | None:
    """The first bound that rules every plan out, or None. What a free order needs at least is known here only where
    all rides are alike (`visits_planning_search.shortest_tour` knows it else).
    """
    return _fixed_overfill(task) or (_party_too_large(task) or _too_long(task) or _stop_too_small(task))


def _fixed_overfill(task: Task) -> Proof | None:
    for stop, stays in enumerate(task.taken):
        for moment, _, _ in sorted(stays):
            people = sum(n for since, until, n in stays if since <= moment < until)
            if people > task.capacities[stop]:
                return Proof(NoPlanReason.FIXED_OVERFILL, (Narrow(stop, people),), people=people, at=moment)
    return None


def _party_too_large(task: Task) -> Proof | None:
    people = max(task.sizes, default=0)
    narrow = tuple(Narrow(stop, people) for stop, capacity in enumerate(task.capacities) if capacity < people)
    if narrow:
        return Proof(NoPlanReason.PARTY_TOO_LARGE, narrow, party=task.sizes.index(people), people=people)
    return None


def _too_long(task: Task) -> Proof | None:
    if None in task.orders and task.one_ride is not None:
        needs = task.tour(range(task.hall))
        if needs > task.length:
            return Proof(NoPlanReason.WINDOW_TOO_SHORT, needs=needs)
    for party, order in enumerate(task.orders):
        if order is not None and task.tour(order) > task.length:
            return Proof(NoPlanReason.ORDER_TOO_LONG, party=party, needs=task.tour(order))
    return None


def _stop_too_small(task: Task) -> Proof | None:
    narrow = []
    for stop, capacity in enumerate(task.capacities):
        rounds = rounds_at(task, stop)
        if fewest_rounds(task.sizes, capacity) > rounds:
            needs = _needed(task.sizes, capacity, rounds)
            narrow.append(Narrow(stop, needs, rounds, _at_once(task.sizes, capacity)))
    return Proof(NoPlanReason.STOP_TOO_SMALL, tuple(narrow)) if narrow else None


def rounds_at(task: Task, stop: int) -> int:
    """How many moments it takes at most, so that every stay at `stop` holds one of them.

    Stays of the same length S that begin within a span D hold one of D // S + 1 moments. D is the window without the
    rides and one stay; or, where all stays and rides are alike, for those who come here as their first stop, second
    stop … the slack of the window each.
    """
    stay = task.stays[stop]
    span = task.length - 2 * task.nearest[stop] - stay
    rounds = span // stay + 1
    if task.one_stay is not None and task.one_ride is not None:
        slack = task.length - task.tour(range(task.hall))
        rounds = min(rounds, task.hall * (slack // stay + 1))
    return rounds


def fewest_rounds(sizes: Sequence[int], capacity: int) -> int:
    """A lower bound on how many times it takes to let everybody in, `capacity` people at a time.

    Bins are packed: the bound L2 of Martello and Toth ("Knapsack Problems", 1990, ch. 8), and that of the n largest,
    of whom so many fit side by side as of the smallest among them.
    """
    ordered = sorted(sizes, reverse=True)
    if not ordered:
        return 0
    if ordered[0] > capacity:
        return len(ordered) + 1
    best = max(-(-(n + 1) // (capacity // size)) for n, size in enumerate(ordered))
    for small in {0, *(size for size in ordered if 2 * size <= capacity)}:
        alone = sum(size > capacity - small for size in ordered)
        large = [size for size in ordered if capacity - small >= size and 2 * size > capacity]
        rest = sum(size for size in ordered if 2 * size <= capacity and size >= small)
        left = rest - (len(large) * capacity - sum(large))
        best = max(best, alone + len(large) + max(0, -(-left // capacity)))
    return best


def _needed(sizes: Sequence[int], capacity: int, rounds: int) -> int:
    """The smallest capacity with which that bound no longer speaks against so many rounds, found by halving."""
    low, high = capacity, sum(sizes)
    while high - low > 1:
        middle = (low + high) // 2
        if fewest_rounds(sizes, middle) > rounds:
            low = middle
        else:
            high = middle
    return high


def _at_once(sizes: Sequence[int], capacity: int) -> int | None:
    """How many parties fit in at a time, where all are alike."""
    return capacity // sizes[0] if len(set(sizes)) == 1 else None
