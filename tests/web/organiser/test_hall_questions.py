"""Questions in a moderator's hand: the queue, what is shown, two of them at once, and who may not."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Activity, HallQuestion
from conference.rules.hall_questions import Step
from conference.services import hall_question_asking, hall_question_desk, hall_questions
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.hall_question_asking import Asked
from conference.vocabulary import Role
from tests.agendas import Morning, a_morning, noon
from tests.cast import Cast


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    with app.app_context():
        noon(cast.meeting_id, now)
        return a_morning(cast.meeting_id, begins=now - timedelta(minutes=10))


@pytest.fixture
def asked(app: APIFlask, cast: Cast, now: datetime, morning: Morning) -> tuple[int, int, int]:
    """李然 asks by name of the opening, 王敏 without of the tea, 陈卓 the organisers alone."""
    with app.app_context():
        return tuple(
            hall_question_asking.ask(cast.meeting_id, delegate_id, one, now=now).id
            for delegate_id, one in (
                (cast.liran_id, Asked("经费从哪里来？", named=True)),
                (cast.wangmin_id, Asked("茶歇在几楼？", session_id=morning.tea)),
                (cast.chenzhuo_id, Asked("我的座签写错了", private=True)),
            )
        )


@pytest.fixture
def base(cast: Cast) -> str:
    return f"/desk/{cast.slug}/hall-questions/"


def seen_of(app: APIFlask, cast: Cast, question_id: int) -> str:
    with app.app_context():
        return hall_question_desk.one(cast.meeting_id, question_id).stamp


def board(app: APIFlask, cast: Cast) -> list[tuple[str, bool, str]]:
    with app.app_context():
        return [(one.text, one.pinned, one.answer) for one in hall_questions.board(cast.meeting_id).shown]


def test_the_queue_is_worked_off_and_a_slip_is_taken_back(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, asked: tuple[int, int, int]
) -> None:
    page = desk.get(base).text
    assert [text in page for text in ("经费从哪里来？", "茶歇在几楼？", "我的座签写错了", "王敏", "只给会务组")] == [
        True
    ] * 5
    live = desk.get(f"{base}live")
    again = desk.get(f"{base}live", headers={"If-None-Match": live.headers["ETag"]})
    first, second, private = asked
    seen = seen_of(app, cast, first)
    shown = desk.post(f"{base}{first}/settle", data={"step": "show", "seen": seen})
    assert shown.status_code == 303
    assert board(app, cast) == [("经费从哪里来？", False, "")]
    assert desk.get(f"{base}live", headers={"If-None-Match": live.headers["ETag"]}).status_code == 200
    assert (live.status_code, again.status_code) == (200, 304)
    page = desk.get(shown.location).text
    assert "撤销这一步" in page
    fields = dict(re.findall(r'name="(step|seen)" value="(\w+)"', page.split("撤销这一步")[0]))
    desk.post(f"{base}{first}/settle", data=fields)
    assert board(app, cast) == []
    # The other moderator's page is older than that.
    desk.post(f"{base}{second}/settle", data={"step": "hide", "seen": seen_of(app, cast, second)})
    late = desk.post(f"{base}{second}/settle", data={"step": "show", "seen": seen}, follow_redirects=True)
    assert "同事刚刚动过" in late.text
    assert "现在是“不显示”" in late.text
    with app.app_context():
        hall_question_asking.withdraw(cast.meeting_id, cast.liran_id, first)
    gone = desk.post(f"{base}{first}/settle", data={"step": "show", "seen": seen}, follow_redirects=True)
    assert "已被提问人撤回" in gone.text
    assert desk.post(f"{base}{private}/settle", data={"step": "show"}, follow_redirects=True).status_code == 200
    assert board(app, cast) == []
    for data in ({}, {"step": "erase"}):
        assert desk.post(f"{base}{private}/settle", data=data).status_code == 404
    with app.app_context():
        acts = db.session().scalars(
            sa.select(Activity).where(Activity.subject == "hall_question").order_by(Activity.id)
        )
        assert [(one.verb, one.subject_id, one.actor_name) for one in acts] == [
            ("hall_question.shown", first, "周宁"),
            ("hall_question.put_back", first, "周宁"),
            ("hall_question.hidden", second, "周宁"),
        ]
    trail = desk.get(f"/desk/{cast.slug}/activity").text
    assert "提问放回待审核" in trail
    assert "茶歇在几楼" not in trail, "people's words are not in the record"


def test_one_is_pinned_answered_and_read_out(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, asked: tuple[int, int, int], now: datetime
) -> None:
    first, second, private = asked
    with app.app_context():
        for id_ in (first, second):
            hall_question_desk.settle(cast.meeting_id, id_, Step.SHOW, Doing(SYSTEM, now, cast.public_url))
        hall_question_asking.vote(cast.meeting_id, cast.liran_id, second, now=now)
        db.release()
    for _ in range(2):
        desk.post(f"{base}{first}/pin", data={"seen": "0"})
    late = desk.post(f"{base}{second}/pin", data={"seen": "0"}, follow_redirects=True)
    assert "同事刚刚动过" in late.text
    assert [one[:2] for one in board(app, cast)] == [("经费从哪里来？", True), ("茶歇在几楼？", False)]
    card = desk.get(f"{base}read-out").text
    assert card.index("经费从哪里来？") < card.index("李然") < card.index("茶歇在几楼？") < card.index("不署名")
    assert "王敏" not in card
    assert "我的座签写错了" not in card
    desk.post(f"{base}{first}/unpin")
    assert [one[:2] for one in board(app, cast)] == [("茶歇在几楼？", False), ("经费从哪里来？", False)]
    long = desk.post(f"{base}{first}/answer", data={"answer": "答" * 1001})
    assert long.status_code == 422
    assert "答" * 1001 in long.text
    filtered = desk.post(f"{base}{first}/answer?status=shown", data={"answer": "财政\n和公益金"})
    assert (filtered.status_code, filtered.location) == (303, f"{base}?status=shown")
    assert board(app, cast)[-1] == ("经费从哪里来？", False, "财政\n和公益金")
    stale = desk.post(f"{base}{second}/answer", data={"answer": "二楼", "seen": "older"})
    assert stale.status_code == 422
    assert "二楼" in stale.text
    desk.post(f"{base}{private}/answer", data={"answer": "已重做"})
    with app.app_context():
        own = hall_questions.mine(cast.chenzhuo_id).questions
        assert [(one.answer, one.status.value) for one in own] == [("已重做", "answered")]
    answered = desk.get(f"{base}?status=answered").text
    assert [text in answered for text in ("财政", "已重做", "茶歇在几楼？")] == [True, True, False]


def test_the_list_is_filtered_and_questions_are_switched_off(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, asked: tuple[int, int, int], morning: Morning
) -> None:
    tea = desk.get(f"{base}?session_id={morning.tea}").text
    assert [text in tea for text in ("茶歇在几楼？", "经费从哪里来？")] == [True, False]
    assert desk.get(f"{base}?session_id=x&status=nothing").status_code == 200
    off = desk.post(f"{base}take?session_id={morning.tea}", data={"taken": "no"})
    assert off.location == f"{base}?session_id={morning.tea}"
    assert "不收提问" in desk.get(base).text
    with app.app_context():
        assert not hall_questions.board(cast.meeting_id).open
    desk.post(f"{base}take", data={"taken": "yes"})
    with app.app_context():
        assert hall_questions.board(cast.meeting_id).open
    assert desk.get(f"{base}999").status_code == 404
    assert desk.post(f"{base}999/pin").status_code == 404


def test_only_who_runs_the_meeting_decides(
    app: APIFlask, as_role: Callable[[Role], FlaskClient], cast: Cast, base: str, asked: tuple[int, int, int]
) -> None:
    viewer, helper = as_role(Role.VIEWER), as_role(Role.REGISTRATION)
    assert viewer.get(base).status_code == 403, "who asks without a name is not for everybody"
    page = helper.get(base)
    assert (page.status_code, "经费从哪里来？" in page.text) == (200, True)
    assert 'name="step"' not in page.text
    assert 'name="answer"' not in helper.get(f"{base}{asked[2]}").text
    for somebody in (viewer, helper, app.test_client()):
        for deed in ("settle", "pin", "unpin", "answer"):
            status = somebody.post(f"{base}{asked[0]}/{deed}", data={"step": "show"}).status_code
            assert status in {303, 403}, deed
    assert board(app, cast) == []
    with app.app_context():
        assert set(db.session().scalars(sa.select(HallQuestion.status))) == {"waiting"}
