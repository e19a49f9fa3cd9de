"""The form of a unit and its part in a meeting."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import ValidationError

from conference.forms import choices
from conference.forms.fields import Line, WholeNumber
from conference.rules import credit_code
from conference.vocabulary import Fault, UnitKind
from conference.web.filters import words

MOST_DELEGATES = 100_000


class UnitForm(FlaskForm):
    name = Line(_l("单位名称"))
    province = choices.Select(_l("省份"), choices=choices.provinces)
    district = Line(_l("市、区、县"), required=False)
    kind = choices.Radio(_l("类别"), choices=choices.of(UnitKind), default=UnitKind.MEMBER.value)
    credit_code = Line(_l("统一社会信用代码"), limit=18, required=False)
    delegate_limit = WholeNumber(_l("名额上限"), most=MOST_DELEGATES)

    def validate_credit_code(self, field: Line) -> None:
        field.data = (field.data or "").upper()
        if field.data and not credit_code.valid(field.data):
            raise ValidationError(words(Fault.NOT_A_CREDIT_CODE))

    @property
    def wanted(self) -> dict[str, Any]:
        return {
            "name": self.name.data,
            "province": self.province.data,
            "district": self.district.data,
            "kind": UnitKind(self.kind.data),
            "credit_code": self.credit_code.value_or_none,
            "delegate_limit": self.delegate_limit.data,
        }
