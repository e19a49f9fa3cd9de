"""The same program with a guard taken away, for the controls: they show that the race is real.

Constraints are taken out of the clone by `drop`; the rest is replaced in the process that runs the deed.
"""

from __future__ import annotations

import contextlib
import dataclasses
import re
import secrets
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Engine

from conference import db
from conference.services import beats, delivery, places, presences


def without(guard: str) -> None:
    """Take `guard` out of this process: `locks`, `presence`, `playing` or `doubt` (and locks), `nonce`."""
    if guard == "nonce":
        for dialect in (postgresql, sqlite):
            dialect.Insert.on_conflict_do_nothing = lambda self, **_: self  # type: ignore[method-assign,assignment]
        return
    _without_locks()
    if guard == "doubt":
        delivery._may_go_on = lambda claim: True
    if guard == "playing":
        beats._GO_ON = _gone_on_unasked()
    if guard == "presence":
        presences._write = _presence_written_unasked


def _without_locks() -> None:
    """Rows are read without holding them; on SQLite each statement is a transaction of its own."""
    # Where SQL is made of them, since most statements are built when their module is imported.
    postgresql.dialect.statement_compiler.for_update_clause = lambda self, select, **_: ""  # type: ignore[method-assign]
    db.one_at_a_time = lambda session, what: None
    db._turn = lambda bind: contextlib.nullcontext()  # type: ignore[assignment]
    # Else two that take the same number stop each other by its constraint before anything else can show.
    places.Places._next_number = lambda self: secrets.randbelow(9_000_000)  # type: ignore[method-assign]
    db.prepare = _prepared_without_begin


def _prepared_without_begin(engine: Engine) -> None:
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("busy_timeout = 15000", "journal_mode = WAL", "ignore_check_constraints = ON"):
            connection.execute(f"PRAGMA {pragma}")


def _gone_on_unasked() -> sa.Update:
    viewers = beats._viewers
    names = {"until": "now_until", "seconds": "now_seconds", "device": "now_device", "device_at": "now_device_at"}
    said = {name: sa.bindparam(value) for name, value in names.items()}
    update = sa.update(viewers).where(viewers.c.delegate_id == sa.bindparam("who")).values(said)
    return update.execution_options(preserve_rowcount=True)


def _presence_written_unasked(
    connection: sa.Connection, place: presences.Place, old: presences.State | None, new: presences.State
) -> None:
    state = dataclasses.asdict(new)
    statement = db.insert_of(connection.dialect.name, presences._presences).values(
        delegate_id=place.delegate_id, checkpoint_id=place.checkpoint_id, changed=0, **state
    )
    connection.execute(statement.on_conflict_do_update(index_elements=["delegate_id", "checkpoint_id"], set_=state))


def drop(url: str, table: str, *names: str) -> None:
    """Take constraints or unique indexes out of the database at `url`."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for name in names:
            if engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}")
                connection.exec_driver_sql(f"DROP INDEX IF EXISTS {name}")
            elif name.startswith(("uq_", "pk_")) and not _dropped_index(connection, name):
                _rebuild(connection, table, name)
    engine.dispose()


def _dropped_index(connection: sa.Connection, name: str) -> bool:
    found = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE type = 'index' AND name = ?", (name,)).first()
    if found:
        connection.exec_driver_sql(f"DROP INDEX {name}")
    return found is not None


def _rebuild(connection: sa.Connection, table: str, name: str) -> None:
    """Make an empty table anew without one of its constraints; SQLite knows no other way."""
    made = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).scalar_one()
    assert connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one() == 0
    lesser = re.sub(rf",\s*CONSTRAINT {name} (?:UNIQUE|PRIMARY KEY) \([^)]*\)", "", made)
    assert lesser != made
    connection.exec_driver_sql(f"DROP TABLE {table}")
    connection.exec_driver_sql(lesser)
