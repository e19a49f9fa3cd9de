"""Are you still there? When a viewer is asked, and how long they have for the answer.

The time of the sessions is split into as many parts as there are questions. In each part everybody has a moment of
their own, so that nobody can tell the others when it comes; who is not watching then is asked when they come back
within the part. Moments follow from the person and the part alone: asked again, the answer is the same.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conference.rules.watching import Span

PATIENCE = timedelta(minutes=5)
EARLIEST, LATEST = 0.3, 0.9  # of a part


@dataclass(frozen=True)
class Due:
    """Question `number` (from 1) is the last whose moment has come; `may_begin` where it may still be put."""

    number: int
    may_begin: bool


def due(spans: Sequence[Span], questions: int, *, delegate_id: int, now: datetime) -> Due | None:
    """None before the first moment. `spans` is when the sessions are on, in order and apart from each other."""
    whole = sum(span.seconds for span in spans)
    if questions < 1 or whole <= 0:
        return None
    gone = sum((min(now, span.ends) - span.begins).total_seconds() for span in spans if span.begins <= now)
    is_on = any(span.begins <= now < span.ends for span in spans)
    part = whole / questions
    for number in range(questions, 0, -1):
        if gone >= (number - 1 + share(delegate_id, number)) * part:
            return Due(number, is_on and gone < number * part)
    return None


def share(delegate_id: int, number: int) -> float:
    """Where in its part somebody's moment lies, from EARLIEST to LATEST."""
    drawn = hashlib.sha256(f"{delegate_id}/{number}".encode()).digest()
    return EARLIEST + (LATEST - EARLIEST) * int.from_bytes(drawn[:4]) / 2**32


def is_open(asked_at: datetime, *, now: datetime) -> bool:
    """Whether the answer still counts."""
    return now < asked_at + PATIENCE
