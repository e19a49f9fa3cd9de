"""The visits at the desk: stops, departures, what is refused and why, who is told."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Checkpoint, Departure, Meeting, OutboxMessage, SignUp, Stop, StopPerson
from conference.services import retention, visits
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import MeetingStatus, MessageKind, Role
from tests.cast import Cast
from tests.web.organiser.conftest import Browser

STOP = {"name": "民和社区", "capacity": "90", "hosts": "孙立 13700000001", "map_url": "https://map.example.org/x"}
BUS = {
    "name": "1号车",
    "kind": "bus",
    "seats": "45",
    "leader_name": "何静",
    "leader_phone": "13900000005",
    "leaves_at": "2026-07-19T14:00",
    "arrives_0": "2026-07-19T14:20",
    "leaves_0": "2026-07-19T15:00",
    "tell": "y",
}


class Afternoon:
    """A stop for 90, and what can be done to it at the desk."""

    def __init__(self, app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
        self.app, self.desk, self.cast, self.base = app, desk, cast, f"/desk/{cast.slug}/visits"
        assert desk.post(f"{self.base}/stops/new", data=STOP).status_code == 303
        with app.app_context():
            self.stop = db.session().scalars(sa.select(Stop.id)).one()
            db.release()
        self.bus_form = BUS | {"stop_0": str(self.stop)}

    def add(self, **changes: str) -> int:
        answer = self.desk.post(f"{self.base}/departures/new", data=self.bus_form | changes)
        assert answer.status_code == 303, answer.text
        return int(answer.location.rpartition("-")[2])

    def refused(self, path: str, said: str, **changes: str) -> None:
        answer = self.desk.post(f"{self.base}/{path}", data=self.bus_form | changes)
        assert (answer.status_code, said in answer.text) == (422, True), answer.text

    def sign_up(self, departure_id: int, *delegate_ids: int) -> None:
        with self.app.app_context():
            for at, delegate_id in enumerate(delegate_ids):
                now = datetime(2026, 7, 1, 8, at, tzinfo=ZoneInfo("UTC"))
                visits.sign_up(self.cast.meeting_id, departure_id, delegate_id, Doing(SYSTEM, now, ""))
            db.release()

    def points(self, departure_id: int) -> list[tuple[int | None, str]]:
        with self.app.app_context():
            query = sa.select(Checkpoint.leg, Checkpoint.name).where(Checkpoint.departure_id == departure_id)
            found = [tuple(row) for row in db.session().execute(query.order_by(Checkpoint.leg))]
            db.release()
        return found

    def told(self, kind: MessageKind) -> list[int | None]:
        with self.app.app_context():
            query = sa.select(OutboxMessage.delegate_id).where(OutboxMessage.kind == kind)
            found = list(db.session().scalars(query.order_by(OutboxMessage.delegate_id)))
            db.release()
        return found


@pytest.fixture
def afternoon(app: APIFlask, desk: FlaskClient, cast: Cast) -> Afternoon:
    return Afternoon(app, desk, cast)


def test_a_departure_is_entered_with_its_boardings_and_they_follow_it(afternoon: Afternoon) -> None:
    bus = afternoon.add()
    assert afternoon.points(bus) == [(0, "1号车 · 上车"), (1, "1号车 · 离开民和社区")]
    page = afternoon.desk.get(f"{afternoon.base}/").text
    assert ('href="tel:+8613900000005"' in page, "最多时 45 人" in page) == (True, True)
    afternoon.desk.post(f"{afternoon.base}/stops/new", data=STOP | {"name": "文兴社区"})
    with afternoon.app.app_context():
        other = db.session().scalars(sa.select(Stop.id).where(Stop.name == "文兴社区")).one()
        db.release()
    two = {"stop_1": str(other), "arrives_1": "2026-07-19T15:20", "leaves_1": "2026-07-19T16:00", "name": "A车"}
    assert afternoon.desk.post(f"{afternoon.base}/departures/{bus}", data=afternoon.bus_form | two).status_code == 303
    assert [name for _, name in afternoon.points(bus)] == ["A车 · 上车", "A车 · 离开民和社区", "A车 · 离开文兴社区"]
    afternoon.desk.post(f"{afternoon.base}/departures/{bus}", data=afternoon.bus_form | {"stop_1": ""})
    assert len(afternoon.points(bus)) == 2


def test_bad_input_is_said_beside_the_field(afternoon: Afternoon) -> None:
    afternoon.refused("departures/new", "请至少选一个参访点", stop_0="")
    afternoon.refused("departures/new", "离开必须晚于到达", leaves_0="2026-07-19T14:10")
    afternoon.refused("departures/new", "手机", leader_phone="12")
    afternoon.add()
    afternoon.add(name="2号车", leader_name="")
    assert "个参访车次还没有领队" in afternoon.desk.get(f"/desk/{afternoon.cast.slug}/").text
    crowd = "“民和社区”在 14:20 会有 91 人，只容得下 90 人；那时在的车次：1号车、2号车、3号车"
    afternoon.refused("departures/new", crowd, name="3号车", seats="1")
    afternoon.add(name="3号车", leaves_at="2026-07-19T14:40", arrives_0="2026-07-19T15:00", leaves_0="2026-07-19T15:40")
    lowered = afternoon.desk.post(f"{afternoon.base}/stops/{afternoon.stop}", data=STOP | {"capacity": "89"})
    assert (lowered.status_code, "1号车、2号车" in lowered.text) == (422, True)
    for bad in ({"map_url": "http://example.org"}, {"hosts": "孙立 12"}, {"capacity": ""}, {"name": ""}):
        assert afternoon.desk.post(f"{afternoon.base}/stops/new", data=STOP | {"name": "新"} | bad).status_code == 422
    asked = afternoon.desk.post(f"{afternoon.base}/stops/{afternoon.stop}/away", follow_redirects=True)
    assert "这些车次还要去这里：1号车、2号车、3号车" in asked.text


def test_seats_below_those_taken_name_who_came_last_and_do_nothing(afternoon: Afternoon, cast: Cast) -> None:
    bus = afternoon.add()
    afternoon.sign_up(bus, cast.liran_id, cast.chenzhuo_id)
    afternoon.refused(f"departures/{bus}", "（最后报名的先列）：陈卓。", seats="1")
    with afternoon.app.app_context():
        line = db.session().get_one(Departure, bus).line
        assert (line.capacity, line.taken) == (45, 2)
        db.release()


def test_who_would_clash_is_named_and_a_change_is_told_once(afternoon: Afternoon, cast: Cast) -> None:
    later = {"leaves_at": "2026-07-19T16:00", "arrives_0": "2026-07-19T16:20", "leaves_0": "2026-07-19T17:00"}
    bus, evening = afternoon.add(), afternoon.add(name="2号车", **later)
    afternoon.sign_up(bus, cast.liran_id, cast.chenzhuo_id)
    afternoon.sign_up(evening, cast.liran_id)
    afternoon.refused(f"departures/{bus}", "李然（2号车）", **later)
    moved = {"leaves_at": "2026-07-19T13:50"}
    quiet = {key: value for key, value in (afternoon.bus_form | moved).items() if key != "tell"}
    afternoon.desk.post(f"{afternoon.base}/departures/{bus}", data=quiet)
    assert afternoon.told(MessageKind.VISIT_CHANGED) == []
    for _ in range(2):  # sent again: nothing is different
        afternoon.desk.post(f"{afternoon.base}/departures/{bus}", data=afternoon.bus_form | {"boards_at": "南门"})
    assert afternoon.told(MessageKind.VISIT_CHANGED) == sorted([cast.liran_id, cast.chenzhuo_id])
    text = afternoon.desk.get(f"/desk/{cast.slug}/outbox").text
    assert "参访车次变动通知" in text
    page = afternoon.desk.get(f"{afternoon.base}/departures/{bus}/away").text
    assert "2 人没有了座位" in page
    older = {"tell": "y", "people": "1"}  # opened before the second one signed up
    late = afternoon.desk.post(f"{afternoon.base}/departures/{bus}/away", data=older, follow_redirects=True).text
    assert ("刚刚又有人报了这一车次" in late, "2 人没有了座位" in late) == (True, True)
    assert afternoon.desk.post(f"{afternoon.base}/departures/{bus}/away", data={"tell": "y"}).status_code == 303
    assert afternoon.told(MessageKind.VISIT_CANCELLED) == sorted([cast.liran_id, cast.chenzhuo_id])
    assert afternoon.points(bus) == []
    assert afternoon.add(name="3号车") > max(bus, evening)
    last = afternoon.add(name="4号车")
    afternoon.desk.post(f"{afternoon.base}/departures/{last}/away", data={"people": "0"})
    assert afternoon.add(name="5号车") > last  # a page that is still open means no other one
    with afternoon.app.app_context():
        assert db.session().scalars(sa.select(SignUp.delegate_id)).all() == [cast.liran_id]
        db.release()


def test_the_times_are_worked_out_and_nothing_is_saved(afternoon: Afternoon) -> None:
    settings = {"hall": "会议中心", "stay_minutes": "40", "ride_minutes": "20", "by_delegates": "y"}
    assert afternoon.desk.post(f"{afternoon.base}/settings", data=settings).status_code == 303
    assert afternoon.desk.post(f"{afternoon.base}/settings", data=settings | {"ride_minutes": ""}).status_code == 422
    blank = afternoon.bus_form | {"arrives_0": "", "leaves_0": "", "fill_in": "yes"}
    page = afternoon.desk.post(f"{afternoon.base}/departures/new", data=blank).text
    for field, at in (("arrives_0", "14:20"), ("leaves_0", "15:00"), ("returns_at", "15:20")):
        assert re.search(rf'id="{field}"[^>]*value="2026-07-19T{at}"', page), field
    with afternoon.app.app_context():
        assert db.session().scalars(sa.select(Departure.id)).all() == []
        db.release()


def test_the_second_of_two_editors_is_told(afternoon: Afternoon) -> None:
    bus = afternoon.add()
    path = f"{afternoon.base}/departures/{bus}"
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', afternoon.desk.get(path).text)
    assert seen
    form = afternoon.bus_form | {"seen": seen[1]}
    assert afternoon.desk.post(path, data=form | {"plate": "晋B12345"}).status_code == 303
    late = afternoon.desk.post(path, data=form | {"plate": "晋B99999"})
    assert (late.status_code, "晋B99999" in late.text) == (422, True)


def test_travel_arranges_them_others_do_not_and_an_archived_meeting_stays(
    afternoon: Afternoon, as_role: Callable[[Role], FlaskClient], signed_in: Browser, cast: Cast
) -> None:
    bus = afternoon.add()
    travel = as_role(Role.TRAVEL)
    assert travel.post(f"{afternoon.base}/departures/{bus}", data=afternoon.bus_form).status_code == 303
    for role in (Role.VIEWER, Role.DOOR):
        assert as_role(role).get(f"{afternoon.base}/").status_code == 403
    assert as_role(Role.REGISTRATION).post(f"{afternoon.base}/stops/new", data=STOP).status_code == 403
    with afternoon.app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    page = afternoon.desk.get(f"{afternoon.base}/").text
    assert ("1号车" in page, f"{afternoon.base}/departures/{bus}" in page) == (True, False)
    assert afternoon.desk.post(f"{afternoon.base}/stops/new", data=STOP | {"name": "新"}).status_code in {303, 409}
    with afternoon.app.app_context():
        assert db.session().scalars(sa.select(Stop.name)).all() == ["民和社区"]
        db.release()


def test_names_and_phones_go_when_the_time_of_the_meeting_is_up(afternoon: Afternoon, cast: Cast) -> None:
    bus = afternoon.add()
    with afternoon.app.app_context():
        ends_at = db.session().get_one(Meeting, cast.meeting_id).ends_at
        db.release()
        retention.expire(ends_at + timedelta(days=4000))
        departure = db.session().get_one(Departure, bus)
        assert (departure.leader_name, departure.leader_phone_sealed, departure.name) == ("", None, "1号车")
        assert db.session().scalars(sa.select(StopPerson)).all() == []
        db.release()


def test_the_charts_show_each_departure_and_each_stop(afternoon: Afternoon) -> None:
    assert "visits-chart" not in afternoon.desk.get(f"{afternoon.base}/").text
    afternoon.add(), afternoon.add(name="2号车")
    afternoon.add(
        name="次日车", leaves_at="2026-07-20T14:00", arrives_0="2026-07-20T14:20", leaves_0="2026-07-20T15:00"
    )
    page = afternoon.desk.get(f"{afternoon.base}/").text
    assert re.findall(r'visits-chart-name" title="([^"]+)"', page) == ["1号车", "2号车", "次日车"]
    assert (page.count('aria-label="14:20–15:00 民和社区"'), page.count(">1 民和社区</text>")) == (3, 3)
    assert re.findall(r"最多 (\d+) 人，容 90 人", page) == ["90", "45"]  # a curve for each of the days
