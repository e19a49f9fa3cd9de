"""Who is inside, at the door and at the desk; everybody out by a button."""

from __future__ import annotations

import io
from datetime import datetime

import openpyxl
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.services import activity, checkin, figures, scans
from conference.services.scans import Gate, Scan
from tests.cast import Cast
from tests.recount import assert_whole


def come(app: APIFlask, cast: Cast, now: datetime) -> None:
    with app.app_context():
        for code in (cast.liran_code, cast.chenzhuo_code):
            checkin.check_in(cast.meeting_id, Scan(code, cast.venue_id, code), Gate("东门"), now=now)


def desk(cast: Cast, tail: str = "/inside") -> str:
    return f"/desk/{cast.slug}/checkpoints/{cast.venue_id}{tail}"


def test_the_door_sees_who_is_inside(app: APIFlask, hejing: FlaskClient, cast: Cast, now: datetime) -> None:
    address = f"/door/{cast.slug}/{cast.venue_id}/inside"
    assert "现在没有人在场" in hejing.get(address).text
    come(app, cast, now)
    page = hejing.get(address).text
    assert ("现在在场 2 人" in page, "李然" in page, "陈卓" in page) == (True, True, True)
    found = hejing.get(address, query_string={"q": "垦利", "start": "-5"}).text
    assert ("李然" in found, "陈卓" in found) == (False, True)
    assert hejing.get(address, query_string={"start": "9" * 30, "q": "\x00"}).status_code == 200
    assert hejing.get(desk(cast)).status_code == 403


def test_the_desk_has_a_list_to_take_along(app: APIFlask, zhouning: FlaskClient, cast: Cast, now: datetime) -> None:
    come(app, cast, now)
    assert "现在在场 2 人" in zhouning.get(desk(cast)).text
    assert "☐" in zhouning.get(desk(cast, "/inside/list")).text
    assert f'href="{desk(cast)}">2<' in zhouning.get(f"/desk/{cast.slug}/checkpoints").text
    made = zhouning.post(desk(cast, "/inside.xlsx"))
    sheet = openpyxl.load_workbook(io.BytesIO(made.data)).active
    assert [row[1] for row in sheet.iter_rows(values_only=True)] == ["姓名", "陈卓", "李然"]
    with app.app_context():
        taken = [act.after for act in activity.page(cast.meeting_id).items if act.verb == "delegates.exported"]
        assert taken == [{"count": 2}]


def test_everybody_is_out_once(app: APIFlask, zhouning: FlaskClient, cast: Cast, now: datetime) -> None:
    come(app, cast, now)
    page = zhouning.get(desk(cast, "/empty")).text
    assert "2 人全部记为离场" in page
    asked = page.partition('name="asked_at" value="')[2].partition('"')[0]
    for _ in range(2):
        assert zhouning.post(desk(cast, "/empty"), data={"asked_at": asked}).status_code == 303
    with app.app_context():
        told = [(e["outcome"], e["gate"]) for e in scans.feed(cast.meeting_id).items]
        assert told == [("admitted", "东门")] * 2 + [("left", "系统")] * 2
        assert (figures.of(cast.meeting_id, now=now).present, figures.of(cast.meeting_id, now=now).inside) == (2, 0)
        assert_whole(cast.meeting_id)
    for strange in ("", "x", "1e400", "nan", "9" * 40):
        assert zhouning.post(desk(cast, "/empty"), data={"asked_at": strange}).status_code == 303


def test_who_may(hejing: FlaskClient, client: FlaskClient, cast: Cast) -> None:
    for tail in ("/inside", "/inside/list", "/empty"):
        assert hejing.get(desk(cast, tail)).status_code == 403
        assert client.get(desk(cast, tail)).status_code == 303
    assert hejing.post(desk(cast, "/inside.xlsx")).status_code == 403
