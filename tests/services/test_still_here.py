"""Questions of whether a viewer is still there, devices that play, and what becomes of both with the person."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Beat, StillHere, Viewer
from conference.rules.still_here import Due
from conference.services import attendance, beats, broadcasts, delegates, merging, own_attendance, still_here
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.still_here import Answers
from conference.vocabulary import Missing, Refusal, Refused
from tests.agendas import a_morning, noon
from tests.cast import Cast

MINUTE = timedelta(minutes=1)


@pytest.fixture
def begins(context: APIFlask, cast: Cast, now: datetime) -> datetime:
    """Sessions of 60, 30 and 15 minutes, in which everybody is asked twice."""
    noon(cast.meeting_id, now)
    a_morning(cast.meeting_id, begins=now)
    broadcasts.change(cast.meeting_id, {"checks": 2}, Doing(SYSTEM, now, cast.public_url))
    return now


def watched(cast: Cast, who: int, at: datetime, device: str = "phone") -> int | None:
    due = still_here.due(cast.meeting_id, who, now=at)
    found = beats.beat(cast.meeting_id, who, device=device, due=due, now=at)
    return found.number if found else None


def test_who_watches_on_is_asked_twice_and_who_answers_is_left_alone(cast: Cast, begins: datetime) -> None:
    told = [(n / 2, watched(cast, cast.wangmin_id, begins + n * MINUTE / 2)) for n in range(211)]
    asked = {number: [at for at, one in told if one == number] for number in (1, 2)}
    for number, part in ((1, 0.0), (2, 52.5)):
        # Found by a beat of their moment, and asked again by each until the five minutes are over.
        assert part + 0.3 * 52.5 <= asked[number][0] <= part + 0.9 * 52.5 + 0.5
        assert len(asked[number]) == 10
    asked_at = db.session().scalars(sa.select(StillHere.asked_at).order_by(StillHere.asked_at)).all()
    for before, said in ((MINUTE, Answers(1, 0)), (timedelta(0), Answers(2, 0))):  # an open one is against nobody
        found = still_here.of_people(
            cast.meeting_id, [cast.wangmin_id, cast.liran_id], now=asked_at[1] + 5 * MINUTE - before
        )
        assert found == {cast.wangmin_id: said}
    late = begins + 60 * MINUTE  # 李然 came home after the first part
    while (number := watched(cast, cast.liran_id, late)) is None:
        late += MINUTE / 2
    assert number == 2
    still_here.answer(cast.meeting_id, cast.liran_id, 2, now=late + MINUTE)
    assert watched(cast, cast.liran_id, late + 2 * MINUTE) is None
    assert still_here.of_people(cast.meeting_id, [cast.liran_id], now=late) == {cast.liran_id: Answers(1, 1)}


def test_an_answer_is_written_once_and_in_time(cast: Cast, begins: datetime) -> None:
    due, at = Due(1, may_begin=True), begins + 30 * MINUTE
    beats.beat(cast.meeting_id, cast.wangmin_id, device="phone", due=due, now=at)
    for who, number in ((cast.liran_id, 1), (cast.wangmin_id, 2)):
        with pytest.raises(Missing):
            still_here.answer(cast.meeting_id, who, number, now=at)
    with pytest.raises(Refused) as late:
        still_here.answer(cast.meeting_id, cast.wangmin_id, 1, now=at + 5 * MINUTE)
    assert late.value.refusal is Refusal.ANSWERED_LATE
    for minutes in (4, 4.5, 60):  # said again it is harmless, and the first time stays
        still_here.answer(cast.meeting_id, cast.wangmin_id, 1, now=at + minutes * MINUTE)
    assert db.session().scalars(sa.select(StillHere.answered_at)).one() == at + 4 * MINUTE


def test_only_the_sessions_that_count_are_asked_in(cast: Cast, begins: datetime, now: datetime) -> None:
    opening, *_ = attendance.slots_of(db.session().get_one(broadcasts.Meeting, cast.meeting_id), now=now)
    wished = {"checks": 1, "threshold_session_ids": (opening.session_id,)}
    broadcasts.change(cast.meeting_id, wished, Doing(SYSTEM, now, cast.public_url))
    told = [watched(cast, cast.wangmin_id, begins + n * MINUTE) for n in range(105)]
    assert 18 <= told.index(1) <= 55
    assert watched(cast, cast.chenzhuo_id, begins + 70 * MINUTE) is None


def test_a_device_is_free_after_ninety_seconds_without_a_beat(cast: Cast, begins: datetime) -> None:
    def beat(device: str, seconds: int) -> bool:
        try:
            beats.beat(cast.meeting_id, cast.wangmin_id, device=device, now=begins + timedelta(seconds=seconds))
        except Refused as refused:
            return refused.refusal is not Refusal.PLAYS_ELSEWHERE
        return True

    said = [("phone", 0), ("desk", 30), ("phone", 60), ("desk", 149), ("", 100), ("desk", 151), ("phone", 152)]
    assert [beat(*one) for one in said] == [True, False, True, False, True, True, False]
    kept = db.session().get_one(Viewer, cast.wangmin_id)
    assert (kept.device, kept.seconds) == ("desk", 151 + 90)
    # A beat of before the last one makes no minute more, and takes the place nonetheless where nobody plays.
    beats.take_over(cast.meeting_id, cast.wangmin_id, device="tv", now=begins)
    assert beat("tv", 120)
    db.session().expire_all()
    kept = db.session().get_one(Viewer, cast.wangmin_id)
    assert (kept.device, kept.seconds) == ("tv", 241)


def test_a_take_over_alone_is_no_evidence(cast: Cast, begins: datetime) -> None:
    beats.take_over(cast.meeting_id, cast.wangmin_id, device="tv", now=begins)
    kept = db.session().get_one(Viewer, cast.wangmin_id)
    assert (kept.first_at, kept.until, kept.seconds) == (None, None, 0)  # the figures count whoever has a first_at
    assert db.session().scalar(sa.select(sa.func.count()).select_from(Beat)) == 0


def test_two_entries_of_one_person_become_one(cast: Cast, begins: datetime) -> None:
    at = begins + 30 * MINUTE
    for who, device, numbers in ((cast.wangmin_id, "phone", (1,)), (cast.chenzhuo_id, "desk", (1, 2))):
        for number in numbers:
            at += MINUTE
            due = Due(number, may_begin=True)
            beats.beat(cast.meeting_id, who, device=device, due=due, now=at)
    still_here.answer(cast.meeting_id, cast.chenzhuo_id, 1, now=at)
    merging.merge(cast.meeting_id, cast.wangmin_id, cast.chenzhuo_id, (), Doing(SYSTEM, at, cast.public_url))
    both = [cast.wangmin_id, cast.chenzhuo_id]
    assert still_here.of_people(cast.meeting_id, both, now=at + 5 * MINUTE) == {cast.wangmin_id: Answers(2, 1)}
    kept = db.session().get_one(Viewer, cast.wangmin_id)
    assert (kept.device, kept.device_at, kept.seconds) == ("desk", at, 90 + 120)
    assert [one.answered_at is None for one in own_attendance.own_data(cast.wangmin_id).asked] == [False, True]


def test_an_erased_persons_browser_is_forgotten(cast: Cast, begins: datetime) -> None:
    beats.beat(cast.meeting_id, cast.wangmin_id, device="phone", due=Due(1, may_begin=True), now=begins)
    delegates.erase(cast.meeting_id, cast.wangmin_id, Doing(SYSTEM, begins + MINUTE, cast.public_url))
    db.session().expire_all()
    assert list(
        db.session().execute(sa.select(Beat.device, Viewer.device, Viewer.seconds).join(Viewer, sa.true()))
    ) == [("", "", 90)]
    found = still_here.of_people(cast.meeting_id, [cast.wangmin_id], now=begins + 5 * MINUTE)
    assert found == {cast.wangmin_id: Answers(1, 0)}
