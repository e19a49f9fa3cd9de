"""Checkpoints by program."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.web.api.speaking import Program, faults


def test_checkpoints_are_made_and_listed(organise: Program, door: Program, now: datetime) -> None:
    made = organise.post("/checkpoints", {"name": "晚餐", "kind": "meal", "opens_at": now.isoformat(), "reentry": True})
    assert made.status_code == 201
    assert made.json == {
        "id": made.json["id"],
        "name": "晚餐",
        "kind": "meal",
        "opens_at": now.isoformat(),
        "closes_at": None,
        "reentry": True,
        "session_id": None,
        "departure_id": None,
        "leg": None,
    }
    listed = door.all("/checkpoints", limit=1)
    assert [point["kind"] for point in listed] == ["venue", "meal"]
    assert listed[1] == made.json


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"name": None}, "name"),
        ({"kind": "door"}, "kind"),
        ({"opens_at": "2026-01-01T00:00:00"}, "opens_at"),
        ({"opens_at": "2026-01-02T00:00:00Z", "closes_at": "2026-01-01T00:00:00Z"}, "closes_at"),
        ({"reentry": 1}, "reentry"),
        ({"reentry": None}, "reentry"),
        ({"session_id": 999}, "session_id"),
        ({"departure_id": 1}, "departure_id"),
        ({"leg": -1}, "leg"),
    ],
)
def test_malformed_checkpoints(organise: Program, changes: dict[str, Any], named: str) -> None:
    assert faults(organise.post("/checkpoints", {"name": "门", "kind": "venue"} | changes)) == {named}
    assert len(organise.all("/checkpoints")) == 1
