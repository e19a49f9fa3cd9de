"""Thirty people vote for one question at an instant: it has thirty votes; nobody asks or votes twice by being quick."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import HallQuestion, HallQuestionVote
from conference.rules.hall_questions import Step
from conference.services import hall_question_asking, hall_question_desk, registration
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.hall_question_asking import Asked
from conference.vocabulary import Mode, Origin
from tests.cast import Cast
from tests.races import hall_question_deeds as deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed

pytestmark = pytest.mark.races
VOTERS = 30
ROUNDS = 24  # of the control, until the race shows


def shown(cast: Cast, now: datetime, text: str = "经费从哪里来？") -> int:
    question = hall_question_asking.ask(cast.meeting_id, cast.chenzhuo_id, Asked(text), now=now)
    hall_question_desk.settle(cast.meeting_id, question.id, Step.SHOW, Doing(SYSTEM, now, cast.public_url))
    db.release()
    return question.id


def voters(cast: Cast, now: datetime) -> list[int]:
    made = [
        registration.register(
            cast.meeting_id,
            registration.Entry(f"代表{n}", cast.yuquan_id, Mode.ONLINE, phone=f"139{n:08}"),
            actor=SYSTEM,
            origin=Origin.PROGRAM,
            public_url=cast.public_url,
            now=now,
        ).delegate.id
        for n in range(VOTERS - 2)
    ]
    db.release()
    return [cast.liran_id, cast.wangmin_id, *made]


def counted(question_id: int) -> tuple[int, int]:
    """What stands beside the question, and how many rows there are."""
    db.release()
    rows = sa.select(sa.func.count()).where(HallQuestionVote.question_id == question_id)
    return db.session().get_one(HallQuestion, question_id).votes, db.session().scalars(rows).one()


def test_thirty_votes_are_thirty_and_a_double_tap_is_one(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    question_id = shown(cast, now)
    people = voters(cast, now)
    assert Counter(at_once([deed(deeds.vote, cast.meeting_id, who, question_id) for who in people])) == {
        "voted": VOTERS
    }
    assert counted(question_id) == (VOTERS, VOTERS)
    at_once([deed(deeds.vote, cast.meeting_id, cast.chenzhuo_id, question_id)] * 8)
    assert counted(question_id) == (VOTERS + 1, VOTERS + 1)


def test_without_the_lock_votes_are_lost(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    people = voters(cast, now)[:8]
    for n in range(ROUNDS):
        question_id = shown(cast, now, f"第 {n} 轮")
        at_once([deed(deeds.vote, cast.meeting_id, who, question_id) for who in people], without="locks")
        votes, rows = counted(question_id)
        if votes < rows:
            return
    pytest.fail("the race did not show")


def test_of_eight_questions_at_once_three_wait(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    asked = [deed(deeds.ask, cast.meeting_id, cast.liran_id, f"问题 {n}") for n in range(8)]
    assert Counter(at_once(asked)) == {"asked": 3, "asked_enough": 5}


def test_without_the_lock_more_wait(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    for _ in range(ROUNDS):
        with db.transaction() as session:
            session.execute(sa.delete(HallQuestion))
        db.release()
        asked = [deed(deeds.ask, cast.meeting_id, cast.liran_id, f"问题 {n}") for n in range(8)]
        if Counter(at_once(asked, without="locks"))["asked"] > 3:
            return
    pytest.fail("the race did not show")


def test_two_moderators_pin_one(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    ids = [shown(cast, now, f"问题 {n}") for n in range(6)]
    done = Counter(at_once([deed(deeds.pin, cast.meeting_id, id_) for id_ in ids]))
    assert done == {"pinned": 1, "changed_meanwhile": 5}
    pinned = sa.select(sa.func.count()).where(HallQuestion.pinned_at.is_not(None))
    assert db.session().scalar(pinned) == 1
