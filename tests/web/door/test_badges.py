"""A badge printed at the door, and a lost one replaced."""

from __future__ import annotations

from apiflask import APIFlask
from flask.testing import FlaskClient

from conference.services import scans
from conference.services.codes import live_codes
from tests.cast import Cast
from tests.web.api.speaking import Program

NONCE = "0123456789abcdef0123456789abcdef"


def base(cast: Cast, delegate_id: int) -> str:
    return f"/door/{cast.slug}/{cast.venue_id}/badge/{delegate_id}"


def test_one_badge_is_a_pdf(hejing: FlaskClient, cast: Cast) -> None:
    assert "李然" in hejing.get(base(cast, cast.liran_id)).text
    made = hejing.get(f"{base(cast, cast.liran_id)}/badge.pdf")
    assert (made.status_code, made.data[:5], made.headers["Cache-Control"]) == (200, b"%PDF-", "no-store")


def test_a_lost_badge_is_replaced_once_and_the_old_code_is_dead(
    app: APIFlask, hejing: FlaskClient, client: FlaskClient, cast: Cast
) -> None:
    address = f"{base(cast, cast.liran_id)}/lost"
    assert "马上作废" in hejing.get(address).text
    assert hejing.post(address, data={"reason": "", "nonce": NONCE}).status_code == 422
    for _ in range(2):
        assert hejing.post(address, data={"reason": "胸卡丢失", "nonce": NONCE}).location == base(cast, cast.liran_id)
    with app.app_context():
        new = live_codes([cast.liran_id])[cast.liran_id]
    door = Program(client, cast.checkin, cast.slug)
    verdicts = [
        door.post("/check-ins", {"code": code, "checkpoint_id": cast.venue_id, "nonce": code}).json
        for code in (cast.liran_code, new)
    ]
    assert [(v["outcome"], v["reason"]) for v in verdicts] == [("refused", "revoked"), ("admitted", None)]
    rows = {row["code"]: row["removed"] for row in door.get("/roster", checkpoint_id=cast.venue_id).json["items"]}
    assert (rows[cast.liran_code], rows[new]) == (True, False)
    with app.app_context():
        assert len(scans.feed(cast.meeting_id).items) == 2


def test_nobody_elses(hejing: FlaskClient, client: FlaskClient, cast: Cast) -> None:
    assert client.get(base(cast, cast.liran_id)).status_code == 303
    for id_ in (999_999, 2**70):
        for tail in ("", "/badge.pdf", "/lost"):
            assert hejing.get(base(cast, id_) + tail).status_code == 404
