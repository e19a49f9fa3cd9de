"""Signing in by password and by a one-time link, signing out, one's own password."""

from __future__ import annotations

from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conference.services import accounts
from conference.services.activity import SYSTEM
from conference.vocabulary import Role
from tests.cast import PASSWORD, Cast

PAGE = "/desk/account/password"


def _sign_in(client: FlaskClient, email: str, password: str = PASSWORD, **fields: str) -> TestResponse:
    return client.post("/sign-in", data={"email": email, "password": password} | fields)


@pytest.fixture
def link(app: APIFlask, cast: Cast, now: datetime) -> str:
    with app.app_context():
        _, token = accounts.create(
            "new@example.org", name="新来的", role=Role.ORGANISER, meeting_id=cast.meeting_id, actor=SYSTEM, now=now
        )
    assert token is not None
    return token


def test_organisers_go_to_the_desk_and_stewards_to_the_door(app: APIFlask, cast: Cast) -> None:
    for email, home in (
        (cast.zhouning_email, "/desk/"),
        (cast.hejing_email, "/door/"),
        ("OFFICE@example.org", "/desk/"),
    ):
        client = app.test_client()
        answer = _sign_in(client, email)
        assert (answer.status_code, answer.location) == (303, home)
        assert client.get(PAGE).status_code == 200
        assert client.get("/sign-in").location == home


def test_a_wrong_password_and_an_unknown_account_get_the_same_answer(client: FlaskClient, cast: Cast) -> None:
    wrong = _sign_in(client, cast.zhouning_email, "not this one")
    unknown = _sign_in(client, "zhouninx@example.org", "not this one")
    assert wrong.status_code == unknown.status_code == 422
    assert "邮箱或密码不对" in wrong.text
    assert wrong.text.replace(cast.zhouning_email, "") == unknown.text.replace("zhouninx@example.org", "")
    assert client.get(PAGE).status_code == 303


@pytest.mark.parametrize("email", ["", "x", "a\x00@b.c", "a" * 5000])
def test_nonsense_is_refused_in_words(client: FlaskClient, cast: Cast, email: str) -> None:
    assert _sign_in(client, email).status_code == 422


@pytest.mark.parametrize(
    ("wish", "leads"),
    [
        (PAGE, PAGE),
        ("/desk/x?a=1", "/desk/x?a=1"),
        ("//evil.example", "/desk/"),
        ("/\\evil.example", "/desk/"),
        ("https://evil.example/", "/desk/"),
        ("/a\nb", "/desk/"),
        ("/" + "a" * 900, "/desk/"),
    ],
)
def test_next_leads_to_our_own_pages_only(client: FlaskClient, cast: Cast, wish: str, leads: str) -> None:
    assert _sign_in(client, cast.zhouning_email, next=wish).location == leads


@pytest.mark.usefixtures("limited")
def test_guessing_is_stopped(client: FlaskClient, cast: Cast) -> None:
    answers = [_sign_in(client, cast.zhouning_email, "guess").status_code for _ in range(12)]
    assert answers == [422] * 10 + [429] * 2
    page = _sign_in(client, cast.zhouning_email)
    assert (page.status_code, "操作太频繁" in page.text, "Retry-After" in page.headers) == (429, True, True)


def test_opening_a_one_time_link_spends_nothing_and_its_button_signs_in(
    app: APIFlask, client: FlaskClient, link: str
) -> None:
    for _ in range(2):
        assert client.get(f"/sign-in/{link}").status_code == 200
    assert client.head(f"/sign-in/{link}").status_code == 200
    answer = client.post(f"/sign-in/{link}")
    assert (answer.status_code, answer.location) == (303, PAGE)
    other = app.test_client()
    again = other.post(f"/sign-in/{link}")
    assert (again.status_code, "已用过或已过期" in again.text) == (410, True)
    assert other.get(PAGE).status_code == 303


def test_a_new_password_signs_other_browsers_out(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    other = app.test_client()
    for one in (client, other):
        _sign_in(one, cast.zhouning_email)
    new = "结伴同行 一起走得远"
    assert client.post(PAGE, data={"password": new, "again": new}).status_code == 303
    assert client.get(PAGE).status_code == 200
    assert other.get(PAGE).status_code == 303
    assert _sign_in(app.test_client(), cast.zhouning_email).status_code == 422
    assert _sign_in(app.test_client(), cast.zhouning_email, new).status_code == 303


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [("short", "short", "密码至少十个字符"), ("long enough one", "another long one", "不一样"), ("", "", "请填写")],
)
def test_a_bad_password_is_told_so(client: FlaskClient, cast: Cast, password: str, again: str, said: str) -> None:
    _sign_in(client, cast.zhouning_email)
    answer = client.post(PAGE, data={"password": password, "again": again})
    assert (answer.status_code, said in answer.text) == (422, True)


def test_signing_out_ends_it(client: FlaskClient, cast: Cast) -> None:
    _sign_in(client, cast.zhouning_email)
    assert client.post("/sign-out").location == "/sign-in"
    assert client.get(PAGE).status_code == 303
    assert client.post("/sign-out").status_code == 303
    assert client.get("/sign-out").status_code == 405
