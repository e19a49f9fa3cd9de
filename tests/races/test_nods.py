"""Two stewards and one request, a gate and the hall's screen and one person: one admission; and the control."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import CheckIn, Nod
from conference.services import nods, tickets
from tests.cast import Cast
from tests.races import deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.recount import assert_whole
from tests.screen import open_wall

pytestmark = pytest.mark.races
CROWD = 6
ROUNDS = 6  # of the control, until the race shows


def _asked(cast: Cast, now: datetime) -> int:
    """One open request for 李然; those before it are gone."""
    with db.transaction() as session:
        session.execute(sa.delete(Nod))
    ticket = tickets.make(cast.venue_id, now=now)
    nods.ask(cast.meeting_id, ticket, "李然", "0001", now=now)
    (asking,) = nods.waiting_at(cast.meeting_id, cast.venue_id, now=now)
    db.release()
    return asking.id


def test_one_steward_decides(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    nod = _asked(cast, now)
    said = at_once([deed(deeds.nod, cast.meeting_id, cast.venue_id, nod, f"门{n}", n % 2 == 0) for n in range(CROWD)])
    assert Counter(said)["decided_already"] == CROWD - 1
    (won,) = set(said) - {"decided_already"}
    scans = db.session().scalars(sa.select(CheckIn.outcome)).all()
    assert [outcome.value for outcome in scans] == (["admitted"] if won == "admitted" else [])
    assert_whole(cast.meeting_id)


def test_without_the_lock_several_stewards_decide(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    for _ in range(ROUNDS):
        nod = _asked(cast, now)
        decide = [deed(deeds.nod, cast.meeting_id, cast.venue_id, nod, f"门{n}", False) for n in range(CROWD)]
        if Counter(at_once(decide, without="locks"))["turned_away"] > 1:
            return
    pytest.fail("the race did not show")


def test_the_gate_and_the_screen_at_one_instant_admit_once(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    open_wall(cast, now)
    db.release()
    by_gate = [deed(deeds.scan, cast.meeting_id, cast.liran_code, cast.venue_id, f"n{n}", "东门") for n in range(CROWD)]
    by_screen = [deed(deeds.check_oneself_in, cast.meeting_id, cast.venue_id, cast.liran_token)] * CROWD
    said = at_once(by_gate + by_screen)
    outcomes = Counter(answer if isinstance(answer, str) else answer["outcome"] for answer in said)
    assert outcomes == {"admitted": 1, "already": 2 * CROWD - 1}
    assert_whole(cast.meeting_id)
