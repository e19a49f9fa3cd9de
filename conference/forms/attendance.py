"""The form of a correction in the attendance ledger."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, ValidationError

from conference.forms import choices
from conference.forms.fields import Line, WholeNumber
from conference.services.attendance_corrections import MOST
from conference.vocabulary import Fault
from conference.web.filters import words

REASON_LIMIT = 200


class CorrectionForm(FlaskForm):
    """`session` has the ledger's sessions as its choices, which the page sets."""

    seen = HiddenField()
    session = choices.Select(_l("场次"), choices=list)
    minutes = WholeNumber(_l("出席分钟数"), most=MOST)
    take_back = BooleanField(_l("撤销这一场的更正，按原来的记录算"))
    reason = Line(_l("原因"), limit=REASON_LIMIT)

    def validate_minutes(self, field: WholeNumber) -> None:
        if field.data is None and not self.take_back.data and not field.errors:
            raise ValidationError(words(Fault.REQUIRED))
