"""The door by program: the contract's table line by line, times, stays, batches, taking back, the feed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import activity, checkin, scans, tokens
from conference.vocabulary import Scope
from tests.cast import Cast
from tests.web.api.speaking import Program, faults, problem

_nonces = count(1)
UNKNOWN = "K7QH4M2X9RTW6CVP22"


@pytest.fixture
def point(organise: Program, cast: Cast) -> int:
    return cast.venue_id


def scan(program: Program, code: str, point: int, **facts: Any) -> dict[str, Any]:
    body = {"code": code, "checkpoint_id": point, "nonce": f"n{next(_nonces)}", **facts}
    answered = program.post("/check-ins", body)
    assert answered.status_code == 200, answered.json
    found: dict[str, Any] = answered.json
    return found


def short(answer: dict[str, Any]) -> tuple[Any, ...]:
    return answer["outcome"], answer["reason"], answer["flagged"]


def test_line_1_the_same_nonce_again(door: Program, organise: Program, cast: Cast, point: int) -> None:
    body = {"code": cast.liran_code, "checkpoint_id": point, "nonce": "same"}
    first = door.post("/check-ins", body)
    again = door.post("/check-ins", {**body, "code": cast.chenzhuo_code, "direction": "out"})
    assert again.data == first.data
    assert len(organise.all("/check-ins")) == 1
    assert organise.get("/figures").json["present"]["in_person"] == 1


@pytest.mark.parametrize(
    "text", [UNKNOWN, "这不是码", "a\x00b", "\n", "x" * 2048, "https://elsewhere.example/c/nothing"]
)
@pytest.mark.parametrize(
    "offline", [{}, {"admitted_offline": True}, {"refused_offline": "closed"}, {"direction": "out"}]
)
def test_line_2_unknown_offline_or_not(door: Program, point: int, text: str, offline: dict[str, Any]) -> None:
    answer = scan(door, text, point, **offline)
    assert short(answer) == ("refused", "unknown", False)
    assert answer["delegate"] is None


def test_line_3_replaced(door: Program, organise: Program, cast: Cast, point: int) -> None:
    organise.post(f"/delegates/{cast.liran_id}/reissue")
    assert short(scan(door, cast.liran_code, point)) == ("refused", "revoked", False)
    assert short(scan(door, cast.liran_code, point, refused_offline="closed")) == ("refused", "revoked", False)
    assert short(scan(door, cast.liran_code, point, direction="out")) == ("refused", "revoked", False)
    assert short(scan(door, cast.liran_code, point, admitted_offline=True)) == ("admitted", "revoked", True)


def test_line_4_turned_away_offline(door: Program, organise: Program, cast: Cast, point: int) -> None:
    for reason in ("unknown", "revoked", "cancelled", "unconfirmed", "wrong_mode", "not_listed", "closed"):
        answer = scan(door, cast.liran_code, point, refused_offline=reason, direction="out")
        assert short(answer) == ("refused", reason, False)
    assert organise.get("/figures").json["present"]["in_person"] == 0
    body = {"code": cast.liran_code, "checkpoint_id": point, "nonce": "x"}
    both = {"admitted_offline": True, "refused_offline": "closed"}
    assert faults(door.post("/check-ins", body | both)) == {"refused_offline"}
    assert faults(door.post("/check-ins", body | {"refused_offline": "tired"})) == {"refused_offline"}


def test_line_5_out_whatever_the_state(door: Program, organise: Program, cast: Cast, point: int) -> None:
    organise.post(f"/delegates/{cast.chenzhuo_id}/cancel")
    for code in (cast.liran_code, cast.wangmin_code, cast.chenzhuo_code):
        assert short(scan(door, code, point, direction="out", admitted_offline=True)) == ("left", None, False)


@pytest.mark.parametrize("end", ["cancel", "decline"])
def test_line_6_over(door: Program, organise: Program, cast: Cast, point: int, end: str) -> None:
    organise.post(f"/delegates/{cast.liran_id}/{end}")
    assert short(scan(door, cast.liran_code, point)) == ("refused", "cancelled", False)
    assert short(scan(door, cast.liran_code, point, admitted_offline=True)) == ("admitted", "cancelled", True)
    assert short(scan(door, cast.liran_code, point, admitted_offline=True)) == ("already", "cancelled", True)


def test_line_7_unconfirmed(door: Program, organise: Program, cast: Cast, point: int) -> None:
    organise.patch("", {"capacity": {"in_person": 2}})
    body = {"name": "候补", "unit_id": cast.yuquan_id, "mode": "in_person", "phone": "13911110001"}
    waiting = organise.post("/delegates", body).json
    organise.patch("", {"registration": {"approval": "review"}})
    pending = organise.post("/delegates", body | {"phone": "13911110002", "mode": "online"}).json
    assert [waiting["status"], pending["status"]] == ["waitlisted", "pending"]
    for person in (waiting, pending):
        assert short(scan(door, person["code"], point)) == ("refused", "unconfirmed", False)
        assert short(scan(door, person["code"], point, admitted_offline=True)) == ("admitted", "unconfirmed", True)


@pytest.mark.parametrize("kind", ["venue", "session", "meal", "departure"])
def test_line_8_online(door: Program, organise: Program, cast: Cast, kind: str) -> None:
    there = organise.post("/checkpoints", {"name": "处", "kind": kind}).json["id"]
    assert short(scan(door, cast.wangmin_code, there)) == ("refused", "wrong_mode", False)
    assert short(scan(door, cast.wangmin_code, there, admitted_offline=True)) == ("admitted", "wrong_mode", True)


def test_line_10_outside_the_hours_by_the_time_of_the_scan(
    door: Program, organise: Program, cast: Cast, now: datetime
) -> None:
    hours = {"opens_at": now - timedelta(hours=2), "closes_at": now - timedelta(hours=1)}
    there = organise.post(
        "/checkpoints", {"name": "厅", "kind": "session", **{k: v.isoformat() for k, v in hours.items()}}
    )
    there = there.json["id"]
    assert short(scan(door, cast.liran_code, there)) == ("refused", "closed", False)
    early = (now - timedelta(hours=3)).isoformat()
    assert short(scan(door, cast.liran_code, there, scanned_at=early)) == ("refused", "closed", False)
    for edge in ("opens_at", "closes_at"):
        at = hours[edge].isoformat()
        assert scan(door, cast.liran_code, there, scanned_at=at)["reason"] is None
    assert short(scan(door, cast.chenzhuo_code, there, admitted_offline=True)) == ("admitted", "closed", True)


def test_lines_11_and_12(door: Program, organise: Program, cast: Cast, point: int) -> None:
    first = scan(door, cast.liran_code, point)
    assert short(first) == ("admitted", None, False)
    assert (first["first_scanned_at"], first["first_gate"]) == (None, None)
    assert first["delegate"] == {
        "id": cast.liran_id,
        "number": "0001",
        "name": "李然",
        "unit": {"id": cast.yuquan_id, "name": "呼和浩特市玉泉区民政局", "province": "150000"},
        "position": "科员",
        "category": "delegate",
        "mode": "in_person",
        "status": "confirmed",
        "seat": None,
        "departure": None,
    }
    second = scan(organise, cast.liran_code, point)
    assert short(second) == ("already", None, False)
    entry = organise.all("/check-ins")[0]
    assert (second["first_scanned_at"], second["first_gate"]) == (entry["scanned_at"], "checkin 测试")
    assert short(scan(door, cast.liran_code, point, admitted_offline=True)) == ("already", None, True)
    assert short(scan(door, cast.chenzhuo_code, point, admitted_offline=True)) == ("admitted", None, False)


def test_a_code_is_understood_in_every_spelling(door: Program, cast: Cast, point: int) -> None:
    code = cast.liran_code
    spellings = [
        code.lower(),
        f" {code[:4]} {code[4:8]}-{code[8:]} ",
        f"HTTPS://ANY.HOST/C/{code}",
        f"http://localhost/c/{code.lower()}",
    ]
    assert [scan(door, text, point)["outcome"] for text in spellings] == ["admitted", "already", "already", "already"]


def test_reentry_admits_every_time(door: Program, organise: Program, cast: Cast) -> None:
    there = organise.post("/checkpoints", {"name": "展区", "kind": "venue", "reentry": True}).json["id"]
    assert [short(scan(door, cast.liran_code, there)) for _ in range(3)] == [("admitted", None, False)] * 3
    assert organise.get("/figures").json["present"]["in_person"] == 1


def test_a_stay_ends_with_an_exit(door: Program, organise: Program, cast: Cast, point: int) -> None:
    acts = ["in", "in", "out", "out", "in", "in"]
    outcomes = [scan(door, cast.liran_code, point, direction=act)["outcome"] for act in acts]
    assert outcomes == ["admitted", "already", "left", "left", "admitted", "already"]
    present = organise.get("/figures").json["present"]
    assert (present["in_person"], present["inside"], present["provinces"]) == (1, 1, 1)
    scan(door, cast.liran_code, point, direction="out")
    present = organise.get("/figures").json["present"]
    assert (present["in_person"], present["inside"]) == (1, 0)


def test_who_is_in_follows_the_time_of_the_scan(
    door: Program, organise: Program, cast: Cast, point: int, now: datetime
) -> None:
    def at(minutes: int) -> str:
        return (now - timedelta(minutes=minutes)).isoformat()

    code = cast.liran_code
    assert scan(door, code, point, direction="out", scanned_at=at(5))["outcome"] == "left"
    assert scan(door, code, point, scanned_at=at(10))["outcome"] == "admitted"
    assert organise.get("/figures").json["present"]["inside"] == 0
    earlier = scan(door, code, point, scanned_at=at(15))
    assert (earlier["outcome"], earlier["first_scanned_at"]) == ("already", at(10))
    assert scan(door, code, point, scanned_at=at(2))["outcome"] == "admitted"
    assert organise.get("/figures").json["present"]["inside"] == 1
    # An exit of 07 arrives late and parts the first stay's entry from nothing else.
    assert scan(door, code, point, direction="out", scanned_at=at(7))["outcome"] == "left"
    assert scan(door, code, point, scanned_at=at(6))["outcome"] == "admitted"
    assert scan(door, code, point, scanned_at=at(1))["outcome"] == "already"


@pytest.mark.parametrize(
    ("scanned", "sent", "moved", "flagged"),
    [
        (-300, None, -300, False),
        (-300, 30, -300, False),
        (-300, -50, -300, False),
        (-300, -240, -60, True),
        (3300, 3600, -300, True),
        (50, None, 0, False),
        (3600, None, 0, True),
        (7200, 3600, 0, True),
    ],
)
def test_a_wrong_clock(
    door: Program, organise: Program, cast: Cast, point: int, scanned: int, sent: int | None, moved: int, flagged: bool
) -> None:
    now = datetime.now(UTC)
    times = {"scanned_at": (now + timedelta(seconds=scanned)).isoformat()}
    if sent is not None:
        times["sent_at"] = (now + timedelta(seconds=sent)).isoformat()
    answer = scan(door, cast.liran_code, point, **times)
    assert (answer["outcome"], answer["flagged"]) == ("admitted", flagged)
    kept = datetime.fromisoformat(organise.all("/check-ins")[0]["scanned_at"])
    assert abs(kept - now - timedelta(seconds=moved)) < timedelta(seconds=10)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"code": ""}, "code"),
        ({"code": "x" * 2049}, "code"),
        ({"code": 5}, "code"),
        ({"code": None}, "code"),
        ({"checkpoint_id": 999_999}, "checkpoint_id"),
        ({"checkpoint_id": 2**63}, "checkpoint_id"),
        ({"checkpoint_id": "1"}, "checkpoint_id"),
        ({"nonce": ""}, "nonce"),
        ({"nonce": "n" * 65}, "nonce"),
        ({"nonce": "a\x00"}, "nonce"),
        ({"nonce": 7}, "nonce"),
        ({"direction": "up"}, "direction"),
        ({"scanned_at": "2026-11-24T08:00:00"}, "scanned_at"),
        ({"scanned_at": "0001-01-01T00:00:00+23:00"}, "scanned_at"),
        ({"scanned_at": "2026-13-24T08:00:00Z"}, "scanned_at"),
        ({"scanned_at": 1}, "scanned_at"),
        ({"sent_at": "2026-11-24"}, "sent_at"),
        ({"admitted_offline": "true"}, "admitted_offline"),
        ({"override": "let_in"}, "override"),
    ],
)
def test_malformed_scans(door: Program, organise: Program, cast: Cast, changes: dict[str, Any], named: str) -> None:
    body = {"code": cast.liran_code, "checkpoint_id": cast.venue_id, "nonce": "n"}
    assert faults(door.post("/check-ins", body | changes)) == {named}
    assert organise.all("/check-ins") == []
    batch = door.post("/check-ins/batch", {"items": [body | changes, body | {"nonce": "good"}]}).json["results"]
    assert batch[0]["error"]["code"] == "malformed"
    assert batch[0]["error"]["errors"].keys() == {named}
    assert batch[1]["outcome"] == "admitted"


def test_a_batch_is_judged_by_time_and_answered_in_order(
    door: Program, organise: Program, cast: Cast, point: int, now: datetime
) -> None:
    def item(nonce: str, minutes: int, **facts: Any) -> dict[str, Any]:
        at = (now - timedelta(minutes=minutes)).isoformat()
        return {"code": cast.liran_code, "checkpoint_id": point, "nonce": nonce, "scanned_at": at, **facts}

    items: list[Any] = [item("c", 1), item("b", 5, direction="out"), None, item("a", 9), item("a", 3)]
    sent = door.post("/check-ins/batch", {"items": items})
    results = sent.json["results"]
    assert [r.get("outcome") or r["error"]["code"] for r in results] == [
        "admitted",
        "left",
        "malformed",
        "admitted",
        "admitted",
    ]
    assert results[4] == results[3]
    assert door.post("/check-ins/batch", {"items": items}).json["results"] == results
    assert len(organise.all("/check-ins")) == 3


def test_the_size_of_a_batch(door: Program, cast: Cast, point: int) -> None:
    for items in ([], [{}] * 501, {}, None, "x"):
        assert faults(door.post("/check-ins/batch", {"items": items})) == {"items"}
    assert faults(door.post("/check-ins/batch", {})) == {"items"}
    long = [{"code": "长" * 2048, "checkpoint_id": point, "nonce": f"l{i}"} for i in range(500)]
    results = door.post("/check-ins/batch", {"items": long}).json["results"]
    assert [r["reason"] for r in results] == ["unknown"] * 500


def test_taking_back(door: Program, organise: Program, cast: Cast, point: int) -> None:
    first = scan(door, cast.liran_code, point)
    scan(door, cast.liran_code, point)
    voided = door.post(f"/check-ins/{first['id']}/void", {"reason": "扫错了人"})
    assert voided.status_code == 200
    assert voided.json["voided_at"] is not None
    assert {k: voided.json[k] for k in first} == first
    assert organise.get("/figures").json["present"]["in_person"] == 0
    assert organise.post(f"/check-ins/{first['id']}/void", {"reason": "再来"}).json == voided.json
    assert scan(door, cast.liran_code, point)["outcome"] == "admitted"
    assert organise.get("/figures").json["present"]["in_person"] == 1
    assert faults(door.post(f"/check-ins/{first['id']}/void", {})) == {"reason"}
    assert problem(door.post("/check-ins/999999/void", {"reason": "无"})) == (404, "not_found")


def test_a_scanner_takes_back_only_its_own_within_a_quarter_of_an_hour(
    app: APIFlask, client: FlaskClient, door: Program, organise: Program, cast: Cast, point: int, now: datetime
) -> None:
    with app.app_context():
        west = tokens.create("西门", Scope.CHECKIN, meeting_id=cast.meeting_id, actor=activity.SYSTEM, now=now)
        own = tokens.bearer(cast.checkin, now=now)
        assert own is not None
        old = checkin.check_in(
            cast.meeting_id,
            scans.Scan(cast.chenzhuo_code, point, "old"),
            scans.Gate(own.name, own.id),
            now=now - timedelta(minutes=16),
        )
        db.release()
    fresh = scan(door, cast.liran_code, point)
    other = Program(client, west, cast.slug)
    assert problem(other.post(f"/check-ins/{fresh['id']}/void", {"reason": "r"})) == (403, "void_not_yours")
    assert problem(door.post(f"/check-ins/{old['id']}/void", {"reason": "r"})) == (403, "void_not_yours")
    assert organise.post(f"/check-ins/{old['id']}/void", {"reason": "r"}).status_code == 200


def test_the_feed_tells_each_scan_once(door: Program, organise: Program, cast: Cast, point: int) -> None:
    answers = [scan(door, cast.liran_code, point), scan(door, UNKNOWN, point), scan(door, cast.wangmin_code, point)]
    told = organise.all("/check-ins", limit=2)
    assert [{k: entry[k] for k in answer} for entry, answer in zip(told, answers, strict=True)] == answers
    extra = {"checkpoint_id", "direction", "gate", "scanned_at", "received_at", "voided_at"}
    assert told[0].keys() == answers[0].keys() | extra
    assert {entry["gate"] for entry in told} == {"checkin 测试"}
