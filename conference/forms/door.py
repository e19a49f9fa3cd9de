"""Forms of the door: where one stands, what was scanned."""

from __future__ import annotations

import secrets
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField, ValidationError
from wtforms.validators import InputRequired, Length

from conference.rules.text import fault_in
from conference.vocabulary import Direction
from conference.web.filters import words

GATE_LIMIT = 40
CODE_LIMIT = 2_048
NONCE_LIMIT = 64
LARGEST_ID = 2**63 - 1


class PostForm(FlaskForm):
    """The gate by its name; the checkpoint is the button that sends the form."""

    gate = StringField(lazy_gettext("您在哪个门"), validators=[InputRequired(lazy_gettext("请填写，例如：东门"))])
    checkpoint_id = HiddenField(lazy_gettext("签到点"))

    def validate_gate(self, field: Any) -> None:  # WTForms' field
        fault = fault_in(field.data, limit=GATE_LIMIT)
        if fault is not None:
            raise ValidationError(words(fault))

    def validate_checkpoint_id(self, field: Any) -> None:  # WTForms' field
        text = field.data or ""
        if not (text.isascii() and text.isdigit() and len(text) < 20 and int(text) <= LARGEST_ID):
            raise ValidationError(_("请选择签到点"))


class ScanForm(FlaskForm):
    """A code as it was typed, pasted or found. The nonce comes with the page, so that sending twice counts once."""

    code = StringField(
        lazy_gettext("参会码"),
        validators=[
            InputRequired(lazy_gettext("请输入参会码")),
            Length(max=CODE_LIMIT, message=lazy_gettext("太长了")),
        ],
    )
    direction = RadioField(lazy_gettext("方向"), choices=[], validators=[], default=Direction.IN.value)
    nonce = HiddenField(validators=[Length(max=NONCE_LIMIT)])

    def __init__(self, *positional: Any, **named: Any) -> None:  # FlaskForm's
        super().__init__(*positional, **named)
        self.direction.choices = [(member.value, words(member)) for member in Direction]

    @staticmethod
    def fresh_nonce() -> str:
        return secrets.token_urlsafe(12)
