"""The first page and a meeting's public page."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import meetings, privacy
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import HostRole, MeetingStatus, Mode
from tests.cast import Cast


@pytest.fixture
def draft(app: APIFlask, cast: Cast, now: datetime) -> str:
    with app.app_context():
        meetings.make(
            meetings.Plan(
                slug="draft",
                title="还在筹备的会",
                place="大同会堂",
                province="140000",
                starts_at=now + timedelta(days=30),
                ends_at=now + timedelta(days=31),
                registration_opens_at=now,
                registration_closes_at=now + timedelta(days=20),
                capacity={Mode.IN_PERSON: 10, Mode.ONLINE: None},
            ),
            Doing(SYSTEM, now, cast.public_url),
        )
        db.release()
    return "draft"


def test_first_page_lists_meetings_but_drafts(client: FlaskClient, cast: Cast, draft: str) -> None:
    page = client.get("/").text
    assert "城乡社区治理推进会" in page
    assert "还在筹备的会" not in page
    assert "正在报名" in page


def test_first_page_of_an_empty_instance_says_what_to_do(client: FlaskClient) -> None:
    assert "现在没有公开的会议" in client.get("/").text


@pytest.mark.parametrize("path", ["", "register", "privacy", "units?q=a"])
def test_a_draft_is_not_there(client: FlaskClient, cast: Cast, draft: str, path: str) -> None:
    assert client.get(f"/m/{draft}/{path}").status_code == 404


def test_meeting_page_shows_hosts_places_and_the_way_in(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        hosts = [meetings.Host("大同市平城区民政局", HostRole.HOST)]
        meetings.edit(cast.meeting_id, {"hosts": hosts}, Doing(SYSTEM, now, cast.public_url))
    page = client.get(f"/m/{cast.slug}/")
    assert page.status_code == 200
    for text in (
        "城乡社区治理推进会",
        "共建共治共享",
        "大同会堂",
        "大同市平城区民政局",
        "余 98 / 100",
        "不限名额",
        "我要报名",
    ):
        assert text in page.text
    assert "csrf_token" not in page.text
    assert "Set-Cookie" not in page.headers


def test_a_repeat_visit_is_304_and_a_change_is_200(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    first = client.get(f"/m/{cast.slug}/")
    assert first.headers["Cache-Control"] == "public, no-cache"
    again = client.get(f"/m/{cast.slug}/", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with app.app_context():
        meetings.edit(cast.meeting_id, {"place": "云冈会堂"}, Doing(SYSTEM, now, cast.public_url))
    later = client.get(f"/m/{cast.slug}/", headers={"If-None-Match": first.headers["ETag"]})
    assert later.status_code == 200
    assert "云冈会堂" in later.text


def test_meeting_page_is_cheap(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    said: list[str] = []
    with app.app_context():
        engine = db.db.engine
    sa.event.listen(engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    client.get(f"/m/{cast.slug}/")
    assert len([statement for statement in said if statement.startswith("SELECT")]) <= 7


def test_a_closed_meeting_says_so_and_has_no_way_in(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        meetings.edit(cast.meeting_id, {"status": MeetingStatus.CLOSED}, Doing(SYSTEM, now, cast.public_url))
    page = client.get(f"/m/{cast.slug}/").text
    assert "报名已截止" in page
    assert "我要报名" not in page
    assert "现在不能报名" in client.get(f"/m/{cast.slug}/register").text
    assert client.post(f"/m/{cast.slug}/register").status_code == 409


def test_the_other_language_is_kept(client: FlaskClient, cast: Cast) -> None:
    assert '<html lang="en">' in client.get(f"/m/{cast.slug}/?lang=en").text
    assert '<html lang="en">' in client.get("/").text


def test_units_are_found_by_a_part_of_their_name(client: FlaskClient, cast: Cast) -> None:
    found = client.get(f"/m/{cast.slug}/units", query_string={"q": "垦利", "province": "370000"}).text
    assert f'data-value="{cast.kenli_id}"' in found
    assert "玉泉" not in found
    for nothing in ("", "%", "\x00", "没有这样的单位", "a" * 5000):
        assert "data-value" not in client.get(f"/m/{cast.slug}/units", query_string={"q": nothing}).text


def test_privacy_notice_names_its_version(client: FlaskClient, cast: Cast) -> None:
    page = client.get(f"/m/{cast.slug}/privacy")
    assert page.status_code == 200
    assert privacy.VERSION in page.text


def test_robots_and_favicon(client: FlaskClient) -> None:
    assert "Disallow: /my/" in client.get("/robots.txt").text
    icon = client.get("/favicon.ico")
    with client.get(icon.location) as picture:
        assert (picture.status_code, picture.content_type) == (200, "image/png")


def test_error_pages_speak(client: FlaskClient, cast: Cast) -> None:
    missing = client.get("/m/nothing/")
    wrong = client.post(f"/m/{cast.slug}/")
    large = client.post("/sign-in", data={"email": "a" * 3_000_000})
    assert [missing.status_code, wrong.status_code, large.status_code] == [404, 405, 413]
    assert ["没有这一页" in missing.text, "不能这样打开" in wrong.text, "文件太大" in large.text] == [True] * 3
    assert "GET" in wrong.headers["Allow"]


def test_the_province_is_named_once(app: APIFlask, client: FlaskClient, cast: Cast, now: datetime) -> None:
    assert "山西省 · 大同会堂" in client.get(f"/m/{cast.slug}/").text
    with app.app_context():
        meetings.edit(cast.meeting_id, {"place": "山西省大同市"}, Doing(SYSTEM, now, cast.public_url))
    for path in ("/", f"/m/{cast.slug}/"):
        page = client.get(path).text
        assert ("山西省大同市" in page, "山西省 · " in page) == (True, False)
