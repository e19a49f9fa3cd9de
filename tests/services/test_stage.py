"""What is on stage and what is late: told, undone, refused, and asked for by thousands."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Activity, AgendaSession, Delay, Meeting, StageCall
from conference.services import stage, stage_desk, wall_agendas
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.stage import Day
from conference.vocabulary import ActorKind, AgendaKind, Fault, Malformed, MeetingStatus, Missing, Refusal, Refused
from tests.agendas import Morning, a_morning, noon, release
from tests.cast import Cast

Deed = Callable[[], None]


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁"), now, cast.public_url)


@pytest.fixture
def morning(cast: Cast, doing: Doing) -> Morning:
    noon(cast.meeting_id, doing.now)
    return a_morning(cast.meeting_id, begins=doing.now - timedelta(minutes=30))


def test_before_the_first_release_there_is_nothing(cast: Cast, doing: Doing) -> None:
    day = _day(cast, doing)
    assert (day.agenda.sessions, day.on_stage.session, day.on_stage.next, day.delays) == ((), None, None, [])
    deeds: tuple[Deed, ...] = (
        lambda: stage.call(cast.meeting_id, 1, None, doing),
        lambda: stage.delay(cast.meeting_id, 1, 5, "", doing),
    )
    for deed in deeds:
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.refusal is Refusal.NOT_RELEASED


def test_the_clock_speaks_until_somebody_calls_and_again_when_they_give_it_back(
    cast: Cast, doing: Doing, morning: Morning
) -> None:
    seen = [_day(cast, doing)]
    assert _on(seen[0]) == (morning.opening, morning.talks[1], False)
    for _ in range(2):  # a double click
        stage.call(cast.meeting_id, morning.opening, morning.talks[2], doing)
    seen.append(_day(cast, doing))
    assert _on(seen[1]) == (morning.opening, morning.talks[2], True)
    stage.call(cast.meeting_id, morning.exchange, None, _later(doing, 1))
    seen.append(_day(cast, _later(doing, 1)))
    assert _on(seen[2]) == (morning.exchange, None, True)
    for _ in range(2):
        stage.by_clock(cast.meeting_id, _later(doing, 2))
    seen.append(_day(cast, _later(doing, 2)))
    assert _on(seen[3]) == (morning.opening, morning.talks[1], False)
    assert len({day.version for day in seen}) == 4
    assert _verbs() == ["stage.called", "stage.called", "stage.by_clock"]
    assert db.session().scalar(sa.select(sa.func.count()).select_from(StageCall)) == 3


def test_a_delay_is_seen_at_once_until_it_is_undone(cast: Cast, doing: Doing, morning: Morning) -> None:
    before = _day(cast, doing)
    meeting = db.session().get_one(Meeting, cast.meeting_id)
    foreseen = stage.after_delay(meeting, before, morning.exchange, 15, now=doing.now)
    stage.delay(cast.meeting_id, morning.exchange, 15, "领导讲话延长", doing)
    late = _day(cast, doing)
    (told,) = late.delays
    assert late.agenda == foreseen
    assert late.released == before.agenda
    exchange = before.agenda.session[morning.exchange]
    assert late.agenda.session[morning.exchange] == exchange.moved(timedelta(minutes=15))
    assert (told.minutes, told.reason, told.account_id) == (15, "领导讲话延长", cast.zhouning_id)
    assert late.version != before.version
    for _ in range(2):
        stage.undo_delay(cast.meeting_id, told.id, _later(doing, 1))
    assert _day(cast, doing).agenda == before.agenda
    assert _verbs() == ["stage.delayed", "stage.delay_undone"]
    assert [one.undone_at for one in db.session().scalars(sa.select(Delay))] == [doing.now + timedelta(minutes=1)]


def test_a_release_after_a_delay_says_the_newest_times(cast: Cast, doing: Doing, morning: Morning) -> None:
    before = _day(cast, doing).agenda
    stage.delay(cast.meeting_id, morning.exchange, 15, "", doing)
    with db.transaction() as session:  # the organiser writes the delay into the draft
        row = session.get_one(AgendaSession, morning.exchange)
        row.starts_at, row.ends_at = (at + timedelta(minutes=15) for at in (row.starts_at, row.ends_at) if at)
    release(cast.meeting_id, at=doing.now + timedelta(minutes=1))
    later = _day(cast, _later(doing, 2))
    starts = [later.agenda.session[one].starts_at for one in (morning.exchange, morning.tea)]
    exchange, tea = (before.session[one].moved(timedelta(minutes=15)) for one in (morning.exchange, morning.tea))
    assert starts == [exchange.starts_at, tea.starts_at]
    stage.delay(cast.meeting_id, morning.exchange, 5, "", _later(doing, 2))
    assert _day(cast, _later(doing, 2)).agenda.session[morning.tea] == tea.moved(timedelta(minutes=5))


def test_only_what_is_on_today_is_called_and_not_from_an_older_page(cast: Cast, doing: Doing, morning: Morning) -> None:
    seen = _day(cast, doing).called
    for _ in range(2):  # the same form, sent twice
        stage.call(cast.meeting_id, morning.opening, morning.talks[2], doing, seen=seen)
    for deed, said in (
        (lambda: stage.call(cast.meeting_id, morning.exchange, None, doing, seen=seen), Refusal.CALLED_MEANWHILE),
        (lambda: stage.call(cast.meeting_id, morning.tea, None, _later(doing, -60 * 48)), Refusal.ANOTHER_DAY),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.refusal is said
    assert _verbs() == ["stage.called"]
    meeting = db.session().get_one(Meeting, cast.meeting_id)
    early = stage_desk.of(meeting, now=doing.now - timedelta(days=2))
    assert (early.target, early.asked) == (None, None)
    assert [one.callable for one in early.entries] == [False, False, False, True], "what has no time is of any day"


def test_two_people_who_saw_the_same_do_not_tell_it_twice(cast: Cast, doing: Doing, morning: Morning) -> None:
    other = replace(doing, actor=Actor(ActorKind.ACCOUNT, cast.hejing_id, "何静"))
    for _ in range(2):  # the same form, sent twice
        stage.delay(cast.meeting_id, morning.exchange, 15, "", doing, seen="")
    for teller, minutes in ((other, 15), (doing, 10)):
        with pytest.raises(Refused) as refused:
            stage.delay(cast.meeting_id, morning.exchange, minutes, "", teller, seen="")
        assert refused.value.refusal is Refusal.CHANGED_MEANWHILE
    stage.delay(cast.meeting_id, morning.exchange, 15, "", other, seen=_day(cast, doing).told)
    assert [(one.minutes, one.account_id) for one in _day(cast, doing).delays] == [
        (15, cast.zhouning_id),
        (15, cast.hejing_id),
    ]
    assert _verbs() == ["stage.delayed"] * 2


def test_what_cannot_be_said_is_refused(cast: Cast, doing: Doing, morning: Morning) -> None:
    for minutes in (0, -121, 241):
        with pytest.raises(Malformed) as said:
            stage.delay(cast.meeting_id, morning.opening, minutes, "", doing)
        assert said.value.faults == {"minutes": Fault.OUT_OF_RANGE}
    with pytest.raises(Malformed) as said:
        stage.delay(cast.meeting_id, morning.untimed, 5, "", doing)
    assert said.value.faults == {"session_id": Fault.UNKNOWN_CHOICE}
    strange: tuple[Deed, ...] = (
        lambda: stage.delay(cast.meeting_id, 10**9, 5, "", doing),
        lambda: stage.undo_delay(cast.meeting_id, 10**9, doing),
        lambda: stage.call(cast.meeting_id, 10**9, None, doing),
        lambda: stage.call(cast.meeting_id, morning.exchange, morning.talks[0], doing),
    )
    for deed in strange:
        with pytest.raises(Missing):
            deed()
    with pytest.raises(Refused) as refused:
        stage.delay(cast.meeting_id, morning.opening, 5, "", _later(doing, 60 * 48))
    assert refused.value.refusal is Refusal.DAY_OVER
    with db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    with pytest.raises(Refused) as refused:
        stage.call(cast.meeting_id, morning.opening, None, doing)
    assert refused.value.refusal is Refusal.MEETING_OVER
    assert _verbs() == []


def test_thousands_of_phones_cost_one_short_query_each(cast: Cast, doing: Doing, morning: Morning) -> None:
    asked: list[str] = []

    def heard(*said: object) -> None:
        asked.append(str(said[2]))

    stage.delay(cast.meeting_id, morning.exchange, 15, "", doing)
    meeting = db.session().get_one(Meeting, cast.meeting_id)
    stage.of(meeting, now=doing.now)
    sa.event.listen(db.db.engine, "before_cursor_execute", heard)
    try:
        stage.of(meeting, now=doing.now)
    finally:
        sa.event.remove(db.db.engine, "before_cursor_execute", heard)
    assert len(asked) == 1
    assert "content" not in asked[0]
    a_morning(cast.meeting_id, begins=doing.now + timedelta(hours=3))
    assert len(stage.of(meeting, now=doing.now).agenda.sessions) == 8, "another release is read at once"
    with suppress(Missing), db.transaction():  # what is rolled back was never told
        stage.delay(cast.meeting_id, morning.exchange, 5, "", doing)
        assert len(stage.of(meeting, now=doing.now).delays) == 2
        raise Missing
    assert len(stage.of(meeting, now=doing.now).delays) == 1
    stage.delay(cast.meeting_id, morning.exchange, 10, "", doing)
    assert [one.minutes for one in stage.of(meeting, now=doing.now).delays] == [15, 10]


def test_the_wall_shows_each_room_what_comes_next_and_the_rest(cast: Cast, doing: Doing, morning: Morning) -> None:
    meeting = db.session().get_one(Meeting, cast.meeting_id)
    other = a_morning(cast.meeting_id, begins=doing.now - timedelta(minutes=15))
    stage.delay(cast.meeting_id, other.exchange, 15, "", doing)
    shown = wall_agendas.of(meeting, now=doing.now)
    assert [(one.session.id, one.talk and one.talk.id) for one in shown.running] == [
        (morning.opening, morning.talks[1]),
        (other.opening, other.talks[0]),
    ]
    assert shown.next is not None
    assert shown.next.talk is not None
    assert shown.next.talk.id == morning.talks[2]
    assert [(one.session.id, one.late) for one in shown.rest] == [
        (morning.exchange, 0),
        (other.exchange, 15),
        (morning.tea, 15),
        (other.tea, 15),
        (morning.untimed, 0),
        (other.untimed, 0),
    ]
    assert (shown.more, shown.all_late, shown.over, shown.begins) == (0, 0, False, None)
    with db.transaction() as session:
        for row in session.scalars(sa.select(AgendaSession).where(AgendaSession.title != "茶歇")):
            row.title = "社区协商议事的经验与做法"  # twelve fit on a line
        for at in range(9):
            session.add(_long(meeting.id, doing.now + timedelta(hours=3), at))
    release(cast.meeting_id)
    shown = wall_agendas.of(meeting, now=doing.now + timedelta(hours=2, minutes=50))
    assert [len(one.session.title) for one in shown.rest] == [13] * 5, "five of two lines are as high as eight of one"
    stage.call(cast.meeting_id, morning.exchange, None, doing)
    skipped = wall_agendas.of(meeting, now=doing.now)
    assert morning.opening not in {one.session.id for one in skipped.rest}, "what was left for another is over"
    stage.by_clock(cast.meeting_id, doing)
    late = wall_agendas.of(meeting, now=doing.now + timedelta(hours=4))
    assert (late.running, late.next) == ([], None)


def _long(meeting_id: int, starts_at: datetime, at: int) -> AgendaSession:
    return AgendaSession(
        meeting_id=meeting_id,
        rank=10 + at,
        kind=AgendaKind.OTHER,
        title="社区协商议事的经验与做法一",
        starts_at=starts_at + timedelta(minutes=at),
        ends_at=starts_at + timedelta(minutes=at + 1),
    )


def _day(cast: Cast, doing: Doing) -> Day:
    return stage.of(db.session().get_one(Meeting, cast.meeting_id), now=doing.now)


def _later(doing: Doing, minutes: int) -> Doing:
    return replace(doing, now=doing.now + timedelta(minutes=minutes))


def _on(day: Day) -> tuple[int | None, int | None, bool]:
    found = day.on_stage
    return (found.session.id if found.session else None, found.talk.id if found.talk else None, found.by_hand)


def _verbs() -> list[str]:
    return list(
        db.session().scalars(sa.select(Activity.verb).where(Activity.verb.like("stage.%")).order_by(Activity.id))
    )
