"""Scanning devices at the desk: a gate is named, its code is shown, who is at work is seen, and sent home."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import ApiToken, Device
from tests.cast import Cast
from tests.web.organiser.conftest import Browser


def base(cast: Cast) -> str:
    return f"/desk/{cast.slug}/devices"


def prepared(desk: FlaskClient, cast: Cast, name: str = "东门") -> str:
    """Where the code of a new gate is shown."""
    answer = desk.post(f"{base(cast)}/new", data={"name": name, "checkpoint_ids": [cast.venue_id]})
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def link_in(page: str) -> str:
    return str(re.findall(r'value="http://localhost(/door/pair/[^"]+)"', page)[0])


@pytest.fixture
def phone(app: APIFlask, desk: FlaskClient, cast: Cast) -> FlaskClient:
    client = app.test_client()
    client.post(
        link_in(desk.get(prepared(desk, cast)).text), headers={"User-Agent": "Mozilla/5.0 (Android 14) Chrome/126"}
    )
    return client


def test_the_screen_shows_the_code_and_notices_the_phone(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    assert "还没有扫码设备" in desk.get(base(cast)).text
    shown = prepared(desk, cast)
    page = desk.get(shown).text
    assert 'class="qr"' in page
    assert "还有 10 分钟有效" in page
    live = desk.get(f"{shown}/live")
    same = desk.get(f"{shown}/live", headers={"If-None-Match": live.headers["ETag"]})
    assert (live.status_code, same.status_code) == (200, 304)
    assert "等手机来扫码配对" in desk.get(base(cast)).text
    app.test_client().post(link_in(page), headers={"User-Agent": "Mozilla/5.0 (iPhone) Safari"})
    after = desk.get(f"{shown}/live", headers={"If-None-Match": live.headers["ETag"]})
    assert "“东门”可以扫码了" in after.text
    assert "iPhone · Safari" in after.text
    assert 'class="qr"' not in after.text


def test_the_list_shows_who_is_at_work(desk: FlaskClient, phone: FlaskClient, cast: Cast) -> None:
    phone.get(f"/door/{cast.slug}/{cast.venue_id}/state?waiting=12")
    page = desk.get(f"{base(cast)}/live").text
    for said in ("东门", "在线", "0 秒前", "会场", "Android · Chrome", "手机上还有 12 条签到没有传上来"):
        assert said in page


def test_a_new_name_and_checkpoints_reach_the_phone_at_once(
    app: APIFlask, desk: FlaskClient, phone: FlaskClient, cast: Cast
) -> None:
    phone.post(f"/door/{cast.slug}/{cast.venue_id}/token")
    with app.app_context():
        device_id = db.session().scalars(sa.select(Device.id)).one()
        db.release()
    assert 'value="东门"' in desk.get(f"{base(cast)}/{device_id}/edit").text
    desk.post(f"{base(cast)}/{device_id}/edit", data={"name": "南门"})
    assert "南门 · 会场" in phone.get(f"/door/{cast.slug}/{cast.venue_id}").text
    with app.app_context():
        row = (
            db.session()
            .execute(sa.select(ApiToken.name, ApiToken.checkpoint_ids).where(ApiToken.device_id == device_id))
            .one()
        )
        assert tuple(row) == ("南门", None)


def test_a_revoked_phone_is_out_and_another_can_come(
    app: APIFlask, desk: FlaskClient, phone: FlaskClient, cast: Cast
) -> None:
    with app.app_context():
        device_id = db.session().scalars(sa.select(Device.id)).one()
        db.release()
    assert "停用“东门”？" in desk.get(f"{base(cast)}/{device_id}/revoke").text
    for _ in range(2):
        assert desk.post(f"{base(cast)}/{device_id}/revoke").status_code == 303
    assert phone.get(f"/door/{cast.slug}/{cast.venue_id}/state").status_code == 410
    page = desk.get(base(cast)).text
    assert "已停用 1 部" in page
    assert 'value="东门"' in desk.get(f"{base(cast)}/new?like={device_id}").text
    assert "停用" in desk.post(f"{base(cast)}/{device_id}/code", follow_redirects=True).text
    assert prepared(desk, cast) != f"{base(cast)}/{device_id}/code"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"name": ""}, "请填写"),
        ({"name": "门" * 41}, "太长"),
        ({"name": "东\u202e门"}, "控制字符"),
        ({"name": "西门", "checkpoint_ids": ["99999"]}, "没有"),
        ({"name": "西门", "checkpoint_ids": ["x", str(2**64)]}, "没有"),
        ({"name": "东门"}, "已经有一部叫这个名称的设备"),
    ],
)
def test_a_bad_form_is_told_so(desk: FlaskClient, cast: Cast, form: dict[str, object], said: str) -> None:
    prepared(desk, cast)
    page = desk.post(f"{base(cast)}/new", data=form)
    assert page.status_code == 422
    assert said in page.text


def test_outsiders_see_no_devices(
    app: APIFlask, desk: FlaskClient, signed_in: Browser, cast: Cast, now: datetime
) -> None:
    shown = prepared(desk, cast)
    steward = signed_in(cast.hejing_email)
    for path in (base(cast), f"{base(cast)}/live", f"{base(cast)}/new", shown, f"{shown}/live"):
        assert steward.get(path).status_code == 403
        assert app.test_client().get(path).status_code == 303
    for path in (f"{base(cast)}/999/code", f"{base(cast)}/{2**64}/code", f"{base(cast)}/999/revoke"):
        assert desk.get(path).status_code == 404
    assert desk.post(f"{base(cast)}/999/code").status_code == 404
