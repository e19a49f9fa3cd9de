"""Who came before the second migration is counted by category after it, the same people as before."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.app import create_app
from conference.models import Arrival, Turnout
from conference.services import instance
from conference.vocabulary import Category
from tests import databases, instances
from tests.conftest import settings_for

NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)
PEOPLE = {1: (1, "delegate", 2, 1), 2: (1, "leader", 1, 0), 3: (1, "leader", 0, 0), 4: (2, "delegate", 1, 1)}


@pytest.fixture(params=databases.KINDS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[APIFlask]:
    """An instance of the first migration, two of whose units have people at the venue."""
    with databases.empty(request.param) as url:
        app = create_app(settings_for(url, instances.made(tmp_path)))
        with app.app_context():
            with db.db.engine.connect().execution_options(writing=True) as connection:
                instance.migrate(connection, "0001")
                _write(connection)
                connection.commit()
            yield app
            db.release()
            db.db.engine.dispose()


def _write(connection: sa.Connection) -> None:
    tables = sa.MetaData()
    tables.reflect(connection)

    def insert(table: str, **values: object) -> None:
        connection.execute(sa.insert(tables.tables[table]).values(**values))

    insert(
        "meetings", id=1, slug="old", title="推进会", theme="", place="大同", province="140000",
        timezone="Asia/Shanghai",
        starts_at=NOW, ends_at=NOW.replace(hour=20), status="open", registration_opens_at=NOW.replace(month=6),
        registration_closes_at=NOW, approval="automatic", open_to="anyone", notice="", demonstration=False,
        next_number=5, created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    for unit_id in (1, 2):
        insert(
            "units", id=unit_id, name=f"单位{unit_id}", province="140000", district="", kind="member", credit_code=None,
            proposed=False, created_at=NOW,
        )  # fmt: skip
        insert("turnouts", meeting_id=1, unit_id=unit_id, present=3 - unit_id, inside=1)
    for id_, (unit_id, category, admissions, inside) in PEOPLE.items():
        insert(
            "delegates", id=id_, meeting_id=1, unit_id=unit_id, number=f"{id_:04d}", name="李然", pinyin="li ran",
            position="", category=category, mode="in_person", status="confirmed", seat="", origin="public",
            language="zh", email_index=str(id_) * 64, created_at=NOW, changed=1,
        )  # fmt: skip
        insert(
            "arrivals", delegate_id=id_, meeting_id=1, unit_id=unit_id, admissions=admissions, inside=inside
        )  # fmt: skip


def test_the_old_count_is_split_by_category(old: APIFlask) -> None:
    instance.upgrade()
    kept = {
        (row.unit_id, row.category): (row.present, row.inside)
        for row in db.session().scalars(sa.select(Turnout))
        if row.present or row.inside
    }
    assert kept == {
        (1, Category.DELEGATE): (1, 1),
        (1, Category.LEADER): (1, 0),
        (2, Category.DELEGATE): (1, 1),
    }
    assert {row.delegate_id: row.category.value for row in db.session().scalars(sa.select(Arrival))} == {
        id_: category for id_, (_, category, _, _) in PEOPLE.items()
    }
