"""Capacities (名额) as they are read: how many places a mode has, how many are taken, how many are left."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from conference import db
from conference.models import Line
from conference.rules import registration
from conference.services import line_rows
from conference.vocabulary import FreedPlace, Mode


@dataclass(frozen=True)
class LineFacts:
    """One mode as pages and programs see it. `shown_left` is the public count (see RepeatEntry); None is no limit.

    `held` says that the line stands still and somebody waits: who comes now stands behind them, whatever is free.
    """

    mode: Mode
    capacity: int | None
    taken: int
    left: int | None
    shown_left: int | None
    held: bool = False


def lines(meeting_id: int, *, now: datetime | None = None) -> dict[Mode, LineFacts]:
    """Both lines of a meeting, by mode; a plain read, while `places.Places` holds them.

    With `now` they are what somebody who comes then finds.
    """
    session = db.session()
    found, moves_until = line_rows.read(session, meeting_id)
    still = now is not None and registration.line_stands_still(moves_until, now=now)
    held = {mode: still and line_rows.somebody_waits(session, meeting_id, mode) for mode in found}
    return {
        mode: LineFacts(
            mode,
            line.capacity,
            line.taken,
            line.places_left,
            _shown(registration.open_places(line.places_left, stands_still=still, somebody_waits=held[mode]), line),
            held[mode],
        )
        for mode, line in found.items()
    }


def freed(meeting_id: int, *modes: Mode, now: datetime) -> FreedPlace:
    """What becomes of a place in one of `modes` (any of them where none is named) that falls free now."""
    session = db.session()
    found, moves_until = line_rows.read(session, meeting_id)
    if not any(line_rows.somebody_waits(session, meeting_id, mode) for mode in modes or found):
        return FreedPlace.NOBODY_WAITS
    still = registration.line_stands_still(moves_until, now=now)
    return FreedPlace.TO_THE_DESK if still else FreedPlace.TO_THE_LINE


def _shown(left: int | None, line: Line) -> int | None:
    return None if left is None else max(0, left - line.repeats)
