"""Guessed at once, a code has no more than its five tries; asked for at once, no more than three are sent."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import OneTimeCode, OutboxMessage
from conference.services import one_time_codes
from conference.vocabulary import CodePurpose
from tests.cast import Cast
from tests.races import deeds
from tests.races.conftest import Crowd
from tests.races.crowd import deed

pytestmark = pytest.mark.races
GUESSES = 32
ROUNDS = 24  # of a control, until the race shows
LIRAN = "13800000001"


def ask(cast: Cast, now: datetime) -> None:
    with db.transaction() as session:
        session.execute(sa.delete(OutboxMessage).where(OutboxMessage.code_id.is_not(None)))
        session.execute(sa.delete(OneTimeCode))
    one_time_codes.ask(CodePurpose.RETURN, LIRAN, meeting_id=cast.meeting_id, now=now)
    db.release()


def guessed(cast: Cast, at_once: Crowd, *, without: str | None = None) -> Counter[str]:
    guesses = [deed(deeds.guess, cast.meeting_id, LIRAN, f"{n:06d}") for n in range(GUESSES)]
    return Counter(at_once(guesses, without=without))


def test_guesses_at_once_have_five_tries(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    ask(cast, now)
    said = guessed(cast, at_once)
    assert said == {"code_wrong": one_time_codes.TRIES, "code_expired": GUESSES - one_time_codes.TRIES}
    assert db.session().scalars(sa.select(OneTimeCode.tries)).all() == [one_time_codes.TRIES]


def test_without_the_lock_there_are_more(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    for _ in range(ROUNDS):
        ask(cast, now)
        if guessed(cast, at_once, without="locks")["code_wrong"] > one_time_codes.TRIES:
            return
    pytest.fail("the race did not show")


def test_asking_at_once_is_limited(context: APIFlask, cast: Cast, at_once: Crowd) -> None:
    said = Counter(at_once([deed(deeds.ask, cast.meeting_id, LIRAN) for _ in range(12)]))
    assert said == {"asked": 3, "asked_too_often": 9}
