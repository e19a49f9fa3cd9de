"""Six organisers send a bus each to a stop that holds two of them at one time; and the control."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Departure
from conference.services import visits_stops
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.visits_stops import StopFields
from tests.cast import Cast
from tests.races import visit_deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed

pytestmark = pytest.mark.races
BUSES, FIT = 6, 2
ROUNDS = 24  # of the control, until the race shows


def test_buses_that_come_at_once_do_not_overfill_a_stop(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    said = _sent(cast, now, at_once, 0)
    assert Counter(said) == {"added": FIT, "stop_over_capacity": BUSES - FIT}
    assert _there() == FIT


def test_without_the_lock_they_do(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    before = 0
    for turn in range(ROUNDS):
        _sent(cast, now, at_once, turn, without="locks")
        if (after := _there()) - before > FIT:
            return
        before = after
    pytest.fail("the race did not show")


def _sent(cast: Cast, now: datetime, at_once: Crowd, turn: int, **options: str) -> list[str]:
    stop = visits_stops.add(cast.meeting_id, StopFields(f"社区{turn}", 45 * FIT), Doing(SYSTEM, now, "")).id
    db.release()
    sent = [deed(visit_deeds.add_departure, cast.meeting_id, stop, f"{turn}-{n}号车") for n in range(BUSES)]
    return list(at_once(sent, **options))


def _there() -> int:
    found = db.session().scalars(sa.select(sa.func.count(Departure.id))).one()
    db.release()
    return found
