"""One's own answers: given later, mended, seen by nobody else's link."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from conference import db
from conference.models import Delegate
from conference.rules.question_drafts import Draft
from conference.services import delegates, meetings, question_making, questions
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import FileKind, QuestionKind, QuestionStage, Role
from tests.cast import Cast
from tests.documents.test_handed_in import PDF

TRAIN = Draft(QuestionKind.DATE_TIME, QuestionStage.LATER, "几时到")
PAPER = Draft(QuestionKind.FILE, QuestionStage.LATER, "发言稿", file_kinds=(FileKind.PDF,), largest_bytes=1024 * 1024)


@pytest.fixture
def asked(app: APIFlask, cast: Cast, now: datetime) -> list[int]:
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        return [
            question_making.add(cast.meeting_id, draft, doing).id
            for draft in (TRAIN, replace(TRAIN, kind=QuestionKind.NUMBER, label="几人同行", least=0, most=3), PAPER)
        ]


def place(client: FlaskClient, token: str) -> str:
    return str(client.get(f"/p/{token}").location)


def said(app: APIFlask, delegate_id: int) -> dict[str, object]:
    with app.app_context():
        delegate = db.session().get_one(Delegate, delegate_id)
        return {
            found.question.label: found.moment.isoformat() if found.moment else found.texts or found.file
            for found in questions.answers_of(delegate, [Role.ORGANISER])
        }


def test_answers_are_given_and_mended(client: FlaskClient, app: APIFlask, cast: Cast, asked: list[int]) -> None:
    when, many, paper = asked
    address = f"{place(client, cast.liran_token)}questions"
    assert client.get(address).status_code == 200
    data = {f"q{when}": "2026-11-24T08:30", f"q{many}": "２", f"q{paper}": (io.BytesIO(PDF), "a.pdf")}
    assert client.post(address, data=data).status_code == 303
    page = client.get(address).text
    assert 'value="2026-11-24T08:30"' in page
    assert "a.pdf" in page
    assert client.post(address, data={f"q{when}": "2026-11-24T08:30", f"q{many}": "3"}).status_code == 303
    found = said(app, cast.liran_id)
    assert found.pop("发言稿").name == "a.pdf"  # type: ignore[attr-defined]
    assert found == {"几时到": "2026-11-24T00:30:00+00:00", "几人同行": ["3"]}
    away = client.post(address, data={f"q{when}": "", f"q{many}": "3", f"q{paper}_away": "y"})
    assert away.status_code == 303
    assert said(app, cast.liran_id) == {"几人同行": ["3"]}
    assert client.get(f"{address}/{paper}/file").status_code == 404


def test_a_bad_answer_is_told_and_what_was_typed_stays(
    client: FlaskClient, app: APIFlask, cast: Cast, asked: list[int]
) -> None:
    when, many, _ = asked
    address = f"{place(client, cast.liran_token)}questions"
    answer = client.post(address, data={f"q{when}": "后天", f"q{many}": "4"})
    assert answer.status_code == 422
    assert "不是可用的时间" in answer.text
    assert "超出允许的范围" in answer.text
    assert 'value="后天"' in answer.text
    assert 'value="4"' in answer.text
    assert said(app, cast.liran_id) == {}


def test_others_links_see_nothing_of_it(client: FlaskClient, app: APIFlask, cast: Cast, asked: list[int]) -> None:
    paper = asked[2]
    mine = place(client, cast.liran_token)
    client.post(f"{mine}questions", data={f"q{paper}": (io.BytesIO(PDF), "a.pdf")})
    stranger = app.test_client()
    theirs = place(stranger, cast.chenzhuo_token)
    assert stranger.get(f"{mine}questions").status_code == 403
    assert stranger.get(f"{mine}questions/{paper}/file").status_code == 403
    assert stranger.post(f"{mine}questions", data={}).status_code == 403
    assert stranger.get(f"{theirs}questions/{paper}/file").status_code == 404
    assert "a.pdf" not in stranger.get(f"{theirs}questions").text


def test_a_place_that_is_over_answers_no_more(
    client: FlaskClient, app: APIFlask, cast: Cast, asked: list[int], now: datetime
) -> None:
    address = f"{place(client, cast.liran_token)}questions"
    with app.app_context():
        delegates.cancel(cast.meeting_id, cast.liran_id, Doing(SYSTEM, now, cast.public_url))
    assert client.post(address, data={f"q{asked[1]}": "1"}).status_code == 422
    assert said(app, cast.liran_id) == {}


def test_after_the_meeting_nothing_is_asked(
    client: FlaskClient, app: APIFlask, cast: Cast, asked: list[int], now: datetime
) -> None:
    address = f"{place(client, cast.liran_token)}questions"
    with app.app_context():
        over = {"starts_at": now - timedelta(hours=3), "ends_at": now - timedelta(hours=1)}
        meetings.edit(cast.meeting_id, over, Doing(SYSTEM, now, cast.public_url))
    assert f'name="q{asked[1]}"' not in client.get(address).text
    assert client.post(address, data={f"q{asked[1]}": "1"}).status_code == 422
    assert said(app, cast.liran_id) == {}
