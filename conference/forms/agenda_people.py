"""The forms of people on the agenda: who they are, which two are one, which delegates come to it."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField

from conference.forms import choices
from conference.forms.fields import Line, Lines, PersonName
from conference.services.agenda_people_editing import ABOUT_LIMIT
from conference.services.agenda_portraits import LARGEST

MOST_TICKED = 200


class PersonForm(FlaskForm):
    """`unit` and `delegate` are what was typed, their ids what was chosen from the suggestions."""

    opened = HiddenField()  # what the form was opened with
    name = PersonName(_l("姓名"))
    position = Line(_l("职务"), required=False)
    unit = Line(_l("单位"), required=False)
    unit_id = HiddenField()
    about = Lines(_l("简介"), limit=ABOUT_LIMIT)
    portrait = FileField(_l("照片"))
    drop_portrait = BooleanField(_l("不用照片"))
    delegate = Line(_l("对应的代表"), limit=80, required=False)
    delegate_id = HiddenField()

    def wanted(self, delegate_id: int | None) -> dict[str, Any]:
        """What `agenda_people_editing.PersonFacts` calls it; the delegate is who was found by what the form says."""
        return {
            "name": self.name.data,
            "position": self.position.data,
            "unit": self.unit.data,
            "unit_id": _id(self.unit_id) if self.unit.data else None,
            "about": self.about.data,
            "delegate_id": delegate_id,
        }

    @property
    def chosen_delegate(self) -> int | None:
        return _id(self.delegate_id)

    @property
    def picture(self) -> bytes:
        """As it came; of one that is too large enough to see that."""
        content: bytes = self.portrait.data.read(LARGEST + 1) if self.portrait.data else b""
        return content


class OtherForm(FlaskForm):
    """Who else it may be."""

    other = Line(_l("另一个人"))
    other_id = HiddenField()

    @property
    def chosen(self) -> int | None:
        return _id(self.other_id)


class MergeForm(FlaskForm):
    """Which of two is kept; the other one becomes it."""

    keep = choices.Radio(_l("保留哪一个"), choices=list)


class TickForm(FlaskForm):
    """Delegates that were ticked in a list; the boxes are the page's own."""

    @staticmethod
    def ticked(values: list[str]) -> list[int]:
        """Their ids; what is none is left out."""
        return [int(text) for text in values[:MOST_TICKED] if text.isascii() and text.isdigit() and len(text) <= 18]


def _id(field: HiddenField) -> int | None:
    text = str(field.data or "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None
