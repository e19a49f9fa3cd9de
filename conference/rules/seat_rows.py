"""A list of seats in a workbook: who each row means, and the seat it gives them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from conference.rules.halls import Hall, Spot
from conference.rules.sheets import Sheet
from conference.rules.text import SHORT_LIMIT
from conference.rules.unit_rows import Problem
from conference.vocabulary import Fault

MOST_ROWS = 6_000
HEADER_WITHIN = 15
HEADERS: dict[str, tuple[str, ...]] = {
    "number": ("编号", "参会编号", "number", "no"),
    "name": ("姓名", "名字", "代表", "name"),
    "unit": ("单位", "单位名称", "工作单位", "unit"),
    "seat": ("座位", "座位号", "座次", "排座", "seat"),
}
_OF_HEADER = {header: field for field, headers in HEADERS.items() for header in headers}


@dataclass(frozen=True)
class Known:
    """Somebody who may be seated, as a row may name them."""

    id: int
    number: str
    name: str
    unit: str
    seat: str


@dataclass(frozen=True)
class SeatRow:
    """`row` is as the spreadsheet counts."""

    row: int
    texts: Mapping[str, str]


@dataclass(frozen=True)
class SeatList:
    """The rows of a file; `headers` by field, as they stand in it."""

    headers: Mapping[str, str]
    rows: Sequence[SeatRow]
    problems: Sequence[Problem] = ()


@dataclass(frozen=True)
class Wish:
    """What a good row says."""

    row: int
    person: Known
    spot: Spot


def read(sheets: Sequence[Sheet]) -> SeatList:
    """The first sheet that says seats and whose they are; rows without a seat are left out."""
    for sheet in sheets:
        if sheet.hidden:
            continue
        for number in sorted(sheet.rows)[:HEADER_WITHIN]:
            fields = [_OF_HEADER.get(_plain(text)) for text in sheet.rows[number]]
            if "seat" in fields and ("name" in fields or "number" in fields):
                return _rows(sheet, number, fields)
    return SeatList({}, (), (Problem(1, "", Fault.NO_SEAT_COLUMN),))


def judge(
    found: SeatList,
    hall: Hall,
    people: Sequence[Known],
    closed: AbstractSet[Spot],
    sitting: Mapping[int, Spot],
    elsewhere: Sequence[Known] = (),
) -> tuple[list[Wish], list[Problem]]:
    """The rows that change something and can be granted together, and every problem in the order of the file.

    `elsewhere` are those of the meeting who have no seat in its hall, since they are online, say.
    """
    problems = list(found.problems)
    wishes: list[Wish] = []
    persons: set[int] = set()
    spots: set[Spot] = set()
    by_number = {one.number.lstrip("0"): one for one in people}
    by_name: dict[str, list[Known]] = {}
    for one in people:
        by_name.setdefault(one.name, []).append(one)
    not_here = (
        {one.number.lstrip("0") for one in elsewhere},
        {(one.name, unit) for one in elsewhere for unit in ("", one.unit)},
    )

    def problem(row: SeatRow, field: str, fault: Fault) -> None:
        problems.append(Problem(row.row, found.headers.get(field, ""), fault, row.texts.get(field, "")[:80]))

    for row in found.rows:
        person, fault = _person(row, by_number, by_name)
        if fault is Fault.NOBODY_FOUND and _is_of(row, *not_here):
            fault = Fault.NOT_SEATED_HERE
        spot = hall.find(row.texts["seat"])
        if person is None:
            problem(row, "number" if row.texts.get("number") else "name", fault)
        elif spot is None:
            problem(row, "seat", Fault.NO_SUCH_SEAT)
        elif spot in closed:
            problem(row, "seat", Fault.SEAT_CLOSED)
        elif person.id in persons or spot in spots:
            problem(row, "seat" if spot in spots else "name", Fault.TWICE_IN_THE_SHEET)
        else:
            persons.add(person.id)
            spots.add(spot)
            wishes.append(Wish(row.row, person, spot))
    rows = {row.row: row for row in found.rows}
    while blocked := _blocked(wishes, sitting):
        for wish in blocked:
            problem(rows[wish.row], "seat", Fault.SEAT_OCCUPIED)
        wishes = [wish for wish in wishes if wish not in blocked]
    changing = [wish for wish in wishes if sitting.get(wish.person.id) != wish.spot]
    return changing, sorted(problems, key=lambda one: one.row)


def _blocked(wishes: Sequence[Wish], sitting: Mapping[int, Spot]) -> list[Wish]:
    """Those whose seat somebody has who stays on it."""
    moving = {wish.person.id for wish in wishes}
    stay = {spot: id_ for id_, spot in sitting.items() if id_ not in moving}
    return [wish for wish in wishes if wish.spot in stay]


def _rows(sheet: Sheet, header: int, fields: Sequence[str | None]) -> SeatList:
    headers = {field: sheet.rows[header][at].strip() for at, field in reversed(list(enumerate(fields))) if field}
    rows = []
    numbers = [number for number in sorted(sheet.rows) if number > header]
    for number in numbers:
        texts: dict[str, str] = {}
        for at, field in enumerate(fields):
            text = " ".join(sheet.text(number, at).split())[:SHORT_LIMIT]
            if field and text:
                texts.setdefault(field, text)
        if texts.get("seat") and (texts.get("name") or texts.get("number")):
            rows.append(SeatRow(number, texts))
    problems = [Problem(rows[MOST_ROWS].row, "", Fault.TOO_MANY)] if len(rows) > MOST_ROWS else []
    return SeatList(headers, rows[:MOST_ROWS], problems)


def _person(
    row: SeatRow, by_number: Mapping[str, Known], by_name: Mapping[str, Sequence[Known]]
) -> tuple[Known | None, Fault]:
    """By the number, which must be of that name; else by the name, of that unit where it is given."""
    name, unit = row.texts.get("name", ""), row.texts.get("unit", "")
    if number := row.texts.get("number", "").lstrip("0"):
        person = by_number.get(number)
        if person and name not in {"", person.name}:
            return None, Fault.NUMBER_OF_ANOTHER
        return person, Fault.NOBODY_FOUND
    found = [one for one in by_name.get(name, ()) if unit in {"", one.unit}]
    return (found[0] if len(found) == 1 else None), Fault.SEVERAL_PEOPLE if found else Fault.NOBODY_FOUND


def _is_of(row: SeatRow, numbers: AbstractSet[str], names: AbstractSet[tuple[str, str]]) -> bool:
    if number := row.texts.get("number", "").lstrip("0"):
        return number in numbers
    return (row.texts.get("name", ""), row.texts.get("unit", "")) in names


def _plain(header: str) -> str:
    plain = re.sub(r"[(（].*?[)）]", "", unicodedata.normalize("NFKC", header))
    return re.sub(r"[\s*、，,：:/.]+", "", plain).casefold()
