"""The form of an answer to a question (提问)."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField

from conference.forms.fields import Lines
from conference.rules.hall_questions import ANSWER_LIMIT


class AnswerForm(FlaskForm):
    answer = Lines(_l("回答"), limit=ANSWER_LIMIT)
    seen = HiddenField()  # the stamp of what was looked at
