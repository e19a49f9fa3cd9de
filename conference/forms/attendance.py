"""The form of a correction in the attendance ledger."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, ValidationError

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
    reason = Line(_l("原因"), limit=REASON_LIMIT)

    def validate_minutes(self, field: WholeNumber) -> None:
        if field.data is None and not field.errors:
            raise ValidationError(words(Fault.REQUIRED))
