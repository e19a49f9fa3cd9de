"""Who was entered by others answers: yes, mended, or no."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Activity, Consent, Meeting
from conference.services import privacy
from conference.vocabulary import ConsentPurpose, DelegateStatus
from tests.cast import Cast
from tests.recount import assert_whole
from tests.web.delegate.own_page import entered_by_liaison, open_page, prove, row


def test_the_page_opens_with_the_question(app: APIFlask, client: FlaskClient, cast: Cast, now: datetime) -> None:
    _, token = entered_by_liaison(app, cast, now)
    page = client.get(open_page(client, token)).text
    assert "东营市垦利区民政局的联络员为您报了名，请您看一看" in page
    assert page.index("请您看一看") < page.index("pass-picture")
    assert "没有确认也不影响入场" in page
    assert "行程和住宿" not in page


def test_a_yes_carries_the_consent_to_the_meeting(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    delegate_id, token = entered_by_liaison(app, cast, now)
    address = open_page(client, token)
    assert client.get(address + "stay").location == address
    for _ in range(2):
        assert client.post(address + "acknowledge").location == address
        assert "需要住宿或有饮食要求的" in client.get(address).text
    assert row(app, delegate_id).acknowledged_at is not None
    with app.app_context():
        kept = db.session().scalars(sa.select(Consent).where(Consent.delegate_id == delegate_id)).one()
        read = privacy.consent(ConsentPurpose.MEETING, "zh")
        assert (kept.purpose, kept.version, kept.text_sha256) == (
            ConsentPurpose.MEETING,
            read.version,
            read.text_sha256,
        )
    page = client.get(address).text
    assert "请您看一看" not in page
    assert "行程和住宿" in page
    assert client.get(address + "stay").status_code == 200


def test_who_attends_online_is_not_asked_for_what_is_needed_in_the_hall(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    _, token = entered_by_liaison(app, cast, now)
    address = open_page(client, token)
    client.post(address + "mode/online")
    client.get(address)
    client.post(address + "acknowledge")
    page = client.get(address).text
    assert "谢谢，已确认。" in page
    assert "需要住宿" not in page


def test_a_no_asks_for_proof_and_cancels_even_after_the_freeze(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    delegate_id, token = entered_by_liaison(app, cast, now)
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).frozen_at = now - timedelta(hours=1)
    address = open_page(client, token)
    assert client.post(address + "refuse", data={"reason": "出差"}).location == address + "proof/refuse"
    assert row(app, delegate_id).status is DelegateStatus.CONFIRMED
    prove(client, address, "refuse")
    assert "拒绝这次报名？" in client.get(address + "refuse").text
    for _ in range(2):
        assert client.post(address + "refuse", data={"reason": "出差"}).location == address
    assert row(app, delegate_id).status is DelegateStatus.CANCELLED
    with app.app_context():
        trail = db.session().scalars(sa.select(Activity).where(Activity.verb == "delegate.cancelled")).one()
        assert trail.after["reason"] == "出差"
        assert_whole(cast.meeting_id)


def test_who_answered_cancels_like_everybody(app: APIFlask, client: FlaskClient, cast: Cast, now: datetime) -> None:
    delegate_id, token = entered_by_liaison(app, cast, now)
    address = open_page(client, token)
    client.post(address + "acknowledge")
    assert client.get(address + "refuse").location == address
    assert row(app, delegate_id).status is DelegateStatus.CONFIRMED


def test_who_registered_themselves_is_asked_nothing(client: FlaskClient, cast: Cast) -> None:
    address = open_page(client, cast.liran_token)
    assert "请您看一看" not in client.get(address).text
    assert client.get(address + "refuse").location == address
    assert client.get(address + "contact").location == address
