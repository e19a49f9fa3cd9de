"""What every test may ask for: an application on a clone of a fresh database, on SQLite and on PostgreSQL."""

from __future__ import annotations

import dataclasses
import gc
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db, jobs, sealing
from conference.app import create_app
from conference.services import files, instance
from conference.settings import Settings
from conference.web.limits import limiter
from tests import databases, instances
from tests.cast import Cast

pytest_plugins = [
    "tests.made_once",
    "tests.quick_passwords",
    "tests.databases",
    "tests.browsers",
    "tests.browser.servers",
    "tests.browser.streams",
]

PUBLIC_URL = "http://localhost"


def pytest_collection_finish() -> None:
    """What was made by collecting thousands of tests stays to the end: Python need not search it for garbage each time,
    nor so often.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


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
        "sms_url": None,
        "host": "127.0.0.1",
        "port": 0,
    }
    return Settings(**{**values, **changes})  # type: ignore[arg-type]


@contextmanager
def building(url: str) -> Iterator[None]:
    """An application of its own around the making of a template."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(url, instances.made(Path(folder))))
        with app.app_context():
            yield
            db.release()
            db.db.engine.dispose()


def migrate(url: str) -> None:
    """A database with our tables; made once a run, then cloned."""
    with building(url):
        instance.upgrade()


def populate(url: str) -> None:
    """A database with the cast in it; made once a run, then cloned. Their secrets go into a file beside it."""
    with building(url):
        instance.upgrade()
        cast = Cast.make(datetime.now(UTC).replace(microsecond=0), public_url=PUBLIC_URL)
        secrets_of_cast(url).write_text(json.dumps(dataclasses.asdict(cast)))


def secrets_of_cast(url: str) -> Path:
    """Where the ids and secrets of the cast in the template of this kind of database stand."""
    return Path(os.environ[databases.FOLDER]) / f"cast-{url.partition(':')[0].partition('+')[0]}.json"


@pytest.fixture(params=databases.KINDS)
def database_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A fresh database; with the cast in it for tests that ask for the cast."""
    build = populate if "cast" in request.fixturenames else migrate
    with databases.cloned(request.param, build, same_address=True) as url:
        yield url


@pytest.fixture(scope="session")
def instance_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return instances.made(tmp_path_factory.mktemp("instance"))


@pytest.fixture
def limited() -> None:
    """For a test of how often somebody may knock; the others knock as often as they like."""


@pytest.fixture
def app(request: pytest.FixtureRequest, database_url: str, instance_folder: Path) -> Iterator[APIFlask]:
    """An application without an application context: a client makes its own for each request.

    Making one costs more than most tests do. So it is made once a process for each kind of database, whose address
    stays the same, and what a test may have changed is put back.
    """
    limited = "limited" in request.fixturenames
    limiter.enabled = limited  # read when the application is made
    settings = settings_for(database_url, instance_folder)
    if limited:
        app = create_app(settings)
        app.config.update(WTF_CSRF_ENABLED=False)
    else:
        app = _made_once(settings)
    yield app
    with app.app_context():
        db.release()
        db.db.engine.dispose()


def _made_once(settings: Settings) -> APIFlask:
    if settings not in _APPS:
        app = create_app(settings)
        app.config.update(WTF_CSRF_ENABLED=False)
        _APPS[settings] = app, dict(app.config)
    app, config = _APPS[settings]
    app.config.clear()
    app.config.update(config)
    app.extensions["settings"] = settings
    # Another application that a test made has left its own here.
    sealing.configure(settings.data_key)
    jobs.configure(settings)
    files.configure(settings.instance)
    return app


_APPS: dict[Settings, tuple[APIFlask, dict[str, object]]] = {}


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
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def cast(database_url: str) -> Cast:
    """The people and units that all tests know by name; see tests/cast.py."""
    return Cast(**json.loads(secrets_of_cast(database_url).read_text()))
