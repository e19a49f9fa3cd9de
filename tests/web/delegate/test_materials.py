"""A speaker brings slides for their own talk; nobody else can."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import AgendaPerson
from conference.services import material_lists
from tests.agendas import SPEAKERS, Morning, a_morning, noon
from tests.cast import Cast
from tests.documents.test_handed_in import PDF
from tests.web.delegate.own_page import open_page


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    """The opening begins in ten minutes; 李然 gives its first talk."""
    with app.app_context():
        noon(cast.meeting_id, now)
        made = a_morning(cast.meeting_id, begins=now + timedelta(minutes=10))
        _speaks(cast)
    return made


def _speaks(cast: Cast) -> None:
    with db.transaction() as session:
        for person in session.scalars(sa.select(AgendaPerson).where(AgendaPerson.name == SPEAKERS[0][0])):
            person.delegate_id = cast.liran_id
    db.release()


def test_a_speaker_brings_slides_and_organisers_alone_see_them(
    app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning
) -> None:
    mine = open_page(client, cast.liran_token)
    address = f"{mine}materials/sessions/{morning.opening}/talks/{morning.talks[0]}"
    assert f'href="{mine}materials"' in client.get(f"{mine}agenda").text
    page = client.get(f"{mine}materials").text
    assert (f'action="{address}"' in page, "社区好管家" in page, "多民族社区怎样议事" in page) == (True, True, False)
    for content, said in ((b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "另存为 .pptx"), (b"<svg/>", "导出为 PDF")):
        wrong = client.post(address, data={"file": (io.BytesIO(content), "汇报.pptx")})
        assert (wrong.status_code, wrong.text.count("field-error"), said in wrong.text) == (422, 1, True)
    assert client.post(address, data={}).status_code == 422
    for _ in range(2):
        answer = client.post(address, data={"file": (io.BytesIO(PDF), "汇报.pdf")})
        assert (answer.status_code, answer.location) == (303, f"{mine}materials")
    with app.app_context():
        [one] = material_lists.desk(cast.meeting_id).materials
        db.release()
    assert [(v.number, v.by) for v in one.versions] == [(1, "李然")]  # a form that was sent twice
    own = client.get(f"{mine}materials/{one.id}")
    assert (own.status_code, own.data) == (200, PDF)
    assert f"materials/{one.id}" in client.get(f"{mine}materials").text
    assert client.get(f"/m/{cast.slug}/agenda/materials/{one.id}").status_code == 404
    other = app.test_client()
    theirs = open_page(other, cast.chenzhuo_token)
    assert "没有您的发言" in other.get(f"{theirs}materials").text
    assert f'href="{theirs}materials"' not in other.get(f"{theirs}agenda").text
    for path in (address, address.replace(mine, theirs)):
        assert other.post(path, data={"file": (io.BytesIO(PDF), "a.pdf")}).status_code in {403, 404}
    assert other.get(f"{theirs}materials/{one.id}").status_code == 404


def test_once_the_session_has_begun_it_is_too_late(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        noon(cast.meeting_id, now)
        morning = a_morning(cast.meeting_id, begins=now - timedelta(minutes=1))
        _speaks(cast)
    mine = open_page(client, cast.liran_token)
    page = client.get(f"{mine}materials").text
    assert ("已经开始" in page, 'type="file"' in page) == (True, False)
    address = f"{mine}materials/sessions/{morning.opening}/talks/{morning.talks[0]}"
    late = client.post(address, data={"file": (io.BytesIO(PDF), "a.pdf")})
    assert (late.status_code, "请直接找会务组" in late.text) == (422, True)
    with app.app_context():
        assert material_lists.desk(cast.meeting_id).materials == []
