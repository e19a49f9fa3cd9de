"""Site visits (参访) planned: when each party leaves, where it goes in which order, and when it is back.

No stop ever holds more people than it can; who waits least waits in the hall, not on the way. There is "no plan" only
where that is proved. `plan` is all that others call; what it takes and answers is in `visits_planning_answers`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from time import monotonic

from conference.rules import visits_planning_remedies as remedies
from conference.rules import visits_planning_search as search
from conference.rules import visits_planning_solver as solver
from conference.rules.visits_planning_answers import (
    Answer,
    Itinerary,
    NarrowStop,
    NoPlan,
    Party,
    Plan,
    Remedy,
    Stop,
    Undecided,
    Visit,
)
from conference.rules.visits_planning_bounds import Narrow, Proof
from conference.rules.visits_planning_remedies import Way
from conference.rules.visits_planning_task import Route, Task

HALL = None
Places = tuple[int | None, int | None]

_MICROSECOND, _MINUTE = timedelta(microseconds=1), timedelta(minutes=1)
_FOR_REMEDIES = 0.25  # of the time


def plan(
    parties: Sequence[Party],
    stops: Sequence[Stop],
    starts_at: datetime,
    ends_at: datetime,
    *,
    stay_minutes: int,
    ride_minutes: int,
    rides: Mapping[Places, int] | None = None,
    seconds: float = 8.0,
) -> Answer:
    """How every party gets from the hall to every stop once and back between `starts_at` and `ends_at`, both aware.

    At each stop a party stays exactly its minutes (`stay_minutes`, at least 1, where it has none of its own). From
    place to place it takes at least `ride_minutes` (0 or more), or what `rides` says in minutes for the two ids, either
    way round; `HALL` is the hall's. People who leave at the minute in which others arrive do not meet them.
    The same facts give the same answer as long as it is found within `seconds`, after which the best plan so far is
    answered, or `Undecided`; what was begun may take a second more.

    Raises ValueError when there are no stops, an id comes twice, a fixed order is not one of all stops, or a number is
    out of its bounds.
    """
    _check(parties, stops, stay_minutes, ride_minutes, rides or {})
    begun = monotonic()
    asked = _Asked(parties, stops, starts_at, ends_at, stay_minutes, ride_minutes, rides or {})
    task = asked.task()
    decided = search.decided(task, begun + seconds * (1 - _FOR_REMEDIES))
    if isinstance(decided, search.Found):
        return asked.plan(decided)
    solver.model()  # loads it, so that the first way out is not given up for that
    late = min(begun + seconds, monotonic() + seconds * _FOR_REMEDIES)
    ways = [asked.remedy(way) for way in remedies.found(task, decided, asked.freed(), asked.minute, late)]
    return Undecided(ways) if decided is None else asked.no_plan(decided, ways)


def _check(parties: Sequence[Party], stops: Sequence[Stop], stay: int, ride: int, rides: Mapping[Places, int]) -> None:
    ids = [stop.id for stop in stops]
    if not ids or len(set(ids)) < len(ids):
        raise ValueError("no stops, or one of them twice")
    if any(party.order is not None and sorted(party.order) != sorted(ids) for party in parties):
        raise ValueError("a fixed order is not one of all stops")
    at_least = [
        *((party.size, 1) for party in parties),
        *((stop.capacity, 0) for stop in stops),
        *((stop.stay_minutes, 1) for stop in stops if stop.stay_minutes is not None),
        *((minutes, 0) for minutes in rides.values()),
        (stay, 1),
        (ride, 0),
    ]
    if any(number < least for number, least in at_least):
        raise ValueError("a size, a capacity, a stay or a ride is out of its bounds")


class _Asked:
    """The question between the world of ids and times and that of numbers and ticks."""

    def __init__(
        self,
        parties: Sequence[Party],
        stops: Sequence[Stop],
        starts_at: datetime,
        ends_at: datetime,
        stay: int,
        ride: int,
        rides: Mapping[Places, int],
    ) -> None:
        self.parties, self.stops, self.starts_at, self.ends_at = parties, stops, starts_at, ends_at
        self.number = {stop.id: at for at, stop in enumerate(stops)}
        self.free = [at for at, party in enumerate(parties) if party.fixed is None]
        times = [moment for _, visit in self._fixed_visits() for moment in (visit.arrives_at, visit.leaves_at)]
        self.tick = math.gcd(_MINUTE // _MICROSECOND, *((time - starts_at) // _MICROSECOND for time in times))
        self.minute = _MINUTE // _MICROSECOND // self.tick
        self.stays = tuple((stop.stay_minutes or stay) * self.minute for stop in stops)
        places: list[int | None] = [*(stop.id for stop in stops), HALL]
        self.rides = tuple(
            tuple(self.minute * rides.get((a, b), rides.get((b, a), ride)) if a != b else 0 for b in places)
            for a in places
        )

    def task(self) -> Task:
        """What is to be planned around those who are fixed."""
        taken: list[list[tuple[int, int, int]]] = [[] for _ in self.stops]
        for party, visit in self._fixed_visits():
            since, until = self._ticks(visit.arrives_at), self._ticks(visit.leaves_at)
            if since < until:
                taken[self.number[visit.stop_id]].append((since, until, party.size))
        orders = (self.parties[at].order for at in self.free)
        return Task(
            tuple(self.parties[at].size for at in self.free),
            tuple(order and tuple(self.number[id_] for id_ in order) for order in orders),
            tuple(stop.capacity for stop in self.stops),
            self.stays,
            self.rides,
            self._ticks(self.ends_at),
            tuple(map(tuple, taken)),
        )

    def freed(self) -> Task | None:
        """The same with nothing fixed, where something is."""
        if all(party.fixed is None and party.order is None for party in self.parties):
            return None
        sizes = tuple(party.size for party in self.parties)
        return replace(self.task(), sizes=sizes, orders=(None,) * len(sizes), taken=((),) * len(self.stops))

    def plan(self, found: search.Found) -> Plan:
        """The answer in times and ids."""
        itineraries = {at: party.fixed for at, party in enumerate(self.parties) if party.fixed is not None}
        itineraries |= {at: self._itinerary(route) for at, route in zip(self.free, found.routes, strict=True)}
        waiting = sum(map(self.task().waiting, found.routes))
        in_order = tuple(itineraries[at] for at in range(len(self.parties)))
        return Plan(in_order, -(-waiting // self.minute), found.least)

    def no_plan(self, proof: Proof, ways: Sequence[Remedy]) -> NoPlan:
        """Why there is none, in times and ids."""
        return NoPlan(
            proof.reason,
            self._narrow(proof.narrow),
            None if proof.party is None else self.free[proof.party],
            proof.people,
            None if proof.at is None else self._time(proof.at),
            None if proof.needs is None else max(0, self._ticks(self.ends_at)) // self.minute,
            None if proof.needs is None else -(-proof.needs // self.minute),
            tuple(ways),
        )

    def remedy(self, way: Way) -> Remedy:
        """A way out in minutes and ids."""
        minutes = None if way.ticks is None else -(-way.ticks // self.minute)
        return Remedy(way.kind, self._narrow(way.narrow), minutes, tuple(self.free[party] for party in way.parties))

    def _itinerary(self, route: Route) -> Itinerary:
        visits = (
            Visit(self.stops[stop].id, self._time(at), self._time(at + self.stays[stop])) for stop, at in route.calls
        )
        return Itinerary(self._time(route.leaves), self._time(route.returns), tuple(visits))

    def _narrow(self, narrow: Sequence[Narrow]) -> tuple[NarrowStop, ...]:
        return tuple(
            NarrowStop(self.stops[one.stop].id, self.stops[one.stop].capacity, one.needs, one.rounds, one.at_once)
            for one in narrow
        )

    def _fixed_visits(self) -> list[tuple[Party, Visit]]:
        """Those at stops that there still are."""
        fixed = [(party, party.fixed) for party in self.parties if party.fixed is not None]
        return [(party, visit) for party, way in fixed for visit in way.visits if visit.stop_id in self.number]

    def _ticks(self, time: datetime) -> int:
        """Since the start of the window, the last one that has begun."""
        return (time - self.starts_at) // _MICROSECOND // self.tick

    def _time(self, ticks: int) -> datetime:
        return self.starts_at + ticks * self.tick * _MICROSECOND
