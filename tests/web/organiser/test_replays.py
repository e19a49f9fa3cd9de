"""Replays at the desk: a recording is added, its talks are marked by hand and by how the day went."""

from __future__ import annotations

import html
import re
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Meeting
from conference.rules.replays import Spot
from conference.services import agenda_talks, replays
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.replays import ShownReplay
from conference.vocabulary import MeetingStatus
from tests.agendas import Morning, a_morning, noon, release
from tests.cast import Cast
from tests.web.organiser.test_meetings import GOOD

URL = "https://media.example.org/day.m3u8"


@pytest.fixture
def base(cast: Cast) -> str:
    return f"/desk/{cast.slug}/replays"


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    with app.app_context():
        noon(cast.meeting_id, now)
        made = a_morning(cast.meeting_id, begins=now - timedelta(hours=1))
        db.release()
    return made


def shown(app: APIFlask, cast: Cast) -> tuple[ShownReplay, ...]:
    with app.app_context():
        found = replays.shown(cast.meeting_id, public_only=False)
        db.release()
        return found


def seen(page: str) -> str:
    found = re.search(r'name="seen"[^>]* value="([^"]+)"', page)
    assert found is not None
    return html.unescape(found[1])


def test_a_recording_is_added_marked_by_hand_and_then_by_how_the_day_went(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, morning: Morning
) -> None:
    assert "还没有回放" in desk.get(f"{base}/").text
    facts = {"title": "全体会议", "url": "https://v.example.org/day.flv", "session_id": "", "audience": "public"}
    refused = desk.post(f"{base}/new", data=facts)
    assert (refused.status_code, "请转成 .mp4 或 .m3u8" in refused.text) == (422, True)
    assert desk.post(f"{base}/new", data=facts | {"url": "javascript:alert(1)"}).status_code == 422
    assert desk.post(f"{base}/new", data=facts | {"session_id": "9999"}).status_code == 422
    elsewhere = facts | {
        "title": "视频号",
        "url": "https://v.example.org/watch?v=1",
    }  # a page: said, and nothing to mark
    page = desk.post(f"{base}/new", data=elsewhere, follow_redirects=True).text
    assert ("点开去 v.example.org 看" in page, "在 v.example.org 观看" in page) == (True, True)
    desk.post(f"{base}/{shown(app, cast)[0].id}/away")
    made = desk.post(f"{base}/new", data=facts | {"url": URL})
    [one] = shown(app, cast)
    assert (made.status_code, made.location) == (303, f"{base}/{one.id}/marks")
    first, second, third = (f"mark-{morning.opening}-{talk}" for talk in morning.talks)
    page = desk.get(made.location).text
    assert ("还不知道录像从几点开始" in page, "按现场记录推算" in page) == (True, False)
    typed = {"seen": seen(page), first: "0：30", second: "20：00", third: "19:00"}
    wrong = desk.post(made.location, data=typed | {second: "二十分"})
    assert (wrong.status_code, "写成“时:分:秒”或“分:秒”" in wrong.text, 'value="二十分"' in wrong.text) == (
        422,
        True,
        True,
    )
    assert desk.post(made.location, data=typed).location == f"{base}/#replay-{one.id}"
    assert [(mark.title, mark.seconds) for mark in shown(app, cast)[0].marks] == [
        ("社区好管家", 30),
        ("十五分钟服务圈", 1140),
        ("多民族社区怎样议事", 1200),
    ]
    page = desk.get(made.location).text
    assert (page.count("比前一项还早"), "1:00:00" in page) == (1, False)
    assert desk.post(made.location, data=typed | {first: "0:31"}).status_code == 422  # from an older page
    asked = desk.post(made.location, data=typed | {"seen": seen(page), "work_out": "yes"})
    assert (asked.status_code, "先在“修改”里填录像开始时间" in asked.text) == (422, True)
    page = desk.get(f"{base}/{one.id}").text
    desk.post(f"{base}/{one.id}", data=facts | {"url": URL, "seen": seen(page), "begins_at": "2020-01-01T08:00:07"})
    assert 'value="2020-01-01T08:00:07"' in desk.get(f"{base}/{one.id}").text


def test_the_day_fills_the_form_which_is_looked_at_before_it_is_saved(
    app: APIFlask, desk: FlaskClient, cast: Cast, base: str, morning: Morning, now: datetime
) -> None:
    with app.app_context():
        facts = replays.ReplayFacts("开幕", URL, morning.opening, begins_at=now - timedelta(minutes=65))
        made = replays.add(cast.meeting_id, facts, Doing(SYSTEM, now, cast.public_url))
        db.release()
    address = f"{base}/{made.id}/marks"
    page = desk.get(address).text
    second = f"mark-{morning.opening}-{morning.talks[1]}"
    filled = desk.post(address, data={"seen": seen(page), second: "1:23", "work_out": "yes"})
    assert (filled.status_code, "推算出 4 处，还没有保存" in filled.text) == (200, True)
    values = dict(re.findall(r'name="(mark-[0-9-]+)"[^>]* value="([^"]*)"', filled.text))
    assert list(values.values()) == ["5:00", "5:00", "25:00", "45:00"]
    assert shown(app, cast)[0].marks == ()
    assert desk.post(address, data=values | {"seen": seen(filled.text), second: "26:10"}).status_code == 303
    assert [mark.seconds for mark in shown(app, cast)[0].marks] == [300, 300, 1570, 2700]
    with app.app_context():
        doing = Doing(SYSTEM, now, cast.public_url)
        agenda_talks.take_away(cast.meeting_id, morning.opening, morning.talks[1], doing)
        release(cast.meeting_id)
        db.release()
    page = desk.get(address).text
    assert "有 1 个标记，它的发言已不在议程上" in page
    del values[second]
    assert desk.post(address, data=values | {"seen": seen(page), "drop_gone": "y"}).status_code == 303
    with app.app_context():
        assert Spot(morning.opening, morning.talks[1]) not in replays.marks_of(replays.one(cast.meeting_id, made.id))


def test_they_are_put_in_order_taken_down_and_brought_back_and_no_outsider_touches_them(
    app: APIFlask, desk: FlaskClient, office: FlaskClient, cast: Cast, base: str, now: datetime
) -> None:
    with app.app_context():
        ids = [
            replays.add(cast.meeting_id, replays.ReplayFacts(title, URL), Doing(SYSTEM, now, cast.public_url)).id
            for title in ("上午", "下午")
        ]
        db.release()
    assert desk.post(f"{base}/{ids[1]}/up").location == f"{base}/#replay-{ids[1]}"
    assert [one.title for one in shown(app, cast)] == ["下午", "上午"]
    for _ in range(2):
        assert desk.post(f"{base}/{ids[0]}/away").status_code == 303
    assert [one.title for one in shown(app, cast)] == ["下午"]
    assert desk.get(f"{base}/{ids[0]}").status_code == 404
    assert "已撤下" in desk.get(f"{base}/").text
    other = office.post("/desk/new", data=GOOD).location
    for way in ("up", "away", "back", "marks"):
        assert office.post(f"{other}replays/{ids[1]}/{way}", data={}).status_code == 404
    assert desk.get(f"{other}replays/").status_code == 404
    assert desk.post(f"{base}/{ids[0]}/back").status_code == 303
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    assert "归档的会议只供查阅" in desk.post(f"{base}/{ids[0]}/away", follow_redirects=True).text
    assert [one.title for one in shown(app, cast)] == ["下午", "上午"]
