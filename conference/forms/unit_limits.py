"""The form that sets limits for many units."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField

from conference.forms.fields import WholeNumber
from conference.forms.units import MOST_DELEGATES
from conference.services.unit_limits import LIMITS


class LimitsForm(FlaskForm):
    """A limit is set where its box is ticked; ticked and empty is no limit."""

    change_delegate_limit = BooleanField(_l("改名额上限"))
    delegate_limit = WholeNumber(_l("名额上限"), most=MOST_DELEGATES)
    change_in_person_limit = BooleanField(_l("改现场名额上限"))
    in_person_limit = WholeNumber(_l("现场名额上限"), most=MOST_DELEGATES)
    change_online_limit = BooleanField(_l("改线上名额上限"))
    online_limit = WholeNumber(_l("线上名额上限"), most=MOST_DELEGATES)
    seen = HiddenField()

    @property
    def wanted(self) -> dict[str, int | None]:
        return {name: self[name].data for name in LIMITS if self[f"change_{name}"].data}
