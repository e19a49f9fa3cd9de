"""The one form of a walk-in: name, unit, phone, mode."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, ValidationError

from conference.forms import choices
from conference.forms.fields import Line, PersonName, fresh_nonce
from conference.forms.registration import PhoneLine
from conference.rules import contact
from conference.services.walk_ins import Said
from conference.vocabulary import Fault, Mode
from conference.web.filters import words
from conference.web.language import language

NONCE_LIMIT = 64


class WalkInForm(FlaskForm):
    """`unit` is what was typed, `unit_id` what was taken from the suggestions. The last three are said by the buttons
    that a refusal offers.
    """

    name = PersonName(_l("姓名"))
    unit = Line(_l("单位"))
    unit_id = HiddenField()
    province = choices.Select(_l("省份"), choices=choices.provinces, required=False)
    phone = PhoneLine(_l("手机号"), limit=40)
    mode = choices.Radio(_l("参会方式"), choices=choices.of(Mode), default=Mode.IN_PERSON.value)
    agreed = BooleanField(_l("已当面告知，本人同意"))
    nonce = fresh_nonce()
    same_person = HiddenField()
    beyond = HiddenField()
    wait = HiddenField()

    def validate_phone(self, field: Line) -> None:
        if field.data and contact.phone(field.data) is None:
            raise ValidationError(words(Fault.NOT_A_PHONE))

    def validate_agreed(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError(words(Fault.NOT_AGREED))

    def said(self, checkpoint_id: int) -> Said:
        text = self.unit_id.data or ""
        chosen = int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
        nonce = self.nonce.data or ""
        if not (0 < len(nonce) <= NONCE_LIMIT and nonce.isascii() and nonce.isalnum()):
            nonce = WalkInForm.nonce.kwargs["default"]()
        return Said(
            nonce=nonce,
            checkpoint_id=checkpoint_id,
            name=self.name.data or "",
            phone=self.phone.data or "",
            mode=Mode(self.mode.data),
            unit_id=chosen,
            unit=self.unit.data or "",
            province=self.province.data or "",
            same_person=bool(self.same_person.data),
            beyond=bool(self.beyond.data),
            wait=bool(self.wait.data),
            language=language(),
        )
