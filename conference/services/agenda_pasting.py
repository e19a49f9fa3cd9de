"""Many sessions at once, out of what was copied from a table: looked at first, then added, all or none of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from conference.models import Meeting
from conference.rules import agenda_lines as rules
from conference.rules.agenda_lines import Line
from conference.services import agenda, agenda_page
from conference.services.agenda import Kept, SessionFacts
from conference.services.agenda_draft import RoleSaid
from conference.services.delegates import Doing
from conference.vocabulary import AgendaRoleKind, Fault, Malformed


def read(meeting: Meeting, text: str, day: date) -> list[Line]:
    """What a text says; `day` is that of lines that name none. Raises Malformed (text: too_many, required)."""
    found = rules.read(text, day=day, rooms=[(room.id, room.name) for room in agenda_page.rooms(meeting.id)])
    if len(found) > rules.MOST_LINES:
        raise Malformed({"text": Fault.TOO_MANY})
    if not found:
        raise Malformed({"text": Fault.REQUIRED})
    return found


def add(meeting: Meeting, lines: Sequence[Line], doing: Doing, *, version: int) -> list[Kept]:
    """Add those that can be sessions. `version` is that of the draft beside which they were looked at.

    Raises Malformed (text), Refused (changed_meanwhile).
    """
    zone = ZoneInfo(meeting.timezone)
    wanted = [_facts(line, zone) for line in lines if line.fault is None]
    if not wanted:
        raise Malformed({"text": Fault.REQUIRED})
    try:
        return agenda.add_all(meeting.id, wanted, doing, version=version)
    except Malformed as malformed:
        raise Malformed({"text": next(iter(malformed.faults.values()))}) from malformed


def _facts(line: Line, zone: ZoneInfo) -> SessionFacts:
    timed = line.day is not None and line.begins is not None and line.ends is not None
    return SessionFacts(
        kind=line.kind,
        title=line.title,
        detail=line.rest,
        starts_at=datetime.combine(line.day, line.begins, zone) if timed and line.day and line.begins else None,
        ends_at=datetime.combine(line.day, line.ends, zone) if timed and line.day and line.ends else None,
        room_id=line.room_id,
        roles=tuple(RoleSaid(AgendaRoleKind.CHAIR, name=name) for name in line.chairs),
    )
