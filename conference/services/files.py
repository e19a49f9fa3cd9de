"""Files that people hand in: looked at, sealed into the instance's `uploads` folder, read again by who may.

Each is sealed under a key of its own, which stands in its row: whoever deletes the row has made the file unreadable,
and what lies in the folder without a row is swept. So a file is written before its row is committed, and a transaction
that fails leaves nothing that could be read.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import secrets
import time
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.documents import handed_in
from conference.models import PaperRun, StoredFile
from conference.rules.questions import Handed
from conference.rules.text import legible
from conference.sealing import new_key, seal, seal_file, unseal, unseal_file
from conference.services.backup import UPLOADS
from conference.vocabulary import FileKind, Missing

NAME_LIMIT = 120
# A file without a row may be one whose transaction has not ended yet.
UNCLAIMED_FOR = timedelta(hours=1)
_SUFFIXES = {
    FileKind.PDF: (".pdf",),
    FileKind.JPEG: (".jpg", ".jpeg"),
    FileKind.PNG: (".png",),
    FileKind.WORD: (".docx",),
    FileKind.EXCEL: (".xlsx",),
    FileKind.POWERPOINT: (".pptx",),
    FileKind.CAPTIONS: (".vtt",),
}
TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.WORD: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.EXCEL: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    FileKind.POWERPOINT: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    FileKind.CAPTIONS: "text/vtt",
}
_FOLDER: dict[str, Path] = {}


@dataclass(frozen=True)
class Upload:
    """A file as it came; `handed` is what it was found to be."""

    name: str
    content: bytes
    handed: Handed


@dataclass(frozen=True)
class Named:
    """A kept file as pages name it."""

    id: int
    name: str
    size: int


@dataclass(frozen=True)
class Opened:
    """A file to be downloaded: `name` fits any disk and ends as its kind does."""

    name: str
    mimetype: str
    content: bytes


def configure(instance: Path) -> None:
    """Say where the instance lies; called once when the application is made."""
    _FOLDER["uploads"] = instance / UPLOADS


def look(name: str, content: bytes) -> Upload:
    """A file that came, looked into."""
    return Upload(name, content, Handed(handed_in.kind_of(content), len(content)))


def keep(session: Session, *, meeting_id: int, delegate_id: int | None, upload: Upload, now: datetime) -> StoredFile:
    """Seal a file that a rule has taken. One that nobody's row refers to in the end is swept."""
    kind = upload.handed.kind
    if kind is None:
        raise ValueError("a file of no known kind is not kept")
    key, path = new_key(), f"{meeting_id}/{secrets.token_hex(16)}"
    write(path, [seal_file(upload.content, key)])
    file = StoredFile(
        meeting_id=meeting_id,
        delegate_id=delegate_id,
        path=path,
        name_sealed=seal(json.dumps({"name": safe_name(upload.name, kind), "key": key})),
        kind=kind,
        size=len(upload.content),
        sha256=hashlib.sha256(upload.content).hexdigest(),
        created_at=now,
    )
    session.add(file)
    session.flush()
    return file


def read(file_id: int) -> Opened:
    """A file's content. Raises Missing where it is gone, and cryptography's InvalidTag where it was tampered with."""
    file = db.session().get(StoredFile, file_id)
    if file is None:
        raise Missing
    facts = json.loads(unseal(file.name_sealed))
    try:
        sealed = (_FOLDER["uploads"] / file.path).read_bytes()
    except FileNotFoundError:
        raise Missing from None
    return Opened(facts["name"], TYPES[file.kind], unseal_file(sealed, facts["key"]))


def seal_away(meeting_id: int, content: bytes) -> tuple[str, str]:
    """Seal what we made ourselves; returns its path and its key, for the row that will know it. One that no row knows
    in the end is swept.
    """
    key, path = new_key(), f"{meeting_id}/{secrets.token_hex(16)}"
    write(path, [seal_file(content, key)])
    return path, key


def read_sealed(path: str, key: str) -> bytes:
    """What was sealed away. Raises Missing where it is gone."""
    try:
        return unseal_file((_FOLDER["uploads"] / path).read_bytes(), key)
    except FileNotFoundError:
        raise Missing from None


def named(file_ids: Iterable[int]) -> dict[int, Named]:
    """What kept files are called, by id."""
    found = db.session().scalars(sa.select(StoredFile).where(StoredFile.id.in_(set(file_ids))))
    return {file.id: Named(file.id, json.loads(unseal(file.name_sealed))["name"], file.size) for file in found}


def forget(session: Session, file_ids: Collection[int]) -> None:
    """Delete files: with the row goes the key, the sweep takes what is left of them off the disk."""
    session.execute(sa.delete(StoredFile).where(StoredFile.id.in_(file_ids)))


def forget_person(session: Session, delegate_id: int) -> None:
    """Delete all that a delegate handed in."""
    session.execute(sa.delete(StoredFile).where(StoredFile.delegate_id == delegate_id))


def suffixes(kinds: Iterable[str]) -> list[str]:
    """How the names of files of these kinds end."""
    return [suffix for kind in kinds for suffix in _SUFFIXES[FileKind(kind)]]


def sweep(now: datetime) -> int:
    """Take off the disk what has had no row for an hour; returns how many there were."""
    folder = _FOLDER["uploads"]
    if not folder.is_dir():
        return 0
    oldest = (now - UNCLAIMED_FOR).timestamp()
    old = {file.relative_to(folder).as_posix(): file for file in folder.rglob("*") if _older(file, oldest)}
    claimed = {path for table in (StoredFile, PaperRun) for path in db.session().scalars(sa.select(table.path))}
    lost = [file for path, file in old.items() if path not in claimed]
    for file in lost:
        file.unlink(missing_ok=True)
    return len(lost)


def safe_name(name: str, kind: FileKind) -> str:
    """A name for any disk: its last part, without what a disk or a header trips over, ending as its kind does."""
    last = legible(name).replace("\\", "/").rpartition("/")[2].replace("\ufffd", "")
    plain = "".join("_" if character in '<>:"|?*;%' else character for character in last).strip(" .")
    stem, _, suffix = plain.rpartition(".")
    if f".{suffix.lower()}" not in _SUFFIXES[kind]:
        stem, suffix = plain, _SUFFIXES[kind][0].removeprefix(".")
    return f"{stem[:NAME_LIMIT].strip(' .') or 'file'}.{suffix.lower()}"


def _older(file: Path, oldest: float) -> bool:
    with contextlib.suppress(FileNotFoundError):
        return file.is_file() and file.stat().st_mtime < oldest
    return False


def write(path: str, pieces: Iterable[bytes]) -> None:
    """Whole or not at all, and on the disk before the row is; what is written is sealed already."""
    target = where(path)
    _FOLDER["uploads"].mkdir(mode=0o700, parents=True, exist_ok=True)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    draft = target.with_name(f".{target.name}.{time.monotonic_ns()}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(target)


def where(path: str) -> Path:
    """Where a sealed file lies."""
    return _FOLDER["uploads"] / path
