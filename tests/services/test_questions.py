"""A meeting's own questions: made, answered, seen by who may, gone when their time is up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import Activity, Delegate, Meeting, Question, QuestionAnswer, StoredFile
from conference.rules.question_drafts import Choice, Draft
from conference.services import activity, delegates, files, question_making, questions
from conference.services.delegates import Doing
from conference.services.questions import Sent
from conference.vocabulary import (
    Fault,
    FileKind,
    Malformed,
    Missing,
    QuestionKind,
    QuestionStage,
    Refusal,
    Refused,
    Role,
)
from tests.cast import Cast
from tests.documents.test_handed_in import PDF, picture

AT_ONCE, LATER = QuestionStage.AT_ONCE, QuestionStage.LATER
HOTEL = Draft(
    QuestionKind.ONE_OF,
    AT_ONCE,
    "是否住宿",
    label_en="Do you stay overnight",
    required=True,
    choices=(Choice("", "住", "Yes"), Choice("", "不住", "No")),
    seen_by=(Role.TRAVEL,),
)
TRAIN = Draft(QuestionKind.TEXT, LATER, "到达车次", seen_by=(Role.TRAVEL,), kept_days=7)
PAPER = Draft(QuestionKind.FILE, LATER, "发言稿", file_kinds=(FileKind.PDF,), largest_bytes=1024 * 1024, kept_days=30)


@pytest.fixture
def doing(cast: Cast, now: datetime) -> Doing:
    return Doing(activity.SYSTEM, now, cast.public_url)


@pytest.fixture
def asked(context: APIFlask, cast: Cast, doing: Doing) -> list[Question]:
    """Hotel, and for who stays the train; a paper."""
    hotel = question_making.add(cast.meeting_id, HOTEL, doing)
    train = question_making.add(cast.meeting_id, replace(TRAIN, shown_if_id=hotel.id, shown_if_value="c1"), doing)
    return [hotel, train, question_making.add(cast.meeting_id, PAPER, doing)]


def answer(delegate_id: int, sent: Sent, now: datetime) -> None:
    with db.transaction() as session:
        delegate = session.get_one(Delegate, delegate_id)
        questions.keep_answers(session, delegate, sent, by=activity.SYSTEM, now=now)


def said(cast: Cast, *roles: Role) -> dict[str, list[str]]:
    db.release()
    delegate = db.session().get_one(Delegate, cast.liran_id)
    return {
        found.question.label: found.texts or [found.file.name if found.file else ""]
        for found in questions.answers_of(delegate, roles)
    }


def test_answers_are_sealed_and_seen_by_who_may(asked: list[Question], cast: Cast, now: datetime) -> None:
    hotel, train, paper = asked
    answer(cast.liran_id, {hotel.id: ["c1"], train.id: ["G1234"], paper.id: files.look("稿.pdf", PDF)}, now)
    assert said(cast, Role.ORGANISER) == {"是否住宿": ["住"], "到达车次": ["G1234"], "发言稿": ["稿.pdf"]}
    assert said(cast, Role.TRAVEL) == {"是否住宿": ["住"], "到达车次": ["G1234"]}
    assert said(cast, Role.REGISTRATION) == {}
    for row in db.session().scalars(sa.select(QuestionAnswer)):
        assert b"G1234" not in row.content_sealed
    acts = db.session().scalars(sa.select(Activity).where(Activity.verb == "delegate.answered")).all()
    assert [act.after for act in acts] == [{"answers": 3}], "what was said stands in no trail"


def test_what_is_not_sent_stays_and_what_is_not_asked_goes(asked: list[Question], cast: Cast, now: datetime) -> None:
    hotel, train, paper = asked
    answer(cast.liran_id, {hotel.id: ["c1"], train.id: ["G1234"], paper.id: files.look("稿.pdf", PDF)}, now)
    answer(cast.liran_id, {train.id: ["D7"]}, now)
    assert said(cast, Role.ORGANISER) == {"是否住宿": ["住"], "到达车次": ["D7"], "发言稿": ["稿.pdf"]}
    answer(cast.liran_id, {hotel.id: ["c2"], train.id: ["D7"], paper.id: []}, now)
    assert said(cast, Role.ORGANISER) == {"是否住宿": ["不住"], "发言稿": ["稿.pdf"]}
    answer(cast.liran_id, {paper.id: None}, now)
    assert said(cast, Role.ORGANISER) == {"是否住宿": ["不住"]}
    assert db.session().scalars(sa.select(StoredFile)).all() == []


def test_a_new_file_takes_the_place_of_the_old_one(asked: list[Question], cast: Cast, now: datetime) -> None:
    paper = asked[2]
    answer(cast.liran_id, {paper.id: files.look("一.pdf", PDF)}, now)
    answer(cast.liran_id, {paper.id: files.look("二.pdf", PDF)}, now)
    assert said(cast, Role.ORGANISER) == {"发言稿": ["二.pdf"]}
    assert len(db.session().scalars(sa.select(StoredFile)).all()) == 1
    delegate = db.session().get_one(Delegate, cast.liran_id)
    assert questions.file_of(delegate, paper.id, [Role.ORGANISER]).content == PDF
    with pytest.raises(Missing):
        questions.file_of(delegate, paper.id, [Role.TRAVEL])


def test_wrong_answers_are_told_by_their_field_and_keep_nothing(
    asked: list[Question], cast: Cast, now: datetime
) -> None:
    hotel, _, paper = asked
    with pytest.raises(Malformed) as malformed:
        answer(cast.liran_id, {hotel.id: [""], paper.id: files.look("x.pdf", picture("PNG"))}, now)
    assert malformed.value.faults == {
        f"q{hotel.id}": Fault.REQUIRED,
        f"q{paper.id}": Fault.NOT_THAT_KIND_OF_FILE,
    }
    assert said(cast, Role.ORGANISER) == {}


def test_a_column_each_for_who_may_see_it(asked: list[Question], cast: Cast, now: datetime) -> None:
    hotel, train, _ = asked
    answer(cast.liran_id, {hotel.id: ["c1"], train.id: ["G1"]}, now)
    meeting = db.session().get_one(Meeting, cast.meeting_id)
    assert [q.label for q in questions.columns(cast.meeting_id, [Role.TRAVEL])] == ["是否住宿", "到达车次"]
    assert questions.columns(cast.meeting_id, [Role.REGISTRATION]) == []
    asked_by_travel = questions.columns(cast.meeting_id, [Role.TRAVEL])
    assert questions.values(meeting, [cast.liran_id, cast.wangmin_id], asked_by_travel, language="en") == {
        cast.liran_id: {hotel.id: "Yes", train.id: "G1"},
        cast.wangmin_id: {},
    }


def test_a_question_with_answers_is_retired_another_deleted(
    asked: list[Question], cast: Cast, doing: Doing, now: datetime
) -> None:
    hotel, train, paper = asked
    answer(cast.liran_id, {hotel.id: ["c1"], train.id: ["G1"]}, now)
    with pytest.raises(Refused) as refused:
        question_making.take_away(cast.meeting_id, hotel.id, doing)
    assert refused.value.refusal is Refusal.QUESTION_NEEDED
    question_making.take_away(cast.meeting_id, train.id, doing)
    question_making.take_away(cast.meeting_id, paper.id, doing)
    assert [q.label for q in questions.of_meeting(cast.meeting_id)] == ["是否住宿"]
    assert said(cast, Role.ORGANISER) == {"是否住宿": ["住"], "到达车次": ["G1"]}
    assert sorted(db.session().scalars(sa.select(Question.label))) == sorted(["是否住宿", "到达车次"])
    answer(cast.liran_id, {hotel.id: ["c2"]}, now)
    assert said(cast, Role.ORGANISER) == {"是否住宿": ["不住"], "到达车次": ["G1"]}, "a retired one keeps its answers"


def test_the_kind_stays_and_a_chosen_choice_is_only_reworded(
    asked: list[Question], cast: Cast, doing: Doing, now: datetime
) -> None:
    hotel, train, _ = asked
    answer(cast.liran_id, {hotel.id: ["c2"]}, now)

    def edited(draft: Draft) -> dict[str, Fault]:
        try:
            question_making.edit(cast.meeting_id, hotel.id, draft, doing)
        except Malformed as malformed:
            return malformed.faults
        return {}

    assert edited(replace(HOTEL, kind=QuestionKind.TEXT)) == {"kind": Fault.NOT_TO_BE_CHANGED_HERE}
    third = Choice("", "看情况")
    assert edited(replace(HOTEL, choices=(Choice("c1", "住"), third))) == {"choices": Fault.CHOSEN_ALREADY}
    assert edited(replace(HOTEL, choices=(Choice("c2", "不住"), third))) == {"choices": Fault.CHOSEN_ALREADY}
    assert edited(replace(HOTEL, choices=(Choice("c1", "住"), Choice("c2", "不需要"), third))) == {}
    assert said(cast, Role.ORGANISER) == {"是否住宿": ["不需要"]}
    assert [c["value"] for c in questions.of_meeting(cast.meeting_id)[0].choices] == ["c1", "c2", "c3"]
    assert train.shown_if_value == "c1"


def test_questions_are_moved_and_a_condition_stays_behind(asked: list[Question], cast: Cast, doing: Doing) -> None:
    hotel, train, paper = asked
    question_making.move(cast.meeting_id, paper.id, -2, doing)
    assert [q.id for q in questions.of_meeting(cast.meeting_id)] == [paper.id, hotel.id, train.id]
    with pytest.raises(Refused) as refused:
        question_making.move(cast.meeting_id, train.id, -1, doing)
    assert refused.value.refusal is Refusal.QUESTION_ORDER
    question_making.move(cast.meeting_id, paper.id, -1, doing)
    assert [q.id for q in questions.of_meeting(cast.meeting_id)] == [paper.id, hotel.id, train.id]
    late = replace(HOTEL, choices=_as_kept(hotel), stage=LATER)
    question_making.edit(cast.meeting_id, hotel.id, late, doing)
    soon = replace(TRAIN, stage=AT_ONCE, shown_if_id=hotel.id, shown_if_value="c1")
    with pytest.raises(Malformed) as malformed:
        question_making.edit(cast.meeting_id, train.id, soon, doing)
    assert malformed.value.faults == {"shown_if": Fault.CONDITION_COMES_LATER}


def _as_kept(question: Question) -> tuple[Choice, ...]:
    return tuple(Choice(choice["value"], choice["zh"], choice["en"]) for choice in question.choices)


def test_at_most_fifty_are_asked(context: APIFlask, cast: Cast, doing: Doing) -> None:
    for n in range(50):
        question_making.add(cast.meeting_id, replace(TRAIN, label=f"第{n}问"), doing)
    with pytest.raises(Refused) as refused:
        question_making.add(cast.meeting_id, TRAIN, doing)
    assert refused.value.refusal is Refusal.TOO_MANY_QUESTIONS


def test_another_meeting_sees_nothing_of_it(asked: list[Question], cast: Cast, doing: Doing) -> None:
    with pytest.raises(Missing):
        question_making.one(cast.meeting_id + 1, asked[0].id)
    with pytest.raises((Missing, sa.exc.NoResultFound)):
        question_making.take_away(cast.meeting_id + 1, asked[0].id, doing)


def test_who_is_erased_has_answered_nothing(asked: list[Question], cast: Cast, doing: Doing, now: datetime) -> None:
    hotel, _, paper = asked
    answer(cast.liran_id, {hotel.id: ["c2"], paper.id: files.look("稿.pdf", PDF)}, now)
    answer(cast.wangmin_id, {hotel.id: ["c2"]}, now)
    delegates.erase(cast.meeting_id, cast.liran_id, doing)
    rows = db.session().scalars(sa.select(QuestionAnswer.delegate_id)).all()
    assert rows == [cast.wangmin_id]
    assert db.session().scalars(sa.select(StoredFile)).all() == []


def test_answers_are_kept_as_long_as_their_question_says(asked: list[Question], cast: Cast, now: datetime) -> None:
    hotel, train, paper = asked
    answer(cast.liran_id, {hotel.id: ["c1"], train.id: ["G1"], paper.id: files.look("稿.pdf", PDF)}, now)
    end = db.session().get_one(Meeting, cast.meeting_id).ends_at

    def left_at(moment: datetime) -> list[str]:
        with db.transaction() as session:
            questions.expire(session, moment)
        return list(said(cast, Role.ORGANISER))

    assert left_at(end + timedelta(days=7) - timedelta(seconds=1)) == ["是否住宿", "到达车次", "发言稿"]
    assert left_at(end + timedelta(days=7)) == ["是否住宿", "发言稿"]
    assert left_at(end + timedelta(days=30)) == ["是否住宿"]
    assert db.session().scalars(sa.select(StoredFile)).all() == []
