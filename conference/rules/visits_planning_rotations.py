"""Visits planned by rotation: every party takes the same round of the stops, beginning at another one.

This answers the usual case at once, without the solver. Stops are walked round in a circle; who begin at different
stops never meet, and further waves set out when the first ones have moved on. A party goes where there is most room
(so that stops fill evenly) or, when that fails, where there is room first (so that packs fill tightly).
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from time import monotonic

from conference.rules.visits_planning_task import Call, Room, Route, Task

_WAVES = 48
_ORDERS_TRIED = 12


def rotated(task: Task, until: float) -> list[Route] | None:
    """A lawful plan that waits nowhere, or where none is found so, one that waits; None where there is none of this
    kind, which proves nothing. Gives up when `until`, a reading of the monotonic clock, has passed.
    """
    circle = circles(task)
    offsets = _offsets(task)
    tried = 0
    for waves in (1, 2, 3, 4, 8, 16, _WAVES):
        if len(offsets[:waves]) == tried or monotonic() > until:
            break
        tried = len(offsets[:waves])
        for tightly in (False, True):
            found = _laid(task, circle, offsets[:waves], tightly=tightly)
            if found is not None:
                return found
    if monotonic() > until:
        return None
    return _meshed(task, circle) or _inserted(task, circle, until)


def circles(task: Task) -> list[tuple[int, ...]]:
    """The orders that parties may go in: a short way round the stops, begun at each of them, where rides differ both
    ways round.
    """
    way = _short_way(task)
    found = [(*way[at:], *way[:at]) for at in range(len(way))]
    if task.one_ride is None:
        found += [tuple(reversed(order)) for order in found]
    return sorted(found, key=task.tour) if task.one_ride is None else found


def _short_way(task: Task) -> list[int]:
    """The stops in their order, or where rides differ the nearest next, then untangled."""
    if task.one_ride is not None:
        return list(range(task.hall))
    way, left, at = [], set(range(task.hall)), task.hall
    while left:
        at = min(left, key=lambda stop: (task.rides[at][stop], stop))
        left.remove(at)
        way.append(at)
    better = True
    while better:
        better = False
        for i in range(len(way)):
            for j in range(i + 2, len(way) + 1):
                turned = way[:i] + way[i:j][::-1] + way[j:]
                if task.tour(turned) < task.tour(way):
                    way, better = turned, True
    return way


def _offsets(task: Task) -> list[int]:
    """When waves may set out: sums of a stay, and of a stay and a ride, as far as the window has slack."""
    shortest = min(map(task.tour, circles(task)))
    slack = task.length - shortest
    steps = {stay + extra for stay in set(task.stays) for extra in (0, min(task.rides[0][1:], default=0))}
    steps |= {until for stop in task.taken for _, until, _ in stop if until > 0}
    found, newest = {0}, {0}
    while newest and len(found) < 4 * _WAVES:
        newest = {at + step for at in newest for step in steps if at + step <= slack} - found
        found |= newest
    return sorted(found)[:_WAVES]


def _meshed(task: Task, orders: Sequence[tuple[int, ...]]) -> list[Route] | None:
    """Where all stays and rides are alike: two waves, three … whose parties wait before each stop until the other waves
    have passed it.
    """
    stay, ride = task.one_stay, task.one_ride
    for times in range(2, task.hall + 1):
        if stay is not None and ride is not None and times * stay > stay + ride:
            found = _laid(
                task, orders, [at * stay for at in range(times)], tightly=True, pause=(times - 1) * stay - ride
            )
            if found is not None:
                return found
    return None


def _laid(
    task: Task, orders: Sequence[tuple[int, ...]], offsets: Sequence[int], *, tightly: bool, pause: int = 0
) -> list[Route] | None:
    """Parties laid one by one into waves that set out at `offsets`, with a `pause` before each stop but the first."""
    room = Room(task)
    ways = [way for offset in offsets for way in _ways(task, orders, offset, pause)]
    if not ways:
        return None
    known = [room.along(way.calls) for way in ways]
    heap = [(-left, at) for at, left in enumerate(known)]
    heapq.heapify(heap)
    found: dict[int, Route] = {}
    for party in largest_first(task):
        order, size = task.orders[party], task.sizes[party]
        if order is not None:
            own = [way for offset in offsets for way in _ways(task, [order], offset, pause)]
            route = next((way for way in own if room.along(way.calls) >= size), None)
        elif tightly:
            route = _first(room, ways, known, size)
        else:
            route = _roomiest(room, ways, heap, size)
        if route is None:
            return None
        room.take(route.calls, size)
        found[party] = route
    return [found[party] for party in range(len(task.sizes))]


def _ways(task: Task, orders: Sequence[tuple[int, ...]], offset: int, pause: int) -> list[Route]:
    """These orders begun at `offset`, where they are back in time."""
    found = []
    for order in orders:
        idle = task.route(order, offset).calls
        route = task.ending([(stop, at + number * pause) for number, (stop, at) in enumerate(idle)])
        if route.returns <= task.length:
            found.append(route)
    return found


def _first(room: Room, ways: Sequence[Route], known: list[int], size: int) -> Route | None:
    for at, way in enumerate(ways):
        if known[at] >= size:
            known[at] = room.along(way.calls)
            if known[at] >= size:
                return way
    return None


def _roomiest(room: Room, ways: Sequence[Route], heap: list[tuple[int, int]], size: int) -> Route | None:
    """Room only ever shrinks, so the first that has as much as was last known of it has the most."""
    while heap:
        known, at = heap[0]
        left = -room.along(ways[at].calls)
        if left == known:
            return ways[at] if -left >= size else None
        heapq.heapreplace(heap, (left, at))
    return None


def _inserted(task: Task, orders: Sequence[tuple[int, ...]], until: float) -> list[Route] | None:
    """One party after the other, each as early as there is room, waiting on the way where it must."""
    room = Room(task)
    found: dict[int, Route] = {}
    step = max(1, len(orders) // _ORDERS_TRIED)
    for turn, party in enumerate(largest_first(task)):
        order, size = task.orders[party], task.sizes[party]
        shift = turn % len(orders)
        tried = [order] if order is not None else [*orders[shift:], *orders[:shift]][::step]
        if monotonic() > until:
            return None
        routes = [route for one in tried if (route := _earliest(task, room, one, size)) is not None]
        if not routes:
            return None
        best = min(routes, key=lambda route: (task.waiting(route), route.returns))
        room.take(best.calls, size)
        found[party] = best
    return [found[party] for party in range(len(task.sizes))]


def _earliest(task: Task, room: Room, order: Sequence[int], size: int) -> Route | None:
    calls: list[Call] = []
    now, at = 0, task.hall
    for stop in order:
        now += task.rides[at][stop]
        last = task.length - task.stays[stop] - task.rides[stop][task.hall]
        while now <= last and room.at((stop, now)) < size:
            now += 1
        if now > last:
            return None
        calls.append((stop, now))
        now, at = now + task.stays[stop], stop
    return task.ending(_later(task, room, calls, size))


def _later(task: Task, room: Room, calls: Sequence[Call], size: int) -> list[Call]:
    """The same calls, each but the last as late as there is room, so that people wait in the hall, not on the way."""
    found = [calls[-1]]
    for stop, since in reversed(calls[:-1]):
        latest = found[0][1] - task.rides[stop][found[0][0]] - task.stays[stop]
        found.insert(0, (stop, next(at for at in range(latest, since - 1, -1) if room.at((stop, at)) >= size)))
    return found


def largest_first(task: Task) -> list[int]:
    """Parties whose order is fixed, then the others, the largest first."""
    return sorted(range(len(task.sizes)), key=lambda party: (task.orders[party] is None, -task.sizes[party], party))
