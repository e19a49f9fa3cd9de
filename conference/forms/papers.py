"""The forms of what is printed: whom it is for, and how it looks."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, SelectMultipleField, StringField, ValidationError
from wtforms.widgets import ColorInput

from conference.forms import choices
from conference.forms.bulk import NONCE_LIMIT
from conference.forms.fields import Line, WholeNumber, fresh_nonce
from conference.rules import papers as rules
from conference.rules.provinces import PROVINCES
from conference.vocabulary import Category, DelegateStatus, Fault, Mode, PaperOrder, PaperPhone
from conference.web.filters import province, words

ANY = "any"
_COLOURS = tuple(f"colour_{category.value}" for category in Category)
_SWITCHES = (*(f"show_{name}" for name in rules.ON_BADGE), "card_unit", "cut_lines", "unit_pages")
_PICKED = ("language", "badge_size", "card_size", "label_sheet", "sheet_phone")
_SHIFTS = ("shift_right", "shift_down")


class PrintForm(FlaskForm):
    """Whom a paper is for, and in what order; `unit` is what was typed, `unit_id` what was chosen."""

    status = choices.Select(
        _l("状态"),
        choices=lambda: [*choices.of((DelegateStatus.CONFIRMED, DelegateStatus.PENDING))(), (ANY, _("全部"))],
    )
    mode = choices.Select(_l("参会方式"), choices=lambda: [*choices.of(Mode)(), (ANY, _("全部"))])
    category = SelectMultipleField(_l("身份（不选就是全部）"), choices=choices.of(Category), validate_choice=False)
    province = choices.Select(
        _l("省份"), choices=lambda: [("", _("全部")), *((code, province(code)) for code in PROVINCES)], required=False
    )
    unit = Line(_l("单位（空着就是全部）"), required=False)
    unit_id = HiddenField()
    order = choices.Select(_l("排列"), choices=choices.of(PaperOrder))
    only_new = BooleanField(_l("只要上次生成以后新增或改动的"))
    first = WholeNumber(_l("从第几个标签开始"), least=1, most=24)
    nonce = fresh_nonce()

    def validate_nonce(self, field: HiddenField) -> None:
        text = field.data or ""
        if not text or len(text) > NONCE_LIMIT or not text.isascii() or not text.isalnum():
            raise ValidationError(words(Fault.NOT_A_KEY))

    @property
    def chosen_unit(self) -> int | None:
        """The id taken from the suggestions; None where the text alone says which."""
        text = str(self.unit_id.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


class Colour(StringField):
    """A colour as #rrggbb, in small letters."""

    widget = ColorInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0].strip().lower()[:20] if valuelist else ""


class PaperSettingsForm(FlaskForm):
    """Its fields are named as `rules.papers.DEFAULTS` names the settings."""

    logo = FileField(_l("会标（PNG 或 JPEG，不超过 2 MB）"))
    drop_logo = BooleanField(_l("不用会标"))
    language = choices.Radio(_l("证件上的文字"), choices=lambda: [("zh", "中文"), ("en", "English")])
    badge_size = choices.Radio(
        _l("胸卡尺寸"), choices=lambda: [("90x130", "90 × 130 mm"), ("105x148", "A6（105 × 148 mm）")]
    )
    show_position = BooleanField(_l("职务"))
    show_number = BooleanField(_l("编号"))
    show_seat = BooleanField(_l("座位"))
    show_province = BooleanField(_l("省份"))
    show_pinyin = BooleanField(_l("姓名拼音"))
    colour_delegate = Colour()
    colour_observer = Colour()
    colour_guest = Colour()
    colour_leader = Colour()
    colour_expert = Colour()
    colour_media = Colour()
    colour_staff = Colour()
    card_size = choices.Radio(
        _l("座签和桌牌尺寸"),
        choices=lambda: [
            ("200x100", _("200 × 100 mm，竖放的 A4 裁开、对折")),
            ("297x105", _("297 × 105 mm，横放的 A4 对折，不用裁")),
        ],
    )
    card_unit = BooleanField(_l("座签上印单位"))
    label_sheet = choices.Radio(
        _l("标签纸"),
        choices=lambda: [("3x8", _("每张 24 个，70 × 37 mm")), ("2x7", _("每张 14 个，99 × 38 mm"))],
    )
    cut_lines = BooleanField(_l("印裁切线（用普通纸时）"))
    shift_right = WholeNumber(_l("向右移"), least=-rules.FARTHEST, most=rules.FARTHEST)
    shift_down = WholeNumber(_l("向下移"), least=-rules.FARTHEST, most=rules.FARTHEST)
    sheet_phone = choices.Radio(_l("签到表的手机号一列"), choices=choices.of(PaperPhone))
    unit_pages = BooleanField(_l("签到表每个单位另起一页"))
    opened = HiddenField()

    def __init__(self, *args: Any, **options: Any) -> None:  # as wtforms takes them
        super().__init__(*args, **options)
        for category in Category:
            self[f"colour_{category.value}"].label.text = words(category)

    def picture(self, most: int) -> bytes | None:
        """The logo that was handed in, `most` bytes of it at most; None where there is none."""
        if not self.logo.data:
            return None
        with self.logo.data.stream as file:  # a large one lies on the disk
            content: bytes = file.read(most)
        return content

    @property
    def colours(self) -> list[Colour]:
        return [self[name] for name in _COLOURS]

    @property
    def wanted(self) -> dict[str, Any]:
        """The settings as they were chosen; what cannot be one is for the rule to say."""
        found: dict[str, Any] = {name: self[name].data or "" for name in (*_PICKED, *_COLOURS)}
        found |= {name: bool(self[name].data) for name in _SWITCHES}
        return found | {name: self[name].data or 0 for name in _SHIFTS}
