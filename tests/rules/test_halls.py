"""Rows as they are typed, and what the seats of a hall are called."""

from __future__ import annotations

import pytest

from conference.rules import halls
from conference.rules.halls import Hall, Misread, Row
from conference.vocabulary import SeatNumbering


@pytest.mark.parametrize(
    ("typed", "rows"),
    [
        (
            "1–3 排，每排 30 座，走道在 10、20 座后",
            (Row("1", 30, (10, 20)), Row("2", 30, (10, 20)), Row("3", 30, (10, 20))),
        ),
        ("第1至2排 每排8座", (Row("1", 8), Row("2", 8))),
        ("1-3: 8\n2: 6 / 3", (Row("1", 8), Row("2", 6, (3,)), Row("3", 8))),
        ("A-C：24 | 8, 16", (Row("A", 24, (8, 16)), Row("B", 24, (8, 16)), Row("C", 24, (8, 16)))),
        ("主席台，共 9 座\n1排 20座", (Row("主席台", 9), Row("1", 20))),
        ("Rows 1-2, 30 seats, aisles after 10, 20", (Row("1", 30, (10, 20)), Row("2", 30, (10, 20)))),
        ("１－２排，每排１０座，过道在５座后。", (Row("1", 10, (5,)), Row("2", 10, (5,)))),
        ("12 30", (Row("12", 30),)),
        ("\n\n", ()),
    ],
)
def test_rows_are_understood_as_people_type_them(typed: str, rows: tuple[Row, ...]) -> None:
    assert halls.read_rows(typed) == (rows, ())
    assert halls.read_rows(halls.written(rows)) == (rows, ())


@pytest.mark.parametrize(
    "typed",
    ["第一行", "1-3 排", "3-1: 10", "一二三四五六七八九十一: 8", "A-3: 8"],
)
def test_what_is_no_row_is_told_with_its_line(typed: str) -> None:
    assert halls.read_rows(f"1: 8\n{typed}") == ((Row("1", 8),), (Misread(2, typed),))


@pytest.mark.parametrize("typed", ["1: 10 / 10", "1: 10 / 0", "1-3 排，每排 6 座，走道在 3、9 座后"])
def test_an_aisle_beyond_the_row_is_told_as_that(typed: str) -> None:
    assert halls.read_rows(typed) == ((), (Misread(1, typed, aisle=True),))


@pytest.mark.parametrize("typed", ["1: 0", "1: 201", "1-3000 排，每排 3000 座", "1-201 排，每排 8 座"])
def test_what_is_more_than_a_hall_holds_is_told_as_that(typed: str) -> None:
    assert halls.read_rows(typed) == ((), (Misread(1, typed, beyond=True),))


@pytest.mark.parametrize(("seats", "numbers"), [(5, [5, 3, 1, 2, 4]), (6, [5, 3, 1, 2, 4, 6]), (1, [1])])
def test_odd_numbers_are_left_of_the_middle_and_even_ones_right(seats: int, numbers: list[int]) -> None:
    hall = Hall((Row("1", seats),), SeatNumbering.MIDDLE)
    assert [hall.number(spot) for spot in hall.spots()] == numbers
    assert [hall.spot(0, hall.number(spot)) for spot in hall.spots()] == list(hall.spots())


@pytest.mark.parametrize(
    ("typed", "label"),
    [
        ("3排12座", "3排12座"),
        ("第3排 第12座", "3排12座"),
        ("3-12", "3排12座"),
        ("３排１２号", "3排12座"),
        ("Row 3, seat 12", "3排12座"),
        ("3 12", "3排12座"),
        ("a12", "A排12座"),
        ("A排2座", "A排2座"),
        ("主席台 2", "主席台2座"),
        ("主席台2座", "主席台2座"),
        ("312", None),
        ("3排13座", None),
        ("9排1座", None),
        ("右侧包厢", None),
        ("", None),
    ],
)
def test_a_seat_is_found_by_what_people_call_it(typed: str, label: str | None) -> None:
    hall = Hall((Row("主席台", 3), *(Row(str(n), 12) for n in range(1, 4)), Row("A", 12)))
    spot = hall.find(typed)
    assert (spot and hall.label(spot)) == label
    assert halls.names_a_seat(typed) == (typed not in {"312", "右侧包厢", ""})


@pytest.mark.parametrize(
    ("rows", "seats", "found"),
    [
        ("1-2", "", ([0, 1], [])),
        ("2排、A", "1-3、5", ([1, 2], [1, 2, 3, 5])),
        ("第1排至", "", (None, [])),
        ("4", "1", (None, [1])),
        ("2-1", "3-1", (None, None)),
        ("", "a", (None, None)),
    ],
)
def test_ranges_of_rows_and_seats_are_understood(
    rows: str, seats: str, found: tuple[list[int] | None, list[int] | None]
) -> None:
    hall = Hall((Row("1", 8), Row("2", 8), Row("A", 8)))
    assert (halls.read_labels(rows, hall), halls.read_numbers(seats)) == found
