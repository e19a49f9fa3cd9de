"""The rows below a header: how they are filled in, and which of them are blank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from conference.rules import reply_legends, reply_modes, reply_values
from conference.rules.reply_legends import Legend
from conference.rules.reply_tables import Grid, Heading, Table
from conference.vocabulary import ReplyColumn


@dataclass(frozen=True)
class Habits:
    """How a table is filled in: known before its rows are read.

    `unit_once` that a unit is written in its first row only; `strong` and `circles` which marks its ticks are;
    `legend` what its choices by number stand for.
    """

    unit_once: bool
    province_once: bool
    strong: bool
    circles: bool
    categories: bool
    legend: Legend


_PERSONAL = (
    ReplyColumn.NAME, ReplyColumn.SURNAME, ReplyColumn.GIVEN_NAME, ReplyColumn.PHONE, ReplyColumn.EMAIL,
    ReplyColumn.CONTACT, ReplyColumn.POSITION, ReplyColumn.DEPARTMENT, ReplyColumn.UNIT_AND_POSITION,
)  # fmt: skip


def habits(grid: Grid, table: Table, rows: Sequence[int], notes: Sequence[str]) -> Habits:
    """How the `rows` below a header are filled in, with what the `notes` around it explain."""
    mode = table.one(ReplyColumn.MODE)
    ticks = [grid.spread(row, h.index) for h in table.of(ReplyColumn.IN_PERSON, ReplyColumn.ONLINE) for row in rows]
    category = table.one(ReplyColumn.CATEGORY)
    return Habits(
        unit_once=_once(grid, table.one(ReplyColumn.UNIT), rows),
        province_once=_once(grid, table.one(ReplyColumn.PROVINCE), rows),
        strong=any(map(reply_modes.is_strong, ticks)),
        circles=any(map(reply_modes.is_circle, ticks)),
        categories=category is not None and any(reply_modes.category(grid.spread(row, category.index)) for row in rows),
        legend=reply_legends.of(mode.header, notes) if mode else {},
    )


def is_empty(grid: Grid, table: Table, row: int) -> bool:
    """Whether nothing in the row tells of a person: blank, a serial number, choices that were filled in beforehand."""
    if reply_values.undecided(table.name_in(grid, row)):
        return False
    return not any(
        not reply_values.says_nothing(grid.text(row, heading.index)) or (row, heading.index) in grid.sheet.unsolved
        for heading in table.of(*_PERSONAL)
    )


def _once(grid: Grid, heading: Heading | None, rows: Sequence[int]) -> bool:
    """Whether a column says each thing in the first of several rows only: no two rows beneath each other repeat it."""
    if heading is None:
        return False
    if any(left <= heading.index <= right and bottom > top for top, left, bottom, right in grid.sheet.merges
           if rows and bottom >= rows[0]):  # fmt: skip
        return False
    said = [reply_values.text(grid.text(row, heading.index)) for row in rows]
    if said.count("") * 2 < len(said):  # where nearly all is written, what is left out is forgotten
        return False
    return not any(one and one == other for one, other in pairwise(said))
