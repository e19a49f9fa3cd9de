"""The minute of an opening: units by the hundred enter their people at once, through the real web server.

What the last place of a line is sold to when its guard is off is shown in test_places.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from benchmarks.service import running
from conference import db
from conference.models import Delegate, Line
from conference.services import activity, meetings, tokens, units
from conference.services.delegates import Doing
from conference.vocabulary import DelegateStatus, MeetingStatus, Mode, OpenTo, Scope
from tests import instances
from tests.recount import assert_whole

pytestmark = pytest.mark.races
HERE = Mode.IN_PERSON
CLIENTS = 32
UNITS = 200
PEOPLE = 2_000
HALL = 360
SMALL_HALL = 40
ROUNDS = 12  # of each client where people also leave


@dataclass(frozen=True)
class Answer:
    """To one request: when it was sent and its answer was there, on this machine's clock."""

    sent: float
    came: float
    status: int
    body: dict[str, Any]


@dataclass(frozen=True)
class Opening:
    """A meeting that has just opened, served on a port."""

    meeting_id: int
    slug: str
    unit_ids: list[int]
    token: str
    port: int

    def client(self) -> Client:
        return Client(self, http.client.HTTPConnection("127.0.0.1", self.port, timeout=60))


@dataclass
class Client:
    """One program at the API, on a connection of its own."""

    opening: Opening
    connection: http.client.HTTPConnection
    answers: list[Answer] = field(default_factory=list)

    def enter(self, n: int) -> dict[str, Any]:
        unit_id = self.opening.unit_ids[n % len(self.opening.unit_ids)]
        body = {"name": f"代表{n}", "unit_id": unit_id, "mode": "in_person", "phone": f"137{n:08d}"}
        return self._post("delegates", body)

    def cancel(self, delegate_id: int) -> dict[str, Any]:
        return self._post(f"delegates/{delegate_id}/cancel", {})

    def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.opening.token}", "Content-Type": "application/json"}
        sent = time.monotonic()
        self.connection.request(
            "POST", f"/api/v1/meetings/{self.opening.slug}/{path}", json.dumps(body).encode(), headers
        )
        response = self.connection.getresponse()
        said: dict[str, Any] = json.loads(response.read())
        self.answers.append(Answer(sent, time.monotonic(), response.status, said))
        return said


@pytest.fixture
def opening(context: APIFlask, database_url: str, now: datetime, tmp_path: Path) -> Iterator[Opening]:
    doing = Doing(activity.SYSTEM, now, "http://localhost")
    plan = meetings.Plan(
        slug="opening",
        title="示例推进会",
        place="示例会堂",
        province="140000",
        starts_at=now + timedelta(days=1),
        ends_at=now + timedelta(days=2),
        registration_opens_at=now - timedelta(minutes=1),
        registration_closes_at=now + timedelta(hours=8),
        capacity={HERE: HALL, Mode.ONLINE: None},
        status=MeetingStatus.OPEN,
        open_to=OpenTo.ANYONE,
    )
    with db.transaction():
        meeting_id = meetings.make(plan, doing).id
        facts = [units.UnitFacts(f"示例单位{n}", "140000") for n in range(UNITS)]
        unit_ids = [units.add(meeting_id, one, doing)[0].unit_id for one in facts]
        token = tokens.create("opening", Scope.ORGANISE, meeting_id=meeting_id, actor=activity.SYSTEM, now=now)
    db.release()
    environment = {"CONFERENCE_INSTANCE": str(instances.made(tmp_path / "instance")), "DATABASE_URL": database_url}
    with running(environment, database=None, application="wsgi:app") as service:
        yield Opening(meeting_id, plan.slug, unit_ids, token, service.port)


def test_two_thousand_people_of_two_hundred_units_at_once(opening: Opening) -> None:
    numbers = itertools.count()

    def work(client: Client) -> None:
        while (n := next(numbers)) < PEOPLE:
            client.enter(n)

    clients = _at_once(opening, work)
    answers = [answer for client in clients for answer in client.answers]
    assert Counter(answer.status for answer in answers) == {201: PEOPLE}
    assert Counter(answer.body["status"] for answer in answers) == {"confirmed": HALL, "waitlisted": PEOPLE - HALL}

    line = {person.id: n for n, person in enumerate(_line(opening), 1)}
    waits = [answer for answer in answers if answer.body["status"] == "waitlisted"]
    assert {answer.body["id"]: answer.body["waitlist_place"] for answer in waits} == line
    assert sorted(line.values()) == list(range(1, PEOPLE - HALL + 1))
    # Whoever was answered before another one asked stands before them: each client's own people, and all others.
    assert _out_of_order(answers, lambda answer: line.get(answer.body["id"], 0)) == []
    assert sorted(answer.body["number"] for answer in answers) == [f"{n:04d}" for n in range(1, PEOPLE + 1)]
    assert len({answer.body["code"] for answer in answers}) == PEOPLE
    assert_whole(opening.meeting_id)


def test_no_place_stays_free_beside_somebody_who_waits_while_people_come_and_leave(
    opening: Opening, database_url: str, now: datetime
) -> None:
    meetings.edit(opening.meeting_id, {"capacity": {HERE: SMALL_HALL}}, Doing(activity.SYSTEM, now, "http://localhost"))
    db.release()
    numbers = itertools.count()

    def work(client: Client) -> None:
        """Of three that it enters, each client takes the first back, wherever they stand by then."""
        for _ in range(ROUNDS):
            first, *_others = [client.enter(next(numbers)) for _ in range(3)]
            client.cancel(first["id"])

    with _watched(database_url) as seen:
        clients = _at_once(opening, work)
    answers = [answer for client in clients for answer in client.answers]
    entered = [answer.body for answer in answers if answer.status == 201]
    left = [answer.body for answer in answers if answer.status == 200]
    assert (len(entered), len(left)) == (CLIENTS * ROUNDS * 3, CLIENTS * ROUNDS)
    assert {body["status"] for body in left} == {"cancelled"}
    assert len(seen) > 10
    assert [moment for moment in seen if moment.free and moment.waiting] == []

    waiting = [person.number for person in _line(opening)]
    there = _people(opening, Delegate.status == DelegateStatus.CONFIRMED)
    assert (len(there), len(waiting)) == (SMALL_HALL, CLIENTS * ROUNDS * 2 - SMALL_HALL)
    # Numbers are given under the lock of the line, so that they tell who came first: nobody was passed over.
    assert waiting == sorted(waiting)
    assert max(person.number for person in there) < waiting[0]
    assert_whole(opening.meeting_id)


def _at_once(opening: Opening, work: Callable[[Client], None]) -> list[Client]:
    """Let `CLIENTS` of them work, each in a thread of its own, beginning at one instant."""
    clients = [opening.client() for _ in range(CLIENTS)]
    together = threading.Barrier(CLIENTS)

    def begin(client: Client) -> None:
        together.wait(30)
        work(client)
        client.connection.close()

    threads = [threading.Thread(target=begin, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return clients


def _out_of_order(answers: list[Answer], place: Callable[[Answer], int]) -> list[Answer]:
    """Those who got an earlier place than somebody who was answered before they asked."""
    answered = sorted(answers, key=lambda answer: answer.came)
    found, last, upcoming = [], 0, iter(answered)
    coming = next(upcoming, None)
    for answer in sorted(answers, key=lambda one: one.sent):
        while coming is not None and coming.came < answer.sent:
            last = max(last, place(coming))
            coming = next(upcoming, None)
        if place(answer) < last:
            found.append(answer)
    return found


@dataclass(frozen=True)
class Moment:
    """How it stood between two transactions, read in one statement."""

    free: int
    waiting: int


@contextlib.contextmanager
def _watched(url: str) -> Iterator[list[Moment]]:
    """Look at the line again and again while others work."""
    seen: list[Moment] = []
    over = threading.Event()
    waiting = sa.select(sa.func.count()).where(Delegate.queue_mode == HERE).scalar_subquery()
    query = sa.select(Line.capacity - Line.taken, waiting).where(Line.mode == HERE)

    def look() -> None:
        engine = sa.create_engine(url)
        while not over.wait(0.02):
            with engine.connect() as connection:
                seen.append(Moment(*connection.execute(query).one()))
        engine.dispose()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _line(opening: Opening) -> list[Delegate]:
    return sorted(_people(opening, Delegate.ticket.is_not(None)), key=lambda person: person.ticket or 0)


def _people(opening: Opening, *where: sa.ColumnElement[bool]) -> list[Delegate]:
    db.release()
    query = sa.select(Delegate).where(Delegate.meeting_id == opening.meeting_id, *where)
    return list(db.session().scalars(query))
