"""The databases that tests run on: each test gets one of its own, cloned from a template that is built once a run.

PostgreSQL is a throw-away cluster in a temporary folder, reached by a Unix socket that only we can open; nothing of the
machine's own PostgreSQL is used but its programs. It is shared by all workers of a run, and gone at the end, whatever
the end was. Where PostgreSQL is missing its tests are skipped, and the reason stands at the end of the output.

conftest.py loads this as a plugin and makes its fixtures:

    pytest_plugins = ["tests.databases", "tests.browsers"]

    @pytest.fixture(params=databases.KINDS)
    def database_url(request, tmp_path):
        with databases.cloned(request.param, build=migrate) as url:
            yield url

where `migrate(url)` makes the tables in an empty database, and may put the cast into them.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import fcntl
import functools
import hashlib
import itertools
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

KINDS = ("sqlite", "postgresql")
Build = Callable[[str], None]

# One folder a run; every worker of pytest-xdist finds it here, and so do the processes that tests start.
FOLDER = "TONGXING_TESTS_FOLDER"
STARTED_WITHIN = 60.0
_names = itertools.count(1)


# What a conftest uses


def missing(kind: str) -> str | None:
    """Why there is no database of this kind here, in words for the end of the output; None when there is."""
    if kind == "sqlite":
        return None
    if os.environ.get("TESTS_POSTGRESQL") == "0":
        return "TESTS_POSTGRESQL=0 was set"
    if programs() is None:
        return "PostgreSQL's server is not installed (no initdb): install the package postgresql"
    if os.geteuid() == 0 and _owner() is None:
        return "PostgreSQL does not run as root, and there is no user postgres or nobody to run it as"
    return None


def require(kind: str) -> None:
    """Skip the test when there is no database of this kind; the reason is said again at the end of the run."""
    reason = missing(kind)
    if reason is not None:
        pytest.skip(f"{kind}: {reason}")


@contextlib.contextmanager
def cloned(
    kind: str, build: Build, *, name: str = "", folder: Path | None = None, same_address: bool = False
) -> Iterator[str]:
    """The address (a SQLAlchemy URL) of a fresh database, as `build` left its template; it is dropped afterwards.

    With `same_address` it is the same each time in a process, so that an application made for it can be used again.

    `build` is called once a run with the address of an empty database, in whichever worker comes first, and must have
    closed its connections when it returns. It and `name` tell templates apart. `folder` is where the file of a SQLite
    database goes (for tests that want a real disk); by default one in memory-backed storage is chosen where there is
    any. Skips the test when the kind is missing.
    """
    require(kind)
    template = _template(kind, build, name)
    if kind == "sqlite":
        with _sqlite_clone(template, folder, same_address) as url:
            yield url
    else:
        with _postgresql_clone(template, same_address) as url:
            yield url


@contextlib.contextmanager
def empty(kind: str, *, folder: Path | None = None) -> Iterator[str]:
    """The address of a fresh database with nothing in it, for tests of migrations, backups and first starts."""
    with cloned(kind, _nothing, name="empty", folder=folder) as url:
        yield url


def template(kind: str, build: Build, *, name: str = "") -> str:
    """Build the template now, so that the first test does not pay for it. Returns its name or path."""
    require(kind)
    return _template(kind, build, name)


def programs() -> Path | None:
    """The folder of PostgreSQL's server programs, the newest where there are several."""
    places = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]  # Debian's
    places.sort(key=lambda place: float(place.parent.name))
    if places:
        return places[-1]
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


# The plugin: one cluster a run, started by whoever coordinates it


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Before the workers exist: they inherit the folder, and find the cluster running."""
    run_folder()
    if missing("postgresql") is None:
        _cluster()


def pytest_unconfigure(config: pytest.Config) -> None:
    """In every worker, and at last in the process that coordinates them."""
    _end()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reason = missing("postgresql")
    if reason is not None:
        terminalreporter.section("left out: every test on PostgreSQL", yellow=True)
        terminalreporter.line(reason)


# Templates


def _template(kind: str, build: Build, name: str) -> str:
    label = f"{build.__module__}.{build.__qualname__} {name}"
    stem = f"template_{hashlib.sha256(label.encode()).hexdigest()[:12]}"
    folder = run_folder()
    built = folder / f"{stem}.{kind}.built"
    if not built.exists():
        with _alone(folder / f"{stem}.{kind}.lock"):
            if not built.exists():
                if kind == "sqlite":
                    _build_sqlite(folder / f"{stem}.sqlite", build)
                else:
                    _build_postgresql(stem, build)
                built.touch()
    return stem if kind == "postgresql" else str(folder / f"{stem}.sqlite")


def _build_sqlite(path: Path, build: Build) -> None:
    draft = path.with_suffix(".draft")
    for left in draft.parent.glob(f"{draft.name}*"):  # of a build that failed
        left.unlink()
    build(f"sqlite:///{draft}")
    # The backup holds what the write-ahead log still had, and keeps the journal mode: a file that can be copied.
    with contextlib.closing(sqlite3.connect(draft)) as source, contextlib.closing(sqlite3.connect(path)) as target:
        source.backup(target)
        target.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


def _build_postgresql(name: str, build: Build) -> None:
    connection = _administrator()
    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    build(_address(name))
    # Nobody may be in a database while it is copied.
    connection.execute(sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS false").format(sql.Identifier(name)))
    connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])


def _nothing(url: str) -> None:
    """An empty database is what there is already."""


# Clones


@contextlib.contextmanager
def _sqlite_clone(template: str, folder: Path | None, same_address: bool) -> Iterator[str]:
    if same_address:
        place = run_folder() / f"again-{os.getpid()}"
        # A server that was still answering when its test failed may have written once more.
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
    else:
        place = Path(tempfile.mkdtemp(prefix="clone-", dir=folder or run_folder()))
    try:
        shutil.copyfile(template, place / "conference.sqlite")
        yield f"sqlite:///{place / 'conference.sqlite'}"
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextlib.contextmanager
def _postgresql_clone(template: str, same_address: bool) -> Iterator[str]:
    name = f"again_{os.getpid()}" if same_address else f"clone_{os.getpid()}_{next(_names)}"
    connection = _administrator()
    # Copying files is twice as quick as version 15's other way, through the log; older ones know nothing else.
    strategy = sql.SQL("STRATEGY FILE_COPY" if connection.info.server_version >= 150000 else "")
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} {}").format(sql.Identifier(name), sql.Identifier(template), strategy)
    )
    try:
        yield _address(name)
    finally:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


_administrators: dict[int, psycopg.Connection] = {}


def _administrator() -> psycopg.Connection:
    """The connection of this process that makes and drops databases."""
    connection = _administrators.get(os.getpid())
    if connection is None or connection.closed:
        connection = psycopg.connect(host=str(_cluster()), user="postgres", dbname="postgres", autocommit=True)
        _administrators[os.getpid()] = connection
    return connection


def _address(name: str) -> str:
    return f"postgresql+psycopg://postgres@/{name}?host={_cluster()}"


# The cluster


def _cluster() -> Path:
    """The folder of the socket of this run's cluster, which is started if it is not running yet."""
    folder = run_folder()
    socket = folder / "pg"
    if not (socket / "ready").exists():
        with _alone(folder / "pg.lock"):
            if not (socket / "ready").exists():
                _start(socket)
                (socket / "ready").touch()
    return socket


def _start(place: Path) -> None:
    where = programs()
    assert where is not None
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(mode=0o700)
    owner = _owner() if os.geteuid() == 0 else None
    becoming = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []} if owner else {}
    if owner:
        os.chown(place, owner.pw_uid, owner.pw_gid)
    data = place / "data"
    made = subprocess.run(
        [
            where / "initdb", "--pgdata", data, "--username=postgres", "--auth=trust", "--encoding=UTF8",
            "--locale=C.UTF-8" if sys.platform == "linux" else "--locale=C", "--no-sync", "--no-instructions",
        ],
        cwd=place, capture_output=True, text=True, check=False, **becoming,
    )  # fmt: skip
    if made.returncode:
        raise RuntimeError(f"initdb failed: {made.stderr}")
    settings = {
        "listen_addresses": "",  # the socket alone
        "unix_socket_directories": str(place),
        "max_connections": "300",  # the race tests come in crowds
        "shared_buffers": "128MB",
        "fsync": "off",  # it lives for minutes, and nobody misses it
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "256MB",
        "autovacuum": "off",
        "timezone": "UTC",
        "log_timezone": "UTC",
    }
    with (place / "log").open("w") as log:
        server = subprocess.Popen(
            [where / "postgres", "-D", data, *[f"--{key}={value}" for key, value in settings.items()]],
            cwd=place, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509 — started before there are threads
            **becoming,
        )  # fmt: skip
    _servers.append((os.getpid(), server))
    deadline = time.monotonic() + STARTED_WITHIN
    while True:
        try:
            psycopg.connect(host=str(place), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError as error:
            if server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"PostgreSQL did not start: {(place / 'log').read_text()}") from error
            time.sleep(0.05)
        else:
            return


_servers: list[tuple[int, subprocess.Popen[bytes]]] = []


def _end_with_parent() -> None:
    """Ask Linux to stop the server (SIGINT: at once, in order) when the test run dies without a word."""
    if sys.platform == "linux":
        set_parent_death_signal = 1
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGINT)


@functools.cache
def _owner() -> pwd.struct_passwd | None:
    """Whom the server runs as when we are root."""
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    return None


# The folder of the run


def run_folder() -> Path:
    """Made by the first that asks, which is the coordinating process; workers and their children inherit it."""
    if FOLDER not in os.environ:
        memory = Path("/dev/shm")  # where there is room, sync costs nothing here
        roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 2 << 30
        parent = memory if roomy else Path(tempfile.gettempdir())
        _sweep(parent)
        folder = tempfile.mkdtemp(prefix=f"tongxing-tests-{os.getpid()}-", dir=parent)
        Path(folder).chmod(0o711)  # the server's user passes through to its own part
        os.environ[FOLDER] = folder
        _made.append((os.getpid(), Path(folder)))
        atexit.register(_end)
    return Path(os.environ[FOLDER])


_made: list[tuple[int, Path]] = []


def _sweep(parent: Path) -> None:
    """Remove what runs left that were killed before they could."""
    for left in parent.glob("tongxing-tests-*-*"):
        try:
            os.kill(int(left.name.split("-")[2]), 0)
        except ProcessLookupError:
            shutil.rmtree(left, ignore_errors=True)
        except (ValueError, PermissionError):
            continue


def _end() -> None:
    """Close our connection; stop the server and remove the folder in the process that made them. Safe to repeat."""
    connection = _administrators.pop(os.getpid(), None)
    if connection is not None:
        connection.close()
    for process, server in _servers:
        if process == os.getpid() and server.poll() is None:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait(20)
    _servers.clear()
    for process, folder in _made:
        if process == os.getpid():
            shutil.rmtree(folder, ignore_errors=True)
            os.environ.pop(FOLDER, None)
    _made.clear()


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
