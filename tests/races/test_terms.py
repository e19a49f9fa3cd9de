"""A line that stands still, and answers given from two tabs, at one instant; and again without the locks."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate, QuestionAnswer
from conference.rules.question_drafts import Draft
from conference.services import activity, delegates, meetings, question_making, registration, terms
from conference.services.delegates import Doing
from conference.services.terms import Terms
from conference.vocabulary import DelegateStatus, Mode, Origin, QuestionKind, QuestionStage
from tests.cast import Cast
from tests.races import deeds, unguarded
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.recount import assert_whole

pytestmark = pytest.mark.races
ROUNDS = 24  # of the control, until the race shows


def test_nobody_overtakes_while_places_fall_free(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    waiting = _standing_still(cast, now, 4)
    crowd = [deed(deeds.cancel, cast.meeting_id, id_) for id_ in (cast.liran_id, cast.chenzhuo_id)]
    crowd += [deed(deeds.register, cast.meeting_id, cast.kenli_id, f"新{n}", f"137000{n:05d}") for n in range(8)]
    said = at_once(crowd)
    assert Counter(said) == {"cancelled": 2, "waitlisted": 8}
    assert _statuses(waiting) == [DelegateStatus.WAITLISTED] * 4
    assert_whole(cast.meeting_id)


def test_the_last_free_place_is_given_once(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    waiting = _standing_still(cast, now, 8)
    delegates.cancel(cast.meeting_id, cast.liran_id, _doing(cast, now))
    said = at_once([deed(deeds.give, cast.meeting_id, id_) for id_ in waiting])
    assert Counter(said) == {"confirmed": 1, "no_place_free": 7}
    assert Counter(_statuses(waiting)) == {DelegateStatus.CONFIRMED: 1, DelegateStatus.WAITLISTED: 7}
    assert_whole(cast.meeting_id)


def test_without_the_lock_it_is_given_twice(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd, database_url: str
) -> None:
    unguarded.drop(database_url, "lines", "ck_lines_within_capacity")
    waiting = _standing_still(cast, now, 8 * ROUNDS)
    for turn in range(ROUNDS):
        free = _confirmed(cast) + 1
        with db.transaction() as session:
            session.execute(
                sa.text("UPDATE lines SET capacity = :n, taken = :m WHERE mode = 'in_person'"),
                {"n": free, "m": free - 1},
            )
        some = waiting[turn * 8 : turn * 8 + 8]
        at_once([deed(deeds.give, cast.meeting_id, id_) for id_ in some], without="locks")
        if _statuses(some).count(DelegateStatus.CONFIRMED) > 1:
            return
    pytest.fail("the race did not show")


def test_two_tabs_that_answer_make_one_answer(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    draft = Draft(QuestionKind.TEXT, QuestionStage.LATER, "到达车次")
    question = question_making.add(cast.meeting_id, draft, _doing(cast, now))
    said = at_once([deed(deeds.answer, cast.liran_id, question.id, f"G{n}") for n in range(8)])
    assert said == ["kept"] * 8
    db.release()
    assert len(db.session().scalars(sa.select(QuestionAnswer)).all()) == 1


def _standing_still(cast: Cast, now: datetime, n: int) -> list[int]:
    """Two places, both taken; `n` who wait; and the line moves no more by itself."""
    doing = _doing(cast, now)
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)
    found = [
        registration.register(
            cast.meeting_id,
            registration.Entry(f"代表{k}", cast.kenli_id, Mode.IN_PERSON, phone=f"139000{k:05d}"),
            actor=activity.SYSTEM,
            origin=Origin.ORGANISER,
            public_url=cast.public_url,
            now=now,
        ).delegate_id
        for k in range(n)
    ]
    terms.change(cast.meeting_id, Terms(None, now - timedelta(minutes=1), None, ()), doing)
    db.release()
    return found


def _statuses(ids: list[int]) -> list[DelegateStatus]:
    db.release()
    found = dict(db.session().execute(sa.select(Delegate.id, Delegate.status).where(Delegate.id.in_(ids))).all())
    db.release()
    return [found[id_] for id_ in ids]


def _confirmed(cast: Cast) -> int:
    db.release()
    query = sa.select(sa.func.count()).where(
        Delegate.meeting_id == cast.meeting_id,
        Delegate.mode == Mode.IN_PERSON,
        Delegate.status == DelegateStatus.CONFIRMED,
    )
    found = db.session().scalars(query).one()
    db.release()
    return found


def _doing(cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)
