"""Making a meeting's own questions: added, changed, moved, taken away. One organiser at a time in a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Meeting, Question
from conference.rules import question_drafts as rules
from conference.rules.question_drafts import CHOOSING, Draft
from conference.services import activity, answers
from conference.services.delegates import Doing
from conference.services.places import refuse
from conference.vocabulary import Fault, Malformed, Missing, QuestionKind


def add(meeting_id: int, draft: Draft, doing: Doing) -> Question:
    """A new question at the end. Raises Malformed, and Refused (too_many_questions)."""
    with db.transaction() as session:
        there = _held(session, meeting_id)
        refuse(rules.refusal_to_add(len(there)))
        _check(draft, there)
        question = Question(
            meeting_id=meeting_id,
            rank=max((question.rank for question in there), default=0) + 1,
            kind=draft.kind,
            created_at=doing.now,
        )
        _write(question, draft)
        session.add(question)
        session.flush()
        _record(session, doing, "question.added", question, {}, facts(question))
        return question


def edit(meeting_id: int, question_id: int, draft: Draft, doing: Doing) -> Question:
    """Ask it otherwise; its kind stays what it is. A choice that somebody took, or that another question depends on,
    may be reworded and not removed. Raises Malformed, Refused (question_order) and Missing.
    """
    with db.transaction() as session:
        there = _held(session, meeting_id)
        question = _of(there, question_id)
        if draft.kind is not question.kind:
            raise Malformed({"kind": Fault.NOT_TO_BE_CHANGED_HERE})
        _check(draft, there[: there.index(question)])
        if question.kind in CHOOSING:
            left = {choice.value for choice in draft.choices}
            gone = {choice["value"] for choice in question.choices} - left
            if gone & (rules.values_needed(question.id, there) | _chosen(session, question)):
                raise Malformed({"choices": Fault.CHOSEN_ALREADY})
        before = facts(question)
        _write(question, draft)
        refuse(rules.refusal_to_order(there))
        session.flush()
        _record(session, doing, "question.edited", question, before, facts(question))
        return question


def move(meeting_id: int, question_id: int, places: int, doing: Doing) -> Question:
    """So many places down (up, where negative), as far as there is room. Raises Refused (question_order), Missing."""
    with db.transaction() as session:
        there = _held(session, meeting_id)
        question = _of(there, question_id)
        here = there.index(question)
        wanted = [other for other in there if other is not question]
        wanted.insert(max(0, min(len(wanted), here + places)), question)
        refuse(rules.refusal_to_order(wanted))
        for rank, other in enumerate(wanted, 1):
            other.rank = rank
        session.flush()
        if wanted != list(there):
            place = {"label": question.label, "rank": wanted.index(question) + 1}
            _record(session, doing, "question.moved", question, {"rank": here + 1}, place)
        return question


def take_away(meeting_id: int, question_id: int, doing: Doing) -> None:
    """It is asked no more; with answers it stays for who may read them, without it is deleted.

    Raises Refused (question_needed) and Missing.
    """
    with db.transaction() as session:
        there = _held(session, meeting_id)
        question = _of(there, question_id)
        refuse(rules.refusal_to_retire(question.id, there))
        said = {"label": question.label}
        if _has_answers(session, question):
            question.retired_at = doing.now
            _record(session, doing, "question.retired", question, said, {})
        else:
            _let_go(session, question)
            session.delete(question)
            _record(session, doing, "question.deleted", question, said, {})


def one(meeting_id: int, question_id: int) -> Question:
    """A question that is asked now. Raises Missing."""
    found = db.session().get(Question, question_id)
    if found is None or found.meeting_id != meeting_id or found.retired_at is not None:
        raise Missing
    return found


def facts(question: Question) -> dict[str, Any]:
    """What the activity record compares before and after."""
    return {
        "label": question.label,
        "label_en": question.label_en,
        "hint": question.hint,
        "question_kind": question.kind,
        "stage": question.stage,
        "required": question.required,
        "choices": [choice["zh"] for choice in question.choices],
        "condition": question.shown_if_id is not None,
        "seen_by": list(question.seen_by),
        "kept_days": question.kept_days,
    }


def _held(session: Session, meeting_id: int) -> Sequence[Question]:
    """The questions that are asked now, in their order; who makes questions of this meeting next waits."""
    session.scalars(db.lock(sa.select(Meeting).where(Meeting.id == meeting_id))).one()
    return session.scalars(
        sa.select(Question)
        .where(Question.meeting_id == meeting_id, Question.retired_at.is_(None))
        .order_by(Question.rank, Question.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _of(there: Sequence[Question], question_id: int) -> Question:
    for question in there:
        if question.id == question_id:
            return question
    raise Missing


def _check(draft: Draft, earlier: Sequence[Question]) -> None:
    if faults := rules.faults_in(draft, earlier):
        raise Malformed(faults)


def _write(question: Question, draft: Draft) -> None:
    """What does not belong to the kind is not kept."""
    question.stage, question.required = draft.stage, draft.required
    question.label, question.label_en, question.hint = draft.label, draft.label_en, draft.hint
    known = [choice["value"] for choice in question.choices or []]
    question.choices = rules.numbered(draft.choices, taken=known) if draft.kind in CHOOSING else []
    numeric, handed = draft.kind is QuestionKind.NUMBER, draft.kind is QuestionKind.FILE
    question.least, question.most = (draft.least, draft.most) if numeric else (None, None)
    question.file_kinds = [kind.value for kind in draft.file_kinds] if handed else []
    question.largest_bytes = draft.largest_bytes if handed else None
    question.shown_if_id, question.shown_if_value = draft.shown_if_id, draft.shown_if_value
    question.seen_by, question.kept_days = [role.value for role in draft.seen_by], draft.kept_days


def _has_answers(session: Session, question: Question) -> bool:
    return next(answers.to_question(session, question), None) is not None


def _chosen(session: Session, question: Question) -> set[str]:
    """The choices that somebody took."""
    found: set[str] = set()
    for value in answers.to_question(session, question):
        found.update(value if isinstance(value, list) else [str(value)])
    return found


def _let_go(session: Session, question: Question) -> None:
    """A retired question may still point to this one; it is asked no more, so its condition says nothing."""
    session.execute(
        sa.update(Question).where(Question.shown_if_id == question.id).values(shown_if_id=None, shown_if_value=None)
    )


def _record(
    session: Session, doing: Doing, verb: str, question: Question, before: dict[str, Any], after: dict[str, Any]
) -> None:
    activity.record(
        session,
        doing.actor,
        verb,
        "question",
        question.id,
        meeting_id=question.meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )
