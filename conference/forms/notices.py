"""The forms with which organisers write notices, and change the words of messages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, ValidationError

from conference.forms.fields import Line, Lines
from conference.rules import placeholders

BODY_LIMIT = 2_000


class Known:
    """Validator: names the placeholders that there are not."""

    def __call__(self, form: Any, field: Field) -> None:  # WTForms' own signature
        known: Sequence[str] = getattr(form, "known", placeholders.OPEN)
        if found := placeholders.unknown(field.data or "", known):
            raise ValidationError(_("没有这样的占位符：%(found)s", found="、".join(found[:5])))


class NoticeForm(FlaskForm):
    subject = Line(_l("标题"), validators=[Known()])
    body = Lines(_l("正文"), limit=BODY_LIMIT, required=True, validators=[Known()])
    subject_en = Line(_l("英文标题"), required=False, validators=[Known()])
    body_en = Lines(_l("英文正文"), limit=BODY_LIMIT, validators=[Known()])

    @property
    def wanted(self) -> dict[str, str]:
        """As the service names it."""
        return {name: getattr(self, name).data for name in ("subject", "body", "subject_en", "body_en")}


class TemplateForm(FlaskForm):
    """The words of one kind of message in one language; `known` are the placeholders of that kind."""

    known: Sequence[str] = placeholders.OPEN
    subject = Line(_l("标题"), validators=[Known()])
    body = Lines(_l("正文"), limit=BODY_LIMIT, required=True, validators=[Known()])


class SendForm(FlaskForm):
    seen = HiddenField()
