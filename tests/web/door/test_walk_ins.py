"""A walk-in by the form, as a browser without a script sends it."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Activity, CheckIn, Delegate, WalkIn
from conference.services import checkpoints, meetings
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import CheckpointKind, Mode
from tests.cast import Cast
from tests.recount import assert_whole
from tests.web.door.test_pairing import IPHONE, Gate


def said(**changes: str) -> dict[str, str]:
    facts = {
        "name": "孙 明",
        "unit": "东营市垦利区民政局",
        "phone": "13700000001",
        "mode": "in_person",
        "agreed": "y",
        "nonce": "0123456789abcdef0123456789abcdef",
    }
    return facts | changes


def base(cast: Cast) -> str:
    return f"/door/{cast.slug}/{cast.venue_id}/walk-in"


def entered(app: APIFlask, cast: Cast) -> list[tuple[str, str, str, bool]]:
    with app.app_context():
        rows = db.session().execute(
            sa.select(Delegate.name, Delegate.status, CheckIn.outcome, CheckIn.gate, WalkIn.past_capacity)
            .select_from(WalkIn)
            .join(Delegate, Delegate.id == WalkIn.delegate_id)
            .outerjoin(CheckIn, CheckIn.id == WalkIn.check_in_id)
        )
        found = [
            (name, status.value, f"{outcome.value} {gate}" if outcome else "-", past)
            for name, status, outcome, gate, past in rows
        ]
        assert_whole(cast.meeting_id)
    return found


@pytest.fixture
def full(app: APIFlask, cast: Cast, now: datetime) -> None:
    with app.app_context():
        meetings.edit(cast.meeting_id, {"capacity": {Mode.IN_PERSON: 2}}, Doing(SYSTEM, now, cast.public_url))


def test_one_screen_lets_somebody_in_once(app: APIFlask, hejing: FlaskClient, cast: Cast) -> None:
    assert "请当面告知" in hejing.get(base(cast)).text
    first, again = (hejing.post(base(cast), data=said()) for _ in range(2))
    assert (first.status_code, again.location) == (303, first.location)
    page = hejing.get(first.location).text
    assert re.search(r'data-verdict data-kind="go"', page)
    assert "孙明" in page
    assert "打印参会证" in page
    assert entered(app, cast) == [("孙明", "confirmed", "admitted 东门", False)]


def test_a_new_unit_wants_a_province_and_nothing_typed_is_lost(app: APIFlask, hejing: FlaskClient, cast: Cast) -> None:
    page = hejing.post(base(cast), data=said(unit="泰山云中心"))
    assert page.status_code == 422
    assert 'value="泰山云中心"' in page.text
    assert 'value="13700000001"' in page.text
    assert hejing.post(base(cast), data=said(unit="泰山云中心", province="370000")).status_code == 303
    assert len(entered(app, cast)) == 1


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"agreed": ""}, "同意"),
        ({"name": ""}, "请填写"),
        ({"phone": "123"}, "手机号"),
        ({"mode": "by_post"}, "选"),
        ({"unit": "单\u202e位"}, "字符"),
        ({"province": "99"}, "选"),
    ],
)
def test_a_bad_form_is_told_so(
    app: APIFlask, hejing: FlaskClient, cast: Cast, changes: dict[str, str], told: str
) -> None:
    page = hejing.post(base(cast), data=said(**changes))
    assert page.status_code == 422
    assert told in page.text
    assert entered(app, cast) == []


def test_a_known_phone_says_who_and_checks_that_person_in(app: APIFlask, hejing: FlaskClient, cast: Cast) -> None:
    page = hejing.post(base(cast), data=said(phone="13800000001"))
    assert page.status_code == 422
    assert "李＊" in page.text
    assert "李然" not in page.text
    assert entered(app, cast) == []
    assert hejing.post(base(cast), data=said(phone="13800000001", same_person="yes")).status_code == 303
    assert entered(app, cast) == [("李然", "confirmed", "admitted 东门", False)]


def test_a_steward_keeps_them_and_an_organiser_lets_them_in(
    app: APIFlask, hejing: FlaskClient, zhouning: FlaskClient, cast: Cast, full: None
) -> None:
    page = hejing.post(base(cast), data=said(beyond="yes"))
    assert page.status_code == 422
    assert "登记为候补" in page.text
    assert "超出名额，登记并放行" not in page.text
    kept = hejing.post(base(cast), data=said(wait="yes"))
    shown = hejing.get(kept.location).text
    assert ("请稍候" in shown, "已登记为候补" in shown, "打印参会证" in shown) == (True, True, False)
    assert entered(app, cast) == [("孙明", "waitlisted", "-", False)]
    other = said(phone="13700000002", nonce="f" * 32)
    asked = zhouning.post(base(cast), data=other)
    assert (asked.status_code, "超出名额，登记并放行" in asked.text) == (422, True)
    assert zhouning.post(base(cast), data=other | {"beyond": "yes"}).status_code == 303
    assert entered(app, cast)[1] == ("孙明", "confirmed", "admitted 东门", True)


def test_units_are_found(hejing: FlaskClient, cast: Cast) -> None:
    page = hejing.get(f"{base(cast)}/units", query_string={"q": "垦利"})
    assert f'data-value="{cast.kenli_id}"' in page.text


def test_outsiders_and_strange_addresses(client: FlaskClient, hejing: FlaskClient, cast: Cast) -> None:
    assert client.get(base(cast)).status_code == 303
    for address in (f"/door/{cast.slug}/999999/walk-in", f"{base(cast)}/999999", f"{base(cast)}/{2**70}"):
        assert hejing.get(address).status_code == 404
    assert hejing.post(f"/door/{cast.slug}/999999/walk-in", data=said()).status_code in {404, 422}


def test_a_paired_phone_registers_at_its_checkpoints_alone(
    app: APIFlask, client: FlaskClient, hejing: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        facts = checkpoints.CheckpointFacts("午餐", CheckpointKind.MEAL)
        meal = checkpoints.add(cast.meeting_id, facts, Doing(SYSTEM, now, cast.public_url)).id
    gate = Gate(app, cast, now, "西门", cast.venue_id)
    client.post(gate.path, headers={"User-Agent": IPHONE})
    made = client.post(base(cast), data=said())
    assert (made.status_code, client.get(made.location).status_code) == (303, 200)
    assert hejing.get(made.location.replace(f"/{cast.venue_id}/", f"/{meal}/")).status_code == 404
    assert client.post(f"/door/{cast.slug}/{meal}/walk-in", data=said(phone="13700000002")).status_code == 403
    assert client.get(f"/door/{cast.slug}/{cast.venue_id}/badge/{cast.liran_id}").status_code == 200
    assert entered(app, cast) == [("孙明", "confirmed", "admitted 西门", False)]
    gate.revoke()
    assert client.post(base(cast), data=said(phone="13700000002")).status_code == 410
    with app.app_context():
        deed = sa.select(Activity).where(Activity.verb == "delegate.walked_in")
        assert db.session().scalars(deed).one().actor_name == "西门"
