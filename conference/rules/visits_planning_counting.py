"""Proofs that there is no plan of the visits, by counting people instead of naming parties.

Asked is how many parties of each size begin their stay at each stop at each moment, so that capacities hold and none
would have to be in two places: whoever begins at a stop begins nowhere else before stay and ride are over. Every plan
gives such counts, so where there are none, there is no plan; the reverse does not hold. Sizes that are too many are
taken down to the smallest of their neighbours, which only makes it easier.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conference.rules import visits_planning_solver as solver
from conference.rules.visits_planning_task import Task

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, IntVar, LinearExprT

_MOST_TERMS, _EFFORT = 600_000, 0.2


@dataclass(frozen=True)
class _Counts:
    sizes: list[tuple[int, int]]  # people, and how many parties
    moments: list[list[int]]  # for each stop
    beginning: dict[tuple[int, int, int], IntVar]  # index of the size, stop, moment


def impossible(task: Task, until: float) -> bool:
    """Whether counting proves that there is no plan; False when it does not, or not in the time."""
    asked = solver.model()
    counts = _counts(asked, task)
    if counts is None:
        return False
    for _, there, free in _crowds(task, counts):
        asked.add(there <= free)
    there_is, _, _ = solver.solve(asked, until, _EFFORT)
    return there_is is False


def lacking(task: Task, until: float) -> list[int] | None:
    """How many more people each stop would have to hold for counting no longer to speak against a plan, as few as
    possible all together; None where not even that would help, or the time was too short to tell.
    """
    asked = solver.model()
    counts = _counts(asked, task)
    if counts is None:
        return None
    everybody = sum(task.sizes)
    more = [asked.new_int_var(0, everybody, "") for _ in task.capacities]
    for stop, there, free in _crowds(task, counts):
        asked.add(there <= free + more[stop])
    asked.minimize(sum(more))
    there_is, _, values = solver.solve(asked, until, _EFFORT)
    return [values.value(one) for one in more] if there_is else None


def reachable(task: Task) -> list[list[int]]:
    """For each stop the moments at which somebody may arrive when nobody waits without need: after a ride from the hall
    or from a stop, or when others leave. What begins there is back within the window.
    """
    ready: list[set[int]] = [set() for _ in task.stays]
    due: dict[int, set[int]] = defaultdict(set)
    for stop, taken in enumerate(task.taken):
        due[task.rides[task.hall][stop]].add(stop)
        for _, until, _ in taken:
            due[until].add(stop)
    for moment in range(task.length):
        for stop in due.pop(moment, ()):
            done = moment + task.stays[stop]
            if moment < task.nearest[stop] or done + task.nearest[stop] > task.length:
                continue
            ready[stop].add(moment)
            due[done].add(stop)
            for other in range(task.hall):
                if other != stop:
                    due[done + task.rides[stop][other]].add(other)
    return [sorted(found) for found in ready]


def _counts(asked: CpModel, task: Task) -> _Counts | None:
    moments = reachable(task)
    stops = range(task.hall)
    holds = [task.stays[stop] + min((task.rides[stop][to] for to in stops if to != stop), default=0) for stop in stops]
    terms = sum(len(found) * (task.stays[stop] + holds[stop]) for stop, found in enumerate(moments))
    sizes = _merged(task, _MOST_TERMS // max(1, terms))
    if sizes is None:
        return None
    beginning = {
        (at, stop, moment): asked.new_int_var(0, parties, "")
        for at, (_, parties) in enumerate(sizes)
        for stop, found in enumerate(moments)
        for moment in found
    }
    every = sorted({moment for found in moments for moment in found})
    for at, (_, parties) in enumerate(sizes):
        for stop, found in enumerate(moments):
            asked.add(sum(beginning[at, stop, moment] for moment in found) == parties)
        for moment in every:
            busy = [
                beginning[at, stop, since]
                for stop in range(task.hall)
                for since in range(moment - holds[stop] + 1, moment + 1)
                if (at, stop, since) in beginning
            ]
            asked.add(sum(busy) <= parties)
    return _Counts(sizes, moments, beginning)


def _crowds(task: Task, counts: _Counts) -> list[tuple[int, LinearExprT, int]]:
    """For each stop, at each moment when somebody may arrive: the people there, as a sum, and the places for them."""
    found: list[tuple[int, LinearExprT, int]] = []
    for stop, moments in enumerate(counts.moments):
        for moment in sorted({*moments, *(since for since, _, _ in task.taken[stop])}):
            there = [
                people * counts.beginning[at, stop, since]
                for at, (people, _) in enumerate(counts.sizes)
                for since in range(moment - task.stays[stop] + 1, moment + 1)
                if (at, stop, since) in counts.beginning
            ]
            fixed = sum(n for since, until, n in task.taken[stop] if since <= moment < until)
            if there:
                found.append((stop, solver.total(there), task.capacities[stop] - fixed))
    return found


def _merged(task: Task, most: int) -> list[tuple[int, int]] | None:
    """At most so many sizes, each with how many parties have it or one of those above it; None where `most` is 0."""
    if most < 1:
        return None
    distinct = sorted(set(task.sizes))
    width = -(-len(distinct) // most)
    lowest = {size: distinct[at - at % width] for at, size in enumerate(distinct)}
    parties: dict[int, int] = defaultdict(int)
    for size in task.sizes:
        parties[lowest[size]] += 1
    return sorted(parties.items())
