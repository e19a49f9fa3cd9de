"""A sheet that is a form for one person: each label with what was filled in beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from conference.rules.reply_facts import Problem, Spot
from conference.rules.reply_tables import Grid, labels
from conference.rules.sheets import Sheet
from conference.vocabulary import ReplyColumn

_LONGEST = 100  # rows
_MODES = {ReplyColumn.MODE, ReplyColumn.IN_PERSON, ReplyColumn.ONLINE}  # a mode is called as a tick's column is
_ALIKE = {ReplyColumn.NOT_KEPT, ReplyColumn.IDENTITY, ReplyColumn.SERIAL, ReplyColumn.REASONS}


@dataclass(frozen=True)
class Card:
    """The form as a table of one row; `cells` are where its values really stand, `row` where the name does."""

    sheet: Sheet
    cells: list[tuple[int, int]]
    row: int

    def column(self, index: int) -> int:
        return self.cells[index][1] if index < len(self.cells) else index

    def placed(self, problem: Problem) -> Problem:
        """A problem of the table's row, where it is in the form."""
        at = problem.spot.column
        if at is None or at >= len(self.cells):
            return replace(problem, row=self.row)
        row, column = self.cells[at]
        return replace(problem, row=row, spot=Spot(column, problem.spot.header))


def card(grid: Grid) -> Card | None:
    """None where the sheet is no such form: short, a name, and at least two things more, each beside its label."""
    if len(grid.numbers) > _LONGEST:
        return None
    found: dict[ReplyColumn, tuple[str, str, int, int]] = {}
    for row in grid.numbers:
        for label, value, column in [*labels(grid, row), *_pairs(grid, row)]:
            kind = grid.meaning(label)
            if kind is not None and kind not in _ALIKE and kind not in found:
                found[kind] = (label, value, row, column)
    if ReplyColumn.NAME not in found or len(found) < 3:
        return None
    kept = list(found.values())
    rows = {1: [label for label, *_ in kept], 2: [value for _, value, *_ in kept]}
    cells = [(row, column) for _, _, row, column in kept]
    return Card(Sheet(grid.sheet.name, rows), cells, found[ReplyColumn.NAME][2])


def _pairs(grid: Grid, row: int) -> list[tuple[str, str, int]]:
    """Labels without a colon, each in the cell before its value; one with nothing beside it has an empty value."""
    filled = grid.filled(row)
    found, at = [], 0
    while at < len(filled):
        column, text = filled[at]
        kind = grid.meaning(text)
        after = filled[at + 1] if at + 1 < len(filled) else None
        at += 1
        if kind is None:
            continue
        beside = grid.meaning(after[1]) if after is not None else None
        if after is not None and (beside is None or (kind is ReplyColumn.MODE and beside in _MODES)):
            found.append((text, after[1], after[0]))
            at += 1
        else:
            found.append((text, "", column + 1))
    return found
