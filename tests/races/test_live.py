"""A person's browsers at one instant: one of them plays, a take-over holds, and a question is put once."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Beat, StillHere, Viewer
from conference.services import beats
from tests.cast import Cast
from tests.races import live_deeds, unguarded
from tests.races.conftest import Crowd
from tests.races.crowd import deed

pytestmark = pytest.mark.races
BROWSERS = 8
ROUNDS = 24  # of a control, until the race shows


def playing(cast: Cast, at_once: Crowd, *, without: str | None = None) -> Counter[str]:
    """Eight devices of one place beat together, none of which played before."""
    db.release()
    deeds = [deed(live_deeds.beat, cast.meeting_id, cast.wangmin_id, f"device-{n}") for n in range(BROWSERS)]
    return Counter(at_once(deeds, without=without))


def long_ago(cast: Cast, now: datetime, device: str = "old", minutes: int = 10) -> None:
    """Another device played then, and it does no more."""
    with db.transaction() as session:
        for table in (Beat, Viewer, StillHere):
            session.execute(sa.delete(table))
    beats.beat(cast.meeting_id, cast.wangmin_id, device=device, now=now - timedelta(minutes=minutes))
    db.release()


def test_one_device_plays_whether_or_not_another_did(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    assert playing(cast, at_once) == {"played": 1, "plays_elsewhere": BROWSERS - 1}
    assert db.session().scalar(sa.select(sa.func.count()).select_from(Beat)) == 1
    long_ago(cast, now)
    assert playing(cast, at_once) == {"played": 1, "plays_elsewhere": BROWSERS - 1}
    assert db.session().get_one(Viewer, cast.wangmin_id).device.startswith("device-")


def test_without_the_condition_several_play(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    for _ in range(ROUNDS):
        long_ago(cast, now)
        if playing(cast, at_once, without="playing")["played"] > 1:
            return
    pytest.fail("the race did not show")


def taken(cast: Cast, at_once: Crowd, *, without: str | None = None) -> str:
    """One device plays and beats on, while another takes over: the one that plays in the end."""
    db.release()
    beating = [deed(live_deeds.beat, cast.meeting_id, cast.wangmin_id, "old")] * (BROWSERS - 1)
    at_once([*beating, deed(live_deeds.take_over, cast.meeting_id, cast.wangmin_id, "new")], without=without)
    return db.session().get_one(Viewer, cast.wangmin_id).device


def test_a_take_over_holds(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    long_ago(cast, now, minutes=1)
    assert taken(cast, at_once) == "new"


def test_without_the_condition_a_beat_undoes_it(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    for _ in range(ROUNDS):
        long_ago(cast, now, minutes=1)
        if taken(cast, at_once, without="playing") == "old":
            return
    pytest.fail("the race did not show")


def asked(cast: Cast, at_once: Crowd, *, without: str | None = None) -> tuple[list[int | None], int]:
    """Two tabs find the question due together: what they are told, and how often it was put."""
    db.release()
    told = at_once([deed(live_deeds.beat_when_due, cast.meeting_id, cast.wangmin_id)] * BROWSERS, without=without)
    return told, db.session().scalar(sa.select(sa.func.count()).select_from(StillHere)) or 0


def test_a_question_is_put_once(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    long_ago(cast, now)
    assert asked(cast, at_once) == ([1] * BROWSERS, 1)


def test_without_the_constraint_it_is_put_twice(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd, database_url: str
) -> None:
    db.release()
    unguarded.drop(database_url, "still_here", "uq_still_here_delegate_id_number")
    for _ in range(ROUNDS):
        long_ago(cast, now)
        if asked(cast, at_once, without="playing")[1] > 1:
            return
    pytest.fail("the race did not show")
