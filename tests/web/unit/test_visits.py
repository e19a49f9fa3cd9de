"""A liaison seats the people of the unit: together as far as there are seats, one by one, and nobody else's."""

from __future__ import annotations

from datetime import datetime, timedelta

from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import registration
from conference.services.activity import SYSTEM
from conference.vocabulary import Mode, Origin
from tests.cast import Cast
from tests.visits import an_afternoon
from tests.web.delegate.own_page import open_page
from tests.web.delegate.test_visits import settings
from tests.web.organiser.test_visits_seats import seats


def test_together_one_by_one_and_nobody_elses(
    app: APIFlask, client: FlaskClient, cast: Cast, yuquan_desk: str, now: datetime
) -> None:
    with app.app_context():
        buses = an_afternoon(cast.meeting_id, begins=now + timedelta(hours=2), seats=(2, 4))
        more = [
            registration.register(
                cast.meeting_id,
                registration.Entry(name, cast.yuquan_id, Mode.IN_PERSON, phone=f"1391000{n:04}"),
                actor=SYSTEM,
                origin=Origin.PROGRAM,
                public_url=cast.public_url,
                now=now,
            ).delegate_id
            for n, name in enumerate(("钱进", "孙明"))
        ]
        db.release()
    opened = client.get(f"/u/{yuquan_desk}")
    page = f"{opened.location}visits/"
    assert "选这一班" in client.get(page).text
    said = client.post(f"{page}together", data={"departure_id": buses[0]}, follow_redirects=True).text
    assert "座位不够，没有改动的：孙明" in said
    assert seats(app) == {cast.liran_id: buses[0], more[0]: buses[0]}
    own = app.test_client()
    assert "同单位有 2 人在这一班" not in own.get(f"{open_page(own, cast.chenzhuo_token)}visits/").text
    assert (
        "没有改动"
        in client.post(f"{page}people/{more[1]}", data={"departure_id": buses[0]}, follow_redirects=True).text
    )
    for _ in range(2):
        client.post(f"{page}together", data={"departure_id": buses[1]})
    assert seats(app) == dict.fromkeys([cast.liran_id, *more], buses[1])
    assert client.post(f"{page}people/{cast.chenzhuo_id}", data={"departure_id": buses[0]}).status_code == 404
    assert client.post(f"{page}people/{more[1]}", data={"departure_id": "x"}).status_code == 404
    for _ in range(2):
        client.post(f"{page}people/{more[1]}/{buses[1]}/take-off")
    settings(app, cast, by_liaisons=False)
    assert (
        "由会务组统一安排"
        in client.post(f"{page}together", data={"departure_id": buses[0]}, follow_redirects=True).text
    )
    assert seats(app) == {cast.liran_id: buses[1], more[0]: buses[1]}
    assert app.test_client().get(page).status_code in {302, 303, 403, 404}
