"""The hall plan to print: A3 landscape, names in their seats, a colour for each unit; then who sits in each row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conference.documents import printing, typefaces

_WIDE, _HIGH = 404.0, 232.0  # millimetres of the page that rows of seats may take
_LABEL, _AISLE, _GAP = 15.0, 4.0, 0.6
_LARGEST, _LOWEST = (22.0, 16.0), 7.0
_POINT = 0.3528
_OPENING = "（(［[【〔｛{〈《「『“‘"


@dataclass(frozen=True)
class PrintedSeat:
    """`tone` is the colour of the unit, from 0; None where nobody sits."""

    number: int
    name: str = ""
    unit: str = ""
    tone: int | None = None
    closed: bool = False
    aisle: bool = False


@dataclass(frozen=True)
class PrintedRow:
    label: str
    seats: Sequence[PrintedSeat]


@dataclass(frozen=True)
class Words:
    """What stands around the seats, in the reader's language; `rows` heads the lists."""

    stage: str
    rows: str
    seat: str
    counts: str


def pdf(title: str, hall: str, rows: Sequence[PrintedRow], words: Words, *, language: str = "zh") -> bytes:
    """The plan, then the lists. Raises Unprintable, naming whose names or units we cannot draw."""
    return printing.pdf("hall_plans", sheet(title, hall, rows, words, language))


def sheet(title: str, hall: str, rows: Sequence[PrintedRow], words: Words, language: str = "zh") -> dict[str, Any]:
    """What the source is set with."""
    sitting = [(row, seat) for row in rows for seat in row.seats if seat.name]
    printing.refuse_missing({seat.name: f"{seat.name}{seat.unit}" for _, seat in sitting})
    widest = max(len(row.seats) for row in rows)
    aisles = max(sum(seat.aisle for seat in row.seats) for row in rows)
    width = min(_LARGEST[0], (_WIDE - 2 * _LABEL - aisles * _AISLE) / widest)
    height = max(_LOWEST, min(_LARGEST[1], _HIGH / len(rows)))
    return {
        "title": title,
        "meeting": typefaces.drawable(title),
        "hall": typefaces.drawable(hall),
        "lang": language,
        "stage": words.stage,
        "list": words.rows,
        "counts": words.counts,
        "label": _LABEL,
        "aisle": _AISLE,
        "gap": _GAP,
        "width": width,
        "height": height,
        "rows": [{"label": row.label, "seats": [_said(seat, width, height) for seat in row.seats]} for row in rows],
        "lists": [
            {
                "label": row.label,
                "people": [
                    {
                        "seat": f"{seat.number}",
                        "name": typefaces.drawable(seat.name),
                        "unit": typefaces.drawable(seat.unit),
                    }
                    for seat in sorted(row.seats, key=lambda seat: seat.number)
                    if seat.name
                ],
            }
            for row in rows
            if any(seat.name for seat in row.seats)
        ],
    }


def _said(seat: PrintedSeat, width: float, height: float) -> dict[str, Any]:
    name = typefaces.drawable(seat.name)
    lines, size = _fitted(name, width - 2 * _GAP, height * 0.62)
    return {
        "n": seat.number,
        "lines": lines,
        "size": size,
        "tone": seat.tone,
        "closed": seat.closed,
        "aisle": seat.aisle,
    }


def _fitted(name: str, width: float, height: float) -> tuple[list[str], float]:
    """A name on one line or two, as large as its seat allows; a Chinese character is as wide as it is high."""
    best: tuple[list[str], float] = ([name], 0.0)
    for count in (1, 2, 3):
        lines = _broken(name, count)
        widest = max((sum(1.0 if ord(c) > 0x2E7F else 0.62 for c in line) for line in lines), default=1.0)
        size = min(12.0, width / _POINT / max(widest, 1.0), height / _POINT / (1.12 * len(lines)))
        if size > best[1] * 1.15:
            best = lines, size
    return best[0], round(best[1], 2)


def _broken(name: str, count: int) -> list[str]:
    if count == 1 or len(name) <= count:
        return [name]
    parts = name.split() if " " in name else name.replace("·", "·\n").split("\n")
    if len(parts) == count:
        return parts
    each = -(-len(name) // count)
    lines = [name[at : at + each].strip() for at in range(0, len(name), each)]
    for at in range(len(lines) - 1):
        # A bracket opens on the line of what it holds.
        kept = lines[at].rstrip(_OPENING)
        if kept:
            lines[at], lines[at + 1] = kept, lines[at][len(kept) :] + lines[at + 1]
    return lines
