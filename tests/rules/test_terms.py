"""Which terms a meeting may have, and what a line that stands still means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from conference.rules import registration, terms
from conference.vocabulary import Category, Fault, Refusal

END = datetime(2026, 11, 24, 18, tzinfo=UTC)
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Terms:
    frozen_at: datetime | None = None
    line_moves_until: datetime | None = None
    kept_until: datetime | None = None
    uncounted: tuple[Category, ...] = ()


@pytest.mark.parametrize(
    ("wished", "faults"),
    [
        (Terms(), {}),
        (Terms(END, END, END, (Category.STAFF,)), {}),
        (Terms(frozen_at=END + HOUR), {"frozen_at": Fault.AFTER_THE_END}),
        (Terms(line_moves_until=END + HOUR), {"line_moves_until": Fault.AFTER_THE_END}),
        (Terms(kept_until=END - HOUR), {"kept_until": Fault.BEFORE_THE_END}),
        (Terms(uncounted=tuple(Category)), {"uncounted": Fault.TOO_MANY}),
    ],
)
def test_which_terms_may_be(wished: Terms, faults: dict[str, Fault]) -> None:
    assert terms.faults_in(wished, ends_at=END) == faults


@pytest.mark.parametrize(("until", "still"), [(None, False), (END + HOUR, False), (END, True), (END - HOUR, True)])
def test_from_when_a_line_stands_still(until: datetime | None, still: bool) -> None:
    assert registration.line_stands_still(until, now=END) is still


@pytest.mark.parametrize(
    ("left", "still", "waits", "open_"),
    [
        (3, False, False, 3),
        (3, True, False, 3),
        (3, True, True, 0),
        (3, False, True, 3),
        (0, True, False, 0),
        (None, True, True, 0),
        (None, True, False, None),
    ],
)
def test_nobody_overtakes_a_line_that_stands_still(
    left: int | None, still: bool, waits: bool, open_: int | None
) -> None:
    assert registration.open_places(left, stands_still=still, somebody_waits=waits) == open_


@pytest.mark.parametrize(
    ("left", "waits", "refusal"),
    [
        (1, True, None),
        (None, True, None),
        (0, True, Refusal.NO_PLACE_FREE),
        (1, False, Refusal.NOT_WAITING),
        (0, False, Refusal.NOT_WAITING),
    ],
)
def test_a_free_place_is_given_to_who_waits(left: int | None, waits: bool, refusal: Refusal | None) -> None:
    assert registration.refusal_to_give(left, waits=waits) is refusal
