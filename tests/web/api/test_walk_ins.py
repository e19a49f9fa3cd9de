"""Walk-ins by program: one by its nonce, refused in words, and nobody who stands inside is lost."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Activity, CheckIn, Consent, Delegate, Line, Unit, WalkIn
from conference.services import checkpoints, delegates, meetings, tokens, units
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import CheckpointKind, DelegateStatus, MeetingStatus, Mode, Origin
from tests.cast import Cast
from tests.recount import assert_whole
from tests.web.api.speaking import Program, faults, problem

CODE = "K7QH4M2X9RTW6CVP22"


@pytest.fixture
def door(client: FlaskClient, cast: Cast) -> Program:
    return Program(client, cast.checkin, cast.slug)


@pytest.fixture
def office(client: FlaskClient, cast: Cast) -> Program:
    return Program(client, cast.organise, cast.slug)


def item(cast: Cast, **changes: Any) -> dict[str, Any]:
    facts = {
        "nonce": "walk-1",
        "checkpoint_id": cast.venue_id,
        "name": "孙明",
        "phone": "137 0000 0001",
        "unit_id": cast.kenli_id,
        "code": CODE,
        "consented": True,
    }
    return facts | changes


def fill(app: APIFlask, cast: Cast, now: datetime) -> None:
    """No place in the hall is left: 李然 and 陈卓 have them."""
    with app.app_context():
        doing = Doing(SYSTEM, now, cast.public_url)
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, doing)


def world(app: APIFlask, cast: Cast) -> list[tuple[str, str, str]]:
    """Who was entered at the door, with their scans; everything kept agrees with a recount."""
    with app.app_context():
        found = db.session().execute(
            sa.select(Delegate.name, Delegate.status, CheckIn.outcome)
            .select_from(WalkIn)
            .join(Delegate, Delegate.id == WalkIn.delegate_id)
            .outerjoin(CheckIn, CheckIn.id == WalkIn.check_in_id)
            .order_by(WalkIn.id)
        )
        said = [(name, status.value, outcome.value if outcome else "-") for name, status, outcome in found]
        assert_whole(cast.meeting_id)
    return said


def test_a_stranger_is_registered_confirmed_and_in(app: APIFlask, door: Program, cast: Cast) -> None:
    not_agreed = door.post("/walk-ins", item(cast, consented=False))
    assert (problem(not_agreed)[0], faults(not_agreed)) == (422, {"consented"})
    answer = door.post("/walk-ins", item(cast))
    assert answer.status_code == 201, answer.text
    made = answer.json
    assert (made["delegate"]["code"], made["delegate"]["status"], made["todo"]) == (CODE, "confirmed", None)
    assert made["check_in"]["outcome"] == "admitted"
    again = door.post("/walk-ins", item(cast))
    assert (again.status_code, again.json) == (201, made)
    assert world(app, cast) == [("孙明", "confirmed", "admitted")]
    with app.app_context():
        session = db.session()
        delegate = session.get_one(Delegate, made["delegate"]["id"])
        assert delegate.origin is Origin.WALK_IN
        assert delegate.acknowledged_at is not None
        assert len(session.scalars(sa.select(Consent).where(Consent.delegate_id == delegate.id)).all()) == 1
        verbs = session.scalars(sa.select(Activity.verb).where(Activity.subject_id == delegate.id))
        assert set(verbs) >= {"delegate.registered", "delegate.walked_in"}
    assert door.post("/check-ins", {"code": CODE, "checkpoint_id": cast.venue_id, "nonce": "n"}).json["outcome"] == (
        "already"
    )


def test_what_was_done_alone_keeps_its_time(app: APIFlask, door: Program, cast: Cast, now: datetime) -> None:
    at = now - timedelta(minutes=20)
    times = {"scanned_at": at.isoformat(), "sent_at": now.isoformat(), "admitted_offline": True}
    made = door.post("/walk-ins", item(cast, **times)).json
    with app.app_context():
        scan = db.session().get_one(CheckIn, made["check_in"]["id"])
        assert (scan.scanned_at, scan.admitted_offline, scan.flagged) == (at, True, False)


@pytest.mark.parametrize(
    ("unit", "province", "where"),
    [("泰山云计算中心", "370000", "370000"), ("大同市平城区民政局", "", "140000"), ("东营市垦利区民政局", "", None)],
)
def test_a_unit_is_found_or_added(
    app: APIFlask, door: Program, cast: Cast, unit: str, province: str, where: str | None
) -> None:
    made = door.post("/walk-ins", item(cast, unit_id=None, unit=unit, province=province)).json
    found = made["delegate"]["unit"]
    assert (found["name"], found["id"] == cast.kenli_id) == (unit, where is None)
    with app.app_context():
        row = db.session().get_one(Unit, found["id"])
        assert (row.proposed, where is None or row.province == where) == (where is not None, True)


def test_a_unit_in_no_known_place_wants_its_province(door: Program, cast: Cast) -> None:
    told = door.post("/walk-ins", item(cast, unit_id=None, unit="某中心"))
    assert (problem(told), list(told.json["errors"])) == ((422, "malformed"), ["province"])


def test_a_phone_that_is_known_says_who_and_lets_that_person_in(app: APIFlask, door: Program, cast: Cast) -> None:
    told = door.post("/walk-ins", item(cast, phone="13800000003"))
    assert problem(told) == (409, "already_registered")
    assert told.json["holder"] == {
        "name": "陈＊",
        "number": told.json["holder"]["number"],
        "unit": "东营市垦利区民政局",
        "mode": "in_person",
        "status": "confirmed",
    }
    assert world(app, cast) == []
    made = door.post("/walk-ins", item(cast, phone="13800000003", same_person=True)).json
    assert (made["delegate"]["id"], made["delegate"]["code"]) == (cast.chenzhuo_id, cast.chenzhuo_code)
    assert world(app, cast) == [("陈卓", "confirmed", "admitted")]


def test_who_is_registered_online_may_come_in_where_there_is_room(app: APIFlask, door: Program, cast: Cast) -> None:
    made = door.post("/walk-ins", item(cast, phone="13800000002", same_person=True)).json
    assert (made["delegate"]["mode"], made["check_in"]["outcome"]) == ("in_person", "admitted")
    assert world(app, cast) == [("王敏", "confirmed", "admitted")]


def test_who_cancelled_comes_back(app: APIFlask, door: Program, cast: Cast, now: datetime) -> None:
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.chenzhuo_id, Doing(SYSTEM, now, cast.public_url))
    made = door.post("/walk-ins", item(cast, name="陈卓", phone="13800000003")).json
    assert (made["delegate"]["id"] == cast.chenzhuo_id, made["check_in"]["outcome"]) == (False, "admitted")
    assert world(app, cast) == [("陈卓", "confirmed", "admitted")]


def test_past_the_capacity_is_an_organisers_word(
    app: APIFlask, door: Program, office: Program, cast: Cast, now: datetime
) -> None:
    fill(app, cast, now)
    for said in ({}, {"beyond": True}):
        assert problem(door.post("/walk-ins", item(cast, **said))) == (409, "hall_full")
    assert problem(office.post("/walk-ins", item(cast))) == (409, "hall_full")
    assert world(app, cast) == []
    made = office.post("/walk-ins", item(cast, beyond=True)).json
    assert (made["past_capacity"], made["check_in"]["outcome"]) == (True, "admitted")
    with app.app_context():
        line = db.session().get_one(Line, (cast.meeting_id, Mode.IN_PERSON))
        assert (line.taken, line.granted) == (3, 1)
        kept = db.session().scalars(sa.select(Activity).where(Activity.verb == "delegate.walked_in")).one()
        assert kept.after["past_capacity"] is True
    assert world(app, cast) == [("孙明", "confirmed", "admitted")]


def test_an_organisers_browser_may_too(app: APIFlask, client: FlaskClient, cast: Cast, now: datetime) -> None:
    fill(app, cast, now)
    with app.app_context():
        own = tokens.create_for_browser(cast.zhouning_id, "东门", meeting_id=cast.meeting_id, now=now)
        hers = tokens.create_for_browser(cast.hejing_id, "东门", meeting_id=cast.meeting_id, now=now)
    assert problem(Program(client, hers, cast.slug).post("/walk-ins", item(cast, beyond=True))) == (409, "hall_full")
    made = Program(client, own, cast.slug).post("/walk-ins", item(cast, beyond=True))
    assert (made.status_code, made.json["past_capacity"]) == (201, True)


def test_a_steward_keeps_them_for_an_organisers_decision(
    app: APIFlask, door: Program, cast: Cast, now: datetime
) -> None:
    fill(app, cast, now)
    made = door.post("/walk-ins", item(cast, wait=True)).json
    assert (made["delegate"]["status"], made["check_in"], made["todo"]["code"]) == ("waitlisted", None, "hall_full")
    assert world(app, cast) == [("孙明", "waitlisted", "-")]


def test_who_stands_inside_a_full_hall_is_counted_and_flagged(
    app: APIFlask, door: Program, cast: Cast, now: datetime
) -> None:
    fill(app, cast, now)
    made = door.post("/walk-ins", item(cast, admitted_offline=True)).json
    assert (made["check_in"]["outcome"], made["check_in"]["flagged"], made["check_in"]["reason"]) == (
        "admitted",
        True,
        "unconfirmed",
    )
    assert made["todo"]["code"] == "hall_full"
    assert world(app, cast) == [("孙明", "waitlisted", "admitted")]


def test_a_full_unit_is_a_word_and_may_be_sent_again(app: APIFlask, door: Program, cast: Cast, now: datetime) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        units.edit(cast.meeting_id, cast.kenli_id, {"delegate_limit": 1}, doing)
    assert problem(door.post("/walk-ins", item(cast, admitted_offline=True))) == (409, "unit_full")
    with app.app_context():
        units.edit(cast.meeting_id, cast.kenli_id, {"delegate_limit": 2}, doing)
    assert door.post("/walk-ins", item(cast, admitted_offline=True)).status_code == 201
    assert world(app, cast) == [("孙明", "confirmed", "admitted")]


def test_a_closed_checkpoint_does_not_lose_the_person(app: APIFlask, door: Program, cast: Cast, now: datetime) -> None:
    with app.app_context():
        facts = checkpoints.CheckpointFacts("晚宴", CheckpointKind.MEAL, opens_at=now + timedelta(hours=5))
        point = checkpoints.add(cast.meeting_id, facts, Doing(SYSTEM, now, cast.public_url)).id
    made = door.post("/walk-ins", item(cast, checkpoint_id=point)).json
    assert (made["check_in"]["outcome"], made["todo"]["code"]) == ("refused", "closed")
    assert world(app, cast) == [("孙明", "confirmed", "refused")]


def test_who_watches_online_is_registered_and_not_let_in(app: APIFlask, door: Program, cast: Cast) -> None:
    made = door.post("/walk-ins", item(cast, mode="online")).json
    assert (made["delegate"]["mode"], made["check_in"], made["todo"]) == ("online", None, None)
    assert world(app, cast) == [("孙明", "confirmed", "-")]


def test_a_code_that_somebody_has_is_not_taken(door: Program, cast: Cast) -> None:
    made = door.post("/walk-ins", item(cast, code=cast.liran_code)).json
    assert made["delegate"]["code"] not in {cast.liran_code, None}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"nonce": ""}, "nonce"),
        ({"nonce": "n" * 65}, "nonce"),
        ({"name": "孙\x00明"}, "name"),
        ({"name": "名" * 51}, "name"),
        ({"phone": "abc"}, "phone"),
        ({"unit_id": None}, "unit"),
        ({"unit_id": 2**62}, "unit_id"),
        ({"unit_id": 2**70}, "unit_id"),
        ({"checkpoint_id": 999_999}, "checkpoint_id"),
        ({"code": "short"}, "code"),
        ({"unit_id": None, "unit": "某中心", "province": "999999"}, "province"),
        ({"mode": "by_post"}, "mode"),
        ({"scanned_at": "2026-07-19T08:00:00"}, "scanned_at"),
    ],
)
def test_bad_content_names_the_field(
    app: APIFlask, door: Program, cast: Cast, changes: dict[str, Any], field: str
) -> None:
    told = door.post("/walk-ins", item(cast, **changes))
    assert (problem(told), list(told.json["errors"])) == ((422, "malformed"), [field])
    assert world(app, cast) == []


def test_who_may(client: FlaskClient, cast: Cast) -> None:
    assert problem(Program(client, None, cast.slug).post("/walk-ins", item(cast)))[0] == 401
    assert problem(Program(client, cast.read, cast.slug).post("/walk-ins", item(cast)))[0] == 403


def test_an_archived_meeting_takes_nobody(app: APIFlask, door: Program, cast: Cast, now: datetime) -> None:
    with app.app_context():
        meetings.edit(cast.meeting_id, {"status": MeetingStatus.ARCHIVED}, Doing(SYSTEM, now, cast.public_url))
    assert problem(door.post("/walk-ins", item(cast))) == (409, "meeting_over")
    with app.app_context():
        found = db.session().scalars(sa.select(Delegate.status).where(Delegate.meeting_id == cast.meeting_id))
        assert set(found) == {DelegateStatus.CONFIRMED}
