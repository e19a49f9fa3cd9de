"""The live page: who may watch, the gate of the outside room, and what beats answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conference import db
from conference.models import Beat, Delegate, Meeting, StillHere, Viewer
from conference.services import beats, broadcasts, registration
from conference.services.activity import SYSTEM
from conference.services.broadcasts import OutsideRoom, Stream
from conference.services.delegates import Doing
from conference.vocabulary import DelegateStatus, MeetingStatus, Mode, Origin, Viewership
from tests.agendas import Morning, a_morning, noon
from tests.cast import PASSWORD, Cast

ROOM = OutsideRoom("腾讯会议", "https://meeting.tencent.com/dm/Xy12", "123 456 789", "2026")
STREAM = Stream("线路一", "https://live.example.org/main.m3u8")
A, B = {"device": "A" * 16, "playing": True}, {"device": "B" * 16, "playing": True}


def showing(app: APIFlask, cast: Cast, now: datetime, **wished: object) -> None:
    with app.app_context():
        said = {"room": ROOM, "streams": (STREAM,)} | wished
        broadcasts.change(cast.meeting_id, said, Doing(SYSTEM, now, cast.public_url))
        db.release()


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    """The opening began ten minutes ago; there is a room, and a line."""
    with app.app_context():
        noon(cast.meeting_id, now)
        made = a_morning(cast.meeting_id, begins=now - timedelta(minutes=10))
        db.release()
    showing(app, cast, now)
    return made


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/m/{cast.slug}/live"


def holding(app: APIFlask, *tokens: str) -> FlaskClient:
    """A browser that opened these private links."""
    browser = app.test_client()
    for token in tokens:
        assert browser.get(f"/p/{token}").status_code == 303
    return browser


def organising(app: APIFlask, cast: Cast) -> FlaskClient:
    browser = app.test_client()
    assert browser.post("/sign-in", data={"email": cast.zhouning_email, "password": PASSWORD}).status_code == 303
    return browser


def another_meeting(app: APIFlask, cast: Cast) -> str:
    with app.app_context(), db.transaction() as session:
        row = session.get_one(Meeting, cast.meeting_id)
        facts = {one.key: getattr(row, one.key) for one in sa.inspect(Meeting).column_attrs if one.key != "id"}
        session.add(Meeting(**facts | {"slug": "another-2026"}))
    return "another-2026"


def set_status(app: APIFlask, delegate_id: int, status: DelegateStatus) -> None:
    with app.app_context(), db.transaction() as session:
        session.get_one(Delegate, delegate_id).status = status


def test_confirmed_delegates_of_both_modes_watch_and_enter_the_room(
    app: APIFlask, cast: Cast, morning: Morning, page: str
) -> None:
    for token in (cast.wangmin_token, cast.liran_token):
        browser = holding(app, token)
        shown = browser.get(page)
        assert shown.status_code == 200
        assert shown.headers["Cache-Control"] == "no-store"
        assert f"{page}/beats" in shown.text
        assert "123 456 789" in shown.text
        assert ROOM.url not in shown.text
        assert "https://live.example.org" in shown.headers["Content-Security-Policy"]
        assert "以签到为准" in shown.text if token == cast.liran_token else "以签到为准" not in shown.text
        gate = browser.get(f"{page}/room")
        assert (gate.status_code, gate.headers["Location"]) == (303, ROOM.url)
        assert (gate.headers["Referrer-Policy"], gate.headers["Cache-Control"]) == ("no-referrer", "no-store")


def test_nobody_else_does(app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning, page: str) -> None:
    other = another_meeting(app, cast)
    cancelled, waiting = holding(app, cast.liran_token), holding(app, cast.chenzhuo_token)
    set_status(app, cast.liran_id, DelegateStatus.CANCELLED)
    set_status(app, cast.chenzhuo_id, DelegateStatus.PENDING)
    cases = (
        (client, page, "还没有报名的", "may_not_watch"),
        (holding(app, cast.wangmin_token), f"/m/{other}/live", "还没有报名的", "may_not_watch"),
        (cancelled, page, "这个报名已取消", "not_active"),
        (waiting, page, "会务组确认后", "may_not_watch"),
    )
    for browser, address, said, code in cases:
        shown = browser.get(address)
        assert (shown.status_code, said in shown.text) == (403, True), said
        assert ROOM.number not in shown.text
        assert STREAM.url not in shown.text
        gate = browser.get(f"{address}/room")
        assert (gate.status_code, gate.headers.get("Location")) == (403, None)
        assert browser.get(f"{address}/captions.vtt").status_code == 403
        for deed, body in (("beats", A), ("take-over", A), ("still-here", {"number": 1})):
            answer = browser.post(f"{address}/{deed}", json=body)
            assert (answer.status_code, answer.json["code"]) == (409 if code == "not_active" else 403, code)
            assert answer.json["error"]
    with app.app_context():
        assert db.session().query(Beat).count() == 0
        assert db.session().query(Viewer).count() == 0


def test_the_public_only_looks_and_the_room_stays_with_delegates(
    app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning, page: str, now: datetime
) -> None:
    showing(app, cast, now, audience=Viewership.PUBLIC)
    shown = client.get(page)
    assert (shown.status_code, STREAM.url in shown.text, 'data-beat=""' in shown.text) == (200, True, True)
    assert ROOM.number not in shown.text
    assert "公开收看不计入出席" in shown.text
    assert client.get(f"{page}/room").status_code == 403
    assert client.post(f"{page}/beats", json=A).status_code == 403
    assert holding(app, cast.wangmin_token).get(f"{page}/room").status_code == 303


def test_an_organiser_looks_and_counts_for_nothing(
    app: APIFlask, cast: Cast, morning: Morning, page: str, now: datetime
) -> None:
    browser = organising(app, cast)
    shown = browser.get(page)
    assert (shown.status_code, "不计入出席，也不能提问" in shown.text, 'data-beat=""' in shown.text) == (
        200,
        True,
        True,
    )
    assert browser.get(f"{page}/room").headers["Location"] == ROOM.url
    assert browser.post(f"{page}/beats", json=A).status_code == 403
    showing(app, cast, now, streams=(Stream("线路一", STREAM.url, ("https://cdn.example.org",)),))
    shown = browser.get(page)  # the pieces of the line may be loaded, and what is stopped is told to who can mend it
    assert "https://live.example.org https://cdn.example.org;" in shown.headers["Content-Security-Policy"]
    delegate = holding(app, cast.wangmin_token).get(page).text
    assert ("浏览器拦下了" in shown.text, "浏览器拦下了" in delegate) == (True, False)
    door = app.test_client()
    door.post("/sign-in", data={"email": cast.hejing_email, "password": PASSWORD})
    assert door.get(page).status_code == 403


@pytest.mark.parametrize(
    ("begins", "said", "gate"),
    [(timedelta(days=2), "直播还没有开始", 404), (-timedelta(days=1), "直播已经结束", 404)],
)
def test_before_the_day_and_after_it_the_page_says_what_to_do(
    app: APIFlask, cast: Cast, page: str, now: datetime, begins: timedelta, said: str, gate: int
) -> None:
    with app.app_context():
        noon(cast.meeting_id, now)
        a_morning(cast.meeting_id, begins=now + begins)
        db.release()
    showing(app, cast, now)
    browser = holding(app, cast.wangmin_token)
    shown = browser.get(page)
    assert (shown.status_code, said in shown.text) == (200, True)
    assert ROOM.number not in shown.text
    assert STREAM.url not in shown.text
    assert browser.get(f"{page}/room").status_code == gate
    # Who prepares it sees all of it beforehand.
    assert organising(app, cast).get(f"{page}/room").status_code == 303


def test_without_anything_set_it_says_so(app: APIFlask, cast: Cast, page: str, now: datetime) -> None:
    shown = holding(app, cast.wangmin_token).get(page)
    assert (shown.status_code, "直播还没有设置" in shown.text) == (200, True)


def test_one_device_plays_and_another_takes_it_over(app: APIFlask, cast: Cast, morning: Morning, page: str) -> None:
    phone, desk = holding(app, cast.wangmin_token), holding(app, cast.wangmin_token)
    assert phone.post(f"{page}/beats", json=A).json == {"plays": True, "ask": None}
    assert desk.post(f"{page}/beats", json=A).json == {"plays": True, "ask": None}  # a second tab of the same browser
    refused = desk.post(f"{page}/beats", json=B)
    assert (refused.status_code, refused.json["code"]) == (409, "plays_elsewhere")
    for _ in range(2):
        assert desk.post(f"{page}/take-over", json={"device": B["device"]}).json == {"plays": True}
    assert desk.post(f"{page}/beats", json=B).status_code == 200
    assert phone.post(f"{page}/beats", json=A).json["code"] == "plays_elsewhere"
    with app.app_context():
        assert sorted(db.session().scalars(sa.select(Beat.device))) == [A["device"], A["device"], B["device"]]
        assert db.session().get_one(Viewer, cast.wangmin_id).device == B["device"]


def test_what_does_not_play_is_no_beat(app: APIFlask, cast: Cast, morning: Morning, page: str) -> None:
    browser = holding(app, cast.wangmin_token)
    assert browser.post(f"{page}/beats", json=A | {"playing": False}).json == {"plays": False, "ask": None}
    for wrong in ({}, {"device": ""}, {"device": "a" * 17}, {"device": "a b"}, {"device": 7}, {"device": "设备"}):
        answer = browser.post(f"{page}/beats", json={"playing": True} | wrong)
        assert (answer.status_code, answer.json["code"]) == (422, "malformed")
    assert browser.post(f"{page}/beats", data="{", content_type="application/json").status_code == 422
    assert browser.post(f"{page}/beats", data="x").status_code == 415
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    late = browser.post(f"{page}/beats", json=A)  # by a page that was left open
    assert (late.status_code, late.json["code"]) == (409, "meeting_over")
    with app.app_context():
        assert db.session().query(Beat).count() == 0


def test_a_beat_carries_the_question_and_an_answer_is_kept_once(
    app: APIFlask, cast: Cast, page: str, now: datetime
) -> None:
    with app.app_context():
        noon(cast.meeting_id, now)
        a_morning(cast.meeting_id, begins=now - timedelta(minutes=100))  # 105 minutes, so the moment has come
        db.release()
    showing(app, cast, now, checks=1)
    browser = holding(app, cast.wangmin_token)
    assert browser.post(f"{page}/still-here", json={"number": 1}).status_code == 404  # not asked
    asked = browser.post(f"{page}/beats", json=A).json
    assert (asked["plays"], asked["ask"], 290 <= asked["left"] <= 300) == (True, 1, True)
    assert browser.post(f"{page}/beats", json=A).json["ask"] == 1  # a reload asks again
    for _ in range(2):
        assert browser.post(f"{page}/still-here", json={"number": 1}).json == {"answered": True}
    assert browser.post(f"{page}/beats", json=A).json["ask"] is None
    for wrong in ({}, {"number": "1"}, {"number": True}, {"number": 0}):
        assert browser.post(f"{page}/still-here", json=wrong).status_code == 422
    with app.app_context(), db.transaction() as session:
        row = session.scalars(sa.select(StillHere)).one()
        row.asked_at, row.answered_at = row.asked_at - timedelta(minutes=6), None
    late = browser.post(f"{page}/still-here", json={"number": 1})
    assert (late.status_code, late.json["code"]) == (409, "answered_late")


def statements(app: APIFlask, work: Callable[[], TestResponse]) -> list[str]:
    """What `work`, which goes well, says to the database."""
    said: list[str] = []

    def note(*told: object) -> None:
        said.append(str(told[2]))

    with app.app_context():
        engine = db.db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        assert work().status_code == 200
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return [one for one in said if one.split()[0] not in {"BEGIN", "PRAGMA", "SET"}]


def test_a_beat_costs_as_little_as_the_one_of_the_contract_and_opening_the_page_writes_nothing(
    app: APIFlask, cast: Cast, morning: Morning, page: str, now: datetime
) -> None:
    showing(app, cast, now, checks=2)
    browser = holding(app, cast.wangmin_token)
    browser.post(f"{page}/beats", json=A)
    said = statements(app, lambda: browser.post(f"{page}/beats", json=A))
    assert [one.split()[0] for one in said] == ["SELECT", "SELECT", "INSERT", "UPDATE"]
    opened = statements(app, lambda: browser.get(page))
    assert {one.split()[0] for one in opened} == {"SELECT"}
    of_access = statements(app, lambda: browser.post(f"{page}/beats", json=A | {"playing": False}))
    assert len(of_access) == 1


def test_own_minutes_of_today_are_told(app: APIFlask, cast: Cast, morning: Morning, page: str, now: datetime) -> None:
    with app.app_context():
        for seconds in (0, 30, 60, 90, 120):
            beats.beat(cast.meeting_id, cast.wangmin_id, now=now - timedelta(seconds=300 - seconds))
        db.release()
    assert "已收看 3 分钟" in holding(app, cast.wangmin_token).get(page).text


def test_a_repeat_entry_is_answered_alike_and_counts_under_the_holders_own_name(
    app: APIFlask, cast: Cast, morning: Morning, page: str, now: datetime
) -> None:
    """docs/decisions/0004: it must not tell that the number has a place already."""
    for name, unit, counted in (("某人", cast.kenli_id, 0), ("王敏", cast.yuquan_id, 1)):
        with app.app_context():
            entry = registration.Entry(name, unit, Mode.ONLINE, phone="13800000002")
            said = {"actor": SYSTEM, "origin": Origin.PUBLIC, "public_url": cast.public_url, "now": now}
            made = registration.register(cast.meeting_id, entry, **said)  # type: ignore[arg-type]
            db.release()
        browser = holding(app, made.token)
        shown = browser.get(page)
        assert (shown.status_code, ROOM.number in shown.text, f"{page}/beats" in shown.text) == (200, True, True)
        for body in (A, B):  # neither learns of a device that plays
            assert browser.post(f"{page}/beats", json=body).json == {"plays": True, "ask": None}
        assert browser.post(f"{page}/take-over", json=A).json == {"plays": True}
        with app.app_context():
            assert db.session().query(Beat).count() == 2 * counted
    assert holding(app, cast.wangmin_token).post(f"{page}/beats", json=A).json == {"plays": True, "ask": None}
