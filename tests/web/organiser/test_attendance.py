"""The attendance ledger: figures that open, one person whole, corrections, and the workbook."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import (
    AttendanceCorrection,
    Beat,
    Broadcast,
    Delegate,
    Meeting,
    PlatformReport,
    PlatformStay,
    StillHere,
    Viewer,
)
from conference.services import (
    attendance_ledger,
    delegates,
    links,
    merging,
    own_attendance,
    own_data,
    platform_files,
    viewing_rooms,
)
from conference.services.activity import SYSTEM
from conference.services.attendance_ledger import Wanted
from conference.services.checkin import check_in
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.services.viewing_rooms import RoomFacts
from conference.vocabulary import Attended, Direction, PlatformMatch, Role, Viewership
from tests.agendas import Morning, a_morning, noon
from tests.cast import Cast
from tests.web.delegate.own_page import open_page, prove


@dataclass(frozen=True)
class Day:
    morning: Morning
    begins: datetime
    now: datetime


@pytest.fixture
def day(app: APIFlask, cast: Cast, now: datetime) -> Day:
    """The opening began 80 minutes ago: 李然 is in the hall of it and leaves; 王敏 watches twenty minutes of it, which
    the outside room says too; 陈卓 is in that room during the exchange.
    """
    begins = now - timedelta(minutes=80)
    with app.app_context():
        noon(cast.meeting_id, now)
        morning = a_morning(cast.meeting_id, begins=begins)
        for minutes, direction in ((5, Direction.IN), (50, Direction.OUT)):
            at = begins + timedelta(minutes=minutes)
            scan = Scan(cast.liran_code, cast.venue_id, f"scan-{minutes:04}", direction, scanned_at=at)
            check_in(cast.meeting_id, scan, Gate("东门"), now=now)
        with db.transaction() as session:
            for half in range(40):
                at = begins + timedelta(minutes=10, seconds=30 * half)
                session.add(Beat(meeting_id=cast.meeting_id, delegate_id=cast.wangmin_id, at=at))
            session.add(Viewer(delegate_id=cast.wangmin_id, meeting_id=cast.meeting_id, first_at=begins, until=now))
            report = PlatformReport(meeting_id=cast.meeting_id, sha256="0" * 64, added_at=now, brought_in_at=now)
            session.add(report)
            session.flush()
            stays = ((cast.wangmin_id, 0, 15), (cast.chenzhuo_id, 65, 75))
            for row, (who, first, last) in enumerate(stays):
                at = begins + timedelta(minutes=first)
                stay = PlatformStay(report_id=report.id, meeting_id=cast.meeting_id, row=row, joined_at=at)
                stay.left_at, stay.match = begins + timedelta(minutes=last), PlatformMatch.SURE
                stay.delegate_id, stay.seconds = who, (last - first) * 60
                session.add(stay)
        doing = Doing(SYSTEM, now, cast.public_url)
        rooms = [
            viewing_rooms.declare(cast.meeting_id, RoomFacts(cast.yuquan_id, place, "孙立", heads), doing)
            for place, heads in (("三楼", 12), ("四楼", 30))
        ]
        viewing_rooms.approve(cast.meeting_id, rooms[0].id, doing)
        db.release()
    return Day(morning, begins, now)


def test_what_is_kept_of_somebodys_attendance_is_in_their_own_data(
    app: APIFlask, desk: FlaskClient, cast: Cast, day: Day
) -> None:
    page = f"/desk/{cast.slug}/attendance/people/{cast.wangmin_id}"
    form = {"session": str(day.morning.opening), "minutes": "33", "reason": "断网"}
    assert desk.post(f"{page}/corrections", data=form).status_code == 303
    with app.app_context():
        with db.transaction() as session:
            mine = sa.update(PlatformStay).where(PlatformStay.delegate_id == cast.wangmin_id)
            session.execute(mine.values(facts_sealed=platform_files.facts_sealed(("王敏（线上）", "", "", ""))))
        link = links.by_token(cast.wangmin_token)
        assert link is not None
        told = own_data.of_link(link, now=day.now).plain()["attendance"]
        at = [(day.begins + timedelta(minutes=n)).astimezone(UTC).isoformat() for n in (0, 10, 15, 31)]
        assert told["watched"] == [{"begins": at[1], "ends": at[3], "grade": "beats"}]
        said = {"said": ["王敏（线上）"], "joined_at": at[0], "left_at": at[2], "seconds": 900, "grade": "platform"}
        assert told["reported"] == [said]
        assert [(one["session"], one["minutes"], one["reason"]) for one in told["corrected"]] == [
            ("开幕和主旨发言", 33, "断网")
        ]
        assert own_attendance.own_data(cast.liran_id) == own_attendance.OwnAttendance()
        db.release()
    browser = app.test_client()
    address = open_page(browser, cast.wangmin_token)
    prove(browser, address, "download", "0002")
    said_there = browser.get(address + "data").text
    assert all(text in said_there for text in ("王敏（线上）", "15 分钟", "更正为 33 分钟", "断网", "本站观看记录"))


def figures(app: APIFlask, cast: Cast, day: Day) -> tuple[dict[str, list[int]], list[int], list[int]]:
    """By session, then 人数 and 人次, each in the order of `Attended`."""
    with app.app_context():
        found = attendance_ledger.of(db.session().get_one(Meeting, cast.meeting_id), now=day.now)
        db.release()
    sessions = {one.session.title: list(one.people.values()) for one in found.sessions}
    assert [(one.rooms, one.headcount) for one in found.collective] == [(1, 12)]
    assert found.unseen + sum(found.people.values()) == 3  # the cast has places
    return sessions, list(found.people.values()), list(found.times.values())


def behind(app: APIFlask, cast: Cast, day: Day, **wanted: object) -> list[str]:
    with app.app_context():
        meeting = db.session().get_one(Meeting, cast.meeting_id)
        page = attendance_ledger.page(meeting, Wanted(**wanted), now=day.now)  # type: ignore[arg-type]  # as named
        assert page.total == len(page.people)
        db.release()
    return [one.name for one in page.people]


def test_each_person_counts_once_a_session_by_the_strongest_evidence(app: APIFlask, cast: Cast, day: Day) -> None:
    by_session, people, times = figures(app, cast, day)
    assert by_session == {"开幕和主旨发言": [1, 1, 0, 0], "经验交流": [0, 0, 1, 0]}
    assert (people, times) == ([1, 1, 1, 0], [1, 1, 1, 0])
    opening, exchange = day.morning.opening, day.morning.exchange
    for session_id, how, names in (
        (opening, Attended.HALL, ["李然"]),
        (opening, Attended.BEATS, ["王敏"]),
        (opening, Attended.PLATFORM, []),
        (exchange, None, ["陈卓"]),
        (None, Attended.PLATFORM, ["陈卓"]),
    ):
        assert behind(app, cast, day, session_id=session_id, how=how) == names
    assert behind(app, cast, day, unit_id=cast.kenli_id) == ["陈卓"]


def test_the_page_opens_each_figure_and_keeps_the_evidence_beside_a_correction(
    app: APIFlask, desk: FlaskClient, cast: Cast, day: Day
) -> None:
    base, opening = f"/desk/{cast.slug}/attendance", day.morning.opening
    index = desk.get(f"{base}/").text
    assert f"{base}/people?session={opening}&amp;how=hall" in index
    assert ("集体收看" in index, "三楼" in index) == (True, False)
    people = desk.get(f"{base}/people?session={opening}&how=beats").text
    assert ("王敏" in people, "李然" in people, ">21<" in people) == (True, False, True)
    junk = desk.get(f"{base}/people?session=999&how=junk&unit=x&start=-4")
    assert (junk.status_code, "李然" in junk.text) == (200, True)
    person = f"{base}/people/{cast.wangmin_id}"
    assert desk.get(f"{base}/people/999999").status_code == 404
    good = {"session": str(opening), "minutes": "55", "reason": "网络断了，本人说明"}
    for wrong in (
        {"session": "999"},
        {"session": "x"},
        {"minutes": ""},
        {"minutes": "-1"},
        {"minutes": "1441"},
        {"reason": ""},
    ):
        answer = desk.post(f"{person}/corrections", data=good | wrong)
        assert (answer.status_code, "有几处需要改一下" in answer.text) == (422, True), wrong
    longer = desk.post(f"{person}/corrections", data=good | {"minutes": "300"})
    assert (longer.status_code, "比这一场的时长还多" in longer.text) == (422, True)
    for _ in range(2):
        assert desk.post(f"{person}/corrections", data=good | {"seen": "0"}).status_code == 303
    late = desk.post(f"{person}/corrections", data=good | {"seen": "0", "minutes": "5"})
    assert (late.status_code, "别人改过这里" in late.text) == (422, True)  # a colleague's page is older
    shown = desk.get(person).text
    assert [word in shown for word in ("55 分钟", ">21<", ">15<", "网络断了，本人说明", "周宁")] == [True] * 5
    assert figures(app, cast, day)[0]["开幕和主旨发言"] == [1, 0, 0, 1]
    desk.post(f"{person}/corrections", data=good | {"minutes": "0"})
    assert figures(app, cast, day)[0]["开幕和主旨发言"] == [1, 0, 0, 0]
    back = good | {"minutes": "", "take_back": "y", "reason": "更正错了人"}
    for _ in range(2):
        assert desk.post(f"{person}/corrections", data=back).status_code == 303
    assert figures(app, cast, day)[0]["开幕和主旨发言"] == [1, 1, 0, 0]  # the evidence counts again
    nothing = desk.post(f"{person}/corrections", data=back | {"reason": "再撤销一次"})
    assert (nothing.status_code, "没有更正可以撤销" in nothing.text) == (422, True)
    assert "撤销更正" in desk.get(person).text
    with app.app_context():
        kept = db.session().scalars(sa.select(AttendanceCorrection.minutes).order_by(AttendanceCorrection.id)).all()
        assert kept == [55, 0, None]
        assert db.session().scalar(sa.select(sa.func.count()).select_from(Beat)) == 40
        db.release()
    assert "更正出席" in desk.get(f"/desk/{cast.slug}/activity").text


def test_the_workbook_holds_four_sheets_and_reckons_nothing(
    app: APIFlask, desk: FlaskClient, cast: Cast, day: Day
) -> None:
    with app.app_context(), db.transaction() as session:
        session.get_one(Delegate, cast.liran_id).name = "=1+1"
    desk.post(
        f"/desk/{cast.slug}/attendance/people/{cast.chenzhuo_id}/corrections",
        data={"session": str(day.morning.exchange), "minutes": "30", "reason": "@整场都在"},
    )
    answer = desk.post(f"/desk/{cast.slug}/attendance/ledger.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.data))
    assert book.sheetnames == ["按场次", "按人", "集体收看", "更正"]
    assert [row[3:7] for row in book["按场次"].iter_rows(min_row=2, values_only=True)] == [
        (1, 1, 0, 0), (0, 0, 0, 1), (1, 1, 1, 0), (1, 1, 0, 1),
    ]  # fmt: skip
    people = {row[1]: row for row in book["按人"].iter_rows(min_row=2, values_only=True)}
    assert set(people) == {"=1+1", "王敏", "陈卓"}
    assert book["按人"]["B2"].data_type == "s"
    assert (people["王敏"][0], people["王敏"][3:10]) == ("0002", (1, 21, 15, 0, "未达到", 23, 21))
    assert people["王敏"][10] == "本站 21 分钟；外部会议室 15 分钟"
    assert people["=1+1"][10].startswith("现场 ")
    assert people["陈卓"][11] == "更正为 30 分钟；外部会议室 10 分钟"
    assert [row[3] for row in book["集体收看"].iter_rows(min_row=2, values_only=True)] == [30, 12]  # what waits first
    assert [row[1:6] for row in book["更正"].iter_rows(min_row=2, values_only=True)] == [
        ("陈卓", "东营市垦利区民政局", "经验交流", 30, "@整场都在")
    ]


def test_a_length_alone_stands_outside_the_sessions(app: APIFlask, desk: FlaskClient, cast: Cast, day: Day) -> None:
    with app.app_context(), db.transaction() as session:
        stay = session.scalars(sa.select(PlatformStay).where(PlatformStay.delegate_id == cast.chenzhuo_id)).one()
        stay.joined_at = stay.left_at = None
        stay.seconds = 80 * 60
    page = f"/desk/{cast.slug}/attendance/people"
    person = desk.get(f"{page}/{cast.chenzhuo_id}").text
    row = person.partition("场次以外")[2].partition("</tr>")[0]
    assert ("只有时长的报表" in row, ">80<" in row) == (True, True)
    assert "场次以外" not in desk.get(f"{page}/{cast.liran_id}").text
    assert ">80<" in desk.get(f"{page}?unit={cast.kenli_id}").text
    assert ">80<" not in desk.get(f"{page}?unit={cast.kenli_id}&session={day.morning.exchange}").text
    answer = desk.post(f"/desk/{cast.slug}/attendance/ledger.xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.data))["按人"]
    people = {row[1]: row for row in sheet.iter_rows(min_row=2, values_only=True)}
    assert (sheet["G1"].value, people["陈卓"][3:7]) == ("其中场次以外（分钟）", (0, 0, 80, 80))


def test_who_attended_as_much_as_is_asked_for_is_counted_filtered_and_reckoned_openly(
    app: APIFlask, desk: FlaskClient, cast: Cast, day: Day
) -> None:
    base = f"/desk/{cast.slug}/attendance"
    assert "全部线上可看场次的 80%（还没有另选场次）" in desk.get(f"{base}/").text
    with app.app_context(), db.transaction() as session:
        row = Broadcast(meeting_id=cast.meeting_id, audience=Viewership.DELEGATES, changed_at=day.now)
        row.threshold_percent, row.threshold_session_ids = 50, [day.morning.opening]
        session.add(row)
        for number, answered_at in ((1, None), (2, day.now)):
            asked = StillHere(meeting_id=cast.meeting_id, delegate_id=cast.wangmin_id, number=number)
            asked.asked_at, asked.answered_at = day.begins, answered_at
            session.add(asked)
    index = desk.get(f"{base}/").text
    assert "出席下面这些场次的 50%：开幕和主旨发言" in index
    tiles = index.partition('id="reached"')[2]
    assert [tiles.partition(f"reached={one}")[2].partition('figure-number">')[2][0] for one in ("yes", "no")] == [
        "1",
        "2",
    ]
    for wished, names in (("yes", ["李然"]), ("no", ["王敏", "陈卓"]), ("junk", ["李然", "王敏", "陈卓"])):
        shown = desk.get(f"{base}/people?reached={wished}").text
        assert [name for name in ("李然", "王敏", "陈卓") if name in shown] == names
    assert "35%" in desk.get(f"{base}/people?reached=no").text
    person = desk.get(f"{base}/people/{cast.wangmin_id}").text
    for text in ("未达到", "35%", "21 / 60 分钟", "问过 2 次“还在看吗”，答了 1 次"):
        assert text in person
    assert "一次也没有答" not in person
    good = {"session": str(day.morning.opening), "minutes": "30", "reason": "网络断了"}
    desk.post(f"{base}/people/{cast.wangmin_id}/corrections", data=good)
    assert "30 / 60 分钟" in desk.get(f"{base}/people/{cast.wangmin_id}").text
    assert "王敏" in desk.get(f"{base}/people?reached=yes").text
    book = openpyxl.load_workbook(io.BytesIO(desk.post(f"{base}/ledger.xlsx").data))["按人"]
    assert {row[1]: row[7:10] for row in book.iter_rows(min_row=2, values_only=True)} == {
        "李然": ("达到", 100, 60),
        "王敏": ("达到", 50, 30),
        "陈卓": ("未达到", 0, 0),
    }


def test_the_overview_shows_online_and_collective_apart(desk: FlaskClient, cast: Cast, day: Day) -> None:
    shown = desk.get(f"/desk/{cast.slug}/").text
    assert "本站 1 · 外部会议室 1" in shown
    assert "单位申报、已通过的人数" in shown


def test_a_merged_place_brings_its_corrections_and_an_erased_one_loses_the_words(
    app: APIFlask, desk: FlaskClient, cast: Cast, day: Day
) -> None:
    good = {"session": str(day.morning.opening), "minutes": "40", "reason": "王敏本人来电"}
    desk.post(f"/desk/{cast.slug}/attendance/people/{cast.wangmin_id}/corrections", data=good)
    with app.app_context():
        doing = Doing(SYSTEM, day.now, cast.public_url)
        merging.merge(cast.meeting_id, cast.chenzhuo_id, cast.wangmin_id, (), doing)
        db.release()
    assert behind(app, cast, day, session_id=day.morning.opening, how=Attended.CORRECTED) == ["陈卓"]
    with app.app_context():
        delegates.erase(cast.meeting_id, cast.chenzhuo_id, Doing(SYSTEM, day.now, cast.public_url))
        kept = db.session().scalars(sa.select(AttendanceCorrection)).one()
        assert (kept.minutes, kept.reason) == (40, "")
        db.release()


def test_one_and_three_people_cost_the_same(app: APIFlask, desk: FlaskClient, cast: Cast, day: Day) -> None:
    asked: list[int] = []
    with app.app_context():
        sa.event.listen(db.session().get_bind(), "before_cursor_execute", lambda *_: asked.append(1))
        db.release()
    desk.get(f"/desk/{cast.slug}/attendance/people")
    costs = []
    for query in (f"?unit={cast.kenli_id}", ""):
        asked.clear()
        desk.get(f"/desk/{cast.slug}/attendance/people{query}")
        costs.append(len(asked))
    assert costs[0] == costs[1] > 0


def test_who_may_not_sees_and_corrects_nothing(
    app: APIFlask, client: FlaskClient, as_role: Callable[[Role], FlaskClient], cast: Cast, day: Day
) -> None:
    base = f"/desk/{cast.slug}/attendance"
    good = {"session": str(day.morning.opening), "minutes": "40", "reason": "x"}
    for browser in (client, as_role(Role.DOOR)):
        for address in ("/", "/people", f"/people/{cast.liran_id}"):
            assert browser.get(base + address).status_code in {302, 303, 403}
        assert browser.post(f"{base}/ledger.xlsx").status_code in {302, 303, 403}
        assert browser.post(f"{base}/people/{cast.liran_id}/corrections", data=good).status_code in {302, 303, 403}
    with app.app_context():
        assert db.session().scalars(sa.select(AttendanceCorrection)).all() == []
        db.release()
