"""The planner at the desk: looked at before anything is written, written once, never over what changed meanwhile."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import visits, visits_desk, visits_fields
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.visits import StayFacts, StopFacts
from conference.services.visits_fields import DepartureFields
from conference.vocabulary import Refusal, Role
from conference.wording import say
from tests.cast import Cast

BEGINS = datetime(2026, 7, 19, 14, tzinfo=ZoneInfo("Asia/Shanghai"))
ASKED = {
    "buses": "2x45，1 × 45",
    "starts_at": "2026-07-19T14:00",
    "ends_at": "2026-07-19T17:00",
    "stay_minutes": "40",
    "ride_minutes": "20",
}


class Planning:
    """Two stops of 90, and what the desk asks."""

    def __init__(self, app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
        self.app, self.desk, self.cast, self.base = app, desk, cast, f"/desk/{cast.slug}/visits/plan"
        self.doing = Doing(SYSTEM, BEGINS - timedelta(days=1), "http://localhost")
        with app.app_context():
            names = ("民和社区", "文兴社区")
            self.stops = [visits.add_stop(cast.meeting_id, StopFacts(name, 90), self.doing).id for name in names]
            db.release()

    def proposal(self, **changes: str) -> str:
        page = self.desk.post(self.base, data=ASKED | changes).text
        found = re.search(r'name="proposal" value="([^"]+)"', page)
        assert found, page
        return found[1]

    def accept(self, proposal: str) -> str:
        answer = self.desk.post(f"{self.base}/departures", data={"proposal": proposal}, follow_redirects=True)
        assert answer.status_code == 200
        return answer.text

    def add(self, name: str, *, pinned: bool = False) -> int:
        """At the first stop from 14:20 to 15:00."""
        stay = StayFacts(self.stops[0], BEGINS + timedelta(minutes=20), BEGINS + timedelta(minutes=60))
        with self.app.app_context():
            fields = DepartureFields(name, BEGINS, 45, (stay,), pinned=pinned)
            made = visits_desk.add(self.cast.meeting_id, fields, self.doing).id
            db.release()
        return made

    def sign_up(self, departure_id: int) -> None:
        with self.app.app_context():
            visits.sign_up(self.cast.meeting_id, departure_id, self.cast.liran_id, self.doing)
            db.release()

    def there(self) -> dict[str, DepartureFields]:
        with self.app.app_context():
            found = {one.name: visits_fields.fields_of(one) for one in visits.departures(self.cast.meeting_id)}
            db.release()
        return found


@pytest.fixture
def planning(app: APIFlask, desk: FlaskClient, cast: Cast) -> Planning:
    return Planning(app, desk, cast)


def test_a_plan_is_seen_then_written_once(planning: Planning) -> None:
    proposal = planning.proposal()
    assert planning.there() == {}
    assert "已添加 3 个车次" in planning.accept(proposal)
    there = planning.there()
    assert [(name, bus.seats, len(bus.stops)) for name, bus in there.items()] == [
        (f"{n}号车", 45, 2) for n in (1, 2, 3)
    ]
    assert "没有重复添加" in planning.accept(proposal)
    assert planning.there() == there


def test_what_is_pinned_or_has_people_stays_and_the_rest_makes_room_when_asked(planning: Planning) -> None:
    planning.add("1号车", pinned=True)
    planning.sign_up(planning.add("校车"))
    kept = planning.there()
    planning.accept(planning.proposal(buses="1×45"))
    assert planning.there()["2号车"].stops[0].stop_id == planning.stops[1]  # the first stop is full until 15:00
    planning.accept(planning.proposal(buses="1×40", replacing="y"))
    there = planning.there()
    assert {name: bus.seats for name, bus in there.items()} == {"1号车": 45, "校车": 45, "2号车": 40}
    assert [there[name] for name in kept] == list(kept.values())
    next_day = {"starts_at": "2026-07-20T14:00", "ends_at": "2026-07-20T17:00"}
    planning.accept(planning.proposal(buses="1×30", replacing="y", **next_day))
    assert list(planning.there()) == [*there, "3号车"]


def test_a_change_meanwhile_writes_nothing(planning: Planning) -> None:
    bus = planning.add("空车")
    replacing, beside = planning.proposal(replacing="y"), planning.proposal(buses="1×45")
    planning.sign_up(bus)
    page = planning.accept(replacing)
    assert (say(Refusal.CHANGED_MEANWHILE, "zh") in page, list(planning.there())) == (True, ["空车"])
    planning.add("又一车")
    for proposal in (beside, "x", beside[:-8]):
        planning.accept(proposal)
    assert list(planning.there()) == ["空车", "又一车"]


def test_why_there_is_none_and_what_is_wrong_with_the_question(planning: Planning) -> None:
    none = planning.desk.post(planning.base, data=ASKED | {"ends_at": "2026-07-19T15:00"}).text
    assert ("时间不够" in none, 'name="proposal"' in none) == (True, False)
    wrong = {"buses": "八辆", "ends_at": "2026-07-19T13:00", "stay_minutes": "0", "starts_at": "soon"}
    for name, value in wrong.items():
        assert planning.desk.post(planning.base, data=ASKED | {name: value}).status_code == 422, name
    for buses in ("", "0×45", "1×0", "101×45", "1×1001"):
        assert planning.desk.post(planning.base, data=ASKED | {"buses": buses}).status_code == 422, buses
    assert planning.proposal(buses="", people="100", seats="45")


def test_outsiders_neither_ask_nor_write(planning: Planning, as_role: Callable[[Role], FlaskClient]) -> None:
    proposal = planning.proposal()
    asked = ((planning.base, ASKED), (f"{planning.base}/departures", {"proposal": proposal}))
    outsider = as_role(Role.REGISTRATION)
    assert [outsider.post(path, data=data).status_code for path, data in asked] == [403, 403]
    planning.desk.post("/sign-out")
    for path, data in asked:
        answer = planning.desk.post(path, data=data)
        assert (answer.status_code, answer.location.partition("?")[0]) == (303, "/sign-in"), path
    assert planning.there() == {}
