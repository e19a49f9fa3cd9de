"""Online attendance by program: beats by one's own token, the attendance, viewing rooms, and the figures of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import AgendaRelease, AgendaSession, Beat, Viewer
from conference.rules import agenda
from conference.services import agenda_content, beats, delegates, merging
from conference.services.activity import SYSTEM
from conference.services.checkin import check_in
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.vocabulary import AgendaKind
from tests.cast import Cast
from tests.web.api.speaking import Program, faults, problem

BEAT = "/live/beats"
ROOM = {"place": "三楼会议室", "host": "王敏", "headcount": 12}


@pytest.fixture
def wangmin(client: FlaskClient, cast: Cast) -> Program:
    return Program(client, cast.wangmin_token, cast.slug)


def session_of(app: APIFlask, cast: Cast, begins: datetime, minutes: int) -> int:
    """A session of the agenda that is released."""
    with app.app_context(), db.transaction() as session:
        row = AgendaSession(
            meeting_id=cast.meeting_id, rank=1, kind=AgendaKind.EXCHANGE, title="经验交流",
            starts_at=begins, ends_at=begins + timedelta(minutes=minutes),
        )  # fmt: skip
        session.add(row)
        session.flush()
        content = agenda.written(agenda_content.draft(cast.meeting_id))
        session.add(AgendaRelease(meeting_id=cast.meeting_id, number=1, content=content, released_at=begins))
        return row.id


def beat(app: APIFlask, cast: Cast, who: int, *moments: datetime) -> None:
    with app.app_context():
        for moment in moments:
            beats.beat(cast.meeting_id, who, now=moment)


def attendance(organise: Program) -> list[dict[str, Any]]:
    answer = organise.get("/attendance")
    assert answer.status_code == 200, answer.json
    found: Any = answer.json
    return list(found["items"])


def present(organise: Program) -> tuple[Any, ...]:
    found: Any = organise.get("/figures").json
    return found["present"]["online"], found["present"]["online_by"], found["present"]["collective"]


def test_a_beat_is_attendance_and_a_figure_at_once(wangmin: Program, organise: Program, cast: Cast) -> None:
    assert present(organise) == (0, {"beats": 0, "platform": 0}, 0)
    for body in ({}, {"anything": 1}):
        answer = wangmin.post(BEAT, body)
        assert (answer.status_code, answer.data) == (204, b"")
    [entry] = attendance(organise)
    assert (entry["delegate_id"], entry["session_id"], entry["grade"]) == (cast.wangmin_id, None, "beats")
    assert 1.5 <= entry["minutes"] < 1.6
    assert present(organise) == (1, {"beats": 1, "platform": 0}, 0)


def test_only_a_confirmed_place_with_its_own_token_watches(
    app: APIFlask, client: FlaskClient, wangmin: Program, organise: Program, cast: Cast, now: datetime
) -> None:
    assert problem(Program(client, "nobody", cast.slug).post(BEAT, {})) == (401, "unauthenticated")
    assert problem(organise.post(BEAT, {})) == (403, "wrong_scope")
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.wangmin_id, Doing(SYSTEM, now, cast.public_url))
    assert problem(wangmin.post(BEAT, {})) == (409, "not_active")
    with app.app_context():
        assert (db.session().query(Beat).count(), db.session().query(Viewer).count()) == (0, 0)


def test_minutes_are_of_sessions_and_two_tabs_are_one(
    app: APIFlask, organise: Program, cast: Cast, now: datetime
) -> None:
    session_id = session_of(app, cast, now + timedelta(minutes=2), 10)
    seconds = [0, 30, 30, 45, 60, 90, 120, 3600]
    beat(app, cast, cast.wangmin_id, *(now + timedelta(seconds=one) for one in seconds))
    beat(app, cast, cast.liran_id, now + timedelta(minutes=5))
    # 李然 watched too, and from home: a page of two tells the rest by its cursor.
    first: Any = organise.get("/attendance", limit=2).json
    rest: Any = organise.get("/attendance", limit=2, cursor=first["next"]).json
    assert rest["next"] is None
    assert [(one["delegate_id"], one["session_id"], one["minutes"]) for one in first["items"] + rest["items"]] == [
        (cast.liran_id, session_id, 1.5),
        (cast.wangmin_id, session_id, 1.5),
        (cast.wangmin_id, None, 3.5),
    ]
    assert attendance(organise) == first["items"] + rest["items"]
    for limit in (1, 2, 3, 4):  # nobody is lost where a page ends with a person, nor where it ends within one
        assert organise.all("/attendance", limit) == first["items"] + rest["items"]
    with app.app_context():
        kept = db.session().get_one(Viewer, cast.wangmin_id)
        assert (kept.seconds, kept.first_at) == (300, now)
    assert faults(organise.get("/attendance", cursor="nonsense")) == {"cursor"}


def test_who_was_admitted_in_the_hall_is_not_counted_online_again(
    app: APIFlask, organise: Program, cast: Cast, now: datetime
) -> None:
    beat(app, cast, cast.liran_id, now)
    beat(app, cast, cast.wangmin_id, now)
    with app.app_context():
        check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "1"), Gate("东门"), now=now)
    assert present(organise) == (1, {"beats": 1, "platform": 0}, 0)
    assert [one["delegate_id"] for one in attendance(organise)] == [cast.liran_id, cast.wangmin_id]


def test_a_viewing_room_counts_once_it_is_approved(organise: Program, reader: Program, cast: Cast) -> None:
    made: Any = organise.post("/viewing-rooms", ROOM | {"unit_id": cast.kenli_id})
    assert made.status_code == 201
    room = made.json
    assert room == ROOM | {"id": room["id"], "unit_id": cast.kenli_id, "status": "pending"}
    assert present(organise) == (0, {"beats": 0, "platform": 0}, 0)
    for _ in range(2):
        approved: Any = organise.post(f"/viewing-rooms/{room['id']}/approve")
        assert (approved.status_code, approved.json) == (200, room | {"status": "approved"})
    assert present(organise) == (0, {"beats": 0, "platform": 0}, 12)
    seen: Any = reader.get("/viewing-rooms").json
    assert seen == {"items": [room | {"status": "approved", "host": None}], "next": None}
    assert problem(reader.post(f"/viewing-rooms/{room['id']}/approve")) == (403, "wrong_scope")
    assert problem(organise.post("/viewing-rooms/999999/approve")) == (404, "not_found")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"unit_id": 999_999}, "unit_id"),
        ({"headcount": 0}, "headcount"),
        ({"headcount": "12"}, "headcount"),
        ({"headcount": 10**9}, "headcount"),
        ({"place": "  "}, "place"),
        ({"host": "王" * 201}, "host"),
        ({"host": None}, "host"),
    ],
)
def test_a_viewing_room_that_cannot_be_is_told_why(
    organise: Program, cast: Cast, wrong: dict[str, Any], field: str
) -> None:
    assert faults(organise.post("/viewing-rooms", ROOM | {"unit_id": cast.kenli_id} | wrong)) == {field}
    assert organise.get("/viewing-rooms").json == {"items": [], "next": None}


def test_two_entries_of_one_person_watched_as_one(app: APIFlask, organise: Program, cast: Cast, now: datetime) -> None:
    beat(app, cast, cast.wangmin_id, now, now + timedelta(seconds=30))
    beat(app, cast, cast.chenzhuo_id, now + timedelta(seconds=60), now + timedelta(seconds=600))
    with app.app_context():
        merging.merge(cast.meeting_id, cast.wangmin_id, cast.chenzhuo_id, (), Doing(SYSTEM, now, cast.public_url))
        kept = db.session().get_one(Viewer, cast.wangmin_id)
        assert (kept.seconds, db.session().get(Viewer, cast.chenzhuo_id)) == (240, None)
    assert [(one["delegate_id"], one["minutes"]) for one in attendance(organise)] == [(cast.wangmin_id, 4.0)]
    assert present(organise) == (1, {"beats": 1, "platform": 0}, 0)
