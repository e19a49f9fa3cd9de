"""Many gates at one instant: one admission, one row a nonce, no batch in another's way; and the controls."""

from __future__ import annotations

import random
from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Arrival, CheckIn
from conference.services import activity, checkpoints, figures, registration
from conference.services.delegates import Doing
from conference.vocabulary import CheckpointKind, Mode, Origin, Outcome
from tests.cast import Cast
from tests.races import deeds, unguarded
from tests.races.conftest import Crowd
from tests.races.crowd import Deed, deed
from tests.recount import assert_whole

pytestmark = pytest.mark.races
CROWD = 12
ROUNDS = 24  # of a control, until the race shows


def test_two_scans_at_one_instant_admit_once(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    said = at_once([_scan(cast, cast.liran_code, n) for n in range(CROWD)])
    assert Counter(answer["outcome"] for answer in said) == {"admitted": 1, "already": CROWD - 1}
    admitted = next(answer for answer in said if answer["outcome"] == "admitted")
    gates = {answer["first_gate"] for answer in said if answer["outcome"] == "already"}
    assert gates == {_gate_of(admitted["id"])}
    assert_whole(cast.meeting_id)


def test_without_the_lock_two_gates_admit_one_person(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    for turn in range(ROUNDS):
        code = _newcomer(cast, turn, now)
        said = at_once([_scan(cast, code, turn * CROWD + n) for n in range(CROWD)], without="presence")
        if sum(isinstance(answer, dict) and answer["outcome"] == "admitted" for answer in said) > 1:
            return
    pytest.fail("the race did not show")


def test_two_venues_at_one_instant_count_the_person_once(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    facts = checkpoints.CheckpointFacts("分会场", CheckpointKind.VENUE)
    second = checkpoints.add(cast.meeting_id, facts, Doing(activity.SYSTEM, now, cast.public_url)).id
    db.release()
    said = at_once(
        [_scan(cast, cast.liran_code, n, checkpoint_id=(cast.venue_id, second)[n % 2]) for n in range(CROWD)]
    )
    assert Counter(answer["outcome"] for answer in said) == {"admitted": 2, "already": CROWD - 2}
    counted = figures.of(cast.meeting_id, now=now)
    assert (counted.present, counted.inside) == (1, 1)
    arrival = db.session().scalars(sa.select(Arrival)).one()
    assert (arrival.admissions, arrival.inside) == (2, 2)
    assert_whole(cast.meeting_id)


def test_a_nonce_handed_in_by_many_is_kept_once(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    codes = [cast.liran_code, cast.chenzhuo_code]
    said = at_once([_scan(cast, codes[n % 2], n, nonce="同一次") for n in range(CROWD)])
    assert all(answer == said[0] for answer in said)
    assert said[0]["outcome"] == "admitted"
    assert _kept(CheckIn.nonce == "同一次") == 1
    assert_whole(cast.meeting_id)


def test_without_the_constraint_a_nonce_is_kept_twice(
    context: APIFlask, cast: Cast, at_once: Crowd, database_url: str
) -> None:
    db.release()
    unguarded.drop(database_url, "check_ins", "uq_check_ins_meeting_id_nonce")
    codes = [cast.liran_code, cast.chenzhuo_code]
    at_once([_scan(cast, codes[n % 2], n, nonce="同一次") for n in range(CROWD)], without="nonce")
    assert _kept(CheckIn.nonce == "同一次") > 1


def test_batches_of_the_same_people_in_another_order_do_not_block_each_other(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    people = [_newcomer(cast, n, now) for n in range(16)]
    order = random.Random(7)
    crowd = [
        deed(deeds.batch, cast.meeting_id, order.sample(people, len(people)), cast.venue_id, f"门{n}") for n in range(8)
    ]
    crowd += [_scan(cast, code, n) for n, code in enumerate(people[:4])]
    said = at_once(crowd)
    outcomes = Counter(one for answers in said[:8] for one in answers) + Counter(a["outcome"] for a in said[8:])
    assert outcomes == {"admitted": 16, "already": 8 * 16 + 4 - 16}
    assert _kept(CheckIn.outcome == Outcome.ADMITTED) == 16
    assert _deadlocks() == 0
    assert_whole(cast.meeting_id)


def test_somebody_who_changes_unit_at_the_door_is_counted_for_one(
    context: APIFlask, cast: Cast, at_once: Crowd
) -> None:
    crowd = [_scan(cast, cast.liran_code, n) for n in range(5)]
    crowd += [
        deed(deeds.move_unit, cast.meeting_id, cast.liran_id, unit_id)
        for unit_id in (cast.kenli_id, cast.yuquan_id, cast.kenli_id)
    ]
    said = at_once(crowd)
    assert Counter(answer["outcome"] for answer in said[:5]) == {"admitted": 1, "already": 4}
    assert set(said[5:]) <= {cast.kenli_id, cast.yuquan_id}
    assert_whole(cast.meeting_id)


def _scan(cast: Cast, code: str, n: int, *, nonce: str | None = None, checkpoint_id: int | None = None) -> Deed:
    at = checkpoint_id or cast.venue_id
    return deed(deeds.scan, cast.meeting_id, code, at, nonce or f"scan-{n}", f"{n}号门")


def _newcomer(cast: Cast, n: int, now: datetime) -> str:
    """The code of somebody new, of one unit and the other by turns."""
    entry = registration.Entry(
        name=f"代表{n}", unit_id=(cast.yuquan_id, cast.kenli_id)[n % 2], mode=Mode.IN_PERSON, phone=f"137{n:08d}"
    )
    made = registration.register(
        cast.meeting_id, entry, actor=activity.SYSTEM, origin=Origin.PROGRAM, public_url=cast.public_url, now=now
    )
    code = made.delegate.codes[0].code
    db.release()
    return code


def _kept(*where: sa.ColumnElement[bool]) -> int:
    db.release()
    return db.session().scalar(sa.select(sa.func.count()).select_from(CheckIn).where(*where)) or 0


def _gate_of(check_in_id: int) -> str:
    db.release()
    return db.session().scalars(sa.select(CheckIn.gate).where(CheckIn.id == check_in_id)).one()


def _deadlocks() -> int:
    """How many PostgreSQL had to break in this database."""
    if db.session().get_bind().dialect.name != "postgresql":
        return 0
    found = sa.text("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()")
    return int(db.session().execute(found).scalar_one())
