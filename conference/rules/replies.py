"""A reply form (回执) understood: rows of cells in; people, problems and what every column was taken for out.

Nothing here knows a file, a database or who asks. What is understood stands in docs/replies.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from conference.rules import (
    places,
    reply_cards,
    reply_contents,
    reply_facts,
    reply_footers,
    reply_modes,
    reply_people,
    reply_rows,
    reply_values,
)
from conference.rules.reply_facts import Above, Person, Problem, Spot
from conference.rules.reply_origins import Origin, looks_like_unit, of_sheet
from conference.rules.reply_tables import Grid, Table, headers_at, labels
from conference.rules.sheets import Sheet
from conference.vocabulary import Fault, Mode, Passed, ReplyColumn

__all__ = ["Column", "PassedOver", "Person", "Problem", "Spot", "Understood", "understand"]
SAMPLES = 3
_MOST_LABELS, _LONGEST_LABELS = 6, 200  # cells and characters of a row that speaks of the rows below it


@dataclass(frozen=True)
class Column:
    """What a column was taken for; None is one that we do not know and do not keep."""

    sheet: str
    header_row: int
    index: int
    header: str
    kind: ReplyColumn | None
    samples: tuple[str, ...]
    by_content: bool = False


@dataclass(frozen=True)
class PassedOver:
    """A row (or, without one, a whole sheet) about nobody, and why."""

    sheet: str
    row: int | None
    why: Passed


@dataclass(frozen=True)
class Understood:
    """`sheets` counts those with people; rows are numbered as the spreadsheet counts."""

    columns: tuple[Column, ...]
    people: tuple[Person, ...]
    problems: tuple[Problem, ...]
    passed: tuple[PassedOver, ...]
    sheets: int


def understand(
    sheets: Sequence[Sheet], *, file_name: str = "", mode: Mode | None = None, unit: tuple[str, str] | None = None
) -> Understood:
    """Read every sheet by itself.

    `mode` is for forms that do not say one anywhere, `unit` (name and province) for people whose unit no cell names.
    """
    reading = _Reading(file_name, mode, unit)
    for sheet in sheets:
        reading.take(sheet)
    if not reading.tables:
        first = next((sheet for sheet in sheets if not sheet.hidden), sheets[0] if sheets else Sheet("", {}))
        row = min(first.rows, default=1)
        reading.problems.append(
            Problem(first.name, row, Spot(None, reply_facts.NOWHERE_SAID["name"]), Fault.NOTHING_FOUND)
        )
    return Understood(
        tuple(reading.columns), tuple(reading.people), tuple(reading.problems), tuple(reading.passed), reading.tables
    )


class _Reading:
    def __init__(self, file_name: str, mode: Mode | None, unit: tuple[str, str] | None) -> None:
        self.file_name, self.mode, self.unit = file_name, mode, unit
        self.columns: list[Column] = []
        self.people: list[Person] = []
        self.problems: list[Problem] = []
        self.passed: list[PassedOver] = []
        self.tables = 0
        self._held: dict[str, Person] = {}

    def take(self, sheet: Sheet) -> None:
        if sheet.hidden:
            self.passed.append(PassedOver(sheet.name, None, Passed.HIDDEN_SHEET))
            return
        grid = Grid(sheet)
        parts = _tables(grid)
        if not parts:
            self._take_without_table(grid)
            return
        self.tables += 1
        above: Origin | None = None
        for n, part in enumerate(parts):
            last = n + 1 == len(parts)
            beside = [*(parts[n - 1].feet(grid) if n else _before(grid, part)), *(part.feet(grid) if last else [])]
            origin = of_sheet(grid, beside, file_name=self.file_name, above=above)
            above = replace(origin)
            origin.mode = origin.mode or self.mode
            if self.unit:
                origin.unit, origin.province = self.unit
            for table in part.tables:
                self._read_table(grid, table, part.rows, origin)

    def _take_without_table(self, grid: Grid) -> None:
        """A sheet that is a card for one person, a list with a column for each, or about nobody."""
        cards = reply_cards.cards(grid)
        if not cards and grid.numbers:
            self.passed.append(PassedOver(grid.sheet.name, None, Passed.NO_TABLE))
        for n, card in enumerate(cards):
            self._take_card(card, first=not n)

    def _take_card(self, card: reply_cards.Card, *, first: bool) -> None:
        people, problems, columns = len(self.people), len(self.problems), len(self.columns)
        self.take(card.sheet)
        labels = [replace(one, index=card.column(one.index)) for one in self.columns[columns:]]
        self.columns[columns:] = labels if first else []
        self.tables -= not first
        self.people[people:] = [replace(one, row=card.row) for one in self.people[people:]]
        self.problems[problems:] = [card.placed(one) for one in self.problems[problems:]]

    def _read_table(self, grid: Grid, table: Table, rows: Sequence[int], origin: Origin) -> None:
        about = [row for row in rows if _about_somebody(grid, table, row)]
        table = reply_contents.recognised(grid, table, about)
        self.columns.extend(_columns(grid, table, rows))
        habit, above = reply_rows.habits(grid, table, about, origin.notes), Above()
        spots = reply_people.spots_of(table, origin)
        for row in rows:
            why = self._why_passed(grid, table, row, above)
            if why:
                self.passed.append(PassedOver(grid.sheet.name, row, why))
                continue
            if reply_rows.is_empty(grid, table, row):
                continue
            found = reply_people.read(grid, table, row, habit=habit, origin=origin, above=above, spots=spots)
            if isinstance(found, Person):
                self._keep(found)
            elif isinstance(found, Passed):
                self.passed.append(PassedOver(grid.sheet.name, row, found))
            else:
                self.problems.extend(found)

    def _why_passed(self, grid: Grid, table: Table, row: int, above: Above) -> Passed | None:
        if row in grid.sheet.hidden_rows:
            return None if reply_rows.is_empty(grid, table, row) else Passed.HIDDEN
        if self._labels_rows(grid, table, row, above):
            return Passed.NOTE
        every = grid.filled(row)
        filled = [(column, text) for column, text in every if not table.is_beside(column)] or every[:1]
        left = table.name_column or 0  # a heading stands at the left; a word further right is somebody's choice
        if len(filled) == 1 and filled[0][0] <= left and self._heads_rows(table, filled[0][1], above):
            return Passed.NOTE
        return reply_footers.passed_over(grid, table, row)

    def _labels_rows(self, grid: Grid, table: Table, row: int, above: Above) -> bool:
        """Whether a row says "单位：…" (or 省份, 参会方式) of the rows below it, in one cell or in two."""
        filled = grid.filled(row)
        if len(filled) > _MOST_LABELS or sum(len(text) for _, text in filled) > _LONGEST_LABELS:
            return False
        kinds = {grid.meaning(label): value for label, value, _ in labels(grid, row)}
        unit, province = kinds.get(ReplyColumn.UNIT, ""), places.province(kinds.get(ReplyColumn.PROVINCE, ""))
        mode = reply_modes.mode(kinds.get(ReplyColumn.MODE, ""))
        if reply_footers.reached(grid, table, row) or len(filled) > 2 * len(kinds):
            return False
        if table.of(ReplyColumn.UNIT, ReplyColumn.UNIT_AND_POSITION) or reply_values.says_nothing(unit):
            unit = ""
        above.section = reply_values.unit(unit) or above.section
        above.section_province = province or above.section_province
        above.section_mode = mode if isinstance(mode, Mode) else above.section_mode
        return bool(unit or province or isinstance(mode, Mode))

    def _heads_rows(self, table: Table, text: str, above: Above) -> bool:
        """Whether a row of its own names the unit, the province or the mode of the rows below it."""
        plain = _section(text)
        mode = reply_modes.mode(plain)
        if not table.of(ReplyColumn.UNIT, ReplyColumn.UNIT_AND_POSITION) and looks_like_unit(plain):
            above.section = reply_values.unit(plain)
            return True
        if isinstance(mode, Mode) and reply_modes.is_section(plain):
            above.section_mode = mode
            return True
        if len(plain) <= 10 and not table.of(ReplyColumn.PROVINCE) and (code := places.province(plain)):
            above.section_province = code
            return True
        return False

    def _keep(self, person: Person) -> None:
        """Somebody who stands there twice is a problem, unless both rows say the same."""
        for what, reach in (("phone", person.phone), ("email", person.email and person.email.casefold())):
            earlier = self._held.get(reach) if reach else None
            if earlier is None:
                continue
            if earlier.said == person.said:
                self.passed.append(PassedOver(person.sheet, person.row, Passed.SAME_ROW))
            else:
                self.problems.append(Problem(person.sheet, person.row, person.spots[what], Fault.TWICE_IN_FILE))
            return
        self._held |= {reach: person for reach in (person.phone, person.email and person.email.casefold()) if reach}
        self.people.append(person)


_NUMBERED = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]+[)）]?[、.．\s]*(?<=[、.．）)\s])|第[一二三四五六七八九十\d]+部分[：:]?)"
)


def _section(text: str) -> str:
    """The unit that heads its own rows ("东营市垦利区民政局（3人）", "一、…")."""
    plain = reply_values.chinese(text)
    return re.sub(r"[（(]?共?\d+人?[）)]?$", "", _NUMBERED.sub("", plain).rstrip("：:")).rstrip("：:")


@dataclass(frozen=True)
class _Part:
    """One table, or several side by side, with the rows below their header."""

    tables: list[Table]
    rows: list[int]

    def feet(self, grid: Grid) -> list[int]:
        """The rows behind the last person, which may be labels of the next table."""
        last = next((row for row in reversed(self.rows) if self._about_somebody(grid, row)), 0)
        return [row for row in self.rows if row > last]

    def _about_somebody(self, grid: Grid, row: int) -> bool:
        return any(_about_somebody(grid, table, row) for table in self.tables)


def _about_somebody(grid: Grid, table: Table, row: int) -> bool:
    return not reply_rows.is_empty(grid, table, row) and not reply_footers.passed_over(grid, table, row)


def _before(grid: Grid, part: _Part) -> list[int]:
    return [row for row in grid.numbers if row < part.tables[0].first]


def _tables(grid: Grid) -> list[_Part]:
    """The tables of a sheet from top to bottom."""
    found: list[_Part] = []
    skip_to = 0
    for row in grid.numbers:
        if row < skip_to:
            continue
        tables = headers_at(grid, row)
        if tables and _begins(found, tables[0]):
            found.append(_Part(tables, []))
            skip_to = tables[0].last + 1
        elif found:
            found[-1].rows.append(row)
    return found


def _begins(found: Sequence[_Part], table: Table) -> bool:
    """Below a table, only what looks like a header in the same place or of a whole new table is one."""
    if not found:
        return True
    return table.name_column is not None and (
        found[-1].tables[0].name_column == table.name_column
        or len([heading for heading in table.headings if heading.kind]) >= 3
    )


def _columns(grid: Grid, table: Table, rows: Sequence[int]) -> list[Column]:
    found = []
    for heading in table.ordered:
        if heading.kind is ReplyColumn.REASONS:
            continue
        samples: list[str] = []
        if heading.kind not in {ReplyColumn.IDENTITY, ReplyColumn.NOT_KEPT, ReplyColumn.SERIAL, None}:
            for row in rows[:50]:
                text = reply_values.text(grid.text(row, heading.index))[:30]
                if text and len(samples) < SAMPLES and text not in samples:
                    samples.append(text)
        found.append(
            Column(
                grid.sheet.name,
                table.last,
                heading.index,
                heading.header,
                heading.kind,
                tuple(samples),
                heading.by_content,
            )
        )
    return found
