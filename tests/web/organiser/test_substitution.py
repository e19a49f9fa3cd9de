"""An organiser lets somebody else come in a delegate's place."""

from __future__ import annotations

from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Delegate
from conference.vocabulary import DelegateStatus, Origin
from tests.cast import Cast
from tests.recount import assert_whole
from tests.web.organiser.conftest import Browser

NEW = {"name": "赵敏", "position": "科长", "phone": "13900000001", "email": ""}


def test_somebody_else_comes(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/delegates/{cast.liran_id}/substitute"
    assert "参会码和个人链接马上失效" in desk.get(address).text
    first = desk.post(address, data=NEW)
    assert first.status_code == 303
    assert desk.post(address, data=NEW).location == first.location
    page = desk.get(first.location).text
    assert "赵敏已接替李然" in page
    with app.app_context():
        old = db.session().get_one(Delegate, cast.liran_id)
        new = db.session().get_one(Delegate, old.replaced_by_id)
        assert (old.status, new.status, new.origin) == (
            DelegateStatus.CANCELLED,
            DelegateStatus.CONFIRMED,
            Origin.ORGANISER,
        )
        assert_whole(cast.meeting_id)


def test_a_bad_form_and_somebody_who_is_registered_are_told_so(desk: FlaskClient, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/delegates/{cast.liran_id}/substitute"
    for wrong in ({"phone": "12"}, {"name": ""}, {"phone": "13800000003"}):
        answer = desk.post(address, data=NEW | wrong)
        assert (answer.status_code, "科长" in answer.text) == (422, True)


def test_outsiders_are_refused(app: APIFlask, client: FlaskClient, signed_in: Browser, cast: Cast) -> None:
    address = f"/desk/{cast.slug}/delegates/{cast.liran_id}/substitute"
    door = signed_in(cast.hejing_email)
    assert client.post(address, data=NEW).location.startswith("/sign-in")
    assert door.post(address, data=NEW).status_code == 403
    assert door.get(f"/desk/{cast.slug}/delegates/999999/substitute").status_code in {403, 404}
    with app.app_context():
        assert db.session().get_one(Delegate, cast.liran_id).status is DelegateStatus.CONFIRMED
