"""Questions (提问) in the hands of organisers: what waits, what everybody sees, and what becomes of each.

Two of them may sit at it: each deed carries what its doer saw, and one upon something else is refused; so is every one
once the meeting is archived (meeting_over).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, HallQuestion, Meeting, Unit
from conference.rules import hall_questions as rules
from conference.rules.hall_questions import Step
from conference.rules.text import fault_in
from conference.sealing import digest
from conference.services import activity, broadcasts, hall_questions
from conference.services.delegates import Doing
from conference.vocabulary import HallQuestionStatus, Malformed, MeetingStatus, Missing, Refusal, Refused

_DONE = {
    Step.SHOW: "hall_question.shown",
    Step.HIDE: "hall_question.hidden",
    Step.WAIT: "hall_question.put_back",
    Step.ANSWER: "hall_question.answered",
}


@dataclass(frozen=True)
class Line:
    """A question as an organiser sees it: who asked stands there whether others may read it or not, and is empty for
    an entry that repeats a place and for an erased person. `session` is the title of what it is about.
    """

    question: HallQuestion
    name: str
    unit: str
    session: str

    @property
    def steps(self) -> frozenset[Step]:
        return rules.steps(self.question.status, private=self.question.private)

    @property
    def may_be_answered(self) -> bool:
        """Whether words can be written under it: when everybody sees it, or the asker alone will."""
        return self.question.private or rules.on_board(self.question.status, private=False)

    @property
    def stamp(self) -> str:
        return stamp(self.question)


@dataclass(frozen=True)
class Queue:
    """`waiting` in the order of asking, `board` as everybody sees it; `others` are the rest of a filter by status.
    `about` are the sessions that something was asked of, by id; `version` is another one whenever something is.
    """

    open: bool
    waiting: Sequence[Line]
    board: Sequence[Line]
    others: Sequence[Line]
    counts: Mapping[HallQuestionStatus, int]
    about: Mapping[int, str]
    version: str

    @property
    def pinned_id(self) -> int:
        """0 where none is."""
        return next((one.question.id for one in self.board if one.question.pinned_at), 0)


def queue(meeting_id: int, *, session_id: int | None = None, status: HallQuestionStatus | None = None) -> Queue:
    """All that was asked, of one session alone where it is named; `status` leaves the others out."""
    found = _lines(meeting_id)
    lines = [one for one in found if session_id is None or one.question.session_id == session_id]
    by_status = {each: [one for one in lines if one.question.status is each] for each in HallQuestionStatus}
    asked = lambda line: (line.question.asked_at, line.question.id)  # noqa: E731
    is_open = hall_questions.taken(meeting_id)
    waiting = sorted(by_status[HallQuestionStatus.WAITING], key=asked)
    board = _in_order(by_status[HallQuestionStatus.SHOWN])
    wanted = status not in {None, HallQuestionStatus.WAITING, HallQuestionStatus.SHOWN}
    others = sorted(by_status[status], key=asked, reverse=True) if status and wanted else []
    counts = {each: len(held) for each, held in by_status.items()}
    about = {one.question.session_id: one.session for one in found if one.question.session_id and one.session}
    said = [(one.question.id, one.stamp, one.question.votes, one.name, one.session) for one in lines]
    return Queue(
        is_open,
        waiting if status in {None, HallQuestionStatus.WAITING} else [],
        board if status in {None, HallQuestionStatus.SHOWN} else [],
        others,
        counts,
        about,
        digest(repr((is_open, said, sorted(about.items()))))[:16],
    )


def one(meeting_id: int, question_id: int) -> Line:
    """Raises Missing."""
    found = _lines(meeting_id, HallQuestion.id == question_id)
    if not found:
        raise Missing
    return found[0]


def read_out(meeting_id: int, session_id: int | None = None) -> Sequence[Line]:
    """What is shown and not answered yet, as everybody sees it, of one session or of all."""
    return queue(meeting_id, session_id=session_id, status=HallQuestionStatus.SHOWN).board


def stamp(question: HallQuestion) -> str:
    """Another one whenever an organiser did something with it; votes do not count."""
    said = (question.status.value, question.pinned_at is not None, question.answer)
    return digest(repr(said))[:16]


def settle(meeting_id: int, question_id: int, step: Step, doing: Doing, *, seen: str | None = None) -> None:
    """Show it, hide it, let it wait again, or say that it was answered; done already nothing changes.

    `seen` is the `stamp` of what was looked at, None not to ask. Raises Missing (withdrawn meanwhile, too), Refused
    (changed_meanwhile, decided_already where that cannot be done to it as it is).
    """
    with db.transaction() as session:
        question = _held(session, meeting_id, question_id)
        if question.status is step.value:
            return
        if seen is not None and seen != stamp(question):
            raise Refused(Refusal.CHANGED_MEANWHILE)
        if step not in rules.steps(question.status, private=question.private):
            raise Refused(Refusal.DECIDED_ALREADY)
        _put(session, question, step.value, doing, _DONE[step])


def answer(meeting_id: int, question_id: int, text: str, doing: Doing, *, seen: str | None = None) -> None:
    """Write what the answer was; it is answered from now on. An empty text takes the words away again.

    Raises Missing, Malformed (text), Refused (changed_meanwhile, decided_already where it is not shown).
    """
    if fault := fault_in(text, limit=rules.ANSWER_LIMIT, required=False, lines=True):
        raise Malformed({"answer": fault})
    with db.transaction() as session:
        question = _held(session, meeting_id, question_id)
        written = text.replace("\r\n", "\n").strip()
        if question.status is HallQuestionStatus.ANSWERED and question.answer == written:
            return
        if seen is not None and seen != stamp(question):
            raise Refused(Refusal.CHANGED_MEANWHILE)
        if not question.private and not rules.on_board(question.status, private=False):
            raise Refused(Refusal.DECIDED_ALREADY)
        question.answer = written
        _put(session, question, HallQuestionStatus.ANSWERED, doing, "hall_question.answer_written")


def pin(meeting_id: int, question_id: int, doing: Doing, *, seen: int | None = None) -> None:
    """It stands first from now on, and no other does. `seen` is the id of what was first (0 for none), None not to ask.

    Raises Missing, Refused (changed_meanwhile, decided_already where it is not shown).
    """
    with db.transaction() as session:
        question, first = _held_with_pinned(session, meeting_id, question_id)
        if question.pinned_at is not None:
            return
        if seen is not None and seen != (first.id if first else 0):
            raise Refused(Refusal.CHANGED_MEANWHILE)
        if question.private or question.status is not HallQuestionStatus.SHOWN:
            raise Refused(Refusal.DECIDED_ALREADY)
        if first is not None:
            first.pinned_at = None
            session.flush()  # one at a time is a constraint too
        question.pinned_at = doing.now
        _record(session, doing, "hall_question.pinned", question, {}, {})


def unpin(meeting_id: int, question_id: int, doing: Doing) -> None:
    """It stands where its votes put it; done already nothing changes. Raises Missing."""
    with db.transaction() as session:
        question = _held(session, meeting_id, question_id)
        if question.pinned_at is not None:
            question.pinned_at = None
            _record(session, doing, "hall_question.unpinned", question, {}, {})


def take(meeting_id: int, taken: bool, doing: Doing) -> None:
    """Whether questions are taken from now on; those that are shown stay, and can be voted for."""
    with db.transaction() as session:
        broadcasts.change(meeting_id, {"questions_open": taken}, doing)
        hall_questions.changed(session)


def _lines(meeting_id: int, *which: sa.ColumnElement[bool]) -> list[Line]:
    query = (
        sa.select(HallQuestion, Delegate.name, Delegate.erased_at, Unit.name)
        .outerjoin(Delegate, Delegate.id == HallQuestion.delegate_id)
        .outerjoin(Unit, Unit.id == Delegate.unit_id)
        .where(HallQuestion.meeting_id == meeting_id, *which)
    )
    found = db.session().execute(query).all()
    titles = hall_questions.session_titles(meeting_id) if found else {}
    lines = []
    for question, name, erased_at, unit in found:
        who = (name or "", unit or "") if erased_at is None else ("", "")
        lines.append(Line(question, *who, titles.get(question.session_id or 0, "")))
    return lines


def _in_order(lines: Sequence[Line]) -> list[Line]:
    placed = rules.in_order(one.question for one in lines)
    by_id = {one.question.id: one for one in lines}
    return [by_id[question.id] for question in placed]


def _held(session: Session, meeting_id: int, question_id: int) -> HallQuestion:
    return _held_with_pinned(session, meeting_id, question_id)[0]


def _held_with_pinned(session: Session, meeting_id: int, question_id: int) -> tuple[HallQuestion, HallQuestion | None]:
    """It, and the one that stands first, held in the order of ids; the meeting before them: which stands first is one
    decision. Raises Missing, Refused (meeting_over).
    """
    meeting = session.scalars(db.lock(sa.select(Meeting).where(Meeting.id == meeting_id))).one()
    if meeting.status is MeetingStatus.ARCHIVED:
        raise Refused(Refusal.MEETING_OVER)
    either = sa.or_(HallQuestion.id == question_id, HallQuestion.pinned_at.is_not(None))
    query = sa.select(HallQuestion).where(HallQuestion.meeting_id == meeting_id, either).order_by(HallQuestion.id)
    held = session.scalars(db.lock(query)).all()
    found = next((one for one in held if one.id == question_id), None)
    if found is None:
        raise Missing
    return found, next((one for one in held if one.pinned_at is not None), None)


def _put(session: Session, question: HallQuestion, status: HallQuestionStatus, doing: Doing, verb: str) -> None:
    before = question.status
    question.status, question.pinned_at = status, None
    question.settled_at = None if status is HallQuestionStatus.WAITING else _settled_at(question, before, doing.now)
    _record(session, doing, verb, question, {"status": before}, {"status": status})


def _settled_at(question: HallQuestion, before: HallQuestionStatus, now: datetime) -> datetime:
    """Words that are mended do not bring an answer to the top again."""
    return question.settled_at if question.settled_at and question.status is before else now


def _record(
    session: Session, doing: Doing, verb: str, question: HallQuestion, before: dict[str, Any], after: dict[str, Any]
) -> None:
    """Without the words: whose they are may be erased."""
    activity.record(
        session,
        doing.actor,
        verb,
        "hall_question",
        question.id,
        meeting_id=question.meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )
    hall_questions.changed(session)
