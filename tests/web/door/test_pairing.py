"""A phone is paired by the code on the organiser's screen, and scans as its gate until it is turned out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conference import db
from conference.services import accounts, checkpoints, devices, reviews, scans
from conference.services.activity import Actor
from conference.services.checkpoints import CheckpointFacts
from conference.services.delegates import Doing
from conference.services.devices import GateFacts
from conference.vocabulary import ActorKind, CheckpointKind, ReviewCause
from tests.cast import PASSWORD, Cast

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Mobile MicroMessenger/8.0.49"


def json_of(answer: TestResponse) -> dict[str, Any]:
    found = answer.get_json()
    assert isinstance(found, dict)
    return found


class Gate:
    """A gate that an organiser made: its id and the address in its code."""

    def __init__(self, app: APIFlask, cast: Cast, now: datetime, name: str, *places: int) -> None:
        self.app, self.cast, self.now = app, cast, now
        self.actor = Actor(ActorKind.ACCOUNT, cast.zhouning_id, "周宁")
        with app.app_context():
            device = devices.prepare(cast.meeting_id, GateFacts(name, places), Doing(self.actor, now, ""))
            self.id = device.id
            self.path = f"/door/pair/{devices.code_of(device, now=now)}"
            db.release()

    def renewed(self) -> str:
        """The address in a new code for it."""
        with self.app.app_context():
            device = devices.renew(self.cast.meeting_id, self.id, Doing(self.actor, self.now, ""))
            path = f"/door/pair/{devices.code_of(device, now=self.now)}"
            db.release()
        return path

    def revoke(self) -> None:
        with self.app.app_context():
            devices.revoke(self.cast.meeting_id, self.id, actor=self.actor, now=self.now)
            db.release()


@pytest.fixture
def gate(app: APIFlask, cast: Cast, now: datetime) -> Gate:
    return Gate(app, cast, now, "东门", cast.venue_id)


@pytest.fixture
def phone(client: FlaskClient, cast: Cast, gate: Gate) -> FlaskClient:
    """Paired at the east gate."""
    answer = client.post(gate.path, headers={"User-Agent": IPHONE})
    assert (answer.status_code, answer.location) == (303, f"/door/{cast.slug}/{cast.venue_id}")
    return client


@pytest.fixture
def meal(app: APIFlask, cast: Cast, now: datetime) -> int:
    with app.app_context():
        point = checkpoints.add(
            cast.meeting_id,
            CheckpointFacts("午餐", CheckpointKind.MEAL),
            Doing(Actor(ActorKind.SYSTEM, None, ""), now, ""),
        )
        db.release()
        return point.id


def test_opening_the_code_asks_and_pairs_nothing(app: APIFlask, client: FlaskClient, gate: Gate, cast: Cast) -> None:
    page = client.get(gate.path)
    assert page.status_code == 200
    assert "用这部手机在“东门”扫码？" in page.text
    assert "会场" in page.text
    assert client.get(f"/door/{cast.slug}/{cast.venue_id}").location.startswith("/sign-in")


def test_a_paired_phone_scans_as_its_gate_without_an_account(
    app: APIFlask, phone: FlaskClient, cast: Cast, gate: Gate
) -> None:
    here = f"/door/{cast.slug}/{cast.venue_id}"
    assert "东门 · 会场" in phone.get(here).text
    assert phone.get("/door/").location == here
    phone.post(f"{here}/scan", data={"code": cast.liran_code, "nonce": "one"})
    told = json_of(phone.post(f"{here}/token"))
    assert told == {"token": told["token"], "gate": "东门", "device": gate.id}
    assert json_of(phone.post(f"{here}/token")) == told, "one token while it lives"
    state = json_of(phone.get(f"{here}/state?waiting=3"))
    assert (state["arrived"], state["expected"]) == (1, 2)
    assert phone.get(f"/c/{cast.liran_code}").location == f"/door/c/{cast.liran_code}"
    assert "李然" in phone.get(f"/door/c/{cast.liran_code}").text
    with app.app_context():
        assert [(e["outcome"], e["gate"]) for e in scans.feed(cast.meeting_id).items] == [("admitted", "东门")]
        device = devices.one(cast.meeting_id, gate.id)
        assert (device.browser, device.waiting) == ("iPhone · 微信 WeChat", 3)


def test_it_sees_nothing_but_the_door_of_its_meeting(phone: FlaskClient, cast: Cast, meal: int) -> None:
    assert phone.get(f"/desk/{cast.slug}/").location.startswith("/sign-in")
    assert phone.get(f"/desk/{cast.slug}/tick-in").location.startswith("/sign-in")
    assert phone.get("/door/another-meeting/").status_code == 404
    assert phone.get(f"/door/another-meeting/{cast.venue_id}").status_code == 404
    turned_away = phone.get(f"/door/{cast.slug}/{meal}")
    assert turned_away.status_code == 403
    assert "这部设备不在这里扫码" in turned_away.text
    assert phone.post(f"/door/{cast.slug}/", data={"gate": "东门", "checkpoint_id": meal}).status_code == 403
    assert phone.post(f"/door/{cast.slug}/{meal}/token").status_code == 403


def test_with_several_checkpoints_it_chooses(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime, meal: int
) -> None:
    everywhere = Gate(app, cast, now, "西门")
    assert client.post(everywhere.path).location == f"/door/{cast.slug}/"
    page = client.get(f"/door/{cast.slug}/").text
    assert "会场" in page
    assert "午餐" in page
    chosen = client.post(f"/door/{cast.slug}/", data={"gate": "别的名字", "checkpoint_id": meal})
    assert chosen.location == f"/door/{cast.slug}/{meal}"
    assert "西门 · 午餐" in client.get(chosen.location).text


def test_the_api_keeps_its_token_to_its_checkpoints(phone: FlaskClient, cast: Cast, meal: int) -> None:
    token = json_of(phone.post(f"/door/{cast.slug}/{cast.venue_id}/token"))["token"]
    api, headers = f"/api/v1/meetings/{cast.slug}", {"Authorization": f"Bearer {token}"}

    def scan(place: int, nonce: str) -> dict[str, object]:
        return {"code": cast.liran_code, "checkpoint_id": place, "nonce": nonce}

    refused = phone.post(f"{api}/check-ins", json=scan(meal, "a"), headers=headers)
    assert (refused.status_code, json_of(refused)["code"]) == (403, "not_this_checkpoint")
    batch = {"items": [scan(meal, "b"), scan(cast.venue_id, "c"), {}]}
    results = json_of(phone.post(f"{api}/check-ins/batch", json=batch, headers=headers))["results"]
    assert results[0]["error"] == {
        "code": "not_this_checkpoint",
        "detail": json_of(refused)["detail"],
        "errors": {"checkpoint_id": [json_of(refused)["detail"]]},
    }
    assert results[1]["outcome"] == "admitted"
    assert results[2]["error"]["code"] == "malformed"
    statuses = [
        phone.get(f"{api}/roster?checkpoint_id={place}", headers=headers).status_code
        for place in (cast.venue_id, meal, 10**12)
    ]
    assert statuses == [200, 403, 403]


def test_what_it_scanned_before_it_was_sent_elsewhere_comes_in_flagged(
    app: APIFlask, phone: FlaskClient, cast: Cast, gate: Gate, now: datetime, meal: int
) -> None:
    token = json_of(phone.post(f"/door/{cast.slug}/{cast.venue_id}/token"))["token"]
    with app.app_context():
        limited = datetime.now(UTC)
        devices.edit(cast.meeting_id, gate.id, GateFacts("东门", [meal]), Doing(gate.actor, limited, ""))
        db.release()
    sent = {"code": cast.liran_code, "checkpoint_id": cast.venue_id, "sent_at": datetime.now(UTC).isoformat()}
    before, after = now.isoformat(), datetime.now(UTC).isoformat()
    items = [
        sent | {"nonce": "before", "scanned_at": before, "admitted_offline": True},
        sent | {"nonce": "after", "scanned_at": after, "admitted_offline": True},
        sent | {"nonce": "live"},
        sent | {"nonce": "elsewhere", "scanned_at": (now - timedelta(hours=1)).isoformat()},
    ]
    api, headers = f"/api/v1/meetings/{cast.slug}", {"Authorization": f"Bearer {token}"}
    results = json_of(phone.post(f"{api}/check-ins/batch", json={"items": items}, headers=headers))["results"]
    assert (results[0]["outcome"], results[0]["flagged"]) == ("admitted", True)
    assert [one["error"]["code"] for one in results[1:]] == ["not_this_checkpoint"] * 3
    person = {
        "nonce": "walk", "checkpoint_id": cast.venue_id, "name": "孙悦", "phone": "13800000077", "consented": True,
        "unit": "呼和浩特市玉泉区民政局", "province": "150000", "scanned_at": before, "admitted_offline": True,
    }  # fmt: skip
    walked_in = json_of(phone.post(f"{api}/walk-ins", json=person, headers=headers))
    assert (walked_in["check_in"]["outcome"], walked_in["check_in"]["flagged"]) == ("admitted", True)
    with app.app_context():
        causes = [case.causes for case in reviews.page(cast.meeting_id).items]
        devices.edit(cast.meeting_id, gate.id, GateFacts("东门"), Doing(gate.actor, datetime.now(UTC), ""))
        db.release()
    assert causes == [(ReviewCause.LIMITED_SINCE,)] * 2
    again = json_of(phone.post(f"{api}/check-ins/batch", json={"items": items[1:2]}, headers=headers))["results"]
    assert (again[0]["outcome"], again[0]["flagged"]) == ("already", True)


def test_whatever_the_door_offers_is_kept_to_its_checkpoints(
    app: APIFlask, phone: FlaskClient, cast: Cast, meal: int
) -> None:
    token = json_of(phone.post(f"/door/{cast.slug}/{cast.venue_id}/token"))["token"]
    person = {
        "nonce": "walk", "checkpoint_id": meal, "name": "孙悦", "phone": "13800000077",
        "unit": "呼和浩特市玉泉区民政局", "province": "150000", "consented": True,
    }  # fmt: skip
    refused = phone.post(
        f"/api/v1/meetings/{cast.slug}/walk-ins", json=person, headers={"Authorization": f"Bearer {token}"}
    )
    assert (refused.status_code, json_of(refused)["code"]) == (403, "not_this_checkpoint")
    there, badge = f"/door/{cast.slug}/{meal}", f"badge/{cast.liran_id}"
    shown: tuple[str, ...] = (
        "",
        "/walk-in",
        "/walk-in/shell",
        "/walk-in/units?q=玉泉",
        "/nods",
        "/nods/list",
        "/group",
    )
    shown += (
        f"/group/{cast.yuquan_id}",
        f"/{badge}",
        f"/{badge}/badge.pdf",
        f"/{badge}/lost",
        "/state",
        "/search?q=李",
    )
    assert {path: phone.get(there + path).status_code for path in shown} == dict.fromkeys(shown, 403)
    done = ("/walk-in", "/nods/1", f"/group/{cast.yuquan_id}", f"/{badge}/lost", "/scan", "/token")
    assert {path: phone.post(there + path).status_code for path in done} == dict.fromkeys(done, 403)
    with app.app_context():
        assert scans.feed(cast.meeting_id).items == []
    own = f"/door/{cast.slug}/{cast.venue_id}"
    assert [phone.get(f"{own}{path}").status_code for path in ("/walk-in", "/nods", "/group", f"/{badge}")] == [200] * 4


def test_paired_again_it_takes_back_what_it_scanned_before_and_another_gate_does_not(
    app: APIFlask, phone: FlaskClient, cast: Cast, gate: Gate, now: datetime
) -> None:
    here, api = f"/door/{cast.slug}/{cast.venue_id}", f"/api/v1/meetings/{cast.slug}/check-ins"

    def bearer_of(client: FlaskClient) -> dict[str, str]:
        return {"Authorization": f"Bearer {json_of(client.post(f'{here}/token'))['token']}"}

    scan = {"code": cast.liran_code, "checkpoint_id": cast.venue_id, "nonce": "a"}
    made = json_of(phone.post(api, json=scan, headers=bearer_of(phone)))["id"]
    other = app.test_client()
    other.post(Gate(app, cast, now, "西门", cast.venue_id).path)
    refused = other.post(f"{api}/{made}/void", json={"reason": "误扫"}, headers=bearer_of(other))
    assert (refused.status_code, json_of(refused)["code"]) == (403, "void_not_yours")
    phone.post(gate.renewed())
    taken = phone.post(f"{api}/{made}/void", json={"reason": "误扫"}, headers=bearer_of(phone))
    assert taken.status_code == 200
    with app.app_context():
        [entry] = scans.feed(cast.meeting_id).items
        assert (entry["outcome"], entry["voided_at"] is not None) == ("admitted", True)


def test_a_code_pairs_one_phone_and_says_so_to_the_next(
    app: APIFlask, phone: FlaskClient, cast: Cast, gate: Gate
) -> None:
    assert phone.get(gate.path).location == f"/door/{cast.slug}/{cast.venue_id}", "the same phone again"
    assert phone.post(gate.path, follow_redirects=True).status_code == 200
    other = app.test_client()
    for answer in (other.get(gate.path), other.post(gate.path, follow_redirects=True)):
        assert answer.status_code == 410
        assert "这个二维码已经用过了" in answer.text
    assert other.get(f"/door/{cast.slug}/{cast.venue_id}").location.startswith("/sign-in")


def test_a_revoked_or_unknown_code_says_so(client: FlaskClient, gate: Gate) -> None:
    gate.revoke()
    assert "已被会务组停用" in client.post(gate.path, follow_redirects=True).text
    unknown = client.get("/door/pair/nobody-ever-made-this")
    assert unknown.status_code == 404
    assert "不存在，或者已经换了新的" in unknown.text
    assert client.get("/door/pair/" + "x" * 3000).status_code == 404


def test_a_revoked_phone_is_turned_away_everywhere_at_once(phone: FlaskClient, cast: Cast, gate: Gate) -> None:
    here = f"/door/{cast.slug}/{cast.venue_id}"
    token = json_of(phone.post(f"{here}/token"))["token"]
    gate.revoke()
    for answer in (phone.get(here), phone.get(f"{here}/state?waiting=1"), phone.post(f"{here}/token")):
        assert answer.status_code == 410
    assert "这部手机不再是扫码设备" in phone.get("/door/").text
    scan = {"code": cast.liran_code, "checkpoint_id": cast.venue_id, "nonce": "a"}
    headers = {"Authorization": f"Bearer {token}"}
    assert phone.post(f"/api/v1/meetings/{cast.slug}/check-ins", json=scan, headers=headers).status_code == 401


def test_a_browser_is_signed_in_or_paired_and_never_both(
    app: APIFlask, client: FlaskClient, cast: Cast, gate: Gate
) -> None:
    client.post("/sign-in", data={"email": cast.hejing_email, "password": PASSWORD})
    assert "何静的账号，配对后会退出登录" in client.get(gate.path).text
    client.post(gate.path)
    with client.session_transaction() as session:
        assert "_user_id" not in session
    client.post("/sign-in", data={"email": cast.hejing_email, "password": PASSWORD})
    with client.session_transaction() as session:
        assert "device" not in session
    assert json_of(client.post(f"/door/{cast.slug}/{cast.venue_id}/token"))["device"] is None


def test_another_gate_takes_the_phone_over(app: APIFlask, phone: FlaskClient, cast: Cast, now: datetime) -> None:
    west = Gate(app, cast, now, "西门", cast.venue_id)
    assert "现在是“东门”的扫码设备，配对后改为“西门”" in phone.get(west.path).text
    phone.post(west.path)
    assert json_of(phone.post(f"/door/{cast.slug}/{cast.venue_id}/token"))["gate"] == "西门"


def test_a_borrowed_phone_is_given_back(app: APIFlask, phone: FlaskClient, cast: Cast, gate: Gate) -> None:
    assert "停止用这部手机扫码？" in phone.get("/door/leave").text
    for _ in range(2):
        assert phone.post("/door/leave").location == "/sign-in"  # which forgets what is there still
    assert phone.get(f"/door/{cast.slug}/{cast.venue_id}").location.startswith("/sign-in")
    with app.app_context():
        assert devices.one(cast.meeting_id, gate.id).revoked_at is not None
        assert accounts.by_id(cast.zhouning_id) is not None
