"""Places of sessions at the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Delegate, SignUp
from conference.vocabulary import Role, SignUpStatus
from tests.agendas import Morning, a_morning
from tests.cast import Cast


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    with app.app_context():
        made = a_morning(cast.meeting_id, begins=now + timedelta(hours=1))
        db.release()
    return made


def _number(app: APIFlask, delegate_id: int) -> str:
    with app.app_context():
        return db.session().get_one(Delegate, delegate_id).number


def test_places_are_given_filled_and_taken_away(app: APIFlask, desk: FlaskClient, cast: Cast, morning: Morning) -> None:
    base = f"/desk/{cast.slug}/agenda/places"
    page = f"{base}/{morning.exchange}"
    assert "不限" in desk.get(base).text
    assert desk.post(f"{page}/capacity", data={"capacity": "0"}).status_code == 422
    assert desk.post(f"{page}/capacity", data={"capacity": "1"}).status_code == 303
    assert "发布后才能报名" in desk.get(base).text
    for who, said in ((cast.liran_id, "已报上"), (cast.chenzhuo_id, "排入候补")):
        answer = desk.post(f"{page}/people", data={"number": _number(app, who).lstrip("0")}, follow_redirects=True)
        assert said in answer.text
    assert desk.post(f"{page}/people", data={"number": "9999"}).status_code == 422
    online = desk.post(f"{page}/people", data={"number": _number(app, cast.wangmin_id)})
    assert (online.status_code, "只有已确认的现场代表可以报" in online.text) == (422, True)
    refused = desk.post(f"{page}/capacity", data={"capacity": ""})
    assert (refused.status_code, "还有别的内容用着它" in refused.text) == (422, True)
    for _ in range(2):
        assert desk.post(f"{page}/people/{cast.liran_id}/take-off").status_code == 303
    with app.app_context():
        found = dict(db.session().execute(sa.select(SignUp.delegate_id, SignUp.status)).all())
        assert found == {cast.chenzhuo_id: SignUpStatus.CONFIRMED}
        db.release()
    desk.post(f"{page}/people/{cast.chenzhuo_id}/take-off")
    assert desk.post(f"{page}/capacity", data={"capacity": ""}).status_code == 303
    assert "不限" in desk.get(base).text


def test_who_only_looks_changes_nothing(
    app: APIFlask, as_role: Callable[[Role], FlaskClient], cast: Cast, morning: Morning
) -> None:
    viewer = as_role(Role.VIEWER)
    base = f"/desk/{cast.slug}/agenda/places"
    assert viewer.get(base).status_code == 200
    for address in (f"{base}/{morning.exchange}", f"{base}/999999"):
        assert viewer.get(address).status_code == 403
    assert viewer.post(f"{base}/{morning.exchange}/capacity", data={"capacity": "5"}).status_code == 403
