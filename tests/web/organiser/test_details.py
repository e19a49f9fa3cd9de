"""The lists of what people told: for organisers and the travel group, of those who agree, as pages and workbooks."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Activity, Meeting
from conference.services import accounts
from conference.services.activity import SYSTEM
from conference.vocabulary import Role
from tests.cast import PASSWORD, Cast
from tests.web.delegate.own_page import STAY, open_page

PAGES = ("details", "details/needs", "details/agreed")
FILES = ("details/stay.xlsx", "details/needs.xlsx", "details/directory.xlsx")


def _sign_in(client: FlaskClient, email: str) -> None:
    assert client.post("/sign-in", data={"email": email, "password": PASSWORD}).status_code == 303


@pytest.fixture
def told(app: APIFlask, cast: Cast) -> None:
    person = app.test_client()
    address = open_page(person, cast.liran_token)
    person.post(address + "stay", data=STAY | {"agreed": "y"})
    person.post(address + "needs", data={"diet": "=素食", "access": "轮椅", "agreed": "y"})
    person.post(address + "consents/directory")
    other = open_page(person, cast.chenzhuo_token)
    person.post(other + "stay", data={"room": "single", "agreed": "y"})
    person.post(other + "consents/hotel/withdraw")


def test_the_lists_show_who_agrees(client: FlaskClient, cast: Cast, told: None) -> None:
    _sign_in(client, cast.zhouning_email)
    stay, needs, agreed = (client.get(f"/desk/{cast.slug}/{page}").text for page in PAGES)
    assert all(text in stay for text in ("李然", "G7883", "合住", "女 · 王敏", "+8613800000001"))
    assert "陈卓" not in stay
    assert all(text in needs for text in ("=素食", "轮椅", "1 份"))
    assert ("陈卓" in agreed, "李然" in agreed) == (True, False)


def test_what_was_changed_after_the_freeze_is_marked(
    app: APIFlask, client: FlaskClient, cast: Cast, told: None, now: datetime
) -> None:
    _sign_in(client, cast.zhouning_email)
    assert "定稿后改过" not in client.get(f"/desk/{cast.slug}/details").text
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).frozen_at = now - timedelta(hours=1)
    assert "定稿后改过" in client.get(f"/desk/{cast.slug}/details").text


def test_the_workbooks_hold_the_same_as_text(app: APIFlask, client: FlaskClient, cast: Cast, told: None) -> None:
    _sign_in(client, cast.zhouning_email)
    rows = {}
    for page in FILES:
        answer = client.get(f"/desk/{cast.slug}/{page}")
        assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-store")
        sheet = openpyxl.load_workbook(io.BytesIO(answer.data)).worksheets[0]
        rows[page] = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    assert [row[1:4] for row in rows[FILES[0]]] == [["李然", "呼和浩特市玉泉区民政局", "+8613800000001"]]
    assert rows[FILES[1]][0][4:] == ["=素食", "轮椅"]
    assert [row[1] for row in rows[FILES[2]]] == ["李然"]
    with app.app_context():
        acts = db.session().scalars(sa.select(Activity.after).where(Activity.verb == "details.exported")).all()
        assert acts == [{"purpose": purpose, "count": 1} for purpose in ("hotel", "catering", "directory")]


def test_only_who_needs_them_sees_them(app: APIFlask, cast: Cast, told: None, now: datetime) -> None:
    for role, status in ((Role.TRAVEL, 200), (Role.REGISTRATION, 403), (Role.VIEWER, 403), (Role.DOOR, 403)):
        email = f"{role.value}@example.org"
        with app.app_context():
            accounts.create(
                email, name="同事", role=role, meeting_id=cast.meeting_id, actor=SYSTEM, now=now, password=PASSWORD
            )
        client = app.test_client()
        _sign_in(client, email)
        for page in (*PAGES, *FILES):
            assert client.get(f"/desk/{cast.slug}/{page}").status_code == status, (role, page)
    stranger = app.test_client()
    assert stranger.get(f"/desk/{cast.slug}/details").status_code == 303


def test_empty_lists_say_what_to_do(client: FlaskClient, cast: Cast) -> None:
    _sign_in(client, cast.zhouning_email)
    said = [client.get(f"/desk/{cast.slug}/{page}").text for page in PAGES]
    assert [text in page for text, page in zip(("还没有人填写", "还没有人填写", "没有人撤回"), said, strict=True)] == [
        True
    ] * 3
