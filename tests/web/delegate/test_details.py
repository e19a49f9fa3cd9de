"""Travel, stay, needs and consents on one's own page: each purpose by itself, taken back with one tap."""

from __future__ import annotations

from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Activity, Consent, PersonalDetail
from conference.services import consents, delegates, details, privacy
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import ConsentPurpose, Gender, Mode, Room
from tests.cast import Cast
from tests.web.delegate.own_page import STAY, open_page, row

HOTEL, CATERING, DIRECTORY = ConsentPurpose.HOTEL, ConsentPurpose.CATERING, ConsentPurpose.DIRECTORY


def _told(app: APIFlask, delegate_id: int) -> dict[ConsentPurpose, object]:
    with app.app_context():
        return dict(details.of_delegate(delegate_id))


def _agreed(app: APIFlask, delegate_id: int) -> set[ConsentPurpose]:
    with app.app_context():
        return set(consents.of_delegate(delegate_id)) - {ConsentPurpose.MEETING}


def test_a_stay_is_kept_with_its_consent_sealed(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    address = open_page(client, cast.liran_token)
    page = client.get(address + "stay").text
    assert "checked" not in page.split('name="agreed"')[1].split(">")[0]
    for _ in range(2):
        assert client.post(address + "stay", data=STAY | {"agreed": "y"}).location == address
    with app.app_context():
        kept = details.stay(details.of_delegate(cast.liran_id)[HOTEL])
        assert (kept.room, kept.gender, kept.share_with, kept.arrives_by) == (
            Room.SHARED,
            Gender.FEMALE,
            "王敏",
            "G7883",
        )
        found = db.session().scalars(sa.select(Consent).where(Consent.purpose == HOTEL)).one()
        read = privacy.consent(HOTEL, "zh")
        assert (found.version, found.text_sha256) == (read.version, read.text_sha256)
        sealed = db.session().scalars(sa.select(PersonalDetail)).one()
        assert "王敏".encode() not in sealed.content_sealed
        verbs = db.session().execute(
            sa.select(Activity.verb, Activity.after).where(Activity.verb.like("delegate.%t_given"))
        )
        assert verbs.all() == [("delegate.consent_given", {"purpose": "hotel"})]
    assert "合住 · 王敏" in client.get(address).text
    assert "同意过" in client.get(address + "stay").text


def test_what_is_missing_is_named_at_once_with_the_consent(client: FlaskClient, cast: Cast) -> None:
    address = open_page(client, cast.liran_token)
    answer = client.post(address + "stay", data={"room": "shared"})
    summary = answer.text[answer.text.index("error-summary") :].partition("</div>")[0]
    assert answer.status_code == 422
    assert ("性别" in summary, "请看过这段话" in summary) == (True, True)
    agreed = client.post(address + "stay", data={"room": "shared", "agreed": "y"}).text
    assert "请看过这段话" not in agreed[agreed.index("error-summary") :].partition("</div>")[0]


def test_without_the_consent_nothing_is_kept_and_nothing_typed_is_lost(
    app: APIFlask, client: FlaskClient, cast: Cast
) -> None:
    address = open_page(client, cast.liran_token)
    answer = client.post(address + "stay", data=STAY)
    assert (answer.status_code, "G7883" in answer.text, "王敏" in answer.text) == (422, True, True)
    assert _told(app, cast.liran_id) == {}
    answer = client.post(address + "needs", data={"diet": "素食"})
    assert (answer.status_code, "素食" in answer.text) == (422, True)
    assert (_told(app, cast.liran_id), _agreed(app, cast.liran_id)) == ({}, set())


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"room": "shared", "agreed": "y"}, "请填写"),
        ({"room": "suite", "agreed": "y"}, "不在可选范围内"),
        ({"room": "none", "arrives_by": "11010519491231002X", "agreed": "y"}, "请不要填写身份证号"),
        ({"room": "none", "arrives_at": "昨天", "agreed": "y"}, "时间"),
        ({"room": "none", "arrives_at": "2199-01-01T08:00", "agreed": "y"}, "范围"),
        ({"room": "none", "arrives_by": "G" * 90, "agreed": "y"}, "太长"),
    ],
)
def test_a_bad_form_is_told_so(app: APIFlask, client: FlaskClient, cast: Cast, form: dict[str, str], said: str) -> None:
    address = open_page(client, cast.liran_token)
    answer = client.post(address + "stay", data=form)
    assert (answer.status_code, said in answer.text) == (422, True)
    assert _told(app, cast.liran_id) == {}


def test_a_consent_is_taken_back_with_one_tap_and_what_was_told_goes(
    app: APIFlask, client: FlaskClient, cast: Cast
) -> None:
    address = open_page(client, cast.liran_token)
    client.post(address + "stay", data=STAY | {"agreed": "y"})
    client.post(address + "needs", data={"diet": "素食", "access": "轮椅", "agreed": "y"})
    client.post(address + "consents/directory")
    assert _agreed(app, cast.liran_id) == {HOTEL, CATERING, DIRECTORY}
    assert "马上删除" in client.get(address + "consents").text
    for _ in range(2):
        assert client.post(address + "consents/hotel/withdraw").location == address + "consents"
    assert _agreed(app, cast.liran_id) == {CATERING, DIRECTORY}
    assert set(_told(app, cast.liran_id)) == {CATERING}
    client.post(address + "consents/directory/withdraw")
    with app.app_context():
        assert consents.agreed([cast.liran_id, cast.wangmin_id], DIRECTORY) == set()
        trail = db.session().scalars(sa.select(Activity).where(Activity.verb == "delegate.consent_withdrawn")).all()
        assert [act.after for act in trail] == [{"purpose": "hotel"}, {"purpose": "directory"}]
    assert client.post(address + "consents/meeting/withdraw").status_code == 404


def test_who_attends_online_is_asked_for_no_room(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    address = open_page(client, cast.wangmin_token)
    assert client.get(address + "stay").location == address
    assert client.post(address + "stay", data=STAY | {"agreed": "y"}).location == address
    assert _told(app, cast.wangmin_id) == {}
    assert client.post(address + "consents/photographs").status_code == 303
    assert _agreed(app, cast.wangmin_id) == {ConsentPurpose.PHOTOGRAPHS}


def test_leaving_the_hall_names_the_room_and_takes_it_along(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    address = open_page(client, cast.liran_token)
    client.post(address + "stay", data=STAY | {"agreed": "y"})
    client.post(address + "needs", data={"diet": "素食", "agreed": "y"})
    asked = client.get(address + "mode").text
    assert "不再安排房间和接送" in asked
    assert "饮食和无障碍需要删除" in asked
    client.post(address + "mode/online")
    assert row(app, cast.liran_id).mode is Mode.ONLINE
    assert (_told(app, cast.liran_id), _agreed(app, cast.liran_id)) == ({}, set())


def test_a_cancelled_place_keeps_no_details(app: APIFlask, client: FlaskClient, cast: Cast, now: datetime) -> None:
    address = open_page(client, cast.liran_token)
    client.post(address + "needs", data={"diet": "素食", "agreed": "y"})
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.liran_id, Doing(SYSTEM, now, cast.public_url))
    assert _told(app, cast.liran_id) == {}
    assert client.get(address + "needs").location == address
