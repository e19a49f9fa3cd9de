"""The forms of the waiting lines."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import ValidationError

from conference.forms.delegates import REASON_LIMIT
from conference.forms.fields import Line, WholeNumber
from conference.vocabulary import Fault
from conference.web.filters import words

LAST_PLACE = 1_000_000


class MoveForm(FlaskForm):
    place = WholeNumber(_l("移到第几位"), least=1, most=LAST_PLACE)
    reason = Line(_l("原因"), limit=REASON_LIMIT)

    def validate_place(self, field: WholeNumber) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(words(Fault.REQUIRED))


class GiveForm(FlaskForm):
    reason = Line(_l("原因"), limit=REASON_LIMIT)
