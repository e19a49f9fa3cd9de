"""Visits planned party by party: the whole question, which the solver answers when nothing simpler did."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conference.rules import visits_planning_solver as solver
from conference.rules.visits_planning_task import Route, Task

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import BoolVarT, CpModel, IntVar

# Beyond these the model would take more time to set up than there is, and hundreds of megabytes.
_MOST_CALLS, _MOST_LEGS = 6_000, 60_000
_EFFORT = 8.0


@dataclass(frozen=True)
class Searched:
    """`there_is` is None when the time was up; `best` says that no plan waits less."""

    there_is: bool | None
    best: bool = False
    routes: list[Route] | None = None


def searched(task: Task, until: float, known: Sequence[Route] | None = None) -> Searched:
    """A plan that waits as little as is found until then, at most as much as the `known` one; or that there is none."""
    places = task.hall + 1
    too_large = len(task.sizes) * task.hall > _MOST_CALLS
    if too_large or (task.one_ride is None and len(task.sizes) * places**2 > _MOST_LEGS):
        return Searched(None)
    asked = solver.model()
    arrivals = [[_arrival(asked, task, stop) for stop in range(task.hall)] for _ in task.sizes]
    waits = [_go(asked, task, party, arrivals[party]) for party in range(len(task.sizes))]
    _keep_capacities(asked, task, arrivals)
    _break_symmetry(asked, task, arrivals, stops_too=known is None)
    asked.minimize(sum(waits))
    if known is not None:
        asked.add(sum(waits) <= sum(task.waiting(route) for route in known))
        _hint(asked, task, arrivals, known)
    there_is, best, values = solver.solve(asked, until, _EFFORT)
    if not there_is:
        return Searched(there_is)
    routes = []
    for own in arrivals:
        calls = sorted((values.value(arrival), stop) for stop, arrival in enumerate(own))
        routes.append(task.ending([(stop, at) for at, stop in calls]))
    return Searched(True, best, routes)


def shortest_tour(task: Task, until: float) -> int | None:
    """How long it takes at least to see every stop once without waiting, the rides being what they are; None where the
    time was too short to prove it.
    """
    asked = solver.model()
    legs = _legs(asked, task)
    asked.minimize(sum(task.rides[a][b] * leg for (a, b), leg in legs.items()))
    there_is, best, values = solver.solve(asked, until, _EFFORT)
    return sum(task.stays) + round(values.objective_value) if there_is and best else None


def _arrival(asked: CpModel, task: Task, stop: int) -> IntVar:
    return asked.new_int_var(task.nearest[stop], task.length - task.stays[stop] - task.nearest[stop], "")


def _go(asked: CpModel, task: Task, party: int, arrivals: Sequence[IntVar]) -> IntVar:
    """One party goes from stop to stop; its waiting."""
    wait = asked.new_int_var(0, task.length, "")
    order = task.orders[party]
    if order is not None:
        for a, b in itertools.pairwise(order):
            asked.add(arrivals[b] >= arrivals[a] + task.stays[a] + task.rides[a][b])
        first, last = order[0], order[-1]
        asked.add(arrivals[first] >= task.rides[task.hall][first])
        asked.add(arrivals[last] <= task.length - task.stays[last] - task.rides[last][task.hall])
        between = task.tour(order) - task.rides[task.hall][first] - task.rides[last][task.hall]
        asked.add(wait >= arrivals[last] + task.stays[last] - arrivals[first] - between)
        return wait
    leaves, returns = asked.new_int_var(0, task.length, ""), asked.new_int_var(0, task.length, "")
    ride = task.one_ride
    if ride is not None:
        for stop, arrival in enumerate(arrivals):
            asked.add(leaves <= arrival - ride)
            asked.add(returns >= arrival + task.stays[stop] + ride)
        asked.add(wait == returns - leaves - task.tour(range(task.hall)))
    else:
        _go_by_legs(asked, task, arrivals, (leaves, returns, wait))
    least = [task.stays[stop] + min(_others(task.rides[stop], stop)) for stop in range(task.hall)]
    asked.add_no_overlap(
        [asked.new_fixed_size_interval_var(arrival, least[stop], "") for stop, arrival in enumerate(arrivals)]
    )
    return wait


def _go_by_legs(asked: CpModel, task: Task, arrivals: Sequence[IntVar], ends: tuple[IntVar, IntVar, IntVar]) -> None:
    leaves, returns, wait = ends
    legs = _legs(asked, task)
    for (a, b), leg in legs.items():
        ride = task.rides[a][b]
        if a == task.hall:
            asked.add(leaves <= arrivals[b] - ride).only_enforce_if(leg)
        elif b == task.hall:
            asked.add(returns >= arrivals[a] + task.stays[a] + ride).only_enforce_if(leg)
        else:
            asked.add(arrivals[b] >= arrivals[a] + task.stays[a] + ride).only_enforce_if(leg)
    driven = sum(task.rides[a][b] * leg for (a, b), leg in legs.items())
    asked.add(wait == returns - leaves - sum(task.stays) - driven)


def _legs(asked: CpModel, task: Task) -> dict[tuple[int, int], BoolVarT]:
    """Which place is followed by which, as one round through all of them."""
    places = range(task.hall + 1)
    legs: dict[tuple[int, int], BoolVarT] = {(a, b): asked.new_bool_var("") for a in places for b in places if a != b}
    asked.add_circuit([(a, b, leg) for (a, b), leg in legs.items()])
    return legs


def _others(row: Sequence[int], at: int) -> list[int]:
    return [ride for to, ride in enumerate(row) if to != at]


def _keep_capacities(asked: CpModel, task: Task, arrivals: Sequence[Sequence[IntVar]]) -> None:
    for stop, capacity in enumerate(task.capacities):
        stays = [asked.new_fixed_size_interval_var(own[stop], task.stays[stop], "") for own in arrivals]
        people = list(task.sizes)
        for since, until, fixed in task.taken[stop]:
            stays.append(asked.new_fixed_size_interval_var(since, until - since, ""))
            people.append(fixed)
        asked.add_cumulative(stays, people, capacity)


def _break_symmetry(asked: CpModel, task: Task, arrivals: Sequence[Sequence[IntVar]], *, stops_too: bool) -> None:
    """Parties of the same size reach the first stop in their order. Where all stops are alike, one party that is left
    out of that sees them in order: any plan can have its stops renamed so, and its other parties then.
    """
    alike: dict[object, list[int]] = defaultdict(list)
    for party, size in enumerate(task.sizes):
        alike[size, task.orders[party]].append(party)
    kinds = {*zip(task.capacities, task.stays, task.taken, strict=True)}
    if stops_too and len(kinds) == 1 and task.one_ride is not None and set(task.orders) == {None}:
        guide = max(alike.values(), key=len).pop(0)
        for a, b in itertools.pairwise(arrivals[guide]):
            asked.add(a < b)
    for parties in alike.values():
        for before, after in itertools.pairwise(parties):
            asked.add(arrivals[before][0] <= arrivals[after][0])


def _hint(asked: CpModel, task: Task, arrivals: Sequence[Sequence[IntVar]], known: Sequence[Route]) -> None:
    """Begin with the plan that is known, its equal parties in the order that symmetry was broken to."""
    alike: dict[object, list[int]] = defaultdict(list)
    for party, size in enumerate(task.sizes):
        alike[size, task.orders[party]].append(party)
    for parties in alike.values():
        ways = sorted((dict(known[party].calls) for party in parties), key=lambda way: way[0])
        for party, way in zip(parties, ways, strict=True):
            for stop, at in way.items():
                asked.add_hint(arrivals[party][stop], at)
