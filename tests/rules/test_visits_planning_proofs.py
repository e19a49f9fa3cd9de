"""The planner of the visits against every plan there is: a plan is lawful, "none" is true, "waits least" too."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from datetime import timedelta

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from conference.rules.visits_planning import HALL
from conference.rules.visits_planning_answers import Itinerary, NoPlan, Party, Plan, Stop, Visit
from tests.rules.test_visits_planning import START, Asked, at, faults, remedied

Way = tuple[int, tuple[tuple[int, int, int], ...]]  # waiting; and stop, arrival and leaving of each call


def ways(asked: Asked, party: Party) -> Iterator[Way]:
    """Every way that one party could go, minute by minute."""
    stops = {stop.id: stop for stop in asked.stops}
    orders = [party.order] if party.order is not None else itertools.permutations(stops)
    for order in orders:
        rides = [asked.ride_between(a, b) for a, b in itertools.pairwise((HALL, *order, HALL))]
        stays = [asked.stay_at(stops[id_]) for id_ in order]
        needed = sum(rides) + sum(stays)
        spare = asked.window - needed
        for late in range(spare + 1):
            for pauses in itertools.product(range(spare - late + 1), repeat=len(order) - 1):
                if late + sum(pauses) <= spare:
                    calls, now = [], late
                    for id_, ride, stay, pause in zip(order, rides, stays, (0, *pauses), strict=False):
                        arrives = now + ride + pause
                        now = arrives + stay
                        calls.append((id_, arrives, now))
                    yield sum(pauses), tuple(calls)


def least_waiting(asked: Asked) -> int | None:
    """How much the plan waits that waits least of all there are; None where there is none."""
    capacity = {stop.id: stop.capacity for stop in asked.stops}
    free = {(id_, minute): room for id_, room in capacity.items() for minute in range(-100, asked.window + 100)}
    for party in asked.parties:
        for visit in party.fixed.visits if party.fixed else ():
            since, until = ((moment - START) // timedelta(minutes=1) for moment in (visit.arrives_at, visit.leaves_at))
            for minute in range(since, until):
                free[visit.stop_id, minute] -= party.size
    if min(free.values()) < 0:
        return None
    going = [(party.size, sorted(ways(asked, party))) for party in asked.parties if party.fixed is None]
    best: list[int | None] = [None]

    def place(number: int, waited: int) -> None:
        if number == len(going):
            best[0] = waited
            return
        size, own = going[number]
        for waiting, calls in own:
            if best[0] is not None and waited + waiting >= best[0]:
                return
            cells = [(id_, minute) for id_, since, until in calls for minute in range(since, until)]
            if all(free[cell] >= size for cell in cells):
                for cell in cells:
                    free[cell] -= size
                place(number + 1, waited + waiting)
                for cell in cells:
                    free[cell] += size

    place(0, 0)
    return best[0]


@st.composite
def small(draw: st.DrawFn) -> Asked:
    """Questions small enough to try every plan, most of them near the edge between some and none."""
    number = draw(st.integers(1, 3))
    ids = list(range(1, number + 1))
    stay, ride = draw(st.integers(1, 3)), draw(st.integers(0, 2))
    stays = [draw(st.one_of(st.none(), st.integers(1, 3))) if draw(st.booleans()) else None for _ in ids]
    rides = None
    if draw(st.integers(0, 2)) == 0:
        pairs = list(itertools.combinations([*ids, HALL], 2))
        rides = {pair: draw(st.integers(0, 4)) for pair in pairs}
    sizes = draw(st.lists(st.integers(2, 4), min_size=2, max_size=4 if number < 3 else 3))
    stops = [
        Stop(id_, max(sizes) + draw(st.sampled_from([0, 0, 1, 2, 3])), own) for id_, own in zip(ids, stays, strict=True)
    ]
    asked = Asked([], stops, 0, stay, ride, rides)
    shortest = min(
        sum(asked.ride_between(a, b) for a, b in itertools.pairwise((HALL, *order, HALL)))
        for order in itertools.permutations(ids)
    ) + sum(map(asked.stay_at, stops))
    window = shortest + draw(st.integers(-1, 5 if number < 3 else 4))
    parties = []
    for size in sizes:
        kind = draw(st.sampled_from(["free"] * 4 + ["order", "fixed"]))
        if kind == "order":
            parties.append(Party(size, order=tuple(draw(st.permutations(ids)))))
        elif kind == "fixed":
            since = draw(st.integers(-2, window + 2))
            visit = Visit(draw(st.sampled_from(ids)), at(since), at(since + draw(st.integers(1, 4))))
            parties.append(Party(size, fixed=Itinerary(visit.arrives_at, visit.leaves_at, (visit,))))
        else:
            parties.append(Party(size))
    return Asked(parties, stops, window, stay, ride, rides)


# A fixed order whose first stop is reached sooner by way of another one; a stop that is too.
ROUNDABOUT = Asked(
    [Party(4), Party(4), Party(4, order=(2, 3, 1))],
    [Stop(1, 6, 1), Stop(2, 7), Stop(3, 7, 1)],
    13,
    3,
    1,
    {(1, 2): 0, (1, 3): 2, (1, HALL): 0, (2, 3): 3, (2, HALL): 3, (3, HALL): 2},
)


@given(small())
@example(ROUNDABOUT)
@settings(max_examples=250, deadline=None)
def test_there_is_a_plan_exactly_where_the_search_of_all_finds_one(asked):
    least = least_waiting(asked)
    answer = asked.answer()
    event(type(answer).__name__)
    if isinstance(answer, Plan):
        assert faults(asked, answer) == []
        assert least is not None
        assert answer.waiting_minutes == least
        assert answer.waits_least
    else:
        assert isinstance(answer, NoPlan)
        assert least is None
        for remedy in answer.remedies:
            assert isinstance(remedied(asked, remedy).answer(), Plan), remedy
