"""The database: one transaction, one lock, one place that commits.

SQLite (WAL, synchronous FULL) by default, PostgreSQL for several machines; the same schema on both.
A read runs in whatever transaction the session has begun by itself. A verb opens `transaction()`, which on
SQLite begins IMMEDIATE, after waiting its turn at a side file: SQLite's own busy handler is unfair, and a
writer among eight can wait for seconds.
"""

from __future__ import annotations

import fcntl
import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, TypeVar, TypeVarTuple

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
LOCK_TIMEOUT_MS = 15_000
ATTEMPTS = 8
T = TypeVar("T")
Row = TypeVarTuple("Row")


class Moment(TypeDecorator[datetime]):
    """An aware time; UTC in the database, UTC when read back."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without an offset cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The typed base of all models."""

    metadata = sa.MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Moment()}


db = SQLAlchemy(session_options={"expire_on_commit": False})


class Stale(Exception):
    """Somebody else wrote first: the whole transaction is to be tried again."""


def session() -> Session:
    """The session of this application context, for reading."""
    return db.session()


@contextmanager
def transaction() -> Iterator[Session]:
    """One unit of work: commits at the end, rolls back on any exception.

    Inside another `transaction()` it joins that one, so that a verb may call a verb. What the session had read
    before is forgotten, so that decisions are made on rows read under the lock.
    """
    session = db.session()
    if session.info.get("writing"):
        yield session
        return
    if session.get_bind().dialect.name == "postgresql" and not (session.new or session.deleted):
        # Each statement sees what is committed by then: what was begun for reading goes on, and a connection need not
        # be given back, asked whether it lives, and begun again.
        session.expire_all()
    else:
        session.rollback()
    session.info["writing"] = True
    try:
        with _turn(session.get_bind()):
            if not session.in_transaction():
                session.connection(execution_options={"writing": True})
            try:
                yield session
                session.commit()
            except BaseException:
                session.rollback()
                session.info.pop("afterwards", None)
                raise
    finally:
        session.info["writing"] = False
    for work in session.info.pop("afterwards", ()):
        work()


def afterwards(session: Session, work: Callable[[], None]) -> None:
    """Call `work` when the transaction has been committed, once however often it is asked for; never if it is not.

    It must not fail, and writes nothing that the deed depends on.
    """
    session.info.setdefault("afterwards", {})[work] = None


def writing() -> bool:
    """Whether a `transaction()` is open."""
    return bool(db.session().info.get("writing"))


def lock(statement: sa.Select[*Row]) -> sa.Select[*Row]:
    """The rows of `statement`'s entity, held until the end of the transaction, and read afresh.

    What is joined to them is read and not held: a delegate's unit is shared by all of its people.
    """
    entity = statement.column_descriptions[0]["entity"]
    return statement.with_for_update(key_share=True, of=entity).execution_options(populate_existing=True)


def hurry(session: Session) -> None:
    """This transaction is not waited for until it is on the disk: it may be lost in a crash within the next second, and
    nothing before it. On SQLite it is as durable as any other.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET LOCAL synchronous_commit TO off"))


def one_at_a_time(session: Session, what: int) -> None:
    """Let transactions that say the same number pass one after the other. On SQLite all that write do so anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(what)))


def repeated(work: Callable[[], T]) -> T:
    """Run `work` (a whole transaction) again when another one came first: `Stale`, or a deadlock broken."""
    for attempt in range(ATTEMPTS):
        try:
            return work()
        except Stale:
            if attempt == ATTEMPTS - 1:
                raise
        except OperationalError as error:
            if attempt == ATTEMPTS - 1 or getattr(error.orig, "sqlstate", None) not in {"40P01", "40001"}:
                raise
    raise AssertionError("unreachable")


def violated(error: IntegrityError, *names: str) -> bool:
    """Whether `error` is the violation of one of the constraints, indexes or `table.column` lists `names`."""
    diagnosis = getattr(error.orig, "diag", None)
    text = diagnosis.constraint_name if diagnosis is not None else str(error.orig)
    return any(name in (text or "") for name in names)


def insert(session: Session, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """An INSERT of the dialect at hand, which may say ON CONFLICT; `rowcount` then tells whether a row was made."""
    return insert_of(session.get_bind().dialect.name, table)


def insert_of(dialect: str, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """The same for a statement that is built once for each dialect."""
    statement = postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)
    return statement.execution_options(preserve_rowcount=True)  # psycopg's is forgotten otherwise


def add_to(connection: Connection, table: sa.Table, key: dict[str, Any], amounts: dict[str, int]) -> None:
    """Add `amounts` to the counters in the row of `key`; the row is made where it is missing."""
    names = (tuple(key), tuple(amounts))
    if any(amount < 0 for amount in amounts.values()):
        # A row that takes something away is there; it is not inserted below nothing, which a CHECK would refuse.
        values = {f"key_{name}": value for name, value in key.items()}
        more = {f"more_{name}": amount for name, amount in amounts.items()}
        if connection.execute(_addition(table, *names), values | more).rowcount == 1:
            return
    connection.execute(_upsert(table, connection.dialect.name, *names), key | amounts)


# Statements are built once: building one costs as much as running it.
@functools.cache
def _addition(table: sa.Table, key: tuple[str, ...], amounts: tuple[str, ...]) -> sa.Update:
    found = (table.c[name] == sa.bindparam(f"key_{name}") for name in key)
    return sa.update(table).where(*found).values({n: table.c[n] + sa.bindparam(f"more_{n}") for n in amounts})


@functools.cache
def _upsert(table: sa.Table, dialect: str, key: tuple[str, ...], amounts: tuple[str, ...]) -> sa.Insert:
    statement = insert_of(dialect, table)
    more = {name: table.c[name] + statement.excluded[name] for name in amounts}
    return statement.on_conflict_do_update(index_elements=list(key), set_=more)


def stamp(connection: Connection) -> int | ColumnElement[int]:
    """A mark for rows that scanners follow; `horizon()` tells up to where all marks are visible.

    On PostgreSQL the transaction's own id; on SQLite, whose writers come one after the other, a counter.
    """
    if connection.dialect.name == "postgresql":
        return TRANSACTION
    return int(connection.execute(_TICK).scalar_one())


TRANSACTION = sa.cast(sa.cast(sa.func.pg_current_xact_id(), sa.Text), sa.BigInteger)
_TICK = sa.text("UPDATE roster_clock SET n = n + 1 WHERE id = 1 RETURNING n")


def horizon(session: Session) -> int:
    """The lowest mark that a write still to be seen may carry; to be asked before the rows are read."""
    if session.get_bind().dialect.name == "postgresql":
        return int(session.execute(sa.text("SELECT pg_snapshot_xmin(pg_current_snapshot())::text")).scalar_one())
    return int(session.execute(sa.text("SELECT n + 1 FROM roster_clock WHERE id = 1")).scalar_one())


def release() -> None:
    """End what the session had open for reading and give its connection back."""
    db.session.remove()


def prepare(engine: Engine) -> None:
    """Give a SQLite engine its manners: WAL, foreign keys, our own BEGIN."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def connected(connection: Any, record: Any) -> None:  # the driver's own object
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout = {LOCK_TIMEOUT_MS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


@contextmanager
def _turn(bind: Engine | Connection) -> Iterator[None]:
    """Wait in a fair line for SQLite's one writer; nothing to wait for elsewhere."""
    path = bind.engine.url.database
    if bind.dialect.name != "sqlite" or not path or path == ":memory:":
        yield
        return
    # Opened anew each time: a lock belongs to the open file, and so it also keeps the threads of one process apart.
    handle = os.open(f"{path}.turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
