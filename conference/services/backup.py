"""Backup and restore: one instant of an instance in one file, and back into an empty one, on either database.

The file holds the keys too, so that tokens, links and sealed values go on working: whoever has it can read all of it.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from conference import db, sealing
from conference.services import doubts, instance
from conference.services.archive import Reader, Writer
from conference.vocabulary import Refusal, Refused

UPLOADS = "uploads"
ROWS_AT_ONCE = 500
LARGEST_KEY = 64 * 1024
# A counter and marks that mean something in the database that wrote them alone; scanners fetch the roster anew.
LOCAL_TABLES = frozenset({"roster_clock", "alembic_version"})
LOCAL_COLUMNS = frozenset({("delegates", "changed"), ("presences", "changed")})


@dataclass(frozen=True)
class Done:
    """What was written. `kept` names the keys that the environment gives and that were therefore left alone."""

    tables: int
    rows: int
    uploads: int
    kept: tuple[str, ...] = ()


def save(path: Path, *, folder: Path, keys: Mapping[str, bytes], now: datetime) -> Done:
    """Write a backup of the instance in `folder` to `path` (mode 600), as of one instant, while others go on working.

    `keys` are the keys in use, wherever they come from; other key files of the folder go along. A file that is there
    is not replaced: raises FileExistsError.
    """
    if path.exists():
        raise FileExistsError(17, "there is a file of this name already", str(path))
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    handle = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            done = _write(Writer(file), folder, {**_key_files(folder), **keys}, now)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)  # refuses to replace what somebody else put there meanwhile
        except PermissionError:  # a file system without hard links
            draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
    return done


def restore(path: Path, *, folder: Path, keys: Mapping[str, bytes]) -> Done:
    """Bring a backup back into the empty instance in `folder`: all of it, or nothing.

    `keys` are the keys in use. One that is not in a file of the folder comes from the environment and stays.
    Raises Refused: instance_not_empty, backup_damaged, backup_newer, data_key_differs.
    """
    fixed = {name: value for name, value in keys.items() if _content(folder / name) != value}
    staged = folder / f".restore-{secrets.token_hex(4)}"
    with path.open("rb") as file:
        reader = Reader(file)
        found = _checked_keys(reader, fixed)
        staged.mkdir(mode=0o700)
        try:
            uploads = _stage(reader, staged, {name: found[name] for name in found if name not in fixed})
            with sealing.under(bytes.fromhex(found["data_key"].decode("ascii"))):  # a migration may have to read
                rows = _restore_rows(reader, folder, staged)
        finally:
            shutil.rmtree(staged, ignore_errors=True)
    kept = tuple(sorted(name for name in fixed if found.get(name) != fixed[name]))
    return Done(len(reader.manifest.tables), rows, uploads, kept)


def _write(writer: Writer, folder: Path, keys: Mapping[str, bytes], now: datetime) -> Done:
    rows = uploads = 0
    engine = db.db.engine
    db.release()
    tables = [table for table in db.Base.metadata.sorted_tables if table.name not in LOCAL_TABLES]
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":  # SQLite's readers see one instant by themselves
            connection.execution_options(isolation_level="REPEATABLE READ")
        revision = MigrationContext.configure(connection).get_current_revision()
        for table in tables:
            found = connection.execute(sa.select(table), execution_options={"yield_per": ROWS_AT_ONCE})
            rows += writer.table(table.name, [column.name for column in table.columns], found)
    for name, content in sorted(keys.items()):
        writer.key(name, content)
    for file in sorted((folder / UPLOADS).rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            with contextlib.suppress(FileNotFoundError):  # swept since we looked: nothing in the tables names it
                writer.upload(file.relative_to(folder / UPLOADS).as_posix(), file)
                uploads += 1
    writer.finish(revision=str(revision), made_at=now)
    return Done(len(tables), rows, uploads)


def _key_files(folder: Path) -> dict[str, bytes]:
    found = (file for file in sorted(folder.glob("*key*")) if file.is_file() and not file.name.startswith("."))
    return {file.name: file.read_bytes() for file in found if file.stat().st_size <= LARGEST_KEY}


def _content(file: Path) -> bytes | None:
    return file.read_bytes().strip() if file.is_file() else None


def _checked_keys(reader: Reader, fixed: Mapping[str, bytes]) -> dict[str, bytes]:
    found = reader.keys()
    try:
        usable = len(bytes.fromhex(found["data_key"].decode("ascii"))) == 32
    except (KeyError, ValueError) as error:
        raise Refused(Refusal.BACKUP_DAMAGED) from error
    if not usable or "secret_key" not in found:
        raise Refused(Refusal.BACKUP_DAMAGED)
    # What was sealed under one data key cannot be read under another.
    if "data_key" in fixed and fixed["data_key"].lower() != found["data_key"].strip().lower():
        raise Refused(Refusal.DATA_KEY_DIFFERS)
    return found


def _stage(reader: Reader, staged: Path, keys: Mapping[str, bytes]) -> int:
    """Write keys and uploads beside where they will lie; returns the number of uploads."""
    for part in ("keys", "old", UPLOADS):
        (staged / part).mkdir(mode=0o700)
    for name, content in keys.items():
        handle = os.open(staged / "keys" / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
    count = 0
    for path, blocks in reader.uploads():
        target = staged / UPLOADS / path
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("xb") as file:
            for block in blocks:
                file.write(block)
        count += 1
    return count


def _restore_rows(reader: Reader, folder: Path, staged: Path) -> int:
    """Everything in one transaction, the files put in place right before its end."""
    revision = _known(reader.manifest.revision)
    engine = db.db.engine
    db.release()
    with engine.connect().execution_options(writing=True) as connection:
        instance.hold(connection)
        _refuse_unless_empty(connection, folder)
        if MigrationContext.configure(connection).get_current_revision() != revision:
            _drop(connection)
            instance.migrate(connection, revision)
        try:
            rows = _insert(connection, reader)
        except sa.exc.OperationalError:
            raise
        except (sa.exc.StatementError, OverflowError) as error:  # rows that these tables do not take
            raise Refused(Refusal.BACKUP_DAMAGED) from error
        instance.migrate(connection, "head")
        doubts.after_restoring(connection)
        with _in_place(folder, staged):
            connection.commit()
    return rows


def _known(revision: str) -> str:
    script = ScriptDirectory(str(instance.MIGRATIONS))
    try:
        found = script.get_revision(revision)
    except CommandError as error:
        raise Refused(Refusal.BACKUP_NEWER) from error
    if found.revision != revision:
        raise Refused(Refusal.BACKUP_DAMAGED)
    return revision


def _refuse_unless_empty(connection: sa.Connection, folder: Path) -> None:
    there = set(sa.inspect(connection).get_table_names())
    for table in db.Base.metadata.sorted_tables:
        if table.name in there - LOCAL_TABLES and connection.scalar(
            sa.select(sa.literal(1)).select_from(table).limit(1)
        ):
            raise Refused(Refusal.INSTANCE_NOT_EMPTY)
    if (folder / UPLOADS).exists() and any((folder / UPLOADS).iterdir()):
        raise Refused(Refusal.INSTANCE_NOT_EMPTY)


def _drop(connection: sa.Connection) -> None:
    """Take empty tables of another version away."""
    ours = {table.name for table in db.Base.metadata.sorted_tables} | LOCAL_TABLES
    found = sa.MetaData()
    found.reflect(connection, only=lambda name, _: name in ours)
    found.drop_all(connection)


def _insert(connection: sa.Connection, reader: Reader) -> int:
    schema = sa.MetaData()
    schema.reflect(connection)
    if not set(reader.manifest.tables) <= set(schema.tables) - LOCAL_TABLES:
        raise Refused(Refusal.BACKUP_DAMAGED)
    total = 0
    for table in schema.sorted_tables:
        if table.name not in reader.manifest.tables:
            continue
        columns, rows = reader.table(table.name)
        if not set(columns) <= set(table.columns.keys()) or len(set(columns)) != len(columns):
            raise Refused(Refusal.BACKUP_DAMAGED)
        local = [column for column in columns if (table.name, column) in LOCAL_COLUMNS]
        for some in _batches(rows):
            connection.execute(
                sa.insert(table), [dict(zip(columns, row, strict=True)) | dict.fromkeys(local, 0) for row in some]
            )
            total += len(some)
        if connection.dialect.name == "postgresql" and "id" in columns:
            _continue_numbers(connection, table)
    return total


def _batches(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    while some := list(islice(rows, ROWS_AT_ONCE)):
        yield some


def _continue_numbers(connection: sa.Connection, table: sa.Table) -> None:
    """Let the ids of new rows begin after those that came from outside."""
    sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, "id")))
    if sequence is not None:
        highest = connection.scalar(sa.select(sa.func.max(table.c.id)))
        connection.execute(sa.select(sa.func.setval(sequence, (highest or 0) + 1, sa.false())))


@contextlib.contextmanager
def _in_place(folder: Path, staged: Path) -> Iterator[None]:
    """Put keys and uploads where they belong; take them away again when what follows fails."""
    placed: list[Path] = []
    try:
        for file in (staged / "keys").iterdir():
            target = folder / file.name
            if target.exists():
                target.rename(staged / "old" / file.name)
            placed.append(target)
            file.rename(target)
        if any((staged / UPLOADS).iterdir()):
            if (folder / UPLOADS).exists():
                (folder / UPLOADS).rmdir()
            (staged / UPLOADS).rename(folder / UPLOADS)
            placed.append(folder / UPLOADS)
        yield
    except BaseException:
        for target in placed:
            old = staged / "old" / target.name
            if old.exists():
                old.replace(target)
            elif target.is_dir():
                shutil.rmtree(target, ignore_errors=True)
            else:
                target.unlink(missing_ok=True)
        raise
