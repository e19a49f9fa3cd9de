"""Delegates by program: places, lines, changes, endings."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from apiflask import APIFlask

from conference import db
from conference.services import links
from tests.cast import Cast
from tests.web.api.speaking import Program, faults, problem

_phones = count(13900000000)


def enter(program: Program, unit_id: int, mode: str = "in_person", **facts: Any) -> dict[str, Any]:
    body = {"name": "测试示例", "unit_id": unit_id, "mode": mode, "phone": str(next(_phones)), **facts}
    made = program.post("/delegates", body)
    assert made.status_code == 201, made.json
    found: dict[str, Any] = made.json
    return found


@pytest.fixture
def unit(small: Program) -> int:
    return int(small.post("/units", {"name": "平城区", "province": "140000"}).json["id"])


def standing(program: Program, *people: dict[str, Any]) -> list[tuple[Any, ...]]:
    found = [program.get(f"/delegates/{person['id']}").json for person in people]
    return [(one["status"], one["mode"], one["waiting_for"], one["waitlist_place"]) for one in found]


def test_a_person_is_entered(app: APIFlask, organise: Program, cast: Cast) -> None:
    made = enter(organise, cast.yuquan_id, name=" 欧阳·娜 ", email="Li@Example.org", category="expert")
    assert made["name"] == "欧阳·娜"
    assert made["unit"] == {"id": cast.yuquan_id, "name": "呼和浩特市玉泉区民政局", "province": "150000"}
    assert (made["category"], made["mode"], made["status"]) == ("expert", "in_person", "confirmed")
    assert (made["waiting_for"], made["waitlist_place"], made["acknowledged_at"]) == (None, None, None)
    assert made["number"] == "0004"
    assert len(made["code"]) == 18
    assert datetime.fromisoformat(made["created_at"]).utcoffset() is not None
    with app.app_context():
        token = made["access_url"].rsplit("/", 1)[1]
        link = links.by_token(token)
        assert link is not None
        assert link.delegate_id == made["id"]
        db.release()
    shown = organise.get(f"/delegates/{made['id']}").json
    assert shown == made | {"access_url": None}
    listed = organise.all("/delegates", limit=1)
    assert [one["id"] for one in listed] == sorted(one["id"] for one in listed)
    assert listed[-1] == shown


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": "名" * 51}, "name"),
        ({"name": "　"}, "name"),
        ({"name": "a\x07"}, "name"),
        ({"unit_id": 999_999}, "unit_id"),
        ({"unit_id": 0}, "unit_id"),
        ({"unit_id": 2**63}, "unit_id"),
        ({"unit_id": "1"}, "unit_id"),
        ({"unit_id": True}, "unit_id"),
        ({"unit_id": None}, "unit_id"),
        ({"mode": "hybrid"}, "mode"),
        ({"phone": "123"}, "phone"),
        ({"phone": 13800000000}, "phone"),
        ({"phone": None}, "phone"),
        ({"phone": "1390000\x000000"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"position": 3}, "position"),
        ({"category": "king"}, "category"),
        ({"late": "yes"}, "late"),
    ],
)
def test_malformed_people(organise: Program, cast: Cast, changes: dict[str, Any], named: str) -> None:
    body = {"name": "测试示例", "unit_id": cast.yuquan_id, "mode": "online", "phone": "13911112222"}
    assert faults(organise.post("/delegates", body | changes)) == {named}
    assert len(organise.all("/delegates")) == 3


def test_one_active_place_per_phone_or_email(organise: Program, cast: Cast) -> None:
    first = enter(organise, cast.yuquan_id, phone="+86 139 1111 2222", email="Someone@Example.org")
    body = {"name": "另一人", "unit_id": cast.kenli_id, "mode": "online"}
    for reach in ({"phone": "13911112222"}, {"email": "someone@example.ORG"}):
        assert problem(organise.post("/delegates", body | reach)) == (409, "already_registered")
    organise.post(f"/delegates/{first['id']}/cancel")
    assert organise.post("/delegates", body | {"phone": "13911112222"}).status_code == 201


def test_closed_and_late(small: Program, unit: int, now: datetime) -> None:
    small.patch("", {"registration": {"closes_at": (now - timedelta(minutes=1)).isoformat()}})
    body = {"name": "晚到", "unit_id": unit, "mode": "online", "phone": "13911112222"}
    assert problem(small.post("/delegates", body)) == (409, "registration_closed")
    assert small.post("/delegates", body | {"late": True}).status_code == 201
    assert problem(small.post("/delegates", body)) == (409, "registration_closed")


def test_the_units_limit_counts_pending_and_waiting_ones_of_both_modes(small: Program, unit: int) -> None:
    small.patch(f"/units/{unit}", {"delegate_limit": 3})
    people = [enter(small, unit) for _ in range(3)]
    assert people[2]["status"] == "waitlisted"
    body = {"name": "第四人", "unit_id": unit, "mode": "online", "phone": "13911112222"}
    assert problem(small.post("/delegates", body)) == (409, "unit_full")
    small.post(f"/delegates/{people[0]['id']}/decline", {"reason": "重复"})
    assert small.post("/delegates", body).status_code == 201


def test_the_line_moves_in_order(small: Program, unit: int) -> None:
    people = [enter(small, unit) for _ in range(5)]
    assert [(p["status"], p["waitlist_place"]) for p in people] == [
        ("confirmed", None),
        ("confirmed", None),
        ("waitlisted", 1),
        ("waitlisted", 2),
        ("waitlisted", 3),
    ]
    small.post(f"/delegates/{people[3]['id']}/cancel")
    small.post(f"/delegates/{people[0]['id']}/cancel")
    assert standing(small, people[2], people[4]) == [
        ("confirmed", "in_person", None, None),
        ("waitlisted", "in_person", None, 1),
    ]
    small.patch("", {"capacity": {"in_person": 3}})
    assert standing(small, people[4]) == [("confirmed", "in_person", None, None)]


def test_changing_mode_keeps_the_old_place_until_the_new_one_is_free(small: Program, unit: int) -> None:
    in_person = [enter(small, unit) for _ in range(2)]
    online = [enter(small, unit, "online") for _ in range(2)]
    waiting = enter(small, unit)
    wished = small.patch(f"/delegates/{online[0]['id']}", {"mode": "in_person"}).json
    assert (wished["mode"], wished["waiting_for"], wished["waitlist_place"]) == ("online", "in_person", 2)
    back = small.patch(f"/delegates/{online[0]['id']}", {"mode": "online"}).json
    assert (back["mode"], back["waiting_for"], back["waitlist_place"]) == ("online", None, None)
    small.patch(f"/delegates/{online[0]['id']}", {"mode": "in_person"})
    behind = enter(small, unit, "online")
    assert behind["waitlist_place"] == 1
    for gone in in_person:
        small.post(f"/delegates/{gone['id']}/cancel")
    assert standing(small, waiting, online[0], behind) == [
        ("confirmed", "in_person", None, None),
        ("confirmed", "in_person", None, None),  # whose online place went on at once
        ("confirmed", "online", None, None),
    ]


def test_two_who_wish_to_change_places_do(small: Program, unit: int) -> None:
    in_person = [enter(small, unit) for _ in range(2)]
    online = [enter(small, unit, "online") for _ in range(2)]
    small.patch(f"/delegates/{in_person[0]['id']}", {"mode": "online"})
    small.patch(f"/delegates/{online[0]['id']}", {"mode": "in_person"})
    small.patch("", {"capacity": {"online": 3}})
    assert standing(small, in_person[0], online[0]) == [
        ("confirmed", "online", None, None),
        ("confirmed", "in_person", None, None),
    ]


def test_a_waiting_one_changes_line_or_takes_a_free_place(small: Program, unit: int) -> None:
    people = [enter(small, unit) for _ in range(4)]
    moved = small.patch(f"/delegates/{people[2]['id']}", {"mode": "online"}).json
    assert (moved["status"], moved["mode"]) == ("confirmed", "online")
    enter(small, unit, "online")
    behind = small.patch(f"/delegates/{people[3]['id']}", {"mode": "online"}).json
    assert (behind["status"], behind["mode"], behind["waiting_for"], behind["waitlist_place"]) == (
        "waitlisted",
        "online",
        None,
        1,
    )


def test_review(small: Program, unit: int) -> None:
    small.patch("", {"registration": {"approval": "review"}})
    people = [enter(small, unit) for _ in range(4)]
    assert {p["status"] for p in people} == {"pending"}
    changed = small.patch(f"/delegates/{people[3]['id']}", {"mode": "online"}).json
    assert (changed["status"], changed["mode"]) == ("pending", "online")
    answers = [small.post(f"/delegates/{p['id']}/confirm").json for p in people]
    assert [(a["status"], a["waitlist_place"]) for a in answers] == [
        ("confirmed", None),
        ("confirmed", None),
        ("waitlisted", 1),
        ("confirmed", None),
    ]
    assert small.post(f"/delegates/{people[0]['id']}/confirm").json["status"] == "confirmed"
    assert small.post(f"/delegates/{people[1]['id']}/decline", {"reason": "名额"}).json["status"] == "declined"
    assert standing(small, people[2]) == [("confirmed", "in_person", None, None)]


@pytest.mark.parametrize("end", ["cancel", "decline"])
def test_what_is_over_takes_no_decision(organise: Program, cast: Cast, end: str) -> None:
    address = f"/delegates/{cast.liran_id}"
    assert organise.post(f"{address}/{end}").status_code == 200
    for act in ("confirm", "decline", "cancel", "reissue"):
        assert problem(organise.post(f"{address}/{act}")) == (409, "not_active")
    assert problem(organise.patch(address, {"mode": "online"})) == (409, "not_active")
    assert organise.patch(address, {"name": "李然然"}).json["name"] == "李然然"
    figures = organise.get("/figures").json["delegates"]
    assert (figures["confirmed"], figures["cancelled"]) == (2, 1)


def test_reissue_gives_a_new_code(organise: Program, door: Program, cast: Cast) -> None:
    fresh = organise.post(f"/delegates/{cast.liran_id}/reissue").json["code"]
    assert fresh != cast.liran_code
    scan = {"checkpoint_id": cast.venue_id}
    old = door.post("/check-ins", {**scan, "code": cast.liran_code, "nonce": "1"}).json
    new = door.post("/check-ins", {**scan, "code": fresh, "nonce": "2"}).json
    assert [(a["outcome"], a["reason"]) for a in (old, new)] == [("refused", "revoked"), ("admitted", None)]


def test_edit(organise: Program, cast: Cast) -> None:
    address = f"/delegates/{cast.liran_id}"
    changed = organise.patch(
        address,
        {
            "name": "李冉",
            "position": None,
            "category": "staff",
            "unit_id": cast.kenli_id,
            "phone": None,
            "email": "a@b.cn",
        },
    ).json
    assert (changed["name"], changed["position"], changed["category"]) == ("李冉", "", "staff")
    assert changed["unit"]["id"] == cast.kenli_id
    assert faults(organise.patch(address, {"email": None})) == {"phone"}
    assert faults(organise.patch(address, {"unit_id": 999_999})) == {"unit_id"}
    assert faults(organise.patch(address, {"mode": None})) == {"mode"}
    assert faults(organise.patch(address, {"name": None})) == {"name"}
    assert problem(organise.patch(address, {"phone": "13800000002"})) == (409, "already_registered")
    assert organise.get(address).json == changed
    assert problem(organise.get("/delegates/999999")) == (404, "not_found")


def test_a_reader_sees_nothing_that_identifies_a_person(reader: Program, organise: Program, cast: Cast) -> None:
    told = reader.all("/delegates")
    assert [one["id"] for one in told] == [one["id"] for one in organise.all("/delegates")]
    for one in [*told, reader.get(f"/delegates/{cast.liran_id}").json]:
        assert {one[name] for name in ("name", "code", "position", "access_url")} == {None}
        assert one["unit"]["name"]
        assert one["status"] == "confirmed"


def test_created_at_is_now(organise: Program, cast: Cast) -> None:
    made = enter(organise, cast.yuquan_id)
    assert abs(datetime.fromisoformat(made["created_at"]) - datetime.now(UTC)) < timedelta(minutes=1)
