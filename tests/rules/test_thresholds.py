"""How much of the main sessions somebody attended, by which evidence, and whether that is enough."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conference.rules.thresholds import Block, Evidence, Standing, blocks
from conference.rules.watching import Slot
from conference.vocabulary import Attended

NINE = datetime(2026, 3, 10, 9, 0, tzinfo=UTC)


def slot(session_id: int, begins: int, ends: int) -> Slot:
    return Slot(session_id, NINE + timedelta(minutes=begins), NINE + timedelta(minutes=ends))


def test_sessions_at_once_take_the_time_that_they_take_together() -> None:
    found = blocks([slot(3, 90, 120), slot(1, 0, 60), slot(2, 60, 90), slot(4, 70, 110)])
    assert found == [Block({1: 60}, 60), Block({2: 30, 4: 40, 3: 30}, 60)]
    assert blocks([]) == []


@pytest.mark.parametrize(
    ("evidence", "minutes", "percent", "reached", "by"),
    [
        (Evidence(), 0, 0, False, None),
        (Evidence(hall={1}), 60, 60, False, Attended.HALL),  # the whole of it
        (Evidence(hall={1, 2, 9}), 100, 100, True, Attended.HALL),
        (Evidence(hall={1}, beats={1: 5, 2: 20}), 80, 80, True, Attended.HALL),
        (Evidence(hall={1}, beats={2: 19.9}), 79.9, 79, False, Attended.HALL),
        (Evidence(beats={1: 50, 2: 30}, platform={1: 10, 2: 5}), 80, 80, True, Attended.BEATS),
        (Evidence(beats={1: 2}, platform={1: 60, 2: 25}), 85, 85, True, Attended.PLATFORM),  # what there is more of
        (Evidence(beats={1: 30}, platform={1: 30}), 30, 30, False, Attended.BEATS),  # they are not added up
        (Evidence(hall={1, 2}, corrected={1: 0.0}), 40, 40, False, Attended.CORRECTED),
        (Evidence(corrected={1: 500.0, 2: 40.0}), 100, 100, True, Attended.CORRECTED),
        (Evidence(beats={1: 60, 2: 40}, asked=2), 0, 0, False, None),  # nobody was there
        (Evidence(beats={1: 60, 2: 40}, asked=2, answered=1), 100, 100, True, Attended.BEATS),
        (Evidence(beats={1: 60, 2: 40}, platform={1: 55, 2: 40}, asked=1), 95, 95, True, Attended.PLATFORM),
        (Evidence(hall={1}, beats={2: 40}, asked=1), 60, 60, False, Attended.HALL),
    ],
)
def test_the_strongest_evidence_of_each_session_counts(
    evidence: Evidence, minutes: float, percent: int, *, reached: bool, by: Attended | None
) -> None:
    found = Standing(blocks([slot(1, 0, 60), slot(2, 60, 100)]), evidence, 80)
    assert (found.minutes, found.percent, found.reached, found.parts[1].how) == (minutes, percent, reached, by)
    assert found.possible == 100


def test_nobody_has_more_than_the_time_there_was_and_without_sessions_nobody_reaches_it() -> None:
    together = blocks([slot(1, 0, 60), slot(2, 0, 60), slot(3, 60, 120)])
    assert Standing(together, Evidence(hall={1, 2}), 80).percent == 50
    assert Standing(together, Evidence(hall={2, 3}), 80).reached
    assert not Standing([], Evidence(hall={1}), 1).reached
