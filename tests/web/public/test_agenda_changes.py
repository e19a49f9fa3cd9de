"""What everybody may read of how the agenda changed."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import AgendaRelease, Meeting
from conference.services import activity, agenda, agenda_releases
from conference.services.agenda import SessionFacts
from conference.services.delegates import Doing
from conference.vocabulary import AgendaKind, MeetingStatus
from tests.cast import Cast


@pytest.fixture
def told(app: APIFlask, cast: Cast, now: datetime) -> None:
    """Two releases: a session, then another one with a note; a third session stands in the draft alone."""
    doing = Doing(activity.SYSTEM, now, cast.public_url)
    begins = now + timedelta(hours=2)
    with app.app_context():
        for n, (title, note) in enumerate((("主旨发言", "先发"), ("经验交流<b>", "加了一场"), ("还没有定", ""))):
            times = {"starts_at": begins + timedelta(hours=n), "ends_at": begins + timedelta(hours=n + 1)}
            agenda.add(cast.meeting_id, SessionFacts(AgendaKind.EXCHANGE, title, **times), doing)
            if note:
                version = agenda_releases.preview(cast.meeting_id).version
                agenda_releases.release(cast.meeting_id, doing, note=note, overruled={}, version=version)
        db.release()


def test_each_release_with_what_it_changed_the_newest_first(client: FlaskClient, cast: Cast, told: None) -> None:
    address = f"/m/{cast.slug}/agenda/changes"
    page = client.get(address)
    assert page.status_code == 200
    places = [page.text.index(said) for said in ("第 2 版", "加了一场", "经验交流&lt;b&gt;", "新增", "第 1 版", "先发")]
    assert places == sorted(places)
    assert "议程第一次发布" in page.text
    assert "还没有定" not in page.text
    again = client.get(address, headers={"If-None-Match": page.headers["ETag"]})
    assert again.status_code == 304
    english = client.get(address, headers={"Accept-Language": "en"}).text
    assert "<b>Added</b>" in english


def test_before_the_first_release_and_of_a_meeting_that_is_a_draft(
    app: APIFlask, client: FlaskClient, cast: Cast, told: None
) -> None:
    def write(statement: sa.Executable) -> None:
        with app.app_context():
            with db.transaction() as session:
                session.execute(statement)
            db.release()

    write(sa.delete(AgendaRelease))
    assert "议程还没有发布" in client.get(f"/m/{cast.slug}/agenda/changes").text
    write(sa.update(Meeting).values(status=MeetingStatus.DRAFT))
    assert client.get(f"/m/{cast.slug}/agenda/changes").status_code == 404
    assert client.get("/m/no-such/agenda/changes").status_code == 404
