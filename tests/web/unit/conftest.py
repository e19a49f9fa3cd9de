"""Liaisons for the desks of the cast's units: 孙立 for 玉泉, 韩梅 for 垦利."""

from __future__ import annotations

from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Liaison
from conference.rules import contact
from conference.sealing import blind_index, seal
from conference.services import desks, units
from tests.cast import Cast


def make_liaison(meeting_id: int, unit_id: int, name: str, phone: str, now: datetime) -> str:
    """A liaison and the token of a link to their desk."""
    with db.transaction() as session:
        part = units.one(meeting_id, unit_id)
        kept = contact.phone(phone) or ""
        session.add(
            Liaison(
                participation_id=part.id,
                name=name,
                phone_sealed=seal(kept),
                phone_index=blind_index(kept),
                since=now,
            )
        )
        session.flush()
        return desks.issue(session, part, now=now)


@pytest.fixture
def yuquan_desk(app: APIFlask, cast: Cast, now: datetime) -> str:
    with app.app_context():
        return make_liaison(cast.meeting_id, cast.yuquan_id, "孙立", "13700000001", now)


@pytest.fixture
def kenli_desk(app: APIFlask, cast: Cast, now: datetime) -> str:
    with app.app_context():
        return make_liaison(cast.meeting_id, cast.kenli_id, "韩梅", "13700000002", now)


@pytest.fixture
def desk(client: FlaskClient, yuquan_desk: str) -> str:
    """The address of 玉泉's desk, open in `client`."""
    answer = client.get(f"/u/{yuquan_desk}")
    assert answer.status_code == 303
    return str(answer.location)
