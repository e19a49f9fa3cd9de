"""Eight organisers who saw the same lines set others at one instant: one of them is heard, the others look again."""

from __future__ import annotations

from collections import Counter

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Activity
from conference.services import broadcasts
from tests.cast import Cast
from tests.races import broadcast_deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed

pytestmark = pytest.mark.races
SETTERS = 8
ROUNDS = 24  # of the control, until the race shows


def lines_set(cast: Cast, at_once: Crowd, *, without: str | None = None) -> Counter[str]:
    seen = broadcasts.of(cast.meeting_id).stamp("streams")
    db.release()
    setters = [
        deed(broadcast_deeds.set_line, cast.meeting_id, cast.zhouning_id, number, seen) for number in range(SETTERS)
    ]
    return Counter(at_once(setters, without=without))


def test_one_of_them_is_heard_also_where_nothing_was_set_before(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    heard = {"set": 1, "changed_meanwhile": SETTERS - 1}
    assert lines_set(cast, at_once) == heard
    [line] = broadcasts.of(cast.meeting_id).streams
    acts = sa.select(Activity.after).where(Activity.verb == "broadcast.streams_changed")
    assert db.session().scalars(acts).all() == [{"streams": f"{line.name} (live.example.org)"}]


def test_without_the_lock_several_are(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    lines_set(cast, at_once)
    for _ in range(ROUNDS):
        if lines_set(cast, at_once, without="locks")["set"] > 1:
            return
    pytest.fail("the race did not show")
