"""A unit's reply form at its desk: looked at first, brought in once, of this unit alone."""

from __future__ import annotations

import io
from datetime import datetime, timedelta

import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Delegate, Meeting, Participation
from conference.vocabulary import Origin
from tests.cast import Cast
from tests.recount import assert_whole

FORM = """参会回执
姓名,职务,手机号,参会方式
赵敏,科长,13900000001,现场
孙悦,科员,1390000,线上
李然,科员,13800000001,现场
陈卓,主任,13800000003,现场
"""


def _file(text: str = FORM) -> dict[str, object]:
    return {"file": (io.BytesIO(text.encode()), "回执.csv"), "mode": ""}


def _people(app: APIFlask, cast: Cast) -> list[tuple[str, Origin]]:
    with app.app_context():
        rows = db.session().scalars(sa.select(Delegate).where(Delegate.unit_id == cast.yuquan_id).order_by(Delegate.id))
        return [(row.name, row.origin) for row in rows]


def test_a_form_is_looked_at_then_brought_in_once(app: APIFlask, client: FlaskClient, desk: str, cast: Cast) -> None:
    sent = client.post(f"{desk}replies/", data=_file())
    assert sent.status_code == 303
    preview = client.get(sent.location).text
    for text in ("赵敏", "孙悦", "手机号"):
        assert text in preview
    assert len(_people(app, cast)) == 2
    for _ in range(2):
        assert client.post(f"{sent.location}/import").location == sent.location
    assert _people(app, cast)[2:] == [("赵敏", Origin.LIAISON)]
    page = client.get(desk).text
    assert "陈卓" in page  # entered like any other, though another unit has the number: see docs/decisions/0004
    assert client.get(f"{sent.location}/marked.xlsx").status_code == 200
    assert client.get(f"{desk}replies/template.xlsx").status_code == 200
    with app.app_context():
        assert_whole(cast.meeting_id)


def test_after_the_freeze_a_form_changes_nobody(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast, now: datetime
) -> None:
    client.post(f"{client.post(f'{desk}replies/', data=_file()).location}/import")
    with app.app_context(), db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).frozen_at = now - timedelta(minutes=1)
    sent = client.post(f"{desk}replies/", data=_file(FORM.replace("赵敏,科长", "赵敏,处长"))).location
    client.post(f"{sent}/import")
    with app.app_context():
        zhao = db.session().scalars(sa.select(Delegate).where(Delegate.name == "赵敏")).one()
        assert zhao.position == "科长"


def test_no_file_is_told_so(client: FlaskClient, desk: str) -> None:
    assert client.post(f"{desk}replies/", data={"mode": ""}).status_code == 422


def test_other_units_do_not_see_it(app: APIFlask, client: FlaskClient, desk: str, kenli_desk: str) -> None:
    sent = client.post(f"{desk}replies/", data=_file()).location
    stranger = app.test_client()
    theirs = stranger.get(f"/u/{kenli_desk}").location
    assert stranger.get(sent).status_code == 403
    form_id = sent.rpartition("/")[2]
    for path in ("", "/marked.xlsx"):
        assert stranger.get(f"{theirs}replies/{form_id}{path}").status_code == 404
    assert stranger.post(f"{theirs}replies/{form_id}/import").status_code == 404
    assert "回执.csv" not in stranger.get(f"{theirs}replies/").text


def test_what_is_not_there_leads_back_to_the_desk(client: FlaskClient, desk: str) -> None:
    for path in ("people/999/", "replies/999"):
        answer = client.get(f"{desk}{path}")
        assert (answer.status_code, "回到单位报名台" in answer.text, f'href="{desk}"' in answer.text) == (
            404,
            True,
            True,
        )


def test_a_full_unit_is_led_to_ask_for_more_and_loses_nothing_typed(
    app: APIFlask, client: FlaskClient, desk: str, cast: Cast
) -> None:
    with app.app_context(), db.transaction() as session:
        part = session.scalars(sa.select(Participation).where(Participation.unit_id == cast.yuquan_id)).one()
        part.delegate_limit = part.active
    page = client.get(f"{desk}people/new").text
    assert (f"{desk}places" in page, 'name="position"' in page) == (True, False)
    typed = client.post(f"{desk}people/new", data={"name": "赵敏", "phone": "13900000001", "mode": "in_person"})
    assert (typed.status_code, 'value="赵敏"' in typed.text, "申请增加名额" in typed.text) == (422, True, True)
