"""The stage in an organiser's hand: called item by item, late by a button, looked at beforehand, undone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import clock, db
from conference.models import AgendaSession, Meeting
from conference.services import stage
from conference.services.stage import Day
from conference.vocabulary import MeetingStatus, Role
from tests.agendas import Morning, a_morning, noon
from tests.cast import Cast


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    with app.app_context():
        noon(cast.meeting_id, now)
        return a_morning(cast.meeting_id, begins=now - timedelta(minutes=30))


@pytest.fixture
def base(cast: Cast) -> str:
    return f"/desk/{cast.slug}/stage"


def test_before_the_first_release_the_page_says_what_to_do(desk: FlaskClient, base: str) -> None:
    assert "议程还没有发布" in desk.get(base).text
    assert desk.post(f"{base}/call", data={"session_id": "1"}).status_code == 303
    assert "议程还没有发布" in desk.get(base).text


def test_the_day_is_called_item_by_item(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, morning: Morning
) -> None:
    page = desk.get(base).text
    assert "按时间" in page
    assert page.index("多民族社区怎样议事") < page.index("下一项") < page.index("十五分钟服务圈")
    live = desk.get(f"{base}/live")
    again = desk.get(f"{base}/live", headers={"If-None-Match": live.headers["ETag"]})
    for _ in range(2):  # a double click
        called = desk.post(f"{base}/call", data={"session_id": morning.opening, "talk_id": morning.talks[2]})
        assert (called.status_code, called.location) == (303, base)
    day = _day(app, cast)
    assert (day.on_stage.by_hand, day.on_stage.talk and day.on_stage.talk.id, len(day.calls)) == (
        True,
        morning.talks[2],
        1,
    )
    changed = desk.get(f"{base}/live", headers={"If-None-Match": live.headers["ETag"]})
    assert (live.status_code, again.status_code, changed.status_code) == (200, 304, 200)
    assert "比计划早了" in changed.text, "what was called beside its time is asked about"
    stale = desk.post(f"{base}/call", data={"session_id": morning.exchange, "seen": "0"}, follow_redirects=True)
    assert "台上刚换过" in stale.text
    assert len(_day(app, cast).calls) == 1
    desk.post(f"{base}/by-clock")
    assert not _day(app, cast).on_stage.by_hand
    for data in ({}, {"session_id": "9" * 30}, {"session_id": morning.exchange, "talk_id": morning.talks[0]}):
        assert desk.post(f"{base}/call", data=data).status_code == 404


def test_a_delay_is_looked_at_told_once_and_undone(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, morning: Morning
) -> None:
    said = {"session_id": str(morning.exchange), "minutes": "15", "reason": "交流延长", "seen": ""}
    looked = desk.post(f"{base}/delay", data=said)
    assert looked.status_code == 200
    assert "茶歇" in looked.text
    assert _day(app, cast).delays == []
    for _ in range(2):  # sent twice
        told = desk.post(f"{base}/delay", data=said | {"tell": "yes"})
        assert (told.status_code, told.location) == (303, base)
    stale = desk.post(f"{base}/delay", data=said | {"tell": "yes", "minutes": "10"})
    assert stale.status_code == 422
    (delay,) = _day(app, cast).delays
    assert (delay.session_id, delay.minutes, delay.reason) == (morning.exchange, 15, "交流延长")
    assert f'name="seen" type="hidden" value="{delay.id}"' in stale.text, "pressed again, it is told of what is seen"
    assert "推迟 15 分钟" in desk.get(base).text
    with app.app_context(), db.transaction() as session:
        session.get_one(AgendaSession, morning.tea).title = "合影"
    releases = desk.get(f"/desk/{cast.slug}/agenda/releases").text
    assert "说过的顺延还算着：推迟 15 分钟 从“经验交流”起" in releases
    for _ in range(2):
        assert desk.post(f"{base}/delays/{delay.id}/undo").status_code == 303
    assert _day(app, cast).delays == []
    assert desk.post(f"{base}/delays/{10**9}/undo").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("minutes", ""),
        ("minutes", "0"),
        ("minutes", "241"),
        ("minutes", "-121"),
        ("minutes", "一刻钟"),
        ("session_id", ""),
        ("session_id", "999999"),
        ("reason", "长" * 101),
    ],
)
def test_a_bad_delay_is_told_so(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, morning: Morning, field: str, value: str
) -> None:
    said = {"session_id": str(morning.exchange), "minutes": "15", "reason": "交流延长", "tell": "yes"}
    answer = desk.post(f"{base}/delay", data=said | {field: value})
    assert (answer.status_code, "field-error" in answer.text) == (422, True)
    assert _day(app, cast).delays == []


def test_who_only_looks_on_sees_it_and_changes_nothing(
    app: APIFlask, cast: Cast, base: str, morning: Morning, as_role: Callable[[Role], FlaskClient]
) -> None:
    viewer = as_role(Role.VIEWER)
    page = viewer.get(base).text
    assert "多民族社区怎样议事" in page
    assert "上台</button>" not in page
    assert "下一项" not in page
    said = {"session_id": morning.exchange, "minutes": "15", "tell": "yes"}
    for address in (f"{base}/call", f"{base}/by-clock", f"{base}/delay"):
        assert viewer.post(address, data=said).status_code == 403
    day = _day(app, cast)
    assert (list(day.delays), list(day.calls)) == ([], [])


def test_of_a_day_to_come_no_delay_is_told_by_one_tap(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, now: datetime
) -> None:
    with app.app_context():
        noon(cast.meeting_id, now)
        a_morning(cast.meeting_id, begins=now + timedelta(days=14))
    page = desk.get(base).text
    assert "这一天还没到。要改时间，请改议程再发布" in page
    assert 'name="minutes"' not in page
    assert f"{base}/delay?session_id=" in page  # with a reason it goes


def test_an_archived_meeting_has_no_buttons(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, morning: Morning
) -> None:
    assert 'name="session_id"' in desk.get(base).text
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    page = desk.get(base).text
    assert "多民族社区怎样议事" in page
    assert 'name="session_id"' not in page


def _day(app: APIFlask, cast: Cast) -> Day:
    with app.app_context():
        return stage.of(db.session().get_one(Meeting, cast.meeting_id), now=clock.now())
