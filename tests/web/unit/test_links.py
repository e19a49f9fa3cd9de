"""The link to a unit's desk: it opens one desk, to who holds it, until it is revoked."""

from __future__ import annotations

import re
from datetime import datetime

import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import DeskLink, Liaison
from conference.rules import contact
from conference.sealing import blind_index
from conference.services import desks, units
from tests.cast import PASSWORD, Cast


def test_the_link_opens_the_desk_and_leaves_the_address(client: FlaskClient, yuquan_desk: str) -> None:
    answer = client.get(f"/u/{yuquan_desk}")
    assert (answer.status_code, yuquan_desk in answer.location) == (303, False)
    page = client.get(answer.location)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "呼和浩特市玉泉区民政局" in page.text
    assert yuquan_desk not in page.text
    assert client.head(f"/u/{yuquan_desk}").status_code == 303


def test_others_do_not_get_in(app: APIFlask, desk: str, kenli_desk: str, cast: Cast) -> None:
    stranger = app.test_client()
    assert stranger.get(desk).status_code == 403
    stranger.get(f"/u/{kenli_desk}")
    assert stranger.get(desk).status_code == 403
    stranger.get(f"/p/{cast.liran_token}")
    assert stranger.get(desk).status_code == 403
    assert stranger.get(f"/u/{2**70}/").status_code == 404


def test_who_lost_the_link_is_led_on_the_same_way_whether_it_exists(
    app: APIFlask, desk: str, yuquan_desk: str, cast: Cast, now: datetime
) -> None:
    stranger, way_on = app.test_client(), 'href="/return/"'
    foreign, unknown = (stranger.get(address) for address in (desk, "/u/4711/"))
    assert (foreign.status_code, unknown.status_code) == (403, 403)
    assert way_on in foreign.text
    assert _but_for_numbers(foreign.text) == _but_for_numbers(unknown.text)
    theirs, nobodys = (stranger.get(address) for address in ("/my/1/", "/my/4711/"))
    assert (theirs.status_code, way_on in theirs.text) == (403, True)
    assert _but_for_numbers(theirs.text) == _but_for_numbers(nobodys.text)
    for address in ("/u/nothing", "/p/nothing", "/my/"):
        assert way_on in stranger.get(address).text
    with app.app_context(), db.transaction() as session:
        desks.revoke_all(session, units.one(cast.meeting_id, cast.yuquan_id).id, now=now)
    assert way_on in stranger.get(f"/u/{yuquan_desk}").text
    assert stranger.get("/return/").location == f"/m/{cast.slug}/return/"


def _but_for_numbers(text: str) -> str:
    """A page without what each has of its own: the number of the error, and its own address."""
    return re.sub(r'<span class="code">[^<]*</span>|/(?:u|my)/\d+/|nonce="[^"]*"|/(?:u|my)%2F\d+%2F', "", text)


def test_a_revoked_link_says_whom_to_ask(
    app: APIFlask, client: FlaskClient, desk: str, yuquan_desk: str, cast: Cast, now: datetime
) -> None:
    with app.app_context(), db.transaction() as session:
        desks.revoke_all(session, units.one(cast.meeting_id, cast.yuquan_id).id, now=now)
    for address in (desk, f"/u/{yuquan_desk}"):
        answer = client.get(address)
        assert (answer.status_code, "会务组" in answer.text, "联络员" in answer.text) == (410, True, True)
    assert client.get("/u/nothing").status_code == 404
    assert client.post(desk).status_code in {405, 410}


def test_only_the_digest_is_kept_and_it_names_the_liaison(app: APIFlask, yuquan_desk: str) -> None:
    with app.app_context():
        link = db.session().scalars(sa.select(DeskLink)).one()
        liaison = db.session().scalars(sa.select(Liaison)).one()
        assert link.liaison_id == liaison.id
        assert yuquan_desk not in link.digest
        assert link.id > 1000


def test_a_liaison_is_found_by_phone_and_let_in_again(
    app: APIFlask, yuquan_desk: str, cast: Cast, now: datetime
) -> None:
    index = blind_index(contact.phone("13700000001") or "")
    with app.app_context():
        found = desks.of_liaison(cast.meeting_id, phone_index=index)
        assert [one.name for one in found] == ["孙立"]
        assert desks.of_liaison(cast.meeting_id) == []
        assert desks.of_liaison(cast.meeting_id + 1, phone_index=index) == []
        desk_id = desks.open_again(found[0].id, now=now)
        assert desk_id is not None
        assert desks.by_id(desk_id) is not None
        with db.transaction() as session:
            session.execute(sa.update(Liaison).values(until=now))
        assert desks.open_again(found[0].id, now=now) is None
        assert desks.of_liaison(cast.meeting_id, phone_index=index) == []


def test_signing_in_keeps_the_desk(app: APIFlask, client: FlaskClient, desk: str, cast: Cast) -> None:
    client.post("/sign-in", data={"email": cast.zhouning_email, "password": PASSWORD})
    assert client.get(desk).status_code == 200
