"""One walk-in handed in at one instant, one phone at several gates, the last place; a hall emptied by two workers."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import CheckIn, Delegate, WalkIn
from conference.services import checkin, meetings
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.vocabulary import Direction, Mode
from tests.cast import Cast
from tests.races import deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.recount import assert_whole

pytestmark = pytest.mark.races
CROWD = 8
ROUNDS = 24  # of the control, until the race shows


def test_the_same_item_many_times_is_one_person(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    said = at_once([deed(deeds.walk_in, *_item(cast, "n", "13700000001"))] * CROWD)
    assert Counter(said) == {"admitted": CROWD}
    assert _world() == (1, 1, 1)
    assert_whole(cast.meeting_id)


def test_the_same_phone_by_several_gates_is_one_person(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    said = at_once([deed(deeds.walk_in, *_item(cast, f"n{n}", "13700000001")) for n in range(CROWD)])
    assert Counter(said) == {"admitted": 1, "already_registered": CROWD - 1}
    assert _world() == (1, 1, 1)
    assert_whole(cast.meeting_id)


def test_the_last_place_goes_to_one(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 3}}, Doing(SYSTEM, now, cast.public_url))
    db.release()
    said = at_once([deed(deeds.walk_in, *_item(cast, f"n{n}", f"137{n:08d}")) for n in range(CROWD)])
    assert Counter(said) == {"admitted": 1, "hall_full": CROWD - 1}
    assert_whole(cast.meeting_id)


def test_two_workers_empty_a_hall_once(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    for code in (cast.liran_code, cast.chenzhuo_code):
        checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, code), Gate("东门"), now=now)
    db.release()
    at = datetime.now(UTC).isoformat()
    left = at_once([deed(deeds.everybody_out, cast.meeting_id, cast.venue_id, at)] * CROWD)
    assert sum(left) == 2
    db.release()
    out = sa.select(sa.func.count()).select_from(CheckIn).where(CheckIn.direction == Direction.OUT)
    assert db.session().scalar(out) == 2
    assert_whole(cast.meeting_id)


def test_without_the_lock_one_item_is_not_answered_alike(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    """The control: who comes second meets a constraint, which is the last word but no answer for a phone."""
    for turn in range(ROUNDS):
        item = _item(cast, f"n{turn}", f"137{turn:08d}")
        said = at_once([deed(deeds.walk_in, *item)] * CROWD, without="locks")
        if Counter(said) != {"admitted": CROWD}:
            return
    pytest.fail("the race did not show")


def _item(cast: Cast, nonce: str, phone: str) -> tuple[int, int, int, str, str]:
    return cast.meeting_id, cast.kenli_id, cast.venue_id, nonce, phone


def _world() -> tuple[int, int, int]:
    """How many people, walk-ins, scans."""
    db.release()
    session = db.session()
    people = sa.select(sa.func.count()).select_from(Delegate).where(Delegate.name == "孙明")
    return (
        session.scalar(people) or 0,
        session.scalar(sa.select(sa.func.count()).select_from(WalkIn)) or 0,
        session.scalar(sa.select(sa.func.count()).select_from(CheckIn)) or 0,
    )
