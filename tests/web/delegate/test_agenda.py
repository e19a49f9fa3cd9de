"""My agenda: stars, what I say there, and where I come in; nobody else's."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import AgendaPerson, AgendaRole, AgendaSession, SignUp, SignUpLine, Star
from conference.vocabulary import AgendaRoleKind, SignUpStatus
from tests.agendas import Morning, a_morning, release
from tests.cast import Cast
from tests.web.delegate.own_page import open_page


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    with app.app_context():
        made = a_morning(cast.meeting_id, begins=now - timedelta(minutes=30))
        db.release()
    return made


def _stars(app: APIFlask) -> set[tuple[int, int]]:
    with app.app_context():
        found = db.session().execute(sa.select(Star.delegate_id, Star.session_id)).all()
        return {(one, other) for one, other in found}


def test_a_star_is_a_form_that_leads_back(app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning) -> None:
    mine, public = open_page(client, cast.liran_token), f"/m/{cast.slug}/agenda?kind=break"
    page = client.get(public)
    assert page.headers["Cache-Control"] == "private, no-cache"
    address = f"{mine}agenda/stars/{morning.tea}"
    assert f'formaction="{address}"' in page.text
    for _ in range(2):
        answer = client.post(address, data={"starred": "yes", "back": public})
        assert (answer.status_code, answer.location) == (303, f"{public}#s{morning.tea}")
    assert _stars(app) == {(cast.liran_id, morning.tea)}
    own = client.get(f"{mine}agenda").text
    assert f'id="s{morning.tea}"' in own
    assert f'id="s{morning.exchange}"' not in own
    quick = client.post(address, data={"starred": "no"}, headers={"X-Requested-With": "star"})
    assert (quick.status_code, quick.data, _stars(app)) == (204, b"", set())
    assert "还没有收藏的场次" in client.get(f"{mine}agenda").text


def test_a_star_leads_nowhere_else_and_is_nobody_elses(
    app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning
) -> None:
    mine = open_page(client, cast.liran_token)
    away = client.post(f"{mine}agenda/stars/{morning.tea}", data={"starred": "yes", "back": "//example.org/"})
    assert away.location == f"{mine}agenda#s{morning.tea}"
    assert client.post(f"{mine}agenda/stars/999", data={"starred": "yes"}).status_code == 404
    stranger = app.test_client()
    open_page(stranger, cast.chenzhuo_token)
    assert stranger.post(f"{mine}agenda/stars/{morning.tea}", data={"starred": "no"}).status_code == 403
    assert stranger.get(f"{mine}agenda").status_code == 403
    assert _stars(app) == {(cast.liran_id, morning.tea)}


def test_my_agenda_has_my_talk_my_place_and_the_door(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, morning: Morning
) -> None:
    with app.app_context(), db.transaction() as session:
        speaker = session.scalars(sa.select(AgendaPerson).where(AgendaPerson.name == "白川")).one()
        speaker.delegate_id = cast.liran_id
        chairs = AgendaRole(person_id=speaker.id, role=AgendaRoleKind.CHAIR, rank=0)
        session.get_one(AgendaSession, morning.exchange).roles = [chairs]
        line = SignUpLine(meeting_id=cast.meeting_id, capacity=1, taken=1)
        session.add(line)
        session.flush()
        session.get_one(AgendaSession, morning.exchange).sign_up_line_id = line.id
        session.add_all(
            [
                SignUp(
                    line_id=line.id,
                    delegate_id=cast.chenzhuo_id,
                    status=SignUpStatus.WAITLISTED,
                    ticket=1,
                    signed_up_at=now,
                    changed=1,
                ),
                SignUp(
                    line_id=line.id,
                    delegate_id=cast.liran_id,
                    status=SignUpStatus.WAITLISTED,
                    ticket=2,
                    signed_up_at=now,
                    changed=1,
                ),
            ]
        )
    with app.app_context():
        release(cast.meeting_id)
        db.release()
    mine = open_page(client, cast.liran_token)
    page = client.get(f"{mine}agenda").text
    for text in ("我的发言", "候补第 2 位", "签到 · 会场", "正在进行"):
        assert text in page
    assert f'id="s{morning.tea}"' not in page
    assert f"{mine}agenda" in client.get(mine).text
    short = client.get(mine).text
    assert re.findall(r">(我发言|有我的任务)<", short) == ["我发言", "有我的任务"]
    assert "<li>多民族社区怎样议事 <b>白川</b></li>" in short
    assert "我的发言" not in app.test_client().get(f"/m/{cast.slug}/agenda").text


def test_before_the_first_release_my_agenda_says_so(client: FlaskClient, cast: Cast) -> None:
    mine = open_page(client, cast.liran_token)
    for page in (client.get(f"{mine}agenda").text, client.get(f"{mine}agenda/calendar").text):
        assert ("议程还没有发布" in page, "webcal:" in page) == (True, False)
