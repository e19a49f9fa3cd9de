"""A sheet that is a form for one person, each label with what was filled in beside it; or with a column for each."""

from __future__ import annotations

from collections.abc import Sequence
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
    """The form as a table of one row, below the sheet's titles.

    `cells` are where its values really stand, `row` where the name does.
    """

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


def cards(grid: Grid) -> list[Card]:
    """Who fills in a sheet that has no table: nobody where it is no such form."""
    if len(grid.numbers) > _LONGEST:
        return []
    beside = _columns(grid)
    if beside:
        return beside
    one = _card(grid)
    return [one] if one is not None else []


def _columns(grid: Grid) -> list[Card]:
    """A list that lies on its side: labels below each other, and two or more people to their right."""
    labelled: dict[int, dict[ReplyColumn, int]] = {}
    for row in grid.numbers:
        filled = grid.filled(row)
        kind = grid.meaning(filled[0][1]) if filled else None
        if kind is not None and kind not in _ALIKE:
            labelled.setdefault(filled[0][0], {}).setdefault(kind, row)
    for column, rows in labelled.items():
        if ReplyColumn.NAME not in rows or len(rows) < 3:
            continue
        names = [at for at, text in grid.filled(rows[ReplyColumn.NAME]) if at > column]
        if len(names) < 2 or any(grid.meaning(text) for row in rows.values() for at, text in grid.filled(row)[1:]
                                 if at in names and grid.meaning(text) not in _MODES):  # fmt: skip
            continue
        return [_beside(grid, column, rows, at) for at in names]
    return []


def _beside(grid: Grid, labels_in: int, rows: dict[ReplyColumn, int], at: int) -> Card:
    kept = [(grid.text(row, labels_in), grid.spread(row, at), row, at) for row in rows.values()]
    return _made(grid, kept, rows[ReplyColumn.NAME])


def _made(grid: Grid, kept: Sequence[tuple[str, str, int, int]], name_row: int) -> Card:
    """The form as a table below the titles of the sheet."""
    titles = [grid.filled(row)[0][1] for row in grid.numbers if row < name_row and len(grid.filled(row)) == 1][:3]
    rows = {at: [title] for at, title in enumerate(titles, 1)}
    rows[len(titles) + 1] = [label for label, *_ in kept]
    rows[len(titles) + 2] = [value for _, value, *_ in kept]
    return Card(Sheet(grid.sheet.name, rows), [(row, column) for _, _, row, column in kept], name_row)


def _card(grid: Grid) -> Card | None:
    """None where the sheet is no such form: a name, and at least two things more, each beside its label."""
    found: dict[ReplyColumn, tuple[str, str, int, int]] = {}
    for row in grid.numbers:
        for label, value, column in [*labels(grid, row), *_pairs(grid, row)]:
            kind = grid.meaning(label)
            if kind is not None and kind not in _ALIKE and kind not in found:
                found[kind] = (label, value, row, column)
    if ReplyColumn.NAME not in found or len(found) < 3:
        return None
    kept = list(found.values())
    return _made(grid, kept, found[ReplyColumn.NAME][2])


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
