"""What the organiser at the stage has in hand: what is on, what comes next, and what each delay would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from conference import db
from conference.models import Account, AgendaSession, Meeting
from conference.rules import stage as rules
from conference.rules.agenda import Session, Talk
from conference.services import stage
from conference.services.stage import Day
from conference.services.stage_told import Told
from conference.vocabulary import MeetingStatus, Refused

QUICK = (5, 10, 15, -5)
# What was called so many minutes beside its time is asked about.
WORTH_ASKING = 2


@dataclass(frozen=True)
class Entry:
    """A session of the day, or a talk of one, with its times where it has them; `state` is now, next, past or nothing.

    `late` is how many minutes later than released it begins; `callable` says that it is one of today.
    """

    session: Session
    talk: Talk | None
    starts_at: datetime | None
    ends_at: datetime | None
    state: str
    late: int = 0
    talks: Sequence[Entry] = ()
    callable: bool = False


@dataclass(frozen=True)
class Foreseen:
    """A delay that nobody told yet: `moved` are the sessions as they are and as they would be, without the one that it
    is told of; `last` the one that would end last.
    """

    session: Session
    minutes: int
    moved: Sequence[tuple[Session, Session]]
    last: Session


@dataclass(frozen=True)
class TellOf:
    """A delay that holds, as the page lists it."""

    told: Told
    title: str
    by: str


@dataclass(frozen=True)
class StageDesk:
    """`on` is what is on stage; `about` the session of which a delay would be told, `is_day` whether its day is now: of
    a day to come nothing is `quick`, since that is for the draft. `quick` are delays with what each would do, `asked`
    the one that would put right what was called beside its time. `over` counts the minutes past the planned end; an
    archived meeting is not `open`.
    """

    day: Day
    entries: Sequence[Entry]
    on: Entry | None
    target: tuple[Session, Talk | None] | None
    about: Session | None
    is_day: bool
    quick: Sequence[Foreseen]
    asked: Foreseen | None
    over: int
    told: Sequence[TellOf]
    open: bool


def of(meeting: Meeting, *, now: datetime) -> StageDesk:
    """The page of the stage as it stands."""
    day = stage.of(meeting, now=now)
    sessions = rules.of_day(day.agenda, now=now, timezone=meeting.timezone)
    on_stage, target = day.on_stage, rules.following(day.on_stage)
    shown = {one.id for one in sessions}
    about = next((one for one in (on_stage.session, on_stage.next) if one and one.starts_at and one.id in shown), None)
    is_day = about is not None and stage.is_of_today(meeting, about, now)
    on = None if on_stage.session is None else entry(day, on_stage.session, on_stage.talk, now, "now")
    return StageDesk(
        day=day,
        entries=entries(meeting, day, now=now),
        on=on,
        target=target if target and target[0].id in shown and stage.is_of_today(meeting, target[0], now) else None,
        about=about,
        is_day=is_day,
        quick=[one for minutes in QUICK if about and is_day for one in _likely(meeting, day, about.id, minutes, now)],
        asked=_asked(meeting, day, now),
        over=int(max(now - on.ends_at, timedelta()).total_seconds() // 60) if on and on.ends_at else 0,
        told=_told(day),
        open=meeting.status is not MeetingStatus.ARCHIVED,
    )


def entries(meeting: Meeting, day: Day, *, now: datetime) -> list[Entry]:
    """The sessions of the day that is shown, each with its talks."""
    found = []
    for session in rules.of_day(day.agenda, now=now, timezone=meeting.timezone):
        talks = [entry(day, session, talk, now, _state(day, session, talk)) for talk in session.talks]
        shown = entry(day, session, None, now, _state(day, session, None), talks)
        found.append(replace(shown, callable=stage.is_of_today(meeting, session, now)))
    return found


def entry(
    day: Day, session: Session, talk: Talk | None, now: datetime, state: str, talks: Sequence[Entry] = ()
) -> Entry:
    """How one of the day stands; one that is neither on nor next is past, or still to come."""
    times = (session.starts_at, session.ends_at) if talk is None else session.talk_times().get(talk.id, (None, None))
    planned = day.released.session.get(session.id)
    before = rules.begins(planned, talk.id if talk else None) if planned else None
    late = int((times[0] - before).total_seconds()) // 60 if times[0] and before else 0
    return Entry(session, talk, *times, state or ("past" if times[1] and times[1] <= now else ""), late, talks)


def delayable(meeting: Meeting, *, now: datetime) -> list[Session]:
    """The sessions of the day that a delay can be told of."""
    day = stage.of(meeting, now=now)
    return [one for one in rules.of_day(day.agenda, now=now, timezone=meeting.timezone) if one.starts_at]


def holding(meeting: Meeting, *, now: datetime) -> list[TellOf]:
    """The delays that hold for today and the days to come, in the order in which they were told."""
    day = stage.of(meeting, now=now)
    today = stage.date_of(now, meeting)
    past = {one.id for one in day.agenda.sessions if one.ends_at and stage.date_of(one.ends_at, meeting) < today}
    return [one for one in reversed(_told(day)) if one.told.session_id not in past]


def foreseen(meeting: Meeting, session_id: int, minutes: int, *, now: datetime) -> Foreseen:
    """What a delay would do, before it is told. Raises as telling it does."""
    return _foreseen(meeting, stage.of(meeting, now=now), session_id, minutes, now)


def _foreseen(meeting: Meeting, day: Day, session_id: int, minutes: int, now: datetime) -> Foreseen:
    after = stage.after_delay(meeting, day, session_id, minutes, now=now)
    moved = rules.moves(day.agenda, after)
    own = after.session[session_id]
    last = max((new for _, new in moved), key=lambda one: one.ends_at or now, default=own)
    return Foreseen(own, minutes, [pair for pair in moved if pair[1].id != session_id], last)


def _likely(meeting: Meeting, day: Day, session_id: int, minutes: int, now: datetime) -> list[Foreseen]:
    """The same, or nothing where it would be refused: no button is shown then."""
    try:
        return [_foreseen(meeting, day, session_id, minutes, now)]
    except Refused:
        return []


def _asked(meeting: Meeting, day: Day, now: datetime) -> Foreseen | None:
    held = rules.held_call(day.agenda, day.calls, now=now)
    minutes = rules.lateness(day.agenda, held) if held else 0
    if held is None or held.session_id is None or abs(minutes) < WORTH_ASKING:
        return None
    if not stage.EARLIEST <= minutes <= stage.LATEST:  # no delay of the day puts that right
        return None
    return next(iter(_likely(meeting, day, held.session_id, minutes, now)), None)


def _state(day: Day, session: Session, talk: Talk | None) -> str:
    on = day.on_stage
    if on.session is not None and on.session.id == session.id and (talk is None or talk == on.talk):
        return "now"
    if on.next is not None and on.next.id == session.id and talk is None:
        return "next"
    return ""


def _told(day: Day) -> list[TellOf]:
    names, titles = _names(day), _titles(day)
    return [
        TellOf(one, titles[one.session_id], names.get(one.account_id or 0, ""))
        for one in reversed(day.delays)
        if one.session_id in titles
    ]


def _titles(day: Day) -> Mapping[int, str]:
    """Of the sessions of the delays; one that a later release took off the agenda still holds for the others."""
    told = {one.session_id for one in day.delays}
    found = {one.id: one.title for one in day.agenda.sessions if one.id in told}
    if gone := told - found.keys():
        query = sa.select(AgendaSession.id, AgendaSession.title).where(AgendaSession.id.in_(gone))
        found |= {row.id: row.title for row in db.session().execute(query)}
    return found


def _names(day: Day) -> Mapping[int, str]:
    ids = {one.account_id for one in day.delays if one.account_id}
    if not ids:
        return {}
    query = sa.select(Account.id, Account.name).where(Account.id.in_(ids))
    return {row.id: row.name for row in db.session().execute(query)}
