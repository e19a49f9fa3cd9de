"""The rows of answers: read, forgotten, expired. What is an answer, and whose, is for `questions` to say."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import Meeting, Question, QuestionAnswer, RepeatEntry
from conference.rules.questions import Kept
from conference.sealing import seal, unseal
from conference.services import files
from conference.vocabulary import QuestionKind

_AT_ONCE = 500


def kept(session: Session, delegate_ids: Collection[int]) -> dict[int, dict[int, Kept]]:
    """What each of these delegates answered, by question."""
    ids = list(delegate_ids)
    found: dict[int, dict[int, Kept]] = {delegate_id: {} for delegate_id in ids}
    for start in range(0, len(ids), _AT_ONCE):
        some = QuestionAnswer.delegate_id.in_(ids[start : start + _AT_ONCE])
        for row in session.scalars(sa.select(QuestionAnswer).where(some)):
            found[row.delegate_id][row.question_id] = _read(row)
    return found


def kept_of_repeat(session: Session, repeat_id: int) -> dict[int, Kept]:
    """What was answered to a repeat entry, by question."""
    sealed = session.get_one(RepeatEntry, repeat_id).answers_sealed
    return {int(id_): value for id_, value in json.loads(unseal(sealed)).items()} if sealed else {}


def to_question(session: Session, question: Question) -> Iterator[Kept]:
    """All answers to one question, of repeat entries too."""
    for row in session.scalars(sa.select(QuestionAnswer).where(QuestionAnswer.question_id == question.id)):
        yield _read(row)
    sealed = sa.select(RepeatEntry.id).where(
        RepeatEntry.meeting_id == question.meeting_id, RepeatEntry.answers_sealed.is_not(None)
    )
    for repeat_id in session.scalars(sealed).all():
        held = kept_of_repeat(session, repeat_id)
        if question.id in held:
            yield held[question.id]


def forget_person(session: Session, delegate_id: int) -> None:
    """Delete what a delegate answered and handed in, and what was answered to entries that repeat their place."""
    session.execute(sa.delete(QuestionAnswer).where(QuestionAnswer.delegate_id == delegate_id))
    files.forget_person(session, delegate_id)
    for repeat in session.scalars(sa.select(RepeatEntry).where(RepeatEntry.delegate_id == delegate_id)):
        forget_repeat(session, repeat)


def forget_repeat(session: Session, repeat: RepeatEntry) -> None:
    """Delete what was answered to a repeat entry."""
    files.forget(session, file_ids(of_meeting(session, repeat.meeting_id), kept_of_repeat(session, repeat.id)))
    repeat.answers_sealed = None


def expire(session: Session, now: datetime) -> int:
    """Delete the answers that were to be kept for some days after the meeting, once these are over.

    Returns how many.
    """
    due = [
        question
        for question, ends_at in session.execute(
            sa.select(Question, Meeting.ends_at).join(Meeting).where(Question.kept_days.is_not(None))
        )
        if ends_at + timedelta(days=question.kept_days or 0) <= now
    ]
    count = 0
    by_meeting: dict[int, list[Question]] = defaultdict(list)
    for question in due:
        by_meeting[question.meeting_id].append(question)
        rows = session.scalars(sa.select(QuestionAnswer).where(QuestionAnswer.question_id == question.id)).all()
        if question.kind is QuestionKind.FILE:
            files.forget(session, [as_id(_read(row)) for row in rows])
        session.execute(sa.delete(QuestionAnswer).where(QuestionAnswer.question_id == question.id))
        count += len(rows)
    for meeting_id, questions in by_meeting.items():
        count += _expire_repeats(session, meeting_id, questions)
    return count


def as_id(value: Kept | None) -> int:
    """The id of the file that is an answer; 0 where there is none."""
    return value if isinstance(value, int) else 0


def file_ids(questions: Sequence[Question], held: Mapping[int, Kept]) -> set[int]:
    """The files among some answers."""
    return {as_id(held[q.id]) for q in questions if q.kind is QuestionKind.FILE and q.id in held}


def of_meeting(session: Session, meeting_id: int) -> Sequence[Question]:
    """All questions of a meeting that were ever asked, in their order."""
    return session.scalars(
        sa.select(Question).where(Question.meeting_id == meeting_id).order_by(Question.rank, Question.id)
    ).all()


def _expire_repeats(session: Session, meeting_id: int, questions: Sequence[Question]) -> int:
    count = 0
    over = {question.id for question in questions}
    found = sa.select(RepeatEntry).where(RepeatEntry.meeting_id == meeting_id, RepeatEntry.answers_sealed.is_not(None))
    for repeat in session.scalars(found):
        held = kept_of_repeat(session, repeat.id)
        files.forget(session, file_ids(questions, held))
        left = {str(id_): value for id_, value in held.items() if id_ not in over}
        count += len(held) - len(left)
        repeat.answers_sealed = seal(json.dumps(left)) if left else None
    return count


def _read(row: QuestionAnswer) -> Kept:
    value: Kept = json.loads(unseal(row.content_sealed))
    return value
