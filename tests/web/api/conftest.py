"""Programs with each scope, in the cast's meeting."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import activity, tokens
from conference.vocabulary import Scope
from tests.cast import Cast
from tests.web.api.speaking import Program


@pytest.fixture
def organise(client: FlaskClient, cast: Cast) -> Program:
    return Program(client, cast.organise, cast.slug)


@pytest.fixture
def door(client: FlaskClient, cast: Cast) -> Program:
    return Program(client, cast.checkin, cast.slug)


@pytest.fixture
def reader(client: FlaskClient, cast: Cast) -> Program:
    return Program(client, cast.read, cast.slug)


@pytest.fixture
def everywhere(app: APIFlask, client: FlaskClient, cast: Cast, now: datetime) -> Program:
    """An organiser's token that is tied to no meeting."""
    with app.app_context():
        token = tokens.create("全部会议", Scope.ORGANISE, meeting_id=None, actor=activity.SYSTEM, now=now)
        db.release()
    return Program(client, token, cast.slug)


@pytest.fixture
def meeting(now: datetime) -> dict[str, Any]:
    """A meeting as a program makes one: three places in person, open now."""
    return {
        "slug": "autumn-2026",
        "title": "秋季推进会",
        "place": "太原",
        "province": "140000",
        "timezone": "Asia/Shanghai",
        "starts_at": (now + timedelta(days=30)).isoformat(),
        "ends_at": (now + timedelta(days=31)).isoformat(),
        "status": "open",
        "capacity": {"in_person": 2, "online": 2},
        "registration": {
            "opens_at": (now - timedelta(days=1)).isoformat(),
            "closes_at": (now + timedelta(days=20)).isoformat(),
            "approval": "automatic",
        },
    }


@pytest.fixture
def small(client: FlaskClient, everywhere: Program, meeting: dict[str, Any]) -> Program:
    """The organiser of that small meeting."""
    assert everywhere.post("/api/v1/meetings", meeting).status_code == 201
    return Program(client, everywhere.headers["Authorization"].removeprefix("Bearer "), meeting["slug"])
