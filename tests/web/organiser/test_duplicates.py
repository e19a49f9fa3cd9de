"""Two entries of one person at the desk: listed, side by side, made one, or said to be two people."""

from __future__ import annotations

from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import activity, people, registration
from conference.vocabulary import DelegateStatus, Mode, Origin, Role
from tests.cast import Cast
from tests.web.organiser.conftest import Browser


@pytest.fixture
def twin(app: APIFlask, cast: Cast, now: datetime) -> int:
    """陈卓 once more, by another phone."""
    with app.app_context():
        entry = registration.Entry(
            "陈卓", cast.kenli_id, Mode.IN_PERSON, phone="13911110001", email="chen@example.org", position="主任"
        )
        made = registration.register(
            cast.meeting_id,
            entry,
            actor=activity.SYSTEM,
            origin=Origin.PROGRAM,
            public_url=cast.public_url,
            now=now,
        )
        db.release()
        return made.delegate.id


def test_two_are_made_one(app: APIFlask, desk: FlaskClient, cast: Cast, twin: int) -> None:
    listed = desk.get(f"/desk/{cast.slug}/duplicates").text
    address = f"/desk/{cast.slug}/duplicates/{cast.chenzhuo_id}/{twin}"
    assert f'href="{address}"' in listed
    assert "同单位、同姓名" in listed
    page = desk.get(address).text
    assert f'name="keep" value="{cast.chenzhuo_id}" checked' in page
    assert f'name="take-email" value="{twin}" checked' in page  # the kept one has none
    for bad in ({}, {"keep": "999"}, {"keep": "x"}):
        assert desk.post(address, data=bad).status_code == 422
    sent = {"keep": str(cast.chenzhuo_id), "take-email": str(twin), "take-position": str(cast.chenzhuo_id)}
    for _ in range(2):
        answer = desk.post(address, data=sent)
        assert answer.location == f"/desk/{cast.slug}/delegates/{cast.chenzhuo_id}"
    with app.app_context():
        kept = people.file(cast.meeting_id, cast.chenzhuo_id)
        assert (kept.email, kept.phone, kept.delegate.position) == ("chen@example.org", "+8613800000003", "科员")
        assert people.one(cast.meeting_id, twin).status is DelegateStatus.CANCELLED
    assert desk.get(address).status_code == 404
    assert "没有疑似重复" in desk.get(f"/desk/{cast.slug}/duplicates").text
    assert "合并到另一条报名" in desk.get(f"/desk/{cast.slug}/delegates/{twin}").text


def test_two_people_are_not_shown_again(desk: FlaskClient, cast: Cast, twin: int) -> None:
    desk.get(f"/desk/{cast.slug}/duplicates")
    for _ in range(2):
        answer = desk.post(f"/desk/{cast.slug}/duplicates/{cast.chenzhuo_id}/{twin}/distinct")
        assert answer.location == f"/desk/{cast.slug}/duplicates"
    assert "没有疑似重复" in desk.get(answer.location).text


def test_outsiders_and_strangers_ids(desk: FlaskClient, as_role: Browser, cast: Cast, twin: int) -> None:
    assert desk.get(f"/desk/{cast.slug}/duplicates/{cast.liran_id}/{twin}").status_code == 404
    assert desk.get(f"/desk/{cast.slug}/duplicates/{2**63}/{twin}").status_code == 404
    assert desk.post(f"/desk/{cast.slug}/duplicates/{cast.liran_id}/{twin}/distinct").status_code == 404
    travel = as_role(Role.TRAVEL)
    assert travel.get(f"/desk/{cast.slug}/duplicates").status_code == 200
    assert travel.post(f"/desk/{cast.slug}/duplicates/{cast.chenzhuo_id}/{twin}").status_code == 403
