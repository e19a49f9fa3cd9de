"""A hall: its rows from the stage backwards, what its seats are called, and how rows are typed."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conference.rules.text import fault_in
from conference.vocabulary import SeatNumbering

MOST_ROWS = 200
MOST_SEATS = 200  # in a row
MOST_IN_ALL = 6_000
LABEL_LIMIT = 10
# What a seat is called, for people and in what is kept; a page that names seats by itself says it by this too.
CALLED = "{row}{number}座"
TEXT_LIMIT = 20_000
# A seat: its row from the stage, from 0, and its place in the row from the left, from 1.
Spot = tuple[int, int]


@dataclass(frozen=True)
class Row:
    """`aisles` are after so many seats from the left."""

    label: str
    seats: int
    aisles: tuple[int, ...] = ()


@dataclass(frozen=True)
class Hall:
    """Labels of rows differ from each other, whatever their case."""

    rows: tuple[Row, ...]
    numbering: SeatNumbering = SeatNumbering.LEFT

    def spots(self) -> Iterator[Spot]:
        """Every seat, front to back, left to right."""
        return ((at, position) for at, row in enumerate(self.rows) for position in range(1, row.seats + 1))

    def has(self, spot: Spot) -> bool:
        return 0 <= spot[0] < len(self.rows) and 1 <= spot[1] <= self.rows[spot[0]].seats

    def number(self, spot: Spot) -> int:
        """What stands on a seat."""
        row, position = spot
        if self.numbering is SeatNumbering.LEFT:
            return position
        left = (self.rows[row].seats + 1) // 2  # of an odd row the middle seat is 1
        return 2 * (left - position) + 1 if position <= left else 2 * (position - left)

    def spot(self, row: int, number: int) -> Spot | None:
        """The seat of a row that `number` stands on."""
        if not 0 <= row < len(self.rows) or not 1 <= number <= self.rows[row].seats:
            return None
        if self.numbering is SeatNumbering.LEFT:
            return row, number
        left = (self.rows[row].seats + 1) // 2
        return row, left - number // 2 if number % 2 else left + number // 2

    def label(self, spot: Spot) -> str:
        """What a seat is called: 3排12座; of a row with a name of its own, 主席台2座."""
        return CALLED.format(row=self.row_name(spot[0]), number=self.number(spot))

    def row_name(self, row: int) -> str:
        label = self.rows[row].label
        return f"{label}排" if label.isascii() and label.isalnum() else label

    def row(self, label: str) -> int | None:
        """The row of that label, from 0."""
        plain = _plain(label)
        return self._rows_by_label.get(plain, self._rows_by_label.get(_bare_row(plain)))

    def find(self, text: str) -> Spot | None:
        """The seat that somebody typed: 3排12座, 3-12, A12, Row 3 seat 12, 主席台2座."""
        for label, number in _readings(text):
            row = self.row(label)
            spot = None if row is None else self.spot(row, number)
            if spot is not None:
                return spot
        return None

    @cached_property
    def _rows_by_label(self) -> dict[str, int]:
        return {_plain(row.label): at for at, row in enumerate(self.rows)}


def names_a_seat(text: str) -> bool:
    """Whether `text` says a row and a seat, in any hall."""
    return any(True for _ in _readings(text))


def _readings(text: str) -> Iterator[tuple[str, int]]:
    plain = re.sub(r"(?:座位|座|号|位)+$", "", _plain(text))
    for pattern in _SEAT:
        if found := pattern.fullmatch(plain):
            yield found[1].strip(), int(found[2])


_SEAT = (
    re.compile(r"(?:第|row)?\s*(.{1,12}?)\s*排\s*,?\s*第?(\d{1,3})"),
    re.compile(r"(?:第|row)?\s*(.{1,12}?)\s*[-/.,、\s]\s*(?:seat|第)?\s*(\d{1,3})"),
    re.compile(r"(.{0,11}?[^\d\s])\s*(\d{1,3})"),
)


@dataclass(frozen=True)
class Misread:
    """A typed line that says nothing we understand, from 1; `beyond` where it says more, or fewer, than we hold,
    `aisle` where an aisle is not between two seats of the row.
    """

    line: int
    text: str
    beyond: bool = False
    aisle: bool = False


def read_rows(text: str) -> tuple[tuple[Row, ...], tuple[Misread, ...]]:
    """Rows as they are typed, one kind a line: “1-20 排，每排 30 座，走道在 10、20 座后”, “A: 24 / 8, 16”.

    A later line about a row that stands already is an exception to what was said before.
    """
    rows: dict[str, Row] = {}
    misread = []
    for at, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        found = _read_line(line)
        if not found:
            beyond = _is_beyond(line)
            misread.append(Misread(at, line.strip()[:60], beyond, not beyond and _is_without_aisles(line)))
        for row in found:
            rows[_plain(row.label)] = row
    return tuple(rows.values()), tuple(misread)


def written(rows: Sequence[Row]) -> str:
    """The same rows as a text that `read_rows` understands."""
    lines: list[str] = []
    at = 0
    while at < len(rows):
        end = at
        while end + 1 < len(rows) and _follows(rows[end], rows[end + 1]):
            end += 1
        first, last = rows[at], rows[end]
        labels = first.label if at == end else f"{first.label}-{last.label}"
        aisles = f"，走道在 {'、'.join(map(str, first.aisles))} 座后" if first.aisles else ""
        lines.append(f"{labels} 排，每排 {first.seats} 座{aisles}")
        at = end + 1
    return "\n".join(lines)


def read_labels(text: str, hall: Hall) -> list[int] | None:
    """The rows of “1-3、5” or “主席台”, from 0, in order; None where one of them is not there."""
    found: set[int] = set()
    for part in re.split(r"[,、;\s]+", _plain(text)):
        if not part:
            continue
        first, _, last = part.partition("-")
        ends = [hall.row(label) for label in (first, last or first)]
        if ends[0] is None or ends[1] is None or ends[0] > ends[1]:
            return None
        found |= set(range(ends[0], ends[1] + 1))
    return sorted(found) or None


def read_numbers(text: str) -> list[int] | None:
    """The numbers of “1-10、15”; none for a text that is empty, None for one that is not understood."""
    found: set[int] = set()
    for part in re.split(r"[,、;\s]+", re.sub(r"[座号位]", " ", _plain(text))):
        if not part:
            continue
        ends = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", part)
        if ends is None or not int(ends[1]) <= int(ends[2] or ends[1]):
            return None
        found |= set(range(int(ends[1]), int(ends[2] or ends[1]) + 1))
    return sorted(found)


def too_large(rows: Sequence[Row]) -> bool:
    return len(rows) > MOST_ROWS or sum(row.seats for row in rows) > MOST_IN_ALL


def kept(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """As the database keeps them."""
    return [{"label": row.label, "seats": row.seats, "aisles": list(row.aisles)} for row in rows]


def opened(rows: Sequence[Mapping[str, Any]], numbering: SeatNumbering) -> Hall:
    """The hall of rows as the database keeps them."""
    return Hall(tuple(Row(row["label"], row["seats"], tuple(row["aisles"])) for row in rows), numbering)


def _follows(one: Row, other: Row) -> bool:
    following = (one.label, other.label)
    if (one.seats, one.aisles) != (other.seats, other.aisles):
        return False
    return following[1] in _labels(*following)[1:2] and len(_labels(*following)) == 2


def _read_line(line: str) -> list[Row]:
    found = _LINE.fullmatch(_plain(line, case=True))
    if found is None:
        return []
    first, last, seats, aisles = found.groups()
    labels = _labels(first, last) if last else [first]
    after = tuple(sorted({int(n) for n in re.findall(r"\d+", aisles or "")}))
    if not 1 <= int(seats) <= MOST_SEATS or not labels or any(not 1 <= n < int(seats) for n in after):
        return []
    if any(len(label) > LABEL_LIMIT or fault_in(label, limit=LABEL_LIMIT) for label in labels):
        return []
    return [Row(label, int(seats), after) for label in labels]


def _is_beyond(line: str) -> bool:
    found = _LINE.fullmatch(_plain(line, case=True))
    if found is None:
        return False
    first, last, seats, _ = found.groups()
    if not 1 <= int(seats) <= MOST_SEATS:
        return True
    numbers = last is not None and all(one.isascii() and one.isdigit() and len(one) <= 9 for one in (first, last))
    return numbers and int(last) - int(first) >= MOST_ROWS


def _is_without_aisles(line: str) -> bool:
    """Whether the line would say a row if it said no aisle."""
    found = _LINE.fullmatch(_plain(line, case=True))
    if found is None:
        return False
    first, last, seats, aisles = found.groups()
    labels = _labels(first, last) if last else [first]
    return bool(aisles) and 1 <= int(seats) <= MOST_SEATS and bool(labels)


_LINE = re.compile(
    r"(?:第|rows?\s+)?\s*([^\s,:/、;|-]+?)\s*(?:(?:-|至|到)\s*第?([^\s,:/、;|-]+?))?\s*(?:排|\s|,|:)\s*[,:]?\s*"
    r"(?:每排|共|各|each)?\s*(\d{1,9})\s*(?:个)?(?:座位|座|seats?)?\s*(?:each)?\s*"
    r"(?:[,;/|、\s]\s*(?:走道|过道|通道|aisles?)?\s*(?:在|after|:)?\s*(\d[\d\s,、和及and]*?)\s*(?:座位?|号)?\s*(?:之?后)?)?[.。]?",
    re.IGNORECASE,
)


def _labels(first: str, last: str) -> list[str]:
    """All labels from the one to the other: numbers, or single letters; none where there is no way between them."""
    if first.isascii() and last.isascii() and first.isdigit() and last.isdigit() and len(first + last) <= 8:
        ends = int(first), int(last)
        return [str(n) for n in range(ends[0], ends[1] + 1)] if 0 <= ends[1] - ends[0] < MOST_ROWS else []
    if re.fullmatch(r"[A-Z]{2}|[a-z]{2}", first + last):
        return [chr(n) for n in range(ord(first), ord(last) + 1)]
    return []


def _plain(text: str, *, case: bool = False) -> str:
    plain = unicodedata.normalize("NFKC", text).strip()
    plain = re.sub(r"[–—−~～]", "-", plain).replace("。", "").replace("，", ",").replace("；", ";")
    return plain if case else plain.casefold()


def _bare_row(label: str) -> str:
    return re.sub(r"^(?:第|row\s*)|排$", "", label).strip()
