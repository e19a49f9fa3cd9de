"""`conference replies check` and `conference replies import`, as outside programs run them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from conference import db
from conference.app import create_app
from conference.models import Delegate
from conference.settings import read
from conference.vocabulary import Origin
from tests import databases
from tests.cast import Cast
from tests.cli.commands import Instance

REPLIES = Path(__file__).parent.parent / "replies"
SLUG = ("--meeting", "promotion-2026")


@pytest.fixture(params=databases.KINDS)
def instance(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Instance]:
    with databases.empty(request.param) as url:
        made = Instance(tmp_path / "instance", None if request.param == "sqlite" else url)
        made.does("init")
        app = create_app(read(made.environment()))
        with app.app_context():
            Cast.make(datetime.now(UTC), public_url="http://localhost")
            db.release()
            db.db.engine.dispose()
        yield made


def entered(instance: Instance) -> list[str]:
    app = create_app(read(instance.environment()))
    with app.app_context():
        found = db.session().scalars(
            sa.select(Delegate.name).where(Delegate.origin == Origin.IMPORT).order_by(Delegate.id)
        )
        names = list(found)
        db.release()
        db.db.engine.dispose()
    return names


def problems(printed: str) -> list[tuple[int, str]]:
    return [(int(row), header) for row, header in re.findall(r"^第 (\d+) 行，“(.+)”：.+$", printed, re.MULTILINE)]


def test_check_writes_nothing_and_import_does_it_once(instance: Instance, tmp_path: Path) -> None:
    good, faulty = str(REPLIES / "b-province-summary.xlsx"), str(REPLIES / "c-rare-names.csv")
    checked = instance.run("replies", "check", faulty, *SLUG)
    assert (checked.returncode, checked.stderr) == (1, "")
    assert problems(checked.stdout) == [(4, "手机"), (5, "姓名")]
    assert all(text in checked.stdout for text in ("王䶮", "陈𬱖", "鹤壁市淇滨区民政局（河南省）4"))
    assert instance.run_from_nothing("replies", "check", good, *SLUG, LANG="C").returncode == 0
    assert entered(instance) == []

    assert instance.run("replies", "import", good, *SLUG).returncode == 0
    assert "新登记 0，有改动 0，与原来一致 5" in instance.does("replies", "import", good, *SLUG)
    assert instance.run("replies", "import", faulty, *SLUG).returncode == 1
    assert entered(instance) == ["赵敏", "钱学军", "孙丽", "周杰", "吴倩", "王䶮", "刘喆", "陈𬱖", "买买提·吐尔逊"]
    english = instance.run("replies", "check", faulty, *SLUG, "--language", "en")
    assert "Row 4, “手机”: Another row above has the same phone or e-mail" in english.stdout


@pytest.mark.parametrize("instance", ["sqlite"], indirect=True)
def test_what_cannot_be_read_is_said_without_a_trace(instance: Instance, tmp_path: Path) -> None:
    paper = tmp_path / "回执.xlsx"
    paper.write_bytes(b"%PDF-1.7")
    done = instance.run("replies", "check", str(paper), *SLUG)
    assert (done.returncode, done.stdout, done.stderr) == (1, "回执.xlsx: 这不是表格文件，请上传 .xlsx 或 .csv\n", "")
    assert "Traceback" not in done.stderr
    missing = instance.run("replies", "import", str(tmp_path / "no.xlsx"), *SLUG)
    assert missing.returncode == 1
    assert "Traceback" not in missing.stderr
    unknown = instance.run("replies", "check", str(paper), "--meeting", "no-such-meeting")
    assert unknown.returncode == 2
