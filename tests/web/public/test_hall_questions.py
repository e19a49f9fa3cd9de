"""Asking and voting from a phone: by a form, by a script, and by who may not."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import HallQuestion
from conference.rules.hall_questions import Step
from conference.services import delegates, hall_question_desk, hall_questions, registration
from conference.services.activity import STRANGER, SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import Mode, Origin
from tests.agendas import Morning, a_morning, noon
from tests.cast import Cast

SCRIPT = {"X-Requested-With": "asking"}


@pytest.fixture
def doing(cast: Cast, now: datetime) -> Doing:
    return Doing(SYSTEM, now, cast.public_url)


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    with app.app_context():
        noon(cast.meeting_id, now)
        return a_morning(cast.meeting_id, begins=now - timedelta(minutes=10))


@pytest.fixture
def base(cast: Cast) -> str:
    return f"/m/{cast.slug}/asking/questions"


def holder(app: APIFlask, token: str) -> FlaskClient:
    client = app.test_client()
    client.get(f"/p/{token}")
    return client


def rows(app: APIFlask) -> list[tuple[str, bool, bool, int | None, int | None, int]]:
    with app.app_context():
        query = sa.select(
            HallQuestion.text,
            HallQuestion.named,
            HallQuestion.private,
            HallQuestion.session_id,
            HallQuestion.delegate_id,
            HallQuestion.votes,
        )
        return [tuple(row) for row in db.session().execute(query.order_by(HallQuestion.id))]


def show(app: APIFlask, cast: Cast, doing: Doing) -> int:
    """The question that was asked first, on the board."""
    with app.app_context():
        question_id = db.session().scalars(sa.select(sa.func.min(HallQuestion.id))).one()
        hall_question_desk.settle(cast.meeting_id, question_id, Step.SHOW, doing)
        db.release()
        return int(question_id)


def test_hall_and_online_ask_by_form_and_by_script(
    app: APIFlask, cast: Cast, doing: Doing, base: str, morning: Morning
) -> None:
    liran, wangmin = holder(app, cast.liran_token), holder(app, cast.wangmin_token)
    asked = liran.post(base, data={"text": "经费从哪里来？", "to": "named"})
    assert (asked.status_code, asked.location) == (303, f"/m/{cast.slug}/asking#asking")
    page = liran.get(f"/m/{cast.slug}/asking").text
    assert "已提交，会务组看过以后显示。" in page
    assert "等待审核" in page
    private = wangmin.post(base, data={"text": "听不清", "to": "private", "session_id": morning.tea}, headers=SCRIPT)
    assert (private.status_code, private.data) == (204, b"")
    assert rows(app) == [
        ("经费从哪里来？", True, False, morning.opening, cast.liran_id, 0),
        ("听不清", False, True, morning.tea, cast.wangmin_id, 0),
    ]
    assert "经费从哪里来？" not in wangmin.get(f"/m/{cast.slug}/asking").text, "nobody else reads it yet"
    assert wangmin.post(f"{base}/1/vote", headers=SCRIPT).status_code == 404
    question_id = show(app, cast, doing)
    for _ in range(2):
        assert wangmin.post(f"{base}/{question_id}/vote", headers=SCRIPT).status_code == 204
    voted = wangmin.post(f"{base}/{question_id}/unvote", data={"back": "asking"})
    assert (voted.status_code, voted.location) == (303, f"/m/{cast.slug}/asking#asking")
    again = wangmin.post(f"{base}/{question_id}/unvote", data={"back": "live"})
    assert again.location == f"/m/{cast.slug}/live#asking"
    page = liran.get(f"/m/{cast.slug}/asking").text
    assert "李然 · 呼和浩特市玉泉区民政局" in page
    assert rows(app)[0][-1] == 0
    late = liran.post(f"{base}/{question_id}/withdraw", headers=SCRIPT)
    assert (late.status_code, late.get_json()) == (409, {"error": "已经有人处理过了"})
    assert wangmin.post(f"{base}/{question_id}/withdraw", headers=SCRIPT).status_code == 404
    refused = wangmin.post(f"{base}/{question_id}/withdraw")  # by a plain form: to where it is said
    assert (refused.status_code, refused.location) == (303, f"/m/{cast.slug}/asking#main")
    assert wangmin.post(f"{base}/{question_id + 1}/withdraw").status_code == 303
    assert len(rows(app)) == 1


def test_what_is_wrong_is_said_in_words(app: APIFlask, cast: Cast, doing: Doing, base: str) -> None:
    liran = holder(app, cast.liran_token)
    for text, said in (
        ("", "请填写"),
        ("字" * 501, "太长"),
        ("倒\u202e序", "控制字符"),
        ("空\x00字", "控制字符"),
    ):
        answer = liran.post(base, data={"text": text}, headers=SCRIPT)
        assert (answer.status_code, said in answer.get_json()["error"]) == (422, True), answer.get_json()
    assert liran.post(base, data={"text": "问", "session_id": "9" * 30}, headers=SCRIPT).status_code == 204
    wrong = liran.post(base, data={"text": "问二", "session_id": "999"}, headers=SCRIPT)
    assert wrong.status_code == 422
    hostile = '<img src=x onerror="alert(1)">\u200f{{ 7 * 7 }}'
    assert liran.post(base, data={"text": hostile, "to": "hall"}, headers=SCRIPT).status_code == 204
    with app.app_context():
        for one in db.session().scalars(sa.select(HallQuestion)).all():
            hall_question_desk.settle(cast.meeting_id, one.id, Step.SHOW, doing)
    page = liran.get(f"/m/{cast.slug}/asking").text
    assert "&lt;img src=x onerror=" in page
    assert "<img src=x" not in page
    with app.app_context():
        hall_question_desk.take(cast.meeting_id, False, doing)
    closed = liran.post(base, data={"text": "晚了"}, headers=SCRIPT)
    assert (closed.status_code, closed.get_json()) == (409, {"error": "现在不收提问"})
    assert "现在不收提问" in liran.post(base, data={"text": "晚了"}, follow_redirects=True).text


def test_who_has_no_confirmed_place_is_refused(
    app: APIFlask, client: FlaskClient, cast: Cast, doing: Doing, now: datetime, base: str
) -> None:
    holder(app, cast.liran_token).post(base, data={"text": "经费从哪里来？"})
    question_id = show(app, cast, doing)
    chenzhuo = holder(app, cast.chenzhuo_token)
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing)
    for somebody in (client, chenzhuo):
        for address in (base, f"{base}/{question_id}/vote", f"{base}/{question_id}/withdraw"):
            refused = somebody.post(address, data={"text": "问"}, headers=SCRIPT)
            assert refused.status_code == 403, address
            assert refused.get_json()["error"]
        assert somebody.post(base, data={"text": "问"}).status_code == 303
    assert client.post("/m/no-such-meeting/asking/questions", data={"text": "问"}).status_code == 404
    assert [row[0] for row in rows(app)] == ["经费从哪里来？"]


def test_a_repeat_entry_asks_without_a_name_and_has_no_vote(
    app: APIFlask, cast: Cast, doing: Doing, now: datetime, base: str
) -> None:
    """docs/decisions/0004: it stands for nobody, and is answered as a delegate would be."""
    with app.app_context():
        again = registration.register(
            cast.meeting_id,
            registration.Entry("李然", cast.yuquan_id, Mode.IN_PERSON, phone="13800000001"),
            actor=STRANGER,
            origin=Origin.PUBLIC,
            public_url=cast.public_url,
            now=now,
        )
        db.release()
    stranger = holder(app, again.token)
    for _ in range(2):
        assert stranger.post(base, data={"text": "我是李然", "to": "named"}, headers=SCRIPT).status_code == 204
    assert rows(app) == [("我是李然", False, False, None, None, 0)]
    question_id = show(app, cast, doing)
    assert stranger.post(f"{base}/{question_id}/vote", headers=SCRIPT).status_code == 204
    with app.app_context():
        (shown,) = hall_questions.board(cast.meeting_id).shown
        assert (shown.who, shown.votes) == ("", 0)
