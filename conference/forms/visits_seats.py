"""The forms of seats on the visits at the desk."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField

from conference.forms import choices
from conference.forms.fields import Line
from conference.vocabulary import SeatRule

NUMBERS_LIMIT = 2000


class NumberForm(FlaskForm):
    number = Line(_l("编号"))


class SwapForm(FlaskForm):
    first = Line(_l("一位的编号"))
    second = Line(_l("另一位的编号"))


class AssignForm(FlaskForm):
    """`seen` is the proposal that was looked at; `needing` numbers of people, apart by whatever is no digit."""

    rule = choices.Radio(_l("怎么分"), choices=choices.of(SeatRule), default=SeatRule.UNITS.value)
    needing = Line(_l("只坐无障碍车的人"), limit=NUMBERS_LIMIT, required=False)
    tell = BooleanField(_l("通知分到座位的人"))
    seen = HiddenField()
