"""When a viewer is asked whether they are still there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conference.rules.still_here import EARLIEST, LATEST, PATIENCE, Due, due, is_open, share
from conference.rules.watching import Span

START = datetime(2026, 7, 19, 1, 0, tzinfo=UTC)
WHO = 7


def at(minutes: float) -> datetime:
    return START + timedelta(minutes=minutes)


MORNING = [Span(at(0), at(100))]
TWO = [Span(at(0), at(60)), Span(at(90), at(130))]  # a break of half an hour
FIRST, SECOND = share(WHO, 1), share(WHO, 2)


@pytest.mark.parametrize(
    ("spans", "questions", "minutes", "found"),
    [
        (MORNING, 0, 99, None),
        ([], 2, 50, None),
        (MORNING, 1, -1, None),
        (MORNING, 1, 100 * FIRST - 0.1, None),
        (MORNING, 1, 100 * FIRST + 0.1, Due(1, True)),
        (MORNING, 1, 99.9, Due(1, True)),
        (MORNING, 1, 100, Due(1, False)),
        (MORNING, 2, 50 * FIRST + 0.1, Due(1, True)),
        (MORNING, 2, 50.1, Due(1, False)),  # its part is over: no more begun, but still answered
        (MORNING, 2, 50 + 50 * SECOND + 0.1, Due(2, True)),
        (TWO, 1, 75, Due(1, False) if FIRST < 0.6 else None),  # in the break nobody is asked
        (TWO, 1, 90 + 100 * LATEST - 60 + 0.1, Due(1, True)),
        (TWO, 2, 91, Due(1, False)),
    ],
)
def test_due(spans: list[Span], questions: int, minutes: float, found: Due | None) -> None:
    assert due(spans, questions, delegate_id=WHO, now=at(minutes)) == found


def test_everybody_has_a_moment_of_their_own_that_stays() -> None:
    drawn = [share(one, number) for one in range(1, 1001) for number in (1, 2)]
    assert all(EARLIEST <= one <= LATEST for one in drawn)
    assert len(set(drawn)) == len(drawn)
    assert 0.58 < sum(drawn) / len(drawn) < 0.62
    assert share(WHO, 1) == FIRST


def test_an_answer_counts_for_five_minutes() -> None:
    assert is_open(START, now=START + PATIENCE - timedelta(seconds=1))
    assert not is_open(START, now=START + PATIENCE)
