"""Times as programs write them: what is a moment, and what is told so."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from conference.rules import moments
from conference.vocabulary import Fault


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-24T09:30:00Z", datetime(2026, 11, 24, 9, 30, tzinfo=UTC)),
        ("2026-11-24t17:30:00.123456789+08:00", datetime(2026, 11, 24, 9, 30, 0, 123456, tzinfo=UTC)),
        ("1900-01-01T00:00:00Z", datetime(1900, 1, 1, tzinfo=UTC)),
        ("2199-12-31T23:59:59Z", datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_moment(text: str, moment: datetime) -> None:
    assert moments.parse(text) == moment


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("1899-12-31T23:59:59Z", Fault.OUT_OF_RANGE),
        ("1900-01-01T00:00:00+00:01", Fault.OUT_OF_RANGE),
        ("2199-12-31T23:59:59-00:01", Fault.OUT_OF_RANGE),
        # The offset leads out of what a datetime can hold.
        ("0001-01-01T00:00:00+23:59", Fault.OUT_OF_RANGE),
        ("9999-12-31T23:59:59-23:59", Fault.OUT_OF_RANGE),
        ("0000-01-01T00:00:00Z", Fault.NOT_A_TIME),
        ("2026-11-24T09:30:00+24:00", Fault.NOT_A_TIME),
        ("2026-11-24T09:30:00+99:99", Fault.NOT_A_TIME),
        ("2026-02-30T09:30:00Z", Fault.NOT_A_TIME),
        ("2026-11-24T09:30:60Z", Fault.NOT_A_TIME),
        ("2026-11-24T09:30Z", Fault.NOT_A_TIME),
        ("２０２６-11-24T09:30:00Z", Fault.NOT_A_TIME),
        ("2026-11-24T09:30:00", Fault.TIME_WITHOUT_OFFSET),
    ],
)
def test_no_moment(text: str, fault: Fault) -> None:
    assert moments.parse(text) is fault
