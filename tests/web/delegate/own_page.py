"""What tests of the own page share: opening it, proving oneself, looking at the rows behind it."""

from __future__ import annotations

from datetime import datetime

from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Delegate
from conference.services import registration
from conference.services.activity import SYSTEM
from conference.vocabulary import Mode, Origin
from tests.cast import Cast

PHONE = "13900000001"
STAY = {
    "room": "shared",
    "gender": "female",
    "share_with": "王敏",
    "arrives_by": "G7883",
    "leaves_by": "MU2401",
}


def open_page(client: FlaskClient, token: str) -> str:
    answer = client.get(f"/p/{token}")
    assert answer.status_code == 303
    return str(answer.location)


def prove(client: FlaskClient, address: str, act: str, last_four: str = "0001") -> None:
    answer = client.post(f"{address}proof/{act}", data={"proof": last_four})
    assert answer.status_code == 303, answer.text


def row(app: APIFlask, delegate_id: int) -> Delegate:
    with app.app_context():
        found = db.session().get_one(Delegate, delegate_id)
        db.session().expunge_all()
        return found


def entered_by_liaison(app: APIFlask, cast: Cast, now: datetime) -> tuple[int, str]:
    """赵敏's id and token; the liaison of 垦利 entered her."""
    with app.app_context():
        made = registration.register(
            cast.meeting_id,
            registration.Entry("赵敏", cast.kenli_id, Mode.IN_PERSON, phone=PHONE, position="科员"),
            actor=SYSTEM,
            origin=Origin.LIAISON,
            public_url=cast.public_url,
            now=now,
        )
        return made.delegate_id, made.token
