"""`conference privacy expire`: as a process, on both databases; says how much it erased, and is harmless twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from conference import db
from conference.app import create_app
from conference.models import Delegate
from conference.settings import read
from tests import databases
from tests.cast import Cast
from tests.cli.commands import Instance


@pytest.fixture(params=databases.KINDS)
def instance(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Instance]:
    with databases.empty(request.param) as url:
        yield Instance(tmp_path / "instance", None if request.param == "sqlite" else url)


def test_expiry_erases_what_is_due_and_says_so(instance: Instance) -> None:
    assert "conference init" in instance.run("privacy", "expire").stderr
    instance.does("init")
    assert instance.does("privacy", "expire") == "Erased 0 people, 0 liaisons, 0 messages, 0 answers.\n"
    app = create_app(read(instance.environment()))
    with app.app_context():
        Cast.make(datetime.now(UTC) - timedelta(days=367), public_url="http://localhost")
        db.release()
    assert instance.does("privacy", "expire") == "Erased 3 people, 0 liaisons, 0 messages, 0 answers.\n"
    with app.app_context():
        assert set(db.session().scalars(sa.select(Delegate.name))) == {"—"}
        db.release()
        db.db.engine.dispose()
    assert instance.does("privacy", "expire") == "Erased 0 people, 0 liaisons, 0 messages, 0 answers.\n"
