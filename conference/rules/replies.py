"""A reply form (回执) understood: rows of cells in; people, problems and what every column was taken for out.

Nothing here knows a file, a database or who asks. What is understood stands in docs/replies.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from conference.rules import (
    places,
    reply_cards,
    reply_columns,
    reply_contents,
    reply_footers,
    reply_inferring,
    reply_modes,
    reply_people,
    reply_rows,
    reply_units,
    reply_values,
)
from conference.rules.reply_columns import Column
from conference.rules.reply_facts import NOWHERE_SAID, Above, Inferred, Person, Problem, Spot, shown
from conference.rules.reply_origins import Origin, Told, looks_like_unit, of_sheet, section
from conference.rules.reply_tables import Grid, Table, headers_at, labels
from conference.rules.sheets import Sheet
from conference.vocabulary import Fault, Mode, Passed, ReplyColumn, Whence

__all__ = ["Column", "Inferred", "PassedOver", "Person", "Problem", "Spot", "Understood", "understand"]
_MOST_LABELS, _LONGEST_LABELS = 6, 200  # cells and characters of a row that speaks of the rows below it


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
    inferred: tuple[Inferred, ...] = ()

    @property
    def left_out(self) -> list[str]:
        """The headers of columns in which something stands that is not kept."""
        return list(dict.fromkeys(column.header for column in self.columns if column.left_out))


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
        reading.problems.append(Problem(first.name, row, Spot(None, NOWHERE_SAID["name"]), Fault.NOTHING_FOUND))
    return Understood(
        tuple(reading.columns),
        tuple(reading.people),
        tuple(dict.fromkeys(reading.problems)),
        tuple(reading.passed),
        reading.tables,
        tuple(dict.fromkeys(reading.inferred)),
    )


class _Reading:
    def __init__(self, file_name: str, mode: Mode | None, unit: tuple[str, str] | None) -> None:
        self.file_name, self.mode, self.unit = file_name, mode, unit
        self.columns: list[Column] = []
        self.people: list[Person] = []
        self.problems: list[Problem] = []
        self.passed: list[PassedOver] = []
        self.inferred: list[Inferred] = []
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
            above = replace(origin, told=dict(origin.told))
            if origin.mode is None and self.mode is not None:
                origin.mode, origin.told[ReplyColumn.MODE] = self.mode, Told(Whence.ASKED, "")
            stranger = self._stranger(grid, origin)
            if self.unit:
                origin.unit, origin.province = self.unit
            for table in part.tables:
                self._read_table(grid, table, part.rows, origin, stranger)

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

    def _read_table(
        self, grid: Grid, table: Table, rows: Sequence[int], origin: Origin, stranger: Problem | None
    ) -> None:
        about = [row for row in rows if _about_somebody(grid, table, row)]
        table = reply_contents.recognised(grid, table, about)
        self.columns.extend(reply_columns.columns(grid, table, about))
        habit, above = reply_rows.habits(grid, table, about, origin.notes), Above()
        spots = reply_people.spots_of(table, origin)
        by_row = table.of(ReplyColumn.UNIT, ReplyColumn.UNIT_AND_POSITION)
        first = len(self.people)
        for row in rows:
            why = self._why_passed(grid, table, row, above)
            if why:
                self.passed.append(PassedOver(grid.sheet.name, row, why))
                continue
            if reply_rows.is_empty(grid, table, row):
                continue
            found = reply_people.read(grid, table, row, habit=habit, origin=origin, above=above, spots=spots)
            here = above.section and self._unless_own(grid, above.section_row, NOWHERE_SAID["unit"], above.section)
            other = here if above.section else stranger
            if other and not (found.unit_here if isinstance(found, Person) else by_row):
                self.problems.append(other)
            elif isinstance(found, Person):
                self._keep(found)
            elif isinstance(found, Passed):
                self.passed.append(PassedOver(grid.sheet.name, row, found))
            else:
                self.problems.extend(found)
        self.inferred.extend(reply_inferring.inferred(table, origin, self.people[first:], own=self.unit is not None))

    def _stranger(self, grid: Grid, origin: Origin) -> Problem | None:
        """The problem of rows that are said to be another unit's than the desk's; a file may be called anything."""
        told = origin.told.get(ReplyColumn.UNIT)
        if self.unit is None or told is None or told.whence is Whence.FILE:
            return None
        row = told.row or min(grid.numbers, default=1)
        return self._unless_own(grid, row, origin.unit_header or NOWHERE_SAID["unit"], origin.unit)

    def _unless_own(self, grid: Grid, row: int, header: str, unit: str) -> Problem | None:
        if self.unit is None or reply_units.is_own(unit, *self.unit):
            return None
        return Problem(grid.sheet.name, row, Spot(None, header), Fault.FORM_OF_ANOTHER_UNIT, typed=shown(unit))

    def _why_passed(self, grid: Grid, table: Table, row: int, above: Above) -> Passed | None:
        if row in grid.sheet.hidden_rows:
            return None if reply_rows.is_empty(grid, table, row) else Passed.HIDDEN
        if self._labels_rows(grid, table, row, above):
            return Passed.NOTE
        every = grid.filled(row)
        filled = [(column, text) for column, text in every if not table.is_beside(column)] or every[:1]
        left = table.name_column or 0  # a heading stands at the left; a word further right is somebody's choice
        if len(filled) == 1 and filled[0][0] <= left and self._heads_rows(grid, table, row, above):
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
        if unit := reply_values.unit(unit):
            above.section, above.section_row = unit, row
        above.section_province = province or above.section_province
        above.section_mode = mode if isinstance(mode, Mode) else above.section_mode
        text = " ".join(text for _, text in filled)
        self._heading(grid, row, text, (unit, province, mode if isinstance(mode, Mode) else None))
        return bool(unit or province or isinstance(mode, Mode))

    def _heads_rows(self, grid: Grid, table: Table, row: int, above: Above) -> bool:
        """Whether a row of its own names the unit, the province or the mode of the rows below it."""
        text = next((text for column, text in grid.filled(row) if not table.is_beside(column)), grid.filled(row)[0][1])
        plain = section(text)
        mode = reply_modes.mode(plain)
        if not table.of(ReplyColumn.UNIT, ReplyColumn.UNIT_AND_POSITION) and looks_like_unit(plain):
            above.section, above.section_row = reply_values.unit(plain), row
            self._heading(grid, row, text, (above.section, None, None))
            return True
        if isinstance(mode, Mode) and reply_modes.is_section(plain):
            above.section_mode = mode
            self._heading(grid, row, text, (None, None, mode))
            return True
        if len(plain) <= 10 and not table.of(ReplyColumn.PROVINCE) and (code := places.province(plain)):
            above.section_province = code
            self._heading(grid, row, text, (None, code, None))
            return True
        return False

    def _heading(self, grid: Grid, row: int, text: str, said: Sequence[str | None]) -> None:
        self.inferred.extend(
            Inferred(grid.sheet.name, what, value, Whence.ROW, shown(text), row)
            for what, value in zip((ReplyColumn.UNIT, ReplyColumn.PROVINCE, ReplyColumn.MODE), said, strict=True)
            if value
        )

    def _keep(self, person: Person) -> None:
        """Somebody who stands there twice is a problem, unless both rows say the same."""
        for what, reach in (("phone", person.phone), ("email", person.email and person.email.casefold())):
            earlier = self._held.get(reach) if reach else None
            if earlier is None:
                continue
            if earlier.said == person.said:
                self.passed.append(PassedOver(person.sheet, person.row, Passed.SAME_ROW))
            else:
                self.problems.append(person.problem(person.spots[what], Fault.TWICE_IN_FILE))
            return
        self._held |= {reach: person for reach in (person.phone, person.email and person.email.casefold()) if reach}
        self.people.append(person)


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
