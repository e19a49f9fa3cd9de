"""Materials on the public agenda: who sees which, and that the file asks the same."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import delegates, materials, stage
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.materials import Came, MaterialFacts, Spot
from conference.vocabulary import MaterialAudience, MaterialKind, MaterialMoment
from tests.agendas import Morning, a_morning, noon
from tests.cast import Cast
from tests.documents.test_handed_in import PDF

AFTER, BEFORE = MaterialMoment.AFTER, MaterialMoment.BEFORE


@pytest.fixture
def morning(app: APIFlask, cast: Cast, now: datetime) -> Morning:
    """The opening ended five minutes ago."""
    with app.app_context():
        noon(cast.meeting_id, now)
        made = a_morning(cast.meeting_id, begins=now - timedelta(minutes=65))
        db.release()
    return made


def _put(app: APIFlask, cast: Cast, spot: Spot, now: datetime, audience: MaterialAudience, **more: object) -> int:
    with app.app_context():
        doing = Doing(SYSTEM, now, cast.public_url)
        facts = MaterialFacts(title=f"给{audience}的", audience=audience, **more)  # type: ignore[arg-type]  # by the test
        made = materials.add(cast.meeting_id, spot, facts, Came(io.BytesIO(PDF), "a.pdf"), doing)
        db.release()
        return made.id


def test_each_reader_sees_their_own_and_the_file_asks_the_same(
    app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning, now: datetime
) -> None:
    spot = Spot(morning.opening, morning.talks[0])
    ids = {audience: _put(app, cast, spot, now, audience) for audience in MaterialAudience}
    page, base = f"/m/{cast.slug}/agenda/sessions/{morning.opening}", f"/m/{cast.slug}/agenda/materials"
    online, gone = app.test_client(), app.test_client()
    online.get(f"/p/{cast.wangmin_token}")
    gone.get(f"/p/{cast.chenzhuo_token}")
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.chenzhuo_id, Doing(SYSTEM, now, cast.public_url))
        db.release()
    everybody = {MaterialAudience.PUBLIC}
    for reader, allowed in ((client, everybody), (online, everybody | {MaterialAudience.DELEGATES}), (gone, everybody)):
        shown = reader.get(page)
        for audience, id_ in ids.items():
            answer = reader.get(f"{base}/{id_}")
            assert (f"{base}/{id_}" in shown.text) is (audience in allowed), audience
            assert answer.status_code == (200 if audience in allowed else 404), audience
    assert client.get(page).headers["Cache-Control"] == "public, no-cache"
    assert online.get(page).headers["Cache-Control"] == "private, no-cache"
    got = client.get(f"{base}/{ids[MaterialAudience.PUBLIC]}")
    assert (got.data, got.headers["X-Content-Type-Options"], got.headers["Cache-Control"]) == (
        PDF,
        "nosniff",
        "no-store",
    )
    assert got.headers["Content-Disposition"].startswith(
        "attachment; filename=\"01-01 public.pdf\"; filename*=UTF-8''01-01%20"
    )
    for path in (f"{base}/999999", f"/m/none/agenda/materials/{ids[MaterialAudience.PUBLIC]}"):
        assert client.get(path).status_code == 404


def test_one_for_after_comes_when_the_session_has_ended_as_the_day_goes(
    app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning, now: datetime
) -> None:
    id_ = _put(app, cast, Spot(morning.opening), now, MaterialAudience.PUBLIC, shown=AFTER)
    page, file = f"/m/{cast.slug}/agenda/sessions/{morning.opening}", f"/m/{cast.slug}/agenda/materials/{id_}"
    assert (file in client.get(page).text, client.get(file).status_code) == (True, 200)
    with app.app_context():
        stage.delay(cast.meeting_id, morning.opening, 30, "", Doing(SYSTEM, now, cast.public_url))
        db.release()
    assert (file in client.get(page).text, client.get(file).status_code) == (False, 404)


def test_a_video_opens_outside_and_names_its_host(
    app: APIFlask, client: FlaskClient, cast: Cast, morning: Morning, now: datetime
) -> None:
    with app.app_context():
        facts = MaterialFacts(MaterialKind.VIDEO, "<短片>", MaterialAudience.PUBLIC)
        came, doing = Came(url="https://v.example.org/7?a=1&b=2"), Doing(SYSTEM, now, cast.public_url)
        made = materials.add(cast.meeting_id, Spot(morning.opening), facts, came, doing)
        db.release()
    page = client.get(f"/m/{cast.slug}/agenda/sessions/{morning.opening}").text
    link = 'href="https://v.example.org/7?a=1&amp;b=2" target="_blank" rel="noopener noreferrer nofollow"'
    assert (link in page, "v.example.org</small>" in page, "&lt;短片&gt;" in page) == (True, True, True)
    assert client.get(f"/m/{cast.slug}/agenda/materials/{made.id}").status_code == 404
