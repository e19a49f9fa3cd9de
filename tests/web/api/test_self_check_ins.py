"""Checking oneself in by program: one's own token, and the text that the screen shows."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conference import db
from conference.models import CheckIn
from conference.services import activity, delegates, here, registration
from conference.services.delegates import Doing
from conference.vocabulary import Mode, Origin
from tests.cast import Cast
from tests.recount import assert_whole
from tests.screen import open_wall
from tests.web.api.speaking import Program, faults, problem

ADDRESS = "/self-check-ins"


@pytest.fixture
def text(app: APIFlask, cast: Cast, now: datetime) -> str:
    """What the screen of the venue shows."""
    with app.app_context():
        open_wall(cast, now)
        shown = here.text(cast.venue_id, now)
        db.release()
    return shown


@pytest.fixture
def liran(client: FlaskClient, cast: Cast) -> Program:
    return Program(client, cast.liran_token, cast.slug)


def said(response: TestResponse) -> dict[str, Any]:
    """The answer to a check-in that was judged."""
    assert response.status_code == 200, response.json
    found: Any = response.json
    return dict(found)


def short(answer: dict[str, Any]) -> tuple[Any, ...]:
    return answer["outcome"], answer["reason"], answer["flagged"], answer["first_gate"]


def test_the_text_lets_its_reader_in_once(
    app: APIFlask, liran: Program, organise: Program, cast: Cast, text: str
) -> None:
    first = said(liran.post(ADDRESS, {"here": text}))
    again = said(liran.post(ADDRESS, {"here": f"{cast.public_url}/h/{text.lower()}"}))
    assert short(first) == ("admitted", None, False, None)
    assert first["delegate"]["name"] == "李然"
    assert short(again) == ("already", None, False, "自助签到")
    feed = organise.all("/check-ins")
    assert [(scan["gate"], scan["checkpoint_id"], scan["outcome"]) for scan in feed] == [
        ("自助签到", cast.venue_id, "admitted"),
        ("自助签到", cast.venue_id, "already"),
    ]
    figures: Any = organise.get("/figures").json
    assert figures["present"]["in_person"] == 1
    with app.app_context():
        assert_whole(cast.meeting_id)


def test_the_door_s_refusals_are_answers(client: FlaskClient, cast: Cast, text: str) -> None:
    online = said(Program(client, cast.wangmin_token, cast.slug).post(ADDRESS, {"here": text}))
    assert short(online) == ("refused", "wrong_mode", False, None)


def test_who_may(client: FlaskClient, organise: Program, everywhere: Program, meeting: Any, liran: Program) -> None:
    body = {"here": "x"}
    for token in (None, "nothing", "x" * 600):
        assert problem(Program(client, token, "promotion-2026").post(ADDRESS, body)) == (401, "unauthenticated")
    assert problem(organise.post(ADDRESS, body)) == (403, "wrong_scope")
    assert everywhere.post("/api/v1/meetings", meeting).status_code == 201
    assert problem(liran.post(f"/api/v1/meetings/{meeting['slug']}{ADDRESS}", body)) == (403, "wrong_meeting")
    assert problem(liran.post(f"/api/v1/meetings/nowhere{ADDRESS}", body)) == (404, "not_found")
    assert problem(liran.get("/delegates")) == (401, "unauthenticated")


def test_a_dead_link_is_no_token(app: APIFlask, liran: Program, cast: Cast, now: datetime, text: str) -> None:
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.liran_id, doing)
        db.release()
    assert short(said(liran.post(ADDRESS, {"here": text}))) == ("refused", "cancelled", False, None)
    with app.app_context():
        delegates.erase(cast.meeting_id, cast.liran_id, doing)
        db.release()
    assert problem(liran.post(ADDRESS, {"here": text})) == (401, "unauthenticated")


def test_old_forged_and_foreign_texts_write_nothing(
    app: APIFlask, liran: Program, everywhere: Program, meeting: Any, cast: Cast, now: datetime, text: str
) -> None:
    with app.app_context():
        old = here.text(cast.venue_id, now - timedelta(seconds=91))
    assert problem(liran.post(ADDRESS, {"here": old})) == (409, "here_expired")
    forged = text[:-2] + ("2" if text[-2] != "2" else "3") + text[-1]
    for body in ({"here": forged}, {"here": cast.liran_code}, {"here": "二维码\x00"}, {"here": ""}, {"here": 7}, {}):
        assert faults(liran.post(ADDRESS, body)) == {"here"}
    with app.app_context():
        assert db.session().scalars(sa.select(sa.func.count(CheckIn.id))).one() == 0


def test_a_text_of_another_meeting_is_an_unknown_id(
    app: APIFlask, client: FlaskClient, everywhere: Program, small: Program, cast: Cast, now: datetime, text: str
) -> None:
    unit: Any = small.post("/units", {"name": "太原市民政局", "province": "140000", "kind": "member"}).json
    person = {"name": "陈卓", "unit_id": unit["id"], "mode": "in_person", "phone": "13800000009"}
    place: Any = small.post("/delegates", person).json
    token = place["access_url"].rpartition("/")[2]
    stranger = Program(client, token, small.base.rpartition("/")[2])
    assert faults(stranger.post(ADDRESS, {"here": text})) == {"here"}


def test_a_second_entry_lets_the_person_in_and_tells_nothing_of_the_first(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, text: str
) -> None:
    with app.app_context():
        made = registration.register(
            cast.meeting_id,
            registration.Entry(name="李然", unit_id=cast.kenli_id, mode=Mode.IN_PERSON, phone="13800000001"),
            actor=activity.SYSTEM,
            origin=Origin.PUBLIC,
            public_url=cast.public_url,
            now=now,
        )
        db.release()
    told = said(Program(client, made.token, cast.slug).post(ADDRESS, {"here": text}))
    assert told["outcome"] == "admitted"
    assert told["delegate"]["unit"]["id"] == cast.kenli_id
    assert told["delegate"]["position"] == ""
