"""The draft as its page shows it: day by day, what goes with what, where it stands beside the last release."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import sqlalchemy as sa

from conference import db
from conference.models import AgendaPerson, AgendaRoom, Meeting, Participation, Unit
from conference.rules import agenda_conflicts
from conference.rules.agenda import Agenda, Room, Session
from conference.rules.agenda_conflicts import Conflict
from conference.rules.agenda_times import day_of
from conference.services import agenda_content, agenda_draft, agenda_rooms
from conference.services.agenda_draft import moment_said

FOUND = 12
ALL_AT_ONCE = 80  # more sessions than this are shown a day at a time
MOST_CONFLICTS = 5  # are written out under a session: of a hundred at one time there are five thousand


@dataclass(frozen=True)
class Line:
    """A session of the list, with the first of its conflicts and how many `more` there are; `seen` is what somebody
    who moves it has seen.
    """

    session: Session
    conflicts: Sequence[Conflict]
    more: int
    seen: str


@dataclass
class DraftDay:
    """`day` and `begins` are None for what has no time and stands before all that has."""

    day: date | None
    begins: datetime | None
    lines: list[Line] = field(default_factory=list)

    @property
    def ends(self) -> datetime | None:
        """When the last of it is over."""
        return max((one.session.ends_at for one in self.lines if one.session.ends_at), default=None)

    @property
    def rooms(self) -> list[int | None]:
        """Where something is on that day, in the order of its sessions."""
        return list(dict.fromkeys(one.session.room_id for one in self.lines if one.session.starts_at))


@dataclass(frozen=True)
class DraftPage:
    """`days` are those that are shown, `all_days` those that there are; `release` the number of the last one, 0 before
    the first; `conflicts` those of the whole draft.
    """

    agenda: Agenda
    days: Sequence[DraftDay]
    all_days: Sequence[DraftDay]
    conflicts: Sequence[Conflict]
    version: int
    release: int

    @property
    def whole(self) -> bool:
        """Whether all days are shown."""
        return len(self.days) == len(self.all_days)

    def day_of(self, session_id: int) -> date | None:
        """On which day of the list a session stands."""
        return next((day.day for day in self.all_days for line in day.lines if line.session.id == session_id), None)


def of(meeting: Meeting, *, only: date | None = None, at: int | None = None) -> DraftPage:
    """The page of a draft; of one day where one is asked for, or there are many sessions: that of the session `at`,
    else the first.
    """
    agenda = agenda_content.draft(meeting.id)
    conflicts = agenda_conflicts.found(
        agenda,
        agenda_rooms.walks(meeting.id),
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        timezone=meeting.timezone,
    )
    by_session: dict[int, list[Conflict]] = defaultdict(list)
    for conflict in conflicts:
        for id_ in conflict.session_ids:
            by_session[id_].append(conflict)
    days = _days(agenda, by_session, meeting.timezone)
    shown = [one for one in days if one.day == only] if only else []
    if not shown:
        here = [one for one in days if any(line.session.id == at for line in one.lines)]
        shown = (here or days)[:1] if len(agenda.sessions) > ALL_AT_ONCE else days
    return DraftPage(agenda, shown, days, conflicts, meeting.agenda_version, agenda_content.number(meeting.id))


def rooms(meeting_id: int) -> list[Room]:
    """The rooms to choose from, in their order."""
    query = sa.select(AgendaRoom).where(AgendaRoom.meeting_id == meeting_id).order_by(AgendaRoom.rank, AgendaRoom.id)
    return [Room(one.id, one.name, one.location) for one in db.session().scalars(query)]


def people(meeting_id: int, ids: Sequence[int]) -> Mapping[int, AgendaPerson]:
    """Some of the agenda's people, by id."""
    query = sa.select(AgendaPerson).where(AgendaPerson.meeting_id == meeting_id, AgendaPerson.id.in_(ids))
    return {one.id: one for one in db.session().scalars(query)} if ids else {}


def find_units(meeting_id: int, search: str) -> Sequence[Unit]:
    """A few of the meeting's units whose name, or short name, holds `search`."""
    query = sa.select(Unit).join(Participation).where(Participation.meeting_id == meeting_id)
    query = query.where(sa.or_(*(one.contains(search, autoescape=True) for one in (Unit.name, Unit.district))))
    return db.session().scalars(query.order_by(Unit.name, Unit.id).limit(FOUND)).all()


def _days(agenda: Agenda, conflicts: Mapping[int, Sequence[Conflict]], timezone: str) -> list[DraftDay]:
    """What has no time stands on the day of what comes before it."""
    found: dict[date | None, DraftDay] = {}
    last: date | None = None
    for session in agenda.sessions:
        last = day_of(session.starts_at, timezone) if session.starts_at else last
        day = found.setdefault(last, DraftDay(last, None))
        if session.starts_at and (day.begins is None or session.starts_at < day.begins):
            day.begins = session.starts_at
        its = conflicts.get(session.id, ())
        more = max(0, len(its) - MOST_CONFLICTS)
        day.lines.append(Line(session, its[:MOST_CONFLICTS], more, _seen(session)))
    return sorted(found.values(), key=lambda one: (one.day is not None, one.day))


def _seen(session: Session) -> str:
    place = {"times": [moment_said(session.starts_at), moment_said(session.ends_at)], "room_id": session.room_id}
    return agenda_draft.carried(place)
