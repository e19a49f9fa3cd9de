"""What everybody may read of an agenda: the last release as the day goes, whole or by session, person and unit.

    shown = public_agenda.of(meeting, now=clock.now())
    shown.days, shown.state(session), shown.late(session)

What is not on the last release is not there: Missing is raised.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import TypeVar

import sqlalchemy as sa

from conference import clock, db
from conference.models import AgendaRelease, Meeting
from conference.rules import agenda_search
from conference.rules import stage as rules
from conference.rules.agenda import Agenda, Gone, Person, Room, Session, Talk
from conference.rules.agenda_search import Day
from conference.services import stage
from conference.vocabulary import AgendaKind, Missing

T = TypeVar("T")


@dataclass(frozen=True)
class Release:
    number: int
    released_at: datetime


@dataclass(frozen=True)
class Late:
    """By how many minutes something begins and ends later than released; earlier below 0."""

    begins: int
    ends: int


@dataclass(frozen=True)
class UnitShown:
    """What a unit does on the agenda: each talk with the session that it is in; `sessions` are all it takes part in."""

    name: str
    talks: Sequence[tuple[Session, Talk]]
    people: Sequence[Person]
    sessions: Sequence[Session]


@dataclass(frozen=True)
class Shown:
    """The agenda of a meeting at one moment; without a session before the first release."""

    meeting: Meeting
    stage: stage.Day
    now: datetime

    @property
    def agenda(self) -> Agenda:
        return self.stage.agenda

    @property
    def released(self) -> bool:
        """Whether there is, or was, anything that a calendar could be told."""
        return bool(self.agenda.sessions or self.agenda.gone)

    @property
    def next(self) -> Session | None:
        return self.stage.on_stage.next

    @cached_property
    def days(self) -> Sequence[Day]:
        return agenda_search.days(self.agenda, self.meeting.timezone)

    @cached_property
    def today(self) -> date:
        """On the meeting's wall clock."""
        return clock.local(self.now, self.meeting.timezone).date()

    @cached_property
    def running(self) -> Sequence[Session]:
        """All that is on, what is on stage first."""
        return rules.running(self.agenda, self.stage.on_stage, now=self.now)

    @property
    def over(self) -> bool:
        """Whether nothing is on, nor to come."""
        return not self.running and self.next is None and any(one.ends_at for one in self.agenda.sessions)

    def state(self, session: Session) -> str:
        """`now`, `next`, `past`, or nothing."""
        if any(one.id == session.id for one in self.running):
            return "now"
        if self.next is not None and self.next.id == session.id:
            return "next"
        return "past" if session.ends_at is not None and session.ends_at <= self.now else ""

    def late(self, session: Session) -> Late | None:
        """None where it goes as it was released."""
        planned = self.stage.released.session.get(session.id)
        if not (planned and planned.starts_at and planned.ends_at and session.starts_at and session.ends_at):
            return None
        found = Late(_minutes(session.starts_at - planned.starts_at), _minutes(session.ends_at - planned.ends_at))
        return found if found.begins or found.ends else None

    def beside(self, session: Session) -> tuple[Session | None, Session | None]:
        """What stands before it, and after it."""
        order = [one for day in self.days for one in day.sessions]
        at = order.index(session)
        return (order[at - 1] if at else None, order[at + 1] if at + 1 < len(order) else None)

    def sessions_today(self) -> Sequence[Session]:
        day = self.day_at(self.now)
        return day.sessions if day else ()

    def rooms(self) -> Sequence[Room]:
        """Those that something is in."""
        used = {one.room_id for one in self.agenda.sessions}
        return [one for one in self.agenda.rooms if one.id in used]

    def kinds(self) -> Sequence[AgendaKind]:
        used = {one.kind for one in self.agenda.sessions}
        return [one for one in AgendaKind if one in used]

    def session(self, session_id: int) -> Session:
        return _there(self.agenda.session.get(session_id))

    def gone(self, session_id: int) -> Gone | None:
        """One that was released with its times, and is on the agenda no more."""
        if session_id in self.agenda.session:
            return None
        return next((one for one in self.agenda.gone if one.id == session_id), None)

    def day_at(self, moment: datetime) -> Day | None:
        """The day of `moment` on the meeting's wall clock, where something is on."""
        wanted = clock.local(moment, self.meeting.timezone).date()
        return next((one for one in self.days if one.day == wanted), None)

    def person(self, person_id: int) -> Person:
        found = _there(self.agenda.person.get(person_id))
        if not self.agenda.of_person(person_id):
            raise Missing
        return found

    def unit(self, unit_id: int) -> UnitShown:
        return self._unit(lambda one: one.unit_id == unit_id)

    def named_unit(self, name: str) -> UnitShown:
        """One that is none of ours, by its name on the agenda."""
        return self._unit(lambda one: one.unit_id is None and one.unit_name == name != "")

    def _unit(self, is_it: Callable[[Talk | Person], bool]) -> UnitShown:
        talks = [(one, talk) for one in self.agenda.sessions for talk in one.talks if is_it(talk)]
        active = {id_ for one in self.agenda.sessions for id_ in one.person_ids}
        people = [one for one in self.agenda.people if one.id in active and is_it(one)]
        if not talks and not people:
            raise Missing
        named = [talk.unit_name for _, talk in talks] + [one.unit_name for one in people]
        ids, theirs = {one.id for one, _ in talks}, {one.id for one in people}
        sessions = [one for one in self.agenda.sessions if one.id in ids or one.person_ids & theirs]
        return UnitShown(next((name for name in named if name), ""), talks, people, sessions)


def of(meeting: Meeting, *, now: datetime) -> Shown:
    """As it stands at `now`."""
    return Shown(meeting, stage.of(meeting, now=now), now)


def last_release(meeting_id: int) -> Release | None:
    """The release that holds, without what is in it."""
    query = sa.select(AgendaRelease.number, AgendaRelease.released_at).where(AgendaRelease.meeting_id == meeting_id)
    found = db.session().execute(query.order_by(AgendaRelease.number.desc()).limit(1)).first()
    return None if found is None else Release(*found)


def _there(found: T | None) -> T:
    if found is None:
        raise Missing
    return found


def _minutes(difference: timedelta) -> int:
    return round(difference.total_seconds() / 60)
