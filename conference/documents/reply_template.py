"""The workbook of a reply form (回执) that is handed out: to all, or to one unit."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

ROWS = 300
_FONT = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}


@dataclass(frozen=True)
class Wanted:
    """What a template is for. `unit` is None where every row names its own; the choices are as people read them."""

    meeting: str
    unit: str | None
    modes: Sequence[str]
    categories: Sequence[str]
    provinces: Sequence[str]
    closes: str


@dataclass(frozen=True)
class _Column:
    header: str
    width: float
    example: str
    choices: Sequence[str] = ()


def workbook(wanted: Wanted) -> bytes:
    """The bytes of the workbook. Phones are text; an example is marked as one, and passed over when it comes back."""
    target = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(target, options) as book:
        page = book.add_worksheet("回执")
        columns = _columns(wanted)
        body = book.add_format(_FONT | {"num_format": "@", "border": 1, "border_color": "#D3CABD"})
        _head(page, wanted, columns, title=book.add_format(_FONT | {"bold": True, "font_size": 15, "align": "center"}),
              note=book.add_format(_FONT | {"font_color": "#5B554E", "text_wrap": True}), plain=book.add_format(_FONT),
              underlined=book.add_format(_FONT | {"bottom": 1}))  # fmt: skip
        header = book.add_format(_FONT | {"bold": True, "bg_color": "#F3EFE9", "border": 1, "border_color": "#D3CABD"})
        example = book.add_format(
            _FONT | {"italic": True, "font_color": "#6F685F", "bg_color": "#FAF8F5", "num_format": "@", "border": 1}
        )
        for at, column in enumerate(columns):
            page.set_column(at, at, column.width)
            page.write_string(3, at, column.header, header)
            page.write_string(4, at, column.example, example)
        _body(page, columns, body)
        page.freeze_panes(5, 2)
        page.repeat_rows(3)
        page.set_paper(9)  # A4
        page.set_landscape()
        page.fit_to_pages(1, 0)
        page.print_area(0, 0, 24, len(columns) - 1)
    return target.getvalue()


def _columns(wanted: Wanted) -> list[_Column]:
    where = (
        []
        if wanted.unit
        else [_Column("单位 *", 30, "某某市某某区民政局"), _Column("省份 *", 14, "山西省", wanted.provinces)]
    )
    return [
        _Column("序号", 7, "示例"),
        *where,
        _Column("姓名 *", 14, "李然"),
        _Column("职务", 20, "科长"),
        _Column("手机 *", 18, "13800000000"),
        _Column("邮箱", 26, ""),
        _Column("参会方式 *", 13, wanted.modes[0], wanted.modes),
        _Column("类别", 12, wanted.categories[0], wanted.categories),
        _Column("备注", 20, ""),
    ]


def _head(
    page: Worksheet,
    wanted: Wanted,
    columns: Sequence[_Column],
    *,
    title: Format,
    note: Format,
    plain: Format,
    underlined: Format,
) -> None:
    last = len(columns) - 1
    page.merge_range(0, 0, 0, last, "", title)
    page.write_string(0, 0, f"{wanted.meeting}参会回执", title)
    page.set_row(0, 28)
    if wanted.unit:
        page.write_string(1, 0, "单位：", plain)
        page.merge_range(1, 1, 1, last, "", underlined)
        page.write_string(1, 1, wanted.unit, underlined)
    page.merge_range(2, 0, 2, last, "", note)
    notes = "一人一行，带 * 的必填；没有手机可只填邮箱。示例一行不会被读入。备注和自加的列不保存，请不要填身份证号。"
    page.write_string(2, 0, notes + (f"请于{wanted.closes}前发回。" if wanted.closes else ""), note)
    page.set_row(2, 34)


def _body(page: Worksheet, columns: Sequence[_Column], body: Format) -> None:
    first, last = 5, 4 + ROWS
    for row in range(first, last + 1):
        for at in range(len(columns)):
            page.write_blank(row, at, None, body)
    for at, column in enumerate(columns):
        if column.choices:
            page.data_validation(
                first,
                at,
                last,
                at,
                {
                    "validate": "list",
                    "source": list(column.choices),
                    "error_title": "请从下拉列表中选",
                    "error_message": "、".join(column.choices)[:250],
                },
            )
