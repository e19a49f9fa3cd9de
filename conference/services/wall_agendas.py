"""The agenda on a screen in the hall: what is on in each room, what comes next, and the rest of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from conference.models import Meeting
from conference.rules import stage as rules
from conference.rules.agenda import Agenda
from conference.rules.stage import OnStage
from conference.services import stage, stage_desk
from conference.services.stage_desk import Entry

ROOMS = 3
# How many lines of the day can be read from the last row of the hall, and how many of them below several rooms; a long
# title takes more than one.
LINES, LINES_BELOW = 8.0, 6.0
TWO_LINES, SMALLER = 12, 18  # from so many characters on: two lines, and two of a smaller kind (wall-agenda.css)
HIGH, LESS_HIGH = 1.6, 1.35
LATE = 6.0  # characters that 推迟 15 分钟 behind a title takes


@dataclass(frozen=True)
class WallAgenda:
    """`running` are what is on, one a room; `rest` what begins later that day, of which `more` do not fit;
    `all_late` by how many minutes all of that is later, 0 where not all of it is.

    `begins` is when the day that is shown begins where that is not today; `over` where nothing is on, nor to come.
    """

    agenda: Agenda
    running: Sequence[Entry]
    next: Entry | None
    rest: Sequence[Entry]
    more: int
    all_late: int
    begins: datetime | None
    over: bool


def of(meeting: Meeting, *, now: datetime) -> WallAgenda:
    day = stage.of(meeting, now=now)
    on = day.on_stage
    running = [
        stage_desk.entry(day, one, on.talk if on.session == one else rules.talk_on(one, now), now, "now")
        for one in rules.running(day.agenda, on, now=now)
    ]
    shown = stage_desk.entries(meeting, day, now=now)
    on_ids, day_ids = {one.session.id for one in running}, {one.session.id for one in shown}
    to_come = [one for one in shown if one.session.id not in on_ids and _is_to_come(one, on, now)]
    rest = sorted(to_come, key=lambda one: (one.starts_at is None, one.starts_at or now))
    all_late = rest[0].late if len({one.late for one in rest}) == 1 else 0
    rows = _fitting(rest, several=len(running) > 1, all_late=all_late)
    target = rules.following(on)
    if target and target[0].id not in day_ids:
        target = None
    rooms: dict[int | None, int] = {room.id: at for at, room in enumerate(day.agenda.rooms)}
    first = next((one.starts_at for one in shown if one.starts_at), None)
    today = first is None or stage.date_of(first, meeting) == stage.date_of(now, meeting)
    return WallAgenda(
        agenda=day.agenda,
        running=sorted(running, key=lambda one: rooms.get(one.session.room_id, -1))[:ROOMS],
        next=stage_desk.entry(day, *target, now, "next") if target else None,
        rest=rest[:rows],
        more=len(rest) - rows,
        all_late=all_late,
        begins=None if today else first,
        over=bool(shown) and not running and target is None and not rest,
    )


def _is_to_come(one: Entry, on: OnStage, now: datetime) -> bool:
    """Not what was left for another: that is over, though its time may not be."""
    if one.state == "next" or one.starts_at is None or one.starts_at > now:
        return True
    until = on.session.ends_at if on.by_hand and on.session else None
    return until is not None and one.starts_at >= until and one.state != "past"


def wide(text: str) -> float:
    """How wide a text is set, in Chinese characters: a Latin letter is about half of one."""
    return sum(1 if letter >= "\u2e80" else 0.55 for letter in text)


def _fitting(rest: Sequence[Entry], *, several: bool, all_late: int) -> int:
    left = LINES_BELOW if several else LINES
    for at, one in enumerate(rest):
        left -= 1 if several else _height(one, all_late)
        if left < 0:
            return at
    return len(rest)


def _height(one: Entry, all_late: int) -> float:
    title = wide(one.session.title)
    if title > SMALLER:
        return LESS_HIGH
    return HIGH if title + (LATE if one.late and not all_late else 0) > TWO_LINES else 1
