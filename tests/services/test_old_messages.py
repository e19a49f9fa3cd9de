"""Messages of the first migration outlive the second: readable, without their links, and those that waited go out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.app import create_app
from conference.models import Delegate, OutboxMessage
from conference.notices.channels import Channels
from conference.sealing import seal, unseal
from conference.services import delivery, instance, letters, links
from conference.vocabulary import MessageState
from tests import databases, instances
from tests.conftest import settings_for

LINK = "http://localhost/p/" + "a" * 32
NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)


@pytest.fixture(params=databases.KINDS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[APIFlask]:
    """An instance of the first migration, with one meeting, one delegate and messages in every state."""
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
        next_number=2, created_at=NOW, changed_at=NOW,
    )  # fmt: skip
    insert(
        "units", id=1, name="单位", province="140000", district="", kind="member", credit_code=None, proposed=False,
        created_at=NOW,
    )  # fmt: skip
    insert(
        "delegates", id=1, meeting_id=1, unit_id=1, number="0001", name="李然", pinyin="li ran", position="",
        category="delegate", mode="online", status="confirmed", seat="", origin="public", language="zh",
        email_sealed=seal("new@example.org"), email_index="e" * 64, created_at=NOW, changed=1,
    )  # fmt: skip
    states: dict[int, tuple[str | None, datetime | None, datetime | None, int]]
    states = {1: ("a@example.org", NOW, None, 1), 2: ("a@example.org", None, NOW, 0)}
    states |= {3: (None, None, None, 0), 4: ("a@example.org", None, None, 8)}
    for id_, (to, sent_at, next_attempt_at, attempts) in states.items():
        text = f"李然，您好 {{name}}\n{LINK}\nhttp://localhost/m/old"
        content = {"to": to, "subject": "报名回执", "text": text}
        insert(
            "outbox_messages", id=id_, meeting_id=1, delegate_id=1, kind="registered",
            content_sealed=seal(json.dumps(content)), created_at=NOW, next_attempt_at=next_attempt_at,
            attempts=attempts, last_error="away" if attempts == 8 else None, sent_at=sent_at,
        )  # fmt: skip


def test_old_messages_are_read_and_sent(old: APIFlask, tmp_path: Path) -> None:
    instance.upgrade()
    page = letters.page(1, public_url="http://localhost")
    assert {letter.id: letter.state for letter in page.items} == {
        1: MessageState.SENT,
        2: MessageState.WAITING,
        3: MessageState.BY_HAND,
        4: MessageState.FAILED,
    }
    assert {letter.text for letter in page.items} == {
        f"李然，您好 {{name}}\n{letters.UNSEEN['zh']}\nhttp://localhost/m/old"
    }
    assert [letter.to.email for letter in page.items] == ["a@example.org", "new@example.org", *["a@example.org"] * 2]
    for message in db.session().scalars(sa.select(OutboxMessage)):
        assert message.content_sealed is not None
        assert "/p/" not in unseal(message.content_sealed)
    db.release()
    with db.transaction() as session:  # it goes by SMS here, since the test has no mail server
        person = session.get_one(Delegate, 1)
        person.phone_sealed, person.phone_index = seal("+8613800000001"), "f" * 64
    file = tmp_path / "sms.jsonl"
    assert delivery.deliver(Channels("http://localhost", sms_url=file.as_uri()), now=NOW) == 1
    [line] = [json.loads(text) for text in file.read_text("utf-8").splitlines()]
    token = line["text"].splitlines()[1].removeprefix("http://localhost/p/")
    link = links.by_token(token)
    assert link is not None
    assert link.delegate_id == 1
