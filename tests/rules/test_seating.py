"""Who sits where: nobody twice, no seat twice, those kept stay, units together wherever a row has the room."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conference.rules import seat_blocks, seating
from conference.rules.halls import Hall, Row, Spot
from conference.rules.seat_blocks import CLOSED, Block
from conference.rules.seating import Guest, fill
from conference.vocabulary import Category, FrontOrder, SeatBlockKind, SeatNumbering

BLOCKS = [
    CLOSED,
    Block(SeatBlockKind.PROVINCE, "140000"),
    Block(SeatBlockKind.UNIT, "2"),
    Block(SeatBlockKind.CATEGORY, "leader"),
]


def guest(id_: int, unit: int = 1, rank: int | None = None, province: str = "140000") -> Guest:
    return Guest(id_, unit, province, Category.DELEGATE, rank)


@st.composite
def halls(draw: st.DrawFn) -> Hall:
    rows = []
    for label in range(draw(st.integers(1, 6))):
        seats = draw(st.integers(1, 12))
        aisles = draw(st.sets(st.integers(1, seats - 1), max_size=2)) if seats > 1 else set()
        rows.append(Row(str(label + 1), seats, tuple(sorted(aisles))))
    return Hall(tuple(rows), draw(st.sampled_from(SeatNumbering)))


@st.composite
def parties(draw: st.DrawFn) -> list[Guest]:
    provinces = draw(st.lists(st.sampled_from(["140000", "150000", "370000"]), min_size=1, max_size=8))
    units = [unit for unit in range(len(provinces)) for _ in range(draw(st.integers(0, 9)))]
    ranks = draw(st.lists(st.integers(0, len(units)), max_size=5, unique=True))
    categories = [draw(st.sampled_from([Category.DELEGATE, Category.LEADER])) for _ in units]
    return [
        Guest(at + 1, unit, provinces[unit], categories[at], ranks.index(at) + 1 if at in ranks else None)
        for at, unit in enumerate(units)
    ]


@given(hall=halls(), guests=parties(), front=st.sampled_from(FrontOrder), data=st.data())
@settings(max_examples=150, deadline=None)
def test_whatever_the_hall_each_has_one_seat_and_each_seat_one(
    hall: Hall, guests: list[Guest], front: FrontOrder, data: st.DataObject
) -> None:
    spots = list(hall.spots())
    painted = data.draw(st.dictionaries(st.sampled_from(spots), st.sampled_from(BLOCKS), max_size=20))
    stayed = data.draw(st.lists(st.sampled_from(spots), unique=True, max_size=min(6, len(guests) + 1)))
    kept = dict(zip([9999, *[g.id for g in guests[::2]]], stayed, strict=False))  # 9999 is no guest
    found = fill(hall, painted, guests, kept, front=front)
    assert found == fill(hall, painted, guests, kept, front=front)
    assert Counter(found.seats.values()).most_common(1)[0][1] == 1 if found.seats else True
    assert set(found.seats) | set(found.without) == {g.id for g in guests} | set(kept)
    assert not set(found.seats) & set(found.without)
    assert set(found.seats.values()) <= set(spots)
    assert {id_: found.seats[id_] for id_ in kept} == kept
    for one in guests:
        if one.id in found.seats and one.id not in kept:
            block = painted.get(found.seats[one.id])
            assert block is None or block.admits(province=one.province, unit_id=one.unit_id, category=one.category)
    left = set(spots) - set(found.seats.values())
    if found.without:
        assert left <= painted.keys()  # no seat that is open to all stays empty while somebody stands


@given(hall=halls(), guests=parties())
@settings(max_examples=150, deadline=None)
def test_a_unit_is_torn_apart_only_where_no_gap_would_hold_it(hall: Hall, guests: list[Guest]) -> None:
    plain = [Guest(g.id, g.unit_id, g.province, g.category) for g in guests]
    found = fill(hall, {}, plain, {})
    taken = set(found.seats.values())
    gaps = [run.last - run.first + 1 for run in seat_blocks.runs_of(sorted(set(hall.spots()) - taken))]
    for members in _units(plain, found.seats).values():
        together = seat_blocks.runs_of(sorted(members))
        assert len(together) == 1 or max(gaps, default=0) < len(members)
    if found.without:
        assert not gaps


@given(sizes=st.lists(st.integers(1, 10), min_size=1, max_size=12))
@settings(max_examples=60, deadline=None)
def test_units_no_larger_than_a_row_sit_together_in_a_hall_with_a_row_for_each(sizes: list[int]) -> None:
    hall = Hall(tuple(Row(str(n), 10, (5,)) for n in range(len(sizes))))
    guests = [guest(at * 100 + n, at) for at, size in enumerate(sizes) for n in range(size)]
    found = fill(hall, {}, guests, {})
    assert all(len(seat_blocks.runs_of(sorted(spots))) == 1 for spots in _units(guests, found.seats).values())


def _units(guests: list[Guest], seats: Mapping[int, Spot]) -> dict[int, list[Spot]]:
    units: dict[int, list[Spot]] = {}
    for one in guests:
        if one.id in seats:
            units.setdefault(one.unit_id, []).append(seats[one.id])
    return units


@pytest.mark.parametrize(("seats", "order"), [(1, [1]), (2, [2, 1]), (5, [3, 2, 4, 1, 5]), (6, [4, 3, 5, 2, 6, 1])])
def test_the_first_sits_in_the_middle_and_the_others_left_and_right_in_turn(seats: int, order: list[int]) -> None:
    assert seating.from_the_middle(seats) == order


def test_ranks_take_the_front_before_units_and_never_a_seat_of_others() -> None:
    hall = Hall((Row("1", 5), Row("2", 5)))
    guests = [guest(1, 1), guest(2, 2, rank=2), guest(3, 3, rank=1), guest(4, 3), guest(5, 1)]
    found = fill(hall, {}, guests, {})
    assert dict(found.seats) == {3: (0, 3), 2: (0, 2), 1: (0, 4), 5: (0, 5), 4: (0, 1)}
    left = fill(hall, {}, guests, {}, front=FrontOrder.LEFT)
    assert (left.seats[3], left.seats[2]) == ((0, 1), (0, 2))
    painted = {(0, 3): CLOSED, (0, 2): Block(SeatBlockKind.UNIT, "9")}
    assert fill(hall, painted, guests, {}).seats[3] == (0, 4)


def test_provinces_come_in_the_order_of_codes_and_a_unit_is_not_cut_by_an_aisle() -> None:
    hall = Hall((Row("1", 6, (2,)), Row("2", 6, (3,))))
    guests = [*(guest(n, 1, province="370000") for n in (1, 2)), *(guest(n, 2) for n in (3, 4, 5))]
    assert dict(fill(hall, {}, guests, {}).seats) == {3: (0, 3), 4: (0, 4), 5: (0, 5), 1: (0, 1), 2: (0, 2)}


def test_a_unit_that_no_row_holds_sits_in_rows_behind_each_other() -> None:
    hall = Hall(tuple(Row(str(n), 4) for n in range(4)))
    guests = [*(guest(n, 1) for n in (1, 2, 3)), *(guest(n, 2) for n in range(10, 16))]
    found = fill(hall, {}, guests, {})
    rows = sorted({found.seats[n][0] for n in range(10, 16)})
    assert rows[-1] - rows[0] == len(rows) - 1
    assert len(rows) == 2


def test_the_rest_of_a_unit_sits_beside_those_who_are_pinned() -> None:
    hall = Hall(tuple(Row(str(n), 10) for n in range(5)))
    guests = [guest(n, 1) for n in (1, 2, 3)]
    found = fill(hall, {}, guests, {2: (3, 6)})
    assert dict(found.seats) == {2: (3, 6), 1: (3, 4), 3: (3, 5)}


def test_people_of_a_block_sit_in_it_the_rest_elsewhere_and_who_stays_without_is_told() -> None:
    hall = Hall((Row("1", 3), Row("2", 2)))
    painted = dict.fromkeys([(0, 1), (0, 2)], Block(SeatBlockKind.UNIT, "2")) | {(1, 2): CLOSED}
    guests = [guest(n, 1) for n in (1, 2, 3)] + [guest(n, 2) for n in (4, 5, 6)]
    found = fill(hall, painted, guests, {})
    assert {found.seats[4], found.seats[5]} == {(0, 1), (0, 2)}
    assert set(found.without) < {1, 2, 3, 6}
    assert len(found.without) == 2


def test_blocks_keep_to_their_seats_by_name_when_the_hall_is_changed() -> None:
    old = Hall((Row("1", 4), Row("2", 4)))
    new = Hall((Row("0", 6), Row("1", 4), Row("2", 3)), SeatNumbering.MIDDLE)
    block = Block(SeatBlockKind.PROVINCE, "140000")
    painted = seat_blocks.moved({(0, 1): block, (0, 2): block, (1, 4): block}, old, new)
    assert painted == {(1, 2): block, (1, 3): block}  # 1座 and 2座; 2排4座 is no more
    assert seat_blocks.opened(seat_blocks.kept(painted)) == painted
    assert seat_blocks.kept(painted) == [{"row": 1, "first": 2, "last": 3, "kind": "province", "value": "140000"}]
    assert seat_blocks.paint(painted, [(1, 2)], None) == {(1, 3): block}
