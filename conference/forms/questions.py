"""The form of a question: what it asks for differs by its kind."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FieldList, Form, FormField, HiddenField, SelectMultipleField

from conference.forms.choices import Radio, Select, of
from conference.forms.fields import Line, WholeNumber
from conference.rules.question_drafts import (
    CHOOSING,
    FURTHEST,
    HINT_LIMIT,
    LONGEST_KEPT,
    MOST_CHOICES,
    READERS,
    Choice,
    Draft,
)
from conference.vocabulary import FileKind, QuestionKind, QuestionStage, Role
from conference.web.filters import words

MEGABYTE = 1024 * 1024
LARGEST_MB = 10
BLANK_ROWS = 3

_HANDED_IN = [one for one in FileKind if one is not FileKind.CAPTIONS]


class ChoiceForm(Form):
    """One choice; a row without a name is none."""

    value = HiddenField()
    zh = Line(_l("选项"), required=False)
    en = Line(_l("英文"), required=False)


class QuestionForm(FlaskForm):
    label = Line(_l("问题文字"))
    label_en = Line(_l("英文问题"), required=False)
    hint = Line(_l("提示"), limit=HINT_LIMIT, required=False)
    choices = FieldList(FormField(ChoiceForm), label=_l("选项"), max_entries=MOST_CHOICES + BLANK_ROWS)
    least = WholeNumber(_l("最小"), least=-FURTHEST, most=FURTHEST)
    most = WholeNumber(_l("最大"), least=-FURTHEST, most=FURTHEST)
    file_kinds = SelectMultipleField(_l("可以交的文件"), validate_choice=False)
    largest_bytes = WholeNumber(_l("单个文件上限"), least=1, most=LARGEST_MB, default=5)
    required = BooleanField(_l("必答"))
    stage = Radio(_l("什么时候问"), choices=of(QuestionStage), default=QuestionStage.AT_ONCE.value)
    shown_if = Select(_l("在什么情况下问"), choices=list, required=False)
    seen_by = SelectMultipleField(_l("谁能看到回答"), validate_choice=False)
    kept_days = WholeNumber(_l("会后保存"), most=LONGEST_KEPT)

    def begin(self, kind: QuestionKind, earlier: Sequence[Any]) -> None:
        """Say which kind of question it is, and which come before it (questions of the model)."""
        self.kind = kind
        self.file_kinds.choices = [(one.value, words(one)) for one in _HANDED_IN]
        self.seen_by.choices = [(role.value, words(role)) for role in READERS]
        self.shown_if.choices = [("", _("总是问")), *_conditions(earlier)]
        if kind in CHOOSING and not self.is_submitted():
            self.add_rows()

    def add_rows(self) -> None:
        """Some empty rows for further choices."""
        while len(self.choices.entries) < MOST_CHOICES and self._blank() < BLANK_ROWS:
            self.choices.append_entry({"value": "", "zh": "", "en": ""})

    def _blank(self) -> int:
        return sum(not row.form.zh.data for row in self.choices.entries)

    @property
    def wanted(self) -> Draft:
        condition, _, value = (self.shown_if.data or "").partition(":")
        rows = [entry.form for entry in self.choices.entries]
        return Draft(
            kind=self.kind,
            stage=QuestionStage(self.stage.data),
            label=self.label.data,
            label_en=self.label_en.data,
            hint=self.hint.data,
            required=bool(self.required.data),
            choices=tuple(Choice(row.value.data or "", row.zh.data, row.en.data) for row in rows if row.zh.data),
            least=self.least.data,
            most=self.most.data,
            shown_if_id=int(condition) if condition else None,
            shown_if_value=value or None,
            seen_by=tuple(role for role in Role if role.value in (self.seen_by.data or [])),
            kept_days=self.kept_days.data,
            file_kinds=tuple(one for one in _HANDED_IN if one.value in (self.file_kinds.data or [])),
            largest_bytes=self.largest_bytes.data * MEGABYTE if self.largest_bytes.data else None,
        )

    @staticmethod
    def shown(question: Any) -> dict[str, Any]:
        """What the form holds for a question of the model."""
        plain = ("label", "label_en", "hint", "least", "most", "required", "kept_days", "seen_by", "file_kinds")
        return {
            **{name: getattr(question, name) for name in plain},
            "choices": [dict(choice) for choice in question.choices],
            "stage": question.stage.value,
            "largest_bytes": (question.largest_bytes or 5 * MEGABYTE) // MEGABYTE,
            "shown_if": f"{question.shown_if_id}:{question.shown_if_value}" if question.shown_if_id else "",
        }


def _conditions(earlier: Sequence[Any]) -> list[tuple[str, str]]:
    return [
        (
            f"{question.id}:{choice['value']}",
            _("“%(question)s”选了“%(choice)s”", question=question.label, choice=choice["zh"]),
        )
        for question in earlier
        if question.kind in CHOOSING
        for choice in question.choices
    ]
