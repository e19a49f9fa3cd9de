"""Meetings by program."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cast import Cast
from tests.web.api.speaking import Program, faults, problem

MEETINGS = "/api/v1/meetings"


def test_a_meeting_is_made_and_read_back(everywhere: Program, meeting: dict[str, Any]) -> None:
    meeting["hosts"] = [{"name": "示例委员会", "role": "host"}]
    made = everywhere.post(MEETINGS, meeting)
    assert made.status_code == 201
    assert made.json == everywhere.get(f"{MEETINGS}/autumn-2026").json
    assert {name: made.json[name] for name in ("slug", "title", "theme", "hosts", "capacity", "status")} == {
        "slug": "autumn-2026",
        "title": "秋季推进会",
        "theme": "",
        "hosts": meeting["hosts"],
        "capacity": {"in_person": 2, "online": 2},
        "status": "open",
    }
    assert made.json["registration"]["open_to"] == "link"
    assert datetime.fromisoformat(made.json["starts_at"]) == datetime.fromisoformat(meeting["starts_at"])
    assert problem(everywhere.post(MEETINGS, meeting)) == (409, "slug_taken")


@pytest.mark.parametrize(
    "name",
    ["slug", "title", "place", "province", "timezone", "starts_at", "ends_at", "status", "capacity", "registration"],
)
def test_what_may_not_be_left_out(everywhere: Program, meeting: dict[str, Any], name: str) -> None:
    del meeting[name]
    assert faults(everywhere.post(MEETINGS, meeting)) == {name}


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"slug": "No Spaces"}, "slug"),
        ({"slug": "x"}, "slug"),
        ({"slug": "x" * 65}, "slug"),
        ({"title": " "}, "title"),
        ({"title": "长" * 201}, "title"),
        ({"title": "a\x00b"}, "title"),
        ({"title": "a\u202eb"}, "title"),
        ({"theme": "a\nb"}, "theme"),
        ({"title": None}, "title"),
        ({"title": 5}, "title"),
        ({"province": "999999"}, "province"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"starts_at": "2026-07-19T08:30:00"}, "starts_at"),
        ({"starts_at": "2026-07-19"}, "starts_at"),
        ({"starts_at": "1899-12-31T00:00:00Z"}, "starts_at"),
        ({"ends_at": "2200-01-01T00:00:00Z"}, "ends_at"),
        ({"ends_at": "1999-01-01T00:00:00Z"}, "ends_at"),
        ({"status": "done"}, "status"),
        ({"capacity": {"in_person": -1, "online": None}}, "capacity.in_person"),
        ({"capacity": {"in_person": True, "online": None}}, "capacity.in_person"),
        ({"capacity": {"in_person": "1", "online": None}}, "capacity.in_person"),
        ({"capacity": {"in_person": 2.6e-42, "online": None}}, "capacity.in_person"),
        ({"capacity": {"in_person": 10**30, "online": None}}, "capacity.in_person"),
        ({"capacity": 5}, "capacity"),
        ({"hosts": {}}, "hosts"),
        ({"hosts": [{"name": "x", "role": "boss"}]}, "hosts.0.role"),
        ({"hosts": [5]}, "hosts.0"),
    ],
)
def test_malformed_fields_are_named(
    everywhere: Program, meeting: dict[str, Any], changes: dict[str, Any], named: str
) -> None:
    assert faults(everywhere.post(MEETINGS, meeting | changes)) == {named}
    assert problem(everywhere.get(f"{MEETINGS}/autumn-2026")) == (404, "not_found")


def test_registration_backwards_is_named_where_it_stood(everywhere: Program, meeting: dict[str, Any]) -> None:
    meeting["registration"]["closes_at"] = "2020-01-01T00:00:00+08:00"
    assert faults(everywhere.post(MEETINGS, meeting)) == {"registration.closes_at"}


def test_patch_merges_one_level(small: Program, meeting: dict[str, Any], now: datetime) -> None:
    before = small.get().json
    later = (now + timedelta(days=25)).isoformat()
    changed = small.patch(
        "", {"title": "改名", "capacity": {"online": None}, "registration": {"closes_at": later}, "unknown": 1}
    )
    assert changed.status_code == 200
    assert changed.json["title"] == "改名"
    assert changed.json["capacity"] == {"in_person": 2, "online": None}
    assert changed.json["registration"] == before["registration"] | {"closes_at": later}
    untouched = {"title", "capacity", "registration"}
    assert {k: v for k, v in changed.json.items() if k not in untouched} == {
        k: v for k, v in before.items() if k not in untouched
    }
    assert small.patch("", {}).json == changed.json
    assert faults(small.patch("", {"title": None})) == {"title"}
    assert faults(small.patch("", {"capacity": None})) == {"capacity"}
    assert faults(small.patch("", {"registration": {"approval": "maybe"}})) == {"registration.approval"}


def test_capacity_below_the_confirmed_is_refused(organise: Program) -> None:
    assert problem(organise.patch("", {"capacity": {"in_person": 1}})) == (409, "capacity_below_taken")
    assert organise.get().json["capacity"]["in_person"] == 100
    assert organise.patch("", {"capacity": {"in_person": 2}}).status_code == 200


def test_a_tied_token_makes_no_meetings_and_sees_no_other(
    client: FlaskClient, organise: Program, small: Program, meeting: dict[str, Any], cast: Cast
) -> None:
    assert problem(organise.post(MEETINGS, meeting | {"slug": "other"})) == (403, "wrong_meeting")
    assert problem(organise.get(f"{MEETINGS}/autumn-2026")) == (403, "wrong_meeting")
    assert problem(organise.get(f"{MEETINGS}/never-was")) == (404, "not_found")
    assert problem(organise.get(f"{MEETINGS}/a%00b")) == (404, "not_found")
    assert small.get(f"{MEETINGS}/{cast.slug}").status_code == 200
