"""What every test may ask for: an application on a clone of a fresh database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.app import create_app
from conference.services import instance
from conference.settings import Settings
from tests import databases
from tests.cast import Cast

pytest_plugins = ["tests.databases", "tests.browsers", "tests.browser.servers"]

PUBLIC_URL = "http://localhost"


def settings_for(url: str, folder: Path, **changes: object) -> Settings:
    """The settings of a test: secrets are fixed, so that a cloned database can be read."""
    values: dict[str, object] = {
        "instance": folder,
        "database_url": url,
        "redis_url": None,
        "secret_key": "a secret for tests",
        "data_key": bytes(32),
        "public_url": PUBLIC_URL,
        "proxies": 0,
        "demo": False,
        "smtp_url": None,
        "host": "127.0.0.1",
        "port": 0,
    }
    return Settings(**{**values, **changes})  # type: ignore[arg-type]


def migrate(url: str) -> None:
    """A database with our tables; made once a run, then cloned."""
    # A folder of its own: another run would clear the style sheets out of a shared one.
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(url, Path(folder)))
        with app.app_context():
            instance.upgrade()
            db.release()
            db.db.engine.dispose()


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    with databases.cloned(request.param, migrate) as url:
        yield url


@pytest.fixture(scope="session")
def instance_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("instance")


@pytest.fixture
def app(database_url: str, instance_folder: Path) -> Iterator[APIFlask]:
    """An application without an application context: a client makes its own for each request."""
    app = create_app(settings_for(database_url, instance_folder))
    app.config.update(TESTING=False, WTF_CSRF_ENABLED=False, RATELIMIT_ENABLED=False)
    yield app
    with app.app_context():
        db.release()
        db.db.engine.dispose()


@pytest.fixture
def context(app: APIFlask) -> Iterator[APIFlask]:
    """The application with its context pushed, for tests of services."""
    with app.app_context():
        yield app
        db.release()


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def now() -> datetime:
    """Now, to the second: services take it as an argument, requests take their own."""
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=0)


@pytest.fixture
def cast(app: APIFlask, now: datetime) -> Cast:
    """The people and units that all tests know by name; see tests/cast.py."""
    with app.app_context():
        made = Cast.make(now, public_url=PUBLIC_URL)
        db.release()
    return made
