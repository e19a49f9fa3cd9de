"""The door without a script: where one stands, what is scanned, what is said, what is taken back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from conference import wording
from conference.services import accounts, checkpoints, delegates, meetings, scans, tokens
from conference.services.activity import SYSTEM
from conference.services.checkpoints import CheckpointFacts
from conference.services.delegates import Doing
from conference.vocabulary import CheckpointKind, DelegateStatus, MeetingStatus, MessageKind, Role, ScanReason
from tests.cast import Cast


def sign_in(app: APIFlask, client: FlaskClient, account_id: int) -> None:
    """As the account; the sign-in pages have tests of their own."""
    with app.app_context():
        account = accounts.by_id(account_id)
        assert account is not None
        key = f"{account.id}.{account.epoch}"
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = key, True


@pytest.fixture
def steward(app: APIFlask, client: FlaskClient, cast: Cast) -> FlaskClient:
    """何静, at the east gate."""
    sign_in(app, client, cast.hejing_id)
    answer = client.post(f"/door/{cast.slug}/", data={"gate": " 东门 ", "checkpoint_id": cast.venue_id})
    assert (answer.status_code, answer.location) == (303, f"/door/{cast.slug}/{cast.venue_id}")
    return client


def scan(client: FlaskClient, cast: Cast, code: str, **more: str) -> TestResponse:
    return client.post(f"/door/{cast.slug}/{cast.venue_id}/scan", data={"code": code, **more}, follow_redirects=True)


def shown(page: TestResponse) -> dict[str, str]:
    """What the verdict page says, slot by slot."""
    slots = re.findall(r'data-slot="(\w+)">([^<]*)<', page.text)
    return {"kind": re.findall(r'data-verdict data-kind="(\w*)"', page.text)[0], **dict(slots)}


def figures(client: FlaskClient, cast: Cast, checkpoint_id: int) -> tuple[int, int]:
    state = client.get(f"/door/{cast.slug}/{checkpoint_id}/state").json
    assert state is not None
    return state["arrived"], state["expected"]


def feed(app: APIFlask, cast: Cast) -> list[tuple[str, str, str]]:
    with app.app_context():
        return [(e["outcome"], e["gate"], e["direction"]) for e in scans.feed(cast.meeting_id).items]


def test_the_post_is_chosen_once_and_remembered(steward: FlaskClient, cast: Cast) -> None:
    assert steward.get("/door/").location == f"/door/{cast.slug}/"
    assert 'value="东门"' in steward.get(f"/door/{cast.slug}/").text
    page = steward.get(f"/door/{cast.slug}/{cast.venue_id}")
    assert page.status_code == 200
    assert "东门 · 会场" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_who_works_for_several_meetings_chooses_and_archived_ones_are_over(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        another = _another(now)
        administrator, _ = accounts.create(
            "office@example.org", name="办公室", role=Role.ADMINISTRATOR, meeting_id=None, actor=SYSTEM, now=now
        )
    sign_in(app, client, administrator.id)
    page = client.get("/door/").text
    assert "城乡社区治理推进会" in page
    assert "另一届会" in page
    with app.app_context():
        meetings.edit(another, {"status": MeetingStatus.ARCHIVED}, Doing(SYSTEM, now, cast.public_url))
    assert client.get("/door/").location == f"/door/{cast.slug}/"


def test_who_may_only_look_does_not_stand_at_the_door(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        viewer, _ = accounts.create(
            "viewer@example.org", name="看客", role=Role.VIEWER, meeting_id=cast.meeting_id, actor=SYSTEM, now=now
        )
    sign_in(app, client, viewer.id)
    assert "还没有需要签到的会议" in client.get("/door/").text
    assert client.get(f"/door/{cast.slug}/{cast.venue_id}").status_code == 403
    assert client.post(f"/door/{cast.slug}/{cast.venue_id}/token").status_code == 403
    assert client.get(f"/door/c/{cast.liran_code}").status_code == 404


def test_a_scanner_without_a_gate_asks_for_one(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    sign_in(app, client, cast.hejing_id)
    assert client.get(f"/door/{cast.slug}/{cast.venue_id}").location == f"/door/{cast.slug}/"


@pytest.mark.parametrize(
    ("gate", "said"), [("", "请填写"), ("　", "请填写"), ("门" * 41, "太长了"), ("东\x00门", "控制字符")]
)
def test_a_gate_has_a_name_of_bounded_length(steward: FlaskClient, cast: Cast, gate: str, said: str) -> None:
    page = steward.post(f"/door/{cast.slug}/", data={"gate": gate, "checkpoint_id": cast.venue_id})
    assert page.status_code == 422
    assert said in page.text


@pytest.mark.parametrize("checkpoint", ["", "x", "0", "999999", str(2**63), "-1", "9" * 30])
def test_an_unknown_checkpoint_is_told_so(steward: FlaskClient, cast: Cast, checkpoint: str) -> None:
    page = steward.post(f"/door/{cast.slug}/", data={"gate": "东门", "checkpoint_id": checkpoint})
    assert page.status_code in {404, 422}


def test_a_typed_code_lets_in_once_and_says_when_and_where(app: APIFlask, steward: FlaskClient, cast: Cast) -> None:
    first = shown(scan(steward, cast, cast.liran_code.lower()))
    assert (first["kind"], first["word"], first["name"], first["unit"]) == (
        "go",
        "请进",
        "李然",
        "呼和浩特市玉泉区民政局",
    )
    again = shown(scan(steward, cast, f"https://elsewhere.example/c/{cast.liran_code}"))
    assert (again["kind"], again["word"]) == ("again", "已签到")
    assert re.fullmatch(r"\d\d:\d\d · 东门", again["detail"])
    assert feed(app, cast) == [("admitted", "东门", "in"), ("already", "东门", "in")]


def test_the_same_form_sent_twice_is_one_scan(app: APIFlask, steward: FlaskClient, cast: Cast) -> None:
    pages = [shown(scan(steward, cast, cast.liran_code, nonce="from-the-page")) for _ in range(2)]
    assert pages[0] == pages[1]
    assert feed(app, cast) == [("admitted", "东门", "in")]


def test_an_exit_is_recorded(app: APIFlask, steward: FlaskClient, cast: Cast) -> None:
    scan(steward, cast, cast.liran_code)
    assert shown(scan(steward, cast, cast.liran_code, direction="out"))["word"] == "已离场"
    assert feed(app, cast)[1] == ("left", "东门", "out")


def test_who_may_not_come_in_is_told_why_and_what_to_do(
    app: APIFlask, steward: FlaskClient, cast: Cast, now: datetime
) -> None:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing)
        delegates.reissue(cast.meeting_id, cast.liran_id, doing)
    for code, reason, name in (
        (cast.chenzhuo_code, ScanReason.CANCELLED, "陈卓"),
        (cast.liran_code, ScanReason.REVOKED, "李然"),
        (cast.wangmin_code, ScanReason.WRONG_MODE, "王敏"),
        ("这不是码\x00", ScanReason.UNKNOWN, ""),
    ):
        said = shown(scan(steward, cast, code))
        assert said == {
            "kind": "stop",
            "word": "请留步",
            "name": name,
            "unit": said["unit"],
            "detail": wording.say(reason, "zh"),
            "advice": wording.advise(reason, "zh"),
        }


def test_members_with_one_value_keep_their_own_words() -> None:
    said = [wording.say(member.CANCELLED, "zh") for member in (DelegateStatus, ScanReason, MessageKind)]
    assert said == ["已取消", "报名已取消", "取消通知"]


@pytest.mark.parametrize("reason", ScanReason)
def test_every_reason_has_its_advice(reason: ScanReason) -> None:
    assert all(wording.advise(reason, language) for language in wording.LANGUAGES)


@pytest.mark.parametrize(
    "form", [{"code": ""}, {"code": "A" * 2049}, {"code": "A", "direction": "up"}, {"code": "A", "nonce": "n" * 65}]
)
def test_a_malformed_scan_is_told_so_and_kept_by_nobody(
    app: APIFlask, steward: FlaskClient, cast: Cast, form: dict[str, str]
) -> None:
    page = steward.post(f"/door/{cast.slug}/{cast.venue_id}/scan", data=form)
    assert page.status_code == 422
    assert feed(app, cast) == []


def test_a_scan_can_be_taken_back_by_the_phone_that_made_it(app: APIFlask, steward: FlaskClient, cast: Cast) -> None:
    page = scan(steward, cast, cast.liran_code)
    path = urlsplit(page.request.path).path
    assert "撤销 李然 的签到？" in steward.get(f"{path}/undo").text
    assert figures(steward, cast, cast.venue_id) == (1, 2)
    for _ in range(2):
        assert "已撤销这次签到" in steward.post(f"{path}/undo", follow_redirects=True).text
    assert figures(steward, cast, cast.venue_id) == (0, 2)
    assert "这次签到已撤销" in steward.get(path).text


def test_only_what_changed_something_can_be_taken_back(app: APIFlask, steward: FlaskClient, cast: Cast) -> None:
    offered = [
        "/undo" in scan(steward, cast, code, **more).text
        for code, more in (
            (cast.liran_code, {}),  # admitted
            (cast.liran_code, {}),  # already
            (cast.wangmin_code, {}),  # refused
            (cast.liran_code, {"direction": "out"}),  # left
        )
    ]
    assert offered == [True, False, False, True]


def test_another_phone_cannot_take_it_back(app: APIFlask, steward: FlaskClient, cast: Cast) -> None:
    path = scan(steward, cast, cast.liran_code).request.path
    other = app.test_client()
    sign_in(app, other, cast.hejing_id)
    other.post(f"/door/{cast.slug}/", data={"gate": "西门", "checkpoint_id": cast.venue_id})
    assert "只能在十五分钟内撤销自己的签到" in other.post(f"{path}/undo", follow_redirects=True).text
    with app.app_context():
        assert scans.feed(cast.meeting_id).items[0]["voided_at"] is None


def test_the_browser_keeps_one_token_until_the_gate_changes_or_it_dies(
    app: APIFlask, steward: FlaskClient, cast: Cast, now: datetime
) -> None:
    address = f"/door/{cast.slug}/{cast.venue_id}/token"
    first = steward.post(address).json
    assert first["gate"] == "东门"
    assert steward.post(address).json == first
    assert steward.post(f"/door/{cast.slug}/{cast.venue_id + 999}/token").status_code == 404
    with app.app_context():
        held = tokens.bearer(first["token"], now=now)
        assert held is not None
        assert (held.name, held.scope.value, held.meeting_id) == ("东门", "checkin", cast.meeting_id)
        accounts.sign_out(cast.hejing_id, now=now)
    second = steward.post(address).json
    assert second["token"] != first["token"]
    steward.post(f"/door/{cast.slug}/", data={"gate": "西门", "checkpoint_id": cast.venue_id})
    assert steward.post(address).json["gate"] == "西门"


@pytest.mark.parametrize("text", ["李", "李然", "liran", "li r", "0001", "01", "13800000001", "138 0000 0001"])
def test_people_are_found_by_name_pinyin_number_or_phone(steward: FlaskClient, cast: Cast, text: str) -> None:
    page = steward.get(f"/door/{cast.slug}/{cast.venue_id}/search", query_string={"q": text})
    assert page.status_code == 200
    assert "李然" in page.text
    assert cast.liran_code in page.text
    assert "王敏" not in page.text or text in {"01", "0001"}


@pytest.mark.parametrize(
    ("text", "said"),
    [("1", "至少"), ("a", "至少"), ("%", "至少"), ("__", "没有找到"), ("欧阳", "没有找到"), ("\x00\x00", "没有找到")],
)
def test_too_little_or_nobody_is_said(steward: FlaskClient, cast: Cast, text: str, said: str) -> None:
    page = steward.get(f"/door/{cast.slug}/{cast.venue_id}/search", query_string={"q": text})
    assert (page.status_code, said in page.text, cast.liran_code in page.text) == (200, True, False)


def test_a_search_for_the_script_is_a_part_of_the_page(steward: FlaskClient, cast: Cast) -> None:
    address = f"/door/{cast.slug}/{cast.venue_id}/search?q=李"
    part = steward.get(address, headers={"X-Requested-With": "scanner"})
    assert "<html" not in part.text
    assert cast.liran_code in part.text


def test_a_search_shows_who_is_in_and_who_may_not(app: APIFlask, steward: FlaskClient, cast: Cast) -> None:
    scan(steward, cast, cast.liran_code)
    assert " · 东门" in steward.get(f"/door/{cast.slug}/{cast.venue_id}/search?q=李然").text
    assert "报的是线上参会" in steward.get(f"/door/{cast.slug}/{cast.venue_id}/search?q=王敏").text


def test_other_kinds_count_who_came_there(app: APIFlask, steward: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        facts = CheckpointFacts("午餐", CheckpointKind.MEAL)
        meal = checkpoints.add(cast.meeting_id, facts, Doing(SYSTEM, now, cast.public_url)).id
    steward.post(f"/door/{cast.slug}/{meal}/scan", data={"code": cast.liran_code})
    steward.post(f"/door/{cast.slug}/{meal}/scan", data={"code": cast.liran_code, "direction": "out"})
    assert figures(steward, cast, meal) == (1, 2)
    assert figures(steward, cast, cast.venue_id) == (0, 2)


def test_strangers_and_other_meetings_stay_outside(
    app: APIFlask, client: FlaskClient, cast: Cast, now: datetime
) -> None:
    paths = ["", "/state", "/search?q=李", "/verdict/1"]
    for path in paths:
        answer = client.get(f"/door/{cast.slug}/{cast.venue_id}{path}")
        assert (answer.status_code, urlsplit(answer.location).path) == (303, "/sign-in")
    with app.app_context():
        stranger, _ = accounts.create(
            "else@example.org", name="外人", role=Role.DOOR, meeting_id=_another(now), actor=SYSTEM, now=now
        )
        stranger_id = stranger.id
    sign_in(app, client, stranger_id)
    assert [client.get(f"/door/{cast.slug}/{cast.venue_id}{path}").status_code for path in paths] == [404] * 4
    assert client.post(f"/door/{cast.slug}/{cast.venue_id}/scan", data={"code": cast.liran_code}).status_code == 404
    assert client.get(f"/door/c/{cast.liran_code}").status_code == 404
    assert feed(app, cast) == []


def test_ids_beyond_the_database_are_unknown(steward: FlaskClient, cast: Cast) -> None:
    for path in (f"{2**63}", f"{cast.venue_id}/verdict/{2**70}", "999999", f"{cast.venue_id}/verdict/999999"):
        assert steward.get(f"/door/{cast.slug}/{path}").status_code == 404


def test_a_code_from_the_phones_own_scanner_shows_who_and_one_button(
    app: APIFlask, steward: FlaskClient, cast: Cast
) -> None:
    page = steward.get(f"/door/c/{cast.liran_code}")
    assert page.status_code == 200
    assert "李然" in page.text
    assert "呼和浩特市玉泉区民政局" in page.text
    assert f'action="/door/{cast.slug}/{cast.venue_id}/scan"' in page.text
    scan(steward, cast, cast.liran_code)
    page = steward.get(f"/door/c/{cast.liran_code}").text
    assert "已在此处签到" in page
    assert re.findall(r'<button[^>]*name="direction" value="(\w+)"', page) == ["out"]
    assert "去扫码" in page
    unknown = steward.get("/door/c/K7QH4M2X9RTW6CVP22")
    assert (unknown.status_code, "没有这个参会码" in unknown.text) == (404, True)


def test_without_a_post_the_code_leads_there_and_back(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    sign_in(app, client, cast.hejing_id)
    there = client.get(f"/door/c/{cast.liran_code}").location
    assert there == f"/door/{cast.slug}/?code={cast.liran_code}"
    back = client.post(there, data={"gate": "东门", "checkpoint_id": cast.venue_id})
    assert back.location == f"/door/c/{cast.liran_code}"


def test_a_broken_cookie_is_no_post(app: APIFlask, client: FlaskClient, cast: Cast) -> None:
    sign_in(app, client, cast.hejing_id)
    for text in ("x", "%7B%7D", "[]", "1", "%00", '{"gate":1}'):
        client.set_cookie("post", text, path="/door")
        assert client.get(f"/door/{cast.slug}/{cast.venue_id}").location == f"/door/{cast.slug}/"


def _another(now: datetime) -> int:
    """A meeting in which our people have no part."""
    plan = meetings.Plan(
        slug="elsewhere",
        title="另一届会",
        place="别处",
        province="140000",
        starts_at=now,
        ends_at=now + timedelta(hours=1),
        registration_opens_at=now - timedelta(days=1),
        registration_closes_at=now,
        capacity={},
    )
    return meetings.make(plan, Doing(SYSTEM, now, "http://localhost")).id
