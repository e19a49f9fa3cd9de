"""A workbook of one table or of several, to hand out: real .xlsx, set up for paper, nothing in it executed."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

SHEET_NAME_LIMIT = 31
_FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\", " "))


@dataclass(frozen=True)
class Column:
    """`width` in characters of Latin text; a Chinese one is two. `text` is kept as text whatever it looks like."""

    label: str
    width: float


Cell = str | int | datetime | None


@dataclass(frozen=True)
class Table:
    """One sheet: its name, its columns, and its rows, which are read once."""

    sheet: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


def workbook(title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], *, sheet: str) -> bytes:
    """The bytes of a workbook. Texts stay texts: a phone keeps its plus, `=1+1` is not reckoned. Times are naive, on
    the wall clock that is meant. Written row by row: memory does not grow with the rows.
    """
    return workbook_of(title, [Table(sheet, columns, rows)])


def workbook_of(title: str, sheets: Sequence[Table]) -> bytes:
    """The same of several sheets, one after the other."""
    target = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "remove_timezone": False,
    }
    with xlsxwriter.Workbook(target, options) as book:
        book.set_properties({"title": title})
        plain = {"font_name": "宋体", "font_size": 11, "valign": "vcenter"}
        text = book.add_format(plain | {"num_format": "@"})
        moment = book.add_format(plain | {"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        number = book.add_format(plain | {"num_format": "0"})
        head = book.add_format(plain | {"bold": True, "bottom": 1, "bg_color": "#F3EFE9"})
        for one in sheets:
            page = book.add_worksheet(one.sheet.translate(_FORBIDDEN).strip("'")[:SHEET_NAME_LIMIT] or None)
            _write(page, title, one, _Formats(text, moment, number, head))
    return target.getvalue()


@dataclass(frozen=True)
class _Formats:
    text: Format
    moment: Format
    number: Format
    head: Format


def _write(page: Worksheet, title: str, table: Table, formats: _Formats) -> None:
    _set_up(page, title, table.columns)
    for at, column in enumerate(table.columns):
        page.set_column(at, at, column.width, formats.text)
        page.write_string(0, at, column.label, formats.head)
    last = 0
    for last, row in enumerate(table.rows, 1):
        for at, value in enumerate(row):
            if value is None or value == "":
                continue  # the column's own format stands
            if isinstance(value, datetime):
                page.write_datetime(last, at, value, formats.moment)
            elif isinstance(value, int):
                page.write_number(last, at, value, formats.number)
            else:
                page.write_string(last, at, value, formats.text)
    if table.columns:
        page.autofilter(0, 0, last, len(table.columns) - 1)


def _set_up(page: Worksheet, title: str, columns: Sequence[Column]) -> None:
    page.freeze_panes(1, 2)
    page.repeat_rows(0)
    page.set_paper(9)  # A4
    if sum(column.width for column in columns) > 90:
        page.set_landscape()
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.set_header("&L" + title.replace("&", "&&")[:120])
    page.set_footer("&C&P / &N")
