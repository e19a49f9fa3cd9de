"""The forms of a session's places: how many there are, and who is put on its line."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from conference.forms.fields import Line, WholeNumber
from conference.services.session_places import MOST


class CapacityForm(FlaskForm):
    capacity = WholeNumber(_l("名额"), least=1, most=MOST)


class PersonForm(FlaskForm):
    number = Line(_l("编号"))
