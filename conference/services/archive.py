"""The file of a backup: a ZIP of the rows of each table as lines of JSON, the keys, the uploads, and a manifest.

    manifest.json          {"format", "revision", "made_at", "tables": {name: rows}, "members": {member: SHA-256}}
    tables/<name>.jsonl    one JSON array a row, after a first line with the names of the columns
    keys/<name>            secret_key, data_key and every other key of the instance
    uploads/<path>         what people handed in

Values that JSON has no words for are tagged: {"t": time}, {"b": bytes in base64}, {"j": a JSON column's own value}.
The reader believes nothing: every member is checked against the manifest, every name against a pattern.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import IO, Any

from conference.vocabulary import Refusal, Refused

FORMAT = "tongxing-backup-1"
MANIFEST = "manifest.json"
LONGEST_LINE = 8 * 1024 * 1024
LARGEST_MANIFEST = 4 * 1024 * 1024
BLOCK = 1024 * 1024
_SEGMENT = r"[\w\-][\w.\- ]{0,199}"  # never begins with a dot
_TABLE = re.compile(r"tables/([a-z_]{1,63})\.jsonl")
_KEY = re.compile(rf"keys/({_SEGMENT})")
_UPLOAD = re.compile(rf"uploads/({_SEGMENT}(?:/{_SEGMENT}){{0,9}})")

Value = Any  # whatever a column holds


@dataclass(frozen=True)
class Manifest:
    """What an archive says of itself."""

    revision: str
    made_at: str
    tables: dict[str, int]
    members: dict[str, str]


class Writer:
    """Writes an archive member by member; `finish` puts the manifest, without which the file is none."""

    def __init__(self, file: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6)
        self._tables: dict[str, int] = {}
        self._members: dict[str, str] = {}

    def table(self, name: str, columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> int:
        """Stream the rows of a table; returns how many there were."""
        count = 0

        def lines() -> Iterator[bytes]:
            nonlocal count
            yield _line(list(columns))
            for row in rows:
                count += 1
                yield _line([pack(value) for value in row])

        self._write(f"tables/{name}.jsonl", lines())
        self._tables[name] = count
        return count

    def key(self, name: str, content: bytes) -> None:
        self._write(f"keys/{name}", [content])

    def upload(self, path: str, file: Path) -> None:
        """Raises ValueError for a name that could not be restored."""
        if not _UPLOAD.fullmatch(f"uploads/{path}"):
            raise ValueError(f"{file} has a name that cannot go into a backup")
        with file.open("rb") as opened:
            self._write(f"uploads/{path}", iter(lambda: opened.read(BLOCK), b""))

    def finish(self, *, revision: str, made_at: datetime) -> None:
        manifest = {
            "format": FORMAT,
            "revision": revision,
            "made_at": made_at.isoformat(),
            "tables": self._tables,
            "members": self._members,
        }
        self._zip.writestr(MANIFEST, json.dumps(manifest, indent=1))
        self._zip.close()

    def _write(self, name: str, blocks: Iterable[bytes]) -> None:
        digest = hashlib.sha256()
        with self._zip.open(name, "w", force_zip64=True) as member:
            for block in blocks:
                digest.update(block)
                member.write(block)
        self._members[name] = digest.hexdigest()


class Reader:
    """Reads an archive; raises Refused (backup_damaged) for whatever is not as the manifest says."""

    def __init__(self, file: IO[bytes]) -> None:
        try:
            self._zip = zipfile.ZipFile(file)
            self.manifest = self._manifest()
        except (zipfile.BadZipFile, OSError, ValueError, KeyError, RecursionError, NotImplementedError) as error:
            raise Refused(Refusal.BACKUP_DAMAGED) from error

    def keys(self) -> dict[str, bytes]:
        """The keys by their file names."""
        found = ((name, _KEY.fullmatch(name)) for name in self.manifest.members)
        return {match[1]: b"".join(self._blocks(name)) for name, match in found if match}

    def uploads(self) -> Iterator[tuple[str, Iterator[bytes]]]:
        """Relative paths (plain segments, none of them `..`) with their content."""
        for name in self.manifest.members:
            if match := _UPLOAD.fullmatch(name):
                yield match[1], self._blocks(name)

    def table(self, name: str) -> tuple[list[str], Iterator[list[Value]]]:
        """The columns of a table, and its rows."""
        lines = self._lines(f"tables/{name}.jsonl")
        try:
            columns = json.loads(next(lines))
        except (StopIteration, ValueError, RecursionError) as error:
            raise Refused(Refusal.BACKUP_DAMAGED) from error
        if not isinstance(columns, list) or not all(isinstance(column, str) for column in columns):
            raise Refused(Refusal.BACKUP_DAMAGED)
        return columns, self._rows(lines, len(columns), self.manifest.tables[name])

    def _rows(self, lines: Iterator[bytes], width: int, expected: int) -> Iterator[list[Value]]:
        count = 0
        for line in lines:
            try:
                row = json.loads(line)
                if not isinstance(row, list) or len(row) != width:
                    raise Refused(Refusal.BACKUP_DAMAGED)
                values = [unpack(value) for value in row]
            except (ValueError, TypeError, KeyError, RecursionError) as error:
                raise Refused(Refusal.BACKUP_DAMAGED) from error
            count += 1
            yield values
        if count != expected:
            raise Refused(Refusal.BACKUP_DAMAGED)

    def _lines(self, name: str) -> Iterator[bytes]:
        rest = b""
        for block in self._blocks(name):
            *lines, rest = (rest + block).split(b"\n")
            yield from lines
            if len(rest) > LONGEST_LINE:
                raise Refused(Refusal.BACKUP_DAMAGED)
        if rest:
            raise Refused(Refusal.BACKUP_DAMAGED)

    def _blocks(self, name: str) -> Iterator[bytes]:
        digest = hashlib.sha256()
        try:
            with self._zip.open(name) as member:
                while block := member.read(BLOCK):
                    digest.update(block)
                    yield block
        except (zipfile.BadZipFile, KeyError, OSError, EOFError, ValueError, RuntimeError, zlib.error) as error:
            raise Refused(Refusal.BACKUP_DAMAGED) from error
        if digest.hexdigest() != self.manifest.members[name]:
            raise Refused(Refusal.BACKUP_DAMAGED)

    def _manifest(self) -> Manifest:
        if self._zip.getinfo(MANIFEST).file_size > LARGEST_MANIFEST:
            raise ValueError("the manifest is too large")
        found = json.loads(self._zip.read(MANIFEST))
        if not isinstance(found, dict) or found.get("format") != FORMAT:
            raise ValueError("another format")
        tables, members = found["tables"], found["members"]
        if not isinstance(tables, dict) or not all(type(rows) is int for rows in tables.values()):
            raise ValueError("the tables are not counted")
        if not isinstance(members, dict) or not all(isinstance(digest, str) for digest in members.values()):
            raise ValueError("the members are not named")
        if not all(pattern.fullmatch(name) for name in members for pattern in [_pattern(name)]):
            raise ValueError("a name that is none of ours")
        if {f"tables/{table}.jsonl" for table in tables} != {name for name in members if name.startswith("tables/")}:
            raise ValueError("tables and members differ")
        return Manifest(str(found["revision"]), str(found["made_at"]), tables, members)


def _pattern(name: str) -> re.Pattern[str]:
    folder = name.partition("/")[0]
    return {"tables": _TABLE, "keys": _KEY, "uploads": _UPLOAD}[folder]


def pack(value: Value) -> Value:
    """A column's value as JSON."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return {"t": value.astimezone(UTC).isoformat()}
    if isinstance(value, bytes | bytearray | memoryview):
        return {"b": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, dict | list):
        return {"j": value}
    return value


def unpack(value: Value) -> Value:
    """The reverse of `pack`; raises ValueError, TypeError or KeyError for what `pack` never writes."""
    if not isinstance(value, dict):
        if isinstance(value, list):
            raise TypeError("a bare list")
        return value
    [(tag, content)] = value.items()
    if tag == "t":
        moment = datetime.fromisoformat(content)
        if moment.tzinfo is None:
            raise ValueError("a time without an offset")
        return moment.astimezone(UTC)
    if tag == "b":
        return base64.b64decode(content, validate=True)
    if tag == "j" and isinstance(content, dict | list):
        return content
    raise KeyError(tag)


def _line(values: list[Value]) -> bytes:
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
