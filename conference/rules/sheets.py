"""A sheet as it stands in a file: texts in cells, before anybody has understood them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Merge = tuple[int, int, int, int]  # first row, first column, last row, last column


@dataclass(frozen=True)
class Sheet:
    """`rows` by number as the spreadsheet counts (from 1), each a list of texts by column (from 0).

    Rows without anything are left out, lists end with their last text. Numbers are written out in full
    ("13810000001", never 1.38E+10), times as ISO 8601 with a space. `merges` are ranges of one cell; only the first of
    them has a text. `unsolved` are cells with a formula and without the value that it gives.
    """

    name: str
    rows: Mapping[int, Sequence[str]]
    merges: Sequence[Merge] = ()
    hidden: bool = False
    hidden_rows: frozenset[int] = field(default=frozenset())
    unsolved: frozenset[tuple[int, int]] = field(default=frozenset())

    def text(self, row: int, column: int) -> str:
        """What stands in a cell; "" where nothing does."""
        texts = self.rows.get(row, ())
        return texts[column] if column < len(texts) else ""

    @property
    def width(self) -> int:
        """How many columns have something."""
        return max(map(len, self.rows.values()), default=0)


def column_letters(column: int) -> str:
    """0 is A, 26 is AA: how a spreadsheet names a column."""
    letters, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        letters = chr(65 + digit) + letters
    return letters
