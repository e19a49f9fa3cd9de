"""Answers to a meeting's own questions (自设问题): kept, shown to who may see them, deleted when their time is up.

How the questions themselves are made stands in `question_making`. A verb that keeps answers says who is asked at what
stage; whatever is sent for other questions is not looked at.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import clock, db
from conference.models import Delegate, Meeting, Question, QuestionAnswer, RepeatEntry
from conference.rules import questions as rules
from conference.rules.questions import Handed, Kept, Raw
from conference.sealing import seal
from conference.services import activity, answers, files
from conference.services.activity import Actor
from conference.services.files import Named, Upload
from conference.vocabulary import Malformed, Missing, QuestionKind, QuestionStage, Role

ALL_SEEING = (Role.ADMINISTRATOR, Role.ORGANISER)
expire, forget_person = answers.expire, answers.forget_person
Sent = Mapping[int, Sequence[str] | Upload | None]  # by question: a form's texts, a file, None to take a file away


@dataclass(frozen=True)
class Asked:
    """A question as a form shows it: `texts` are what stands in its fields, `file` what was handed in."""

    question: Question
    texts: list[str]
    file: Named | None

    @property
    def answered(self) -> bool:
        """Whether there is nothing left to say; what another answer makes a question need not be one."""
        return bool(self.texts) or self.file is not None or self.question.shown_if_id is not None


@dataclass(frozen=True)
class Answer:
    """An answer for people to read: `texts` are names of choices, a number, a text, or nothing where it is `moment`
    or `file`.
    """

    question: Question
    texts: list[str]
    moment: datetime | None
    file: Named | None


def field_of(question_id: int) -> str:
    """What the field of a question is called in forms and in `Malformed`."""
    return f"q{question_id}"


def of_meeting(meeting_id: int, *stages: QuestionStage) -> Sequence[Question]:
    """The questions that are asked now, in their order; of some stages, or all."""
    query = sa.select(Question).where(Question.meeting_id == meeting_id, Question.retired_at.is_(None))
    if stages:
        query = query.where(Question.stage.in_(stages))
    return db.session().scalars(query.order_by(Question.rank, Question.id)).all()


def unanswered(meeting_id: int, *stages: QuestionStage) -> list[Asked]:
    """The questions as somebody finds them who has not answered yet."""
    return [Asked(question, [], None) for question in of_meeting(meeting_id, *stages)]


def answered(meeting: Meeting, *, delegate_id: int, repeat_id: int | None = None) -> list[Asked]:
    """All questions with what a place, or a repeat entry, answered so far."""
    kept = (
        answers.kept_of_repeat(db.session(), repeat_id)
        if repeat_id
        else answers.kept(db.session(), [delegate_id])[delegate_id]
    )
    questions = of_meeting(meeting.id)
    named = files.named(answers.file_ids(questions, kept))
    return [
        Asked(
            question,
            rules.typed(question, kept[question.id], timezone=meeting.timezone) if question.id in kept else [],
            named.get(answers.as_id(kept.get(question.id))) if question.kind is QuestionKind.FILE else None,
        )
        for question in questions
    ]


def keep_answers(session: Session, delegate: Delegate, sent: Sent, *, by: Actor, now: datetime) -> None:
    """Put what was sent over what is kept; what was not sent stays, what is no longer asked is deleted.

    Inside the transaction of the deed. Raises Malformed with the fields of the questions.
    """
    session.flush()
    session.scalars(db.lock(sa.select(Delegate).where(Delegate.id == delegate.id))).one()
    before = answers.kept(session, [delegate.id])[delegate.id]
    after = _merged(session, delegate.meeting_id, sent, before, delegate_id=delegate.id, now=now)
    for question_id in before.keys() | after.keys():
        if before.get(question_id) == after.get(question_id):
            continue
        key = {"delegate_id": delegate.id, "question_id": question_id}
        if question_id not in after:
            session.execute(sa.delete(QuestionAnswer).filter_by(**key))
            continue
        row = session.get(QuestionAnswer, (delegate.id, question_id)) or QuestionAnswer(**key)
        row.content_sealed, row.answered_at = seal(json.dumps(after[question_id])), now
        session.add(row)
    if after != before:
        activity.record(
            session,
            by,
            "delegate.answered",
            "delegate",
            delegate.id,
            meeting_id=delegate.meeting_id,
            now=now,
            after={"answers": len(after)},
        )
    session.flush()


def keep_for_repeat(session: Session, repeat: RepeatEntry, sent: Sent, *, now: datetime) -> None:
    """The same for a repeat entry, whose answers lie with it, so that its page goes on as a fresh one's does."""
    before = answers.kept_of_repeat(session, repeat.id)
    after = _merged(session, repeat.meeting_id, sent, before, delegate_id=None, now=now)
    repeat.answers_sealed = seal(json.dumps({str(id_): value for id_, value in after.items()})) if after else None
    session.flush()


def answers_of(delegate: Delegate, roles: Collection[Role]) -> list[Answer]:
    """What a delegate answered and holders of `roles` may see, retired questions too, in the order of the questions."""
    kept = answers.kept(db.session(), [delegate.id])[delegate.id]
    seen = [q for q in answers.of_meeting(db.session(), delegate.meeting_id) if q.id in kept and may_see(q, roles)]
    named = files.named(answers.file_ids(seen, kept))
    return [_answer(question, kept[question.id], named) for question in seen]


def columns(meeting_id: int, roles: Collection[Role]) -> list[Question]:
    """The questions whose answers holders of `roles` may see, a column each; retired ones that have answers too."""
    has_answers = set(
        db.session().scalars(sa.select(QuestionAnswer.question_id).join(Question).filter_by(meeting_id=meeting_id))
    )
    return [
        q
        for q in answers.of_meeting(db.session(), meeting_id)
        if may_see(q, roles) and (q.retired_at is None or q.id in has_answers)
    ]


def values(
    meeting: Meeting, delegate_ids: Collection[int], asked: Sequence[Question], *, language: str
) -> dict[int, dict[int, str | int | float]]:
    """By delegate and question, as a worksheet shows it: numbers as numbers, times on the meeting's wall clock, the
    names of choices and files. `asked` are `columns`, so that nothing is taken out that its reader may not see.
    """
    kept = answers.kept(db.session(), delegate_ids)
    named = files.named(id_ for held in kept.values() for id_ in answers.file_ids(asked, held))
    return {
        delegate_id: {
            q.id: _plain(_answer(q, held[q.id], named, language=language), held[q.id], meeting)
            for q in asked
            if q.id in held
        }
        for delegate_id, held in kept.items()
    }


def may_see(question: Question, roles: Collection[Role]) -> bool:
    """Organisers always; others where the question says so."""
    return any(role in ALL_SEEING or role.value in question.seen_by for role in roles)


def file_of(delegate: Delegate, question_id: int, roles: Collection[Role]) -> files.Opened:
    """A file that a delegate handed in. Raises Missing where there is none that holders of `roles` may see."""
    found = next((a.file for a in answers_of(delegate, roles) if a.question.id == question_id and a.file), None)
    if found is None:
        raise Missing
    return files.read(found.id)


def own_file(meeting: Meeting, question_id: int, *, delegate_id: int, repeat_id: int | None) -> files.Opened:
    """A file that the holder of a link handed in themselves. Raises Missing."""
    asked = answered(meeting, delegate_id=delegate_id, repeat_id=repeat_id)
    found = next((one.file for one in asked if one.question.id == question_id and one.file), None)
    if found is None:
        raise Missing
    return files.read(found.id)


def _merged(
    session: Session, meeting_id: int, sent: Sent, before: dict[int, Kept], *, delegate_id: int | None, now: datetime
) -> dict[int, Kept]:
    """What is kept from now on: files are sealed, those that nothing refers to any more are deleted."""
    meeting = session.get_one(Meeting, meeting_id)
    # Held against being deleted while somebody answers; who answers does not wait for who else does.
    live = sa.select(Question).where(Question.meeting_id == meeting_id, Question.retired_at.is_(None))
    questions = session.scalars(
        live.order_by(Question.rank, Question.id)
        .with_for_update(read=True, key_share=True)
        .execution_options(populate_existing=True)
    ).all()
    raw: dict[int, Raw] = {id_: one.handed if isinstance(one, Upload) else one for id_, one in sent.items()}
    merged = rules.merge(questions, raw, before, timezone=meeting.timezone)
    if merged.faults:
        raise Malformed({field_of(id_): fault for id_, fault in merged.faults.items()})
    after = {id_: value for id_, value in before.items() if id_ not in {question.id for question in questions}}
    for question_id, value in merged.values.items():
        if isinstance(value, Handed):
            upload = sent[question_id]
            assert isinstance(upload, Upload)  # noqa: S101  # what was handed in above
            file = files.keep(session, meeting_id=meeting_id, delegate_id=delegate_id, upload=upload, now=now)
            after[question_id] = file.id
        else:
            after[question_id] = value
    files.forget(session, answers.file_ids(questions, before) - answers.file_ids(questions, after))
    return after


def _answer(question: Question, value: Kept, named: Mapping[int, Named], *, language: str = "zh") -> Answer:
    if question.kind is QuestionKind.FILE:
        return Answer(question, [], None, named.get(answers.as_id(value)))
    if question.kind is QuestionKind.DATE_TIME:
        return Answer(question, [], rules.moment(value), None)
    if question.choices:
        return Answer(question, rules.labels(question, value, language=language), None, None)
    return Answer(question, rules.typed(question, value, timezone="UTC"), None, None)


def _plain(answer: Answer, value: Kept, meeting: Meeting) -> str | int | float:
    if answer.moment is not None:
        return f"{clock.local(answer.moment, meeting.timezone):%Y-%m-%d %H:%M}"
    if answer.file is not None:
        return answer.file.name
    return value if isinstance(value, int | float) else "；".join(answer.texts)
