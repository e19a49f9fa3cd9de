"""`conference init`, `account create`, `token create`, `token revoke`: as processes, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from conference import db
from conference.app import create_app
from conference.services import accounts, tokens
from conference.settings import read
from conference.vocabulary import Refused, Role
from tests import databases
from tests.cast import PASSWORD
from tests.cli.commands import Instance


@pytest.fixture(params=databases.KINDS)
def instance(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Instance]:
    with databases.empty(request.param) as url:
        yield Instance(tmp_path / "instance", None if request.param == "sqlite" else url)


def test_a_first_day(instance: Instance) -> None:
    # Two at once, as two machines may.
    with ThreadPoolExecutor(2) as both:
        assert {done.returncode for done in both.map(lambda _: instance.run_from_nothing("init"), range(2))} == {0}
    assert instance.does("init") == "Tables are current.\n"
    for name in ("secret_key", "data_key"):
        assert (instance.folder / name).stat().st_mode & 0o777 == 0o600

    first = instance.does("account", "create", "office@example.org", "--name", "会务办公室", "--role", "administrator")
    again = instance.does("account", "create", "OFFICE@example.org", "--name", "会务办公室", "--role", "administrator")
    instance.does(
        "account", "create", "zhouning@example.org", "--name", "周宁", "--role", "administrator", "--password-stdin",
        stdin=f"{PASSWORD}\n",
    )  # fmt: skip
    token = instance.does("token", "create", "东门", "--scope", "checkin")
    dead = instance.does("token", "create", "西门", "--scope", "read").strip()
    instance.does("token", "revoke", "西门")

    app = create_app(read(instance.environment()))
    now = datetime.now(UTC)
    with app.app_context():
        assert len(accounts.administrators()) == 2
        for link in (first, again):
            assert link.startswith("http://127.0.0.1:8000/sign-in")
            assert link.count("\n") == 1
        assert accounts.redeem(again.strip().rpartition("/")[2], now=now).email == "office@example.org"
        assert accounts.check("zhouning@example.org", PASSWORD).name == "周宁"
        bearer = tokens.bearer(token.strip(), now=now)
        assert bearer is not None
        assert (bearer.name, token.count("\n")) == ("东门", 1)
        assert tokens.bearer(dead, now=now) is None
        db.release()
        db.db.engine.dispose()


def test_a_repeat_adds_the_role(tmp_path: Path) -> None:
    instance = Instance(tmp_path)
    instance.does("init")
    app = create_app(read(instance.environment()))
    with app.app_context():
        from tests.cast import Cast

        cast = Cast.make(datetime.now(UTC), public_url="http://localhost")
        db.release()
    for role in ("viewer", "viewer"):
        instance.does(
            "account", "create", cast.hejing_email, "--name", "何静", "--role", role, "--meeting", cast.slug
        )  # fmt: skip
    with app.app_context():
        account = accounts.by_id(cast.hejing_id)
        assert account is not None
        assert sorted(grant.role for grant in account.grants) == [Role.DOOR, Role.VIEWER]
        with pytest.raises(Refused):
            accounts.redeem("no such token", now=datetime.now(UTC))
        db.release()
        db.db.engine.dispose()


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (["account", "create", "a@", "--name", "甲", "--role", "administrator"], 2, "e-mail"),
        (["account", "create", "a@example.org", "--name", " ", "--role", "administrator"], 2, "name"),
        (["account", "create", "a@example.org", "--name", "甲" * 51, "--role", "administrator"], 2, "Too long"),
        (["account", "create", "a@example.org", "--name", "甲", "--role", "king"], 2, "king"),
        (["account", "create", "a@example.org", "--name", "甲", "--role", "door"], 2, "--meeting"),
        (["account", "create", "a@example.org", "--name", "甲", "--role", "door", "--meeting", "no"], 2, "no meeting"),
        (
            ["account", "create", "a@example.org", "--name", "甲", "--role", "administrator", "--meeting", "x"],
            2,
            "every",
        ),
        (
            ["account", "create", "a@example.org", "--name", "甲", "--role", "administrator", "--password-stdin"],
            2,
            "ten characters",
        ),
        (["account", "create", "a@example.org", "--name", "甲"], 2, "--role"),
        (["token", "create", "\x1b[31m", "--scope", "read"], 2, "control characters"),
        (["token", "create", "门", "--scope", "all"], 2, "all"),
        (["token", "create", "门", "--scope", "read", "--meeting", "no"], 2, "no meeting"),
        (["token", "revoke", "没有"], 1, "没有"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_what_cannot_be_understood_is_said_in_a_line(
    made: Instance, arguments: list[str], status: int, said: str
) -> None:
    done = made.run(*arguments, stdin="short\n")
    assert (done.returncode, done.stdout) == (status, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    instance = Instance(tmp_path_factory.mktemp("made"))
    instance.does("init")
    return instance


def test_a_token_of_a_name_that_is_in_use(made: Instance) -> None:
    made.does("token", "create", "南门", "--scope", "checkin")
    done = made.run("token", "create", "南门", "--scope", "checkin")
    assert (done.returncode, done.stdout) == (1, "")
    assert "in use" in done.stderr


def test_before_init_and_without_a_database(tmp_path: Path) -> None:
    fresh = Instance(tmp_path)
    for arguments in (["demo"], ["token", "create", "x", "--scope", "read"], ["backup", str(tmp_path / "file")]):
        done = fresh.run(*arguments)
        assert done.returncode == 1
        assert "conference init" in done.stderr
    away = Instance(tmp_path, "postgresql+psycopg://nobody@127.0.0.1:1/nothing").run("init")
    assert away.returncode == 1
    assert "Traceback" not in away.stderr
    assert away.stderr.startswith("conference: the database does not do it: ")
    wrong = fresh.run_from_nothing("init", PORT="many")
    assert (wrong.returncode, wrong.stderr) == (2, "conference: PORT must be a whole number, not 'many'\n")
