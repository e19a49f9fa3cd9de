"""Viewing rooms at the desk: approved, declined, set right."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Activity, ViewingRoom
from conference.services import viewing_rooms
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.viewing_rooms import RoomFacts
from conference.vocabulary import Role, ViewingRoomStatus
from tests.cast import Cast


@pytest.fixture
def room(app: APIFlask, cast: Cast, now: datetime) -> int:
    with app.app_context():
        facts = RoomFacts(cast.yuquan_id, "三楼会议室", "王敏", 12, ("钱进", "孙明"))
        made = viewing_rooms.declare(cast.meeting_id, facts, Doing(SYSTEM, now, cast.public_url))
        db.release()
        return made.id


def stands(app: APIFlask, room: int) -> tuple[ViewingRoomStatus, int, str]:
    with app.app_context():
        found = db.session().get_one(ViewingRoom, room)
        db.release()
        return found.status, found.headcount, found.reason


def test_a_room_is_approved_corrected_and_declined(app: APIFlask, desk: FlaskClient, cast: Cast, room: int) -> None:
    base = f"/desk/{cast.slug}/attendance/viewing-rooms"
    assert "三楼会议室" in desk.get(f"{base}/").text
    shown = desk.get(f"{base}/{room}").text
    assert ("钱进、孙明" in shown, "更正人数" in shown) == (True, False)
    assert desk.post(f"{base}/{room}/headcount", data={"headcount": "9", "reason": "早了"}).status_code == 404
    for _ in range(2):
        assert desk.post(f"{base}/{room}/approve").status_code == 303
    assert stands(app, room) == (ViewingRoomStatus.APPROVED, 12, "")
    for wrong in ({"headcount": ""}, {"headcount": "0"}, {"reason": " "}):
        answer = desk.post(f"{base}/{room}/headcount", data={"headcount": "9", "reason": "照片上是九人"} | wrong)
        assert (answer.status_code, "有几处需要改一下" in answer.text) == (422, True)
    for _ in range(2):
        good = desk.post(f"{base}/{room}/headcount", data={"headcount": "9", "reason": "照片上是九人"})
        assert good.status_code == 303
    older = {"headcount": "60", "reason": "照片上", "seen": "of an older page"}
    late = desk.post(f"{base}/{room}/headcount", data=older)
    assert (late.status_code, "别人改过这里" in late.text) == (422, True)
    assert stands(app, room) == (ViewingRoomStatus.APPROVED, 9, "")
    assert desk.post(f"{base}/{room}/decline", data={"reason": ""}).status_code == 422
    assert desk.post(f"{base}/{room}/decline", data={"reason": "没有开成"}).status_code == 303
    assert stands(app, room) == (ViewingRoomStatus.DECLINED, 9, "没有开成")
    with app.app_context():
        acts = db.session().scalars(sa.select(Activity).where(Activity.subject == "viewing_room").order_by(Activity.id))
        said = [(act.verb, act.after.get("headcount"), act.after.get("reason")) for act in acts]
        assert said == [
            ("viewing_room.declared", 12, None),
            ("viewing_room.approved", 12, None),
            ("viewing_room.corrected", 9, "照片上是九人"),
            ("viewing_room.declined", 9, "没有开成"),
        ]
        db.release()
    assert "更正集体收看人数" in desk.get(f"/desk/{cast.slug}/activity").text


def test_what_the_unit_changed_meanwhile_is_looked_at_again(
    app: APIFlask, desk: FlaskClient, cast: Cast, room: int, now: datetime
) -> None:
    page = f"/desk/{cast.slug}/attendance/viewing-rooms/{room}"
    shown = re.findall(r'name="seen"[^>]*value="(\w+)"', desk.get(page).text)
    assert (len(shown), len(set(shown))) == (2, 1)
    with app.app_context():
        more = RoomFacts(cast.yuquan_id, "三楼会议室", "王敏", 90)
        viewing_rooms.change(cast.meeting_id, room, more, Doing(SYSTEM, now, cast.public_url))
        db.release()
    approved = desk.post(f"{page}/approve", data={"seen": shown[0]}, follow_redirects=True)
    declined = desk.post(f"{page}/decline", data={"seen": shown[0], "reason": "人数不对"})
    assert ("别人改过这里" in approved.text, ">90<" in approved.text) == (True, True)
    assert ("别人改过这里" in declined.text, declined.status_code) == (True, 422)
    assert stands(app, room) == (ViewingRoomStatus.PENDING, 90, "")
    again = re.findall(r'name="seen"[^>]*value="(\w+)"', declined.text)
    assert desk.post(f"{page}/approve", data={"seen": again[0]}).status_code == 303
    assert stands(app, room) == (ViewingRoomStatus.APPROVED, 90, "")


def test_who_may_not_sees_and_changes_nothing(
    app: APIFlask, client: FlaskClient, as_role: Callable[[Role], FlaskClient], cast: Cast, room: int
) -> None:
    base = f"/desk/{cast.slug}/attendance/viewing-rooms"
    for browser in (client, as_role(Role.DOOR)):
        for address in ("/", f"/{room}", f"/{room}/photo"):
            assert browser.get(base + address).status_code in {302, 303, 403}
        assert browser.post(f"{base}/{room}/approve").status_code in {302, 303, 403}
    assert stands(app, room) == (ViewingRoomStatus.PENDING, 12, "")
