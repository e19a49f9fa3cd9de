"""The fields of a meeting's own questions, put under any form; what is an answer, the rule says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, RadioField, SelectMultipleField, StringField, TextAreaField
from wtforms.widgets import DateTimeLocalInput

from conference.rules.questions import LONG_LIMIT, labels
from conference.rules.text import SHORT_LIMIT
from conference.services import files, questions
from conference.services.files import Named
from conference.services.questions import Asked, Sent
from conference.vocabulary import FileKind, QuestionKind
from conference.web.filters import words
from conference.web.language import language

F = TypeVar("F", bound=FlaskForm)
_AWAY = "_away"


class TimeAnswer(StringField):
    """A time on the meeting's wall clock, kept as typed."""

    widget = DateTimeLocalInput()


def under(base: type[F], asked: Sequence[Asked]) -> type[F]:
    """`base` with a field for each question, and a box to take a file away."""
    more: dict[str, Any] = {"asked": asked, "sent": property(_sent), "rows": property(rows)}
    for one in asked:
        name = questions.field_of(one.question.id)
        more[name] = _field(one)
        if one.file is not None:
            more[name + _AWAY] = BooleanField(_("删除已交的文件"))
    return type(base.__name__, (base,), more)


class AnswersForm(FlaskForm):
    """Nothing but questions."""

    asked: Sequence[Asked]
    sent: Sent


def shown(asked: Sequence[Asked]) -> dict[str, Any]:
    """What the fields hold before anything is typed."""
    held: dict[str, Any] = {}
    for one in asked:
        several = one.question.kind is QuestionKind.SEVERAL_OF
        held[questions.field_of(one.question.id)] = one.texts if several else "".join(one.texts)
    return held


@dataclass(frozen=True)
class Row:
    """A question on a page: its field, the field and value that it depends on and how these are called, its file."""

    name: str
    question_id: int
    kind: QuestionKind
    required: bool
    depends_on: str
    value: str
    depends_on_label: str
    value_label: str
    file: Named | None


def rows(form: Any) -> list[Row]:  # a form made by `under`
    """The questions of a form as a page shows them."""
    by_id = {one.question.id: one for one in form.asked}
    found = []
    for one in form.asked:
        question = one.question
        condition = by_id.get(question.shown_if_id)
        found.append(
            Row(
                name=questions.field_of(question.id),
                question_id=question.id,
                kind=question.kind,
                required=question.required,
                depends_on=questions.field_of(condition.question.id) if condition else "",
                value=question.shown_if_value or "",
                depends_on_label=label(condition) if condition else "",
                value_label="".join(labels(condition.question, question.shown_if_value or "", language=language()))
                if condition
                else "",
                file=one.file,
            )
        )
    return found


def label(one: Asked) -> str:
    """What the question is called in the reader's language."""
    return (one.question.label_en if language() == "en" else "") or one.question.label


def _hint(question: Any) -> str:  # a question of the model
    """What its builder says to it, and what it takes."""
    said = [question.hint]
    least, most = question.least, question.most
    if least is not None and most is not None:
        said.append(_("%(least)s 到 %(most)s。", least=least, most=most))
    elif least is not None:
        said.append(_("不小于 %(n)s。", n=least))
    elif most is not None:
        said.append(_("不大于 %(n)s。", n=most))
    if question.kind is QuestionKind.FILE:
        kinds = ("、" if language() == "zh" else ", ").join(words(FileKind(kind)) for kind in question.file_kinds)
        said.append(_("%(kinds)s，不超过 %(n)s MB。", kinds=kinds, n=(question.largest_bytes or 0) // 1024**2))
    return " ".join(text for text in said if text)


class _Marked:
    """Validator that marks a field as one to be filled in; whether it must be, the rule knows."""

    field_flags: ClassVar = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:  # WTForms' own signature
        pass


def _field(one: Asked) -> Any:  # WTForms makes fields later, from what these calls give
    question = one.question
    marked = [_Marked()] if question.required and one.file is None else []
    said: dict[str, Any] = {"description": _hint(question), "validators": marked}
    match question.kind:
        case QuestionKind.LONG_TEXT:
            return TextAreaField(label(one), render_kw={"maxlength": LONG_LIMIT, "rows": 4}, **said)
        case QuestionKind.NUMBER:
            drawn = {"inputmode": "decimal", "maxlength": 40, "autocomplete": "off"}
            return StringField(label(one), render_kw=drawn, **said)
        case QuestionKind.ONE_OF:
            none = [] if question.required else [("", _("不填"))]
            return RadioField(label(one), choices=lambda: [*_choices(one), *none], validate_choice=False, **said)
        case QuestionKind.SEVERAL_OF:
            return SelectMultipleField(label(one), choices=lambda: _choices(one), validate_choice=False, **said)
        case QuestionKind.DATE_TIME:
            return TimeAnswer(label(one), **said)
        case QuestionKind.FILE:
            drawn = {"accept": ",".join(files.suffixes(question.file_kinds))}
            return FileField(label(one), render_kw=drawn, **said)
        case _:
            return StringField(label(one), render_kw={"maxlength": SHORT_LIMIT}, **said)


def _choices(one: Asked) -> list[tuple[str, str]]:
    return [
        (choice["value"], labels(one.question, choice["value"], language=language())[0])
        for choice in one.question.choices
    ]


def _sent(form: Any) -> Sent:  # a form made by `under`
    """What came, by question: the texts of its field, a file, or the wish to take the kept one away."""
    sent: dict[int, Any] = {}
    for one in form.asked:
        name = questions.field_of(one.question.id)
        if one.question.kind is not QuestionKind.FILE:
            sent[one.question.id] = [str(text) for text in form[name].raw_data or []]
            continue
        handed = form[name].data
        if handed:
            sent[one.question.id] = files.look(handed.filename or "", handed.read())
        else:
            away = name + _AWAY in form and form[name + _AWAY].data
            sent[one.question.id] = None if away else []
    return sent
