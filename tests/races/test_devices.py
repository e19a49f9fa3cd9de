"""One code, many phones at one instant: one of them is the gate."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Activity, Device
from conference.services import devices
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.devices import GateFacts
from conference.vocabulary import ActorKind
from tests.cast import Cast
from tests.races import deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed

pytestmark = pytest.mark.races
PHONES = 8
ROUNDS = 24  # of a control, until the race shows


def doing(cast: Cast, now: datetime) -> Doing:
    return Doing(Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁"), now, cast.public_url)


def taken(cast: Cast, now: datetime, at_once: Crowd, name: str, *, without: str | None = None) -> Counter[str]:
    device = devices.prepare(cast.meeting_id, GateFacts(name), doing(cast, now))
    secret = devices.code_of(device, now=now)
    db.release()
    said = at_once([deed(deeds.pair, secret, f"手机 {n}") for n in range(PHONES)], without=without)
    return Counter("paired" if one.startswith("paired") else one for one in said)


def test_one_phone_takes_the_code(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    assert taken(cast, now, at_once, "东门") == {"paired": 1, "pairing_spent": PHONES - 1}
    assert db.session().scalars(sa.select(Device.pairings)).all() == [1]
    paired = sa.select(sa.func.count()).where(Activity.verb == "device.paired")
    assert db.session().scalar(paired) == 1


def test_without_the_lock_several_do(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    for n in range(ROUNDS):
        if taken(cast, now, at_once, f"{n} 号门", without="locks")["paired"] > 1:
            return
    pytest.fail("the race did not show")


def test_one_gate_has_one_device_whoever_prepares_it(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    said = Counter(
        at_once([deed(deeds.prepare_gate, cast.meeting_id, cast.zhouning_id, "东门") for _ in range(PHONES)])
    )
    assert said == {"prepared": 1, "gate_taken": PHONES - 1}
    assert db.session().scalars(sa.select(Device.name)).all() == ["东门"]
