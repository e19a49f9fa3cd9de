"""The door's table, line by line, and the time that a scan is judged by.

The cases stand in checkin_cases.json; tests/browser/test_door_rules.py runs the scanner that works alone against them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conference.rules import checkin
from conference.rules.checkin import Event, Person, Point
from conference.vocabulary import DelegateStatus, Direction, Mode, Outcome, ScanReason

Case = dict[str, Any]  # as the file has it

CASES: dict[str, list[Case]] = json.loads((Path(__file__).parent / "checkin_cases.json").read_text("utf-8"))
NOW = datetime(2026, 7, 19, 1, 30, tzinfo=UTC)


def _after(seconds: float | None) -> datetime | None:
    return None if seconds is None else NOW + timedelta(seconds=seconds)


def _person(facts: Case | None) -> Person | None:
    if facts is None:
        return None
    return Person(DelegateStatus(facts["status"]), Mode(facts["mode"]), facts["revoked"], facts["listed"])


@pytest.mark.parametrize("case", CASES["verdicts"], ids=lambda case: f"{case['line']}-{case['said']}")
def test_the_first_line_that_fits_decides(case: Case) -> None:
    point = case.get("point", {})
    refused = case.get("refused_offline")
    found = checkin.verdict(
        _person(case["person"]),
        Point(_after(point.get("opens")), _after(point.get("closes")), point.get("reentry", False)),
        at=NOW,
        direction=Direction(case.get("direction", "in")),
        stay_has_admission=case.get("in_already", False),
        admitted_offline=case.get("admitted_offline", False),
        refused_offline=ScanReason(refused) if refused else None,
    )
    assert f"{found.outcome}/{found.reason or ''}{'!' * found.flagged}" == case["said"]


@pytest.mark.parametrize("case", CASES["times"], ids=str)
def test_the_time_of_a_scan(case: Case) -> None:
    found = checkin.time_of_scan(_after(case["scanned"]), _after(case["sent"]), now=NOW)
    assert found == (_after(case["judged"]), case["flagged"])


moments = st.datetimes(timezones=st.just(UTC))


@given(scanned=st.none() | moments, sent=st.none() | moments)
def test_no_scan_is_judged_in_the_future(scanned: datetime | None, sent: datetime | None) -> None:
    at, _ = checkin.time_of_scan(scanned, sent, now=NOW)
    assert at <= NOW


def _event(facts: Case) -> Event:
    at = NOW + timedelta(minutes=facts["minute"])
    return Event(facts["id"], at, Direction(facts["direction"]), facts["admitted"], f"{facts['id']}号门")


@pytest.mark.parametrize("case", CASES["stays"], ids=lambda case: case["why"])
def test_a_stay_lies_between_two_exits(case: Case) -> None:
    events = [_event(facts) for facts in case["events"]]
    found = checkin.admission_of_stay(events, NOW + timedelta(minutes=case["at"]))
    assert (found.id if found else None) == case["admission"]
    stands = checkin.standing(events)
    last_out = case["standing"]["last_out"]
    assert {
        "inside": stands.inside,
        "last_out": None if stands.last_out_at is None else last_out,
        "admission": stands.admission.id if stands.admission else None,
    } == case["standing"]
    if last_out is not None:
        assert stands.last_out_at == NOW + timedelta(minutes=last_out)


def test_every_reason_and_outcome_is_in_the_table() -> None:
    said = {case["said"].rstrip("!") for case in CASES["verdicts"]}
    assert {f"refused/{reason}" for reason in ScanReason} <= said
    assert set(Outcome) == {Outcome(line.split("/")[0]) for line in said}
