"""Two stewards and one request, a gate and the screen and one person, a ticket and two people: one admission; and the
controls.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import CheckIn, Nod
from conference.services import nods, tickets
from conference.vocabulary import Outcome
from tests.cast import Cast
from tests.races import deeds, screen_deeds, unguarded
from tests.races.conftest import Crowd
from tests.races.crowd import Deed, deed
from tests.recount import assert_whole
from tests.screen import open_wall

pytestmark = pytest.mark.races
CROWD = 6
ROUNDS = 24  # of the control, until the race shows


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
    said = at_once(
        [deed(screen_deeds.nod, cast.meeting_id, cast.venue_id, nod, f"门{n}", n % 2 == 0) for n in range(CROWD)]
    )
    assert Counter(said)["decided_already"] == CROWD - 1
    (won,) = set(said) - {"decided_already"}
    scans = db.session().scalars(sa.select(CheckIn.outcome)).all()
    assert [outcome.value for outcome in scans] == (["admitted"] if won == "admitted" else [])
    assert_whole(cast.meeting_id)


def test_without_the_lock_several_stewards_decide(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    for _ in range(ROUNDS):
        nod = _asked(cast, now)
        decide = [deed(screen_deeds.nod, cast.meeting_id, cast.venue_id, nod, f"门{n}", False) for n in range(CROWD)]
        if Counter(at_once(decide, without="locks"))["turned_away"] > 1:
            return
    pytest.fail("the race did not show")


def test_the_gate_and_the_screen_at_one_instant_admit_once(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd
) -> None:
    open_wall(cast, now)
    db.release()
    by_gate = [deed(deeds.scan, cast.meeting_id, cast.liran_code, cast.venue_id, f"n{n}", "东门") for n in range(CROWD)]
    by_screen = [deed(screen_deeds.check_oneself_in, cast.meeting_id, cast.venue_id, cast.liran_token)] * CROWD
    said = at_once(by_gate + by_screen)
    outcomes = Counter(answer if isinstance(answer, str) else answer["outcome"] for answer in said)
    assert outcomes == {"admitted": 1, "already": 2 * CROWD - 1}
    assert_whole(cast.meeting_id)


def _two_of_one_ticket(cast: Cast, now: datetime) -> list[Deed]:
    """A phone that knows the pages of two people, whose buttons are tapped at one instant, `CROWD` times."""
    ticket, tokens = tickets.make(cast.venue_id, now=now), (cast.liran_token, cast.chenzhuo_token)
    return [deed(screen_deeds.use_ticket, cast.meeting_id, ticket, tokens[n % 2]) for n in range(CROWD)]


def test_a_ticket_lets_one_of_two_in(context: APIFlask, cast: Cast, now: datetime, at_once: Crowd) -> None:
    said = at_once(_two_of_one_ticket(cast, now))
    assert Counter(said) == {"admitted": CROWD // 2, "here_spent": CROWD // 2}
    scan = db.session().scalars(sa.select(CheckIn)).one()
    whose = cast.liran_id if said[0] == "admitted" else cast.chenzhuo_id
    assert (scan.outcome, scan.delegate_id) == (Outcome.ADMITTED, whose)
    assert_whole(cast.meeting_id)


def test_without_the_constraint_a_ticket_lets_both_in(
    context: APIFlask, cast: Cast, now: datetime, at_once: Crowd, database_url: str
) -> None:
    two = _two_of_one_ticket(cast, now)
    db.release()
    unguarded.drop(database_url, "check_ins", "uq_check_ins_meeting_id_nonce")
    at_once(two, without="nonce")
    people = db.session().scalars(sa.select(CheckIn.delegate_id).where(CheckIn.outcome == Outcome.ADMITTED)).all()
    assert Counter(people) == Counter([cast.liran_id, cast.chenzhuo_id])
