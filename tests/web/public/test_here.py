"""The code on the hall's screen, scanned with a phone: known or not, old or new, whose ticket it is."""

from __future__ import annotations

import dataclasses
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import CheckIn, Nod, OutboxMessage
from conference.notices import channels
from conference.services import delivery, here, nods
from conference.services.scans import Gate
from tests.cast import PASSWORD, Cast
from tests.screen import open_wall


@pytest.fixture
def text(app: APIFlask, cast: Cast, now: datetime) -> str:
    """What the screen of the venue shows."""
    with app.app_context():
        open_wall(cast, now)
        shown = here.text(cast.venue_id, datetime.now(UTC))
        db.release()
    return shown


@pytest.fixture
def page(cast: Cast) -> str:
    return f"/m/{cast.slug}/here/"


@pytest.fixture
def kept(app: APIFlask) -> Callable[[], list[tuple[str, str]]]:
    """The scans that are in the record: gate and outcome."""

    def read() -> list[tuple[str, str]]:
        with app.app_context():
            found = db.session().execute(sa.select(CheckIn.gate, CheckIn.outcome).order_by(CheckIn.id)).all()
            db.release()
        return [(gate, outcome.value) for gate, outcome in found]

    return read


Kept = Callable[[], list[tuple[str, str]]]


def link_of(html: str) -> str:
    found = re.search(r'name="link_id" value="(\d+)"', html)
    assert found, html
    return found[1]


def test_a_phone_that_knows_its_owner_is_one_tap(
    client: FlaskClient, cast: Cast, text: str, page: str, kept: Kept
) -> None:
    client.get(f"/p/{cast.liran_token}")
    for spelled in (f"/h/{text.lower()}", f"/H/{text}"):
        entered = client.get(spelled)
        assert (entered.status_code, entered.location) == (303, page)
    asked = client.get(page)
    assert "李然" in asked.text
    assert 'data-behaviour="submit-itself once"' in asked.text
    assert text.lower() not in asked.text.lower()
    assert kept() == []  # nothing is written by opening an address
    form = {"link_id": link_of(asked.text)}
    for _ in range(2):
        assert client.post(page, data=form).location == page
    shown = client.get(page)
    assert "签到成功" in shown.text
    assert 'data-kind="go"' in shown.text
    assert kept() == [("自助签到", "admitted")]
    assert client.get(f"/h/{text}").status_code == 303  # scanned again: already in
    client.post(page, data=form)
    assert "您已签到" in client.get(page).text
    assert kept() == [("自助签到", "admitted"), ("自助签到", "already")]


def test_several_on_one_phone_are_asked_who_stands_here(
    client: FlaskClient, cast: Cast, text: str, page: str, kept: Kept
) -> None:
    client.get(f"/p/{cast.liran_token}")
    client.get(f"/p/{cast.chenzhuo_token}")
    client.get(f"/h/{text}")
    asked = client.get(page).text
    assert "现在是哪一位？" in asked
    assert "submit-itself once" not in asked
    first, second = re.findall(r'name="link_id" value="(\d+)"', asked)
    client.post(page, data={"link_id": first})
    assert "给另一位签到，请再扫一次屏幕上的码" in client.get(page).text
    spent = client.post(page, data={"link_id": second}, follow_redirects=True)
    assert "这次扫码已经用过" in spent.text
    assert kept() == [("自助签到", "admitted")]
    client.get(f"/h/{text}")
    client.post(page, data={"link_id": second})
    assert kept() == [("自助签到", "admitted")] * 2


@pytest.mark.parametrize("token", ["wangmin_token"])
def test_who_may_not_come_in_is_told_what_to_do(
    client: FlaskClient, cast: Cast, text: str, page: str, token: str, kept: Kept
) -> None:
    client.get(f"/p/{getattr(cast, token)}")
    client.get(f"/h/{text}")
    client.post(page, data={"link_id": link_of(client.get(page).text)})
    told = client.get(page).text
    assert "您报的是线上参会" in told
    assert "现场有空位时可以当场更改" in told
    assert kept() == [("自助签到", "refused")]


def test_old_and_photographed_codes_fail(app: APIFlask, client: FlaskClient, cast: Cast, text: str, page: str) -> None:
    with app.app_context():
        old = here.text(cast.venue_id, datetime.now(UTC) - timedelta(seconds=91))
        db.release()
    refused = client.get(f"/h/{old}")
    assert refused.status_code == 410
    assert "二维码已过期" in refused.text
    assert client.get(page).status_code == 410
    for nonsense in (text[:-1] + "二", "x", text[:19], cast.liran_code, "%00", "%F0%9F", "x" * 3000):
        assert client.get(f"/h/{nonsense}").status_code == 404


def test_a_ticket_is_the_browser_s_own_and_lasts_ten_minutes(
    app: APIFlask, client: FlaskClient, cast: Cast, text: str, page: str, kept: Kept
) -> None:
    client.get(f"/p/{cast.liran_token}")
    client.get(f"/h/{text}")
    form = {"link_id": link_of(client.get(page).text)}
    other = app.test_client()
    other.get(f"/p/{cast.liran_token}")
    assert other.get(page).status_code == 410
    assert other.post(page, data=form).status_code == 410  # replayed from another browser
    for address in ("address", "code", "nod"):
        assert other.get(page + address).status_code == 410
    assert client.post(page, data={"link_id": int(form["link_id"]) + 1}).status_code == 410  # not this phone's
    assert client.post(page, data={"link_id": "9" * 40}).status_code == 410
    with client.session_transaction() as held:  # as it is once ten minutes have passed
        held["here"] = [*held["here"][:3], held["here"][3] - 600]
    assert client.get(page).status_code == 410
    assert client.post(page, data=form).status_code == 410
    assert kept() == []


def test_an_unknown_phone_proves_itself_by_a_code(
    app: APIFlask, client: FlaskClient, cast: Cast, text: str, page: str, tmp_path: Path, now: datetime, kept: Kept
) -> None:
    file = tmp_path / "sms.jsonl"
    app.extensions["settings"] = dataclasses.replace(app.extensions["settings"], sms_url=file.as_uri())
    with app.app_context(), db.transaction() as session:
        session.execute(sa.delete(OutboxMessage))
    client.get(f"/h/{text}")
    assert client.get(page).location == f"{page}address"
    answers = [client.post(f"{page}address", data={"address": a}) for a in ("13900000009", "138 0000 0001")]
    assert {(a.status_code, a.location) for a in answers} == {(303, f"{page}code")}  # known or not
    assert client.post(f"{page}address", data={"address": "hello"}).status_code == 422
    with app.app_context():
        delivery.deliver(channels.of(app.extensions["settings"]), now=datetime.now(UTC))
        db.release()
    lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    (code,) = [re.findall(r"\d{6}", line["text"])[0] for line in lines if line["kind"] == "one_time_code"]
    assert client.post(f"{page}code", data={"code": str((int(code) + 1) % 10**6)}).status_code == 422
    assert client.post(f"{page}code", data={"code": code}).location == page
    assert "签到成功" in client.get(page).text  # checked in by the code itself
    assert kept() == [("自助签到", "admitted")]


def test_a_steward_nods(app: APIFlask, client: FlaskClient, cast: Cast, text: str, page: str, kept: Kept) -> None:
    client.get(f"/h/{text}")
    assert client.get(page).location == f"{page}nod"
    for form in ({"name": "李然", "tail": "12"}, {"name": "", "tail": "0001"}, {"name": "李\u202e", "tail": "000\x00"}):
        assert client.post(f"{page}nod", data=form).status_code == 422
    wrong = client.post(f"{page}nod", data={"name": "李然", "tail": "4321"})
    assert (wrong.status_code, "没有对上姓名和手机尾号" in wrong.text, 'value="李然"' in wrong.text) == (
        422,
        True,
        True,
    )
    assert client.post(f"{page}nod", data={"name": "李然", "tail": "０００１"}).location == page
    waiting = client.get(page).text
    assert "请向门口工作人员示意" in waiting
    assert "呼和浩特" not in waiting  # an unproven phone learns nothing
    steward, door = app.test_client(), f"/door/{cast.slug}/{cast.venue_id}/nods"
    assert steward.get(door).location.startswith("/sign-in")
    steward.post("/sign-in", data={"email": cast.hejing_email, "password": PASSWORD})
    steward.post(f"/door/{cast.slug}/", data={"gate": "东门", "checkpoint_id": cast.venue_id})
    listed = steward.get(door).text
    mark = re.search(r'class="here-mark">(\d\d)<', waiting)
    assert mark
    assert all(word in listed for word in ("李然", "呼和浩特市玉泉区民政局", f"</span> {mark[1]}"))
    inside = client.get(f"{page}stage")
    assert client.get(f"{page}stage", headers={"If-None-Match": inside.headers["ETag"]}).status_code == 304
    with app.app_context():
        nod = db.session().scalars(sa.select(Nod.id)).one()
        db.release()
    for _ in range(2):
        granted = steward.post(f"{door}/{nod}", data={"granted": "yes"})
        assert "/verdict/" in granted.location
    assert "签到成功" in client.get(f"{page}stage").text
    assert "签到成功" in client.get(page).text
    assert kept() == [("东门", "admitted")]
    no = steward.post(f"{door}/{nod}", data={"granted": "no"}, follow_redirects=True)
    assert "已经有人处理过了" in no.text
    assert steward.post(f"{door}/{nod + 1}", data={"granted": "yes"}).status_code == 404


def test_a_steward_who_does_not_know_the_person(
    app: APIFlask, client: FlaskClient, cast: Cast, text: str, page: str, kept: Kept
) -> None:
    client.get(f"/h/{text}")
    client.post(f"{page}nod", data={"name": "李然", "tail": "0001"})
    assert client.get(f"/h/{text}").status_code == 303  # scanned again while waiting: it goes on waiting
    assert "请向门口工作人员示意" in client.get(page).text
    with app.app_context():
        nod = db.session().scalars(sa.select(Nod.id)).one()
        where = (cast.meeting_id, cast.venue_id, nod)
        nods.decide(*where, granted=False, gate=Gate("东门"), now=datetime.now(UTC))
        db.release()
    assert "没有放行" in client.get(page).text
    assert "没有放行" in client.get(f"{page}stage").text
    again = client.post(f"{page}nod", data={"name": "李然", "tail": "0001"})
    assert (again.status_code, "这次扫码已经用过" in again.text) == (422, True)
    assert kept() == []
    client.get(f"/h/{text}")
    assert client.get(page).location == f"{page}nod"


def test_a_paired_phone_of_another_checkpoint_decides_nothing(client: FlaskClient, cast: Cast, text: str) -> None:
    assert client.post(f"/door/{cast.slug}/{cast.venue_id}/nods/1", data={"granted": "yes"}).status_code == 303
    assert client.get(f"/door/{cast.slug}/{cast.venue_id}/nods/list").location.startswith("/sign-in")
