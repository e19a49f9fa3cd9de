"""What the door shows for a scan: one look, in words and kinds that the page and the scanner's script share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import g

from conference import clock, wording
from conference.vocabulary import Outcome, ScanReason
from conference.web.filters import DEFAULT_TIMEZONE, clock_time, day, words
from conference.web.language import language

# Colour, shape and sound hang on these; see templates/components/verdict.html.
KINDS = {Outcome.ADMITTED: "go", Outcome.ALREADY: "again", Outcome.LEFT: "left", Outcome.REFUSED: "stop"}

# Only these changed where somebody stands.
UNDOABLE = {Outcome.ADMITTED, Outcome.LEFT}


@dataclass(frozen=True)
class Verdict:
    kind: str
    word: str
    name: str
    unit: str
    detail: str
    advice: str
    undoable: bool


def of(answer: Mapping[str, Any], *, now: datetime) -> Verdict:
    """The verdict page of an answer of the contract."""
    outcome = Outcome(answer["outcome"])
    reason = ScanReason(answer["reason"]) if answer["reason"] and outcome is Outcome.REFUSED else None
    person = answer["delegate"] or {}
    return Verdict(
        kind=KINDS[outcome],
        word=words(outcome),
        name=person.get("name", ""),
        unit=person["unit"]["name"] if person else "",
        detail=words(reason) if reason else _detail(outcome, answer, now),
        advice=wording.advise(reason, language()) if reason else "",
        undoable=outcome in UNDOABLE,
    )


def spoken() -> dict[str, dict[str, str]]:
    """The words that the scanner's script says by itself."""
    return {
        "outcomes": {outcome.value: words(outcome) for outcome in Outcome},
        "reasons": {reason.value: words(reason) for reason in ScanReason},
        "advice": {reason.value: wording.advise(reason, language()) for reason in ScanReason},
    }


def when(moment: datetime, *, now: datetime) -> str:
    """08:12; with the day before it when that is not today."""
    zone = g.get("timezone", DEFAULT_TIMEZONE)
    today = clock.local(now, zone).date() == clock.local(moment, zone).date()
    return clock_time(moment) if today else f"{day(moment)} {clock_time(moment)}"


def _detail(outcome: Outcome, answer: Mapping[str, Any], now: datetime) -> str:
    if outcome is Outcome.ADMITTED:
        return str((answer["delegate"] or {}).get("seat") or "")
    if outcome is Outcome.ALREADY and answer["first_scanned_at"]:
        first = when(datetime.fromisoformat(answer["first_scanned_at"]), now=now)
        return " · ".join(part for part in (first, answer["first_gate"]) if part)
    return ""
