"""Questions from the floor: asked, moderated, voted for; what becomes of them when people go or turn out to be one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from conference import db
from conference.models import AgendaSession, Delegate, HallQuestion, HallQuestionVote, Meeting
from conference.rules.hall_questions import Step
from conference.services import (
    delegates,
    hall_question_asking,
    hall_question_desk,
    hall_questions,
    links,
    merging,
    own_data,
    registration,
    retention,
)
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.hall_question_asking import Asked
from conference.vocabulary import (
    Fault,
    HallQuestionStatus,
    Malformed,
    MeetingStatus,
    Missing,
    Mode,
    Origin,
    Refusal,
    Refused,
)
from tests.agendas import Morning, a_morning, noon
from tests.cast import Cast

ASK = Asked("社区养老的经费从哪里来？")


@pytest.fixture
def doing(context: APIFlask, cast: Cast, now: datetime) -> Doing:
    return Doing(SYSTEM, now, cast.public_url)


@pytest.fixture
def morning(context: APIFlask, cast: Cast, now: datetime) -> Morning:
    noon(cast.meeting_id, now)
    return a_morning(cast.meeting_id, begins=now - timedelta(minutes=10))


Shown = Callable[..., int]


@pytest.fixture
def shown(cast: Cast, doing: Doing) -> Shown:
    """A question that an organiser shows; its id."""

    def made(text: str = ASK.text, delegate_id: int = 0, **more: bool) -> int:
        asked = Asked(text, **more)
        question = hall_question_asking.ask(cast.meeting_id, delegate_id or cast.liran_id, asked, now=doing.now)
        hall_question_desk.settle(cast.meeting_id, question.id, Step.SHOW, doing)
        return question.id

    return made


def test_nothing_shows_before_an_organiser_shows_it(cast: Cast, doing: Doing, morning: Morning) -> None:
    meeting_id, empty = cast.meeting_id, hall_questions.board(cast.meeting_id)
    assert (empty.open, empty.shown) == (True, ())
    named = Asked("第一个\n问题", named=True)
    first = hall_question_asking.ask(meeting_id, cast.liran_id, named, now=doing.now)
    second = hall_question_asking.ask(
        meeting_id, cast.wangmin_id, Asked("线上也想问", session_id=morning.tea), now=doing.now
    )
    private = hall_question_asking.ask(
        meeting_id, cast.wangmin_id, Asked("悄悄问", named=True, private=True), now=doing.now
    )
    assert [one.status for one in (first, second, private)] == [HallQuestionStatus.WAITING] * 3
    assert (first.text, first.session_id, second.session_id) == ("第一个 问题", morning.opening, morning.tea)
    assert not private.named
    assert hall_questions.board(meeting_id) == empty
    for id_ in (first.id, second.id):
        hall_question_desk.settle(meeting_id, id_, Step.SHOW, doing)
    with pytest.raises(Refused):
        hall_question_desk.settle(meeting_id, private.id, Step.SHOW, doing)
    with pytest.raises(Refused):
        hall_question_desk.pin(meeting_id, private.id, doing)
    hall_question_desk.answer(meeting_id, private.id, "已转财务", doing)
    board = hall_questions.board(meeting_id)
    assert [(one.text, one.who, one.session) for one in board.shown] == [
        ("第一个 问题", "李然 · 呼和浩特市玉泉区民政局", "开幕和主旨发言"),
        ("线上也想问", "", "茶歇"),
    ]
    with db.transaction() as session:
        session.get_one(AgendaSession, morning.tea).title = "还没有发布的名字"
    assert hall_questions.session_titles(meeting_id)[morning.tea] == "茶歇"
    mine = hall_questions.mine(cast.wangmin_id)
    assert [(one.text, one.status.value, one.answer, one.waits) for one in mine.questions] == [
        ("悄悄问", "answered", "已转财务", False),
        ("线上也想问", "shown", "", False),
    ]
    assert mine.voted == frozenset()


def test_three_wait_at_most_and_the_same_words_are_one(cast: Cast, doing: Doing, shown: Shown) -> None:
    def ask(text: str) -> int:
        return hall_question_asking.ask(cast.meeting_id, cast.liran_id, Asked(text), now=doing.now).id

    ids = [ask(text) for text in ("一", "二", "三")]
    assert ask(" 二\n") == ids[1]
    with pytest.raises(Refused) as refused:
        ask("四")
    assert refused.value.refusal is Refusal.ASKED_ENOUGH
    assert shown("别人的", cast.chenzhuo_id), "another one's waiting ones are not counted"
    for _ in range(2):
        hall_question_asking.withdraw(cast.meeting_id, cast.liran_id, ids[0])
    fourth = ask("四")
    hall_question_desk.settle(cast.meeting_id, fourth, Step.HIDE, doing)
    assert ask("四") == fourth, "hidden once, it does not come again"
    for delegate_id, refusal in ((cast.chenzhuo_id, Missing), (cast.liran_id, Refused)):
        with pytest.raises(refusal):
            hall_question_asking.withdraw(cast.meeting_id, delegate_id, fourth)
    assert {one.text for one in hall_questions.mine(cast.liran_id).questions} == {"二", "三", "四"}


@pytest.mark.parametrize(
    ("asked", "faults"),
    [
        (Asked(" \u200b\n"), {"text": Fault.REQUIRED}),
        (Asked("长" * 501), {"text": Fault.TOO_LONG}),
        (Asked("倒\u202e序"), {"text": Fault.FORBIDDEN_CHARACTERS}),
        (Asked("\x00"), {"text": Fault.FORBIDDEN_CHARACTERS}),
        (Asked("问", session_id=9_999), {"session_id": Fault.UNKNOWN_CHOICE}),
    ],
)
def test_what_is_no_question_is_said(
    cast: Cast, doing: Doing, morning: Morning, asked: Asked, faults: dict[str, Fault]
) -> None:
    with pytest.raises(Malformed) as malformed:
        hall_question_asking.ask(cast.meeting_id, cast.liran_id, asked, now=doing.now)
    assert malformed.value.faults == faults
    assert db.session().scalar(sa.select(sa.func.count()).select_from(HallQuestion)) == 0


def test_who_gave_the_place_up_has_no_voice(cast: Cast, doing: Doing, shown: Shown) -> None:
    question_id = shown()
    delegates.cancel(cast.meeting_id, cast.chenzhuo_id, doing)
    for deed in (
        lambda: hall_question_asking.ask(cast.meeting_id, cast.chenzhuo_id, Asked("还想问"), now=doing.now),
        lambda: hall_question_asking.vote(cast.meeting_id, cast.chenzhuo_id, question_id, now=doing.now),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.refusal is Refusal.MAY_NOT_WATCH
    hall_question_desk.take(cast.meeting_id, False, doing)
    with pytest.raises(Refused) as refused:
        hall_question_asking.ask(cast.meeting_id, cast.liran_id, Asked("晚了"), now=doing.now)
    assert refused.value.refusal is Refusal.NOT_ASKING
    hall_question_asking.vote(cast.meeting_id, cast.wangmin_id, question_id, now=doing.now)
    board = hall_questions.board(cast.meeting_id)
    assert (board.open, [one.votes for one in board.shown]) == (False, [1])


def test_votes_order_the_board_and_an_answer_ends_them(cast: Cast, doing: Doing, shown: Shown) -> None:
    first, second = shown("先问的"), shown("后问的", cast.chenzhuo_id)
    versions = [hall_questions.board(cast.meeting_id).version]

    def order() -> list[tuple[int, int]]:
        board = hall_questions.board(cast.meeting_id)
        assert board.version != versions[-1], "whatever is shown changes the version"
        versions.append(board.version)
        return [(one.id, one.votes) for one in board.shown]

    for _ in range(2):  # a second tap
        hall_question_asking.vote(cast.meeting_id, cast.liran_id, second, now=doing.now)
    assert order() == [(second, 1), (first, 0)]
    hall_question_desk.pin(cast.meeting_id, first, doing, seen=0)
    assert order() == [(first, 0), (second, 1)]
    with pytest.raises(Refused) as refused:
        hall_question_desk.pin(cast.meeting_id, second, doing, seen=0)
    assert refused.value.refusal is Refusal.CHANGED_MEANWHILE
    hall_question_desk.pin(cast.meeting_id, second, doing, seen=first)
    assert order() == [(second, 1), (first, 0)]
    hall_question_desk.answer(cast.meeting_id, second, "从福彩公益金\r\n和财政", doing)
    assert order() == [(first, 0), (second, 1)]
    board = hall_questions.board(cast.meeting_id)
    assert board.pinned is None
    assert (board.shown[1].answered, board.shown[1].answer) == (True, "从福彩公益金\n和财政")
    for deed in (
        lambda: hall_question_asking.vote(cast.meeting_id, cast.wangmin_id, second, now=doing.now),
        lambda: hall_question_asking.unvote(cast.meeting_id, cast.liran_id, second),
    ):
        with pytest.raises(Refused):
            deed()
    hall_question_desk.settle(cast.meeting_id, second, Step.SHOW, doing)
    assert hall_questions.board(cast.meeting_id).shown[0].answer == "", "open again, it has no answer to show"
    for _ in range(2):
        hall_question_asking.unvote(cast.meeting_id, cast.liran_id, second)
    assert order() == [(first, 0), (second, 0)]
    hall_question_desk.settle(cast.meeting_id, second, Step.HIDE, doing)
    with pytest.raises(Missing):
        hall_question_asking.vote(cast.meeting_id, cast.liran_id, second, now=doing.now)
    with pytest.raises(Refused):
        hall_question_desk.answer(cast.meeting_id, second, "没人看得到", doing)


def test_two_moderators_do_not_undo_each_other_unseen(cast: Cast, doing: Doing, shown: Shown) -> None:
    question = hall_question_asking.ask(cast.meeting_id, cast.liran_id, ASK, now=doing.now)
    seen = hall_question_desk.one(cast.meeting_id, question.id).stamp
    hall_question_desk.settle(cast.meeting_id, question.id, Step.SHOW, doing, seen=seen)
    hall_question_desk.settle(cast.meeting_id, question.id, Step.SHOW, doing, seen=seen)  # both meant the same
    with pytest.raises(Refused) as refused:
        hall_question_desk.settle(cast.meeting_id, question.id, Step.HIDE, doing, seen=seen)
    assert refused.value.refusal is Refusal.CHANGED_MEANWHILE
    now_seen = hall_question_desk.one(cast.meeting_id, question.id).stamp
    hall_question_asking.vote(cast.meeting_id, cast.wangmin_id, question.id, now=doing.now)
    hall_question_desk.answer(cast.meeting_id, question.id, "甲答", doing, seen=now_seen)
    with pytest.raises(Refused):
        hall_question_desk.answer(cast.meeting_id, question.id, "乙答", doing, seen=now_seen)
    assert [one.answer for one in hall_questions.board(cast.meeting_id).shown] == ["甲答"]


def test_nothing_becomes_of_them_once_the_meeting_is_archived(cast: Cast, doing: Doing, shown: Shown) -> None:
    question_id = shown()
    before = hall_questions.board(cast.meeting_id)
    with db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).status = MeetingStatus.ARCHIVED
    for deed in (
        lambda: hall_question_desk.settle(cast.meeting_id, question_id, Step.HIDE, doing),
        lambda: hall_question_desk.answer(cast.meeting_id, question_id, "后来的话", doing),
        lambda: hall_question_desk.pin(cast.meeting_id, question_id, doing),
        lambda: hall_question_desk.unpin(cast.meeting_id, question_id, doing),
        lambda: hall_question_desk.take(cast.meeting_id, False, doing),
        lambda: hall_question_asking.vote(cast.meeting_id, cast.wangmin_id, question_id, now=doing.now),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.refusal is Refusal.MEETING_OVER
    assert hall_questions.board(cast.meeting_id) == before


def test_another_meetings_people_and_questions_are_not_there(cast: Cast, doing: Doing, shown: Shown) -> None:
    question_id = shown()
    other = cast.meeting_id + 1
    for deed in (
        lambda: hall_question_asking.ask(other, cast.liran_id, Asked("问"), now=doing.now),
        lambda: hall_question_asking.vote(other, cast.liran_id, question_id, now=doing.now),
        lambda: hall_question_desk.one(other, question_id),
    ):
        with pytest.raises(Missing):
            deed()
    assert hall_questions.board(other).shown == ()


def test_an_erased_person_leaves_what_everybody_read_without_a_name(
    cast: Cast, doing: Doing, now: datetime, shown: Shown
) -> None:
    public, other = shown("公开的", named=True), shown("陈卓问的", cast.chenzhuo_id)
    hall_question_asking.ask(cast.meeting_id, cast.liran_id, Asked("还在等"), now=now)
    for delegate_id in (cast.liran_id, cast.wangmin_id):
        hall_question_asking.vote(cast.meeting_id, delegate_id, other, now=now)
    link = links.by_token(cast.liran_token)
    assert link is not None
    told = own_data.of_link(link, now=now).plain()["hall_questions"]
    assert [(one["text"], one["status"], one["named"]) for one in told["asked"]] == [
        ("公开的", "shown", True),
        ("还在等", "waiting", False),
    ]
    assert [one["question"] for one in told["voted"]] == ["陈卓问的"]
    delegates.erase(cast.meeting_id, cast.liran_id, doing)
    board = {one.id: (one.who, one.votes) for one in hall_questions.board(cast.meeting_id).shown}
    assert board == {public: ("", 0), other: ("", 2)}, "how many wished it stays"
    assert set(db.session().scalars(sa.select(HallQuestion.delegate_id))) == {None, cast.chenzhuo_id}
    assert set(db.session().scalars(sa.select(HallQuestionVote.delegate_id))) == {cast.wangmin_id}
    with db.transaction() as session:
        session.get_one(Meeting, cast.meeting_id).kept_until = now
        session.get_one(Meeting, cast.meeting_id).ends_at = now - timedelta(days=1)
        session.get_one(Meeting, cast.meeting_id).starts_at = now - timedelta(days=2)
    retention.expire(now)
    for table in (HallQuestion, HallQuestionVote):
        assert db.session().scalar(sa.select(sa.func.count()).select_from(table)) == 0


def test_two_entries_of_one_person_have_one_vote(cast: Cast, doing: Doing, now: datetime, shown: Shown) -> None:
    twin = registration.register(
        cast.meeting_id,
        registration.Entry("李 然", cast.yuquan_id, Mode.IN_PERSON, phone="13911110001"),
        actor=SYSTEM,
        origin=Origin.PROGRAM,
        public_url=cast.public_url,
        now=now,
    ).delegate.id
    both, theirs = shown("都投了", cast.chenzhuo_id), shown("只有一个投了", cast.wangmin_id)
    asked = shown("孪生问的", twin, named=True)
    for delegate_id, question_id in ((cast.liran_id, both), (twin, both), (twin, theirs)):
        hall_question_asking.vote(cast.meeting_id, delegate_id, question_id, now=now)
    merging.merge(cast.meeting_id, cast.liran_id, twin, (), doing)
    board = {one.id: (one.votes, one.who[:2]) for one in hall_questions.board(cast.meeting_id).shown}
    assert board == {both: (1, ""), theirs: (1, ""), asked: (0, "李然")}
    assert hall_questions.mine(cast.liran_id).voted == {both, theirs}
    assert db.session().get_one(Delegate, twin).merged_into_id == cast.liran_id


def test_a_board_is_kept_for_a_while_but_not_in_a_write(
    cast: Cast, doing: Doing, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    question_id = shown()
    kept = hall_questions.board(cast.meeting_id)
    with db.transaction() as session:
        session.execute(sa.update(HallQuestion).values(votes=7))
        assert [one.votes for one in hall_questions.board(cast.meeting_id).shown] == [7]
        session.rollback()
        session.execute(sa.update(HallQuestion).values(votes=8))  # by another process, as it were
    assert hall_questions.board(cast.meeting_id) is kept
    monkeypatch.setattr(hall_questions._BOARDS, "seconds", 0.0)
    assert [(one.id, one.votes) for one in hall_questions.board(cast.meeting_id).shown] == [(question_id, 8)]
