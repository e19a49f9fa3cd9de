"""The form of a meeting's terms."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectMultipleField

from conference.forms.choices import of
from conference.forms.fields import WallClock, wall
from conference.services.terms import Terms
from conference.vocabulary import Category

TIMES = ("frozen_at", "line_moves_until", "kept_until")


class TermsForm(FlaskForm):
    frozen_at = WallClock(_l("定稿时间（冻结）"), required=False)
    line_moves_until = WallClock(_l("候补自动递补到"), required=False)
    kept_until = WallClock(_l("个人信息保存到"), required=False)
    uncounted = SelectMultipleField(_l("不计入现场人数的身份"), choices=of(Category), validate_choice=False)

    def wanted(self, timezone: str) -> Terms:
        """What was chosen, on the meeting's wall clock; what is no category is left out."""
        chosen = tuple(category for category in Category if category.value in (self.uncounted.data or []))
        return Terms(
            frozen_at=self.frozen_at.aware(timezone),
            line_moves_until=self.line_moves_until.aware(timezone),
            kept_until=self.kept_until.aware(timezone),
            uncounted=chosen,
        )

    @staticmethod
    def shown(terms: Terms, timezone: str) -> dict[str, object]:
        times = {name: wall(getattr(terms, name), timezone) for name in TIMES}
        return {**times, "uncounted": [category.value for category in terms.uncounted]}
