"""The forms of self check-in, and of the steward who nods."""

from __future__ import annotations

import unicodedata
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import ValidationError

from conference.forms.fields import Line, PersonName

TAIL = 4


class Digits(Line):
    """The last four digits of a phone; full-width ones are digits too."""

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = unicodedata.normalize("NFKC", self.data)


class NodForm(FlaskForm):
    name = PersonName(_l("姓名"))
    tail = Digits(_l("手机号最后四位"), limit=TAIL)

    def validate_tail(self, field: Any) -> None:  # WTForms' field
        if not (field.data.isascii() and field.data.isdigit() and len(field.data) == TAIL):
            raise ValidationError(_("请填报名手机号的最后四位数字"))
