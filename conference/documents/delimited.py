"""Delimited texts (.csv) in: whatever Excel, WPS and other programs save, in UTF-8, UTF-16 or GB 18030."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import re
from collections.abc import Callable
from typing import Literal

from conference.documents.packages import LARGEST_FILE
from conference.documents.worksheets import LONGEST_TEXT, MOST_CELLS, MOST_COLUMNS, MOST_ROWS
from conference.rules import reply_headers
from conference.rules.sheets import Sheet
from conference.vocabulary import FileFault, Unreadable

_DELIMITERS = ",;\t|，；、"
_PROBE = 20_000  # characters that tell which delimiter is meant
_MOST_BREAKS = 30
_HEADER_WITHIN = 100  # lines
_CHINESE = re.compile("[\u3400-\u9fff]")
_ODD = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_MARKUP = re.compile(r"\s*(<\?xml|<!doctype|<html|<table|\{\\rtf|%PDF|\{)", re.IGNORECASE)


def read(data: bytes, *, name: str = "", is_header: Callable[[str], bool] = reply_headers.is_word) -> list[Sheet]:
    """The one sheet of a delimited text; words that `is_header` knows tell which delimiter is meant. Raises Unreadable
    for what is no such text.
    """
    text = decoded(data)
    if _MARKUP.match(text) or len(_ODD.findall(text)) > max(10, len(text) // 200):
        raise Unreadable(FileFault.NOT_A_WORKBOOK)
    return [Sheet(name, _rows(text, is_header))]


def decoded(data: bytes) -> str:
    """UTF-16 where a mark says so, UTF-8 where all of it is, else GB 18030. Raises Unreadable where it is none."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return _decoded(data, "utf-16", spared=0)
    if data[1:2] == b"\x00" and data[3:4] == b"\x00":
        return _decoded(data, "utf-16-le", spared=0)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _decoded(data, "gb18030", spared=len(data) // 1_000)
    if not text.isascii() and not _CHINESE.search(text):
        with contextlib.suppress(UnicodeDecodeError):  # two bytes that are a letter there and a character here
            chinese = data.decode("gb18030")
            return chinese if _CHINESE.search(chinese) else text
    return text


def _decoded(data: bytes, encoding: str, *, spared: int) -> str:
    """`data` without a character cut at its end, and with at most `spared` (they read �) that are none."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    text = decoder.decode(data, final=False)
    if text.count("\ufffd") > spared:
        raise Unreadable(FileFault.NOT_A_WORKBOOK)
    return text


def _rows(text: str, is_header: Callable[[str], bool]) -> dict[int, list[str]]:
    first = text.split("\n", 1)[0].strip()
    if re.fullmatch(r"sep=.", first, re.IGNORECASE):  # Excel's own note about the delimiter; its row counts
        delimiter, text = first[-1], text.replace(text.split("\n", 1)[0], "", 1)
    else:
        delimiter = _delimiter(text, is_header)
    rows = _parsed(text, delimiter, csv.QUOTE_MINIMAL)
    if text.count('"') % 2 or any(
        cell.count("\n") + cell.count("\r") > _MOST_BREAKS for cells in rows.values() for cell in cells
    ):
        # A quotation mark that nobody closed has swallowed the rest of the file.
        rows = _parsed(text, delimiter, csv.QUOTE_NONE)
        rows = {number: [cell.strip('"') for cell in cells] for number, cells in rows.items()}
    return rows


def _parsed(text: str, delimiter: str, quoting: Literal[0, 3]) -> dict[int, list[str]]:
    rows: dict[int, list[str]] = {}
    cells = 0
    csv.field_size_limit(LARGEST_FILE)
    lines = io.StringIO(text.replace("\x00", "\ufffd"), newline="")
    try:
        for number, record in enumerate(csv.reader(lines, delimiter=delimiter, quoting=quoting), 1):
            kept = [cell[:LONGEST_TEXT] for cell in record[:MOST_COLUMNS]]
            while kept and not kept[-1].strip():
                kept.pop()
            if not kept:
                continue
            cells += len(kept)
            if len(rows) >= MOST_ROWS or cells > MOST_CELLS:
                raise Unreadable(FileFault.TOO_MANY_ROWS)
            rows[number] = kept
    except csv.Error:
        raise Unreadable(FileFault.DAMAGED) from None
    return rows


def _inside(quoted: re.Match[str]) -> str:
    """What a quoted cell says, without the delimiters in it."""
    return re.sub(f"[{_DELIMITERS}]", " ", quoted[1])


def _known(cells: list[str], is_header: Callable[[str], bool]) -> int:
    """How many headers are in a line that was parted so."""
    return sum(is_header(cell) for cell in cells[:MOST_COLUMNS]) if len(cells) > 1 else 0


def _delimiter(text: str, is_header: Callable[[str], bool]) -> str:
    """The one that parts a header; else the one that most lines have, and among equals, that they have more of."""
    lines = [re.sub(r'"([^"]*)"', _inside, line) for line in re.split(r"[\r\n]+", text[:_PROBE])]

    def weight(delimiter: str) -> tuple[int, int, int]:
        counts = [line.count(delimiter) for line in lines]
        known = max((_known(line.split(delimiter), is_header) for line in lines[:_HEADER_WITHIN]), default=0)
        return known, sum(count > 0 for count in counts), sum(counts)

    return max(_DELIMITERS, key=weight)
