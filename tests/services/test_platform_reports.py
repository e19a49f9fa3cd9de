"""Attendance reports of outside rooms: brought in once, doubtful lines settled, taken back, forgotten with people."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from sqlalchemy.orm import ORMExecuteState

from conference import db
from conference.models import Activity, Delegate, Meeting, PlatformReport, PlatformStay
from conference.services import attendance, delegates, erasure, platform_reports, platform_review, retention
from conference.services.activity import SYSTEM
from conference.services.checkin import check_in
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.vocabulary import FileFault, Malformed, Missing, PlatformMatch, Refusal, Refused, Unreadable
from tests.cast import Cast

SURE, DOUBTFUL, NOBODY = PlatformMatch.SURE, PlatformMatch.DOUBTFUL, PlatformMatch.NOBODY
SETTLED, IGNORED = PlatformMatch.SETTLED, PlatformMatch.IGNORED


@pytest.fixture
def doing(cast: Cast, now: datetime) -> Doing:
    return Doing(SYSTEM, now, cast.public_url)


@pytest.fixture
def report(now: datetime) -> bytes:
    """As 腾讯会议 exports it. 李然 twice and 王敏 are known; 李冉 sounds like the first; 陈卓 is known by the phone;
    某人 is nobody's name.
    """
    begins = now + timedelta(hours=9)  # of the meeting, on its own clock
    rows = ["会议主题,推进会", "", "用户昵称（入会昵称）,手机号,入会时间,退会时间,参会时长"]
    for name, phone, after, minutes in (
        ("李然-玉泉区民政局", "", 0, 30),
        ("李然-玉泉区民政局", "", 60, 30),
        ("王敏（线上）", "", 0, 60),
        ("李冉", "", 0, 10),
        ("李冉", "", 20, 10),
        ("iPhone", "13800000003", 0, 20),
        ("某人", "", 0, 20),
    ):
        joined = begins + timedelta(minutes=after)
        left = joined + timedelta(minutes=minutes)
        rows.append(f"{name},{phone},\t{joined:%Y-%m-%d %H:%M:%S},\t{left:%Y-%m-%d %H:%M:%S},{minutes}分钟")
    return "\r\n".join(rows).encode("gb18030")


def meeting_of(cast: Cast) -> Meeting:
    return db.session().get_one(Meeting, cast.meeting_id)


def brought_in(cast: Cast, data: bytes, doing: Doing) -> int:
    report_id, fresh = platform_reports.receive(meeting_of(cast), data, "参会记录.csv", doing)
    assert fresh
    assert platform_reports.bring_in(meeting_of(cast), report_id, doing)
    return report_id


def stays(report_id: int) -> dict[int, tuple[PlatformMatch, int | None, int]]:
    rows = db.session().execute(
        sa.select(PlatformStay.row, PlatformStay.match, PlatformStay.delegate_id, PlatformStay.seconds).where(
            PlatformStay.report_id == report_id
        )
    )
    return {row: (match, who, seconds) for row, match, who, seconds in rows}


def minutes(cast: Cast, now: datetime) -> dict[int, float]:
    entries, _ = attendance.page(meeting_of(cast), 0, 100, now=now)
    return {one.delegate_id: one.minutes for one in entries}


def test_a_report_is_looked_at_then_brought_in_once(app: APIFlask, cast: Cast, report: bytes, doing: Doing) -> None:
    with app.app_context():
        meeting = meeting_of(cast)
        report_id, fresh = platform_reports.receive(meeting, report, "参会记录.csv", doing)
        card = platform_reports.show(meeting, report_id, now=doing.now)
        assert (fresh, card.file_name, card.counts.lines, card.counts.people) == (True, "参会记录.csv", 7, 3)
        assert card.counts.by_match == {SURE: 4, DOUBTFUL: 2, NOBODY: 1}
        assert (stays(report_id), attendance.online(meeting_of(cast)).people) == ({}, 0)
        assert [platform_reports.bring_in(meeting_of(cast), report_id, doing) for _ in range(2)] == [True, False]
        assert platform_reports.receive(meeting_of(cast), report, "another name.csv", doing) == (report_id, False)
        assert platform_reports.bring_in(meeting_of(cast), report_id, doing) is False
        assert stays(report_id) == {
            4: (SURE, cast.liran_id, 1800),
            5: (SURE, cast.liran_id, 1800),
            6: (SURE, cast.wangmin_id, 3600),
            7: (DOUBTFUL, None, 600),
            8: (DOUBTFUL, None, 600),
            9: (SURE, cast.chenzhuo_id, 1200),
            10: (NOBODY, None, 1200),
        }
        kept = platform_reports.show(meeting_of(cast), report_id, now=doing.now)
        assert (kept.preview, kept.counts) == (None, card.counts)
        assert minutes(cast, doing.now) == {cast.liran_id: 60, cast.wangmin_id: 60, cast.chenzhuo_id: 20}
        verbs = db.session().scalars(sa.select(Activity.verb).where(Activity.subject == "platform_report")).all()
        assert verbs == ["platform_report.brought_in"]
        sealed = db.session().scalars(sa.select(PlatformStay.facts_sealed)).all()
        assert all(one and "李".encode() not in one for one in sealed)


def test_who_was_admitted_in_the_hall_is_not_counted_online_and_what_is_taken_back_is_not(
    app: APIFlask, cast: Cast, report: bytes, doing: Doing
) -> None:
    with app.app_context():
        report_id = brought_in(cast, report, doing)
        assert attendance.online(meeting_of(cast)).platform == 3
        check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "1"), Gate("东门"), now=doing.now)
        assert attendance.online(meeting_of(cast)).platform == 2
        for _ in range(2):
            platform_reports.take_back(cast.meeting_id, report_id, doing)
        assert (attendance.online(meeting_of(cast)).platform, minutes(cast, doing.now)) == (0, {})
        assert platform_reports.receive(meeting_of(cast), report, "参会记录.csv", doing) == (report_id, False)
        assert attendance.online(meeting_of(cast)).platform == 0
        platform_reports.restore(cast.meeting_id, report_id, doing)
        assert attendance.online(meeting_of(cast)).platform == 2


def test_the_doubtful_are_settled_together_and_not_against_somebody_elses_word(
    app: APIFlask, cast: Cast, report: bytes, doing: Doing
) -> None:
    with app.app_context():
        report_id = brought_in(cast, report, doing)
        where = (cast.meeting_id, report_id)
        group = platform_review.one(*where, 8)
        assert (group.row, list(group.rows), group.name, group.seconds) == (7, [7, 8], "李冉", 1200)
        assert [one.id for one in platform_review.candidates(cast.meeting_id, group)] == [cast.liran_id]
        for _ in range(2):  # said again, nothing changes, whatever was seen
            platform_review.settle(*where, 7, cast.liran_id, doing, seen=group.seen)
        assert {stays(report_id)[row] for row in (7, 8)} == {(SETTLED, cast.liran_id, 600)}
        with pytest.raises(Refused) as refused:
            platform_review.settle(*where, 7, None, doing, seen=group.seen)
        assert refused.value.refusal is Refusal.CHANGED_MEANWHILE
        now_seen = platform_review.one(*where, 7).seen
        platform_review.settle(*where, 7, None, doing, seen=now_seen)
        assert {stays(report_id)[row] for row in (7, 8)} == {(IGNORED, None, 600)}
        assert platform_review.next_doubtful(*where, 0) is None
        assert minutes(cast, doing.now)[cast.liran_id] == 60
        number = db.session().get_one(Delegate, cast.wangmin_id).number
        platform_review.settle(*where, 10, platform_review.numbered(cast.meeting_id, number.lstrip("0")), doing)
        assert stays(report_id)[10] == (SETTLED, cast.wangmin_id, 1200)
        delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing)
        with pytest.raises(Refused) as refused:
            platform_review.settle(*where, 10, cast.chenzhuo_id, doing)
        assert refused.value.refusal is Refusal.NOT_ACTIVE
        with pytest.raises(Malformed):
            platform_review.numbered(cast.meeting_id, "9999")
        with pytest.raises(Missing):
            platform_review.settle(*where, 99, None, doing)
        acts = db.session().scalars(sa.select(Activity).where(Activity.verb == "platform_report.settled")).all()
        assert [act.after for act in acts] == [
            {"line": 7, "delegate_number": "0001"},
            {"line": 7, "delegate_number": None},
            {"line": 10, "delegate_number": number},
        ]


def test_a_length_alone_counts_outside_sessions(app: APIFlask, cast: Cast, doing: Doing) -> None:
    book = openpyxl.Workbook()
    book.active.append(["姓名", "观看时长（分钟）"])
    book.active.append(["王敏", 83])
    target = io.BytesIO()
    book.save(target)
    with app.app_context():
        brought_in(cast, target.getvalue(), doing)
        [entry], _ = attendance.page(meeting_of(cast), 0, 100, now=doing.now)
        assert (entry.delegate_id, entry.session_id, entry.minutes) == (cast.wangmin_id, None, 83)


def test_what_cannot_be_read_is_not_kept(app: APIFlask, cast: Cast, doing: Doing) -> None:
    with app.app_context():
        for data, fault in (
            (b"", FileFault.EMPTY),
            ("姓名,手机\n李然,13800000001\n".encode(), FileFault.NOT_A_REPORT),
            (b"x" * (platform_reports.LARGEST + 1), FileFault.TOO_LARGE),
            (b"%PDF-1.7 nothing", FileFault.NOT_A_WORKBOOK),
        ):
            with pytest.raises(Unreadable) as unreadable:
                platform_reports.receive(meeting_of(cast), data, "x.csv", doing)
            assert unreadable.value.fault is fault
        assert db.session().scalars(sa.select(PlatformReport)).all() == []


def test_people_are_forgotten_in_it_and_files_go_in_time(
    app: APIFlask, cast: Cast, report: bytes, doing: Doing
) -> None:
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing)  # so that the line with that phone is nobody's
        report_id = brought_in(cast, report, doing)
        other = "姓名,入会时间\n李冉,09:00\n".encode()
        looked_at, _ = platform_reports.receive(meeting_of(cast), other, "b.csv", doing)
        erasure.erase(cast.meeting_id, cast.liran_id, number="0001", doing=doing)
        told = {stay.row: stay.facts_sealed for stay in db.session().scalars(sa.select(PlatformStay))}
        assert [row for row, facts in told.items() if facts is None] == [4, 5]
        erasure.erase(cast.meeting_id, cast.chenzhuo_id, number="0003", doing=doing)
        told = {stay.row: stay.facts_sealed for stay in db.session().scalars(sa.select(PlatformStay))}
        assert [row for row, facts in told.items() if facts is None] == [4, 5, 9]
        kept = db.session().get_one(PlatformReport, report_id)
        assert (kept.file_sealed, kept.name_sealed) == (None, None)
        assert minutes(cast, doing.now)[cast.liran_id] == 60
        retention.expire(doing.now + timedelta(days=31))
        db.session().expire_all()
        assert db.session().get(PlatformReport, looked_at) is None
        retention.expire(doing.now + timedelta(days=400))
        assert set(db.session().scalars(sa.select(PlatformStay.facts_sealed))) == {None}
        assert len(stays(report_id)) == 7


def test_what_was_forgotten_while_it_was_matched_is_not_brought_in(
    app: APIFlask, cast: Cast, report: bytes, doing: Doing
) -> None:
    with app.app_context():
        report_id, _ = platform_reports.receive(meeting_of(cast), report, "参会记录.csv", doing)

        @sa.event.listens_for(db.session(), "do_orm_execute")
        def erased(asked: ORMExecuteState) -> None:  # by somebody else, once the people have been asked for
            if "pinyin" in str(asked.statement) and not gone:
                gone.append(True)
                with app.app_context():
                    erasure.erase(cast.meeting_id, cast.liran_id, number="0001", doing=doing)
                    db.release()

        gone: list[bool] = []
        assert (platform_reports.bring_in(meeting_of(cast), report_id, doing), gone) == (False, [True])
        assert stays(report_id) == {}
