"""The forms of a unit and its part in a meeting: who it is, its liaison, more places, which of two is kept."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField, ValidationError

from conference.forms import choices
from conference.forms.fields import Line, Lines, PersonName, WallClock, WholeNumber, wall
from conference.forms.files import WithFile
from conference.rules import contact, credit_code
from conference.services.liaisons import LiaisonFacts
from conference.services.places_requests import MOST_PLACES, NOTE_LIMIT
from conference.vocabulary import Fault, UnitKind
from conference.web.filters import words

MOST_DELEGATES = 100_000


class UnitForm(FlaskForm):
    opened = HiddenField()  # what the form was opened with
    name = Line(_l("单位名称"))
    province = choices.Select(_l("省份"), choices=choices.provinces)
    district = Line(_l("市、区、县"), required=False)
    kind = choices.Radio(_l("类别"), choices=choices.of(UnitKind), default=UnitKind.MEMBER.value)
    credit_code = Line(_l("统一社会信用代码"), limit=18, required=False)
    address = Line(_l("地址"), required=False)
    delegate_limit = WholeNumber(_l("名额上限"), most=MOST_DELEGATES)
    in_person_limit = WholeNumber(_l("现场名额上限"), most=MOST_DELEGATES)
    online_limit = WholeNumber(_l("线上名额上限"), most=MOST_DELEGATES)
    reply_by = WallClock(_l("报送截止"), required=False)

    def validate_credit_code(self, field: Line) -> None:
        field.data = (field.data or "").upper()
        if field.data and not credit_code.valid(field.data):
            raise ValidationError(words(Fault.NOT_A_CREDIT_CODE))

    def wanted(self, timezone: str) -> dict[str, Any]:
        """What the services call it; the deadline is on the wall clock of `timezone`."""
        return {
            "name": self.name.data,
            "province": self.province.data,
            "district": self.district.data,
            "kind": UnitKind(self.kind.data),
            "credit_code": self.credit_code.value_or_none,
            "address": self.address.data,
            "delegate_limit": self.delegate_limit.data,
            "in_person_limit": self.in_person_limit.data,
            "online_limit": self.online_limit.data,
            "reply_by": self.reply_by.aware(timezone),
        }

    @staticmethod
    def shown(facts: dict[str, Any], timezone: str) -> dict[str, Any]:
        """What the form holds for a unit that is there."""
        return facts | {"kind": facts["kind"].value, "reply_by": wall(facts["reply_by"], timezone)}


class NewUnitForm(UnitForm):
    """A unit with its liaison, who may be named later."""

    liaison_name = PersonName(_l("联络员姓名"), required=False)
    liaison_phone = Line(_l("联络员手机号"), limit=40, required=False)
    liaison_email = Line(_l("联络员邮箱"), required=False)

    def validate_liaison_name(self, field: Line) -> None:
        if not field.data and (self.liaison_phone.data or self.liaison_email.data):
            raise ValidationError(words(Fault.REQUIRED))

    def validate_liaison_phone(self, field: Line) -> None:
        if field.data and contact.phone(field.data) is None:
            raise ValidationError(words(Fault.NOT_A_PHONE))

    def validate_liaison_email(self, field: Line) -> None:
        if field.data and contact.email(field.data) is None:
            raise ValidationError(words(Fault.NOT_AN_EMAIL))

    @property
    def liaison(self) -> LiaisonFacts | None:
        """Who is to be the liaison, if anybody was named."""
        if not self.liaison_name.data:
            return None
        return LiaisonFacts(self.liaison_name.data, self.liaison_phone.value_or_none, self.liaison_email.value_or_none)


class LiaisonForm(FlaskForm):
    name = PersonName(_l("姓名"))
    phone = Line(_l("手机号"), limit=40, required=False)
    email = Line(_l("邮箱"), required=False)

    @property
    def wanted(self) -> LiaisonFacts:
        return LiaisonFacts(self.name.data, self.phone.value_or_none, self.email.value_or_none)


class UnitFileForm(WithFile, FlaskForm):
    """A workbook of units; what it is, is judged by its content."""

    file = FileField(_l("文件"))


class PlacesForm(FlaskForm):
    """An organiser's answer to a request for more places."""

    in_person = WholeNumber(_l("现场"), most=MOST_PLACES)
    online = WholeNumber(_l("线上"), most=MOST_PLACES)
    note = Lines(_l("给联络员的说明"), limit=NOTE_LIMIT)


class ChooseUnitForm(FlaskForm):
    """Which unit is meant, by a name or taken from the suggestions."""

    unit = Line(_l("单位"))
    unit_id = HiddenField()

    @property
    def chosen(self) -> int | None:
        """The id taken from the suggestions; None where the text alone says which."""
        text = self.unit_id.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


class MergeForm(FlaskForm):
    """Which of two units is kept; the other one becomes it."""

    keep = choices.Radio(_l("保留哪一个"), choices=list)
