"""The agenda on a screen in the hall: what is on in each room, what comes next, and the rest of the day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from conference.models import Meeting
from conference.rules import stage as rules
from conference.rules.agenda import Agenda
from conference.services import stage, stage_desk
from conference.services.stage_desk import Entry

ROOMS = 3
# How many lines of the day can be read from the last row of the hall, and how many of them below several rooms; a long
# title takes more than one.
LINES, LINES_BELOW = 8.0, 6.0
LONG, LONGER = 18, 1.35


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
    to_come = [one for one in shown if one.session.id not in on_ids and one.state != "past"]
    rest = sorted(to_come, key=lambda one: (one.starts_at is None, one.starts_at or now))
    rows = _fitting(rest, several=len(running) > 1)
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
        all_late=rest[0].late if len({one.late for one in rest}) == 1 else 0,
        begins=None if today else first,
        over=bool(shown) and not running and target is None and not rest,
    )


def _fitting(rest: Sequence[Entry], *, several: bool) -> int:
    left = LINES_BELOW if several else LINES
    for at, one in enumerate(rest):
        left -= LONGER if len(one.session.title) > LONG and not several else 1
        if left < 0:
            return at
    return len(rest)
