"""Who gets which seat when organisers have them assigned: pure, the same answer for the same people and buses."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from conference.vocabulary import SeatRule


@dataclass(frozen=True)
class Person:
    """Somebody without a seat. `barred` are the departures that they cannot take: a session at that time, or a bus
    without what they need.
    """

    id: int
    unit_id: int
    province: str
    barred: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Bus:
    """A departure, and its free seats."""

    id: int
    free: int


@dataclass(frozen=True)
class Assigned:
    """The departure of each who gets a seat, by person; who gets none, and the units that sit apart from each other."""

    seats: dict[int, int]
    left: tuple[int, ...]
    split: tuple[int, ...]


@dataclass
class _Desk:
    """Free seats while they are given."""

    free: dict[int, int]
    seats: dict[int, int] = field(default_factory=dict)

    def put(self, person: Person, bus: int) -> None:
        self.seats[person.id] = bus
        self.free[bus] -= 1

    def open_to(self, person: Person) -> list[int]:
        """The departures with a free seat that somebody can take."""
        return [bus for bus, free in self.free.items() if free > 0 and bus not in person.barred]


def assign(people: Iterable[Person], buses: Iterable[Bus], rule: SeatRule) -> Assigned:
    """Seats for as many as there are; nobody twice, no bus over its free seats.

    `UNITS` sets whole units, the largest first, where they fit best; only what fits nowhere is split. `PROVINCES` does
    so with provinces, then with the units of those that fit nowhere. `MIXED` spreads each unit over the buses.
    """
    everybody = sorted(people, key=lambda one: (one.unit_id, one.id))
    desk = _Desk({bus.id: bus.free for bus in sorted(buses, key=lambda bus: bus.id) if bus.free > 0})
    if rule is SeatRule.MIXED:
        _mixed(desk, everybody)
    else:
        waiting: list[Person] = everybody
        if rule is SeatRule.PROVINCES:
            waiting = _whole(desk, everybody, lambda one: one.province, barred_first=False)
        for party in _parties(_whole(desk, waiting, lambda one: one.unit_id), lambda one: one.unit_id):
            _apart(desk, party)
    return Assigned(
        seats=desk.seats,
        left=tuple(one.id for one in everybody if one.id not in desk.seats),
        split=_split(everybody, desk.seats),
    )


def _whole(
    desk: _Desk, people: Sequence[Person], group: Callable[[Person], Hashable], *, barred_first: bool = True
) -> list[Person]:
    """Each group into the bus in which it leaves the fewest seats free; returns whose group fits nowhere.

    First those with somebody who cannot take every bus: of a group that fits nowhere they alone are seated at once
    (`barred_first`), since what they can take is soon full.
    """
    rest: list[Person] = []
    for party in _parties(people, group):
        barred = frozenset[int]().union(*(one.barred for one in party))
        fits = [bus for bus, free in desk.free.items() if free >= len(party) and bus not in barred]
        if fits:
            best = min(fits, key=lambda bus: (desk.free[bus], bus))
            for one in party:
                desk.put(one, best)
            continue
        now = [one for one in party if one.barred] if barred_first else []
        _apart(desk, now)
        rest += [one for one in party if one not in now]
    return rest


def _apart(desk: _Desk, party: Sequence[Person]) -> None:
    """As many as fit together into one bus, then the others; who finds no seat is left."""
    waiting = [one for one in party if one.id not in desk.seats]
    while waiting:
        here = {
            bus: [one for one in waiting if bus not in one.barred][:free] for bus, free in desk.free.items() if free > 0
        }
        best = max(here, key=lambda bus: (len(here[bus]), -desk.free[bus], -bus), default=None)
        if best is None or not here[best]:
            return
        for one in here[best]:
            desk.put(one, best)
        waiting = [one for one in waiting if one.id not in desk.seats]


def _mixed(desk: _Desk, people: Sequence[Person]) -> None:
    """Person by person to where the fewest of their unit sit, then to the emptiest."""
    together: dict[tuple[int, int], int] = {}
    for one in sorted(people, key=lambda one: (not one.barred, one.unit_id, one.id)):
        at = min(
            desk.open_to(one), key=lambda bus: (together.get((bus, one.unit_id), 0), -desk.free[bus], bus), default=None
        )
        if at is not None:
            desk.put(one, at)
            together[at, one.unit_id] = together.get((at, one.unit_id), 0) + 1


def _parties(people: Sequence[Person], group: Callable[[Person], Hashable]) -> list[list[Person]]:
    """Those with somebody barred first, then the largest."""
    ordered = sorted(people, key=lambda one: (str(group(one)), one.unit_id, one.id))
    found = [list(party) for _, party in groupby(ordered, key=group)]
    return sorted(found, key=lambda party: (not any(one.barred for one in party), -len(party)))


def _split(people: Sequence[Person], seats: dict[int, int]) -> tuple[int, ...]:
    """The units whose people are not all in one place."""
    where: dict[int, set[int | None]] = {}
    for one in people:
        where.setdefault(one.unit_id, set()).add(seats.get(one.id))
    return tuple(sorted(unit for unit, places in where.items() if len(places) > 1))
