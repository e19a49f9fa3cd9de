"""A screen in the hall: its address opens it, nobody else's does; its picture is cheap to ask for and blank in time."""

from __future__ import annotations

from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Wall
from conference.services import checkin, wall_names, walls
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.scans import Gate, Scan
from conference.services.walls import WallFacts
from conference.vocabulary import WallKind
from tests.cast import Cast


@pytest.fixture
def doing(cast: Cast, now: datetime) -> Doing:
    return Doing(SYSTEM, now, cast.public_url)


@pytest.fixture
def wall(app: APIFlask, cast: Cast, doing: Doing) -> Wall:
    return _add(app, cast, doing, WallFacts("一楼大厅", WallKind.WELCOME))


def test_the_address_opens_the_wall_and_leaves_the_address_bar(app: APIFlask, wall: Wall, cast: Cast) -> None:
    hall, secret = app.test_client(), _secret(app, wall)
    answer = hall.get(f"/wall/{secret.upper()}")
    assert (answer.status_code, answer.location) == (303, f"/wall/{wall.id}/")
    page = hall.get(answer.location)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "城乡社区治理推进会" in page.text
    assert secret not in page.text
    assert "noindex" in page.text


def test_others_do_not_get_in_and_a_revoked_wall_is_out_at_once(
    app: APIFlask, wall: Wall, cast: Cast, doing: Doing
) -> None:
    other = _add(app, cast, doing, WallFacts("二楼", WallKind.WELCOME))
    hall, stranger = _opened(app, wall), _opened(app, other)
    for address in ("/", "/picture"):
        assert hall.get(f"/wall/{wall.id}{address}").status_code == 200
        assert stranger.get(f"/wall/{wall.id}{address}").status_code == 403
    assert [stranger.get(f"/wall/{word}").status_code for word in ("nothing", cast.liran_code)] == [404, 404]
    assert stranger.get(f"/wall/{2**70}/").status_code == 404
    with app.app_context():
        walls.revoke(cast.meeting_id, wall.id, doing)
    gone = [hall.get(address).status_code for address in (f"/wall/{wall.id}/", f"/wall/{wall.id}/picture")]
    assert [*gone, hall.get(f"/wall/{_secret(app, wall)}").status_code] == [410, 410, 410]


def test_a_picture_is_sent_again_only_when_it_changed(app: APIFlask, wall: Wall, cast: Cast, now: datetime) -> None:
    hall = _opened(app, wall)
    first, again = _twice(hall, wall)
    assert (again.status_code, again.data) == (304, b"")
    for answer in (first, again):
        assert abs(int(answer.headers["Server-Time"]) / 1000 - datetime.now(now.tzinfo).timestamp()) < 5
        assert answer.headers["Cache-Control"] == "private, no-cache"
    _scan(app, cast, now)
    changed = hall.get(f"/wall/{wall.id}/picture", headers={"If-None-Match": first.headers["ETag"]})
    assert (changed.status_code, "一位代表" in changed.text, "李然" in changed.text) == (200, True, False)
    with app.app_context():
        assert walls.one(cast.meeting_id, wall.id).seen_at is not None


def test_a_released_name_is_shown_and_of_a_wall_of_surnames_the_surname(
    app: APIFlask, wall: Wall, cast: Cast, doing: Doing, now: datetime
) -> None:
    _scan(app, cast, now)
    with app.app_context():
        wall_names.release(cast.meeting_id, {cast.liran_id: "李然"}, doing)
    assert "李然" in _opened(app, wall).get(f"/wall/{wall.id}/picture").text
    shy = _add(app, cast, doing, WallFacts("二楼", WallKind.WELCOME, surname_only=True))
    text = _opened(app, shy).get(f"/wall/{shy.id}/").text
    assert ("李代表" in text, "李然" in text) == (True, False)
    assert "Delegate" not in text


def test_blank_walls_show_the_title_alone(app: APIFlask, wall: Wall, cast: Cast, doing: Doing, now: datetime) -> None:
    hall, tag = _opened(app, wall), _twice(_opened(app, wall), wall)[0].headers["ETag"]
    _scan(app, cast, now)
    with app.app_context():
        walls.blank(cast.meeting_id, doing)
    dark = hall.get(f"/wall/{wall.id}/picture", headers={"If-None-Match": tag})
    assert (dark.status_code, "城乡社区治理推进会" in dark.text, "玉泉" in dark.text) == (200, True, False)
    assert "玉泉" not in hall.get(f"/wall/{wall.id}/").text


def test_the_rotating_code_is_in_the_picture_and_never_in_the_page(app: APIFlask, cast: Cast, doing: Doing) -> None:
    wall = _add(app, cast, doing, WallFacts("东门", WallKind.CHECK_IN, cast.venue_id))
    hall = _opened(app, wall)
    page, picture = hall.get(f"/wall/{wall.id}/"), hall.get(f"/wall/{wall.id}/picture")
    assert ("data-changes-at" in page.text, "data-changes-at" in picture.text) == (False, True)
    assert "<path" in picture.text


@pytest.mark.parametrize("kind", list(WallKind))
def test_every_kind_is_there_in_english(app: APIFlask, cast: Cast, doing: Doing, now: datetime, kind: WallKind) -> None:
    _scan(app, cast, now)
    wall = _add(app, cast, doing, WallFacts("Hall", kind, cast.venue_id))
    assert _opened(app, wall).get(f"/wall/{wall.id}/picture?lang=en").status_code == 200


def test_a_wall_speaks_as_its_address_says_and_not_as_the_halls_computer(app: APIFlask, wall: Wall, cast: Cast) -> None:
    hall, secret, english = app.test_client(), _secret(app, wall), {"Accept-Language": "en-US"}
    assert "欢迎您" in hall.get(hall.get(f"/wall/{secret}", headers=english).location, headers=english).text
    page = hall.get(hall.get(f"/wall/{secret}?lang=en").location)
    assert f"/wall/{wall.id}/picture?lang=en" in page.text
    assert "欢迎您" not in page.text
    assert "Set-Cookie" not in page.headers or "language=" not in page.headers["Set-Cookie"]
    assert "欢迎您" in hall.get(hall.get(f"/wall/{secret}?lang=zh-CN", headers=english).location).text


def _add(app: APIFlask, cast: Cast, doing: Doing, facts: WallFacts) -> Wall:
    with app.app_context():
        wall = walls.add(cast.meeting_id, facts, doing)
        db.release()
    return wall


def _secret(app: APIFlask, wall: Wall) -> str:
    with app.app_context():
        return walls.address(wall, public_url="").rpartition("/")[2]


def _opened(app: APIFlask, wall: Wall) -> FlaskClient:
    browser = app.test_client()
    assert browser.get(f"/wall/{_secret(app, wall)}").status_code == 303
    return browser


def _twice(browser: FlaskClient, wall: Wall):  # type: ignore[no-untyped-def]  # two of werkzeug's test responses
    """The picture, and asked again; once more where ten seconds went round between the two."""
    for _ in range(3):
        first = browser.get(f"/wall/{wall.id}/picture")
        again = browser.get(f"/wall/{wall.id}/picture", headers={"If-None-Match": first.headers["ETag"]})
        if again.status_code == 304:
            break
    return first, again


def _scan(app: APIFlask, cast: Cast, now: datetime) -> None:
    with app.app_context():
        checkin.check_in(cast.meeting_id, Scan(cast.liran_code, cast.venue_id, "one"), Gate("东门"), now=now)
        db.release()
