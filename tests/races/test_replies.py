"""One reply form brought in by several at once; and again without the locks."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Delegate, Unit
from conference.vocabulary import Origin
from tests.cast import Cast
from tests.races import crowd, deeds, unguarded
from tests.races.conftest import Crowd
from tests.races.crowd import deed
from tests.recount import assert_whole

pytestmark = pytest.mark.races
CROWD = 4
SIZE = 40


def form(folder: Path, turn: int = 0) -> str:
    # Online there is room for all: in a full hall the ticket of the waiting line would keep the second entry out.
    rows = "".join(f"新乡市第{n % 3}社区居委会,李{n}然,139{turn:02d}{n:06d},线上\n" for n in range(SIZE))
    path = folder / f"{turn}.csv"
    path.write_text("单位,姓名,手机,参会方式\n" + rows)
    return str(path)


def test_one_form_by_several_at_once_enters_everybody_once(
    context: APIFlask, cast: Cast, at_once: Crowd, tmp_path: Path
) -> None:
    said = at_once([deed(deeds.import_replies, cast.meeting_id, form(tmp_path)) for _ in range(CROWD)])
    assert Counter(one["new"] for one in said) == {SIZE: 1, 0: CROWD - 1}
    assert Counter(one["same"] for one in said) == {0: 1, SIZE: CROWD - 1}
    assert _entered() == SIZE
    assert len(db.session().scalars(sa.select(Unit).where(Unit.name.startswith("新乡市"))).all()) == 3
    assert_whole(cast.meeting_id)


def test_without_the_locks_somebody_is_entered_twice(
    context: APIFlask, cast: Cast, at_once: Crowd, tmp_path: Path, database_url: str
) -> None:
    deeds.import_replies(cast.meeting_id, form(tmp_path))  # so that the units are there
    unguarded.drop(database_url, "delegates", "uq_delegates_active_phone_index")
    before, path, point = _entered(), form(tmp_path, 1), crowd.meeting_point(CROWD)
    at_once([deed(deeds.import_replies_read_together, cast.meeting_id, path, point)] * CROWD, without="locks")
    assert _entered() == before + SIZE * CROWD


def _entered() -> int:
    db.session().rollback()
    return db.session().scalar(sa.select(sa.func.count()).where(Delegate.origin == Origin.IMPORT)) or 0
