"""Sign-in sheets (签到表) on A4: who is expected, and a line to sign on; the head is repeated on every page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from conference.documents import fitting, printing
from conference.documents.printing import Data
from conference.documents.typefaces import Face

MOST = 20_000
ROWS = 22  # on a page
WIDTH = 182.0
_WORDS = {
    "zh": {
        "sheet": "签到表",
        "number": "编号",
        "name": "姓名",
        "unit": "单位",
        "position": "职务",
        "phone": "手机号",
        "signature": "签名",
        "page": "第 {at} 页，共 {all} 页",
        "people": "{n} 人",
        "tail": "尾号{tail}",
    },
    "en": {
        "sheet": "Sign-in sheet",
        "number": "No.",
        "name": "Name",
        "unit": "Unit",
        "position": "Position",
        "phone": "Phone",
        "signature": "Signature",
        "page": "Page {at} of {all}",
        "people": "{n} people",
        "tail": "…{tail}",
    },
}
# Millimetres; what is left of `WIDTH` is for the signature.
_COLUMNS = {"number": 14.0, "name": 27.0, "unit": 45.0, "position": 34.0, "phone": 24.0}
_ALONE = {"number": 16.0, "name": 34.0, "position": 54.0, "phone": 30.0}
_CELL = (11.0, 10.0, 9.0, 8.0, 7.0, 6.0)


@dataclass(frozen=True)
class Line:
    """One person; `tail` is the last four digits of their phone."""

    number: str
    name: str
    unit: str
    position: str
    tail: str = ""


def pages(lines: Sequence[Line], *, unit_pages: bool) -> int:
    return sum(-(-len(group) // ROWS) for group in _groups(lines, unit_pages))


def sheet(meeting: str, lines: Sequence[Line], *, phone: str, unit_pages: bool, language: str) -> Data:
    """What sign_in_sheets.typ is set with, in the order given.

    `phone` is "none" (no column), "blank" (one to write in) or "tail". With `unit_pages` each unit, whose lines stand
    together, begins a page and has its own count of pages. Raises Unprintable, and ValueError for none or too many.
    """
    if not 0 < len(lines) <= MOST:
        raise ValueError(f"{len(lines)} lines")
    printing.refuse_missing({line.name: f"{line.name}{line.unit}{line.position}" for line in lines})
    words = _WORDS[language]
    widths = {
        key: width for key, width in (_ALONE if unit_pages else _COLUMNS).items() if phone != "none" or key != "phone"
    }
    widths["signature"] = WIDTH - sum(widths.values())
    made = []
    for group in _groups(lines, unit_pages):
        count = -(-len(group) // ROWS)
        name = f"{group[0].unit}　" if unit_pages else ""
        said = f"{name}{words['sheet']}（{words['people'].format(n=len(group))}）"
        for at in range(count):
            some = group[at * ROWS : (at + 1) * ROWS]
            made.append(
                {
                    "head": fitting.fitted(said, Face.BOLD, (13.0, 12.0, 11.0, 10.0, 9.0, 8.0), WIDTH, 9).data,
                    "foot": words["page"].format(at=at + 1, all=count),
                    "rows": [_said(line, widths, words["tail"] if phone == "tail" else "") for line in some],
                }
            )
    return {
        "title": meeting,
        "lang": language,
        "meeting": fitting.fitted(meeting, Face.SERIF, (18.0, 16.0, 14.0, 12.0, 10.0, 9.0), WIDTH, 10).data,
        "columns": [[words[key], width] for key, width in widths.items()],
        "pages": made,
    }


def _groups(lines: Sequence[Line], unit_pages: bool) -> list[list[Line]]:
    return [list(group) for _, group in groupby(lines, key=lambda line: line.unit)] if unit_pages else [list(lines)]


def _said(line: Line, widths: dict[str, float], tail: str) -> list[dict[str, object] | None]:
    said = tail.format(tail=line.tail) if line.tail else ""
    texts = {"number": line.number, "name": line.name, "unit": line.unit, "position": line.position, "phone": said}
    return [_cell(key, texts.get(key, ""), width) for key, width in widths.items()]


def _cell(key: str, text: str, width: float) -> dict[str, object] | None:
    if not text:
        return None
    sizes = (13.0, 12.0, *_CELL) if key == "name" else _CELL
    return fitting.fitted(text, Face.REGULAR, sizes, width - 3, 9.5, whole_words=key == "name", leading=0.15).data
