"""Attendance reports of outside rooms at the desk: handed in, brought in, settled, taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Meeting, PlatformReport, PlatformStay
from conference.services import attendance
from conference.vocabulary import PlatformMatch, Role
from tests.cast import Cast
from tests.documents import workshop

REPORT = "用户昵称,入会时间,退会时间\n王敏,09:00,10:00\n李冉,09:00,10:00\n某人,09:00,10:00\n".encode("gb18030")


def send(browser: FlaskClient, cast: Cast, data: bytes, name: str = "参会记录.csv") -> Any:
    """What a browser sends; put together here, since the test client leaves large ones open."""
    head = f'--limit\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'.encode()
    body = head + data + b"\r\n--limit--\r\n"
    type_ = "multipart/form-data; boundary=limit"
    return browser.post(f"/desk/{cast.slug}/platform-reports", data=body, content_type=type_)


def stand(app: APIFlask) -> dict[int, tuple[PlatformMatch, int | None]]:
    with app.app_context():
        rows = db.session().execute(sa.select(PlatformStay.row, PlatformStay.match, PlatformStay.delegate_id))
        return {row: (match, who) for row, match, who in rows}


def test_lines_that_give_no_minutes_of_a_session_are_told_and_do_not_count(
    app: APIFlask, desk: FlaskClient, cast: Cast
) -> None:
    with app.app_context():
        day = db.session().get_one(Meeting, cast.meeting_id).starts_at.date()
    report = (
        "姓名,签到时间,签退时间,时长（分钟）\n"
        f"王敏,2001-07-19 09:00,2001-07-19 10:00,60\n李然,{day} 23:00,{day} 23:00,0\n陈卓,,,80\n陈卓,,,80\n"
        f"某人,,,0\n王敏,2001-07-19 09:00,2001-07-19 08:00,60\n王敏,2099-07-19 09:00,2099-07-19 10:00,60\n"
    )
    address = send(desk, cast, report.encode("gb18030")).location
    for asked in range(2):
        page = desk.get(address).text
        for text in ("行的时间不在会议期间", "2 行是 0 分钟", "行只有时长", "1 行的时间还没有到"):
            assert text in page
        if not asked:
            assert "1 行和前面的一行完全相同" in page
            assert "1 行的退会时间早于入会时间" in page
        desk.post(f"{address}/import")
    assert stand(app)[3][0] is stand(app)[6][0] is PlatformMatch.IGNORED  # of no time: nothing to be settled
    with app.app_context():
        meeting = db.session().get_one(Meeting, cast.meeting_id)
        entries, _more = attendance.page(meeting, 0, 10, now=meeting.ends_at)
        assert [(one.delegate_id, one.session_id, one.minutes) for one in entries] == [(cast.chenzhuo_id, None, 80)]
        assert attendance.online(meeting).platform == 1
        db.release()


def test_from_the_upload_to_the_last_doubtful_one(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    assert "还没有参会记录" in desk.get(f"/desk/{cast.slug}/platform-reports").text
    answer = send(desk, cast, REPORT)
    assert answer.status_code == 303
    address = answer.location
    page = desk.get(address).text
    for text in ("参会记录.csv", "导入 3 行", "已对上", "待核对", "没有对上", "李然 · 呼和浩特市玉泉区民政局"):
        assert text in page
    assert stand(app) == {}
    assert "还没有导入" in desk.get(f"/desk/{cast.slug}/platform-reports").text
    assert "已经计入线上出席" in desk.post(f"{address}/import", follow_redirects=True).text
    assert "什么也没有改动" in desk.post(f"{address}/import", follow_redirects=True).text
    again = send(desk, cast, REPORT, "again.csv")
    assert (again.location, "已经传过" in desk.get(again.location).text) == (address, True)
    doubtful = f"{address}/lines/3"
    page = desk.get(doubtful).text
    seen = page.partition('name="seen"')[2].partition('value="')[2].partition('"')[0]
    assert ("0001 李然" in page, seen) == (True, "doubtful 0 0")
    assert desk.post(doubtful, data={"seen": seen}).status_code == 422
    assert desk.post(doubtful, data={"who": "number", "number": "9999", "seen": seen}).status_code == 422
    assert desk.post(doubtful, data={"who": "999999", "seen": seen}).status_code == 422
    assert desk.post(doubtful, data={"who": cast.liran_id, "seen": seen}).location == address
    other = desk.post(doubtful, data={"who": "nobody", "seen": seen})
    assert (other.status_code, "人工核定" in other.text) == (422, True)
    by_number = desk.post(f"{address}/lines/4", data={"who": "number", "number": "3", "seen": "nobody 0 0"})
    assert by_number.status_code == 303
    assert stand(app) == {
        2: (PlatformMatch.SURE, cast.wangmin_id),
        3: (PlatformMatch.SETTLED, cast.liran_id),
        4: (PlatformMatch.SETTLED, cast.chenzhuo_id),
    }
    assert "李冉" in desk.get(f"{address}?match=settled").text
    record = desk.get(f"/desk/{cast.slug}/activity").text
    assert ("核定参会记录是谁的" in record, "导入外部会议室的参会记录" in record) == (True, True)
    assert "已撤回" in desk.post(f"{address}/take-back", follow_redirects=True).text
    assert "不计入线上出席" in desk.get(address).text
    assert desk.post(f"{address}/restore").status_code == 303


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        ("姓名,手机\n李然,13800000001\n".encode(), "名单.csv", "要有一列姓名"),
        (b"PK\x03\x04 no workbook", "a.xlsx", "已损坏"),
        (b"\x00\x01\x02\x03" * 999, "a.csv", "这不是表格文件"),
        ("名单\n李然\n".encode(), "a.XLSX", "这不是表格文件"),
        (b"x" * (5 * 1024 * 1024 + 1), "a.csv", "上限 5 MB"),
        ("姓名,入会时间\n".encode() + "李然,09:00\n".encode() * 20_001, "a.csv", "行数太多"),
        (b"", "a.csv", "文件是空的"),
    ],
)  # fmt: skip
def test_what_is_no_report_is_told_beside_the_file(
    app: APIFlask, desk: FlaskClient, cast: Cast, data: bytes, name: str, said: str
) -> None:
    answer = send(desk, cast, data, name)
    assert (answer.status_code, said in answer.text) == (422, True)
    with app.app_context():
        assert db.session().scalars(sa.select(PlatformReport)).all() == []


def test_a_hostile_workbook_is_not_opened(desk: FlaskClient, cast: Cast) -> None:
    doctype = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "b">]>'
    answer = send(desk, cast, workshop.bare(doctype + b"<worksheet>&b;</worksheet>"), "a.xlsx")
    assert (answer.status_code, "DOCTYPE" in answer.text) == (422, True)


def test_who_may_not_sees_nothing_and_changes_nothing(
    app: APIFlask, desk: FlaskClient, client: FlaskClient, as_role: Callable[[Role], FlaskClient], cast: Cast
) -> None:
    address = send(desk, cast, REPORT).location
    for browser in (client, as_role(Role.DOOR)):
        seen = browser.get(address)
        assert (seen.status_code in {302, 303, 403, 404}, "王敏" in seen.text) == (True, False)
        assert send(browser, cast, b"x").status_code != 200
        assert browser.post(f"{address}/import").status_code in {302, 303, 403, 404}
        assert browser.post(f"{address}/take-back").status_code in {302, 303, 403, 404}
    assert stand(app) == {}
    desk.post(f"{address}/import")
    assert len(stand(app)) == 3
    assert desk.get(f"/desk/{cast.slug}/platform-reports/999999").status_code == 404
    assert desk.get(f"{address}/lines/99").status_code == 404
    assert desk.get(f"{address}?match=nothing&page=999999999").status_code == 200
