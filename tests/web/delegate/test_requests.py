"""After the freeze one's own page asks for changes, shows what is asked and what was answered."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Meeting
from conference.services import change_requests
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import ChangeWish, DelegateStatus, Mode
from tests.cast import Cast
from tests.web.delegate.own_page import open_page, prove, row


@pytest.fixture(autouse=True)
def frozen(app: APIFlask, cast: Cast, now: datetime) -> None:
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).frozen_at = now - timedelta(hours=1)


def _open(app: APIFlask, cast: Cast) -> list[ChangeWish]:
    with app.app_context():
        return [one.wish for one in change_requests.page(cast.meeting_id).items]


def test_each_change_becomes_a_request_and_can_be_taken_back(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    address = open_page(client, cast.liran_token)
    assert "名单已定稿" in client.get(address).text
    assert "名单已定稿" in client.get(address + "mode").text
    for _ in range(2):
        client.post(address + "mode/online")
    client.post(address + "correct", data={"name": "李冉", "position": "科员"})
    prove(client, address, "cancel")
    assert "申请取消李然的报名？" in client.get(address + "cancel").text
    client.post(address + "cancel")
    found = row(app, cast.liran_id)
    assert (found.mode, found.name, found.status) == (Mode.IN_PERSON, "李然", DelegateStatus.CONFIRMED)
    assert _open(app, cast) == [ChangeWish.CANCEL, ChangeWish.EDIT, ChangeWish.MODE]
    page = client.get(address).text
    assert page.count("等待会务组答复") == 3
    assert "李冉" in page
    for _ in range(2):
        assert client.post(address + "requests/cancel/withdraw").location == address
    assert _open(app, cast) == [ChangeWish.EDIT, ChangeWish.MODE]
    assert client.post(address + "requests/everything/withdraw").status_code == 404


def test_the_answer_is_shown(app: APIFlask, client: FlaskClient, cast: Cast, now: datetime) -> None:
    address = open_page(client, cast.liran_token)
    client.post(address + "mode/online")
    with app.app_context():
        doing = Doing(SYSTEM, now, cast.public_url)
        [asked] = change_requests.page(cast.meeting_id).items
        change_requests.decide(cast.meeting_id, asked.id, False, "座位已印好", doing)
    page = client.get(address).text
    assert "会务组没有同意您的申请" in page
    assert "座位已印好" in page
    client.post(address + "mode/online")
    with app.app_context():
        [asked] = change_requests.page(cast.meeting_id).items
        change_requests.decide(cast.meeting_id, asked.id, True, "", doing)
    assert "会务组同意了您的申请" in client.get(address).text
    assert row(app, cast.liran_id).mode is Mode.ONLINE


def test_details_and_consents_stay_ones_own_to_change(client: FlaskClient, cast: Cast) -> None:
    address = open_page(client, cast.liran_token)
    assert client.post(address + "needs", data={"diet": "素食", "agreed": "y"}).location == address
    assert "素食" in client.get(address).text
