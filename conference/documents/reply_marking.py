"""The file that somebody sent, handed back with its problems: cells coloured, the reasons in a column beside them."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import openpyxl
import xlsxwriter
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, PatternFill
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from conference.documents import delimited, workbooks
from conference.documents.packages import is_workbook
from conference.rules.reply_headers import OUR_REASONS
from conference.rules.sheets import Sheet

COLOUR = "FFF6C9C2"
MOST_CELLS = 100_000  # openpyxl takes some 1 kB for each
WIDTH = 46


@dataclass(frozen=True)
class Mark:
    """A problem: `column` is None where no cell is to be coloured, `words` name the column and the reason."""

    sheet: str
    row: int
    column: int | None
    words: str


def mark(data: bytes, marks: Sequence[Mark], header_rows: Mapping[str, int]) -> bytes:
    """A workbook; the sender's own, as far as it can be kept. Nothing in it is a formula any more.

    `header_rows`: below which row of each sheet the people stand. Raises Unreadable.
    """
    if not is_workbook(data):
        return _fresh(delimited.read(data), marks, header_rows)
    sheets = workbooks.read(data)
    small = sum(len(texts) for sheet in sheets for texts in sheet.rows.values()) <= MOST_CELLS
    own = _own_or_none(data, marks, header_rows) if small else None
    return own if own is not None else _fresh(sheets, marks, header_rows)


def _own_or_none(data: bytes, marks: Sequence[Mark], header_rows: Mapping[str, int]) -> bytes | None:
    try:
        return _own(data, marks, header_rows)
    except Exception:  # noqa: BLE001  # openpyxl stumbles over many an odd workbook, in as many ways
        return None


def _own(data: bytes, marks: Sequence[Mark], header_rows: Mapping[str, int]) -> bytes:
    # Formulas come as the values that they had: what is handed back reckons nothing.
    book: Workbook = openpyxl.load_workbook(io.BytesIO(data), data_only=True, keep_links=False)
    for page in book.worksheets:
        mine = [one for one in marks if one.sheet == page.title]
        column = _reasons_column(page, header_rows.get(page.title, 1))
        _unmark(page)
        if mine:
            _mark_page(page, mine, header_rows.get(page.title, 1), column)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def _reasons_column(page: Worksheet, header_row: int) -> int:
    """The column of an earlier marking, emptied; else the first one to the right of all that is written."""
    if header_row <= page.max_row:
        for cell in page[header_row]:
            if isinstance(cell.value, str) and OUR_REASONS in cell.value:
                for (old,) in page.iter_rows(min_col=cell.column, max_col=cell.column):
                    if not isinstance(old, MergedCell):
                        old.value = None
                return int(cell.column)
    filled = [cell.column for row in page.iter_rows() for cell in row if cell.value is not None]
    merged = [area.max_col for area in page.merged_cells.ranges]
    return max([*filled, *merged], default=0) + 1


def _unmark(page: Worksheet) -> None:
    for row in page.iter_rows():
        for cell in row:
            if cell.has_style and cell.fill.fgColor.rgb == COLOUR:
                cell.fill = PatternFill()


def _mark_page(page: Worksheet, marks: Sequence[Mark], header_row: int, column: int) -> None:
    fill = PatternFill("solid", fgColor=COLOUR)
    for row, words in _by_row(marks).items():
        _write(page.cell(row, column), "；".join(words))
    for one in marks:
        if one.column is not None:
            page.cell(one.row, one.column + 1).fill = fill
    _write(page.cell(header_row, column), OUR_REASONS)
    page.column_dimensions[page.cell(1, column).column_letter if column <= 16_384 else "A"].width = WIDTH


def _write(cell: Cell | MergedCell, text: str) -> None:
    if isinstance(cell, Cell):
        cell.value = text
        cell.data_type = "s"  # a text that begins with = is one
        cell.alignment = Alignment(wrap_text=True, vertical="top")


def _fresh(sheets: Sequence[Sheet], marks: Sequence[Mark], header_rows: Mapping[str, int]) -> bytes:
    target = io.BytesIO()
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(target, options) as book:
        plain = book.add_format({"num_format": "@"})
        wrong = book.add_format({"num_format": "@", "bg_color": f"#{COLOUR[2:]}"})
        wrapped = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for n, sheet in enumerate(sheets):
            page = book.add_worksheet(sheet.name[:31] if sheet.name else "回执")
            mine = [one for one in marks if one.sheet == sheet.name]
            reasons, coloured = _by_row(mine), {(one.row, one.column) for one in mine}
            header_row = header_rows.get(sheet.name, 1)
            column = _kept_reasons(sheet, header_row)
            for row in sorted({*sheet.rows, *reasons, *([header_row] if mine else [])}):
                for at, text in enumerate(sheet.rows.get(row, ())):
                    if at != column and (text or (row, at) in coloured):
                        page.write(row - 1, at, text, wrong if (row, at) in coloured else plain)
                for at in sorted(
                    c for r, c in coloured if r == row and c is not None and c >= len(sheet.rows.get(row, ()))
                ):
                    page.write_blank(row - 1, at, None, wrong)
                if mine and row == header_row:
                    page.write_string(row - 1, column, OUR_REASONS, wrapped)
                elif row in reasons:
                    page.write_string(row - 1, column, "；".join(reasons[row]), wrapped)
            if sheet.hidden and n:
                page.hide()
            page.set_column(column, column, WIDTH)
    return target.getvalue()


def _kept_reasons(sheet: Sheet, header_row: int) -> int:
    for at, text in enumerate(sheet.rows.get(header_row, ())):
        if OUR_REASONS in text:
            return at
    return sheet.width


def _by_row(marks: Sequence[Mark]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for one in marks:
        found.setdefault(one.row, []).append(one.words)
    return found
