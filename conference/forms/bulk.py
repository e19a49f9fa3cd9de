"""The forms of deeds for many people, and of filters that are kept."""

from __future__ import annotations

import secrets

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, ValidationError

from conference.forms import choices
from conference.forms.delegates import REASON_LIMIT
from conference.forms.fields import Line
from conference.rules.text import NAME_LIMIT
from conference.vocabulary import BulkAct, Category, Fault
from conference.web.filters import words

NONCE_LIMIT = 64


class BulkForm(FlaskForm):
    """`seen` stands for the people that were shown, `nonce` for this very form."""

    reason = Line(_l("原因"), limit=REASON_LIMIT, required=False)
    category = choices.Select(_l("改成"), choices=choices.of(Category), required=False, default=Category.DELEGATE.value)
    nonce = HiddenField(default=lambda: secrets.token_hex(16))
    seen = HiddenField()

    def validate_nonce(self, field: HiddenField) -> None:
        text = field.data or ""
        if not text or len(text) > NONCE_LIMIT or not text.isascii() or not text.isalnum():
            raise ValidationError(words(Fault.NOT_A_KEY))

    def facts(self, act: BulkAct) -> dict[str, str]:
        """What the act needs, as the service names it."""
        if act in {BulkAct.DECLINE, BulkAct.CANCEL}:
            return {"reason": self.reason.data or ""}
        return {"category": self.category.data} if act is BulkAct.CATEGORY else {}


class FilterForm(FlaskForm):
    name = Line(_l("名称"), limit=NAME_LIMIT)
    query = HiddenField()
