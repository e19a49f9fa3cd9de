"""On the day: the released agenda with its delays, what is on stage, and the verbs that say so.

    day = stage.of(meeting, now=clock.now())
    day.agenda.sessions, day.on_stage.session, day.version

Thousands of phones ask: `stage_told` reads what was released, called and told once, and `of` costs one short query.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import clock, db
from conference.models import Delay, Meeting, StageCall
from conference.rules import stage as rules
from conference.rules.agenda import Agenda
from conference.rules.agenda import Session as AgendaItem
from conference.rules.stage import Call, OnStage
from conference.rules.stage_releases import Earlier
from conference.services import activity, stage_told
from conference.services.delegates import Doing
from conference.services.stage_told import Told
from conference.vocabulary import ActorKind, Fault, Malformed, MeetingStatus, Missing, Refusal, Refused

EARLIEST, LATEST = -120, 240  # minutes
# About midnight, something of the day before or after may well be on.
ABOUT = timedelta(hours=3)


@dataclass(frozen=True)
class Day:
    """`agenda` has the delays in it, `released` has not; both are empty before the first release.

    `version` is another one whenever something else is shown: another release, a delay, what is on stage; `release`
    only with another release.
    """

    agenda: Agenda
    on_stage: OnStage
    delays: Sequence[Told]
    version: str
    released: Agenda
    calls: Sequence[Call]
    release: str
    earlier: Sequence[Earlier]

    @property
    def told(self) -> str:
        """Which delays hold: what somebody saw who tells another one."""
        return "-".join(str(one.id) for one in self.delays)

    @property
    def called(self) -> str:
        """How often something was called: what somebody saw who calls another one."""
        return str(len(self.calls))


def of(meeting: Meeting, *, now: datetime) -> Day:
    """How the day stands; past and coming days of the meeting are in it too."""
    told = stage_told.read(meeting)
    on_stage = rules.now(told.agenda, told.calls, now=now)
    shown = [
        told.mark,
        on_stage.talk and on_stage.talk.id,
        on_stage.by_hand,
        on_stage.next and on_stage.next.id,
        [one.id for one in rules.running(told.agenda, on_stage, now=now)],
    ]
    version = hashlib.sha256(repr(shown).encode()).hexdigest()[:16]
    return Day(told.agenda, on_stage, told.delays, version, told.released, told.calls, told.release, told.earlier)


def after_delay(meeting: Meeting, day: Day, session_id: int, minutes: int, *, now: datetime) -> Agenda:
    """What the agenda would be if this delay were told now. Raises as `delay` does."""
    _check_delay(meeting, day, session_id, minutes, now)
    told = [*day.delays, rules.Delay(session_id, minutes, now)]
    return rules.delayed(day.released, told, meeting.timezone, day.calls, earlier=day.earlier)


def date_of(moment: datetime, meeting: Meeting) -> date:
    """The day on the meeting's wall clock."""
    return clock.local(moment, meeting.timezone).date()


def is_of_today(meeting: Meeting, item: AgendaItem, now: datetime) -> bool:
    """Whether it can be called: what has no time can be at any time."""
    if item.starts_at is None or item.ends_at is None:
        return True
    if date_of(now, meeting) in {date_of(item.starts_at, meeting), date_of(item.ends_at, meeting)}:
        return True
    return item.starts_at - ABOUT <= now <= item.ends_at + ABOUT


def call(meeting_id: int, session_id: int, talk_id: int | None, doing: Doing, *, seen: str | None = None) -> None:
    """Somebody says what is on stage; said twice nothing changes.

    `seen` is the `called` of the day as the caller knew it: who taps on an older page calls nothing. Raises Missing for
    what is not on the last release, Refused (not_released, meeting_over, another_day, called_meanwhile).
    """
    with db.transaction() as session:
        meeting = _meeting(session, meeting_id)
        day = _day(meeting, doing)
        item = day.agenda.session.get(session_id)
        if item is None or (talk_id is not None and talk_id not in {one.id for one in item.talks}):
            raise Missing
        held = rules.held_call(day.agenda, day.calls, now=doing.now)
        if held is not None and (held.session_id, held.talk_id) == (session_id, talk_id):
            return
        if not is_of_today(meeting, item, doing.now):
            raise Refused(Refusal.ANOTHER_DAY)
        if seen is not None and seen != day.called:
            raise Refused(Refusal.CALLED_MEANWHILE)
        _add_call(session, meeting_id, session_id, talk_id, doing)
        talk = next((one for one in item.talks if one.id == talk_id), None)
        said = {"session": item.title} | ({"talk": talk.title or talk.unit_name} if talk else {})
        _record(session, doing, "stage.called", meeting_id, session_id, {}, said)


def by_clock(meeting_id: int, doing: Doing) -> None:
    """What is on follows the agenda again; where it did already nothing changes. Raises Refused (meeting_over)."""
    with db.transaction() as session:
        meeting = _meeting(session, meeting_id)
        day = _day(meeting, doing)
        held = rules.held_call(day.agenda, day.calls, now=doing.now)
        if held is not None:
            _add_call(session, meeting_id, None, None, doing)
            _record(session, doing, "stage.by_clock", meeting_id, None, {}, {})


def delay(
    meeting_id: int, session_id: int, minutes: int, reason: str, doing: Doing, *, seen: str | None = None
) -> None:
    """From this session on, the rest of its day is `minutes` later, or earlier.

    `seen` is the `told` of the day as the teller knew it: two people who see the same thing do not tell it twice, and a
    form that is sent twice is told once. Raises Missing (a session that is not on the last release), Malformed
    (minutes; session_id where it has no time), Refused (not_released, meeting_over, day_over, changed_meanwhile).
    """
    with db.transaction() as session:
        meeting = _meeting(session, meeting_id)
        day = _day(meeting, doing)
        item = _check_delay(meeting, day, session_id, minutes, doing.now)
        if seen is not None and seen != day.told:
            if _told_already(day, session_id, minutes, reason, doing, seen):
                return
            raise Refused(Refusal.CHANGED_MEANWHILE)
        session.add(
            Delay(
                meeting_id=meeting_id,
                session_id=session_id,
                minutes=minutes,
                reason=reason,
                account_id=_account(doing),
                said_at=doing.now,
            )
        )
        said = {"session": item.title, "minutes": minutes, "reason": reason}
        _record(session, doing, "stage.delayed", meeting_id, session_id, {}, said)


def undo_delay(meeting_id: int, delay_id: int, doing: Doing) -> None:
    """As if it had never been told; undone twice nothing changes. Raises Missing, Refused (meeting_over)."""
    with db.transaction() as session:
        meeting = _meeting(session, meeting_id)
        _open(meeting)
        query = sa.select(Delay).where(Delay.id == delay_id, Delay.meeting_id == meeting_id)
        told = session.scalars(db.lock(query)).first()
        if told is None:
            raise Missing
        if told.undone_at is None:
            told.undone_at = doing.now
            said = {"minutes": told.minutes, "reason": told.reason}
            _record(session, doing, "stage.delay_undone", meeting_id, told.session_id, said, {})


def _meeting(session: Session, meeting_id: int) -> Meeting:
    return session.scalars(db.lock(sa.select(Meeting).where(Meeting.id == meeting_id))).one()


def _open(meeting: Meeting) -> None:
    if meeting.status is MeetingStatus.ARCHIVED:
        raise Refused(Refusal.MEETING_OVER)


def _day(meeting: Meeting, doing: Doing) -> Day:
    _open(meeting)
    day = of(meeting, now=doing.now)
    if not day.released.sessions:
        raise Refused(Refusal.NOT_RELEASED)
    return day


def _check_delay(meeting: Meeting, day: Day, session_id: int, minutes: int, now: datetime) -> AgendaItem:
    if not EARLIEST <= minutes <= LATEST or minutes == 0:
        raise Malformed({"minutes": Fault.OUT_OF_RANGE})
    item = day.agenda.session.get(session_id)
    if item is None:
        raise Missing
    if item.starts_at is None or item.ends_at is None:
        raise Malformed({"session_id": Fault.UNKNOWN_CHOICE})
    if date_of(item.ends_at, meeting) < date_of(now, meeting):
        raise Refused(Refusal.DAY_OVER)
    return item


def _told_already(day: Day, session_id: int, minutes: int, reason: str, doing: Doing, seen: str) -> bool:
    """Whether the last delay is this very form, which was sent twice."""
    last = day.delays[-1] if day.delays else None
    if last is None or seen != "-".join(str(one.id) for one in day.delays[:-1]):
        return False
    same = (last.session_id, last.minutes, last.reason) == (session_id, minutes, reason)
    return same and last.account_id == _account(doing)


def _add_call(session: Session, meeting_id: int, session_id: int | None, talk_id: int | None, doing: Doing) -> None:
    session.add(
        StageCall(
            meeting_id=meeting_id,
            session_id=session_id,
            talk_id=talk_id,
            account_id=_account(doing),
            called_at=doing.now,
        )
    )


def _account(doing: Doing) -> int | None:
    return doing.actor.id if doing.actor.kind is ActorKind.ACCOUNT else None


def _record(
    session: Session,
    doing: Doing,
    verb: str,
    meeting_id: int,
    session_id: int | None,
    before: Mapping[str, object],
    after: Mapping[str, object],
) -> None:
    activity.record(
        session,
        doing.actor,
        verb,
        "agenda_session",
        session_id,
        meeting_id=meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )
