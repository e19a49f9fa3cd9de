"""No sequence of deeds oversells a departure, keeps a seat free beside who waits, or puts anybody in two places."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta

import sqlalchemy as sa
from apiflask import APIFlask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conference import db
from conference.models import Delegate, Departure, SignUp, SignUpLine
from conference.services import delegates, registration, sign_ups, visits_seats, visits_swaps
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.visits_seats import By
from conference.vocabulary import DelegateStatus, Malformed, Mode, Origin, Refused, SignUpStatus
from tests.cast import Cast
from tests.visits import an_afternoon

DEEDS = ("take", "take", "wait", "give_back", "swap", "take_along", "cancel", "online", "in_person")
STEPS = st.lists(st.tuples(st.sampled_from(DEEDS), st.integers(0, 6), st.integers(0, 2)), min_size=4, max_size=14)


def test_whatever_people_do_seats_are_given_once(context: APIFlask, cast: Cast, now: datetime) -> None:
    buses = an_afternoon(cast.meeting_id, begins=now + timedelta(hours=2), seats=(1, 2, 1))
    phones = iter(range(10_000))

    @settings(max_examples=20, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(STEPS)
    def deeds(steps: list[tuple[str, int, int]]) -> None:
        with db.transaction() as session:
            session.execute(sa.delete(SignUp))
            session.execute(sa.update(SignUpLine).values(taken=0))
        people = [_person(cast, now, next(phones)) for _ in range(7)]
        for deed, who, bus in steps:
            with suppress(Refused, Malformed):
                _do(cast.meeting_id, deed, people[who], people[(who + 1 + bus) % 7], buses[bus], now)
            _sound()

    deeds()


def _do(meeting_id: int, deed: str, who: int, other: int, bus: int, now: datetime) -> None:
    doing = Doing(SYSTEM, now, "http://localhost")
    if deed in {"take", "wait"}:
        visits_seats.take(meeting_id, bus, who, doing, by=By.DELEGATE, may_wait=deed == "wait")
    elif deed == "give_back":
        visits_seats.give_back(meeting_id, bus, who, doing, by=By.DELEGATE)
    elif deed == "swap":
        numbers = [db.session().get_one(Delegate, id_).number for id_ in (who, other)]
        visits_swaps.directly(meeting_id, *numbers, doing)
    elif deed == "take_along":
        with db.transaction() as session:
            sign_ups.take_along(session, who, session.get_one(Departure, bus).line_id, now=now)
    elif deed == "cancel":
        delegates.cancel(meeting_id, who, doing)
    elif db.session().get_one(Delegate, who).status is DelegateStatus.CONFIRMED:
        delegates.edit(meeting_id, who, {"mode": Mode.ONLINE if deed == "online" else Mode.IN_PERSON}, doing)


def _person(cast: Cast, now: datetime, n: int) -> int:
    entry = registration.Entry(f"代表{n}", cast.kenli_id, Mode.IN_PERSON, phone=f"1391000{n:04}")
    return registration.register(
        cast.meeting_id, entry, actor=SYSTEM, origin=Origin.PROGRAM, public_url=cast.public_url, now=now
    ).delegate_id


def _sound() -> None:
    for line in db.session().scalars(sa.select(SignUpLine).execution_options(populate_existing=True)).all():
        rows = Counter(db.session().scalars(sa.select(SignUp.status).where(SignUp.line_id == line.id)))
        assert rows[SignUpStatus.CONFIRMED] == line.taken <= line.capacity
        assert not (rows[SignUpStatus.WAITLISTED] and line.places_left)
    each = Counter(db.session().scalars(sa.select(SignUp.delegate_id)))
    assert not each or max(each.values()) == 1
