"""What a viewer's browsers do, each in a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from conference.rules.still_here import Due
from conference.services import beats
from conference.vocabulary import Refused


def beat(meeting_id: int, delegate_id: int, device: str) -> str:
    """ "played", or the refusal."""
    try:
        beats.beat(meeting_id, delegate_id, device=device, now=datetime.now(UTC))
    except Refused as refused:
        return refused.refusal.value
    return "played"


def beat_when_due(meeting_id: int, delegate_id: int) -> int | None:
    """A beat that finds the first question due: the number that it brings back."""
    found = beats.beat(meeting_id, delegate_id, device="tab", due=Due(1, may_begin=True), now=datetime.now(UTC))
    return found.number if found else None


def take_over(meeting_id: int, delegate_id: int, device: str) -> str:
    beats.take_over(meeting_id, delegate_id, device=device, now=datetime.now(UTC))
    return "taken"
