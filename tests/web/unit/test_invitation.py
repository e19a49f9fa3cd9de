"""What a unit answers, asks for, forwards and hands over."""

from __future__ import annotations

import re

import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Delegate, DeskLink, Liaison, Participation, PlacesRequest
from conference.vocabulary import DelegateStatus, InvitationAnswer
from tests.cast import Cast


def _part(app: APIFlask, cast: Cast) -> Participation:
    with app.app_context():
        found = db.session().scalars(sa.select(Participation).where(Participation.unit_id == cast.yuquan_id)).one()
        db.session().expunge_all()
        return found


def test_accepting_twice_is_one_yes(app: APIFlask, client: FlaskClient, desk: str, cast: Cast) -> None:
    for _ in range(2):
        assert client.post(f"{desk}accept").location == desk
    assert _part(app, cast).answer is InvitationAnswer.ACCEPTED


def test_declining_wants_a_reason_and_cancels_nobody(app: APIFlask, client: FlaskClient, desk: str, cast: Cast) -> None:
    assert "名单里的 2 人不会自动取消" in client.get(f"{desk}decline").text
    empty = client.post(f"{desk}decline", data={"reason": " "})
    assert (empty.status_code, _part(app, cast).answer) == (422, None)
    client.post(f"{desk}decline", data={"reason": "同日有会"})
    part = _part(app, cast)
    assert (part.answer, part.answer_reason) == (InvitationAnswer.DECLINED, "同日有会")
    assert "名单里还有 2 人" in client.get(desk).text
    with app.app_context():
        assert db.session().get_one(Delegate, cast.liran_id).status is DelegateStatus.CONFIRMED


def test_more_places_are_asked_for_once_and_changed(app: APIFlask, client: FlaskClient, desk: str) -> None:
    bad = client.post(f"{desk}places", data={"in_person": "x", "online": "", "reason": "要来"})
    assert (bad.status_code, "要来" in bad.text) == (422, True)
    assert client.post(f"{desk}places", data={"in_person": "", "online": "", "reason": "要来"}).status_code == 422
    for n in ("2", "3"):
        assert client.post(f"{desk}places", data={"in_person": n, "online": "0", "reason": "要来"}).status_code == 303
    with app.app_context():
        asked = db.session().scalars(sa.select(PlacesRequest)).one()
        assert (asked.in_person, asked.online, asked.reason) == (3, 0, "要来")
    assert "已申请增加名额：现场 3" in client.get(desk).text
    assert 'value="3"' in client.get(f"{desk}places").text


def test_the_text_for_the_group_holds_the_common_link_and_nobodys_own(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast
) -> None:
    client.post(
        f"{desk}people/new", data={"name": "赵敏", "mode": "online", "phone": "13900000001", "category": "delegate"}
    )
    text = client.get(f"{desk}reminder").text
    assert f"http://localhost/r/{cast.yuquan_link}" in text
    assert "还没有本人确认的：赵敏" in text
    assert "/p/" not in text


def test_handing_over_ends_ones_own_link_and_shows_the_new_one(
    app: APIFlask, client: FlaskClient, desk: str, yuquan_desk: str, cast: Cast
) -> None:
    assert "您自己手里的也一样" in client.get(f"{desk}hand-over").text
    bad = client.post(f"{desk}hand-over", data={"name": "钱进", "phone": "", "email": ""})
    assert (bad.status_code, "钱进" in bad.text, client.get(desk).status_code) == (422, True, 200)
    done = client.post(f"{desk}hand-over", data={"name": "钱进", "phone": "13700000009", "email": ""})
    assert done.status_code == 200
    found = re.search(r"http://localhost/u/([\w-]+)", done.text)
    assert found is not None
    assert client.get(desk).status_code == 410
    assert client.get(f"/u/{yuquan_desk}").status_code == 410
    assert client.post(f"{desk}hand-over", data={"name": "钱进", "phone": "13700000009"}).status_code == 410
    new = app.test_client()
    assert "李然" in new.get(f"/u/{found[1]}", follow_redirects=True).text
    with app.app_context():
        current = db.session().scalars(sa.select(Liaison).where(Liaison.until.is_(None))).one()
        assert current.name == "钱进"
        live = db.session().scalars(sa.select(DeskLink).where(DeskLink.revoked_at.is_(None))).all()
        assert [link.liaison_id for link in live] == [current.id]
