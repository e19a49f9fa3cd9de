"""The public agenda: what is on, what is found, who and what is on it, and how little it costs."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import clock, db
from conference.models import AgendaPerson, AgendaRelease, AgendaSession, Meeting, SignUpLine
from conference.rules import agenda as rules
from conference.rules import agenda_releases
from conference.services import agenda_content, stage
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import AgendaKind, MeetingStatus
from tests.agendas import Morning, a_morning, release
from tests.cast import Cast


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    """The opening began half an hour ago."""
    with app.app_context():
        made = a_morning(cast.meeting_id, begins=now - timedelta(minutes=30))
        db.release()
    return made


def _late(app: APIFlask, cast: Cast, session_id: int, minutes: int, now: datetime) -> None:
    with app.app_context():
        stage.delay(cast.meeting_id, session_id, minutes, "", Doing(SYSTEM, now, cast.public_url))
        db.release()


def _agenda(cast: Cast, path: str = "") -> str:
    return f"/m/{cast.slug}/agenda{path}"


def _rows(page: str) -> list[int]:
    """The sessions that are to be seen."""
    found = re.findall(r'<li class="session [^>]* id="s(\d+)"([^>]*)>', page)
    return [int(id_) for id_, rest in found if "hidden" not in rest]


def test_before_the_first_release_it_says_so(client: FlaskClient, cast: Cast) -> None:
    page = client.get(_agenda(cast))
    assert (page.status_code, "议程还没有发布" in page.text) == (200, True)
    assert "议程还没有发布" in client.get(f"/m/{cast.slug}/").text
    assert client.get(_agenda(cast, "/now/zh")).status_code == 200
    subscribed = client.get(_agenda(cast, "/calendar")).text  # its address would be a 404 in the reader's calendar
    assert ("议程还没有发布" in subscribed, "webcal:" in subscribed) == (True, False)


def test_a_draft_meeting_is_not_there(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, morning: Morning
) -> None:
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.DRAFT
    for path in ("", "/now/zh", f"/sessions/{morning.opening}"):
        assert client.get(_agenda(cast, path)).status_code == 404


def test_now_and_next_stand_on_top_and_a_delay_is_said_in_words(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, morning: Morning
) -> None:
    page = client.get(_agenda(cast))
    assert page.headers["Cache-Control"] == "public, no-cache"
    assert "Set-Cookie" not in page.headers
    assert "csrf_token" not in page.text
    card = page.text[page.text.index("now-card") : page.text.index("data-marks")]
    for text in ("正在进行", "开幕和主旨发言", "多民族社区怎样议事", "白川", "接下来", "经验交流"):
        assert text in card
    assert "社区好管家" not in card
    assert "比原定" not in page.text
    assert "第 1 版" in page.text
    _late(app, cast, morning.exchange, 15, now)
    later = client.get(_agenda(cast)).text
    with app.app_context():
        begins = clock.local(now + timedelta(minutes=45), db.session().get_one(Meeting, cast.meeting_id).timezone)
    row = later[later.index(f'id="s{morning.exchange}"') :]
    assert row.index(f"<time>{begins:%H:%M}</time>") < row.index("比原定晚 15 分钟") < row.index("茶歇")


def test_the_card_is_the_same_for_everybody_and_is_not_sent_twice(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, morning: Morning
) -> None:
    holder = app.test_client()
    holder.get(f"/p/{cast.liran_token}")
    first, theirs = client.get(_agenda(cast, "/now/zh")), holder.get(_agenda(cast, "/now/zh"))
    assert (first.data, first.headers["ETag"]) == (theirs.data, theirs.headers["ETag"])
    assert first.headers["Cache-Control"] == "public, max-age=3"
    for answer in (first, theirs):
        assert ("Set-Cookie" in answer.headers, answer.headers["Vary"]) == (False, "Accept-Encoding")
    english = client.get(_agenda(cast, "/now/en"), headers={"Accept-Language": "zh"})
    assert (english.headers["Content-Language"], english.headers["ETag"]) != ("zh-CN", first.headers["ETag"])
    assert client.get(_agenda(cast, "/now/fr")).status_code == 404
    known = {"If-None-Match": first.headers["ETag"]}
    assert (client.get(_agenda(cast, "/now/zh"), headers=known).status_code) == 304
    _late(app, cast, morning.opening, 15, now)
    later = client.get(_agenda(cast, "/now/zh"), headers=known)
    assert later.status_code == 200
    assert "延长 15 分钟" in later.text
    assert f'data-of="{morning.exchange}"' in later.text


def test_it_is_filtered_without_a_script(client: FlaskClient, cast: Cast, morning: Morning) -> None:
    everything = [morning.opening, morning.exchange, morning.tea, morning.untimed]
    for query, found in (
        ({}, everything),
        ({"q": "林一"}, [morning.opening]),
        ({"q": "垦利 议事"}, [morning.opening]),
        ({"kind": "break"}, [morning.tea]),
        ({"q": "没有这样的"}, []),
        ({"kind": "nothing", "room": "x", "day": "yesterday", "online": "perhaps"}, everything),
        ({"q": "\x00" * 300}, []),
    ):
        page = client.get(_agenda(cast), query_string=query)
        assert (page.status_code, _rows(page.text)) == (200, found), query
    assert "找到 1 项" in client.get(_agenda(cast), query_string={"q": "林一"}).text


def test_of_several_days_today_is_shown_first(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, morning: Morning
) -> None:
    with app.app_context():
        tomorrow = a_morning(cast.meeting_id, begins=now + timedelta(days=1))
        db.release()
    hidden = re.compile(r'<section class="agenda-of-day" data-day="([\d-]+)"( hidden)?>')
    first = hidden.findall(client.get(_agenda(cast)).text)
    assert [bool(rest) for _, rest in first] == [False, True]
    chosen = client.get(_agenda(cast), query_string={"day": first[1][0]}).text
    assert [bool(rest) for _, rest in hidden.findall(chosen)] == [True, False]
    for query in ({"day": "all"}, {"q": "茶歇"}):  # what is looked for may be on any day
        page = client.get(_agenda(cast), query_string=query).text
        assert [bool(rest) for _, rest in hidden.findall(page)] == [False, False]
    assert _rows(page) == [morning.tea, tomorrow.tea]


def test_each_session_person_and_unit_has_a_page_and_what_is_not_released_has_none(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, morning: Morning
) -> None:
    with app.app_context(), db.transaction() as session:
        person = session.scalars(sa.select(AgendaPerson).where(AgendaPerson.name == "白川")).one()
        person_id = person.id
        hidden = AgendaPerson(meeting_id=cast.meeting_id, name="还没公布", created_at=now)
        unreleased = AgendaSession(meeting_id=cast.meeting_id, rank=9, kind=AgendaKind.OTHER, title="还没发布")
        session.add_all([hidden, unreleased])
        session.flush()
        hidden_id, unreleased_id = hidden.id, unreleased.id
    for path, texts in (
        (f"/sessions/{morning.opening}", ("开幕和主旨发言", "社区好管家", "垦利区民政局", "一楼", "经验交流")),
        (f"/sessions/{morning.untimed}", ("自由参观", "时间待定")),
        ("", ("时间待定",)),
        (f"/people/{person_id}", ("白川", "多民族社区怎样议事")),
        ("/units?name=垦利区民政局", ("垦利区民政局", "十五分钟服务圈", "发言 3 次")),
    ):
        page = client.get(_agenda(cast, path))
        assert page.status_code == 200
        assert [text for text in texts if text not in page.text] == [], path
    for path in (
        f"/sessions/{unreleased_id}",
        f"/people/{hidden_id}",
        f"/units/{cast.kenli_id}",
        "/units",
        "/units?name=无",
    ):
        assert client.get(_agenda(cast, path)).status_code == 404, path


def test_a_cancelled_session_says_so_beside_its_day(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, morning: Morning
) -> None:
    with app.app_context(), db.transaction() as session:
        old = agenda_content.released(cast.meeting_id)
        for id_ in (morning.tea, morning.untimed):
            session.get_one(AgendaSession, id_).removed_at = now
        session.flush()
        content = rules.written(agenda_releases.following(old, agenda_content.draft(cast.meeting_id)))
        session.add(AgendaRelease(meeting_id=cast.meeting_id, number=2, content=content, released_at=now))
    page = client.get(_agenda(cast, f"/sessions/{morning.tea}"))
    assert (page.status_code, page.headers["Cache-Control"]) == (410, "public, no-cache")
    assert [text for text in ("茶歇", "这一场已取消", "原定时间") if text not in page.text] == []
    assert _rows(page.text) == [morning.opening, morning.exchange]
    again = client.get(page.request.path, headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(_agenda(cast, f"/sessions/{morning.untimed}")).status_code == 404  # no calendar has it


def test_who_has_no_link_is_told_where_to_sign_up_and_who_is_online_that_they_can_watch(
    app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning
) -> None:
    with app.app_context():
        with db.transaction() as session:
            line = SignUpLine(meeting_id=cast.meeting_id, capacity=9)
            session.add(line)
            session.flush()
            for id_ in (morning.opening, morning.exchange):
                session.get_one(AgendaSession, id_).sign_up_line_id = line.id
        release(cast.meeting_id)
        db.release()
    address, way = _agenda(cast, f"/sessions/{morning.exchange}"), '<a href="/my/">用个人链接打开后报名</a>'
    stranger = client.get(address)
    assert (way in stranger.text, stranger.headers["Cache-Control"]) == (True, "public, no-cache")
    assert way not in client.get(_agenda(cast, f"/sessions/{morning.opening}")).text  # it is on
    client.get(f"/p/{cast.wangmin_token}")
    online = client.get(address).text
    assert (way in online, "可以在线收看这一场" in online) == (False, True)


def test_a_hundred_sessions_cost_no_more_questions_than_one_and_are_light(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, morning: Morning
) -> None:
    said: list[str] = []
    with app.app_context():
        engine = db.db.engine
        sa.event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    holder = app.test_client()
    holder.get(f"/p/{cast.liran_token}")

    def asked(browsers: Iterable[FlaskClient]) -> list[int]:
        counts = []
        for one in browsers:
            one.get(_agenda(cast))  # a release is read once
            said.clear()
            one.get(_agenda(cast))
            counts.append(len([statement for statement in said if statement.startswith("SELECT")]))
        return counts

    few = asked((client, holder))
    with app.app_context():
        for n in range(25):
            a_morning(cast.meeting_id, begins=now + timedelta(minutes=120 * n + 120))
        db.release()
    assert asked((client, holder)) == few
    assert few[0] <= 6
    page = holder.get(_agenda(cast))
    assert len(_rows(page.text)) + page.text.count('<li class="session') > 100
    assert len(gzip.compress(page.data)) < 60_000
