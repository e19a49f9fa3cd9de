"""Who attended as much of the main sessions as the meeting asks for, by what is kept of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AgendaRoom, AgendaSession, Beat, Broadcast, Meeting, StillHere
from conference.rules.thresholds import Standing
from conference.services import (
    attendance,
    attendance_corrections,
    attendance_counting,
    merging,
    stage,
    thresholds,
)
from conference.services.activity import SYSTEM
from conference.services.checkin import check_in
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.vocabulary import AgendaKind, Attended, Viewership
from tests.agendas import Morning, a_morning, noon, release
from tests.cast import Cast


@pytest.fixture
def day(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    """The opening (60 minutes) began two hours ago; the exchange (30) follows. The meeting is where it is noon."""
    with app.app_context():
        noon(cast.meeting_id, now)
        morning = a_morning(cast.meeting_id, begins=now - timedelta(hours=2))
        db.release()
    return morning


def watch(cast: Cast, delegate_id: int, begins: datetime, seconds: Sequence[float]) -> None:
    with db.transaction() as session:
        for one in seconds:
            at = begins + timedelta(seconds=one)
            session.add(Beat(meeting_id=cast.meeting_id, delegate_id=delegate_id, at=at))


def ask_for(cast: Cast, now: datetime, percent: int, *session_ids: int) -> None:
    with db.transaction() as session:
        row = Broadcast(meeting_id=cast.meeting_id, audience=Viewership.DELEGATES, changed_at=now)
        row.threshold_percent, row.threshold_session_ids = percent, list(session_ids)
        session.merge(row)


def stand(cast: Cast, now: datetime) -> dict[int, Standing]:
    """How everybody stands; asking for some says the same of them."""
    meeting = db.session().get_one(Meeting, cast.meeting_id)
    found = thresholds.of(meeting, now=now)
    people = [cast.liran_id, cast.wangmin_id, cast.chenzhuo_id]
    named = thresholds.of(meeting, people, now=now)
    assert {who: one for who, one in named.items() if who in found} == found
    assert thresholds.reached(meeting, people, now=now) == {who for who, one in named.items() if one.reached}
    return named


def test_without_settings_it_is_four_fifths_of_all_that_is_shown_online(
    app: APIFlask, cast: Cast, day: Morning, now: datetime
) -> None:
    begins = now - timedelta(hours=2)
    with app.app_context():
        scan = Scan(cast.liran_code, cast.venue_id, "scan-0001", scanned_at=begins + timedelta(minutes=5))
        check_in(cast.meeting_id, scan, Gate("东门"), now=now)
        # Two tabs and a pause: from minute 50 to 65, and 90 s about minute 70.
        watch(cast, cast.wangmin_id, begins, [3000 + 30 * n for n in range(28)] * 2 + [4200])
        wanted = thresholds.asked_for(db.session().get_one(Meeting, cast.meeting_id), now=now)
        said = (wanted.percent, [one.id for one in wanted.sessions], wanted.chosen, wanted.over)
        assert said == (80, [day.opening, day.exchange], False, True)
        found = stand(cast, now)
        hall, online, nothing = (found[who] for who in (cast.liran_id, cast.wangmin_id, cast.chenzhuo_id))
        assert (hall.minutes, hall.possible, hall.reached) == (90, 90, True)
        assert {key: (one.minutes, one.how) for key, one in online.parts.items()} == {
            day.opening: (10, Attended.BEATS),
            day.exchange: (6.5, Attended.BEATS),
        }
        assert (online.percent, online.reached, nothing.minutes) == (18, False, 0)
        db.release()


def test_beats_come_to_the_same_in_the_database(app: APIFlask, cast: Cast, day: Morning, now: datetime) -> None:
    """What the pages say of one, and what everybody is reckoned by."""
    begins = (now - timedelta(hours=2)).replace(microsecond=0)
    with app.app_context():
        moments = [n * n * 7 % 5700 - 120 for n in range(90)]
        watch(cast, cast.wangmin_id, begins, moments)
        meeting = db.session().get_one(Meeting, cast.meeting_id)
        entries = attendance.of_people(meeting, [cast.wangmin_id], attendance.slots_of(meeting, now=now))
        by_hand = {one.session_id: one.minutes for one in entries[cast.wangmin_id]}
        parts = stand(cast, now)[cast.wangmin_id].parts
        for session_id in (day.opening, day.exchange):
            assert parts[session_id].minutes == pytest.approx(by_hand[session_id], abs=0.05)
            assert by_hand[session_id] > 5
        db.release()


def test_chosen_sessions_as_the_day_went_and_what_was_set_right(
    app: APIFlask, cast: Cast, day: Morning, now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    begins = now - timedelta(hours=2)
    with app.app_context():
        ask_for(cast, now, 50, day.exchange, 999)
        meeting = db.session().get_one(Meeting, cast.meeting_id)
        # Told fifteen minutes late before it began: the time that was watched is of the opening's neighbour no more.
        stage.delay(cast.meeting_id, day.exchange, 15, "", Doing(SYSTEM, begins + timedelta(minutes=50), ""))
        watch(cast, cast.wangmin_id, begins, [3600 + 30 * n for n in range(28)])
        attendance_corrections.correct(meeting, cast.chenzhuo_id, day.exchange, 15, "断网", doing)
        attendance_corrections.correct(meeting, cast.liran_id, day.opening, 60, "没有带证", doing)
        found = stand(cast, now)
        assert [found[who].minutes for who in (cast.liran_id, cast.wangmin_id, cast.chenzhuo_id)] == [0, 0, 15]
        assert found[cast.chenzhuo_id].reached
        assert thresholds.asked_for(meeting, now=now).chosen
        db.release()


def test_who_was_asked_and_never_answered_does_not_reach_it_by_beats(
    app: APIFlask, cast: Cast, day: Morning, now: datetime
) -> None:
    begins = now - timedelta(hours=2)
    with app.app_context():
        for who in (cast.wangmin_id, cast.chenzhuo_id):
            watch(cast, who, begins, [30 * n for n in range(180)])
            with db.transaction() as session:
                for number in (1, 2):
                    asked = StillHere(meeting_id=cast.meeting_id, delegate_id=who, number=number, asked_at=begins)
                    asked.answered_at = now if (who, number) == (cast.chenzhuo_id, 2) else None
                    session.add(asked)
        found = stand(cast, now)
        asleep, awake = found[cast.wangmin_id], found[cast.chenzhuo_id]
        assert (asleep.minutes, asleep.evidence.unanswered, asleep.reached) == (0, True, False)
        assert (awake.percent, awake.evidence.unanswered, awake.reached) == (100, False, True)
        db.release()


def test_two_places_of_one_person_are_one(app: APIFlask, cast: Cast, day: Morning, now: datetime) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    begins = now - timedelta(hours=2)
    with app.app_context():
        watch(cast, cast.wangmin_id, begins, [30 * n for n in range(120)])
        with db.transaction() as session:
            asked = {"meeting_id": cast.meeting_id, "number": 1, "asked_at": begins}
            session.add(StillHere(delegate_id=cast.wangmin_id, answered_at=begins, **asked))
            session.add(StillHere(delegate_id=cast.chenzhuo_id, answered_at=None, **asked))
        meeting = db.session().get_one(Meeting, cast.meeting_id)
        attendance_corrections.correct(meeting, cast.wangmin_id, day.exchange, 30, "断网", doing)
        merging.merge(cast.meeting_id, cast.chenzhuo_id, cast.wangmin_id, (), doing)
        found = stand(cast, now)
        kept = found[cast.chenzhuo_id]
        assert (kept.minutes, kept.evidence.asked, kept.evidence.answered, kept.reached) == (90, 1, 1, True)
        assert found[cast.wangmin_id].minutes == 0
        db.release()


def test_of_two_halls_at_once_a_scan_at_the_venue_counts_one(
    app: APIFlask, cast: Cast, day: Morning, now: datetime
) -> None:
    with app.app_context():
        begins = now - timedelta(hours=2)
        with db.transaction() as session:
            room = AgendaRoom(meeting_id=cast.meeting_id, rank=9, name="二号厅", location="二楼")
            session.add(room)
            session.flush()
            other = AgendaSession(meeting_id=cast.meeting_id, rank=9, kind=AgendaKind.OTHER, title="分会场")
            other.starts_at, other.ends_at, other.room_id = begins, begins + timedelta(minutes=60), room.id
            session.add(other)
        release(cast.meeting_id)
        check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "1", scanned_at=begins), Gate("东门"), now=now)
        meeting = db.session().get_one(Meeting, cast.meeting_id)
        assert attendance_counting.halls(meeting, now=now) == {cast.liran_id: {day.opening, day.exchange}}
        assert attendance_counting.halls(meeting, now=begins) == {cast.liran_id: {day.opening}}
        found = stand(cast, now)[cast.liran_id]
        assert (found.minutes, found.possible) == (90, 90)
        db.release()


def test_thousands_cost_as_many_statements_as_one(app: APIFlask, cast: Cast, day: Morning, now: datetime) -> None:
    asked: list[str] = []
    with app.app_context():
        meeting = db.session().get_one(Meeting, cast.meeting_id)
        watch(cast, cast.wangmin_id, now - timedelta(hours=2), [0, 30])
        thresholds.of(meeting, now=now)
        bind = db.session().get_bind()
        note = lambda conn, cursor, statement, *_: asked.append(statement)  # noqa: E731
        sa.event.listen(bind, "before_cursor_execute", note)
        costs = []
        for ids in ([cast.wangmin_id], [cast.wangmin_id, cast.liran_id, cast.chenzhuo_id], range(1, 5_000), None):
            asked.clear()
            thresholds.of(meeting, ids, now=now)
            costs.append(len(asked))
        sa.event.remove(bind, "before_cursor_execute", note)
        assert len(set(costs)) == 1
        assert costs[0] < 14
        db.release()
