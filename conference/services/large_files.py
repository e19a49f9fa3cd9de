"""Files too large for memory: sealed piece by piece as they come, unsealed piece by piece as they go.

They lie where `files` keeps the others, sealed the same way. What is laid down first is claimed by a row in a
transaction that need not wait for the disk; one that nobody claims is swept.
"""

from __future__ import annotations

import hashlib
import io
import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import StoredFile
from conference.sealing import new_key, seal, seal_pieces, unseal, unseal_pieces
from conference.services import files
from conference.vocabulary import FileKind, Missing

_PIECE = 1 << 18


@dataclass(frozen=True)
class Laid:
    """A file that lies sealed in the folder, and has no row yet."""

    name: str
    kind: FileKind
    size: int
    sha256: str
    path: str
    key: str


@dataclass(frozen=True)
class Kept:
    """Enough to read a file later, without asking the database again."""

    kind: FileKind
    size: int
    path: str
    key: str

    @property
    def mimetype(self) -> str:
        return files.TYPES[self.kind]

    def pieces(self) -> Iterator[bytes]:
        """The content. Raises Missing where it is gone, and cryptography's InvalidTag where it was tampered with, both
        at the first piece.
        """
        try:
            with files.where(self.path).open("rb") as sealed:
                yield from unseal_pieces(sealed, self.key)
        except FileNotFoundError:
            raise Missing from None


def lay(meeting_id: int, name: str, kind: FileKind, file: BinaryIO) -> Laid:
    """Seal a file that was looked at."""
    key, path = new_key(), f"{meeting_id}/{secrets.token_hex(16)}"
    found = hashlib.sha256()

    def read() -> Iterator[bytes]:
        while piece := file.read(_PIECE):
            found.update(piece)
            yield piece

    file.seek(0)
    files.write(path, seal_pieces(read(), key))
    size = file.seek(0, io.SEEK_END)
    return Laid(files.safe_name(name, kind), kind, size, found.hexdigest(), path, key)


def claim(session: Session, laid: Laid, *, meeting_id: int, now: datetime) -> StoredFile:
    """Give it its row; it belongs to the meeting."""
    file = StoredFile(
        meeting_id=meeting_id,
        delegate_id=None,
        path=laid.path,
        name_sealed=seal(json.dumps({"name": laid.name, "key": laid.key})),
        kind=laid.kind,
        size=laid.size,
        sha256=laid.sha256,
        created_at=now,
    )
    session.add(file)
    session.flush()
    return file


def kept(file_ids: list[int]) -> dict[int, Kept]:
    """What is needed to read these, by id."""
    found = db.session().scalars(sa.select(StoredFile).where(StoredFile.id.in_(file_ids)))
    return {one.id: Kept(one.kind, one.size, one.path, json.loads(unseal(one.name_sealed))["key"]) for one in found}


def one(file_id: int) -> Kept:
    """The same for one. Raises Missing."""
    found = kept([file_id]).get(file_id)
    if found is None:
        raise Missing
    return found
