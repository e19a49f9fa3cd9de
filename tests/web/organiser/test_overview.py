"""The live figures."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import checkin, delegates, meetings, registration, terms, units
from conference.services.activity import STRANGER, SYSTEM
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.services.terms import Terms
from conference.services.units import UnitFacts
from conference.vocabulary import Approval, Category, MeetingStatus, Mode, Origin
from tests.cast import Cast


def test_figures_answer_304_until_somebody_comes_in(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        meetings.edit(cast.meeting_id, {"starts_at": now}, doing)  # an hour ahead may be tomorrow
    first = desk.get(f"/desk/{cast.slug}/figures")
    assert (first.status_code, first.headers["Cache-Control"]) == (200, "private, no-cache")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert desk.get(f"/desk/{cast.slug}/figures", headers=tag).status_code == 304
    with app.app_context():
        checkin.check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "n"), Gate("东门"), now=now)
        db.release()
    second = desk.get(f"/desk/{cast.slug}/figures", headers=tag)
    assert second.status_code == 200
    assert "现场已到 1 人" in second.text
    assert "李然" in second.text
    assert "缺 1" in second.text
    with app.app_context():
        meetings.edit(
            cast.meeting_id, {"starts_at": now + timedelta(days=2), "ends_at": now + timedelta(days=3)}, doing
        )
    before = desk.get(f"/desk/{cast.slug}/figures").text  # nobody is missing before the day
    assert ("现场已到 1 人" in before, "缺 1" in before) == (True, False)


def test_an_archived_meeting_is_to_be_read(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    live = desk.get(f"/desk/{cast.slug}/").text
    for text in ("截止报名", "打开签到", 'data-behaviour="refresh"'):
        assert text in live
    with app.app_context():
        for status in (MeetingStatus.CLOSED, MeetingStatus.ARCHIVED):
            meetings.turn(cast.meeting_id, status, Doing(SYSTEM, now, cast.public_url))
    still = desk.get(f"/desk/{cast.slug}/").text
    for text in ("截止报名", "打开签到", "录入代表", 'data-behaviour="refresh"', "刷新页面可更新"):
        assert text not in still
    assert "取消归档" in still
    assert "录入代表" not in desk.get(f"/desk/{cast.slug}/delegates").text
    asked = desk.get(f"/desk/{cast.slug}/status/closed").text
    assert ("取消归档？" in asked, "不能再报名" in asked) == (True, False)
    desk.post(f"/desk/{cast.slug}/status/closed")
    with app.app_context():
        assert meetings.by_slug(cast.slug).status is MeetingStatus.CLOSED


def test_the_menu_counts_delegates_as_their_list_does(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.liran_id, Doing(SYSTEM, now, cast.public_url))
    page = desk.get(f"/desk/{cast.slug}/delegates").text
    assert "共 3 人" in page
    assert '<span>代表</span><span class="plain-count">3</span>' in re.sub(r">\s+<", "><", page)


def test_what_is_to_be_done_stands_with_its_action(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    quiet = desk.get(f"/desk/{cast.slug}/")
    assert "现在没有要办的事" in quiet.text
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        meetings.edit(cast.meeting_id, {"approval": Approval.REVIEW}, doing)
        units.add(cast.meeting_id, UnitFacts("示例社区服务中心", "140000"), doing)
        for name, phone in (("孙明", "13800000009"), ("李然", "13800000001")):
            registration.register(
                cast.meeting_id,
                registration.Entry(name, cast.kenli_id, Mode.IN_PERSON, phone=phone),
                actor=STRANGER,
                origin=Origin.PUBLIC,
                public_url=cast.public_url,
                now=now,
            )
        db.release()
    page = desk.get(f"/desk/{cast.slug}/").text
    for address, words in (
        ("delegates?status=pending", "去审核"),
        ("repeats", "去处理"),
        ("units?state=silent", "看是哪些"),
    ):
        assert f'<a href="/desk/{cast.slug}/{address}">{words}</a>' in page


def test_the_cost_does_not_grow_with_people(app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime) -> None:
    def statements() -> list[str]:
        seen: list[str] = []
        with app.app_context():
            engine = db.db.engine
        listener = lambda *args: seen.append(args[2])  # noqa: E731 — SQLAlchemy's own signature
        sa.event.listen(engine, "before_cursor_execute", listener)
        try:
            assert desk.get(f"/desk/{cast.slug}/figures").status_code == 200
        finally:
            sa.event.remove(engine, "before_cursor_execute", listener)
        return seen

    statements()  # what every process reads once
    before = statements()
    with app.app_context():
        for i in range(5):
            made = registration.register(
                cast.meeting_id,
                registration.Entry("孙明", cast.kenli_id, Mode.IN_PERSON, phone=f"1380001000{i}"),
                actor=SYSTEM,
                origin=Origin.ORGANISER,
                public_url=cast.public_url,
                now=now,
            )
            code = delegates.facts(made.delegate) and made.delegate.codes[0].code
            checkin.check_in(
                cast.meeting_id, Scan(code, cast.venue_id, f"n{i}"), Gate("东门"), now=now + timedelta(seconds=i)
            )
        db.release()
    after = statements()
    assert len(after) == len(before)
    # The only looks at delegates' rows are for the names of the last scans, and at those who have not answered: an
    # index has just these, and the look ends.
    assert [s for s in after if "FROM delegates" in s and "LIMIT" not in s] == []


def test_who_is_left_out_stands_neither_above_nor_below_the_line(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        meetings.edit(cast.meeting_id, {"starts_at": now}, doing)
        delegates.edit(cast.meeting_id, cast.chenzhuo_id, {"category": Category.LEADER}, doing)
        terms.change(cast.meeting_id, Terms(None, None, None, (Category.LEADER,)), doing)
        checkin.check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "n"), Gate("东门"), now=now)
        db.release()
    page = desk.get(f"/desk/{cast.slug}/figures").text
    assert "应到 1 · 100%" in page
    assert "已齐" in page
    assert "缺 1" not in page  # the unit whose only one is left out misses nobody
    assert "都不含领导" in page


def test_the_steps_before_registration_are_shown_before_it_alone(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    doing, address = Doing(SYSTEM, now, cast.public_url), f"/desk/{cast.slug}"

    def said() -> tuple[bool, bool]:
        page = desk.get(f"{address}/").text
        return "开始报名之前" in page, "报名已于" in page

    def when(opens: timedelta, closes: timedelta) -> None:
        with app.app_context():
            times = {"registration_opens_at": now + opens, "registration_closes_at": now + closes}
            meetings.edit(cast.meeting_id, times, doing)

    assert said() == (False, False)
    when(timedelta(hours=2), timedelta(hours=3))
    assert said() == (True, False)
    assert "还没有到报名时间；不勾选" in desk.get(f"{address}/replies").text
    when(timedelta(hours=-3), timedelta(hours=-2))
    assert said() == (False, True)
    assert "报名已经截止；不勾选" in desk.get(f"{address}/replies").text
    when(timedelta(hours=-3), timedelta(hours=3))
    with app.app_context():
        meetings.turn(cast.meeting_id, MeetingStatus.DRAFT, doing)
    assert said() == (True, False)
    assert "会议还没有开放；不勾选" in desk.get(f"{address}/replies").text
    assert "会议还没有开放。要录入" in desk.get(f"{address}/delegates/new").text
