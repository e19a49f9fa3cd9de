"""Phones of one person choose different things at one instant: one is counted. Nobody votes in what was closed."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import PollChoice
from conference.rules.polls import Asked
from conference.services import poll_making, registration
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import Mode, Origin, PollKind
from tests.cast import Cast
from tests.races import crowd, poll_deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed

pytestmark = pytest.mark.races
PHONES, VOTERS = 8, 12
ASKED = Asked(PollKind.ONE, "下一届在哪里开？", tuple(f"第{n}处" for n in range(PHONES)))


def opened(cast: Cast, now: datetime) -> int:
    doing = Doing(SYSTEM, now, cast.public_url)
    poll_id = poll_making.start(cast.meeting_id, poll_making.prepare(cast.meeting_id, ASKED, doing).id, doing).id
    db.release()
    return poll_id


def counted(poll_id: int) -> int:
    found = db.session().scalar(sa.select(sa.func.count()).where(PollChoice.poll_id == poll_id)) or 0
    db.release()
    return found


def test_one_person_has_one_choice(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    poll_id = opened(cast, now)
    each = [deed(poll_deeds.choose, cast.meeting_id, poll_id, cast.liran_id, n) for n in range(PHONES)]
    assert set(at_once(each)) == {"chosen"}
    assert counted(poll_id) == 1


def test_without_the_lock_one_person_has_several(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    poll_id, point = opened(cast, now), crowd.meeting_point(2)
    each = [deed(poll_deeds.choose_together, cast.meeting_id, poll_id, cast.liran_id, n, point) for n in range(2)]
    assert at_once(each, without="locks") == ["chosen", "chosen"]
    assert counted(poll_id) == 2


def test_nobody_votes_after_the_close(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    poll_id, people = opened(cast, now), _people(cast, now)
    voting = [deed(poll_deeds.choose, cast.meeting_id, poll_id, one, n % PHONES) for n, one in enumerate(people)]
    half = len(voting) // 2
    said = at_once([*voting[:half], deed(poll_deeds.close, cast.meeting_id, poll_id), *voting[half:]])
    at_close = said.pop(half)
    assert set(said) <= {"chosen", "poll_not_open"}
    assert at_close == said.count("chosen") == counted(poll_id)


def test_without_the_lock_a_vote_comes_after_the_close(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    poll_id, point = opened(cast, now), crowd.meeting_point(2)
    closing = deed(poll_deeds.close_while_chosen, cast.meeting_id, poll_id, point)
    voting = deed(poll_deeds.choose_while_closed, cast.meeting_id, poll_id, cast.liran_id, point)
    assert at_once([closing, voting], without="locks") == [0, "chosen"]
    assert counted(poll_id) == 1


def _people(cast: Cast, now: datetime) -> list[int]:
    made = [
        registration.register(
            cast.meeting_id,
            registration.Entry(f"代表{n}", cast.kenli_id, Mode.ONLINE, phone=f"1391000{n:04}"),
            actor=SYSTEM,
            origin=Origin.PROGRAM,
            public_url=cast.public_url,
            now=now,
        )
        for n in range(VOTERS)
    ]
    ids = [one.delegate_id for one in made]
    db.release()
    return ids
