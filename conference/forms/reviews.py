"""The word on a flagged scan."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, ValidationError

from conference.forms.fields import Line
from conference.vocabulary import Fault, ReviewWord
from conference.web.filters import words


class ReviewForm(FlaskForm):
    """The word is the button that sends the form."""

    note = Line(_l("说明"), required=False)
    word = HiddenField()

    def validate_word(self, field: HiddenField) -> None:
        if field.data not in list(ReviewWord):
            raise ValidationError(words(Fault.UNKNOWN_CHOICE))
