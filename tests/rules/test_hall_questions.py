"""Questions from the floor: who may, what can be done with one, in which order they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from conference.rules import hall_questions as rules
from conference.rules.hall_questions import Step
from conference.vocabulary import DelegateStatus, HallQuestionStatus, MeetingStatus, Refusal

NOON = datetime(2026, 7, 19, 12, tzinfo=UTC)
WAITING, SHOWN, HIDDEN, ANSWERED = (
    HallQuestionStatus.WAITING,
    HallQuestionStatus.SHOWN,
    HallQuestionStatus.HIDDEN,
    HallQuestionStatus.ANSWERED,
)


@pytest.mark.parametrize(
    ("status", "meeting", "taken", "waiting", "refusal"),
    [
        (DelegateStatus.CONFIRMED, MeetingStatus.OPEN, True, 0, None),
        (DelegateStatus.CONFIRMED, MeetingStatus.CLOSED, True, 2, None),
        (DelegateStatus.CONFIRMED, MeetingStatus.OPEN, True, 3, Refusal.ASKED_ENOUGH),
        (DelegateStatus.CONFIRMED, MeetingStatus.OPEN, False, 3, Refusal.NOT_ASKING),
        (DelegateStatus.CONFIRMED, MeetingStatus.ARCHIVED, True, 0, Refusal.MEETING_OVER),
        (DelegateStatus.PENDING, MeetingStatus.OPEN, True, 0, Refusal.MAY_NOT_WATCH),
        (DelegateStatus.WAITLISTED, MeetingStatus.OPEN, True, 0, Refusal.MAY_NOT_WATCH),
        (DelegateStatus.CANCELLED, MeetingStatus.OPEN, False, 0, Refusal.MAY_NOT_WATCH),
        (DelegateStatus.DECLINED, MeetingStatus.OPEN, True, 0, Refusal.MAY_NOT_WATCH),
    ],
)
def test_who_may_ask(
    status: DelegateStatus, meeting: MeetingStatus, taken: bool, waiting: int, refusal: Refusal | None
) -> None:
    assert rules.refusal_to_ask(status, meeting, taken=taken, waiting=waiting) is refusal


def test_one_votes_for_what_is_not_answered_yet() -> None:
    may = (DelegateStatus.CONFIRMED, MeetingStatus.OPEN)
    assert rules.refusal_to_vote(*may, SHOWN) is None
    assert rules.refusal_to_vote(*may, ANSWERED) is Refusal.DECIDED_ALREADY
    assert rules.refusal_to_vote(DelegateStatus.CANCELLED, MeetingStatus.OPEN, SHOWN) is Refusal.MAY_NOT_WATCH


@pytest.mark.parametrize(
    ("status", "public", "private"),
    [
        (WAITING, {Step.SHOW, Step.HIDE}, {Step.HIDE, Step.ANSWER}),
        (SHOWN, {Step.HIDE, Step.WAIT, Step.ANSWER}, set()),
        (HIDDEN, {Step.SHOW, Step.WAIT}, {Step.WAIT, Step.ANSWER}),
        (ANSWERED, {Step.SHOW, Step.HIDE}, {Step.HIDE, Step.WAIT}),
    ],
)
def test_what_can_be_done_with_one(status: HallQuestionStatus, public: set[Step], private: set[Step]) -> None:
    assert rules.steps(status, private=False) == public
    assert rules.steps(status, private=True) == private
    assert rules.on_board(status, private=False) is (status in {SHOWN, ANSWERED})
    assert not rules.on_board(status, private=True)
    assert (rules.refusal_to_withdraw(status) is None) is (status is WAITING)


@dataclass(frozen=True)
class One:
    id: int
    votes: int = 0
    status: HallQuestionStatus = SHOWN
    pinned_at: datetime | None = None
    asked_at: datetime = NOON
    settled_at: datetime | None = None


def test_the_order_is_pinned_then_votes_then_time_and_the_answered_ones_below() -> None:
    later = NOON + timedelta(minutes=5)
    held = [
        One(1, votes=9, status=ANSWERED, settled_at=NOON),
        One(2, votes=0, status=ANSWERED, settled_at=later),
        One(3, votes=2, asked_at=later),
        One(4, votes=2),
        One(5, votes=8),
        One(6, votes=1, pinned_at=later),
        One(7, votes=2),
    ]
    assert [one.id for one in rules.in_order(held)] == [6, 5, 4, 7, 3, 2, 1]
    assert [one.id for one in rules.in_order(held, answered=1)] == [6, 5, 4, 7, 3, 2]


def test_the_same_words_are_the_same_question() -> None:
    assert rules.one_text("  经费\r\n\n从哪里来？ ") == "经费 从哪里来？"
    assert (rules.signed("李然", "民政局"), rules.signed("李然", ""), rules.signed("", "民政局")) == (
        "李然 · 民政局",
        "李然",
        "",
    )
