"""A unit's people let in together."""

from __future__ import annotations

from datetime import datetime, timedelta

from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.services import checkpoints, registration, scans
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import Mode, Origin
from tests.cast import Cast
from tests.recount import assert_whole

NONCE = "0123456789abcdef0123456789abcdef"


def base(cast: Cast) -> str:
    return f"/door/{cast.slug}/{cast.venue_id}/group"


def feed(app: APIFlask, cast: Cast) -> list[tuple[str, str]]:
    with app.app_context():
        assert_whole(cast.meeting_id)
        return [(e["outcome"], e["delegate"]["name"]) for e in scans.feed(cast.meeting_id).items]


def colleague(app: APIFlask, cast: Cast, now: datetime) -> int:
    with app.app_context():
        entry = registration.Entry(name="孙明", unit_id=cast.yuquan_id, mode=Mode.IN_PERSON, phone="13700000001")
        return registration.register(
            cast.meeting_id, entry, actor=SYSTEM, origin=Origin.ORGANISER, public_url=cast.public_url, now=now
        ).delegate_id


def test_those_who_were_ticked_come_in_and_no_others(
    app: APIFlask, hejing: FlaskClient, cast: Cast, now: datetime
) -> None:
    sunming = colleague(app, cast, now)
    index = hejing.get(base(cast), query_string={"q": "玉泉"}).text
    assert "呼和浩特市玉泉区民政局" in index
    assert "垦利" not in index
    address = f"{base(cast)}/{cast.yuquan_id}"
    page = hejing.get(address).text
    assert ("李然" in page, "孙明" in page, "王敏" in page) == (True, True, False)
    data = {"nonce": NONCE, "person": [str(cast.liran_id), str(cast.chenzhuo_id), str(cast.wangmin_id), "x", "9" * 30]}
    for _ in range(2):
        answer = hejing.post(address, data=data)
        assert answer.location == f"{address}?told={NONCE}"
    assert feed(app, cast) == [("admitted", "李然")]
    told = hejing.get(answer.location).text
    assert told.count("刚刚放行") == 1
    hejing.post(address, data={"nonce": "f" * 32, "person": [str(cast.liran_id), str(sunming)]})
    assert feed(app, cast) == [("admitted", "李然"), ("already", "李然"), ("admitted", "孙明")]


def test_a_refusal_is_told_beside_the_name(app: APIFlask, hejing: FlaskClient, cast: Cast, now: datetime) -> None:
    with app.app_context():
        doing = Doing(SYSTEM, now, cast.public_url)
        checkpoints.edit(cast.meeting_id, cast.venue_id, {"opens_at": now + timedelta(hours=1)}, doing)
    answer = hejing.post(f"{base(cast)}/{cast.yuquan_id}", data={"nonce": NONCE, "person": str(cast.liran_id)})
    assert "没有放行" in hejing.get(answer.location).text
    assert feed(app, cast) == [("refused", "李然")]


def test_nobody_ticked_is_a_word(app: APIFlask, hejing: FlaskClient, cast: Cast) -> None:
    page = hejing.post(f"{base(cast)}/{cast.yuquan_id}", data={"nonce": NONCE}, follow_redirects=True)
    assert "还没有勾选任何人" in page.text
    assert feed(app, cast) == []


def test_outsiders_and_strange_addresses(client: FlaskClient, hejing: FlaskClient, cast: Cast) -> None:
    assert client.post(f"{base(cast)}/{cast.yuquan_id}").status_code == 303
    for address in (f"{base(cast)}/999999", f"{base(cast)}/{2**70}", f"/door/{cast.slug}/999999/group"):
        assert hejing.get(address).status_code == 404
