"""Visits planned in waves, where all stays are alike and all rides are: counted instead of named.

A wave is a time table of as many slots as there are stops; whoever goes with it is at some stop in every slot. How many
parties of each size are at which stop in which slot of which wave is all that capacities depend on. Such counts can
always be taken apart into single ways: in each wave they make a bipartite graph of stops and slots in which every node
has as many edges as the wave has parties of that size, and by a theorem of König such a graph is a union of perfect
matchings. So where waiting is not needed, this finds a plan whenever there is one, if no wave had to be left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from conference.rules import visits_planning_solver as solver
from conference.rules.visits_planning_task import Route, Task

if TYPE_CHECKING:
    from ortools.sat.python.cp_model import CpModel, CpSolver, IntVar

_MOST_COUNTS, _MOST_TERMS, _EFFORT = 40_000, 300_000, 1.2
_Size = tuple[int, tuple[int, ...] | None]  # people, and the order where it is fixed
_Groups = dict[_Size, list[int]]
_Counts = dict[tuple[_Size, int, int, int], "IntVar"]  # size, wave, stop, slot


@dataclass(frozen=True)
class _Wave:
    slots: tuple[int, ...]  # when its parties reach their first stop, their second …
    waiting: int


def waved(task: Task, until: float, *, idle: bool = False) -> list[Route] | None:
    """A lawful plan of waves that waits as little as any that was found of these, or None, which proves nothing. With
    `idle` only plans that wait nowhere are looked for.
    """
    if task.one_stay is None or task.one_ride is None:
        return None
    groups: _Groups = defaultdict(list)
    for party, size in enumerate(task.sizes):
        groups[size, task.orders[party]].append(party)
    best: list[Route] | None = None
    tried: list[_Wave] = []
    for choice in _choices(task)[: 2 if idle else None]:
        if monotonic() > until:
            break
        waves = _as_many(task, len(groups), choice)
        if waves != tried and (best is None or any(map(task.waiting, best))):
            tried = waves
            best = _from(task, groups, tried, until, best) or best
    return best


def _as_many(task: Task, groups: int, waves: list[_Wave]) -> list[_Wave]:
    """The first of the waves, as many as can be counted in the time that setting up the model may take."""
    found = waves[: max(1, _MOST_COUNTS // (groups * task.hall**2))]
    while len(found) > 1:
        moments = {slot for wave in found for slot in wave.slots}
        at_a_time = len(moments) * task.stays[0] // (max(moments) - min(moments) + 1) + 1
        if groups * len(found) * task.hall**2 * at_a_time <= _MOST_TERMS:
            break
        found = found[: len(found) // 2]
    return found


def _from(
    task: Task, groups: _Groups, waves: Sequence[_Wave], until: float, known: Sequence[Route] | None
) -> list[Route] | None:
    """A plan of these waves, which waits no longer than the `known` one."""
    asked = solver.model()
    members = {(group, w): asked.new_int_var(0, len(groups[group]), "") for group in groups for w in range(len(waves))}
    for group, parties in groups.items():
        asked.add(sum(members[group, w] for w in range(len(waves))) == len(parties))
    counts = _counts(asked, task, groups, members, len(waves))
    _keep_capacities(asked, task, waves, counts)
    choice = len({wave.waiting for wave in waves}) > 1
    if choice:
        waiting = sum(waves[w].waiting * number for (_, w), number in members.items())
        asked.minimize(waiting)
        if known is not None:
            asked.add(waiting <= sum(map(task.waiting, known)))
            _hint(asked, groups, waves, members, counts, known)
    there_is, _, values = solver.solve(asked, until, _EFFORT, linear=not choice)
    return _taken_apart(task, waves, groups, members, counts, values) if there_is else None


def _hint(
    asked: CpModel,
    groups: _Groups,
    waves: Sequence[_Wave],
    members: dict[tuple[_Size, int], IntVar],
    counts: _Counts,
    known: Sequence[Route],
) -> None:
    """Begin with the counts of the plan that is known, as far as these waves are its own."""
    number = {wave.slots: w for w, wave in enumerate(waves)}
    going: Counter[tuple[_Size, int]] = Counter()
    there: Counter[tuple[_Size, int, int, int]] = Counter()
    for group, parties in groups.items():
        for party in parties:
            w = number.get(tuple(at for _, at in known[party].calls), -1)
            going[group, w] += 1
            there.update((group, w, stop, slot) for slot, (stop, _) in enumerate(known[party].calls))
    for key, variable in members.items():
        asked.add_hint(variable, going[key])
    for at, count in counts.items():
        if at[0][1] is None:
            asked.add_hint(count, there[at])


def _choices(task: Task) -> list[list[_Wave]]:
    """Waves to choose from: those that wait nowhere and a whole number of stays apart, so that they mesh; all that wait
    nowhere; then with either those that wait, which are as long from slot to slot as several waves need to pass.
    """
    stay, pace = task.stays[0], task.stays[0] + task.rides[0][1]
    idle = _waves(task, pace, 1)
    longer = [times * stay for times in range(2, task.hall + 1) if times * stay > pace]
    patient = [wave for period in longer for wave in _waves(task, period, stay)]
    meshing = [wave for at, wave in enumerate(idle) if at % stay == 0]
    return [meshing, idle, [*meshing, *patient], [*idle, *patient]]


def _waves(task: Task, period: int, step: int) -> list[_Wave]:
    stay, ride, slots = task.stays[0], task.rides[0][1], task.hall
    length = (slots - 1) * period + stay + 2 * ride
    waiting = (slots - 1) * (period - stay - ride)
    return [
        _Wave(tuple(offset + ride + at * period for at in range(slots)), waiting)
        for offset in range(0, task.length - length + 1, step)
    ]


def _counts(
    asked: CpModel, task: Task, groups: _Groups, members: dict[tuple[_Size, int], IntVar], waves: int
) -> _Counts:
    stops = range(task.hall)
    counts: _Counts = {}
    for group, parties in groups.items():
        order = group[1]
        for w in range(waves):
            number = members[group, w]
            if order is not None:
                counts |= {(group, w, stop, slot): number for slot, stop in enumerate(order)}
                continue
            own = {(stop, slot): asked.new_int_var(0, len(parties), "") for stop in stops for slot in stops}
            for at in stops:
                asked.add(sum(own[at, slot] for slot in stops) == number)
                asked.add(sum(own[stop, at] for stop in stops) == number)
            counts |= {(group, w, stop, slot): count for (stop, slot), count in own.items()}
    return counts


def _keep_capacities(asked: CpModel, task: Task, waves: Sequence[_Wave], counts: _Counts) -> None:
    """Whoever begins within a stay up to a moment is there then; a stop is fullest when somebody arrives."""
    stay = task.stays[0]
    beginning: dict[int, dict[int, list[tuple[int, IntVar]]]] = {stop: defaultdict(list) for stop in range(task.hall)}
    for (group, w, stop, slot), count in counts.items():
        beginning[stop][waves[w].slots[slot]].append((group[0], count))
    for stop, terms in beginning.items():
        for moment in {*terms, *(since for since, _, _ in task.taken[stop])}:
            there = [term for since in range(moment - stay + 1, moment + 1) for term in terms.get(since, ())]
            fixed = sum(n for since, until, n in task.taken[stop] if since <= moment < until)
            if there:
                asked.add(sum(size * count for size, count in there) <= task.capacities[stop] - fixed)


def _taken_apart(
    task: Task,
    waves: Sequence[_Wave],
    groups: _Groups,
    members: dict[tuple[_Size, int], IntVar],
    counts: _Counts,
    values: CpSolver,
) -> list[Route]:
    found: dict[int, Route] = {}
    stops = range(task.hall)
    for group, parties in groups.items():
        waiting = iter(parties)
        for w, wave in enumerate(waves):
            number = values.value(members[group, w])
            if not number:
                continue
            if group[1] is not None:
                orders = [group[1]] * number
            else:
                table = [[values.value(counts[group, w, stop, slot]) for slot in stops] for stop in stops]
                orders = matchings(table, number)
            for order in orders:
                found[next(waiting)] = task.ending(list(zip(order, wave.slots, strict=True)))
    return [found[party] for party in range(len(task.sizes))]


def matchings(table: list[list[int]], number: int) -> list[tuple[int, ...]]:
    """`table[stop][slot]`, all of whose rows and columns add up to `number`, as so many orders of the stops."""
    left = [list(row) for row in table]
    orders = []
    for _ in range(number):
        stop_in: list[int | None] = [None] * len(left)
        for stop in range(len(left)):
            _match(left, stop, stop_in, set())
        order = tuple(stop for stop in stop_in if stop is not None)
        for slot, stop in enumerate(order):
            left[stop][slot] -= 1
        orders.append(order)
    return orders


def _match(left: Sequence[Sequence[int]], stop: int, stop_in: list[int | None], seen: set[int]) -> bool:
    """Find `stop` a slot, moving others to another one of theirs where need be (Kuhn's augmenting paths)."""
    for slot, count in enumerate(left[stop]):
        if count and slot not in seen:
            seen.add(slot)
            other = stop_in[slot]
            if other is None or _match(left, other, stop_in, seen):
                stop_in[slot] = stop
                return True
    return False
