"""Checkpoints: added and edited."""

from __future__ import annotations

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.services import checkpoints
from conference.vocabulary import CheckpointKind
from tests.cast import Cast

GOOD = {"name": "午餐", "kind": "meal", "opens_at": "2027-05-10T11:30", "closes_at": "2027-05-10T13:30", "reentry": "y"}


def test_a_checkpoint_is_added_and_edited_but_keeps_its_kind(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    base = f"/desk/{cast.slug}/checkpoints"
    assert desk.post(f"{base}/new", data=GOOD).status_code == 303
    with app.app_context():
        made = checkpoints.listed(cast.meeting_id)[-1]
        assert (made.name, made.kind, made.reentry) == ("午餐", CheckpointKind.MEAL, True)
        assert made.opens_at is not None
        assert made.opens_at.isoformat() == "2027-05-10T03:30:00+00:00"
    assert 'value="2027-05-10T11:30"' in desk.get(f"{base}/{made.id}").text
    changed = {"name": "晚餐", "kind": "venue", "opens_at": "", "closes_at": ""}
    assert desk.post(f"{base}/{made.id}", data=changed).status_code == 303
    with app.app_context():
        edited = checkpoints.one(cast.meeting_id, made.id)
        assert (edited.name, edited.kind, edited.opens_at, edited.reentry) == ("晚餐", CheckpointKind.MEAL, None, False)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("kind", "door"), ("opens_at", "9999-01-01T00:00"), ("closes_at", "2027-05-10T11:00")],
)
def test_a_bad_checkpoint_is_told_so(app: APIFlask, desk: FlaskClient, cast: Cast, field: str, value: str) -> None:
    assert desk.post(f"/desk/{cast.slug}/checkpoints/new", data=GOOD | {field: value}).status_code == 422
    with app.app_context():
        assert len(checkpoints.listed(cast.meeting_id)) == 1
