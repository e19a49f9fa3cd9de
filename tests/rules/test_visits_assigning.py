"""Seats that are assigned: never more than there are, nobody twice, no unit apart that would have fitted whole."""

from __future__ import annotations

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from conference.rules.visits_assigning import Bus, Person, assign
from conference.vocabulary import SeatRule

BUSES = st.lists(st.integers(0, 9), max_size=5).map(lambda free: [Bus(i, n) for i, n in enumerate(free)])
PEOPLE = st.lists(
    st.tuples(st.integers(1, 5), st.frozensets(st.integers(0, 4), max_size=2) | st.just(frozenset())), max_size=30
).map(lambda rows: [Person(i, unit, str(unit % 2), barred) for i, (unit, barred) in enumerate(rows, 100)])


@settings(max_examples=300, deadline=None)
@given(PEOPLE, BUSES, st.sampled_from(list(SeatRule)))
def test_whatever_the_people_and_the_buses(people: list[Person], buses: list[Bus], rule: SeatRule) -> None:
    found = assign(people, buses, rule)
    taken, of = Counter(found.seats.values()), {one.id: one for one in people}
    free = {bus.id: bus.free - taken[bus.id] for bus in buses}
    assert all(n >= 0 for n in free.values())
    assert set(found.left) | found.seats.keys() == of.keys()
    assert not set(found.left) & found.seats.keys()
    assert all(bus not in of[who].barred for who, bus in found.seats.items())
    for who in found.left:
        assert all(n == 0 or bus in of[who].barred for bus, n in free.items()), "a free seat beside somebody left"
    if rule is SeatRule.MIXED:
        return
    for unit in found.split:
        theirs = [one for one in people if one.unit_id == unit]
        barred = frozenset[int]().union(*(one.barred for one in theirs))
        for bus, n in free.items():
            own = sum(found.seats.get(one.id) == bus for one in theirs)
            assert bus in barred or n + own < len(theirs), "a unit apart that would have fitted whole"


def _units(*sizes: int) -> list[Person]:
    return [Person(100 * unit + n, unit, "140000") for unit, size in enumerate(sizes, 1) for n in range(size)]


def test_the_largest_first_where_they_fit_best_and_only_what_must_is_split() -> None:
    found = assign(_units(3, 5, 7), [Bus(1, 8), Bus(2, 5), Bus(3, 2)], SeatRule.UNITS)
    assert [found.seats[unit * 100] for unit in (3, 2)] == [1, 2]
    assert Counter(bus for who, bus in found.seats.items() if who < 200) == {3: 2, 1: 1}
    assert (found.split, found.left) == ((1,), ())


def test_mixed_spreads_a_unit_and_needs_come_first() -> None:
    mixed = assign(_units(4, 2), [Bus(1, 3), Bus(2, 3)], SeatRule.MIXED)
    assert Counter(bus for who, bus in mixed.seats.items() if who < 200) == {1: 2, 2: 2}
    needy = Person(900, 9, "140000", frozenset({1}))
    found = assign([*_units(2), needy], [Bus(1, 1), Bus(2, 2)], SeatRule.UNITS)
    assert (found.seats[900], found.split, found.left) == (2, (1,), ())
