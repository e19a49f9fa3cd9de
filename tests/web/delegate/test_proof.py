"""Cancelling, taking away and erasing ask who one is: a code where one can be sent, else the last four digits."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Consent, Delegate, OneTimeCode, OutboxMessage, PersonalDetail
from conference.services import activity, own_proof
from conference.vocabulary import DelegateStatus
from tests.cast import Cast
from tests.recount import assert_whole
from tests.web.delegate.own_page import STAY, open_page, prove, row


@pytest.mark.parametrize("page", ["data", "data/file", "erase", "cancel"])
def test_nothing_final_without_proof(app: APIFlask, client: FlaskClient, cast: Cast, page: str) -> None:
    address = open_page(client, cast.liran_token)
    assert client.get(address + page).location.startswith(address + "proof/")
    for post in ("cancel", "erase"):
        assert client.post(address + post).location.startswith(address + "proof/")
    assert row(app, cast.liran_id).status is DelegateStatus.CONFIRMED


def test_a_wrong_guess_says_how_many_are_left_then_none(client: FlaskClient, cast: Cast) -> None:
    address = open_page(client, cast.liran_token)
    page = client.get(address + "proof/cancel").text
    assert "登记的手机号后四位" in page
    assert "13800000001" not in page
    for left in (4, 3, 2, 1):
        answer = client.post(address + "proof/cancel", data={"proof": "9999"})
        assert (answer.status_code, f"还可以试 {left} 次" in answer.text) == (422, True)
    client.post(address + "proof/cancel", data={"proof": "9999"})
    answer = client.post(address + "proof/cancel", data={"proof": "0001"})
    assert answer.status_code == 422
    assert client.get(address + "cancel").location == address + "proof/cancel"


def test_proof_holds_for_a_while_in_this_browser_for_this_place(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    address = open_page(client, cast.liran_token)
    other = open_page(client, cast.chenzhuo_token)
    prove(client, address, "download")
    assert client.get(address + "data").status_code == 200
    assert client.get(other + "data").status_code == 303
    elsewhere = app.test_client()
    assert elsewhere.get(open_page(elsewhere, cast.liran_token) + "data").status_code == 303
    with client.session_transaction() as held:  # as it is once that time has passed
        held["proven"] = {of: until - own_proof.LASTS.total_seconds() for of, until in held["proven"].items()}
    assert client.get(address + "data").status_code == 303


def test_where_a_code_can_be_sent_the_last_digits_do_not_do(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    settings = app.extensions["settings"]
    app.extensions["settings"] = type(settings)(**{**vars(settings), "smtp_url": "smtp://127.0.0.1:9"})
    with app.app_context(), db.transaction() as session:
        from conference.services import contacts

        delegate = session.get_one(Delegate, cast.liran_id)
        contacts.change(session, delegate, contacts.read("13800000001", "liran@example.org"), for_unit=False)
    address = open_page(client, cast.liran_token)
    page = client.get(address + "proof/erase").text
    assert "l•••@example.org" in page
    assert client.post(address + "proof/erase", data={"proof": "0001"}).status_code == 422
    assert client.post(address + "proof/erase/send").location == address + "proof/erase?sent=1"
    with app.app_context():
        assert db.session().scalars(sa.select(OneTimeCode)).one().subject == cast.liran_id


def test_my_data_is_a_page_and_a_file(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    address = open_page(client, cast.liran_token)
    client.post(address + "stay", data=STAY | {"agreed": "y"})
    prove(client, address, "download")
    page = client.get(address + "data").text
    assert all(text in page for text in ("李然", "+8613800000001", "G7883", "王敏"))
    answer = client.get(address + "data/file")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("application/zip", "no-store")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as packed:
        assert packed.namelist() == ["data.json", "data.html"]
        data = json.loads(packed.read("data.json"))
        assert "李然" in packed.read("data.html").decode()
    assert data["entry"]["phone"] == "+8613800000001"
    assert data["stay"]["room"] == "shared"
    assert [one["purpose"] for one in data["consents"]] == ["hotel"]
    assert [one["kind"] for one in data["messages"]] == ["registered"]
    assert (data["scans"], data["requests"], data["needs"]) == ([], [], None)


def test_erasing_oneself_is_done_at_once(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    address = open_page(client, cast.liran_token)
    client.post(address + "stay", data=STAY | {"agreed": "y"})
    prove(client, address, "erase")
    assert "找不回来" in client.get(address + "erase").text
    assert client.post(address + "erase").location == "/my/"
    assert client.get(address).status_code == 403
    found = row(app, cast.liran_id)
    assert (found.name, found.status, found.phone_sealed) == ("—", DelegateStatus.CANCELLED, None)
    with app.app_context():
        for table in (Consent, PersonalDetail, OutboxMessage):
            assert db.session().scalars(sa.select(table).where(table.delegate_id == cast.liran_id)).all() == []
        acts = activity.page(cast.meeting_id, subject="delegate", subject_id=cast.liran_id).items
        assert all("李然" not in f"{act.actor_name}{act.before}{act.after}" for act in acts)
        assert_whole(cast.meeting_id)


def test_other_links_are_ended_from_one(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    address = open_page(client, cast.liran_token)
    client.post(address + "link")
    client.get(address)
    page = client.get(address + "links").text
    assert (page.count("生成"), page.count("最近打开"), page.count("这部手机")) == (2, 1, 1)
    for _ in range(2):
        assert client.post(address + "links/revoke-others").location == address + "links"
    assert client.get(address + "links").text.count("生成") == 1
    assert app.test_client().get(f"/p/{cast.liran_token}").status_code == 303


def test_no_page_gives_the_link_away_or_is_kept(client: FlaskClient, cast: Cast) -> None:
    address = open_page(client, cast.liran_token)
    prove(client, address, "download")
    pages = (
        "",
        "mode",
        "correct",
        "cancel",
        "stay",
        "needs",
        "consents",
        "links",
        "data",
        "data/file",
        "erase",
        "questions",
    )
    for page in (*pages, "proof/erase"):
        answer = client.get(address + page)
        assert answer.status_code == 200, page
        assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer"), page
        assert cast.liran_token.encode() not in answer.data, page
    picture = client.get(address + "pass.png")
    assert (picture.headers["Cache-Control"], picture.headers["Referrer-Policy"]) == (
        "private, no-cache",
        "no-referrer",
    )
