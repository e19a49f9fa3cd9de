"""The sender killed at random, and several at once: nobody gets two, and nobody none without it being said."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.app import create_app
from conference.models import OutboxMessage
from conference.notices.channels import Channels
from conference.services import activity, delivery, registration
from conference.vocabulary import MessageState, Mode, Origin
from tests.cast import Cast
from tests.conftest import settings_for
from tests.forked import processes
from tests.races import crowd, deeds, mailboxes
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.races.mailboxes import Server

pytestmark = pytest.mark.races
PEOPLE = 60
KILLED_FOR = 8.0  # seconds
ROUNDS = 24  # of a control, until the race shows


@pytest.fixture
def written(context: APIFlask, cast: Cast, now: datetime) -> list[str]:
    """A message to each of `PEOPLE` people who have an address; the cast have none."""
    addresses = [f"person-{n}@example.org" for n in range(PEOPLE)]
    with db.transaction():
        for n, address in enumerate(addresses):
            registration.register(
                cast.meeting_id,
                registration.Entry(f"代表{n}", cast.kenli_id, Mode.ONLINE, email=address),
                actor=activity.SYSTEM,
                origin=Origin.PROGRAM,
                public_url=cast.public_url,
                now=now - timedelta(minutes=1),
            )
    db.release()
    return addresses


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    server = mailboxes.start(tmp_path, slow=0.02)
    yield server
    server.stop()


def states() -> dict[str, MessageState]:
    """By the number in the person's name, how their message stands."""
    from conference.models import Delegate

    rows = db.session().execute(
        sa.select(Delegate.name, OutboxMessage.state)
        .join(Delegate, Delegate.id == OutboxMessage.delegate_id)
        .where(Delegate.name.startswith("代表"))
    )
    found = {f"person-{name.removeprefix('代表')}@example.org": state for name, state in rows}
    db.release()
    return found


def work(url: str, instance: Path, smtp_url: str, ahead: timedelta, pipe: Connection) -> None:
    """A worker that sends what is due, in a process of its own; `ahead` of its clock, earlier claims have run out."""
    app = create_app(settings_for(url, instance))
    with app.app_context():
        db.session().execute(sa.text("SELECT 1"))
        db.release()
        pipe.send("ready")
        channels = Channels("http://localhost", smtp_url=smtp_url)
        while delivery.deliver(channels, now=datetime.now(UTC) + ahead):
            continue
        pipe.send("done")


def started(url: str, instance: Path, server: Server, ahead: timedelta) -> tuple[BaseProcess, Connection]:
    ours, theirs = processes.Pipe()
    process = processes.Process(target=work, args=(url, instance, server.url, ahead, theirs), daemon=True)
    process.start()
    theirs.close()
    assert ours.poll(crowd.PATIENCE)
    assert ours.recv() == "ready"
    return process, ours


def killed(process: BaseProcess) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join(10)


def test_a_sender_killed_at_random_sends_nothing_twice_and_loses_nothing(
    written: list[str], server: Server, database_url: str, instance_folder: Path
) -> None:
    chance, began, deaths = random.Random(2026), time.monotonic(), 0
    while time.monotonic() - began < KILLED_FOR:
        process, pipe = started(database_url, instance_folder, server, deaths * 2 * delivery.CLAIMED)
        if pipe.poll(chance.uniform(0.0, 0.25)):
            break  # it came to the end
        killed(process)
        deaths += 1
    process, pipe = started(database_url, instance_folder, server, (deaths + 1) * 2 * delivery.CLAIMED)
    assert pipe.poll(crowd.PATIENCE)
    process.join(10)

    assert deaths >= 5, "it was hardly ever killed"
    got, stand = Counter(server.recipients), states()
    assert set(stand) == set(written)
    assert max(got.values()) == 1
    assert {stand[address] for address in written if address not in got} <= {MessageState.IN_DOUBT}
    assert {address for address, state in stand.items() if state is MessageState.SENT} <= set(got)
    doubtful = [address for address, state in stand.items() if state is MessageState.IN_DOUBT]
    assert len(doubtful) <= deaths  # at most the one that it had in hand
    assert set(stand.values()) <= {MessageState.SENT, MessageState.IN_DOUBT}


@pytest.mark.parametrize(
    ("step", "after"),
    [("EHLO", MessageState.SENT), ("RCPT", MessageState.SENT), ("DATA", MessageState.IN_DOUBT)],
)
def test_only_the_last_step_leaves_a_message_in_doubt(
    written: list[str], tmp_path: Path, database_url: str, instance_folder: Path, step: str, after: MessageState
) -> None:
    server = mailboxes.start(tmp_path, stall=step)
    try:
        process, _ = started(database_url, instance_folder, server, timedelta())
        waited = time.monotonic()
        while not server.stalled.exists():
            assert time.monotonic() - waited < crowd.PATIENCE
            os.sched_yield()
        killed(process)
        process, pipe = started(database_url, instance_folder, server, 2 * delivery.CLAIMED)
        assert pipe.poll(crowd.PATIENCE)
        process.join(10)
    finally:
        server.stop()
    assert Counter(states().values()) == Counter({MessageState.SENT: PEOPLE - 1}) + Counter([after])
    assert Counter(server.recipients) == Counter(written)  # the server of this test has taken the doubtful one


def test_many_workers_send_each_message_once(written: list[str], server: Server, at_once: Crowd) -> None:
    sent = at_once([deed(deeds.send, server.url) for _ in range(6)])
    assert sum(sent) == PEOPLE
    assert Counter(server.recipients) == Counter(written)
    assert set(states().values()) == {MessageState.SENT}


def test_without_its_guards_a_message_is_sent_twice(written: list[str], server: Server, at_once: Crowd) -> None:
    for _ in range(ROUNDS):
        at_once([deed(deeds.send, server.url) for _ in range(6)], without="doubt")
        if max(Counter(server.recipients).values()) > 1:
            return
        with db.transaction() as session:
            session.execute(
                sa.update(OutboxMessage).values(state=MessageState.WAITING, next_attempt_at=datetime.now(UTC))
            )
        server.taken.unlink()
    pytest.fail("the race did not show")
