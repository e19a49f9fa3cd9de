"""Choosing in a poll by its form, and by a script."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Delegate, PollChoice
from conference.rules.polls import Asked
from conference.services import poll_board, poll_making
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import DelegateStatus, PollKind, Viewership
from tests import asked
from tests.cast import PASSWORD, Cast

SCRIPT = {"X-Requested-With": "asking"}
WHERE = Asked(PollKind.ONE, "下一届在哪里开？", ("大同", "垦利", "玉泉"))
TOPICS = Asked(PollKind.SEVERAL, "想多听什么？", ("养老", "物业", "协商"), 2)
HOW = Asked(PollKind.SCALE, "会务怎么样？", ("很不满意", "很满意"))


@pytest.fixture
def poll_id(app: APIFlask, cast: Cast, now: datetime) -> int:
    with app.app_context():
        return asked.a_poll(cast, now, asked=WHERE)


def phone(app: APIFlask, token: str) -> FlaskClient:
    client = app.test_client()
    assert client.get(f"/p/{token}").status_code == 303
    return client


def address(cast: Cast, poll_id: int) -> str:
    return f"/m/{cast.slug}/asking/polls/{poll_id}"


def rows(app: APIFlask, poll_id: int) -> set[tuple[int, int]]:
    with app.app_context():
        query = sa.select(PollChoice.delegate_id, PollChoice.option).where(PollChoice.poll_id == poll_id)
        return {(who, option) for who, option in db.session().execute(query)}


def test_by_the_form_and_by_a_script(app: APIFlask, cast: Cast, poll_id: int) -> None:
    hall, online = phone(app, cast.liran_token), phone(app, cast.wangmin_token)
    sent = hall.post(address(cast, poll_id), data={"option": "0", "back": "asking"})
    assert (sent.status_code, sent.location) == (303, f"/m/{cast.slug}/asking#poll-{poll_id}")
    assert "已投票" in hall.get(sent.location).text
    sent = online.post(address(cast, poll_id), data={"option": "1"}, headers=SCRIPT)
    assert (sent.status_code, sent.data) == (204, b"")
    assert hall.post(address(cast, poll_id), data={"option": "2", "back": "live"}).location.endswith(
        f"/live#poll-{poll_id}"
    )
    assert rows(app, poll_id) == {(cast.liran_id, 2), (cast.wangmin_id, 1)}


WRONG = [
    ([], "请先选"),
    (["3"], "不在可选范围内"),
    (["-1"], "不在可选范围内"),
    (["二"], "不在可选范围内"),
    (["9" * 5_000], "不在可选范围内"),
    (["0", "1"], "选得太多了"),
]


def test_what_cannot_be_chosen_is_said_in_words(app: APIFlask, cast: Cast, poll_id: int) -> None:
    hall = phone(app, cast.liran_token)
    for said, words in WRONG:
        sent = hall.post(address(cast, poll_id), data={"option": said}, headers=SCRIPT)
        assert (sent.status_code, words in json(sent)["error"]) == (422, True), said
    plain = hall.post(address(cast, poll_id), data={"option": ["0", "1"]})
    assert plain.status_code == 303
    assert "选得太多了" in hall.get(plain.location).text
    assert rows(app, poll_id) == set()


def test_nobody_else_chooses(app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, poll_id: int) -> None:
    with app.app_context():
        asked.audience(cast, Viewership.PUBLIC, now)
        draft = poll_making.prepare(cast.meeting_id, WHERE, Doing(SYSTEM, now, cast.public_url)).id
        with db.transaction() as session:
            session.get_one(Delegate, cast.chenzhuo_id).status = DelegateStatus.CANCELLED
    hall, cancelled, organiser = phone(app, cast.liran_token), phone(app, cast.chenzhuo_token), app.test_client()
    organiser.post("/sign-in", data={"email": cast.zhouning_email, "password": PASSWORD})
    for browser in (client, cancelled, organiser):
        sent = browser.post(address(cast, poll_id), data={"option": "0"}, headers=SCRIPT)
        assert (sent.status_code, bool(json(sent)["error"])) == (403, True)
    for elsewhere in (address(cast, draft), address(cast, 10**9), f"/m/another/asking/polls/{poll_id}"):
        assert hall.post(elsewhere, data={"option": "0"}, headers=SCRIPT).status_code == 404
    gone = hall.post(address(cast, draft), data={"option": "0"}, headers=SCRIPT)
    assert json(gone)["error"] == "这个投票已经不在了。"
    with app.app_context():
        poll_making.close(cast.meeting_id, poll_id, Doing(SYSTEM, now, cast.public_url))
    sent = hall.post(address(cast, poll_id), data={"option": "0"}, headers=SCRIPT)
    assert (sent.status_code, json(sent)["error"]) == (409, "这个投票现在不开放")
    assert rows(app, poll_id) == set()


def test_the_page_has_a_form_for_each_kind_and_ones_own_choices(app: APIFlask, cast: Cast, now: datetime) -> None:
    with app.app_context():
        ids = [asked.a_poll(cast, now, asked=one) for one in (WHERE, TOPICS, HOW)]
    hall = phone(app, cast.liran_token)
    for poll_id, options in zip(ids, (["1"], ["0", "2"], ["4"]), strict=True):
        assert hall.post(address(cast, poll_id), data={"option": options}).status_code == 303
    page = hall.get(f"/m/{cast.slug}/asking").text
    for poll_id, kind, at in ((ids[0], "radio", 1), (ids[1], "checkbox", 2), (ids[2], "radio", 4)):
        assert f'type="{kind}" id="poll-{poll_id}-{at}" name="option" value="{at}" checked' in page
    assert page.count('name="option"') == 3 + 3 + 5
    assert page.count(" checked") >= 4
    assert "结果公布后这里显示" in page
    with app.app_context():
        poll_making.show_result(cast.meeting_id, ids[1], Doing(SYSTEM, now, cast.public_url))
        poll_board.forget()
    shown = hall.get(f"/m/{cast.slug}/asking").text
    assert shown.count("poll-bar-mine") == 2
    assert "1 人参加" in shown


def json(answer: Any) -> dict[str, str]:  # as the client gives it
    found: dict[str, str] = answer.get_json()
    return found
