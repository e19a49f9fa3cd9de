"""A meeting's own questions at the desk: made without code, moved, taken away, their files fetched."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from openpyxl import load_workbook

from conference import db
from conference.models import Delegate, Question
from conference.rules.question_drafts import Draft
from conference.services import files, question_making, questions
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import FileKind, QuestionKind, QuestionStage, Role
from tests.cast import Cast
from tests.documents.test_handed_in import PDF

ROOMS = {
    "label": "住哪种房间",
    "stage": "at_once",
    "choices-0-zh": "单人间",
    "choices-0-en": "Single",
    "choices-1-zh": "标准间",
    "choices-2-zh": "",
    "seen_by": ["travel"],
    "kept_days": "7",
}


def asked(app: APIFlask, cast: Cast) -> list[Question]:
    with app.app_context():
        found = list(questions.of_meeting(cast.meeting_id))
        db.session().expunge_all()
        return found


def test_a_question_is_made_changed_moved_and_taken_away(app: APIFlask, desk: FlaskClient, cast: Cast) -> None:
    base = f"/desk/{cast.slug}/questions"
    assert "还没有自设的问题" in desk.get(base).text
    assert desk.post(f"{base}/new/one_of", data=ROOMS).status_code == 303
    [rooms] = asked(app, cast)
    assert (rooms.label, rooms.kind, rooms.stage, rooms.required) == (
        "住哪种房间",
        QuestionKind.ONE_OF,
        QuestionStage.AT_ONCE,
        False,
    )
    assert rooms.choices == [
        {"value": "c1", "zh": "单人间", "en": "Single"},
        {"value": "c2", "zh": "标准间", "en": ""},
    ]
    assert (rooms.seen_by, rooms.kept_days) == (["travel"], 7)
    with_whom = {"label": "与谁同住", "stage": "later", "shown_if": f"{rooms.id}:c2", "required": "y"}
    assert "“住哪种房间”选了“标准间”" in desk.get(f"{base}/new/text").text
    assert desk.post(f"{base}/new/text", data=with_whom).status_code == 303
    page = desk.get(base).text
    assert "只问在“住哪种房间”选了“标准间”的人" in page
    form = desk.get(f"{base}/{rooms.id}").text
    assert 'value="c1"' in form
    assert 'value="单人间"' in form
    renamed = ROOMS | {"choices-0-value": "c1", "choices-0-zh": "大床房", "choices-1-value": "c2"}
    assert desk.post(f"{base}/{rooms.id}", data=renamed).status_code == 303
    assert asked(app, cast)[0].choices[0] == {"value": "c1", "zh": "大床房", "en": "Single"}
    other = asked(app, cast)[1]
    moved = desk.post(f"{base}/{other.id}/up", follow_redirects=True)
    assert "不能排到那个问题后面" in moved.text
    refused = desk.post(f"{base}/{rooms.id}/away", follow_redirects=True)
    assert "请先改那个问题" in refused.text
    assert "不再问“与谁同住”" in desk.get(f"{base}/{other.id}/away").text
    assert desk.post(f"{base}/{other.id}/away").status_code == 303
    assert desk.post(f"{base}/{other.id}/away").status_code == 404
    assert [q.label for q in asked(app, cast)] == ["住哪种房间"]


def test_more_rows_are_given_without_a_script(desk: FlaskClient, app: APIFlask, cast: Cast) -> None:
    full = ROOMS | {"choices-2-zh": "套房", "add_rows": "1"}
    page = desk.post(f"/desk/{cast.slug}/questions/new/one_of", data=full)
    assert page.status_code == 200
    assert 'name="choices-5-zh"' in page.text
    assert 'value="套房"' in page.text
    assert asked(app, cast) == []


@pytest.mark.parametrize(
    ("kind", "data", "words"),
    [
        ("text", {"label": ""}, "请填写"),
        ("text", {"label": "身份证号码"}, "不收集证件号码"),
        ("text", {"label": "长" * 201}, "太长"),
        ("text", {"stage": "never"}, "不在可选范围"),
        ("text", {"shown_if": "999:c1"}, "不在可选范围"),
        ("text", {"shown_if": "x"}, "不在可选范围"),
        ("text", {"kept_days": "99999"}, "超出"),
        ("one_of", {}, '<li><a href="#choices">选项：请至少写两个选项</a></li>'),
        ("one_of", {"choices-0-zh": "一", "choices-1-zh": "一"}, "有两个选项一样"),
        ("one_of", {f"choices-{n}-zh": f"第{n}项" for n in range(60)}, "项数不在允许范围内"),
        ("number", {"least": "5", "most": "1"}, "超出"),
        ("number", {"least": "九"}, "应为整数"),
        ("file", {"largest_bytes": "5"}, "请填写"),
        ("file", {"file_kinds": ["pdf"], "largest_bytes": "11"}, "超出"),
        ("file", {"file_kinds": ["exe"], "largest_bytes": "5"}, "请填写"),
    ],
)
def test_a_bad_question_is_told_so(
    app: APIFlask, desk: FlaskClient, cast: Cast, kind: str, data: dict[str, object], words: str
) -> None:
    answer = desk.post(f"/desk/{cast.slug}/questions/new/{kind}", data={"label": "问题", "stage": "later"} | data)
    assert answer.status_code == 422
    assert words in answer.text
    assert asked(app, cast) == []


def test_only_who_runs_the_meeting_makes_questions(
    as_role: Callable[[Role], FlaskClient], app: APIFlask, cast: Cast
) -> None:
    for role in (Role.REGISTRATION, Role.VIEWER, Role.DOOR):
        assert as_role(role).post(f"/desk/{cast.slug}/questions/new/text", data={"label": "问"}).status_code == 403
    assert asked(app, cast) == []


def test_the_preview_shows_what_is_asked_and_saves_nothing(
    app: APIFlask, desk: FlaskClient, cast: Cast, now: datetime
) -> None:
    with app.app_context():
        for kind in (QuestionKind.TEXT, QuestionKind.LONG_TEXT, QuestionKind.NUMBER, QuestionKind.DATE_TIME):
            draft = Draft(kind, QuestionStage.LATER, f"问题 {kind.value}")
            question_making.add(cast.meeting_id, draft, Doing(SYSTEM, now, cast.public_url))
    page = desk.get(f"/desk/{cast.slug}/questions/preview").text
    assert 'type="datetime-local"' in page
    assert "<textarea" in page
    assert 'inputmode="decimal"' in page


def test_a_file_is_fetched_by_who_may_see_the_answer(
    app: APIFlask, desk: FlaskClient, as_role: Callable[[Role], FlaskClient], cast: Cast, now: datetime
) -> None:
    with app.app_context():
        draft = Draft(
            QuestionKind.FILE,
            QuestionStage.LATER,
            "发言稿",
            seen_by=(Role.REGISTRATION,),
            file_kinds=(FileKind.PDF,),
            largest_bytes=1024 * 1024,
        )
        made = question_making.add(cast.meeting_id, draft, Doing(SYSTEM, now, cast.public_url))
        with db.transaction() as session:
            liran = session.get_one(Delegate, cast.liran_id)
            sent = {made.id: files.look('发言 "稿".pdf', PDF)}
            questions.keep_answers(session, liran, sent, by=SYSTEM, now=now)
        question_id = made.id
        db.release()
    address = f"/desk/{cast.slug}/delegates/{cast.liran_id}/files/{question_id}"
    assert "发言 _稿_.pdf" in desk.get(f"/desk/{cast.slug}/delegates/{cast.liran_id}").text
    for client in (desk, as_role(Role.REGISTRATION)):
        answer = client.get(address)
        assert (answer.status_code, answer.data) == (200, PDF)
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
    travel = as_role(Role.TRAVEL)
    assert travel.get(address).status_code == 404
    assert "发言 _稿_.pdf" not in travel.get(f"/desk/{cast.slug}/delegates/{cast.liran_id}").text
    assert desk.get(f"/desk/{cast.slug}/delegates/{cast.wangmin_id}/files/{question_id}").status_code == 404
    assert desk.get(f"/desk/{cast.slug}/delegates/{cast.liran_id}/files/{2**70}").status_code == 404


def test_the_export_has_a_column_for_each_question_that_one_may_see(
    app: APIFlask, desk: FlaskClient, as_role: Callable[[Role], FlaskClient], cast: Cast, now: datetime
) -> None:
    with app.app_context():
        draft = Draft(QuestionKind.NUMBER, QuestionStage.LATER, "几人同行", label_en="Companions")
        made = question_making.add(cast.meeting_id, draft, Doing(SYSTEM, now, cast.public_url))
        with db.transaction() as session:
            liran = session.get_one(Delegate, cast.liran_id)
            questions.keep_answers(session, liran, {made.id: ["2"]}, by=SYSTEM, now=now)
        db.release()

    def column(client: FlaskClient, label: str) -> list[object]:
        data = client.get(f"/desk/{cast.slug}/delegates.xlsx").data
        rows = [list(row) for row in load_workbook(io.BytesIO(data)).active.iter_rows(values_only=True)]  # type: ignore[union-attr]
        head = next(row for row in rows if "姓名" in row)
        if label not in head:
            return []
        by_name = {row[head.index("姓名")]: row[head.index(label)] for row in rows[rows.index(head) + 1 :]}
        return [by_name.get(name) for name in ("李然", "王敏")]

    assert column(desk, "几人同行") == [2, None]
    assert column(as_role(Role.TRAVEL), "几人同行") == []
