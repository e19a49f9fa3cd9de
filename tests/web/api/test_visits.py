"""Site visits by program: stops, departures and who has a seat, word for word as the contract has them."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count, pairwise
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import OutboxMessage, Stop
from conference.services import visits_stops
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.visits_stops import StopFields
from conference.vocabulary import MessageKind
from tests.cast import Cast
from tests.web.api.speaking import Program, faults, problem

nonces = count()


class Afternoon:
    """Three stops, and what is asked of them; minutes count from `begins`."""

    def __init__(self, organise: Program, begins: datetime) -> None:
        self.organise = organise
        self.begins = begins
        self.stops = [self.stop(name, 140) for name in ("民和社区", "文兴社区", "治理创新中心")]

    def stop(self, name: str, capacity: int) -> int:
        return int(self.organise.post("/stops", {"name": name, "address": "平城区", "capacity": capacity}).json["id"])

    def asked(self, *stays: tuple[int, int, int], seats: int = 45, leaves: int = 0, **more: Any) -> dict[str, Any]:
        """`stays` are of which stop (by its place in `stops`), from and to which minute."""
        body = {
            "name": "1号车",
            "leaves_at": self.at(leaves),
            "seats": seats,
            "stops": [
                {"stop_id": self.stops[stop], "arrives_at": self.at(arrives), "leaves_at": self.at(leaves)}
                for stop, arrives, leaves in stays
            ],
        }
        return body | more

    def departure(self, *stays: tuple[int, int, int], seats: int = 45, leaves: int = 0) -> int:
        made = self.organise.post("/departures", self.asked(*stays, seats=seats, leaves=leaves))
        assert made.status_code == 201, made.json
        return int(made.json["id"])

    def at(self, minute: int) -> str:
        return (self.begins + timedelta(minutes=minute)).isoformat()

    def put(self, departure: int, delegate: int) -> Any:
        return self.organise.post(f"/departures/{departure}/sign-ups", {"delegate_id": delegate})

    def leave(self, departure: int, delegate: int) -> Any:
        return self.organise._send("DELETE", f"/departures/{departure}/sign-ups/{delegate}", None, {})

    def person(self, cast: Cast, n: int, mode: str = "in_person") -> dict[str, Any]:
        entry = {"name": f"代表{n}", "unit_id": cast.kenli_id, "mode": mode, "phone": f"1391000{n:04}"}
        found: dict[str, Any] = self.organise.post("/delegates", entry).json
        return found


@pytest.fixture
def afternoon(organise: Program, now: datetime) -> Afternoon:
    return Afternoon(organise, (now + timedelta(hours=3)).replace(second=0, microsecond=0))


def test_stops_and_departures_are_made_and_listed(afternoon: Afternoon, organise: Program, reader: Program) -> None:
    assert reader.all("/stops", limit=2) == [
        {"id": id_, "name": name, "address": "平城区", "capacity": 140}
        for id_, name in zip(afternoon.stops, ("民和社区", "文兴社区", "治理创新中心"), strict=True)
    ]
    asked = afternoon.asked((0, 20, 60), (1, 80, 120))
    made = organise.post("/departures", asked)
    assert made.status_code == 201
    assert made.json == {**asked, "id": made.json["id"], "taken": 0, "waitlisted": 0}
    afternoon.departure((2, 20, 60), seats=1)
    assert reader.all("/departures", limit=1)[0] == made.json
    assert len(reader.all("/departures", limit=1)) == 2
    assert faults(organise.post("/stops", {"name": "民和社区", "capacity": 3})) == {"name"}


def test_a_stop_that_a_program_adds_stands_after_those_of_the_desk(
    app: APIFlask, organise: Program, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        for name in ("一", "二"):
            visits_stops.add(cast.meeting_id, StopFields(name, 90), Doing(SYSTEM, now, ""))
        db.release()
    organise.post("/stops", {"name": "三", "capacity": 90})
    with app.app_context():
        assert [stop.name for stop in visits_stops.listed(cast.meeting_id)] == ["一", "二", "三"]
        db.release()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"seats": 0}, "seats"),
        ({"seats": None}, "seats"),
        ({"stops": []}, "stops"),
        ({"name": " "}, "name"),
        ({"leaves_at": "2026-01-01T00:00:00"}, "leaves_at"),
        ({"stops": [{"stop_id": 10**9, "arrives_at": "2099-01-01T00:00Z", "leaves_at": "2099-01-01T01:00Z"}]}, "stops"),
    ],
)
def test_what_is_no_departure(afternoon: Afternoon, organise: Program, changes: dict[str, Any], named: str) -> None:
    found = faults(organise.post("/departures", afternoon.asked((0, 20, 60)) | changes))
    assert {name.split(".")[0] for name in found} == {named}


@pytest.mark.parametrize(
    ("stays", "leaves", "named"),
    [
        ([(0, 20, 60)], 21, {"leaves_at"}),
        ([(0, 20, 20)], 0, {"stops.0.leaves_at"}),
        ([(0, 60, 20)], 0, {"stops.0.leaves_at"}),
        ([(0, 20, 60), (1, 59, 90)], 0, {"stops.1.arrives_at"}),
        ([(0, 20, 60), (0, 80, 120)], 0, {"stops.1.stop_id"}),
    ],
)
def test_times_in_order_and_each_stop_once(
    afternoon: Afternoon, organise: Program, stays: list[tuple[int, int, int]], leaves: int, named: set[str]
) -> None:
    assert faults(organise.post("/departures", afternoon.asked(*stays, leaves=leaves))) == named
    assert organise.all("/departures") == []


def test_it_may_leave_in_the_minute_in_which_it_arrives(afternoon: Afternoon) -> None:
    afternoon.departure((0, 20, 60), (1, 60, 90), leaves=20)


def test_a_stop_is_never_overfilled(afternoon: Afternoon, organise: Program) -> None:
    for _ in range(3):
        afternoon.departure((0, 20, 60))
    full = afternoon.asked((1, 0, 10), (0, 59, 99))
    assert problem(organise.post("/departures", full)) == (409, "stop_over_capacity")
    afternoon.departure((0, 60, 100))  # whoever leaves then does not meet who arrives
    afternoon.departure((0, 0, 20), seats=140)
    afternoon.departure((0, 30, 50), seats=5)
    assert problem(organise.post("/departures", afternoon.asked((0, 40, 45), seats=1))) == (409, "stop_over_capacity")
    assert problem(organise.post("/departures", afternoon.asked((1, 20, 60), seats=141))) == (409, "stop_over_capacity")


def test_seats_then_the_line_then_the_first_in_line(
    context: APIFlask, afternoon: Afternoon, organise: Program, cast: Cast
) -> None:
    bus = afternoon.departure((0, 20, 60), seats=1)
    first, second, third = (afternoon.person(cast, n)["id"] for n in range(3))
    seat = afternoon.put(bus, first)
    assert seat.status_code == 201
    assert seat.json == {"id": seat.json["id"], "status": "confirmed", "waitlist_place": None}
    waits = afternoon.put(bus, second)
    assert (waits.json["status"], waits.json["waitlist_place"]) == ("waitlisted", 1)
    assert afternoon.put(bus, third).json["waitlist_place"] == 2
    assert afternoon.put(bus, second).json == waits.json
    assert afternoon.put(bus, first).json == seat.json
    listed = organise.all("/departures")[0]
    assert (listed["seats"], listed["taken"], listed["waitlisted"]) == (1, 1, 2)
    assert organise.get("/figures").json["visits"] == {"confirmed": 1, "boarded": 0}
    assert afternoon.leave(bus, first).status_code == 204
    assert afternoon.leave(bus, first).status_code == 204
    assert afternoon.put(bus, second).json == {**waits.json, "status": "confirmed", "waitlist_place": None}
    organise.post(f"/delegates/{second}/cancel")
    assert afternoon.put(bus, third).json["status"] == "confirmed"
    fourth = afternoon.person(cast, 4)["id"]
    assert afternoon.put(bus, fourth).json["waitlist_place"] == 1
    organise.patch(f"/delegates/{third}", {"mode": "online"})
    assert afternoon.put(bus, fourth).json["status"] == "confirmed"
    told = db.session().scalars(sa.select(OutboxMessage).where(OutboxMessage.kind == MessageKind.MOVED_UP)).all()
    assert [(one.delegate_id, one.facts["session"]) for one in told] == [
        (second, "1号车"),
        (third, "1号车"),
        (fourth, "1号车"),
    ]


def test_who_may_not_go_along(afternoon: Afternoon, organise: Program, cast: Cast) -> None:
    bus = afternoon.departure((0, 20, 60))
    assert problem(afternoon.put(bus, cast.wangmin_id)) == (409, "not_eligible")
    organise.post(f"/delegates/{cast.chenzhuo_id}/cancel")
    assert problem(afternoon.put(bus, cast.chenzhuo_id)) == (409, "not_eligible")
    assert faults(afternoon.put(bus, 10**9)) == {"delegate_id"}
    assert problem(afternoon.put(10**9, cast.liran_id)) == (404, "not_found")
    assert problem(afternoon.leave(bus, 10**9)) == (404, "not_found")


def test_nobody_is_on_two_departures_at_one_time(afternoon: Afternoon, cast: Cast) -> None:
    bus = afternoon.departure((0, 20, 60), seats=1)
    assert afternoon.put(bus, cast.chenzhuo_id).json["status"] == "confirmed"
    assert afternoon.put(bus, cast.liran_id).json["status"] == "waitlisted"
    for clashing in (afternoon.departure((1, 30, 59), leaves=25), afternoon.departure((1, 60, 90), leaves=59)):
        assert problem(afternoon.put(clashing, cast.liran_id)) == (409, "time_conflict")
    after = afternoon.departure((1, 70, 90), leaves=60)
    assert afternoon.put(after, cast.liran_id).json["status"] == "confirmed"


def test_the_door_of_a_departure_knows_who_is_listed_and_which_is_right(
    afternoon: Afternoon, organise: Program, door: Program, cast: Cast
) -> None:
    right, wrong = afternoon.departure((0, 20, 60)), afternoon.departure((1, 20, 60), seats=1)
    point = {"name": "1号车 第一站", "kind": "departure", "departure_id": wrong}
    made = organise.post("/checkpoints", {**point, "leg": 1})
    assert (made.status_code, made.json["departure_id"], made.json["leg"]) == (201, wrong, 1)
    assert organise.post("/checkpoints", point).json["leg"] == 0
    assert faults(organise.post("/checkpoints", {**point, "departure_id": 10**9})) == {"departure_id"}
    gate, cursor = made.json["id"], door.get("/roster", checkpoint_id=cast.venue_id).json["cursor"]
    afternoon.put(right, cast.liran_id)
    assert [
        (one["code"], one["departure"])
        for one in door.get("/roster", checkpoint_id=cast.venue_id, cursor=cursor).json["items"]
    ] == [(cast.liran_code, right)]
    assert {one["code"]: one["listed"] for one in door.get("/roster", checkpoint_id=gate).json["items"]} == {
        cast.liran_code: False,
        cast.wangmin_code: False,
        cast.chenzhuo_code: False,
    }

    def scan(**more: Any) -> Any:
        body = {"code": cast.liran_code, "checkpoint_id": gate, "nonce": f"n{next(nonces)}"}
        return door.post("/check-ins", body | more).json

    refused = scan()
    assert (refused["outcome"], refused["reason"]) == ("refused", "not_listed")
    assert refused["delegate"]["departure"] == right
    along = scan(override="take_along")
    assert (along["outcome"], along["flagged"]) == ("admitted", True)
    assert {one["id"]: one["taken"] for one in organise.all("/departures")} == {right: 0, wrong: 1}
    assert scan()["delegate"]["departure"] == wrong
    assert organise.get("/figures").json["visits"] == {"confirmed": 1, "boarded": 1}
    full = door.post(
        "/check-ins", {"code": cast.chenzhuo_code, "checkpoint_id": gate, "nonce": "full", "override": "take_along"}
    )
    assert (full.json["outcome"], full.json["reason"]) == ("refused", "not_listed")


def test_an_archived_meeting_stays_as_it_is(afternoon: Afternoon, organise: Program, cast: Cast) -> None:
    bus = afternoon.departure((0, 20, 60))
    afternoon.put(bus, cast.liran_id)
    organise.patch("", {"status": "archived"})
    assert problem(afternoon.put(bus, cast.chenzhuo_id)) == (409, "meeting_over")
    assert problem(afternoon.leave(bus, cast.liran_id)) == (409, "meeting_over")
    assert problem(organise.post("/stops", {"name": "四", "capacity": 1})) == (409, "meeting_over")
    assert problem(organise.post("/departures", afternoon.asked((0, 20, 60)))) == (409, "meeting_over")


def test_others_may_not(afternoon: Afternoon, reader: Program, door: Program, cast: Cast) -> None:
    bus = afternoon.departure((0, 20, 60))
    for program in (reader, door):
        assert program.post(f"/departures/{bus}/sign-ups", {"delegate_id": cast.liran_id}).status_code == 403
        assert program.post("/stops", {"name": "四", "capacity": 1}).status_code == 403
    assert door.get("/departures").status_code == 403


def asked_plan(afternoon: Afternoon, *sizes: int, until: int = 210, stay: int = 40, ride: int = 20) -> dict[str, Any]:
    window = {"starts_at": afternoon.at(0), "ends_at": afternoon.at(until)}
    return {"party_sizes": sizes, "window": window, "stay_minutes": stay, "ride_minutes": ride}


def test_the_datong_afternoon_is_planned_and_nothing_is_written(
    afternoon: Afternoon, organise: Program, now: datetime
) -> None:
    planned = organise.post("/departures/plan", asked_plan(afternoon, *[45] * 8))
    assert planned.status_code == 200, planned.json
    found = planned.json["departures"]
    assert [one["seats"] for one in found] == [45] * 8
    assert organise.all("/departures") == []
    starts, ends = (datetime.fromisoformat(afternoon.at(minute)) for minute in (0, 210))
    ride, stay = timedelta(minutes=20), timedelta(minutes=40)
    for one in found:
        moments = [datetime.fromisoformat(one["leaves_at"])]
        for visit in one["stops"]:
            moments += [datetime.fromisoformat(visit[name]) for name in ("arrives_at", "leaves_at")]
        moments.append(datetime.fromisoformat(one["returns_at"]))
        assert starts <= moments[0]
        assert moments[-1] <= ends
        assert sorted(visit["stop_id"] for visit in one["stops"]) == sorted(afternoon.stops)
        legs = [after - before for before, after in pairwise(moments)]
        assert all(leg >= ride for leg in legs[::2])
        assert set(legs[1::2]) == {stay}
        body = {"name": "车", "seats": one["seats"], "leaves_at": one["leaves_at"], "stops": one["stops"]}
        assert organise.post("/departures", body).status_code == 201  # no stop is overfilled


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"stay": 45}, ("215 分钟", "210 分钟")),
        ({"until": 199}, ("200 分钟", "199 分钟")),
        ({"sizes": [141]}, ("141 人", "民和社区（容 140 人）")),
        ({"sizes": [45] * 10}, ("140 人",)),
    ],
)
def test_where_there_is_no_plan_the_narrow_place_is_named(
    afternoon: Afternoon, organise: Program, changes: dict[str, Any], said: tuple[str, ...]
) -> None:
    sizes = {"sizes": [45] * 8} | changes
    answer = organise.post("/departures/plan", asked_plan(afternoon, *sizes.pop("sizes"), **sizes))
    assert problem(answer) == (409, "no_plan")
    for text in said:
        assert text in answer.json["detail"]


def test_datong_with_smaller_stops_is_refused_and_told_what_would_do(
    app: APIFlask, organise: Program, afternoon: Afternoon
) -> None:
    with app.app_context(), db.transaction() as session:
        session.execute(sa.update(Stop).values(capacity=130))
    answer = organise.post("/departures/plan", asked_plan(afternoon, *[45] * 8))
    assert problem(answer) == (409, "no_plan")
    for text in ("民和社区（容 130 人）", "能容 135 人"):
        assert text in answer.json["detail"]


def test_what_is_no_question_for_a_plan(afternoon: Afternoon, organise: Program, reader: Program) -> None:
    good = asked_plan(afternoon, 45)
    assert faults(organise.post("/departures/plan", {**good, "party_sizes": []})) == {"party_sizes"}
    assert faults(organise.post("/departures/plan", {**good, "party_sizes": [0]})) == {"party_sizes.0"}
    assert faults(organise.post("/departures/plan", {**good, "stay_minutes": 0})) == {"stay_minutes"}
    assert faults(organise.post("/departures/plan", {**good, "ride_minutes": -1})) == {"ride_minutes"}
    assert faults(organise.post("/departures/plan", asked_plan(afternoon, 45, until=0))) == {"window.ends_at"}
    assert reader.post("/departures/plan", good).status_code == 403


def test_without_stops_there_is_no_plan(organise: Program, now: datetime) -> None:
    window = {"starts_at": now.isoformat(), "ends_at": (now + timedelta(hours=4)).isoformat()}
    asked = {"party_sizes": [45], "window": window, "stay_minutes": 40, "ride_minutes": 20}
    assert problem(organise.post("/departures/plan", asked)) == (409, "no_plan")
