"""A form sent twice gives one place and the same page: by the public page, by a unit's link, at the desk."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Delegate, RepeatEntry, Submission
from conference.services import delegates, submissions
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from tests.cast import PASSWORD, Cast
from tests.recount import assert_whole

PERSON = {"mode": "in_person", "name": "孙明", "position": "社工", "phone": "13800000010", "agreed": "y"}
DESK = {"name": "孙明", "mode": "in_person", "phone": "13800000010", "category": "guest", "seat": "3 排"}


def nonce(client: FlaskClient, address: str) -> str:
    found = re.search(r'name="nonce"[^>]*value="([0-9a-f]{32})"', client.get(address).text)
    assert found, address
    return found[1]


def way(cast: Cast, by: str) -> tuple[str, dict[str, str]]:
    """The address of a form, and what is sent to it."""
    return {
        "public": (f"/m/{cast.slug}/register", PERSON | {"picked": str(cast.kenli_id)}),
        "unit": (f"/r/{cast.kenli_link}", PERSON),
        "desk": (f"/desk/{cast.slug}/delegates/new", DESK | {"unit": "玉泉区", "unit_id": ""}),
    }[by]


def made(app: APIFlask) -> tuple[int, int]:
    """How many 孙明 there are, and how many entries that repeat a place."""
    with app.app_context():
        people, repeats = (
            db.session().scalar(sa.select(sa.func.count()).select_from(table).where(table.name == "孙明")) or 0
            for table in (Delegate, RepeatEntry)
        )
        db.release()
        return people, repeats


@pytest.mark.parametrize("by", ["public", "unit", "desk"])
def test_the_same_form_gives_one_place_and_the_same_page(
    app: APIFlask, client: FlaskClient, cast: Cast, by: str
) -> None:
    client.post("/sign-in", data={"email": cast.zhouning_email, "password": PASSWORD})
    address, said = way(cast, by)
    sent = said | {"nonce": nonce(client, address)}
    first = client.post(address, data=sent)
    again = client.post(address, data=sent)
    assert (first.status_code, again.status_code) == (303, 303)
    assert first.location == again.location
    assert made(app) == (1, 0)
    if by == "desk":
        assert "3 排" in client.get(again.location).text
    with app.app_context():
        assert_whole(cast.meeting_id)


def test_the_same_nonce_with_other_words_is_another_entry(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    address, said = way(cast, "public")
    sent = said | {"nonce": nonce(client, address)}
    first = client.post(address, data=sent)
    other = client.post(address, data=sent | {"phone": "13800000011"})
    assert first.location != other.location
    assert made(app) == (2, 0)


@pytest.mark.parametrize("bad", ["", "\u202e", "x" * 65, "a b"])
def test_without_a_proper_nonce_a_repeat_is_what_it_was(
    app: APIFlask, client: FlaskClient, cast: Cast, bad: str
) -> None:
    address, said = way(cast, "public")
    answers = [client.post(address, data=said | {"nonce": bad}) for _ in range(2)]
    assert answers[0].location != answers[1].location
    assert made(app) == (1, 1)


def test_what_was_refused_may_be_sent_again(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    address, said = way(cast, "unit")
    sent = said | {"nonce": nonce(client, address), "phone": "13800000003"}  # 陈卓 has it, of the same unit
    for _ in range(2):
        assert client.post(address, data=sent).status_code == 422
    with app.app_context():
        assert db.session().scalar(sa.select(sa.func.count()).select_from(Submission)) == 0


def test_a_form_sent_is_forgotten_with_the_person_and_in_time(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    address, said = way(cast, "public")
    client.post(address, data=said | {"nonce": nonce(client, address)})
    client.post(address, data=said | {"nonce": nonce(client, address), "phone": "13800000011"})
    with app.app_context():
        first, second = db.session().scalars(sa.select(Delegate.id).where(Delegate.name == "孙明")).all()
        delegates.erase(cast.meeting_id, first, Doing(SYSTEM, now, cast.public_url))
        assert list(db.session().scalars(sa.select(Submission.delegate_id))) == [second]
        submissions.sweep(now)
        assert list(db.session().scalars(sa.select(Submission.delegate_id))) == [second]
        submissions.sweep(now + submissions.KEPT * 2)
        assert list(db.session().scalars(sa.select(Submission.delegate_id))) == []
