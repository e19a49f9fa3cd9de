"""Capacities (名额) as they are read: how many places a mode has, how many are taken, how many are left."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from conference import db
from conference.models import Line
from conference.vocabulary import Mode


@dataclass(frozen=True)
class LineFacts:
    """One mode as pages and programs see it. `shown_left` is the public count (see RepeatEntry); None is no limit."""

    mode: Mode
    capacity: int | None
    taken: int
    left: int | None
    shown_left: int | None


def lines(meeting_id: int) -> dict[Mode, LineFacts]:
    """Both lines of a meeting, by mode; a plain read, while `places.Places` holds them."""
    found = db.session().scalars(sa.select(Line).where(Line.meeting_id == meeting_id))
    return {
        line.mode: LineFacts(
            line.mode,
            line.capacity,
            line.taken,
            line.places_left,
            None if line.places_left is None else max(0, line.places_left - line.repeats),
        )
        for line in found
    }
