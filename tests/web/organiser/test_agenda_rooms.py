"""Rooms of the agenda at the desk."""

from __future__ import annotations

from collections.abc import Callable

from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import AgendaSession
from conference.services import agenda_rooms
from conference.vocabulary import AgendaKind, Role
from tests.cast import Cast
from tests.web.organiser.test_agenda_people import opened

GOOD = {"name": "主会场", "location": "会议中心一楼", "seats": "400", "walk_minutes": "0"}


def test_a_room_is_added_edited_and_goes_when_nothing_is_held_there(
    app: APIFlask, desk: FlaskClient, cast: Cast
) -> None:
    base = f"/desk/{cast.slug}/agenda/rooms"
    assert desk.post(f"{base}/new", data=GOOD).status_code == 303
    assert desk.post(f"{base}/new", data=GOOD).status_code == 422  # sent again
    assert desk.post(f"{base}/new", data=GOOD | {"name": "分会场", "walk_minutes": "many"}).status_code == 422
    assert desk.post(f"{base}/new", data=GOOD | {"name": "分会场", "walk_minutes": ""}).status_code == 303
    with app.app_context():
        hall, other = (one.room.id for one in agenda_rooms.listed(cast.meeting_id))
    form = opened(desk, f"{base}/{hall}")
    assert desk.post(f"{base}/{hall}", data=GOOD | {"seats": "380"} | form).status_code == 303
    clash = desk.post(f"{base}/{hall}", data=GOOD | {"seats": "360"} | form)
    assert (clash.status_code, "用对方的：380" in clash.text) == (409, True)
    theirs = GOOD | {"seats": "360", "use-seats": "theirs"} | form
    assert desk.post(f"{base}/{hall}", data=theirs).status_code == 303
    assert desk.post(f"{base}/{other}/up").status_code == 303
    with app.app_context():
        rooms = [one.room for one in agenda_rooms.listed(cast.meeting_id)]
        assert [(one.name, one.seats) for one in rooms] == [("分会场", 400), ("主会场", 380)]
        with db.transaction() as session:
            session.add(
                AgendaSession(
                    meeting_id=cast.meeting_id, rank=0, kind=AgendaKind.SPEECH, title="开幕致辞", room_id=hall
                )
            )
    assert "开幕致辞" in desk.get(f"{base}/{hall}/away").text
    answer = desk.post(f"{base}/{hall}/away", follow_redirects=True)
    assert "还有别的内容用着它" in answer.text
    assert desk.post(f"{base}/{other}/away").status_code == 303
    with app.app_context():
        assert [one.room.id for one in agenda_rooms.listed(cast.meeting_id)] == [hall]


def test_who_may_not_change_a_room_sees_them(
    app: APIFlask, desk: FlaskClient, as_role: Callable[[Role], FlaskClient], cast: Cast
) -> None:
    base = f"/desk/{cast.slug}/agenda/rooms"
    desk.post(f"{base}/new", data=GOOD)
    viewer = as_role(Role.VIEWER)
    page = viewer.get(base)
    assert (page.status_code, "主会场" in page.text, "添加会场" in page.text) == (200, True, False)
    for address in ("new", "1", "1/away", "1/up"):
        assert viewer.post(f"{base}/{address}", data=GOOD).status_code == 403
