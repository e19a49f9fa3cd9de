"""From the quickest way to answer for the visits to the slowest: bounds, rotation, counting, waves, party by party."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic

from conference.rules import visits_planning_bounds as bounds
from conference.rules import visits_planning_counting as counting
from conference.rules import visits_planning_intervals as intervals
from conference.rules import visits_planning_rotations as rotations
from conference.rules import visits_planning_waves as waves
from conference.rules.visits_planning_answers import NoPlanReason
from conference.rules.visits_planning_bounds import Narrow, Proof
from conference.rules.visits_planning_task import Route, Task


@dataclass(frozen=True)
class Found:
    """A route a party, and whether no plan waits less."""

    routes: list[Route]
    least: bool


def decided(task: Task, until: float) -> Found | Proof | None:
    """A plan, why there is none, or None when neither was found before the monotonic clock reads `until`."""
    refuted = bounds.refuted(task) or _shortest_tour_too_long(task, until)
    if refuted is not None:
        return refuted
    if not task.sizes:
        return Found([], least=True)
    coarse, unit = task.coarse()
    known = rotations.rotated(coarse, _part(until, 0.25))
    if known is None and counting.impossible(coarse, _part(until, 0.35)):
        return Proof(NoPlanReason.TOO_CROWDED, _narrow(coarse, _part(until, 0.5)))
    if known is None or _waiting(coarse, known):
        known = _better(coarse, known, waves.waved(coarse, _part(until, 0.6)))
    if known is not None and not _waiting(coarse, known):
        return Found(task.fine(known, unit), least=True)
    return _searched(task, known, until)


def quick(task: Task, until: float) -> bool:
    """Whether a plan is found at once: by rotation, or in waves that wait nowhere."""
    if monotonic() > until or bounds.refuted(task) is not None:
        return False
    coarse, _ = task.coarse()
    if task.one_ride is None and min(map(task.tour, rotations.circles(task))) > task.length:
        return False
    return rotations.rotated(coarse, until) is not None or waves.waved(coarse, until, idle=True) is not None


def _searched(task: Task, known: list[Route] | None, until: float) -> Found | Proof | None:
    """Party by party in coarse ticks, which tell whether there is one, then in those that tell how little it waits."""
    coarse, unit = task.coarse()
    found = intervals.searched(coarse, until, known)
    if found.there_is is False:
        return Proof(NoPlanReason.TOO_CROWDED)
    known = found.routes or known
    if known is None:
        return None
    routes = task.fine(known, unit)
    # With the window as well in whole coarse ticks, so are the ways that wait least: all that bounds them is.
    if task.length % unit == 0 or not _waiting(coarse, known):
        return Found(routes, least=found.best or not _waiting(coarse, known))
    finer = intervals.searched(task, until, routes)
    return Found(finer.routes or routes, least=finer.best)


def _shortest_tour_too_long(task: Task, until: float) -> Proof | None:
    """Where rides differ: the solver is asked only if no short way that is at hand fits into the window."""
    if task.one_ride is not None or None not in task.orders:
        return None
    if min(map(task.tour, rotations.circles(task))) <= task.length:
        return None
    needs = intervals.shortest_tour(task, _part(until, 0.5))
    return Proof(NoPlanReason.WINDOW_TOO_SHORT, needs=needs) if needs is not None and needs > task.length else None


def _narrow(task: Task, until: float) -> tuple[Narrow, ...]:
    more = counting.lacking(task, until) or []
    return tuple(Narrow(stop, task.capacities[stop] + n) for stop, n in enumerate(more) if n)


def _better(task: Task, one: list[Route] | None, other: list[Route] | None) -> list[Route] | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda routes: _waiting(task, routes))


def _waiting(task: Task, routes: Sequence[Route]) -> int:
    return sum(map(task.waiting, routes))


def _part(until: float, share: float) -> float:
    """So much of the time that is left."""
    now = monotonic()
    return now + max(0.0, until - now) * share
