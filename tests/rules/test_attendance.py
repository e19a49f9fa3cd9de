"""Who was in the hall of a session, and which time a session has to itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conference.rules.attendance import Held, Passing, how, in_hall, windows
from conference.rules.watching import Slot, Span
from conference.vocabulary import Attended

DAY = datetime(2026, 7, 19, tzinfo=UTC)
VENUE, DOOR, OTHER = 1, 2, 3


def at(hour: float) -> datetime:
    return DAY + timedelta(hours=hour)


@pytest.mark.parametrize(
    ("scans", "there"),
    [
        ([(VENUE, 8, True)], {1, 2}),
        ([(VENUE, 8, True), (VENUE, 10, False)], {1}),  # left before the second began
        ([(VENUE, 8, True), (VENUE, 10.5, False)], {1}),  # at the moment it began
        ([(VENUE, 8, True), (VENUE, 10.6, False)], {1, 2}),  # left during it
        ([(VENUE, 10, True)], {2}),  # came after the first
        ([(VENUE, 8, True), (VENUE, 8.5, False), (VENUE, 9.5, True)], {1, 2}),  # came back
        ([(VENUE, -2, True)], set()),  # the evening before
        ([(VENUE, 12, True)], set()),
        ([(OTHER, 8, True)], set()),  # a meal is no venue
        ([(DOOR, 20, True)], {3}),  # its own door, whenever
        ([(DOOR, 20, False)], set()),
        ([(VENUE, 14, True)], set()),  # the third has a door of its own
    ],
)
def test_in_the_hall(scans: list[tuple[int, float, bool]], there: set[int]) -> None:
    sessions = [
        Held(1, at(9), at(10), DAY),
        Held(2, at(10.5), at(12), DAY),
        Held(3, at(14), at(15), DAY, frozenset({DOOR})),
    ]
    passings = [Passing(point, at(hour), came_in) for point, hour, came_in in scans]
    assert in_hall(passings, sessions, frozenset({VENUE}), now=at(24)) == there


@pytest.mark.parametrize(
    ("scans", "hour", "there"),
    [
        ([(VENUE, 8, True)], 8.9, set()),  # nothing has begun
        ([(VENUE, 8, True)], 9, {1}),
        ([(VENUE, 8, True)], 24, {1, 3, 5}),  # of two at once the first; in one room both
        ([(VENUE, 9.5, True)], 24, {1, 5}),  # the one in the same room was over
        ([(VENUE, 10.2, True)], 24, {2, 5}),  # the first was over
        ([(VENUE, 8, True), (DOOR, 9.1, True)], 24, {4, 5}),  # through the door of another at that time
        ([(DOOR, 8.8, True)], 8.9, set()),  # at the door of one that has not begun
    ],
)
def test_in_one_hall_at_a_time_and_in_none_before_it_begins(
    scans: list[tuple[int, float, bool]], hour: float, there: set[int]
) -> None:
    sessions = [
        Held(1, at(9), at(10), DAY, room_id=1),
        Held(2, at(9.5), at(10.5), DAY, room_id=2),
        Held(3, at(9.2), at(9.4), DAY, room_id=1),
        Held(4, at(9), at(10.5), DAY, frozenset({DOOR}), room_id=3),
        Held(5, at(10.5), at(11), DAY, room_id=2),
    ]
    passings = [Passing(point, at(when), came_in) for point, when, came_in in scans]
    assert in_hall(passings, sessions, frozenset({VENUE}), now=at(hour)) == there


def test_of_two_sessions_at_once_the_first_has_the_time() -> None:
    found = windows([Slot(1, at(9), at(11)), Slot(2, at(10), at(12)), Slot(3, at(8), at(13)), Slot(4, at(9), at(10))])
    assert found == {
        1: [Span(at(9), at(11))],
        2: [Span(at(11), at(12))],
        3: [Span(at(8), at(9)), Span(at(12), at(13))],
        4: [],
    }


@pytest.mark.parametrize(
    ("hall", "beats", "platform", "corrected", "said"),
    [
        (True, True, True, None, Attended.HALL),
        (False, True, True, None, Attended.BEATS),
        (False, False, True, None, Attended.PLATFORM),
        (False, False, False, None, None),
        (True, True, True, 0.0, None),
        (False, False, False, 30.0, Attended.CORRECTED),
    ],
)
def test_each_person_counts_once(
    *, hall: bool, beats: bool, platform: bool, corrected: float | None, said: Attended | None
) -> None:
    assert how(hall=hall, beats=beats, platform=platform, corrected=corrected) is said
