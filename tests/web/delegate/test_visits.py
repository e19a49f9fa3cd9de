"""Site visits on one's own page: taking a seat, changing, waiting, giving back, and why something does not fit."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import AgendaSession, Delegate, Departure, SignUp, VisitSettings
from conference.services import delegates, session_places, visits
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import Mode, SignUpStatus
from tests.agendas import a_morning, release
from tests.cast import Cast
from tests.visits import an_afternoon, departure
from tests.web.delegate.own_page import open_page


@pytest.fixture
def buses(app: APIFlask, cast: Cast, now: datetime) -> list[int]:
    with app.app_context():
        made = an_afternoon(cast.meeting_id, begins=now + timedelta(hours=2))
        db.release()
    return made


def standing(app: APIFlask) -> dict[tuple[int, str], SignUpStatus]:
    """Who is on which departure, and how."""
    with app.app_context():
        query = sa.select(SignUp.delegate_id, Departure.name, SignUp.status)
        rows = db.session().execute(query.join(Departure, Departure.line_id == SignUp.line_id)).all()
        db.release()
    return {(who, name): status for who, name, status in rows}


def settings(app: APIFlask, cast: Cast, **changes: object) -> None:
    with app.app_context(), db.transaction() as session:
        session.merge(VisitSettings(meeting_id=cast.meeting_id, **changes))


def test_a_seat_a_change_the_line_and_the_seat_that_falls_free(
    app: APIFlask, client: FlaskClient, cast: Cast, buses: list[int]
) -> None:
    other = app.test_client()
    mine, theirs = f"{open_page(client, cast.liran_token)}visits/", f"{open_page(other, cast.chenzhuo_token)}visits/"
    with app.app_context(), db.transaction() as session:
        session.get_one(Departure, buses[0]).note = "司机的事，会务组知道就行"
    page = client.get(mine).text
    assert ("选这一班" in page, "13700000007" in page, "平城区" in page) == (True, False, True)
    for _ in range(2):
        assert "已坐上1号车" in client.post(f"{mine}{buses[0]}/seat", follow_redirects=True).text
    page = client.get(mine).text
    assert ("tel:13700000007" in page, "晋B12345" in page, "换到这一班" in page) == (True, True, True)
    assert "司机的事" not in page  # the note is for organisers, with a seat too
    assert "1号车" in client.get(mine.removesuffix("visits/")).text
    assert "1号车" in client.get(f"{mine.removesuffix('visits/')}agenda").text
    # Full: nothing changes until somebody says that they would wait.
    other.post(f"{theirs}{buses[1]}/seat")
    assert "没有改动" in other.post(f"{theirs}{buses[0]}/seat", follow_redirects=True).text
    taken = {(cast.liran_id, "1号车"): SignUpStatus.CONFIRMED, (cast.chenzhuo_id, "2号车"): SignUpStatus.CONFIRMED}
    assert standing(app) == taken
    asked = other.get(f"{theirs}{buses[0]}/wait").text
    assert "您在2号车的位置同时让出" in asked
    assert "候补" in other.post(f"{theirs}{buses[0]}/wait", follow_redirects=True).text
    assert "候补第 1 位" in other.get(theirs).text
    # The change of one is the seat of the other, at once.
    # A page that was opened before the seat was taken says nothing of giving it up.
    assert "您已在1号车，没有改动" in client.post(f"{mine}{buses[1]}/seat", follow_redirects=True).text
    change = {"instead": "1号车"}
    assert "已换到2号车" in client.post(f"{mine}{buses[1]}/seat", data=change, follow_redirects=True).text
    assert standing(app) == {
        (cast.liran_id, "2号车"): SignUpStatus.CONFIRMED,
        (cast.chenzhuo_id, "1号车"): SignUpStatus.CONFIRMED,
    }
    with app.app_context(), db.transaction() as session:
        session.get_one(Departure, buses[1]).line.capacity = 1
    other.post(f"{theirs}{buses[1]}/wait")
    assert "现在有 1 人在等，座位马上给下一位" in client.post(f"{mine}{buses[1]}/give-back").text
    other.post(f"{theirs}{buses[1]}/give-back")
    other.post(f"{theirs}{buses[0]}/seat")
    for _ in range(2):
        assert client.post(f"{mine}{buses[1]}/give-back").status_code == 303
    assert standing(app) == {(cast.chenzhuo_id, "1号车"): SignUpStatus.CONFIRMED}


def test_what_does_not_fit_says_why(
    app: APIFlask, client: FlaskClient, cast: Cast, buses: list[int], now: datetime
) -> None:
    mine = f"{open_page(client, cast.liran_token)}visits/"
    online = app.test_client()
    theirs = f"{open_page(online, cast.wangmin_token)}visits/"
    for refused, word in (
        ({"by_delegates": False}, "由会务组统一安排"),
        ({"by_delegates": True, "opens_at": now + timedelta(hours=1)}, "还没有开始"),
        ({"opens_at": None, "freezes_at": now}, "已经锁定"),
    ):
        settings(app, cast, **refused)
        assert word in client.get(mine).text
        assert word in client.post(f"{mine}{buses[0]}/seat", follow_redirects=True).text
        assert word in client.post(f"{mine}{buses[0]}/wait", follow_redirects=True).text
    settings(app, cast, freezes_at=None)
    assert "现场代表" in online.post(f"{theirs}{buses[0]}/seat", follow_redirects=True).text
    with app.app_context():
        departure(cast.meeting_id, "早班", now - timedelta(minutes=1), [1], seats=3)
        gone = db.session().scalars(sa.select(Departure.id).where(Departure.name == "早班")).one()
        db.release()
    assert "已经出发" in client.post(f"{mine}{gone}/seat", follow_redirects=True).text
    assert standing(app) == {}
    assert client.post(f"{mine}999999/seat").status_code == 404
    # Somebody else's address leads nowhere without their link.
    assert app.test_client().post(f"{mine}{buses[0]}/seat").status_code in {302, 303, 403, 404}
    assert online.post(f"{mine}{buses[0]}/seat").status_code in {302, 303, 403, 404}
    assert standing(app) == {}


def test_who_waited_in_vain_is_free_and_who_rides_is_not(
    app: APIFlask, client: FlaskClient, cast: Cast, buses: list[int], now: datetime
) -> None:
    other = app.test_client()
    mine, theirs = f"{open_page(client, cast.liran_token)}visits/", f"{open_page(other, cast.chenzhuo_token)}visits/"
    with app.app_context():
        gone = departure(cast.meeting_id, "早班", now - timedelta(minutes=1), [1], seats=1)
        later = departure(cast.meeting_id, "晚班", now + timedelta(minutes=9), [2], seats=9)
        for who in (cast.chenzhuo_id, cast.liran_id):
            visits.sign_up(cast.meeting_id, gone, who, Doing(SYSTEM, now - timedelta(hours=1), ""))
        db.release()
    assert ("换到这一班" in client.get(mine).text, "换到这一班" in other.get(theirs).text) == (True, False)
    change = {"instead": "早班"}
    assert "已换到晚班" in client.post(f"{mine}{later}/seat", data=change, follow_redirects=True).text
    assert "已经出发" in other.post(f"{theirs}{later}/seat", follow_redirects=True).text
    assert standing(app) == {
        (cast.chenzhuo_id, "早班"): SignUpStatus.CONFIRMED,
        (cast.liran_id, "晚班"): SignUpStatus.CONFIRMED,
    }


def test_a_session_at_that_time_is_refused_both_ways(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        made = a_morning(cast.meeting_id, begins=now + timedelta(hours=1))
        session_places.set_capacity(cast.meeting_id, made.exchange, 9, doing)
        starts = db.session().get_one(AgendaSession, made.exchange).starts_at
        assert starts is not None
        release(cast.meeting_id)
        (bus,) = an_afternoon(cast.meeting_id, begins=starts, seats=(5,))
        db.release()
    mine = open_page(client, cast.liran_token)
    place = f"{mine}agenda/places/{made.exchange}"
    client.post(place, data={"signed_up": "yes"})
    assert "经验交流" in client.get(f"{mine}visits/").text
    assert "时间重叠" in client.post(f"{mine}visits/{bus}/seat", follow_redirects=True).text
    assert standing(app) == {}
    client.post(place, data={"signed_up": "no"})
    client.post(f"{mine}visits/{bus}/seat")
    assert "1号车" in client.post(place, data={"signed_up": "yes"}, follow_redirects=True).text
    with app.app_context():
        assert len(db.session().scalars(sa.select(SignUp)).all()) == 1
        db.release()


def test_who_goes_online_or_cancels_frees_the_seat(
    app: APIFlask, client: FlaskClient, cast: Cast, buses: list[int], now: datetime
) -> None:
    other, doing = app.test_client(), Doing(SYSTEM, now, cast.public_url)
    mine, theirs = f"{open_page(client, cast.liran_token)}visits/", f"{open_page(other, cast.chenzhuo_token)}visits/"
    client.post(f"{mine}{buses[0]}/seat")
    other.post(f"{theirs}{buses[0]}/wait")
    with app.app_context():
        delegates.edit(cast.meeting_id, cast.liran_id, {"mode": Mode.ONLINE}, doing)
        db.release()
    assert standing(app) == {(cast.chenzhuo_id, "1号车"): SignUpStatus.CONFIRMED}
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing)
        assert db.session().get_one(Delegate, cast.chenzhuo_id).status.value == "cancelled"
        db.release()
    assert standing(app) == {}
