"""Questions from the hall and from online (提问): who may ask and vote, what an organiser may do, in which order."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import Enum
from typing import Protocol, TypeVar

from conference.vocabulary import DelegateStatus, HallQuestionStatus, MeetingStatus, Refusal

TEXT_LIMIT, ANSWER_LIMIT = 500, 1000
MOST_WAITING = 3
# Of a long meeting the older answers are not on everybody's phone.
MOST_ANSWERED = 50
WAITING, SHOWN, HIDDEN, ANSWERED = (
    HallQuestionStatus.WAITING,
    HallQuestionStatus.SHOWN,
    HallQuestionStatus.HIDDEN,
    HallQuestionStatus.ANSWERED,
)


class Step(Enum):
    """What an organiser does with a question: the status that it has then."""

    SHOW = SHOWN
    HIDE = HIDDEN
    WAIT = WAITING
    ANSWER = ANSWERED


# What is on everybody's screen was shown first, so that nothing gets there by an answer.
_FROM = {
    Step.SHOW: {WAITING, HIDDEN, ANSWERED},
    Step.HIDE: {WAITING, SHOWN, ANSWERED},
    Step.WAIT: {SHOWN, HIDDEN},
    Step.ANSWER: {SHOWN},
}
# One for the organisers alone is read, or answered to the asker.
_FROM_PRIVATE = {
    Step.SHOW: set[HallQuestionStatus](),
    Step.HIDE: {WAITING, ANSWERED},
    Step.WAIT: {HIDDEN, ANSWERED},
    Step.ANSWER: {WAITING, HIDDEN},
}


class Placed(Protocol):
    """What the order hangs on."""

    @property
    def id(self) -> int: ...
    @property
    def votes(self) -> int: ...
    @property
    def pinned_at(self) -> datetime | None: ...
    @property
    def status(self) -> HallQuestionStatus: ...
    @property
    def asked_at(self) -> datetime: ...
    @property
    def settled_at(self) -> datetime | None: ...


Q = TypeVar("Q", bound=Placed)


def refusal_to_take_part(status: DelegateStatus, meeting: MeetingStatus) -> Refusal | None:
    """Whoever has a confirmed place, in the hall or online, has a voice, as long as the meeting is not put away."""
    if meeting is MeetingStatus.ARCHIVED:
        return Refusal.MEETING_OVER
    return None if status is DelegateStatus.CONFIRMED else Refusal.MAY_NOT_WATCH


def refusal_to_ask(status: DelegateStatus, meeting: MeetingStatus, *, taken: bool, waiting: int) -> Refusal | None:
    """`taken` says that questions are taken, `waiting` how many of one's own wait already."""
    if refusal := refusal_to_take_part(status, meeting):
        return refusal
    if not taken:
        return Refusal.NOT_ASKING
    return Refusal.ASKED_ENOUGH if waiting >= MOST_WAITING else None


def refusal_to_vote(status: DelegateStatus, meeting: MeetingStatus, question: HallQuestionStatus) -> Refusal | None:
    """For one that is shown, also when no more are taken; not once it was answered."""
    if refusal := refusal_to_take_part(status, meeting):
        return refusal
    return Refusal.DECIDED_ALREADY if question is ANSWERED else None


def refusal_to_withdraw(status: HallQuestionStatus) -> Refusal | None:
    """Until an organiser has done something with it."""
    return None if status is WAITING else Refusal.DECIDED_ALREADY


def steps(status: HallQuestionStatus, *, private: bool) -> frozenset[Step]:
    """What can be done with one now."""
    table = _FROM_PRIVATE if private else _FROM
    return frozenset(step for step, before in table.items() if status in before)


def on_board(status: HallQuestionStatus, *, private: bool) -> bool:
    """Whether everybody may read it."""
    return not private and status in {SHOWN, ANSWERED}


def in_order(questions: Iterable[Q], *, answered: int | None = MOST_ANSWERED) -> list[Q]:
    """The pinned one, then by votes, then the earliest; below them the `answered` latest answered ones."""
    held = list(questions)
    over = [one for one in held if one.status is ANSWERED]
    open_ = [one for one in held if one.status is not ANSWERED]
    open_.sort(key=lambda one: (one.pinned_at is None, -one.votes, one.asked_at, one.id))
    over.sort(key=lambda one: (one.settled_at or one.asked_at, one.id), reverse=True)
    return [*open_, *over[:answered]]


def signed(name: str, unit: str) -> str:
    """How the asker stands under a question: nothing without a name."""
    return f"{name} · {unit}" if name and unit else name


def one_text(text: str) -> str:
    """By which the same question sent twice is known: spaces and line breaks make no other one."""
    return " ".join(text.split())
