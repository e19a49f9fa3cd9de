"""Leaders and guests ticked in without a scan."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import CheckIn
from conference.services import checkin, delegates, figures
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.vocabulary import Category, Outcome, Role
from tests.cast import Cast
from tests.recount import assert_whole


@pytest.fixture
def leader(app: APIFlask, cast: Cast, now: datetime) -> int:
    """陈卓 is a leader."""
    with app.app_context():
        doing = Doing(SYSTEM, now, cast.public_url)
        delegates.edit(cast.meeting_id, cast.chenzhuo_id, {"category": Category.LEADER}, doing)
    return cast.chenzhuo_id


def scans(app: APIFlask) -> list[tuple[str, Outcome, bool]]:
    with app.app_context():
        found = db.session().scalars(sa.select(CheckIn).order_by(CheckIn.id))
        return [(scan.gate, scan.outcome, scan.voided_at is not None) for scan in found]


def test_one_tap_is_a_check_in_like_a_scan(
    app: APIFlask, desk: FlaskClient, cast: Cast, leader: int, now: datetime
) -> None:
    base = f"/desk/{cast.slug}/tick-in"
    page = desk.get(base).text
    assert "陈卓" in page
    assert "李然" not in page
    address = f"{base}/{cast.venue_id}/{leader}"
    data = {"nonce": f"tick-0123456789abcdef-{leader}"}
    assert desk.post(address, data=data).status_code == 303
    assert desk.post(address, data=data).status_code == 303, "a second tap of the same button"
    assert scans(app) == [("周宁", Outcome.ADMITTED, False)]
    with app.app_context():
        assert figures.of(cast.meeting_id, now=now).present == 1
        assert_whole(cast.meeting_id)
    assert "撤回" in desk.get(base).text
    assert desk.post(f"{address}/back").status_code == 303
    assert desk.post(f"{address}/back").status_code == 404
    assert scans(app) == [("周宁", Outcome.ADMITTED, True)]
    with app.app_context():
        assert figures.of(cast.meeting_id, now=now).present == 0
        assert_whole(cast.meeting_id)


def test_what_a_gate_scanned_is_shown_and_is_the_gates(
    app: APIFlask, desk: FlaskClient, cast: Cast, leader: int, now: datetime
) -> None:
    with app.app_context():
        checkin.check_in(cast.meeting_id, Scan(cast.chenzhuo_code, cast.venue_id, "n"), Gate("东门"), now=now)
    page = desk.get(f"/desk/{cast.slug}/tick-in").text
    assert "东门" in page
    assert "撤回" not in page
    assert desk.post(f"/desk/{cast.slug}/tick-in/{cast.venue_id}/{leader}/back").status_code == 404
    assert scans(app) == [("东门", Outcome.ADMITTED, False)]


def test_only_leaders_and_guests_at_a_venue(app: APIFlask, desk: FlaskClient, cast: Cast, leader: int) -> None:
    base = f"/desk/{cast.slug}/tick-in"
    for path in (f"{cast.venue_id}/{cast.liran_id}", f"{cast.venue_id + 1}/{leader}", f"{cast.venue_id}/{2**70}"):
        assert desk.post(f"{base}/{path}", data={"nonce": "x"}).status_code == 404
    assert scans(app) == []


def test_any_nonce_of_a_hand_made_post_will_do(app: APIFlask, desk: FlaskClient, cast: Cast, leader: int) -> None:
    address = f"/desk/{cast.slug}/tick-in/{cast.venue_id}/{leader}"
    assert desk.post(address, data={"nonce": "\x00" * 500}).status_code == 303
    assert scans(app) == [("周宁", Outcome.ADMITTED, False)]


def test_who_may(as_role: Callable[[Role], FlaskClient], app: APIFlask, cast: Cast, leader: int) -> None:
    address = f"/desk/{cast.slug}/tick-in"
    assert as_role(Role.VIEWER).get(address).status_code == 403
    for role in (Role.DOOR, Role.REGISTRATION):
        client = as_role(role)
        assert client.get(address).status_code == 200
        assert client.post(f"{address}/{cast.venue_id}/{leader}", data={}).status_code == 303
    assert [gate for gate, _, _ in scans(app)] == ["door", "registration"]
