"""Files that people hand in: sealed on the disk, read by who may, gone when they are to be."""

from __future__ import annotations

import os
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from cryptography.exceptions import InvalidTag

from conference import db
from conference.models import StoredFile
from conference.services import archive, files
from conference.vocabulary import FileKind, Missing
from tests.cast import Cast
from tests.documents.test_handed_in import PDF, picture


def kept(cast: Cast, now: datetime, *, name: str = "邀请函.pdf", content: bytes = PDF) -> StoredFile:
    with db.transaction() as session:
        return files.keep(
            session,
            meeting_id=cast.meeting_id,
            delegate_id=cast.liran_id,
            upload=files.look(name, content),
            now=now,
        )


@pytest.fixture
def uploads(context: APIFlask) -> Path:
    """The folder of this run's instance, without what earlier tests left in it."""
    folder = Path(context.instance_path) / "uploads"
    for file in folder.rglob("*"):
        if file.is_file():
            file.unlink()
    return folder


def on_disk(uploads: Path) -> list[Path]:
    return [file for file in uploads.rglob("*") if file.is_file()]


def test_a_file_is_read_again_and_sealed_on_the_disk(uploads: Path, cast: Cast, now: datetime) -> None:
    file = kept(cast, now)
    opened = files.read(file.id)
    assert (opened.name, opened.mimetype, opened.content) == ("邀请函.pdf", "application/pdf", PDF)
    [sealed] = on_disk(uploads)
    assert PDF[:20] not in sealed.read_bytes()
    assert len(sealed.read_bytes()) == len(PDF) + 28
    assert sealed.stat().st_mode & 0o777 == 0o600
    assert archive._UPLOAD.fullmatch(f"uploads/{file.path}")
    assert "邀请函".encode() not in file.name_sealed


def test_a_file_that_was_changed_on_the_disk_is_not_given_out(uploads: Path, cast: Cast, now: datetime) -> None:
    file = kept(cast, now)
    [sealed] = on_disk(uploads)
    content = sealed.read_bytes()
    sealed.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    with pytest.raises(InvalidTag):
        files.read(file.id)


def test_a_failed_transaction_leaves_nothing_after_the_sweep(uploads: Path, cast: Cast, now: datetime) -> None:
    good = kept(cast, now)

    def fail() -> None:
        with db.transaction():
            kept(cast, now)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert len(on_disk(uploads)) == 2
    assert files.sweep(now) == 0, "one that is being written is left alone"
    assert files.sweep(now + timedelta(hours=2)) == 1
    assert files.read(good.id).content == PDF
    assert [file.name for file in on_disk(uploads)] == [good.path.rpartition("/")[2]]


def test_a_forgotten_file_cannot_be_read_and_is_swept(uploads: Path, cast: Cast, now: datetime) -> None:
    file, other = kept(cast, now), kept(cast, now, name="x", content=picture("PNG"))
    with db.transaction() as session:
        files.forget(session, [file.id])
    with pytest.raises(Missing):
        files.read(file.id)
    assert files.read(other.id).name == "x.png"
    with db.transaction() as session:
        files.forget_person(session, cast.liran_id)
    assert db.session().scalars(sa.select(sa.func.count()).select_from(StoredFile)).one() == 0
    for left in on_disk(uploads):
        os.utime(left, (0, 0))
    assert files.sweep(now) == 2
    assert on_disk(uploads) == []


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("邀请函.pdf", "邀请函.pdf"),
        ("a.PDF", "a.pdf"),
        ("a.exe", "a.exe.pdf"),
        ("C:\\fakepath\\照片.pdf", "照片.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ('a"b;c\r\n.pdf', "a_b_c.pdf"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        ("", "file.pdf"),
        (".pdf", "file.pdf"),
        ("x" * 300, "x" * 120 + ".pdf"),
        ("\ud800.pdf", "file.pdf"),
    ],
)
def test_a_name_fits_any_disk_and_ends_as_its_kind(name: str, safe: str) -> None:
    assert files.safe_name(name, FileKind.PDF) == safe
