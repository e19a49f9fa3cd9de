"""The forms of the hall: its rows, its blocks, seats by hand, the order in front, filling, a workbook of seats."""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, FileField, HiddenField, ValidationError

from conference.forms import choices
from conference.forms.fields import Line, Lines, WholeNumber
from conference.forms.files import WithFile
from conference.rules import halls
from conference.rules.halls import TEXT_LIMIT, Row
from conference.vocabulary import Category, Fault, FrontOrder, SeatBlockKind, SeatNumbering
from conference.web.filters import words

CHOSEN_LIMIT = 60_000
LARGEST_ID = 10**12


class HallForm(FlaskForm):
    """The rows of the hall, as people say them. `opened` is the hall as it was seen, `confirmed` names those who lose a
    seat by it.
    """

    name = Line(_l("名称"), default=_l("主会场"))
    rows = Lines(_l("排和座位"), limit=TEXT_LIMIT, required=True)
    numbering = choices.Radio(_l("座位号"), choices=choices.of(SeatNumbering), default=SeatNumbering.LEFT.value)
    opened = HiddenField()
    confirmed = HiddenField()

    def validate_rows(self, field: Lines) -> None:
        self.read, misread = halls.read_rows(field.data)
        if misread:
            first = misread[0]
            if first.beyond:
                raise ValidationError(
                    _(
                        "第 %(n)s 行：最多 %(rows)s 排，每排 1 到 %(each)s 座，一共 %(seats)s 座。",
                        n=first.line,
                        rows=halls.MOST_ROWS,
                        each=halls.MOST_SEATS,
                        seats=halls.MOST_IN_ALL,
                    )
                )
            if first.aisle:
                raise ValidationError(
                    _("第 %(n)s 行：走道要在两座之间，超出了这一排：“%(text)s”", n=first.line, text=first.text)
                )
            raise ValidationError(_("第 %(n)s 行看不懂：“%(text)s”", n=first.line, text=first.text))
        if halls.too_large(self.read):
            raise ValidationError(_("最多 %(rows)s 排、%(seats)s 座。", rows=halls.MOST_ROWS, seats=halls.MOST_IN_ALL))

    read: tuple[Row, ...] = ()


class SitForm(FlaskForm):
    """A seat typed for somebody; an empty one lets them get up."""

    who = Line(_l("姓名或编号"), limit=60)
    delegate_id = HiddenField()
    seat = Line(_l("座位"), limit=40, required=False)
    pinned = BooleanField(_l("固定（自动排座时不动）"))
    swap = BooleanField(_l("有人坐就对调"))

    @property
    def chosen(self) -> int | None:
        """The id taken from the suggestions; None where the text alone says who."""
        text = self.delegate_id.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


class MoveForm(FlaskForm):
    """The same from the plan: the seat by its row and number, none to get up, and what was seen there."""

    delegate_id = WholeNumber(most=LARGEST_ID)
    row = WholeNumber(most=halls.MOST_ROWS)
    number = WholeNumber(most=halls.MOST_SEATS)
    seen_seat = Line(limit=40, required=False)
    seen_sitter = WholeNumber(most=LARGEST_ID)
    pinned = Line(limit=3, required=False)

    def validate_delegate_id(self, field: WholeNumber) -> None:
        if field.data is None:
            raise ValidationError(words(Fault.REQUIRED))

    @property
    def wants_pinned(self) -> bool | None:
        """Whether it is to be pinned; None where that is to stay as it is."""
        return {"yes": True, "no": False}.get(self.pinned.data or "")


def _kinds() -> list[tuple[str, str]]:
    return [*choices.of(SeatBlockKind)(), ("open", _("谁都可以坐"))]


class BlockForm(FlaskForm):
    """Whom some seats are meant for: `rows` and `seats` as typed, or `chosen` on the plan (row:number,number;…).
    `opened` is the plan as it was seen, `confirmed` names those who have to get up.
    """

    rows = Line(_l("排"), limit=200, required=False)
    seats = Line(_l("座位号"), limit=200, required=False)
    chosen = HiddenField()
    kind = choices.Select(_l("留给"), choices=_kinds, default=SeatBlockKind.PROVINCE.value)
    province = choices.Select(_l("省份"), choices=choices.provinces, required=False)
    unit = choices.Select(_l("单位"), choices=lambda: [("", "—")], required=False)
    category = choices.Select(_l("身份"), choices=lambda: [("", "—"), *choices.of(Category)()], required=False)
    opened = HiddenField()
    confirmed = HiddenField()

    def validate_rows(self, field: Line) -> None:
        if not field.data and not self.chosen.data:
            raise ValidationError(words(Fault.REQUIRED))

    def validate_chosen(self, field: HiddenField) -> None:
        if field.data and (len(field.data) > CHOSEN_LIMIT or not _CHOSEN.fullmatch(field.data)):
            raise ValidationError(words(Fault.NO_SUCH_SEAT))

    def validate_kind(self, field: Any) -> None:  # a radio of ours
        missing = getattr(self, str(field.data), None) if field.data in {"province", "unit", "category"} else None
        if missing is not None and not missing.data:
            missing.errors = [*missing.errors, words(Fault.REQUIRED)]
            raise ValidationError(_("请选好留给谁。"))

    @property
    def picked(self) -> list[tuple[int, int]]:
        """The rows and numbers chosen on the plan."""
        return [
            (int(row), int(number))
            for row, _colon, numbers in (part.partition(":") for part in (self.chosen.data or "").split(";") if part)
            for number in numbers.split(",")
        ]

    @property
    def block(self) -> tuple[SeatBlockKind, str] | None:
        """Kind and value; None for seats that are for everybody again."""
        if self.kind.data not in list(SeatBlockKind):
            return None
        kind = SeatBlockKind(self.kind.data)
        return kind, "" if kind is SeatBlockKind.CLOSED else str(getattr(self, kind.value).data)


_CHOSEN = re.compile(r"\d{1,3}:\d{1,3}(?:,\d{1,3})*(?:;\d{1,3}:\d{1,3}(?:,\d{1,3})*)*")


class OrderForm(FlaskForm):
    """Those who sit in front, one a line, the first first. `opened` is the order that it was begun with."""

    text = Lines(_l("顺序"), limit=60_000)
    opened = HiddenField()


class FillForm(FlaskForm):
    """How the hall is to be filled; `seen` names the proposal that was looked at."""

    front = choices.Radio(_l("有位次的人"), choices=choices.of(FrontOrder), default=FrontOrder.MIDDLE.value)
    anew = BooleanField(_l("全部重排（固定的不动）"))
    seen = HiddenField()


class SeatFileForm(WithFile, FlaskForm):
    """A workbook of seats; what it is, is judged by its content."""

    file = FileField(_l("文件"))
