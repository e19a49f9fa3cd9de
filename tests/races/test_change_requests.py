"""Two organisers decide on one request at one instant: it is decided once; and the control."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Activity, ChangeRequest, Delegate
from conference.services import change_requests
from conference.services.activity import SYSTEM
from conference.vocabulary import ChangeWish, DelegateStatus
from tests.cast import Cast
from tests.races import deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.recount import assert_whole

pytestmark = pytest.mark.races
CROWD = 8
ROUNDS = 24  # of the control, until the race shows


def _ask(cast: Cast, now: datetime, wish: ChangeWish, **content: str) -> int:
    made = change_requests.ask(cast.meeting_id, cast.liran_id, wish, content, actor=SYSTEM, now=now)
    db.release()
    return made


def test_many_organisers_decide_once(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    request_id = _ask(cast, now, ChangeWish.CANCEL)
    said = at_once([deed(deeds.decide, cast.meeting_id, request_id, n % 2 == 0) for n in range(CROWD)])
    assert Counter(said) == {"decided": 1, "decided_already": CROWD - 1}
    row = db.session().get_one(ChangeRequest, request_id)
    status = db.session().get_one(Delegate, cast.liran_id).status
    assert status is (DelegateStatus.CANCELLED if row.accepted else DelegateStatus.CONFIRMED)
    assert _decisions() == 1
    assert_whole(cast.meeting_id)


def test_without_the_lock_it_is_decided_twice(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    for turn in range(ROUNDS):
        before = _decisions()
        request_id = _ask(cast, now, ChangeWish.EDIT, position=f"科员{turn}")
        at_once([deed(deeds.decide, cast.meeting_id, request_id, True) for _ in range(CROWD)], without="locks")
        if _decisions() > before + 1:
            return
    pytest.fail("the race did not show")


def _decisions() -> int:
    db.release()
    query = sa.select(sa.func.count()).select_from(Activity).where(Activity.verb == "delegate.change_decided")
    return db.session().scalar(query) or 0
