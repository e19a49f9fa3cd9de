"""`/c/CODE`, the address in every QR."""

from __future__ import annotations

from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.services import delegates, meetings
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import MeetingStatus
from tests.cast import PASSWORD, Cast


@pytest.mark.parametrize("prefix", ["/c/", "/C/"])
def test_anybody_is_sent_to_the_meeting(client: FlaskClient, cast: Cast, prefix: str) -> None:
    for code in (cast.liran_code, cast.liran_code.lower(), "-".join(cast.liran_code)):
        answer = client.get(prefix + code)
        assert (answer.status_code, answer.location) == (303, f"/m/{cast.slug}/")
        assert "李然" not in answer.text


def test_staff_are_sent_to_the_door(client: FlaskClient, cast: Cast) -> None:
    client.post("/sign-in", data={"email": cast.hejing_email, "password": PASSWORD})
    assert client.get(f"/C/{cast.liran_code.lower()}").location == f"/door/c/{cast.liran_code}"


def test_a_replaced_code_looks_like_a_live_one(app: APIFlask, client: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        delegates.reissue(cast.meeting_id, cast.liran_id, Doing(SYSTEM, now, cast.public_url))
    assert client.get(f"/c/{cast.liran_code}").location == f"/m/{cast.slug}/"


@pytest.mark.parametrize("text", ["K7QH4M2X9RTW6CVP22", "x", "%00", "码" * 100, "a" * 5000])
def test_what_is_no_code_says_nothing(client: FlaskClient, cast: Cast, text: str) -> None:
    answer = client.get(f"/c/{text}")
    assert (answer.status_code, "没有认出这个码" in answer.text) == (404, True)


def test_a_code_of_a_draft_looks_unknown(app: APIFlask, client: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        meetings.edit(cast.meeting_id, {"status": MeetingStatus.DRAFT}, Doing(SYSTEM, now, cast.public_url))
    known, unknown = client.get(f"/c/{cast.liran_code}"), client.get("/c/K7QH4M2X9RTW6CVP22")
    assert (known.status_code, known.text) == (unknown.status_code, unknown.text)
