"""Settings of papers, and the orders of people on them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from conference.rules import papers
from conference.vocabulary import Category, Fault, PaperOrder


@dataclass(frozen=True)
class Person:
    number: str
    spelling: str = "li ran"
    unit: str = "呼和浩特市玉泉区民政局"
    province: str = "150000"
    seat: str = ""
    category: Category = Category.DELEGATE


def test_the_defaults_are_right() -> None:
    assert papers.faults_in(papers.DEFAULTS) == {}
    assert papers.complete({}) == papers.DEFAULTS


@pytest.mark.parametrize(
    ("key", "value", "fault"),
    [
        ("badge_size", "1x1", Fault.UNKNOWN_CHOICE),
        ("card_size", "", Fault.UNKNOWN_CHOICE),
        ("sheet_phone", "all", Fault.UNKNOWN_CHOICE),
        ("colour_guest", "red", Fault.NOT_A_COLOUR),
        ("colour_guest", "#12345", Fault.NOT_A_COLOUR),
        ("colour_guest", '#123456"', Fault.NOT_A_COLOUR),
        ("shift_right", 16, Fault.OUT_OF_RANGE),
        ("show_seat", "yes", Fault.NOT_TRUE_OR_FALSE),
    ],
)
def test_what_cannot_be_a_setting_is_told_and_not_used(key: str, value: object, fault: Fault) -> None:
    assert papers.faults_in({key: value}) == {key: fault}
    assert papers.complete({key: value})[key] == papers.DEFAULTS[key]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (PaperOrder.NUMBER, ["0002", "0003", "0010", "10001"]),
        (PaperOrder.NAME, ["0003", "0002", "0010", "10001"]),
        (PaperOrder.UNIT, ["0002", "0003", "10001", "0010"]),
        (PaperOrder.PROVINCE, ["0003", "0002", "10001", "0010"]),
        (PaperOrder.SEAT, ["0010", "0002", "0003", "10001"]),
        (PaperOrder.CATEGORY, ["10001", "0010", "0003", "0002"]),
    ],
)
def test_people_are_ordered_as_asked(order: PaperOrder, expected: list[str]) -> None:
    people = [
        Person("10001", spelling="zhou ning", category=Category.LEADER),
        Person("0010", spelling="wang min", province="370000", seat="3排2座", category=Category.GUEST),
        Person("0002", spelling="li ran", seat="3排12座"),
        Person("0003", spelling="chen zhuo"),
    ]
    assert [person.number for person in sorted(people, key=papers.ORDERS[order])] == expected
