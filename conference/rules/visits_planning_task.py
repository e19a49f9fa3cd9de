"""What a plan of the visits is asked of, in whole ticks from the start of the window, and the routes that answer it.

A tick is a minute, or shorter where something that is fixed stands between two of them. Shifting every call of a plan
to the earliest moment that its neighbours let it have keeps the plan lawful and leaves sums of stays, rides and fixed
moments; so whether there is a plan may be asked in multiples of what divides all of those (`coarse`).
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

Call = tuple[int, int]  # the stop, and when it is reached


@dataclass(frozen=True)
class Route:
    """One party's way: out of the hall, its calls in order, and back."""

    leaves: int
    calls: tuple[Call, ...]
    returns: int


@dataclass(frozen=True)
class Task:
    """Stops are numbered from 0; the hall is the number after the last. `taken` are the stays of those who are fixed:
    for each stop, from when, until when and how many people. `orders` holds None where the order is free.
    """

    sizes: tuple[int, ...]
    orders: tuple[tuple[int, ...] | None, ...]
    capacities: tuple[int, ...]
    stays: tuple[int, ...]
    rides: tuple[tuple[int, ...], ...]
    length: int
    taken: tuple[tuple[tuple[int, int, int], ...], ...]

    @property
    def hall(self) -> int:
        return len(self.stays)

    @property
    def one_ride(self) -> int | None:
        """The ride between any two places, where all are alike."""
        found = {ride for at, row in enumerate(self.rides) for to, ride in enumerate(row) if at != to}
        return found.pop() if len(found) == 1 else None

    @property
    def one_stay(self) -> int | None:
        return self.stays[0] if len(set(self.stays)) == 1 else None

    @cached_property
    def nearest(self) -> tuple[int, ...]:
        """For each stop, how soon after leaving the hall it can be reached, and how soon the hall from it; by way of
        other stops and their stays, where that is sooner than straight.
        """
        found = list(self.rides[self.hall][: self.hall])
        for _ in found:
            for stop, ride in enumerate(self.rides[: self.hall]):
                by_way = (found[other] + self.stays[other] + ride[other] for other in range(self.hall) if other != stop)
                found[stop] = min(found[stop], *by_way) if self.hall > 1 else found[stop]
        return tuple(found)

    def tour(self, order: Sequence[int]) -> int:
        """How long the stops in this order take without any waiting."""
        places = (self.hall, *order, self.hall)
        return sum(self.stays) + sum(self.rides[a][b] for a, b in itertools.pairwise(places))

    def waiting(self, route: Route) -> int:
        return route.returns - route.leaves - self.tour([stop for stop, _ in route.calls])

    def route(self, order: Sequence[int], leaves: int) -> Route:
        """The stops in this order without waiting."""
        calls, now, at = [], leaves, self.hall
        for stop in order:
            now += self.rides[at][stop]
            calls.append((stop, now))
            now, at = now + self.stays[stop], stop
        return Route(leaves, tuple(calls), now + self.rides[at][self.hall])

    def ending(self, calls: Sequence[Call]) -> Route:
        """The route of these calls that leaves the hall as late and is back as early as they allow."""
        first, last = calls[0], calls[-1]
        leaves = first[1] - self.rides[self.hall][first[0]]
        return Route(leaves, tuple(calls), last[1] + self.stays[last[0]] + self.rides[last[0]][self.hall])

    def coarse(self) -> tuple[Task, int]:
        """The same question in the longest tick that tells whether there is a plan, and that tick in ticks."""
        moments = [moment for stop in self.taken for since, until, _ in stop for moment in (since, until)]
        unit = math.gcd(*self.stays, *(ride for row in self.rides for ride in row), *moments)
        scaled = replace(
            self,
            stays=tuple(stay // unit for stay in self.stays),
            rides=tuple(tuple(ride // unit for ride in row) for row in self.rides),
            length=self.length // unit,
            taken=tuple(tuple((a // unit, b // unit, n) for a, b, n in stop) for stop in self.taken),
        )
        return scaled, unit

    def fine(self, routes: Iterable[Route], unit: int) -> list[Route]:
        """Routes of the coarse task in this one's ticks."""
        return [
            Route(one.leaves * unit, tuple((stop, at * unit) for stop, at in one.calls), one.returns * unit)
            for one in routes
        ]

    def without(self, party: int) -> Task:
        """The same without one party."""
        return replace(
            self,
            sizes=self.sizes[:party] + self.sizes[party + 1 :],
            orders=self.orders[:party] + self.orders[party + 1 :],
        )


class Room:
    """How many more people each stop holds, tick by tick, while routes are laid into it."""

    def __init__(self, task: Task) -> None:
        self.task = task
        length = max(task.length, 0)
        self.free = [[capacity] * length for capacity in task.capacities]
        for stop, stays in enumerate(task.taken):
            for since, until, people in stays:
                for at in range(max(since, 0), min(until, length)):
                    self.free[stop][at] -= people

    def at(self, call: Call) -> int:
        """The fewest that still fit in during this call."""
        stop, since = call
        return min(self.free[stop][since : since + self.task.stays[stop]])

    def along(self, calls: Iterable[Call]) -> int:
        return min(self.at(call) for call in calls)

    def take(self, calls: Iterable[Call], people: int) -> None:
        for stop, since in calls:
            row = self.free[stop]
            for at in range(since, since + self.task.stays[stop]):
                row[at] -= people
