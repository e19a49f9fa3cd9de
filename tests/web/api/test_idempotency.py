"""The same key and body give the first answer again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier

import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import IdempotencyKey
from conference.services import activity, delegates, idempotency
from conference.services.delegates import Doing
from tests.cast import Cast
from tests.web.api.speaking import Program, faults, problem


def person(cast: Cast, phone: str = "13911112222") -> dict[str, object]:
    return {"name": "测试示例", "unit_id": cast.yuquan_id, "mode": "online", "phone": phone}


def test_the_first_answer_again(organise: Program, cast: Cast) -> None:
    first = organise.post("/delegates", person(cast), Idempotency_Key="k1")
    again = organise.post("/delegates", {**person(cast)}, Idempotency_Key="k1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["access_url"].startswith("http")
    assert again.json == first.json | {"access_url": None}
    other = organise.post("/delegates", person(cast, "13911113333"), Idempotency_Key="k1")
    assert problem(other) == (409, "idempotency_mismatch")
    assert len(organise.all("/delegates")) == 4


def test_refusals_and_200s_are_first_answers_too(organise: Program, cast: Cast) -> None:
    taken = person(cast, "13800000001")
    assert problem(organise.post("/delegates", taken, Idempotency_Key="r")) == (409, "already_registered")
    organise.post(f"/delegates/{cast.liran_id}/cancel")
    assert problem(organise.post("/delegates", taken, Idempotency_Key="r")) == (409, "already_registered")
    assert organise.post("/delegates", taken).status_code == 201
    unit = {"name": "平城区", "province": "140000"}
    assert [organise.post("/units", unit, Idempotency_Key=k).status_code for k in ("u", "u", "v", "v")] == [
        201,
        201,
        200,
        200,
    ]
    point = {"name": "门", "kind": "venue"}
    made = [organise.post("/checkpoints", point, Idempotency_Key="c").json for _ in range(2)]
    assert made[0] == made[1]


def test_bad_keys(organise: Program, cast: Cast) -> None:
    for key in ("", "a b", "键".encode().decode("latin-1"), "k" * 256):
        assert faults(organise.post("/delegates", person(cast), Idempotency_Key=key)) == {"Idempotency-Key"}


def test_two_at_once_are_one(app: APIFlask, cast: Cast) -> None:
    gate = Barrier(2)

    def send(_: int) -> tuple[int, int]:
        program = Program(app.test_client(), cast.organise, cast.slug)
        gate.wait()
        answered = program.post("/delegates", person(cast), Idempotency_Key="twice")
        return answered.status_code, answered.json["id"]

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(send, range(2)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 201


def test_keys_are_swept_and_erased(app: APIFlask, organise: Program, cast: Cast, now: datetime) -> None:
    made = organise.post("/delegates", person(cast), Idempotency_Key="k").json
    organise.post("/units", {"name": "平城区", "province": "140000"}, Idempotency_Key="u")
    with app.app_context():
        delegates.erase(cast.meeting_id, made["id"], Doing(activity.SYSTEM, now, cast.public_url))
        assert db.session().scalars(sa.select(IdempotencyKey.key)).all() == ["u"]
        assert idempotency.sweep(now + timedelta(hours=47)) == 0
        assert idempotency.sweep(now + timedelta(hours=49)) == 1
        db.release()
