"""Sheets of labels on A4, sticky ones or to be cut: name labels with a QR, and seat stickers (座位贴)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conference.documents import fitting, printing, qr
from conference.documents.printing import Data
from conference.documents.typefaces import Face

MOST = 5_000
VERMILION = "#a8261b"
_NAME = (30.0, 26.0, 23.0, 20.0, 17.0, 15.0, 13.0, 11.0, 9.0)
_UNIT = (10.0, 9.0, 8.0, 7.0, 6.0, 5.5)
_SEAT = (34.0, 30.0, 26.0, 22.0, 18.0, 15.0, 12.0, 9.0)
_EDGE = 5.0  # what printers leave white at the edge of a sheet, and a little


@dataclass(frozen=True)
class Sheet:
    """How labels lie on A4; all in millimetres."""

    columns: int
    rows: int
    width: float
    height: float
    left: float
    top: float
    gap: float  # between columns

    @property
    def labels(self) -> int:
        return self.columns * self.rows


SHEETS = {
    "3x8": Sheet(3, 8, 70, 37, 0, 0.5, 0),
    "2x7": Sheet(2, 7, 99.1, 38.1, 4.65, 15.15, 2.5),
}


@dataclass(frozen=True)
class Laid:
    """`first` is the label of the first sheet to begin with, counted from 1; shifts are in millimetres."""

    sheet: str = "3x8"
    first: int = 1
    right: float = 0
    down: float = 0
    cut_lines: bool = True


@dataclass(frozen=True)
class Label:
    """One person. With `qr_text` it is a name label, without it a seat sticker, whose `seat` stands large."""

    name: str
    unit: str
    note: str
    seat: str = ""
    qr_text: str = ""
    colour: str = VERMILION

    @property
    def texts(self) -> str:
        return f"{self.name}{self.unit}{self.note}{self.seat}"


def pages(count: int, laid: Laid) -> int:
    """How many sheets so many labels take."""
    return -(-(count + laid.first - 1) // SHEETS[laid.sheet].labels)


def sheet(title: str, labels: Sequence[Label], laid: Laid, language: str) -> Data:
    """What labels.typ is set with. Raises Unprintable, and ValueError for none or too many."""
    if not 0 < len(labels) <= MOST:
        raise ValueError(f"{len(labels)} labels")
    printing.refuse_missing({label.name: label.texts for label in labels})
    kind = SHEETS[laid.sheet]
    cells = [_said(label, kind) for label in labels]
    first = kind.labels - laid.first + 1
    cut = [cells[:first], *(cells[at : at + kind.labels] for at in range(first, len(cells), kind.labels))]
    return {
        "title": title,
        "lang": language,
        "width": kind.width,
        "height": kind.height,
        "edge": _EDGE,
        "qr": _qr(kind),
        "places": [
            [
                kind.left + laid.right + column * (kind.width + kind.gap),
                kind.top + laid.down + row * kind.height,
            ]
            for row in range(kind.rows)
            for column in range(kind.columns)
        ],
        "first": laid.first - 1,
        "cut": laid.cut_lines,
        "sheets": cut,
    }


def _qr(kind: Sheet) -> float:
    return kind.height - 10.0


def _said(label: Label, kind: Sheet) -> dict[str, object]:
    if not label.qr_text:
        width = kind.width - 2 * _EDGE
        return {
            "qr": None,
            "seat": fitting.fitted(label.seat, Face.BOLD, _SEAT, width, 13).data,
            "name": fitting.name(label.name, _NAME[3:], width, 8).data,
            "unit": fitting.fitted(label.unit, Face.REGULAR, _UNIT[1:], width, 6.4).data,
            "colour": label.colour,
        }
    width = kind.width - 2 * _EDGE - _qr(kind) - 1
    return {
        "qr": qr.drawing(label.qr_text, level="M"),
        "name": fitting.name(label.name, _NAME, width, 12).data,
        "unit": fitting.fitted(label.unit, Face.REGULAR, _UNIT, width, 10.5).data,
        "note": fitting.fitted(label.note, Face.BOLD, (9.0, 8.0, 7.0, 6.0), width - 3, 5).data,
        "colour": label.colour,
    }
