"""Backup and restore: all of it, from either database to either, and nothing of what is damaged."""

from __future__ import annotations

import hashlib
import io
import itertools
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.app import create_app
from conference.models import Delegate, OutboxMessage, Presence
from conference.services import (
    accounts,
    activity,
    backup,
    checkin,
    delegates,
    figures,
    instance,
    links,
    meetings,
    registration,
    scans,
    tokens,
    units,
)  # fmt: skip
from conference.vocabulary import MessageState, Mode, Origin, Refusal, Refused
from tests import databases, instances
from tests.cast import PASSWORD, Cast
from tests.conftest import settings_for

KEYS = {"secret_key": b"a secret for tests", "data_key": bytes(32).hex().encode()}
Members = dict[str, bytes]
# An archive is the same from either kind (see the first test), and these are read where there is no database yet.
FROM_ONE_KIND = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@contextmanager
def opened(url: str) -> Iterator[APIFlask]:
    """An application on another database."""
    # The folder that is restored into is another one.
    app = create_app(settings_for(url, instances.made(databases.run_folder() / "instance")))
    with app.app_context():
        try:
            yield app
        finally:
            instance.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The instance folder that is backed up, with one more key and an upload in it."""
    folder = tmp_path / "here"
    (folder / "uploads" / "议程").mkdir(parents=True)
    (folder / "uploads" / "议程" / "手册.pdf").write_bytes(b"%PDF")
    (folder / "signing_key").write_bytes(b"s" * 32)
    return folder


@pytest.fixture
def saved(app: APIFlask, cast: Cast, folder: Path, tmp_path: Path, now: datetime) -> Path:
    """A backup of the cast's meeting, after 李然 was admitted."""
    path = tmp_path / "one.backup"
    with app.app_context():
        scan = scans.Scan(code=cast.liran_code, checkpoint_id=cast.venue_id, nonce="first")
        checkin.check_in(cast.meeting_id, scan, scans.Gate("东门"), now=now)
        backup.save(path, folder=folder, keys=KEYS, now=now)
        db.release()
    return path


def rows() -> dict[str, list[tuple[object, ...]]]:
    """Everything in the database at hand, but what means something there alone."""
    db.release()
    found = {}
    for table in db.Base.metadata.sorted_tables:
        if table.name in backup.LOCAL_TABLES:
            continue
        columns = [column for column in table.columns if (table.name, column.name) not in backup.LOCAL_COLUMNS]
        found[table.name] = sorted(
            (
                tuple(json.dumps(v, default=str, sort_keys=True) for v in row)
                for row in db.session().execute(sa.select(*columns))
            ),
        )
    db.release()
    return found


@pytest.mark.parametrize("target", databases.KINDS)
def test_it_all_comes_back_on_either_database(
    app: APIFlask, cast: Cast, saved: Path, tmp_path: Path, target: str, now: datetime
) -> None:
    assert saved.stat().st_mode & 0o777 == 0o600
    with app.app_context():
        before = rows()
        figures_before = figures.of(cast.meeting_id, now=now)
    there = tmp_path / "there"
    there.mkdir()
    with databases.empty(target) as url, opened(url):
        done = backup.restore(saved, folder=there, keys=KEYS)
        after = rows()
        assert {name for name in before if after[name] != before[name]} == {"outbox_messages"}
        # What waited may have gone out since the backup was made: it is not sent again by itself.
        assert {m.state for m in db.session().scalars(sa.select(OutboxMessage))} == {MessageState.BY_HAND}
        db.release()
        assert done.rows == sum(map(len, before.values()))
        assert done.uploads == 1
        assert (there / "uploads" / "议程" / "手册.pdf").read_bytes() == b"%PDF"
        assert (there / "signing_key").read_bytes() == b"s" * 32
        assert (there / "signing_key").stat().st_mode & 0o777 == 0o600
        assert not list(there.glob(".restore*"))
        assert instance.trouble() is None
        assert figures.of(cast.meeting_id, now=now) == figures_before
        goes_on_working(cast, now)


def goes_on_working(cast: Cast, now: datetime) -> None:
    """Tokens, links, passwords, codes and sealed values; and the ids of new rows begin after the old ones."""
    bearer = tokens.bearer(cast.organise, now=now)
    assert bearer is not None
    assert bearer.meeting_id == cast.meeting_id
    link = links.by_token(cast.liran_token)
    assert link is not None
    assert link.delegate_id == cast.liran_id
    assert units.link_token(units.by_link(cast.yuquan_link)) == cast.yuquan_link
    assert accounts.check(cast.zhouning_email, PASSWORD).id == cast.zhouning_id
    liran = db.session().get_one(Delegate, cast.liran_id)
    assert delegates.phone_of(liran) == "+8613800000001"
    assert set(db.session().scalars(sa.select(Delegate.changed))) == {0}
    assert set(db.session().scalars(sa.select(Presence.changed))) == {0}
    again = scans.Scan(code=cast.liran_code, checkpoint_id=cast.venue_id, nonce="second")
    assert checkin.check_in(cast.meeting_id, again, scans.Gate("西门"), now=now)["outcome"] == "already"
    entry = registration.Entry(name="马骉", unit_id=cast.kenli_id, mode=Mode.IN_PERSON, phone="13800000004")
    made = registration.register(
        cast.meeting_id, entry, actor=activity.SYSTEM, origin=Origin.ORGANISER, public_url="http://x", now=now
    )
    assert made.delegate.number == "0004"
    assert made.delegate.id > cast.chenzhuo_id
    with pytest.raises(Refused):
        registration.register(
            cast.meeting_id,
            registration.Entry(name="李然", unit_id=cast.yuquan_id, mode=Mode.ONLINE, phone="13800000001"),
            actor=activity.SYSTEM, origin=Origin.ORGANISER, public_url="http://x", now=now,
        )  # fmt: skip


def test_only_into_an_empty_one(app: APIFlask, cast: Cast, saved: Path, folder: Path) -> None:
    with app.app_context():
        before = rows()
        refused(Refusal.INSTANCE_NOT_EMPTY, saved, folder)
        assert rows() == before


def test_tables_without_rows_are_empty(app: APIFlask, saved: Path, tmp_path: Path, database_url: str) -> None:
    there = tmp_path / "there"
    there.mkdir()
    with databases.empty("sqlite") as url, opened(url):
        instance.upgrade()
        backup.restore(saved, folder=there, keys=KEYS)
        assert meetings.by_slug("promotion-2026").title == "城乡社区治理推进会"


def test_a_backup_is_not_replaced(app: APIFlask, saved: Path, folder: Path, now: datetime) -> None:
    before = saved.read_bytes()
    with app.app_context(), pytest.raises(FileExistsError):
        backup.save(saved, folder=folder, keys=KEYS, now=now)
    assert saved.read_bytes() == before
    assert [path.name for path in saved.parent.iterdir() if "part" in path.name] == []


def test_another_data_key_in_the_environment(saved: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    with databases.empty("sqlite") as url, opened(url):
        refused(Refusal.DATA_KEY_DIFFERS, saved, there, keys=KEYS | {"data_key": b"ab" * 32})
        # Keys that lie in files of the fresh folder were made by its first start, and give way.
        (there / "data_key").write_bytes(b"ab" * 32)
        (there / "secret_key").write_bytes(b"made at the start")
        done = backup.restore(saved, folder=there, keys={"data_key": b"ab" * 32, "secret_key": b"made at the start"})
        assert (there / "data_key").read_bytes() == KEYS["data_key"]
        assert (there / "secret_key").read_bytes() == KEYS["secret_key"]
        assert done.kept == ()


def test_another_secret_key_in_the_environment_stays(saved: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    with databases.empty("sqlite") as url, opened(url):
        done = backup.restore(saved, folder=there, keys=KEYS | {"secret_key": b"of the environment"})
        assert done.kept == ("secret_key",)
        assert not (there / "secret_key").exists()


def refused(refusal: Refusal, path: Path, folder: Path, keys: dict[str, bytes] = KEYS) -> None:
    before = sorted(file for file in folder.rglob("*") if file.name != "jobs.sqlite")
    with pytest.raises(Refused) as caught:
        backup.restore(path, folder=folder, keys=keys)
    assert caught.value.refusal is refusal
    assert sorted(file for file in folder.rglob("*") if file.name != "jobs.sqlite") == before


def changed(path: Path, change: Callable[[Members, dict[str, object]], None]) -> None:
    """Rewrite an archive; digests are made right, as somebody who means harm would."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(members, manifest)
    manifest["members"] = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in {**members, "manifest.json": json.dumps(manifest).encode()}.items():
            archive.writestr(name, content)


def _line(number: int, text: bytes) -> Callable[[Members, dict[str, object]], None]:
    def change(members: Members, _: dict[str, object]) -> None:
        lines = members["tables/units.jsonl"].split(b"\n")
        lines[number] = text
        members["tables/units.jsonl"] = b"\n".join(lines)

    return change


def _member(name: str, content: bytes = b"x") -> Callable[[Members, dict[str, object]], None]:
    return lambda members, _: members.update({name: content})


def _said(key: str, value: object) -> Callable[[Members, dict[str, object]], None]:
    return lambda _, manifest: manifest.update({key: value})


HARM = {
    "out of the folder": _member("uploads/../../escaped"),
    "an absolute path": _member("uploads//etc/escaped"),
    "a key that is a path": _member("keys/../escaped_key"),
    "a hidden file": _member("uploads/.hidden"),
    "a name of no folder of ours": _member("conference.sqlite"),
    "a table that is none": _member("tables/sqlite_master.jsonl"),
    "no data key": lambda members, _: members.pop("keys/data_key"),
    "a data key that is none": _member("keys/data_key", b"zz" * 32),
    "a short row": _line(1, b"[1]"),
    "a row that is an object": _line(1, b"{}"),
    "not JSON": _line(1, b"[1,"),
    "an unknown tag": _line(1, b'[1,{"x":1},"140000","","member",null,false,{"t":"2026-01-01T00:00:00+00:00"}]'),
    "an unknown column": _line(0, b'["id","name","province","district","kind","credit_code","proposed","owner"]'),
    "a column twice": _line(0, b'["id","id","province","district","kind","credit_code","proposed","created_at"]'),
    "text for a number": _line(1, b'["one",{"j":[]},"140000","","member",null,false,{"t":"2026-01-01T00:00:00+00:00"}]'),  # noqa: E501
    "deep nesting": _line(1, b"[" * 100_000),
    "rows that are missing": lambda members, _: members.update(
        {"tables/delegates.jsonl": members["tables/delegates.jsonl"].split(b"\n")[0] + b"\n"}
    ),
    "counts that are no numbers": _said("tables", {"units": "two"}),
    "tables that are no object": _said("tables", [1]),
    "another format": _said("format", "something else"),
}  # fmt: skip


@FROM_ONE_KIND
@pytest.mark.parametrize("harm", HARM)
def test_a_hostile_archive_writes_nothing(saved: Path, tmp_path: Path, harm: str) -> None:
    changed(saved, HARM[harm])
    nothing_was_written(saved, tmp_path, Refusal.BACKUP_DAMAGED)


@FROM_ONE_KIND
def test_one_of_a_newer_version(saved: Path, tmp_path: Path) -> None:
    changed(saved, _said("revision", "9999"))
    nothing_was_written(saved, tmp_path, Refusal.BACKUP_NEWER)


@FROM_ONE_KIND
@pytest.mark.parametrize("part", [0, 1, 20, 1_000, -1, -30, -3_000])
def test_a_truncated_archive_writes_nothing(saved: Path, tmp_path: Path, part: int) -> None:
    saved.write_bytes(saved.read_bytes()[:part])
    nothing_was_written(saved, tmp_path, Refusal.BACKUP_DAMAGED)


@FROM_ONE_KIND
def test_a_flipped_bit_writes_nothing(saved: Path, tmp_path: Path) -> None:
    content = saved.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        begin = archive.getinfo("tables/delegates.jsonl").header_offset + 80
    saved.write_bytes(content[:begin] + bytes([content[begin] ^ 0x10]) + content[begin + 1 :])
    nothing_was_written(saved, tmp_path, Refusal.BACKUP_DAMAGED)


_numbers = itertools.count()


def nothing_was_written(path: Path, tmp_path: Path, refusal: Refusal) -> None:
    there = tmp_path / f"there {next(_numbers)}" / "inner"
    there.mkdir(parents=True)
    with databases.empty("sqlite") as url, opened(url):
        refused(refusal, path, there)
        db.release()
        with db.db.engine.connect() as connection:
            assert sa.inspect(connection).get_table_names() == []
    assert not list(tmp_path.rglob("escaped*"))
