"""Whoever waits for a code does not wait for the worker's next round."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from apiflask import APIFlask

from conference import db
from conference.app import create_app
from conference.services import one_time_codes
from conference.settings import read
from conference.vocabulary import CodePurpose
from tests.cast import Cast
from tests.cli.commands import Instance

AT_ONCE = 10.0  # seconds; a round is twenty
PATIENCE = 90.0


@pytest.fixture
def instance(tmp_path: Path) -> Instance:
    instance = Instance(tmp_path / "instance")
    instance.does("init")
    return instance


@pytest.fixture
def app(instance: Instance, tmp_path: Path) -> Iterator[APIFlask]:
    """The same instance in this process, as the web server has it; its SMS go to a file."""
    settings = read(instance.environment(SMS_URL=(tmp_path / "sms.jsonl").as_uri()))
    app = create_app(settings)
    with app.app_context():
        yield app
        db.release()
        db.db.engine.dispose()


def until(true: Callable[[], object], within: float) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within, "waited in vain"
        time.sleep(0.05)
    return time.monotonic() - began


def test_a_code_leaves_at_once(app: APIFlask, instance: Instance, tmp_path: Path) -> None:
    cast = Cast.make(datetime.now(UTC), public_url="http://localhost")
    db.release()
    file = tmp_path / "sms.jsonl"

    def texts() -> list[str]:
        return [json.loads(line)["text"] for line in file.read_text("utf-8").splitlines()] if file.exists() else []

    worker = instance.start("worker", log=tmp_path / "log", SMS_URL=file.as_uri())
    try:
        until(lambda: len(texts()) == 3, PATIENCE)  # the cast are told of their places
        for n, phone in enumerate(("13800000001", "13800000002")):  # one alone could fall to the round
            now = datetime.now(UTC)
            one_time_codes.ask(CodePurpose.RETURN, phone, meeting_id=cast.meeting_id, now=now)
            until(lambda n=n: len(texts()) == 4 + n, AT_ONCE)  # type: ignore[misc]  # mypy takes no default here
            code = re.search(r"\d{6}", texts()[-1])
            assert code is not None
            one_time_codes.check(CodePurpose.RETURN, phone, code[0], meeting_id=cast.meeting_id, now=now)
    finally:
        worker.terminate()
        assert worker.wait(40) == 0
