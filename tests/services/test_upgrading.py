"""An instance of the first migration, with everything in it that its code could write, goes on under today's.

`tests/earlier/0001.backup` was made by that code: the cast, strangers with a proposed unit, a repeat entry that waits
and one that was dismissed, a full line with one who waits and one who wishes to move, cancelled, declined and erased
people, scans in, out, refused, voided and handed in later, messages in every state, tokens, an agenda, a meeting with
review. `0001.json` says who is who.
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter, deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed

from conference import db
from conference.app import create_app
from conference.models import Activity, Consent, Delegate, OutboxMessage
from conference.services import agenda_content, agenda_people, backup, instance, links, registration, units
from conference.services.activity import SYSTEM
from conference.services.archive import Reader
from conference.vocabulary import AgendaRoleKind, MessageState, Mode, Origin
from conference.web.limits import limiter
from tests import databases
from tests.cast import PASSWORD, Cast
from tests.conftest import settings_for
from tests.recount import assert_whole

EARLIER = Path(__file__).parents[1] / "earlier"
KEYS = {"secret_key": b"a secret for tests", "data_key": bytes(32).hex().encode()}
# What the second migration writes anew: the text of messages without its links, the turnout by category.
ANEW = {
    ("meetings", "next_number"),  # stands in the lines now
    ("talks", "speaker"),  # a person of the agenda now
    ("outbox_messages", "content_sealed"),
    ("turnouts", "present"),
    ("turnouts", "inside"),
}
SOME = 4  # pages of one kind are alike
_HREF = re.compile(r'href="(/[^"]*)"')
Rows = dict[str, list[tuple[str, ...]]]


@pytest.fixture
def cast() -> Cast:
    return Cast(**json.loads((EARLIER / "0001.json").read_text("utf-8")))


@pytest.fixture(params=databases.KINDS)
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[APIFlask]:
    """An application of today on a database with nothing in it."""
    limiter.enabled = False
    with databases.empty(request.param) as url:
        app = create_app(settings_for(url, tmp_path))
        app.config.update(WTF_CSRF_ENABLED=False)
        with app.app_context():
            yield app
            db.release()
            db.db.engine.dispose()


@pytest.fixture(params=["upgraded", "restored"])
def app(request: pytest.FixtureRequest, empty: APIFlask, tmp_path: Path) -> APIFlask:
    """The earlier instance, upgraded where it stood, or restored from its backup."""
    if request.param == "restored":
        backup.restore(EARLIER / "0001.backup", folder=tmp_path, keys=KEYS)
    else:
        _stand(empty)
        instance.upgrade()
    return empty


def _stand(empty: APIFlask) -> None:
    """Make the tables of that time, and the rows in them."""
    with (
        (EARLIER / "0001.backup").open("rb") as file,
        db.db.engine.connect().execution_options(writing=True) as connection,
    ):
        instance.migrate(connection, "0001")
        backup._insert(connection, Reader(file))
        connection.commit()


def _rows(columns: dict[str, list[str]]) -> Rows:
    tables = sa.MetaData()
    with db.db.engine.connect() as connection:
        tables.reflect(connection)
        return {
            name: sorted(
                tuple(str(value) for value in row)
                for row in connection.execute(sa.select(*(tables.tables[name].c[column] for column in wanted)))
            )
            for name, wanted in columns.items()
        }


def test_no_row_is_lost_or_changed(empty: APIFlask) -> None:
    _stand(empty)
    tables = sa.MetaData()
    with db.db.engine.connect() as connection:
        tables.reflect(connection)
    kept = {
        table.name: [column.name for column in table.columns if (table.name, column.name) not in ANEW]
        for table in tables.sorted_tables
        if table.name != "alembic_version"
    }
    before = _rows(kept)
    assert [name for name, rows in before.items() if not rows] == []  # the file has something of everything
    instance.upgrade()
    assert instance.trouble() is None
    assert _rows(kept) == before


def test_the_counts_are_whole_and_who_was_there_is_known(app: APIFlask, cast: Cast) -> None:
    for meeting_id in (cast.meeting_id, 2):
        assert_whole(meeting_id)
    liran = links.by_token(cast.liran_token)
    assert liran is not None
    assert liran.delegate_id == cast.liran_id
    assert units.by_link(cast.yuquan_link).unit_id == cast.yuquan_id
    session = db.session()
    assert session.scalar(sa.select(sa.func.count()).select_from(Consent)) == 8
    assert session.scalar(sa.select(sa.func.count()).select_from(Activity)) == 39
    made = registration.register(
        cast.meeting_id,
        registration.Entry("韩梅", cast.kenli_id, Mode.ONLINE, phone="13800000099"),
        actor=SYSTEM,
        origin=Origin.ORGANISER,
        public_url=cast.public_url,
        now=datetime(2026, 7, 1, 9, tzinfo=UTC),
    )
    assert made.delegate_id > max(session.scalars(sa.select(Delegate.id).where(Delegate.id != made.delegate_id)))


@pytest.mark.parametrize("app", ["upgraded"], indirect=True)
def test_what_stood_on_an_agenda_is_its_first_release_and_speakers_are_people(app: APIFlask, cast: Cast) -> None:
    draft = agenda_content.draft(cast.meeting_id)
    assert (agenda_content.number(cast.meeting_id), agenda_content.released(cast.meeting_id)) == (1, draft)
    [person] = agenda_people.listed(cast.meeting_id)
    assert (person.name, person.released) == ("李然", True)
    assert [(task.session, task.role, task.talk) for task in person.tasks] == [
        ("开幕", AgendaRoleKind.SPEAKER, "呼和浩特市玉泉区民政局")
    ]
    assert agenda_content.released(2) is None  # a meeting without an agenda


def test_what_waited_goes_out_after_an_upgrade_and_is_left_to_people_after_restoring(
    request: pytest.FixtureRequest, app: APIFlask
) -> None:
    found = Counter(db.session().scalars(sa.select(OutboxMessage.state)))
    restored = "restored" in request.node.callspec.params.values()
    waiting = {MessageState.BY_HAND: 16} if restored else {MessageState.BY_HAND: 15, MessageState.WAITING: 1}
    assert found == {MessageState.SENT: 1, **waiting}


@pytest.mark.parametrize("app", ["upgraded"], indirect=True)
def test_every_page_that_one_comes_to_opens(app: APIFlask, cast: Cast) -> None:
    db.release()
    _walk(app, ["/", f"/m/{cast.slug}/", f"/r/{cast.yuquan_link}"], client=app.test_client())
    for token in (cast.liran_token, cast.wangmin_token, cast.chenzhuo_token):
        _walk(app, [f"/p/{token}", "/my/"], client=app.test_client())
    office = app.test_client()
    office.post("/sign-in", data={"email": cast.administrator_email, "password": PASSWORD})
    opened = _walk(
        app, [f"/desk/{cast.slug}/", "/desk/review-2026/", f"/door/{cast.slug}/{cast.venue_id}"], client=office
    )
    assert {
        "organiser.activity.index",
        "organiser.delegates.edit",
        "organiser.outbox.show",
        "organiser.repeats.index",
        "organiser.waiting.move",
        "door.scanner.show",
    } <= opened


def _walk(app: APIFlask, addresses: list[str], *, client: FlaskClient) -> set[str]:
    """Open these addresses and what they lead to, a few of each kind of page; the endpoints that were opened."""
    routes, todo, seen = app.url_map.bind("localhost"), deque(addresses), set[str]()
    opened: Counter[str] = Counter()
    while todo:
        address = todo.popleft()
        path = urlsplit(address).path
        if address in seen or path.startswith("/assets/"):
            continue
        seen.add(address)
        try:
            endpoint, _ = routes.match(path, method="GET")
        except MethodNotAllowed:  # where a form goes
            continue
        if opened[endpoint] >= SOME:
            continue
        opened[endpoint] += 1
        answer = client.get(address)
        closed = endpoint == "public.live.show" and answer.status_code == 403  # it tells a stranger how to come in
        assert closed or answer.status_code in {200, 303}, address
        if answer.status_code == 303:
            todo.append(answer.location)
        elif answer.mimetype == "text/html":
            todo += [html.unescape(found).partition("#")[0] for found in _HREF.findall(answer.text)]
    return set(opened)
