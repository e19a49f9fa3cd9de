"""Everybody out at a set hour, by the worker, each once."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import CheckIn, Checkpoint, Presence
from conference.services import checkin, checkpoints, delegates, emptying, erasure, figures, programs
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.vocabulary import Direction
from tests.cast import Cast
from tests.recount import assert_whole


def scan(cast: Cast, code: str, at: datetime, now: datetime, direction: Direction = Direction.IN) -> None:
    one = Scan(code, cast.venue_id, f"{code}-{at.timestamp()}-{direction}", direction, scanned_at=at)
    checkin.check_in(cast.meeting_id, one, Gate("东门"), now=now)


def outs(cast: Cast) -> list[tuple[int | None, datetime, str]]:
    db.release()
    rows = db.session().scalars(sa.select(CheckIn).where(CheckIn.direction == Direction.OUT).order_by(CheckIn.id))
    return [(one.delegate_id, one.scanned_at, one.gate) for one in rows]


def inside(cast: Cast) -> set[int]:
    db.release()
    query = sa.select(Presence.delegate_id).where(Presence.checkpoint_id == cast.venue_id, Presence.inside)
    return set(db.session().scalars(query))


def work(app: APIFlask, cast: Cast, now: datetime) -> int:
    return emptying.empty_checkpoints(app.extensions["settings"], now)


def test_at_the_hour_each_who_is_in_leaves_once(context: APIFlask, cast: Cast, now: datetime) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    scan(cast, cast.liran_code, now - timedelta(hours=2), now)
    scan(cast, cast.chenzhuo_code, now - timedelta(minutes=10), now)  # after the hour
    hour = now - timedelta(hours=1)
    assert work(context, cast, now) == 0
    checkpoints.edit(cast.meeting_id, cast.venue_id, {"empties_at": hour}, doing)
    assert [work(context, cast, now) for _ in range(2)] == [1, 0]
    assert outs(cast) == [(cast.liran_id, hour, "系统")]
    assert inside(cast) == {cast.chenzhuo_id}
    assert db.session().get_one(Checkpoint, cast.venue_id).emptied_at == now
    assert figures.of(cast.meeting_id, now=now).inside == 1
    assert_whole(cast.meeting_id)


def test_who_is_handed_in_after_the_hour_leaves_too_for_a_day(context: APIFlask, cast: Cast, now: datetime) -> None:
    hour, later = now - timedelta(hours=1), now + timedelta(hours=2)
    checkpoints.edit(cast.meeting_id, cast.venue_id, {"empties_at": hour}, Doing(SYSTEM, now, cast.public_url))
    assert work(context, cast, now) == 0
    scan(cast, cast.liran_code, now - timedelta(hours=2), later)  # a phone without a network until then
    scan(cast, cast.chenzhuo_code, now, later)  # after the hour
    assert [work(context, cast, later) for _ in range(2)] == [1, 0]
    assert (outs(cast), inside(cast)) == ([(cast.liran_id, hour, "系统")], {cast.chenzhuo_id})
    assert db.session().get_one(Checkpoint, cast.venue_id).emptied_at == now
    assert figures.of(cast.meeting_id, now=later).inside == 1
    assert_whole(cast.meeting_id)


def test_another_hour_is_another_turn(context: APIFlask, cast: Cast, now: datetime) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    for hour in (now - timedelta(hours=1), now + timedelta(hours=1)):
        scan(cast, cast.liran_code, hour - timedelta(minutes=5), hour)
        checkpoints.edit(cast.meeting_id, cast.venue_id, {"empties_at": hour}, doing)
        later = hour + timedelta(minutes=1)
        assert work(context, cast, later) == 1
    assert len(outs(cast)) == 2
    assert_whole(cast.meeting_id)


def test_a_worker_that_died_half_way_writes_none_twice(context: APIFlask, cast: Cast, now: datetime) -> None:
    scan(cast, cast.liran_code, now - timedelta(hours=2), now)
    hour = now - timedelta(hours=1)
    for _ in range(2):
        emptying.everybody_out(cast.meeting_id, cast.venue_id, at=hour, actor=SYSTEM, now=now)
    scan(cast, cast.liran_code, now - timedelta(hours=3), now)  # a late one, from before: the stay was longer
    assert inside(cast) == set()
    scan(cast, cast.liran_code, now - timedelta(minutes=30), now)
    assert emptying.everybody_out(cast.meeting_id, cast.venue_id, at=hour, actor=SYSTEM, now=now) == 0
    assert (len(outs(cast)), inside(cast)) == (1, {cast.liran_id})
    assert_whole(cast.meeting_id)


def test_who_has_no_live_code_any_more_goes_out_too(context: APIFlask, cast: Cast, now: datetime) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    scan(cast, cast.liran_code, now - timedelta(hours=1), now)
    scan(cast, cast.chenzhuo_code, now - timedelta(hours=1), now)
    delegates.cancel(cast.meeting_id, cast.liran_id, doing)
    erasure.erase(
        cast.meeting_id,
        cast.chenzhuo_id,
        number=programs.delegate(cast.meeting_id, cast.chenzhuo_id, personal=True)["number"],
        doing=doing,
    )
    assert emptying.everybody_out(cast.meeting_id, cast.venue_id, at=now, actor=SYSTEM, now=now) == 2
    assert inside(cast) == set()
    assert_whole(cast.meeting_id)


def test_many_leave_in_several_batches(context: APIFlask, cast: Cast, now: datetime) -> None:
    scan(cast, cast.liran_code, now - timedelta(hours=1), now)
    scan(cast, cast.chenzhuo_code, now - timedelta(hours=1), now)
    kept, emptying.BATCH = emptying.BATCH, 1
    try:
        assert emptying.everybody_out(cast.meeting_id, cast.venue_id, at=now, actor=SYSTEM, now=now) == 2
    finally:
        emptying.BATCH = kept
    assert len(outs(cast)) == 2
    assert_whole(cast.meeting_id)
