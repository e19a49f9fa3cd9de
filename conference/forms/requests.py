"""The form of an organiser's answer to requests for a change."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm

from conference.forms.fields import Lines
from conference.services.change_requests import REASON_LIMIT


class AnswerForm(FlaskForm):
    note = Lines(_l("答复"), limit=REASON_LIMIT)
