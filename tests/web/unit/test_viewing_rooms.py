"""A unit declares where its people watch together; an organiser says whether it counts."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from PIL import Image

from conference import db
from conference.models import Activity, Meeting, StoredFile, ViewingRoom
from conference.services import attendance, delegates, retention, viewing_rooms
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.viewing_room_names import names_of
from conference.vocabulary import MeetingStatus, ViewingRoomStatus
from tests.cast import Cast

ROOM = {"place": "三楼会议室", "host": "王敏", "headcount": "12", "names": ""}
KIND = "multipart/form-data; boundary=x"
NAMED = ROOM | {"headcount": "", "names": "李然\n 王 敏 \n\n钱进"}


def picture(kind: str = "JPEG", size: tuple[int, int] = (2400, 1200)) -> bytes:
    """With the place where it was taken."""
    file, exif = io.BytesIO(), Image.Exif()
    exif[0x010E] = "SECRET-PLACE"
    Image.new("RGB", size, "grey").save(file, kind, exif=exif)
    return file.getvalue()


def with_photo(content: bytes, **more: str) -> dict[str, Any]:
    return ROOM | more | {"photo": (io.BytesIO(content), "收看.jpg")}


def _form(photo: bytes) -> bytes:
    """Written by hand: Werkzeug's client leaves a large form open on the disk."""
    part = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    fields = "".join(part.format(name, value) for name, value in ROOM.items())
    file = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n%b\r\n--x--\r\n'
    return fields.encode() + file % photo


def rooms(app: APIFlask) -> list[ViewingRoom]:
    with app.app_context():
        found = db.session().scalars(sa.select(ViewingRoom).order_by(ViewingRoom.id)).all()
        db.session().expunge_all()
        db.release()
        return list(found)


def test_declaring_twice_is_one_room_and_a_bad_form_none(app: APIFlask, client: FlaskClient, desk: str) -> None:
    page = f"{desk}viewing-rooms/"
    assert "还没有申报" in client.get(page).text
    for wrong in ({"place": ""}, {"headcount": "0"}, {"headcount": "x"}, {"headcount": ""}, {"names": "甲\n乙\n" * 7}):
        answer = client.post(f"{page}new", data=ROOM | wrong)
        assert (answer.status_code, "有几处需要改一下" in answer.text) == (422, True), wrong
    assert "少于名单人数：名单上有 14 人" in answer.text
    assert rooms(app) == []
    for _ in range(2):
        answer = client.post(f"{page}new", data=NAMED)
        assert (answer.status_code, answer.location) == (303, page)
    [room] = rooms(app)
    with app.app_context():
        assert (room.headcount, names_of(room)) == (3, ("李然", "王敏", "钱进"))
    assert "钱进".encode() not in (room.names_sealed or b"")
    shown = client.get(page).text
    assert ("三楼会议室" in shown, "待审核" in shown) == (True, True)


def test_a_photo_is_drawn_anew_and_goes_with_its_room(app: APIFlask, client: FlaskClient, desk: str) -> None:
    page = f"{desk}viewing-rooms/"
    too_large = client.post(f"{page}new", data=_form(b"\xff\xd8\xff" + b"0" * (8 * 1024 * 1024)), content_type=KIND)
    no_picture = client.post(f"{page}new", data=with_photo(b"%PDF-1.7 %%EOF"))
    assert (too_large.status_code, no_picture.status_code, rooms(app)) == (422, 422, [])
    assert "文件太大" in too_large.text
    assert client.post(f"{page}new", data=with_photo(picture())).status_code == 303
    [room] = rooms(app)
    answer = client.get(f"{page}{room.id}/photo")
    assert (answer.status_code, answer.mimetype, b"SECRET-PLACE" in answer.data) == (200, "image/jpeg", False)
    assert Image.open(io.BytesIO(answer.data)).size == (2000, 1000)
    assert client.post(f"{page}{room.id}", data=with_photo(picture("PNG", (30, 20)), headcount="15")).status_code == 303
    [changed] = rooms(app)
    assert (changed.headcount, changed.photo_id != room.photo_id) == (15, True)
    assert client.post(f"{page}{room.id}/away").status_code == 303
    with app.app_context():
        assert (rooms(app), db.session().scalars(sa.select(StoredFile)).all()) == ([], [])
        db.release()


def test_another_units_room_is_not_there(
    app: APIFlask, client: FlaskClient, desk: str, kenli_desk: str, cast: Cast
) -> None:
    client.post(f"{desk}viewing-rooms/new", data=with_photo(picture("PNG", (30, 20))))
    [room] = rooms(app)
    stranger = app.test_client()
    assert stranger.get(f"{desk}viewing-rooms/").status_code == 403
    theirs = stranger.get(f"/u/{kenli_desk}").location
    assert "三楼会议室" not in stranger.get(f"{theirs}viewing-rooms/").text
    for address in ("", "/photo", "/away"):
        assert stranger.get(f"{theirs}viewing-rooms/{room.id}{address}").status_code == 404
    for address in ("", "/away"):
        assert stranger.post(f"{theirs}viewing-rooms/{room.id}{address}", data=ROOM).status_code == 404
    assert [(one.id, one.headcount) for one in rooms(app)] == [(room.id, 12)]


def test_what_was_declined_is_mended_and_what_was_approved_stays(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast, now: datetime
) -> None:
    page = f"{desk}viewing-rooms/"
    client.post(f"{page}new", data=ROOM)
    [room] = rooms(app)
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        viewing_rooms.decline(cast.meeting_id, room.id, "人数和照片对不上", doing)
    assert "人数和照片对不上" in client.get(page).text
    assert client.post(f"{page}{room.id}", data=ROOM | {"headcount": "9"}).status_code == 303
    [mended] = rooms(app)
    assert (mended.status, mended.headcount, mended.reason) == (ViewingRoomStatus.PENDING, 9, "")
    with app.app_context():
        viewing_rooms.approve(cast.meeting_id, room.id, doing)
    late = client.post(f"{page}{room.id}", data=ROOM | {"headcount": "90"})
    assert (late.status_code, "已经有人处理过了" in late.text) == (422, True)
    with app.app_context():
        viewing_rooms.decline(cast.meeting_id, room.id, "请再核对", doing)
    client.post(f"{page}{room.id}", data=ROOM | {"headcount": "9"})  # it was right: looked at once more as it stands
    assert [(one.status, one.reason) for one in rooms(app)] == [(ViewingRoomStatus.PENDING, "")]
    with app.app_context():
        viewing_rooms.approve(cast.meeting_id, room.id, doing)
    client.post(f"{page}{room.id}/away")
    assert [one.headcount for one in rooms(app)] == [9]


def test_when_the_meeting_is_over_it_stays_as_it_is(app: APIFlask, client: FlaskClient, desk: str, cast: Cast) -> None:
    page = f"{desk}viewing-rooms/"
    client.post(f"{page}new", data=ROOM)
    [room] = rooms(app)
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    for address in ("new", str(room.id)):
        answer = client.post(f"{page}{address}", data=ROOM | {"headcount": "90"})
        assert (answer.status_code, "会议已结束" in answer.text) == (422, True)
    assert "会议已结束" in client.post(f"{page}{room.id}/away", follow_redirects=True).text
    assert [(one.id, one.headcount) for one in rooms(app)] == [(room.id, 12)]


def test_names_and_photo_go_when_they_are_due_and_the_figure_stays(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast, now: datetime
) -> None:
    client.post(f"{desk}viewing-rooms/new", data=NAMED | {"photo": (io.BytesIO(picture("PNG", (30, 20))), "a.png")})
    [room] = rooms(app)
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        viewing_rooms.approve(cast.meeting_id, room.id, doing)
        delegates.erase(cast.meeting_id, cast.wangmin_id, doing)
        db.release()
    [kept] = rooms(app)
    with app.app_context():
        assert (names_of(kept), kept.host, kept.headcount) == (("李然", "钱进"), "—", 3)
        viewing_rooms.correct(cast.meeting_id, room.id, 4, "钱进后来到的", doing)
        with db.transaction() as session:
            session.get_one(Meeting, cast.meeting_id).kept_until = now
        retention.expire(now + timedelta(days=1))
        [gone] = rooms(app)
        assert (gone.names_sealed, gone.photo_id, gone.host) == (None, None, "—")
        assert attendance.online(db.session().get_one(Meeting, cast.meeting_id)).collective == 4
        assert db.session().scalars(sa.select(StoredFile)).all() == []
        said = db.session().scalars(sa.select(Activity).where(Activity.subject == "viewing_room")).all()
        assert not any("钱进" in str(act.after) for act in said)
        db.release()
