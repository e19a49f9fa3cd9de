"""One's own page: opened by the private link, kept to oneself, changed and given up there."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
import zxingcpp
from apiflask import APIFlask
from flask.testing import FlaskClient
from PIL import Image

from conference import db
from conference.models import Activity, Delegate
from conference.services import delegates, meetings, registration
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import ActorKind, DelegateStatus, Mode, Origin
from tests.cast import Cast


def _open(client: FlaskClient, token: str) -> str:
    answer = client.get(f"/p/{token}")
    assert answer.status_code == 303
    assert token not in answer.location
    return str(answer.location)


def _prove(client: FlaskClient, address: str, act: str, last_four: str = "0001") -> None:
    answer = client.post(f"{address}proof/{act}", data={"proof": last_four})
    assert answer.status_code == 303, answer.text


def _row(app: APIFlask, delegate_id: int) -> Delegate:
    with app.app_context():
        found = db.session().get_one(Delegate, delegate_id)
        db.session().expunge_all()
        return found


@pytest.fixture
def by_others(app: APIFlask, cast: Cast, now: datetime) -> tuple[int, str]:
    """赵敏, entered by an organiser."""
    with app.app_context():
        made = registration.register(
            cast.meeting_id,
            registration.Entry("赵敏", cast.kenli_id, Mode.IN_PERSON, phone="13900000001"),
            actor=SYSTEM,
            origin=Origin.ORGANISER,
            public_url=cast.public_url,
            now=now,
        )
        return made.delegate.id, made.token


def test_the_link_opens_ones_own_page(client: FlaskClient, cast: Cast) -> None:
    page = client.get(_open(client, cast.liran_token))
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "no-store"
    for text in ("李然", "呼和浩特市玉泉区民政局", "现场 · 已确认", "0001"):
        assert text in page.text
    assert client.get("/my/").location.startswith("/my/")


def test_a_head_request_opens_it_too(client: FlaskClient, cast: Cast) -> None:
    answer = client.head(f"/p/{cast.liran_token}")
    assert client.get(answer.location).status_code == 200


@pytest.mark.parametrize("page", ["", "pass.png", "mode", "cancel", "correct"])
def test_others_do_not_get_in(app: APIFlask, client: FlaskClient, cast: Cast, page: str) -> None:
    address = _open(client, cast.liran_token)
    stranger = app.test_client()
    assert stranger.get(address + page).status_code == 403
    _open(stranger, cast.chenzhuo_token)
    assert stranger.get(address + page).status_code == 403
    assert stranger.get(f"/my/{2**70}/{page}").status_code == 404
    assert stranger.post(f"{address}cancel").status_code == 403
    assert _row(app, cast.liran_id).status is DelegateStatus.CONFIRMED


def test_dead_links_say_what_to_do(app: APIFlask, client: FlaskClient, cast: Cast, now: datetime) -> None:
    address = _open(client, cast.liran_token)
    with app.app_context():
        delegates.erase(cast.meeting_id, cast.liran_id, Doing(SYSTEM, now, cast.public_url))
    assert client.get(address).status_code == 410
    erased, unknown = client.get(f"/p/{cast.liran_token}"), client.get("/p/nothing")
    assert (erased.status_code, unknown.status_code) == (410, 404)
    assert "这个个人链接打不开" in erased.text
    assert "这个个人链接打不开" in unknown.text


def test_the_picture_holds_the_code_and_is_kept_by_its_tag(client: FlaskClient, cast: Cast) -> None:
    address = _open(client, cast.liran_token)
    picture = client.get(address + "pass.png")
    assert (picture.content_type, picture.headers["Cache-Control"]) == ("image/png", "private, no-cache")
    read = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.data)).convert("L"))
    assert [one.text for one in read] == [f"HTTP://LOCALHOST/C/{cast.liran_code}"]
    again = client.get(address + "pass.png", headers={"If-None-Match": picture.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_online_place_has_no_code_to_scan(client: FlaskClient, cast: Cast) -> None:
    picture = client.get(_open(client, cast.wangmin_token) + "pass.png")
    assert zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.data)).convert("L")) == []


def test_changing_the_mode_asks_first_and_names_what_is_lost(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        delegates.edit(cast.meeting_id, cast.liran_id, {"seat": "3排 12座"}, Doing(SYSTEM, now, cast.public_url))
    address = _open(client, cast.liran_token)
    asked = client.get(address + "mode").text
    assert "改为线上参会？" in asked
    assert "座位 3排 12座 不再保留" in asked
    assert _row(app, cast.liran_id).mode is Mode.IN_PERSON
    for _ in range(2):
        assert client.post(address + "mode/online").location == address
        assert "已改为线上参会。" in client.get(address).text
    assert _row(app, cast.liran_id).mode is Mode.ONLINE
    assert client.post(address + "mode/walking").status_code == 404


def test_a_full_mode_is_waited_for_with_the_old_place_kept(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, Doing(SYSTEM, now, cast.public_url))
    address = _open(client, cast.wangmin_token)
    assert "轮到之前保留现在的线上名额" in client.get(address + "mode").text
    client.post(address + "mode/in_person")
    page = client.get(address).text
    assert "已排队等现场名额，排第 1 位。" in page
    assert "等待改为现场：您排第 1 位" in page
    assert "现场候补第 1 位不再保留" in client.get(address + "mode").text
    client.post(address + "mode/online")
    assert "不再等待现场名额，仍是线上参会。" in client.get(address).text
    row = _row(app, cast.wangmin_id)
    assert (row.mode, row.waiting_for) == (Mode.ONLINE, None)


def test_cancelling_asks_first_and_is_harmless_twice(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    address = _open(client, cast.liran_token)
    assert client.get(address + "cancel").location == address + "proof/cancel"
    assert client.post(address + "cancel").location == address + "proof/cancel"
    _prove(client, address, "cancel")
    assert "取消李然的报名？" in client.get(address + "cancel").text
    assert _row(app, cast.liran_id).status is DelegateStatus.CONFIRMED
    for _ in range(2):
        assert client.post(address + "cancel").status_code == 303
    assert _row(app, cast.liran_id).status is DelegateStatus.CANCELLED
    page = client.get(address).text
    assert "这个报名已取消" in page
    assert client.get(address + "cancel").location == address


def test_after_the_meeting_nothing_can_be_changed(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    times = {"starts_at": now - timedelta(days=2), "ends_at": now - timedelta(days=1)}
    with app.app_context():
        meetings.edit(cast.meeting_id, times, Doing(SYSTEM, now, cast.public_url))
    address = _open(client, cast.liran_token)
    client.post(address + "cancel")
    assert "会议已结束，不能再改" in client.get(address).text
    assert _row(app, cast.liran_id).status is DelegateStatus.CONFIRMED


def test_an_entry_by_others_is_acknowledged_or_mended(
    app: APIFlask, client: FlaskClient, cast: Cast, by_others: tuple[int, str]
) -> None:
    delegate_id, token = by_others
    address = _open(client, token)
    assert "会务组为您报了名，请您看一看" in client.get(address).text
    assert client.post(address + "correct", data={"name": "赵小敏", "position": "科长"}).status_code == 303
    row = _row(app, delegate_id)
    assert (row.name, row.position, row.phone_index is None) == ("赵小敏", "科长", False)
    assert row.acknowledged_at is not None
    assert "会务组为您报了名" not in client.get(address).text


def test_a_yes_is_kept_once(app: APIFlask, client: FlaskClient, cast: Cast, by_others: tuple[int, str]) -> None:
    delegate_id, token = by_others
    address = _open(client, token)
    client.post(address + "acknowledge")
    first = _row(app, delegate_id).acknowledged_at
    client.post(address + "acknowledge")
    assert first is not None
    assert _row(app, delegate_id).acknowledged_at == first


def test_a_bad_correction_is_told_so(client: FlaskClient, cast: Cast, by_others: tuple[int, str]) -> None:
    address = _open(client, by_others[1])
    answer = client.post(address + "correct", data={"name": "", "position": "留着"})
    assert (answer.status_code, "请填写" in answer.text, "留着" in answer.text) == (422, True, True)


def test_another_contact_asks_for_proof_by_the_old_one(
    app: APIFlask, client: FlaskClient, cast: Cast, by_others: tuple[int, str]
) -> None:
    delegate_id, token = by_others
    address = _open(client, token)
    page = client.get(address).text
    assert "1390000••••" in page
    assert "13900000001" not in page
    form = {"phone": "", "email": "zhaomin@example.org"}
    assert client.post(address + "contact", data=form).location == address + "proof/contact"
    assert _row(app, delegate_id).email_index is None
    _prove(client, address, "contact")
    none = client.post(address + "contact", data={"phone": "", "email": ""})
    assert (none.status_code, "手机号和邮箱至少填一项" in none.text) == (422, True)
    assert client.post(address + "contact", data=form).status_code == 303
    row = _row(app, delegate_id)
    assert (row.phone_index is None, row.email_index is None) == (True, False)


def test_who_registered_themselves_cannot_try_other_numbers(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    address = _open(client, cast.liran_token)
    before = _row(app, cast.liran_id).phone_index
    answer = client.post(address + "correct", data={"name": "李然", "position": "主任", "phone": "13800000003"})
    assert answer.status_code == 303
    row = _row(app, cast.liran_id)
    assert (row.phone_index, row.position) == (before, "主任")


def test_a_link_to_keep_is_shown_once_and_opens_the_page_elsewhere(
    app: APIFlask, client: FlaskClient, cast: Cast
) -> None:
    address = _open(client, cast.liran_token)
    assert "保存我的链接" in client.get(address).text
    answer = client.post(address + "link")
    found = re.search(r'value="http://localhost/p/([\w-]+)"', answer.text)
    assert found is not None
    assert (answer.status_code, "文件传输助手" in answer.text) == (200, True)
    assert found[1] not in client.get(address).text
    assert client.get(address + "link").location == address
    other = app.test_client()
    assert "李然" in other.get(_open(other, found[1])).text
    assert "李然" in app.test_client().get(f"/p/{cast.liran_token}", follow_redirects=True).text
    assert app.test_client().post(address + "link").status_code == 403
    with app.app_context():
        trail = db.session().scalars(sa.select(Activity).where(Activity.verb == "delegate.link_made")).all()
        assert [(act.subject_id, act.actor_kind) for act in trail] == [(cast.liran_id, ActorKind.DELEGATE)]


def test_only_whose_place_opens_the_door_are_told_of_the_halls_check_in(client: FlaskClient, cast: Cast) -> None:
    assert "签到 · " in client.get(_open(client, cast.liran_token)).text
    assert "签到 · " not in client.get(_open(client, cast.wangmin_token)).text
    address = _open(client, cast.liran_token)
    _prove(client, address, "cancel")
    client.post(address + "cancel")
    assert "签到 · " not in client.get(address).text
