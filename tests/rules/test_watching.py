"""Beats and stays become minutes, each moment once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.rules import watching
from conference.rules.watching import Slot, Span, Stay

NINE = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


def span(begins: float, ends: float) -> Span:
    return Span(at(begins), at(ends))


@pytest.mark.parametrize(
    ("beats", "expected"),
    [
        ([], []),
        ([0], [(0, 90)]),
        ([0, 30, 60], [(0, 150)]),
        ([0, 30, 0, 30], [(0, 120)]),  # two tabs
        ([0, 90], [(0, 180)]),  # touching is going on
        ([0, 91], [(0, 90), (91, 181)]),
        ([3600, 0, 30], [(0, 120), (3600, 3690)]),  # handed in late: in the order of their times
    ],
)
def test_a_person_watches_from_a_beat_until_ninety_seconds_after(
    beats: list[float], expected: list[tuple[float, float]]
) -> None:
    assert watching.beaten(at(one) for one in beats) == [span(*one) for one in expected]


@pytest.mark.parametrize(
    ("spans", "slots", "expected"),
    [
        ([], [(1, 0, 600)], {}),
        ([(0, 600)], [(1, 0, 600)], {1: 10.0}),
        ([(-60, 660)], [(1, 0, 600)], {1: 10.0, None: 2.0}),  # clipped
        ([(0, 600)], [(1, 0, 300), (2, 300, 600)], {1: 5.0, 2: 5.0}),
        ([(0, 600)], [(1, 0, 600), (2, 0, 600)], {1: 10.0}),  # the same moment does not count twice
        ([(0, 100), (200, 290)], [], {None: 3.17}),
        ([(0, 90)], [(1, 90, 600)], {None: 1.5}),
    ],
)
def test_minutes_are_clipped_to_sessions(
    spans: list[tuple[float, float]], slots: list[tuple[int, float, float]], expected: dict[int | None, float]
) -> None:
    found = watching.minutes([span(*one) for one in spans], [Slot(n, at(a), at(b)) for n, a, b in slots])
    assert found == expected


@given(st.lists(st.integers(0, 5000), max_size=40))
def test_adding_up_beat_by_beat_comes_to_the_same(beats: list[int]) -> None:
    """What `viewers` keeps is what the beats come to."""
    seconds, until = 0.0, None
    for one in sorted(beats):
        seconds += watching.added_seconds(until, at(one))
        until = max(until or at(one), at(one) + watching.WATCHING)
    assert seconds == sum(one.seconds for one in watching.beaten(at(one) for one in beats))


def test_a_length_shorter_than_its_times_counts_by_its_share_and_one_alone_outside() -> None:
    slots = [Slot(1, at(0), at(600)), Slot(2, at(600), at(1200))]
    half = Stay(at(0), at(1200), 600)  # came first and went last, and was there for half of it
    assert watching.stayed([half], slots) == {1: 5.0, 2: 5.0}
    assert watching.stayed([half, Stay(at(0), at(1200), 1200)], slots) == {1: 10.0, 2: 10.0}
    assert watching.stayed([Stay(at(0), None, 300), Stay(None, None, 90)], slots) == {1: 5.0, None: 1.5}
    assert watching.stayed([Stay(None, None, 90), Stay(None, None, 90), Stay(None, None, 60)], slots) == {None: 2.5}
    assert watching.stayed([], slots) == {}


@pytest.mark.parametrize(
    ("stays", "expected"),
    [
        ([(0, 600, 600), (-86_400, -50_400, 1800)], {1: 10.0, None: 30.0}),  # another day's share is not this one's
        ([(0, 1200, 300), (0, 600, 600)], {1: 10.0, 2: 2.5}),  # the greatest share that covers a moment
        ([(0, 1200, 300), (300, 900, 300), (300, 900, 600)], {1: 6.25, 2: 6.25}),
        ([(0, 600, 0)], {}),  # no minute of it
    ],
)
def test_each_line_has_a_share_of_its_own(
    stays: list[tuple[float, float, int]], expected: dict[int | None, float]
) -> None:
    slots = [Slot(1, at(0), at(600)), Slot(2, at(600), at(1200))]
    assert watching.stayed([Stay(at(a), at(b), seconds) for a, b, seconds in stays], slots) == expected
