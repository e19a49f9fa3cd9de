"""The form of a delay."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, ValidationError

from conference.forms import choices
from conference.forms.fields import Line, WholeNumber
from conference.services.stage import EARLIEST, LATEST
from conference.vocabulary import Fault
from conference.web.filters import words


class DelayForm(FlaskForm):
    """`seen` says which delays held when the page was made."""

    session_id = choices.Select(_l("从哪一项起"), choices=list)
    minutes = WholeNumber(_l("推迟多少"), least=EARLIEST, most=LATEST)
    reason = Line(_l("原因"), limit=100, required=False)
    seen = HiddenField()

    def validate_minutes(self, field: WholeNumber) -> None:
        if field.data is None:
            raise ValidationError(words(Fault.REQUIRED))
        if field.data == 0:
            raise ValidationError(words(Fault.OUT_OF_RANGE))

    def offer(self, sessions: Iterable[tuple[int, str]]) -> None:
        """The sessions that a delay can be told of."""
        self.session_id.choices = [(str(id_), name) for id_, name in sessions]
