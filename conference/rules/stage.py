"""What is on stage now, and what a delay does to the rest of a day.

    later = stage.delayed(released, delays, "Asia/Shanghai", calls)
    stage.now(later, calls, now=now).session

A delay is told of one session, and ripples: that session and all that begin at or after it on the same day, whatever
their room, are so many minutes later (or earlier); several delays add up in the order in which they were told. A day is
the one on which a session was released, so that nothing that slips past midnight is moved by the next day's delays.

What has ended when the delay is told does not move. What has begun keeps its beginning: its end moves, and the talk
that is on takes the minutes up, so that those after it follow and those before it stay. Where somebody called the
session or the talk later than it was planned, it began then: that much of the delay lies before it. The session of the
delay itself is never taken for ended, and in its room nothing after it for begun: else nobody would tell a delay of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from conference.rules.agenda import Agenda, Session, Talk
from conference.rules.stage_releases import Earlier, carried

# A call that nobody took back holds as long as the rest of its session is planned to last, and so much more.
GRACE = timedelta(minutes=10)
# The rest of a session that has no times.
UNTIMED = timedelta(hours=1)
SHORTEST = timedelta(minutes=1)


@dataclass(frozen=True)
class Delay:
    """`minutes` later, or earlier where they are negative."""

    session_id: int
    minutes: int
    said_at: datetime

    @property
    def by(self) -> timedelta:
        return timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Call:
    """Somebody said what is on stage; without a session the clock says it again."""

    session_id: int | None
    talk_id: int | None
    called_at: datetime


@dataclass(frozen=True)
class OnStage:
    """`by_hand` while a call holds; `session` is None in between; `next` is what begins then."""

    session: Session | None = None
    talk: Talk | None = None
    by_hand: bool = False
    next: Session | None = None


def delayed(
    agenda: Agenda,
    delays: Sequence[Delay],
    timezone: str,
    calls: Sequence[Call] = (),
    *,
    earlier: Sequence[Earlier] = (),
) -> Agenda:
    """The agenda as it is expected to go: `delays` are those that were not undone; they and `calls` in their order.

    `earlier` are the releases before it that held while delays were told, in their order: each delay acts on the one
    that held then. A delay of a session that is not on that one, or that has no time there, changes nothing.
    """
    before, later, left = None, agenda, list(delays)
    for one in (*earlier, Earlier(agenda, datetime.max.replace(tzinfo=UTC))):
        later = one.agenda if before is None else carried(before, later, one.agenda)
        days = {session.id: _day(session, timezone) for session in one.agenda.sessions}
        while left and left[0].said_at < one.until:
            delay = left.pop(0)
            known = [call for call in calls if call.called_at <= delay.said_at and call.session_id == delay.session_id]
            later = _rippled(later, delay, days, known)
        before = one.agenda
    return later


def now(agenda: Agenda, calls: Sequence[Call], *, now: datetime) -> OnStage:
    """What is on: what the last call named while that holds, else what the clock says, in the first room that has
    something on; `agenda` with its delays.

    A call holds as long as the rest of its session, or of it from the talk that was called on, is planned to last, and
    `GRACE` more.
    """
    held = held_call(agenda, calls, now=now)
    if held is not None and held.session_id is not None:
        session = agenda.session[held.session_id]
        talk = next((one for one in session.talks if one.id == held.talk_id), None)
        return OnStage(session, talk, by_hand=True, next=_next(agenda, session, now))
    session_on = next(iter(_by_clock(agenda, now)), None)
    return OnStage(session_on, talk_on(session_on, now), by_hand=False, next=_next(agenda, None, now))


def held_call(agenda: Agenda, calls: Sequence[Call], *, now: datetime) -> Call | None:
    """The last call, where it still says what is on; `calls` in the order they were made."""
    said = [one for one in calls if one.called_at <= now]
    if not said or said[-1].session_id not in agenda.session:
        return None
    last = said[-1]
    return last if now < last.called_at + _rest(agenda.session[last.session_id or 0], last.talk_id) + GRACE else None


def running(agenda: Agenda, on_stage: OnStage, *, now: datetime) -> list[Session]:
    """All that is on, one for each room: what is on stage first, then what the clock says of the other rooms."""
    found = [] if on_stage.session is None else [on_stage.session]
    for one in _by_clock(agenda, now):
        if one.room_id is not None and all(one.room_id != other.room_id for other in found):
            found.append(one)
    return found


def following(on: OnStage) -> tuple[Session, Talk | None] | None:
    """What comes next on stage, talk by talk: the next one of what is on, else the first one of the next session."""
    if on.session is not None and (talks := on.session.talks):
        at = talks.index(on.talk) + 1 if on.talk in talks else 0
        # By the clock, no talk is on where all are over.
        if at < len(talks) and (on.talk is not None or on.by_hand or not on.session.talk_times()):
            return on.session, talks[at]
    return None if on.next is None else (on.next, on.next.talks[0] if on.next.talks else None)


def lateness(agenda: Agenda, call: Call) -> int:
    """How many minutes after its time something was called; below 0 before it. 0 where it has none."""
    session = agenda.session.get(call.session_id or 0)
    planned = begins(session, call.talk_id) if session else None
    return 0 if planned is None else int((call.called_at - planned).total_seconds() / 60)


def begins(session: Session, talk_id: int | None) -> datetime | None:
    """When a session, or a talk of it, is planned to begin."""
    times = session.talk_times()
    return times[talk_id][0] if talk_id in times else session.starts_at


def of_day(agenda: Agenda, *, now: datetime, timezone: str) -> list[Session]:
    """The sessions of today in their order, with those that have no time; where today has none, those of the next day
    that has some, or of the last one.
    """
    days = sorted({day for one in agenda.sessions if (day := _day(one, timezone))})
    today = now.astimezone(ZoneInfo(timezone)).date()
    shown = next((day for day in days if day >= today), days[-1] if days else None)
    return [one for one in agenda.sessions if _day(one, timezone) in {shown, None}]


def talk_on(session: Session | None, now: datetime) -> Talk | None:
    """The talk of a session that is on by the clock."""
    if session is None:
        return None
    times = session.talk_times()
    on = (one for one in session.talks if one.id in times and times[one.id][0] <= now < times[one.id][1])
    return next(on, None)


def moves(before: Agenda, after: Agenda) -> list[tuple[Session, Session]]:
    """The sessions whose beginning or end is another one after a delay, as they were and as they will be, in order."""
    pairs = [(before.session[one.id], one) for one in after.sessions if one.id in before.session]
    changed = [(old, new) for old, new in pairs if (old.starts_at, old.ends_at) != (new.starts_at, new.ends_at)]
    return sorted(changed, key=lambda pair: _begins(pair[1]))


def _rippled(agenda: Agenda, delay: Delay, days: Mapping[int, date | None], calls: Sequence[Call]) -> Agenda:
    """`calls` are those of the delay's own session that were made by then."""
    named = agenda.session.get(delay.session_id)
    if named is None or named.starts_at is None or named.ends_at is None:
        return agenda
    first, over, said_at = named.starts_at, named.ends_at, delay.said_at

    def moved(one: Session) -> Session:
        if one.starts_at is None or one.ends_at is None or days[one.id] != days[named.id] or one.starts_at < first:
            return one
        if one.id == named.id:
            return one.moved(delay.by) if one.starts_at > said_at else _longer(one, delay, calls)
        if one.ends_at <= said_at:
            return one
        if one.starts_at > said_at or (one.starts_at >= over and _same_room(one, named)):
            return one.moved(delay.by)
        return _longer(one, delay, ())

    return replace(agenda, sessions=tuple(moved(one) for one in agenda.sessions))


def _longer(session: Session, delay: Delay, calls: Sequence[Call]) -> Session:
    """One that has begun: later from the moment on at which it was called, longer by the rest."""
    if session.starts_at is None or session.ends_at is None:
        return session
    shift = _before(session.starts_at, calls[0].called_at if calls else None, delay.minutes)
    starts = session.starts_at + timedelta(minutes=shift)
    ends = max(session.ends_at + delay.by, starts + SHORTEST)
    session = replace(session, starts_at=starts, ends_at=ends)
    return replace(session, talks=_talks(session, delay, calls, delay.minutes - shift))


def _talks(session: Session, delay: Delay, calls: Sequence[Call], minutes: int) -> tuple[Talk, ...]:
    """The talks, of which the one that is on, and before it was called the one before it, take the minutes up."""
    times = session.talk_times()
    order = [one.id for one in session.talks if one.id in times]
    begun = [id_ for id_ in order if times[id_][0] <= delay.said_at]
    if not begun:
        return session.talks
    on = begun[-1]
    longer = {on: minutes}
    called = calls[-1].talk_id if calls else None
    if called in order:
        on = min(on, called, key=order.index)
        at = next(one.called_at for one in calls if one.talk_id == called) if on == called else None
        before = _before(times[on][0], at, minutes) if order.index(on) else 0
        longer = {on: minutes - before}
        if before:
            longer[order[order.index(on) - 1]] = before
    return tuple(
        replace(one, minutes=max((one.minutes or 0) + longer[one.id], 1)) if one.id in longer else one
        for one in session.talks
    )


def _before(planned: datetime, called_at: datetime | None, minutes: int) -> int:
    """How many of the minutes of a delay had passed when something that was planned at a time was called."""
    if called_at is None:
        return 0
    return max(min(int((called_at - planned).total_seconds()) // 60, minutes), 0)


def _same_room(one: Session, other: Session) -> bool:
    return one.room_id is None or other.room_id is None or one.room_id == other.room_id


def _rest(session: Session, talk_id: int | None) -> timedelta:
    """How long a session is planned to go on from its beginning, or from that of a talk."""
    if session.starts_at is None or session.ends_at is None:
        return UNTIMED
    planned = begins(session, talk_id) or session.starts_at
    return max(session.ends_at - planned, timedelta())


def _next(agenda: Agenda, on: Session | None, now: datetime) -> Session | None:
    """What begins first of all that is still to come: by the clock, or after the one that was called.

    That one may be late, and what comes after it not have begun though its time has come.
    """

    def to_come(one: Session) -> bool:
        if one.starts_at is None or (on is not None and one.id == on.id):
            return False
        return one.starts_at > now or (on is not None and on.ends_at is not None and one.starts_at >= on.ends_at)

    return min((one for one in agenda.sessions if to_come(one)), key=_begins, default=None)


def _by_clock(agenda: Agenda, now: datetime) -> list[Session]:
    """All that is on, that of the first room first; of one room what began last, which stands before a longer frame."""
    rooms: dict[int | None, int] = {room.id: at for at, room in enumerate(agenda.rooms)}
    on = [one for one in agenda.sessions if _is_on(one, now)]
    return sorted(on, key=lambda one: (rooms.get(one.room_id, len(rooms)), -_begins(one)))


def _is_on(session: Session, now: datetime) -> bool:
    return session.starts_at is not None and session.ends_at is not None and session.starts_at <= now < session.ends_at


def _begins(session: Session) -> float:
    return session.starts_at.timestamp() if session.starts_at else 0.0


def _day(session: Session, timezone: str) -> date | None:
    return session.starts_at.astimezone(ZoneInfo(timezone)).date() if session.starts_at else None
