"""The forms with which an organiser enters, changes, declines and erases people."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, ValidationError

from conference.forms import choices
from conference.forms.fields import Line, PersonName, fresh_nonce
from conference.rules import contact
from conference.vocabulary import Category, Fault, Mode
from conference.web.filters import words

SEAT_LIMIT = 40
REASON_LIMIT = 200


class DelegateForm(FlaskForm):
    """One person. `unit` is what was typed, `unit_id` what was chosen from the suggestions."""

    name = PersonName(_l("姓名"))
    unit = Line(_l("单位"))
    unit_id = HiddenField()
    position = Line(_l("职务"), required=False)
    category = choices.Select(_l("身份"), choices=choices.of(Category), default=Category.DELEGATE.value)
    mode = choices.Radio(_l("参会方式"), choices=choices.of(Mode), default=Mode.IN_PERSON.value)
    seat = Line(_l("座位"), limit=SEAT_LIMIT, required=False)
    phone = Line(_l("手机号"), limit=40, required=False)
    email = Line(_l("邮箱"), required=False)
    nonce = fresh_nonce()
    late = BooleanField(_l("不在报名时间内也录入"))

    def validate_phone(self, field: Line) -> None:
        if field.data and contact.phone(field.data) is None:
            raise ValidationError(words(Fault.NOT_A_PHONE))
        if not field.data and not self.email.data:
            raise ValidationError(words(Fault.CONTACT_NEEDED))

    def validate_email(self, field: Line) -> None:
        if field.data and contact.email(field.data) is None:
            raise ValidationError(words(Fault.NOT_AN_EMAIL))

    @property
    def chosen_unit(self) -> int | None:
        """The id taken from the suggestions; None where the text alone says which."""
        text = str(self.unit_id.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None

    @property
    def wanted(self) -> dict[str, Any]:
        """As the services name it, but the unit and the seat."""
        return {
            "name": self.name.data,
            "position": self.position.data,
            "category": Category(self.category.data),
            "mode": Mode(self.mode.data),
            "phone": self.phone.value_or_none,
            "email": self.email.value_or_none,
        }


class DelegateEditForm(DelegateForm):
    """One who is there already; `opened` is what the form was opened with."""

    opened = HiddenField()


class ReasonForm(FlaskForm):
    reason = Line(_l("原因"), limit=REASON_LIMIT, required=False)


class EraseForm(FlaskForm):
    number = Line(_l("请输入编号，以示确认"), limit=8)
