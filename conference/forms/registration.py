"""The forms in which people enter themselves, and mend what is said of them."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, EmailField, HiddenField, TelField
from wtforms.validators import ValidationError

from conference.forms import choices
from conference.forms.fields import Line, PersonName, fresh_nonce
from conference.services.own_registration import Person, UnitSaid
from conference.vocabulary import Mode, Refusal
from conference.web.filters import words
from conference.web.language import language

CONTACT_LIMIT = 200
NOT_LISTED = "none"


class PhoneLine(TelField, Line):
    """A phone number as typed."""


class EmailLine(EmailField, Line):
    """An e-mail address as typed."""


class _Unit(FlaskForm):
    province = choices.Select(_l("省份"), choices=choices.provinces, required=False)
    unit = Line(_l("单位名称"), required=False)
    unit_id = HiddenField()
    picked = HiddenField()
    unlisted = BooleanField(_l("我的单位不在名单上，用上面填写的名称和省份报名"))

    @property
    def said(self) -> UnitSaid:
        """A unit taken from the list that the server wrote counts before what the script chose."""
        picked = self.picked.data or self.unit_id.data or ""
        unlisted = bool(self.unlisted.data) or picked == NOT_LISTED
        return UnitSaid(picked, self.unit.data, self.province.data, unlisted)


class _Person(FlaskForm):
    nonce = fresh_nonce()
    mode = choices.Radio(_l("参会方式"), choices=choices.of(Mode))
    name = PersonName(_l("姓名"))
    position = Line(_l("职务"), required=False)
    phone = PhoneLine(_l("手机号"), limit=CONTACT_LIMIT, required=False)
    email = EmailLine(_l("邮箱"), limit=CONTACT_LIMIT, required=False)
    agreed = BooleanField(_l("个人信息处理告知"))

    def validate_agreed(self, field: BooleanField) -> None:
        if not field.data:
            raise ValidationError(words(Refusal.CONSENT_NEEDED))

    @property
    def person(self) -> Person:
        return Person(
            name=self.name.data or "",
            position=self.position.data or "",
            phone=self.phone.data or "",
            email=self.email.data or "",
            mode=Mode(self.mode.data),
            language=language(),
        )


class UnitLinkForm(_Person):
    """By the unit's private link: the unit is known."""


class PublicForm(_Person, _Unit):
    """By the public page: the unit is found or named first."""


class CorrectionForm(FlaskForm):
    """One's own name and position."""

    name = PersonName(_l("姓名"))
    position = Line(_l("职务"), required=False)


class FullCorrectionForm(CorrectionForm):
    """What others entered for one."""

    phone = PhoneLine(_l("手机号"), limit=CONTACT_LIMIT, required=False)
    email = EmailLine(_l("邮箱"), limit=CONTACT_LIMIT, required=False)
