"""What holds for every address: who may come in, what content is taken, how the API says no."""

from __future__ import annotations

from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.services import activity, tokens
from tests.cast import Cast
from tests.web.api.speaking import Program, faults, problem

ADDRESSES = [
    ("GET", "", "or"),
    ("PATCH", "", "o"),
    ("GET", "/units", "or"),
    ("POST", "/units", "o"),
    ("PATCH", "/units/1", "o"),
    ("GET", "/delegates", "or"),
    ("POST", "/delegates", "o"),
    ("GET", "/delegates/1", "or"),
    ("PATCH", "/delegates/1", "o"),
    ("POST", "/delegates/999/confirm", "o"),
    ("POST", "/delegates/999/decline", "o"),
    ("POST", "/delegates/999/cancel", "o"),
    ("POST", "/delegates/999/reissue", "o"),
    ("GET", "/checkpoints", "ocr"),
    ("POST", "/checkpoints", "o"),
    ("POST", "/check-ins", "oc"),
    ("POST", "/check-ins/batch", "oc"),
    ("POST", "/check-ins/999/void", "oc"),
    ("GET", "/check-ins", "o"),
    ("GET", "/roster", "oc"),
    ("GET", "/figures", "or"),
]


def test_scopes(client: FlaskClient, organise: Program, door: Program, reader: Program, cast: Cast) -> None:
    for method, address, allowed in ADDRESSES:
        for letter, program in (("o", organise), ("c", door), ("r", reader)):
            answered = client.open(program.base + address, method=method, headers=program.headers)
            refused = answered.status_code == 403
            assert refused is (letter not in allowed), (method, address, letter)
            if refused:
                assert problem(answered) == (403, "wrong_scope")
        answered = client.open(f"/api/v1/meetings/{cast.slug}{address}", method=method, data=b"{broken")
        assert problem(answered) == (401, "unauthenticated")
        assert answered.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_dead_token(app: APIFlask, client: FlaskClient, organise: Program, cast: Cast, now: datetime) -> None:
    assert organise.get().status_code == 200
    with app.app_context():
        tokens.revoke("organise 测试", actor=activity.SYSTEM, now=now)
        db.release()
    assert problem(organise.get()) == (401, "unauthenticated")
    for header in ("Bearer", "Bearer ", "Basic abc", f"Token {cast.read}", "Bearer " + "x" * 600, "Bearer \xff"):
        answered = client.get(f"/api/v1/meetings/{cast.slug}", headers={"Authorization": header})
        assert problem(answered) == (401, "unauthenticated")


@pytest.mark.parametrize(
    "content_type", [None, "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_not_json(organise: Program, content_type: str | None) -> None:
    assert problem(organise.raw("POST", "/units", b"name=x", content_type)) == (415, "not_json")
    assert problem(organise.raw("PATCH", "", b"title=x", content_type)) == (415, "not_json")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff{}",
        b'{"name": NaN}',
        b'{"name": Infinity}',
        b'{"x": ' + b"9" * 5000 + b"}",
        b"[" * 100_000,
        b'{"a": 1} x',
    ],
)
def test_unreadable_json(organise: Program, data: bytes) -> None:
    assert faults(organise.raw("POST", "/units", data, "application/json")) == {"body"}


def test_hostile_fields(organise: Program) -> None:
    def named(data: bytes) -> set[str]:
        return faults(organise.raw("POST", "/units", data, "application/json"))

    assert named(b'{"name": "a", "name": "b", "province": "140000"}') == {"name"}
    assert named(rb'{"name": "a\ud800", "province": "140000"}') == {"name"}
    assert named(rb'{"name": "a\u0000", "province": "140000"}') == {"name"}
    assert named(b'{"name": "a", "province": "140000", "delegate_limit": 1e400}') == {"delegate_limit"}
    assert named(b'{"name": "a", "province": "140000", "delegate_limit": 1.0}') == {"delegate_limit"}
    extra = organise.post("/units", {"name": "多余字段", "province": "140000", "id": 77, "更多": {"a": []}})
    assert extra.status_code == 201
    assert extra.json["id"] != 77


def test_too_large(organise: Program) -> None:
    assert problem(organise.raw("POST", "/units", b" " * (2**21 + 1), "application/json")) == (413, "too_large")


def test_nobodys_addresses(client: FlaskClient, organise: Program) -> None:
    for address in ("/api/v1", "/api/v1/", "/api/v1/nothing", "/api/v1/meetings/x/y/z"):
        assert problem(client.get(address)) == (404, "not_found")
    wrong = client.delete(f"{organise.base}/units")
    assert problem(wrong) == (405, "method_not_allowed")
    assert "POST" in wrong.headers["Allow"]
    assert client.head(organise.base, headers=organise.headers).status_code == 200


@pytest.mark.parametrize(
    ("header", "word"),
    [
        (None, "没有这个资源"),
        ("en-GB,en;q=0.9", "There is no such resource"),
        ("fr, en;q=0.5", "There is no such resource"),
        ("fr", "没有这个资源"),
        ("en;q=0, zh-CN", "没有这个资源"),
    ],
)
def test_languages(client: FlaskClient, organise: Program, header: str | None, word: str) -> None:
    client.set_cookie("language", "en" if word.startswith("没") else "zh")
    headers = {**organise.headers, **({"Accept-Language": header} if header else {})}
    answered = client.get(f"{organise.base}/delegates/999?lang=en", headers=headers)
    assert problem(answered) == (404, "not_found")
    assert answered.json["detail"] == word


def test_paging(organise: Program) -> None:
    for limit in ("0", "501", "-1", "x", "1.5", "", "9" * 20):
        assert faults(organise.get("/delegates", limit=limit)) == {"limit"}
    cursor = organise.get("/delegates", limit=1).json["next"]
    for bad in ("", "x", cursor + "A", "!" * 9, "a" * 300):
        assert faults(organise.get("/delegates", cursor=bad)) == {"cursor"}
    assert faults(organise.get("/units", cursor=cursor)) == {"cursor"}
    assert organise.get("/delegates", limit=500).json["next"] is None
    assert organise.get("/delegates", limit=3).json["next"] is None


def test_metrics(client: FlaskClient, reader: Program, door: Program) -> None:
    assert problem(client.get("/metrics")) == (401, "unauthenticated")
    assert problem(client.get("/metrics", headers=door.headers)) == (403, "wrong_scope")
    told = client.get("/metrics", headers=reader.headers)
    assert told.status_code == 200
    assert "conference_request_seconds_bucket" in told.get_data(as_text=True)


def test_figures(organise: Program, reader: Program, cast: Cast) -> None:
    organise.post(f"/delegates/{cast.chenzhuo_id}/decline")
    told = reader.get("/figures").json
    as_of = told.pop("as_of")
    assert datetime.fromisoformat(as_of).utcoffset() is not None
    assert told == {
        "delegates": {"confirmed": 2, "pending": 0, "waitlisted": 0, "cancelled": 1, "in_person": 1, "online": 1},
        "provinces": 1,
        "units": 1,
        "present": {
            "in_person": 0,
            "inside": 0,
            "provinces": 0,
            "online": 0,
            "online_by": {"beats": 0, "platform": 0},
            "collective": 0,
        },
        "visits": {"confirmed": 0, "boarded": 0},
        "signatures": 0,
        "speaking_units": 0,
    }
