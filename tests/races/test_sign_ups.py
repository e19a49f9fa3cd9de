"""Sixteen people and three last places: three have one, the rest wait in their order; and the control."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import SignUp, SignUpLine
from conference.services import registration, sign_ups
from conference.services.activity import SYSTEM
from conference.vocabulary import Mode, Origin, SignUpStatus
from tests.cast import Cast
from tests.races import deeds, unguarded
from tests.races.conftest import Crowd
from tests.races.crowd import deed

pytestmark = pytest.mark.races
CROWD, PLACES = 16, 3
ROUNDS = 24  # of the control, until the race shows


def test_the_last_places_are_given_once_and_fall_to_those_who_wait(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    people, line_id = _people(cast, now), _line(cast)
    said = at_once([deed(deeds.sign_up, line_id, id_) for id_ in people])
    assert Counter(said) == {"confirmed": PLACES, "waitlisted": CROWD - PLACES}
    assert _standing(line_id) == (PLACES, PLACES, CROWD - PLACES)
    leaving = people[:6]
    assert set(at_once([deed(deeds.cancel, cast.meeting_id, id_) for id_ in leaving])) == {"cancelled"}
    assert _standing(line_id) == (PLACES, PLACES, CROWD - PLACES - len(leaving))


def test_without_the_lock_more_are_signed_up_than_there_are_places(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd, database_url: str
) -> None:
    unguarded.drop(database_url, "sign_ups", "uq_sign_ups_ticket")
    people = _people(cast, now)
    for _ in range(ROUNDS):
        line_id = _line(cast)
        at_once([deed(deeds.sign_up, line_id, id_) for id_ in people], without="locks")
        if _standing(line_id)[1] > PLACES:
            return
    pytest.fail("the race did not show")


def _people(cast: Cast, now: datetime) -> list[int]:
    made = [
        registration.register(
            cast.meeting_id,
            registration.Entry(name=f"代表{n}", unit_id=cast.kenli_id, mode=Mode.IN_PERSON, phone=f"1391000{n:04}"),
            actor=SYSTEM,
            origin=Origin.PROGRAM,
            public_url=cast.public_url,
            now=now,
        )
        for n in range(CROWD)
    ]
    ids = [one.delegate_id for one in made]
    db.release()
    return ids


def _line(cast: Cast) -> int:
    with db.transaction() as session:
        line_id = sign_ups.add_line(session, cast.meeting_id, PLACES).id
    db.release()
    return line_id


def _standing(line_id: int) -> tuple[int, int, int]:
    """Places taken as the line says, as the rows say, and how many wait."""
    taken = db.session().scalars(sa.select(SignUpLine.taken).where(SignUpLine.id == line_id)).one()
    rows = Counter(db.session().scalars(sa.select(SignUp.status).where(SignUp.line_id == line_id)))
    db.release()
    return taken, rows[SignUpStatus.CONFIRMED], rows[SignUpStatus.WAITLISTED]
