"""Where the tables of a sheet are: header rows (of one to three rows, repeated too), and the labels around them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from conference.rules import reply_headers
from conference.rules.reply_names import joined
from conference.rules.reply_values import HAN
from conference.rules.sheets import Sheet
from conference.vocabulary import ReplyColumn

_DATA = re.compile(r"\d{7}|@")
_LABEL = re.compile(r"([^\s:：_]{2,20})\s*[:：]\s*")
_DEEPEST = 3
_ENOUGH = 3  # known headers make a header row, however many others there are
_MOST_MERGED = 200_000


class Grid:
    """A sheet with its merged cells known: `text` as written, `spread` with a merged text in each of its cells."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.width = sheet.width
        self.numbers = sorted(sheet.rows)
        self._owners: dict[tuple[int, int], tuple[int, int]] = {}
        self._wide: set[tuple[int, int]] = set()
        self._meanings: dict[str, ReplyColumn | None] = {}
        last = self.numbers[-1] if self.numbers else 0
        for top, left, bottom, right in sheet.merges:
            rows, columns = range(top, min(bottom, last) + 1), range(left, min(right, self.width - 1) + 1)
            if len(self._owners) + len(rows) * len(columns) > _MOST_MERGED:
                break
            for row in rows:
                for column in columns:
                    self._owners[row, column] = (top, left)
                    if right > left:
                        self._wide.add((row, column))

    def text(self, row: int, column: int) -> str:
        return self.sheet.text(row, column)

    def spread(self, row: int, column: int) -> str:
        return self.sheet.text(*self._owners.get((row, column), (row, column)))

    def meaning(self, text: str) -> ReplyColumn | None:
        """What a text would be taken for as a header; sheets say the same things over and over."""
        if text not in self._meanings:
            self._meanings[text] = reply_headers.meaning(text)
        return self._meanings[text]

    def merged(self, row: int, column: int) -> bool:
        """Whether the cell is inside a merged range, not its first one."""
        return self._owners.get((row, column), (row, column)) != (row, column)

    def owner(self, row: int, column: int) -> tuple[int, int]:
        return self._owners.get((row, column), (row, column))

    def wide(self, row: int, column: int) -> bool:
        """Whether the cell is merged with one beside it."""
        return (row, column) in self._wide

    def filled(self, row: int) -> list[tuple[int, str]]:
        """The columns of a row that have a text of their own."""
        texts = self.sheet.rows.get(row, ())
        return [(column, text) for column, text in enumerate(texts) if text.strip()]


@dataclass(frozen=True)
class Heading:
    """A column of a table: its header as it is written, and what it is taken for."""

    index: int
    header: str
    kind: ReplyColumn | None
    by_content: bool = False  # the header says nothing, what stands below it does


@dataclass(frozen=True)
class Table:
    """A header from row `first` to row `last`, with what its columns are."""

    first: int
    last: int
    headings: Sequence[Heading]

    @cached_property
    def _by_kind(self) -> dict[ReplyColumn | None, list[Heading]]:
        found: dict[ReplyColumn | None, list[Heading]] = {}
        for heading in self.ordered:
            found.setdefault(heading.kind, []).append(heading)
        return found

    def of(self, *kinds: ReplyColumn) -> list[Heading]:
        """The columns of these kinds, kind by kind, from left to right."""
        return [heading for kind in kinds for heading in self._by_kind.get(kind, ())]

    def one(self, *kinds: ReplyColumn) -> Heading | None:
        return next(iter(self.of(*kinds)), None)

    @property
    def name_column(self) -> int | None:
        """Where names stand; where they stand in two columns, the first of them."""
        found = self.of(ReplyColumn.NAME) or sorted(
            self.of(ReplyColumn.SURNAME, ReplyColumn.GIVEN_NAME), key=lambda heading: heading.index
        )
        return found[0].index if found else None

    def name_in(self, grid: Grid, row: int) -> str:
        """What stands in the cell, or in both cells, of the name."""
        names = self.of(ReplyColumn.NAME)
        if names:
            return grid.text(row, names[0].index)
        parts = [grid.text(row, h.index) for h in self.of(ReplyColumn.SURNAME, ReplyColumn.GIVEN_NAME)]
        return joined(*parts) if len(parts) == 2 else ""

    def is_beside(self, column: int) -> bool:
        """Whether a column says nothing of a person: a serial number, our own marks."""
        return any(heading.index == column for heading in self.of(ReplyColumn.SERIAL, ReplyColumn.REASONS))

    @property
    def ordered(self) -> Sequence[Heading]:
        return sorted(self.headings, key=lambda heading: heading.index)


def headers_at(grid: Grid, row: int) -> list[Table]:
    """The table whose header begins in `row`, or several that stand side by side; none where none does."""
    if not _plausible(grid, row):
        return []
    last = row
    while last - row + 1 < _DEEPEST and _continues(grid, row, last + 1):
        last += 1
    for end in range(last, row - 1, -1):
        tables = [table for table in _side_by_side(grid, row, end) if _whole(table)]
        if tables:
            return tables
    return []


def labels(grid: Grid, row: int) -> Iterator[tuple[str, str, int]]:
    """What a row beside the tables says as "label：value", in one cell or in two; with the column of the value."""
    filled = grid.filled(row)
    for at, (column, text) in enumerate(filled):
        found = list(_LABEL.finditer(text)) if is_label(text) else []
        for n, label in enumerate(found):
            end = found[n + 1].start() if n + 1 < len(found) else len(text)
            value = text[label.end() : end].strip(" _\u3000\t\r\n")
            if value or n + 1 < len(found):
                yield label[1], value, column
            elif at + 1 < len(filled) and not _LABEL.search(filled[at + 1][1]):
                yield label[1], filled[at + 1][1], filled[at + 1][0]
        if not found and at + 1 < len(filled) and grid.meaning(text) in {ReplyColumn.UNIT, ReplyColumn.PROVINCE}:
            after = filled[at + 1]
            if grid.meaning(after[1]) is None and not _LABEL.search(after[1]):
                yield text, after[1], after[0]


def is_label(text: str) -> bool:
    return (":" in text or "：" in text) and _LABEL.search(text) is not None


def shown(header: str) -> str:
    """A header on one line, else as it is written."""
    return " ".join(re.sub(rf"(?<=[{HAN}])\s*[\r\n]+\s*(?=[{HAN}])", "", header).split())


def _plausible(grid: Grid, row: int) -> bool:
    filled = grid.filled(row)
    if len(filled) < 2 or any(_DATA.search(text) for _, text in filled):
        return False
    known = [grid.meaning(text) is not None for _, text in filled]
    if sum(known) * 2 < len(known) and sum(known) < _ENOUGH:
        return False
    # A form for one person: each label with its value beside it.
    pairs = list(zip(known[::2], known[1::2], strict=False))
    return not all(label and not value for label, value in pairs)


def _continues(grid: Grid, first: int, row: int) -> bool:
    """Whether `row` belongs to the header above it: each of its texts stands under a group, or under nothing."""
    filled = grid.filled(row)
    if not filled or any(_DATA.search(text) for _, text in filled):
        return False
    known = 0
    for column, text in filled:
        above = grid.text(row - 1, column)
        kind = grid.meaning(text)
        if grid.merged(row, column):
            continue
        grouped = grid.wide(row - 1, column) or not above.strip() or _group_without_merge(grid, row, column)
        if not grouped:
            return False
        known += kind is not None
    return known > 0 and any(
        grid.wide(row - 1, column) or _left_of(grid, row - 1, column) is not None for column, _ in filled
    )


def _group_without_merge(grid: Grid, row: int, column: int) -> bool:
    """In a delimited text: a header with nothing to its right, below which there are texts for both columns."""
    return (
        not grid.text(row - 1, column + 1).strip()
        and bool(grid.text(row, column + 1).strip())
        and column + 1 < grid.width
        and not grid.sheet.merges
    )


def _left_of(grid: Grid, row: int, column: int) -> str | None:
    """The text of a group that reaches over `column` in `row`."""
    if grid.spread(row, column).strip():
        return grid.spread(row, column)
    for before in range(column - 1, -1, -1):
        if grid.text(row, before).strip():
            return grid.text(row, before) if grid.text(row + 1, before).strip() else None
        if not grid.text(row + 1, before).strip():
            return None
    return None


def _side_by_side(grid: Grid, first: int, last: int) -> list[Table]:
    """Where a header says 姓名 twice, there are two lists beside each other."""
    headings = _headings(grid, first, last)
    names = [heading for heading in headings if heading.kind is ReplyColumn.NAME]
    twice = [heading for heading in names if heading.header == names[0].header]
    if len(twice) < 2:
        return [Table(first, last, _each_once(headings))]
    before = twice[0].index - headings[0].index
    starts = [headings[0].index, *(heading.index - before for heading in twice[1:])]
    if any(start <= heading.index for start, heading in zip(starts[1:], twice, strict=False)):
        return [Table(first, last, _each_once(headings))]
    found = []
    for start, end in zip(starts, [*starts[1:], grid.width + 1], strict=True):
        found.append(Table(first, last, _each_once([h for h in headings if start <= h.index < end])))
    return found


def _headings(grid: Grid, first: int, last: int) -> list[Heading]:
    headings = []
    for column in range(grid.width):
        texts: list[str] = []
        for row in range(first, last + 1):
            text = grid.spread(row, column)
            if not text.strip() and row < last:
                text = _left_of(grid, row, column) or ""
            if text.strip() and (not texts or texts[-1] != text):
                texts.append(text)
        if texts:
            headings.append(Heading(column, " · ".join(shown(text) for text in texts), _kind(texts)))
    return headings


def _kind(texts: Sequence[str]) -> ReplyColumn | None:
    own = reply_headers.meaning(texts[-1])
    if own is not None or len(texts) == 1:
        return own
    joined = reply_headers.meaning("".join(texts))
    if joined is not None:
        return joined
    group = reply_headers.meaning(texts[-2])
    return None if group in {ReplyColumn.NAME, ReplyColumn.UNIT} else group


_ONLY_ONE = {
    ReplyColumn.NAME, ReplyColumn.SURNAME, ReplyColumn.GIVEN_NAME, ReplyColumn.UNIT, ReplyColumn.UNIT_AND_POSITION,
    ReplyColumn.PROVINCE, ReplyColumn.MODE,
    ReplyColumn.IN_PERSON, ReplyColumn.ONLINE, ReplyColumn.ATTENDING, ReplyColumn.CATEGORY,
}  # fmt: skip


def _each_once(headings: list[Heading]) -> list[Heading]:
    """Of what a person has once, the column counts whose header is the plainest: 姓名 before 参会人员."""
    best: dict[ReplyColumn, Heading] = {}
    for heading in headings:
        if heading.kind in _ONLY_ONE:
            known = best.get(heading.kind)
            if known is None or _plainness(heading) < _plainness(known):
                best[heading.kind] = heading
    return [
        heading
        if heading.kind not in _ONLY_ONE or best[heading.kind] is heading
        else Heading(heading.index, heading.header, None)
        for heading in headings
    ]


def _plainness(heading: Heading) -> int:
    words = {ReplyColumn.NAME: "姓名", ReplyColumn.PROVINCE: "省", ReplyColumn.CATEGORY: "类别"}
    wanted = words.get(heading.kind) if heading.kind else None
    return 0 if wanted and wanted in heading.header else 1


def _whole(table: Table) -> bool:
    kinds = [heading.kind for heading in table.headings if heading.kind]
    named = ReplyColumn.NAME in kinds or {ReplyColumn.SURNAME, ReplyColumn.GIVEN_NAME} <= set(kinds)
    return named and len(kinds) >= 2
