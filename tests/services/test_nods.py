"""A steward's nod: asked by name and digits, decided once, and what a ticket is good for."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import CheckIn, Delegate, Nod
from conference.sealing import seal
from conference.services import activity, at_the_screen, delegates, links, nods, proof, self_check_ins, tickets
from conference.services.delegates import Doing
from conference.services.scans import Gate
from conference.services.tickets import Ticket
from conference.vocabulary import Missing, Refusal, Refused
from tests.cast import Cast
from tests.recount import assert_whole

EAST = Gate("东门", 7)


@pytest.fixture
def ticket(context: APIFlask, cast: Cast, now: datetime) -> Ticket:
    return tickets.make(cast.venue_id, now=now)


def refusal_of(call: object, *arguments: object, **named: object) -> Refusal | None:
    assert callable(call)
    try:
        call(*arguments, **named)
    except Refused as refused:
        return refused.refusal
    return None


def open_id(cast: Cast, now: datetime) -> int:
    (asking,) = nods.waiting_at(cast.meeting_id, cast.venue_id, now=now)
    return asking.id


def scans_kept() -> list[tuple[str, str, str | None]]:
    kept = db.session().scalars(sa.select(CheckIn).order_by(CheckIn.id))
    return [(scan.gate, scan.outcome.value, scan.reason.value if scan.reason else None) for scan in kept]


def test_a_steward_nods_and_the_person_is_in(cast: Cast, ticket: Ticket, now: datetime) -> None:
    for _ in range(2):  # the form sent twice
        nods.ask(cast.meeting_id, ticket, "李 然", "０００１", now=now)
    (asking,) = nods.waiting_at(cast.meeting_id, cast.venue_id, now=now)
    asked = nods.of_ticket(ticket, now=now)
    assert asked is not None
    assert (asking.name, asking.unit, asking.mark) == ("李然", "呼和浩特市玉泉区民政局", asked.mark)
    assert nods.count(cast.venue_id, now=now) == 1
    for _ in range(2):  # and the steward's
        answer = nods.decide(cast.meeting_id, cast.venue_id, asking.id, granted=True, gate=EAST, now=now)
        assert answer is not None
        assert (answer["outcome"], answer["delegate"]["id"]) == ("admitted", cast.liran_id)
    assert scans_kept() == [("东门", "admitted", None)]
    stage = at_the_screen.of(cast.meeting_id, ticket, [], now=now)
    assert stage.answer is not None
    assert stage.answer["outcome"] == "admitted"
    assert nods.count(cast.venue_id, now=now) == 0
    assert_whole(cast.meeting_id)


def test_a_steward_says_no(cast: Cast, ticket: Ticket, now: datetime) -> None:
    nods.ask(cast.meeting_id, ticket, "李然", "0001", now=now)
    nod = open_id(cast, now)
    where = (cast.meeting_id, cast.venue_id, nod)
    assert nods.decide(*where, granted=False, gate=EAST, now=now) is None
    assert refusal_of(nods.decide, *where, granted=True, gate=EAST, now=now) is Refusal.DECIDED_ALREADY
    assert refusal_of(nods.decide, *where, granted=False, gate=Gate("西门"), now=now) is Refusal.DECIDED_ALREADY
    asked = nods.of_ticket(ticket, now=now)
    assert asked is not None
    assert (asked.waiting, asked.turned_away) == (False, True)
    assert refusal_of(nods.ask, cast.meeting_id, ticket, "李然", "0001", now=now) is Refusal.HERE_SPENT
    assert scans_kept() == []


@pytest.mark.parametrize(("name", "tail"), [("李然", "0002"), ("赵敏", "0001"), ("李然", ""), ("李", "0001")])
def test_what_does_not_fit_asks_nobody(cast: Cast, ticket: Ticket, now: datetime, name: str, tail: str) -> None:
    assert refusal_of(nods.ask, cast.meeting_id, ticket, name, tail, now=now) is Refusal.NOBODY_FITS
    assert nods.waiting_at(cast.meeting_id, cast.venue_id, now=now) == []
    nods.ask(cast.meeting_id, ticket, "李然", "0001", now=now)  # the ticket is not spent by a slip
    assert nods.count(cast.venue_id, now=now) == 1


def test_digits_are_not_guessed(cast: Cast, ticket: Ticket, now: datetime) -> None:
    for guess in range(proof.TRIES):
        wrong = (cast.meeting_id, tickets.make(cast.venue_id, now=now), "李然", f"77{guess:02}")
        assert refusal_of(nods.ask, *wrong, now=now) is Refusal.NOBODY_FITS
    assert refusal_of(nods.ask, cast.meeting_id, ticket, "李然", "0001", now=now) is Refusal.NOBODY_FITS
    assert nods.count(cast.venue_id, now=now) == 0


def test_of_two_namesakes_with_the_same_digits_none_is_picked(cast: Cast, ticket: Ticket, now: datetime) -> None:
    with db.transaction() as session:
        session.execute(
            sa.update(Delegate)
            .where(Delegate.id == cast.chenzhuo_id)
            .values(name="李然", phone_sealed=seal("+8613800090001"))
        )
    assert refusal_of(nods.ask, cast.meeting_id, ticket, "李然", "0001", now=now) is Refusal.NOBODY_FITS
    assert nods.count(cast.venue_id, now=now) == 0


def test_ten_minutes_and_three_requests_at_once(cast: Cast, ticket: Ticket, now: datetime) -> None:
    for _ in range(nods.OPEN_AT_MOST):
        nods.ask(cast.meeting_id, tickets.make(cast.venue_id, now=now), "李然", "0001", now=now)
    assert refusal_of(nods.ask, cast.meeting_id, ticket, "李然", "0001", now=now) is Refusal.ASKED_TOO_OFTEN
    first = nods.waiting_at(cast.meeting_id, cast.venue_id, now=now)[0].id
    late = now + nods.LASTS
    assert (nods.count(cast.venue_id, now=late), nods.waiting_at(cast.meeting_id, cast.venue_id, now=late)) == (0, [])
    where = (cast.meeting_id, cast.venue_id, first)
    assert refusal_of(nods.decide, *where, granted=True, gate=EAST, now=late) is Refusal.NOD_OVER
    assert refusal_of(nods.ask, cast.meeting_id, ticket, "李然", "0001", now=late) is Refusal.HERE_EXPIRED
    with pytest.raises(Missing):
        nods.decide(cast.meeting_id, cast.venue_id + 1, first, granted=True, gate=EAST, now=now)


def test_a_ticket_lets_one_person_in_once(cast: Cast, ticket: Ticket, now: datetime) -> None:
    liran, chenzhuo = (links.by_token(token) for token in (cast.liran_token, cast.chenzhuo_token))
    assert liran is not None
    assert chenzhuo is not None
    here = {"meeting_id": cast.meeting_id, "now": now}
    first = self_check_ins.by_ticket(liran, ticket, **here)  # type: ignore[arg-type]  # one int, one time
    assert self_check_ins.by_ticket(liran, ticket, **here) == first  # type: ignore[arg-type]
    assert refusal_of(self_check_ins.by_ticket, chenzhuo, ticket, **here) is Refusal.HERE_SPENT
    over = {"meeting_id": cast.meeting_id, "now": now + timedelta(minutes=10)}
    assert refusal_of(self_check_ins.by_ticket, liran, ticket, **over) is Refusal.HERE_EXPIRED
    assert scans_kept() == [("自助签到", "admitted", None)]


def test_who_was_let_in_by_their_link_meanwhile_is_not_let_in_again(cast: Cast, ticket: Ticket, now: datetime) -> None:
    nods.ask(cast.meeting_id, ticket, "李然", "0001", now=now)
    link = links.by_token(cast.liran_token)
    assert link is not None
    self_check_ins.by_ticket(link, ticket, meeting_id=cast.meeting_id, now=now)
    nod = open_id(cast, now)
    answer = nods.decide(cast.meeting_id, cast.venue_id, nod, granted=True, gate=EAST, now=now)
    assert answer is not None
    assert answer["outcome"] == "admitted"
    assert scans_kept() == [("自助签到", "admitted", None)]


def test_erasing_takes_the_requests_with_it(cast: Cast, ticket: Ticket, now: datetime) -> None:
    nods.ask(cast.meeting_id, ticket, "李然", "0001", now=now)
    delegates.erase(cast.meeting_id, cast.liran_id, Doing(activity.SYSTEM, now, cast.public_url))
    assert db.session().scalars(sa.select(Nod)).all() == []
