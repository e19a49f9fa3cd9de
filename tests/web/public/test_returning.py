"""Coming back without the link: the code opens one's pages, and no answer tells who is registered."""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import OneTimeCode, OutboxMessage
from conference.notices import channels
from conference.services import delivery
from tests.cast import Cast

LIRAN, NOBODY = "138 0000 0001", "13900000009"


class Phone:
    """Everybody's phone: what the adaptor for trying wrote."""

    def __init__(self, app: APIFlask, file: Path) -> None:
        self._app, self._file = app, file

    def receive(self, now: datetime) -> None:
        with self._app.app_context():
            delivery.deliver(channels.of(self._app.extensions["settings"]), now=now)
            db.release()

    @property
    def codes(self) -> list[str]:
        lines = self._file.read_text("utf-8").splitlines() if self._file.exists() else []
        texts = [line["text"] for line in map(json.loads, lines) if line["kind"] == "one_time_code"]
        return [found[0] for text in texts if (found := re.search(r"\d{6}", text))]


@pytest.fixture
def phone(app: APIFlask, cast: Cast, tmp_path: Path) -> Phone:
    file = tmp_path / "sms.jsonl"
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], sms_url=file.as_uri())
    with app.app_context(), db.transaction() as session:
        session.execute(sa.delete(OutboxMessage))
    return Phone(app, file)


def test_a_code_opens_one_s_own_page(client: FlaskClient, phone: Phone, cast: Cast, now: datetime) -> None:
    start = f"/m/{cast.slug}/return/"
    assert f'href="{start}"' in client.get(f"/m/{cast.slug}/").text
    asked = client.post(start, data={"address": LIRAN})
    assert (asked.status_code, asked.location) == (303, f"/m/{cast.slug}/return/code")
    page = client.get(asked.location).text
    assert "如果 138 0000 0001 在这次会议里报过名" in page
    phone.receive(now)
    wrong = client.post(asked.location, data={"code": "12345"})
    assert (wrong.status_code, "验证码不对" in wrong.text) == (422, True)
    [code] = phone.codes
    right = client.post(asked.location, data={"code": code})
    assert right.status_code == 303
    mine = client.get(right.location)
    assert "李然" in mine.text
    assert client.get(asked.location).status_code == 303  # there is nothing to be typed any more
    assert client.post(asked.location, data={"code": code}).location == start


def test_every_number_is_answered_alike(app: APIFlask, phone: Phone, cast: Cast, now: datetime) -> None:
    def walk(address: str) -> list[tuple[int, str]]:
        client, start = app.test_client(), f"/m/{cast.slug}/return/"
        answers = [client.post(start, data={"address": address}) for _ in range(4)]
        phone.receive(now)
        answers += [client.post(f"{start}code", data={"code": "1"}) for _ in range(7)]
        answers.append(client.get(f"{start}code"))
        return [(a.status_code, a.text.replace(address, "…").replace(csrf(a.text), "")) for a in answers]

    def csrf(text: str) -> str:
        found = re.search(r'name="csrf_token" value="([^"]+)"', text)
        return found[1] if found else "\0"

    assert walk("13800000001") == walk(NOBODY)
    assert len(phone.codes) == 3


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "请填写"),
        ("12345", "手机号"),
        ("a@b", "邮箱"),
        ("x" * 300, ""),
        ("\u202e1", ""),
        ("a@example.org", "发不到"),
    ],
)
def test_what_is_no_address_is_said(client: FlaskClient, phone: Phone, cast: Cast, typed: str, said: str) -> None:
    answer = client.post(f"/m/{cast.slug}/return/", data={"address": typed})
    assert answer.status_code == 422
    assert 'class="error-summary"' in answer.text
    assert said in answer.text
    with client.application.app_context():
        assert db.session().scalars(sa.select(OneTimeCode.id)).all() == []


def test_where_nothing_can_be_sent_the_page_says_whom_to_ask(client: FlaskClient, cast: Cast) -> None:
    page = client.get(f"/m/{cast.slug}/return/")
    assert (page.status_code, "请向联络员或会务组要新的链接" in page.text, "<form" in page.text) == (200, True, False)
    assert client.post(f"/m/{cast.slug}/return/", data={"address": LIRAN}).status_code == 422


def test_a_code_of_another_browser_or_meeting_does_not_count(
    app: APIFlask, phone: Phone, cast: Cast, now: datetime
) -> None:
    client = app.test_client()
    client.post(f"/m/{cast.slug}/return/", data={"address": LIRAN})
    phone.receive(now)
    stranger = app.test_client()
    assert stranger.get(f"/m/{cast.slug}/return/code").status_code == 303
    answer = stranger.post(f"/m/{cast.slug}/return/code", data={"code": phone.codes[0]})
    assert (answer.status_code, answer.location) == (303, f"/m/{cast.slug}/return/")
    assert client.get("/m/not-there/return/").status_code == 404


@pytest.mark.usefixtures("limited")
def test_knocking_is_limited(client: FlaskClient, phone: Phone, cast: Cast) -> None:
    answers = [client.post(f"/m/{cast.slug}/return/", data={"address": ""}).status_code for _ in range(61)]
    assert answers == [422] * 60 + [429]
