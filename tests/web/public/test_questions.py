"""Questions that are asked at once: on the public page and by a unit's link, kept with the place or not at all."""

from __future__ import annotations

import io
import re
from datetime import datetime

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from conference import db
from conference.models import Delegate, QuestionAnswer, RepeatEntry, StoredFile
from conference.rules.question_drafts import Choice, Draft
from conference.services import question_making, questions
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import FileKind, QuestionKind, QuestionStage, Role
from tests.cast import Cast
from tests.documents.test_handed_in import PDF, picture

PERSON = {"mode": "in_person", "name": "李明", "position": "主任", "phone": "13811110000", "agreed": "y"}


@pytest.fixture
def asked(app: APIFlask, cast: Cast, now: datetime) -> dict[str, int]:
    """Hotel (required), and for who stays the room; a paper; the train, later."""
    doing = Doing(SYSTEM, now, cast.public_url)
    with app.app_context():
        hotel = question_making.add(
            cast.meeting_id,
            Draft(
                QuestionKind.ONE_OF,
                QuestionStage.AT_ONCE,
                "是否住宿",
                label_en="Do you stay overnight",
                required=True,
                choices=(Choice("", "住", "Yes"), Choice("", "不住", "No")),
            ),
            doing,
        )
        when = {"shown_if_id": hotel.id, "shown_if_value": "c1"}
        room = Draft(QuestionKind.TEXT, QuestionStage.AT_ONCE, "哪种房间", required=True, **when)  # type: ignore[arg-type]
        paper = Draft(
            QuestionKind.FILE, QuestionStage.AT_ONCE, "发言稿", file_kinds=(FileKind.PDF,), largest_bytes=4 * 1024**2
        )
        train = Draft(QuestionKind.TEXT, QuestionStage.LATER, "到达车次", required=True)
        made = {"hotel": hotel.id}
        for name, draft in (("room", room), ("paper", paper), ("train", train)):
            made[name] = question_making.add(cast.meeting_id, draft, doing).id
        db.release()
    return made


def handed_in(client: FlaskClient, address: str, data: dict[str, object]) -> TestResponse:
    """Post a form with large files from memory; the client's own way leaves temporary files open."""
    whole = {n: FileStorage(*v) if isinstance(v, tuple) else v for n, v in data.items()}
    boundary, body = encode_multipart(whole)
    return client.post(address, data=body, content_type=f"multipart/form-data; boundary={boundary}")


def said(app: APIFlask) -> dict[str, list[str]]:
    """What 李明 answered."""
    with app.app_context():
        delegate = db.session().scalars(sa.select(Delegate).where(Delegate.name == "李明")).first()
        if delegate is None:
            return {}
        return {
            found.question.label: found.texts or [found.file.name if found.file else ""]
            for found in questions.answers_of(delegate, [Role.ORGANISER])
        }


def entries(app: APIFlask) -> int:
    with app.app_context():
        return (
            db.session().scalars(sa.select(sa.func.count()).select_from(Delegate).where(Delegate.name == "李明")).one()
        )


def test_the_questions_stand_on_both_forms_in_the_readers_language(
    client: FlaskClient, cast: Cast, asked: dict[str, int]
) -> None:
    for address in (f"/m/{cast.slug}/register", f"/r/{cast.yuquan_link}"):
        page = client.get(address).text
        assert "是否住宿" in page
        assert "上面的“是否住宿”选“住”的，请填：" in page
        assert 'enctype="multipart/form-data"' in page
        assert "到达车次" not in page
        assert "Do you stay overnight" in client.get(address, headers={"Accept-Language": "en"}).text


def test_answers_are_kept_with_the_place(client: FlaskClient, app: APIFlask, cast: Cast, asked: dict[str, int]) -> None:
    data: dict[str, object] = PERSON | {
        f"q{asked['hotel']}": "c1",
        f"q{asked['room']}": "标准间",
        f"q{asked['paper']}": (io.BytesIO(PDF + bytes(3 * 1024**2) + b"%%EOF"), "发言稿.pdf"),
    }
    answer = handed_in(client, f"/r/{cast.yuquan_link}", data)
    assert answer.status_code == 303
    assert said(app) == {"是否住宿": ["住"], "哪种房间": ["标准间"], "发言稿": ["发言稿.pdf"]}
    page = client.get(f"{answer.location}questions").text
    assert "到达车次" in page
    assert "发言稿.pdf" in page
    assert 'value="标准间"' in page


@pytest.mark.parametrize(
    ("hotel", "room", "paper", "words"),
    [
        ("", "", None, "请填写"),
        ("c1", "", None, "请填写"),
        ("c9", "", None, "不在可选范围"),
        ("c1", "a\x01", None, "控制字符"),
        ("c2", "", (picture("PNG"), "稿.pdf"), "不是所要求的文件类型"),
        ("c2", "", (b"%PDF-1.7" + bytes(5 * 1024**2), "稿.pdf"), "文件太大"),
    ],
)
def test_bad_answers_are_told_and_nobody_is_entered(
    client: FlaskClient,
    app: APIFlask,
    cast: Cast,
    asked: dict[str, int],
    hotel: str,
    room: str,
    paper: tuple[bytes, str] | None,
    words: str,
) -> None:
    data: dict[str, object] = {**PERSON, f"q{asked['hotel']}": hotel, f"q{asked['room']}": room}
    if paper:
        data[f"q{asked['paper']}"] = (io.BytesIO(paper[0]), paper[1])
    answer = handed_in(client, f"/r/{cast.yuquan_link}", data)
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="李明"' in answer.text, "nothing typed is lost"
    assert entries(app) == 0
    with app.app_context():
        assert db.session().scalars(sa.select(StoredFile)).all() == []


def test_what_is_not_asked_is_not_kept(client: FlaskClient, app: APIFlask, cast: Cast, asked: dict[str, int]) -> None:
    data = PERSON | {f"q{asked['hotel']}": "c2", f"q{asked['room']}": "套房", f"q{asked['train']}": "G1"}
    assert client.post(f"/r/{cast.yuquan_link}", data=data).status_code == 303
    assert said(app) == {"是否住宿": ["不住"]}


def test_a_body_without_end_is_turned_away(
    client: FlaskClient, app: APIFlask, cast: Cast, asked: dict[str, int]
) -> None:
    data: dict[str, object] = PERSON | {f"q{asked['paper']}": (io.BytesIO(bytes(26 * 1024**2)), "稿.pdf")}
    assert handed_in(client, f"/r/{cast.yuquan_link}", data).status_code == 413
    assert entries(app) == 0


def test_a_repeat_entry_answers_alike_and_tells_nothing_of_the_holder(
    app: APIFlask, cast: Cast, asked: dict[str, int]
) -> None:
    """陈卓's number, typed by somebody else: their own answers lie with the entry and not with 陈卓."""

    def pages(phone: str) -> list[str]:
        client = app.test_client()
        data = PERSON | {"phone": phone, "unit": "呼和浩特市玉泉区民政局", f"q{asked['hotel']}": "c1"}
        data |= {f"q{asked['room']}": "标准间", f"q{asked['paper']}": (io.BytesIO(PDF), "稿.pdf")}  # type: ignore[dict-item]
        place = client.post(f"/m/{cast.slug}/register", data=data).location
        link_id = place.rstrip("/").rpartition("/")[2]
        first = client.get(f"{place}questions").text
        wrong = client.post(f"{place}questions", data={f"q{asked['hotel']}": ""})
        assert wrong.status_code == 422
        later = {f"q{asked['hotel']}": "c1", f"q{asked['room']}": "套房", f"q{asked['train']}": "G7"}
        assert client.post(f"{place}questions", data=later).status_code == 303
        second = client.get(f"{place}questions")
        fetched = client.get(f"{place}questions/{asked['paper']}/file")
        assert (fetched.status_code, fetched.data) == (200, PDF)
        texts = [text.replace(f"/my/{link_id}/", "/my/ID/") for text in (first, wrong.text, second.text)]
        return [re.sub(r'name="csrf_token" value="[^"]+"', "TOKEN", text) for text in texts]

    assert pages("13800000003") == pages("13811110000")
    with app.app_context():
        [repeat] = db.session().scalars(sa.select(RepeatEntry)).all()
        assert repeat.answers_sealed is not None
        held = db.session().scalars(sa.select(QuestionAnswer.delegate_id)).all()
        assert cast.chenzhuo_id not in held
        owners = db.session().scalars(sa.select(StoredFile.delegate_id)).all()
        assert cast.chenzhuo_id not in owners
        assert len(owners) == 2
