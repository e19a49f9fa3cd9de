"""Flagged scans at the desk: seen side by side, settled once with a word."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import CheckIn, ScanReview
from conference.services import checkin, checkpoints, delegates, door, erasure, reviews
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.vocabulary import Direction, Outcome, ReviewCause, ReviewWord
from tests.cast import Cast
from tests.web.organiser.conftest import Browser


def scan(cast: Cast, code: str, nonce: str, gate: str, at: datetime, now: datetime) -> int:
    told = Scan(code, cast.venue_id, nonce, scanned_at=at, sent_at=now, admitted_offline=True)
    return int(checkin.check_in(cast.meeting_id, told, Gate(gate), now=now)["id"])


@pytest.fixture
def flagged(app: APIFlask, cast: Cast, now: datetime) -> dict[str, int]:
    """李然 at two gates that were alone, 陈卓 let in though cancelled, by the ids of the flagged scans."""
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.chenzhuo_id, Doing(SYSTEM, now, cast.public_url))
        scan(cast, cast.liran_code, "east", "东门", now - timedelta(minutes=5), now)
        ids = {
            "twice": scan(cast, cast.liran_code, "west", "西门", now - timedelta(minutes=4), now),
            "cancelled": scan(cast, cast.chenzhuo_code, "south", "南门", now - timedelta(minutes=3), now),
        }
        db.release()
    return ids


def base(cast: Cast) -> str:
    return f"/desk/{cast.slug}/reviews"


def test_both_scans_stand_side_by_side(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime, flagged: dict[str, int]
) -> None:
    page = desk.get(base(cast)).text
    for said in ("李然", "东门", "西门", "断网时两处都放行", "陈卓", "南门", "报名已取消", "扫码复核"):
        assert said in page
    assert "次签到待复核" in desk.get(f"/desk/{cast.slug}/").text
    with app.app_context():
        twice = reviews.one(cast.meeting_id, flagged["twice"])
        assert (twice.causes, [one.gate for one in twice.others]) == ((ReviewCause.TWO_GATES,), ["东门"])
        left = Scan(
            cast.liran_code,
            cast.venue_id,
            "left",
            Direction.OUT,
            scanned_at=twice.scan.scanned_at - timedelta(seconds=30),
        )
        checkin.check_in(cast.meeting_id, left, Gate("东门"), now=now)
        others = reviews.one(cast.meeting_id, flagged["twice"]).others
        assert [one.outcome for one in others] == [Outcome.LEFT, Outcome.ADMITTED]
        db.release()
    assert "已离场" in desk.get(base(cast)).text


def test_each_is_settled_once_with_a_word(
    app: APIFlask, desk: FlaskClient, signed_in: Browser, cast: Cast, flagged: dict[str, int]
) -> None:
    one, other = (f"{base(cast)}/{flagged[name]}" for name in ("twice", "cancelled"))
    office = signed_in(cast.administrator_email)
    assert desk.post(one, data={"word": "stands", "note": "同一个人，换门"}).location == base(cast)
    late = office.post(one, data={"word": "taken_back", "note": "重复", "sure": "yes"})
    assert late.status_code == 422
    assert "别人刚刚已经处理过这一条" in late.text
    asked = desk.post(other, data={"word": "taken_back"})
    assert (asked.status_code, "撤销陈卓这一次签到？" in asked.text) == (200, True)
    assert desk.post(other, data={"word": "taken_back", "sure": "yes"}).status_code == 303
    with app.app_context():
        kept = db.session().scalars(sa.select(ScanReview).order_by(ScanReview.check_in_id)).all()
        assert [(r.check_in_id, r.word, r.note) for r in kept] == [
            (flagged["twice"], ReviewWord.STANDS, "同一个人，换门"),
            (flagged["cancelled"], ReviewWord.TAKEN_BACK, ""),
        ]
        voided = sa.select(CheckIn.id).where(CheckIn.voided_at.is_not(None))
        assert db.session().scalars(voided).all() == [flagged["cancelled"]]
        assert door.count(cast.meeting_id, checkpoints.one(cast.meeting_id, cast.venue_id)).arrived == 1
        assert reviews.count(cast.meeting_id) == 0
        db.release()
    assert "没有要复核的签到" in desk.get(base(cast)).text
    settled = desk.get(f"{base(cast)}?state=settled").text
    assert "同一个人，换门" in settled
    assert "周宁" in settled


def test_what_the_door_took_back_itself_waits_for_nobody(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime, flagged: dict[str, int]
) -> None:
    with app.app_context():
        checkin.void(cast.meeting_id, flagged["twice"], reason="扫错", actor=SYSTEM, own_only=False, now=now)
        assert reviews.count(cast.meeting_id) == 1
        db.release()
    assert desk.post(f"{base(cast)}/{flagged['twice']}", data={"word": "stands"}).status_code == 422


@pytest.mark.parametrize("form", [{}, {"word": "maybe"}, {"word": "stands", "note": "长" * 201}])
def test_a_bad_word_is_told_so_and_settles_nothing(
    app: APIFlask, desk: FlaskClient, cast: Cast, flagged: dict[str, int], form: dict[str, str]
) -> None:
    assert desk.post(f"{base(cast)}/{flagged['twice']}", data=form).status_code == 422
    with app.app_context():
        assert reviews.count(cast.meeting_id) == 2


def test_outsiders_settle_nothing(desk: FlaskClient, signed_in: Browser, cast: Cast, flagged: dict[str, int]) -> None:
    steward = signed_in(cast.hejing_email)
    assert steward.get(base(cast)).status_code == 403
    assert steward.post(f"{base(cast)}/{flagged['twice']}", data={"word": "stands"}).status_code == 403
    for id_ in (0, 999, 2**64):
        assert desk.post(f"{base(cast)}/{id_}", data={"word": "stands"}).status_code == 404


def test_long_lists_have_pages_and_forgetting_takes_the_note(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime, flagged: dict[str, int]
) -> None:
    desk.post(f"{base(cast)}/{flagged['twice']}", data={"word": "stands", "note": "李然说的"})
    with app.app_context():
        for n in range(reviews.PAGE):
            scan(cast, cast.liran_code, f"more {n}", "北门", now - timedelta(minutes=2), now)
        first = reviews.page(cast.meeting_id)
        assert (len(first.items), first.older) == (reviews.PAGE, first.items[-1].scan.id)
        rest = reviews.page(cast.meeting_id, before_id=first.older)
        assert ([one.scan.id for one in rest.items], rest.older) == ([flagged["cancelled"]], None)
        erasure.erase(cast.meeting_id, cast.liran_id, number="0001", doing=Doing(SYSTEM, now, cast.public_url))
        db.release()
        assert db.session().scalars(sa.select(ScanReview.note)).all() == [""]
        db.release()
    assert f"before={first.older}" in desk.get(base(cast)).text
