"""Eight organisers who saw the same day say at one instant how late it is: it is that late once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delay
from tests.agendas import a_morning, noon
from tests.cast import Cast
from tests.races import stage_deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed

pytestmark = pytest.mark.races
TELLERS = 8
ROUNDS = 24  # of the control, until the race shows


def told(cast: Cast, now: datetime, at_once: Crowd, *, without: str | None = None) -> Counter[str]:
    """A fresh day, and eight different delays of it."""
    noon(cast.meeting_id, now)
    with db.transaction() as session:
        session.execute(sa.delete(Delay))
    exchange = a_morning(cast.meeting_id, begins=datetime.now(now.tzinfo)).exchange
    db.release()
    tellers = [
        deed(stage_deeds.delay, cast.meeting_id, exchange, cast.zhouning_id, minutes)
        for minutes in range(5, 5 + TELLERS)
    ]
    return Counter(at_once(tellers, without=without))


def test_one_of_them_is_heard(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    assert told(cast, now, at_once) == {"told": 1, "changed_meanwhile": TELLERS - 1}
    assert db.session().scalar(sa.select(sa.func.count()).select_from(Delay)) == 1


def test_without_the_lock_the_day_is_late_twice(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    for _ in range(ROUNDS):
        if told(cast, now, at_once, without="locks")["told"] > 1:
            return
    pytest.fail("the race did not show")
