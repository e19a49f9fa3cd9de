"""Why a flagged scan wants a look."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from conference.rules import reviews
from conference.vocabulary import Outcome, ReviewCause, ScanReason

AT = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("outcome", "reason", "offline", "raw", "found"),
    [
        (Outcome.ALREADY, None, True, AT, (ReviewCause.TWO_GATES,)),
        (Outcome.ADMITTED, ScanReason.CANCELLED, True, AT, (ReviewCause.LET_IN_ALL_THE_SAME,)),
        (Outcome.ADMITTED, None, False, AT + 61 * MINUTE, (ReviewCause.CLOCK_WRONG,)),
        (Outcome.ADMITTED, None, False, AT + MINUTE, (ReviewCause.TAKEN_ALONG,)),
        (Outcome.ADMITTED, None, False, None, (ReviewCause.TAKEN_ALONG,)),
        (
            Outcome.ALREADY,
            ScanReason.CLOSED,
            True,
            AT - 2 * MINUTE,
            (ReviewCause.TWO_GATES, ReviewCause.LET_IN_ALL_THE_SAME, ReviewCause.CLOCK_WRONG),
        ),
    ],
)
def test_causes(
    outcome: Outcome, reason: ScanReason | None, offline: bool, raw: datetime | None, found: tuple[ReviewCause, ...]
) -> None:
    assert (
        reviews.causes(outcome=outcome, reason=reason, admitted_offline=offline, scanned_at=AT, raw_scanned_at=raw)
        == found
    )
