"""The roster: everything first, then only what changed."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import roster
from conference.services.roster import Position
from conference.web import compression
from tests.cast import Cast
from tests.web.api.speaking import Program, faults, problem


def sync(door: Program, point: int, cursor: str | None = None) -> tuple[list[dict[str, Any]], str]:
    page = door.get("/roster", checkpoint_id=point, **({"cursor": cursor} if cursor else {})).json
    assert page["more"] is False
    return page["items"], page["cursor"]


def quiet(door: Program, point: int, cursor: str) -> bool:
    """Whether nothing is told any more. On a cluster that others write to as well, a change may be told twice."""
    for _ in range(200):
        items, cursor = sync(door, point, cursor)
        if not items:
            return True
    return False


def test_everybody_then_nothing_then_what_changed(door: Program, organise: Program, cast: Cast) -> None:
    items, cursor = sync(door, cast.venue_id)
    assert [(item["code"], item["mode"], item["phone_tail"]) for item in items] == [
        (cast.liran_code, "in_person", "0001"),
        (cast.wangmin_code, "online", "0002"),
        (cast.chenzhuo_code, "in_person", "0003"),
    ]
    assert items[0] == {
        "code": cast.liran_code,
        "number": "0001",
        "name": "李然",
        "pinyin": "li ran",
        "unit": {"id": cast.yuquan_id, "name": "呼和浩特市玉泉区民政局", "province": "150000"},
        "position": "科员",
        "category": "delegate",
        "phone_tail": "0001",
        "mode": "in_person",
        "status": "confirmed",
        "seat": None,
        "departure": None,
        "listed": True,
        "in": False,
        "first_scanned_at": None,
        "first_gate": None,
        "removed": False,
    }
    assert quiet(door, cast.venue_id, cursor)
    scan = {"code": cast.liran_code, "checkpoint_id": cast.venue_id, "nonce": "1"}
    assert door.post("/check-ins", scan).status_code == 200
    organise.post(f"/delegates/{cast.wangmin_id}/cancel")
    fresh = organise.post(f"/delegates/{cast.chenzhuo_id}/reissue").json["code"]
    changed, cursor = sync(door, cast.venue_id, cursor)
    assert {(i["code"], i["in"], i["first_gate"], i["removed"]) for i in changed} == {
        (cast.liran_code, True, "checkin 测试", False),
        (cast.wangmin_code, False, None, True),
        (cast.chenzhuo_code, False, None, True),
        (fresh, False, None, False),
    }
    assert quiet(door, cast.venue_id, cursor)


def test_presence_belongs_to_the_checkpoint(door: Program, organise: Program, cast: Cast) -> None:
    meal = organise.post("/checkpoints", {"name": "午餐", "kind": "meal"}).json["id"]
    door.post("/check-ins", {"code": cast.liran_code, "checkpoint_id": meal, "nonce": "1"})
    assert [item["in"] for item in sync(door, cast.venue_id)[0]] == [False, False, False]
    assert [item["in"] for item in sync(door, meal)[0]] == [True, False, False]


def test_pages_of_a_round(context: APIFlask, cast: Cast) -> None:
    told: list[str] = []
    position = Position()
    for _ in range(3):
        page = roster.page(cast.meeting_id, cast.venue_id, position, size=1)
        told += [item["code"] for item in page.items]
        position = page.position
    assert told == [cast.liran_code, cast.wangmin_code, cast.chenzhuo_code]
    assert (page.more, position.after_id, position.until) == (False, 0, 0)
    db.release()


def test_who_may_and_what_is_malformed(door: Program, reader: Program, cast: Cast) -> None:
    assert problem(reader.get("/roster", checkpoint_id=cast.venue_id)) == (403, "wrong_scope")
    assert faults(door.get("/roster")) == {"checkpoint_id"}
    for wrong in ("999999", "x", "-1", str(2**63), "9" * 40):
        assert faults(door.get("/roster", checkpoint_id=wrong)) == {"checkpoint_id"}
    _, cursor = sync(door, cast.venue_id)
    for bad in ("", "x", cursor + "=", cursor[:-1], "a" * 300, "游标"):
        assert faults(door.get("/roster", checkpoint_id=cast.venue_id, cursor=bad)) == {"cursor"}


def test_a_renamed_unit_is_told(door: Program, organise: Program, cast: Cast) -> None:
    _, cursor = sync(door, cast.venue_id)
    organise.patch(f"/units/{cast.kenli_id}", {"name": "垦利区民政局"})
    changed, cursor = sync(door, cast.venue_id, cursor)
    assert ("垦利区民政局", cast.chenzhuo_code) in {(item["unit"]["name"], item["code"]) for item in changed}
    assert quiet(door, cast.venue_id, cursor)


def test_a_long_answer_is_compressed_for_who_can_read_it(
    client: FlaskClient, organise: Program, door: Program, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = f"/api/v1/meetings/{cast.slug}/roster?checkpoint_id={cast.venue_id}"
    plain = client.get(path, headers=door.headers)
    assert "Content-Encoding" not in plain.headers
    assert "Accept-Encoding" in plain.headers["Vary"]
    asked = door.headers | {"Accept-Encoding": "br;q=0.9, gzip"}
    assert "Content-Encoding" not in client.get(path, headers=asked).headers, "three people are short"
    monkeypatch.setattr(compression, "LEAST", 100)
    packed = client.get(path, headers=asked)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert int(packed.headers["Content-Length"]) == len(packed.data) < len(plain.data)
    assert json.loads(gzip.decompress(packed.data))["items"] == json.loads(plain.data)["items"]
    assert "Content-Encoding" not in client.get(path, headers=door.headers | {"Accept-Encoding": "gzip;q=0"}).headers
    refused = client.get(path.replace("roster", "nothing"), headers=asked)
    assert (refused.status_code, refused.headers.get("Content-Encoding")) == (404, None)
