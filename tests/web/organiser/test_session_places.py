"""Places of sessions at the desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Activity, AgendaPerson, AgendaRole, Delegate, SignUp
from conference.services import agenda, session_places
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import Role, SignUpStatus
from tests.agendas import Morning, a_morning, release
from tests.cast import Cast
from tests.web.delegate.own_page import open_page


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
    for who, said in ((cast.liran_id, "已报上"), (cast.liran_id, "已报上"), (cast.chenzhuo_id, "排入候补")):
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
        puts = sa.select(sa.func.count()).where(Activity.verb == "agenda.signed_up")
        assert db.session().scalar(puts) == 2  # who was on the line already was not put there again
        db.release()
    desk.post(f"{page}/people/{cast.chenzhuo_id}/take-off")
    assert desk.post(f"{page}/capacity", data={"capacity": ""}).status_code == 303
    assert "不限" in desk.get(base).text


def test_speakers_without_a_place_at_their_own_door_are_named(
    app: APIFlask, desk: FlaskClient, cast: Cast, morning: Morning
) -> None:
    with app.app_context():
        with db.transaction() as session:
            role = sa.select(AgendaRole.person_id).where(AgendaRole.talk_id == morning.talks[0])
            session.get_one(AgendaPerson, session.scalars(role).one()).delegate_id = cast.liran_id
        db.release()
    page = f"/desk/{cast.slug}/agenda/places/{morning.opening}"
    assert "还没有名额" not in desk.get(page).text
    desk.post(f"{page}/capacity", data={"capacity": "1"})
    number = _number(app, cast.liran_id)
    shown = desk.get(page).text
    assert ("还没有名额" in shown, f'name="number" value="{number}"' in shown) == (True, True)
    said = desk.post(f"{page}/people", data={"number": number}, follow_redirects=True).text
    assert ("已报上" in said, "还没有名额" in said) == (True, False)


def test_who_only_looks_changes_nothing(
    app: APIFlask, as_role: Callable[[Role], FlaskClient], cast: Cast, morning: Morning
) -> None:
    viewer = as_role(Role.VIEWER)
    base = f"/desk/{cast.slug}/agenda/places"
    assert viewer.get(base).status_code == 200
    for address in (f"{base}/{morning.exchange}", f"{base}/999999"):
        assert viewer.get(address).status_code == 403
    assert viewer.post(f"{base}/{morning.exchange}/capacity", data={"capacity": "5"}).status_code == 403


def test_what_the_draft_has_no_more_is_given_back_and_not_signed_up_for(
    app: APIFlask, client: FlaskClient, desk: FlaskClient, cast: Cast, morning: Morning, now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        session_places.set_capacity(cast.meeting_id, morning.exchange, 1, doing)
        release(cast.meeting_id)
        db.release()
    guest, other = app.test_client(), app.test_client()
    mine, theirs = open_page(guest, cast.liran_token), open_page(other, cast.chenzhuo_token)
    address = f"agenda/places/{morning.exchange}"
    guest.post(mine + address, data={"signed_up": "yes"})
    with app.app_context():
        agenda.take_away(cast.meeting_id, morning.exchange, doing)
        db.release()
    said = other.post(theirs + address, data={"signed_up": "yes"}, follow_redirects=True)
    assert (said.status_code, "这一场将取消" in said.text) == (200, True)
    assert "将取消" in desk.get(f"/desk/{cast.slug}/agenda/places").text
    listed = desk.get(f"/desk/{cast.slug}/{address}").text
    assert ("李然" in listed, "替人报名" in listed) == (True, False)
    assert guest.post(mine + address, data={"signed_up": "no"}).status_code == 303
    with app.app_context():
        assert db.session().scalars(sa.select(SignUp)).all() == []
        db.release()
