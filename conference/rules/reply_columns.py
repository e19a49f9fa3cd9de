"""What every column of a reply form was taken for, with a few of its cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conference.rules import reply_values
from conference.rules.reply_tables import Grid, Table
from conference.vocabulary import ReplyColumn

SAMPLES = 3
_NOT_KEPT = (ReplyColumn.IDENTITY, ReplyColumn.NOT_KEPT, None)


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
    left_out: bool = False  # something stands in it, and is not kept


def columns(grid: Grid, table: Table, rows: Sequence[int]) -> list[Column]:
    """Every column of a table but the one of our own marks; `rows` are those about somebody."""
    found = []
    for heading in table.ordered:
        if heading.kind is ReplyColumn.REASONS:
            continue
        samples: list[str] = []
        if heading.kind not in _NOT_KEPT and heading.kind is not ReplyColumn.SERIAL:
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
                heading.kind in _NOT_KEPT
                and any(not reply_values.says_nothing(grid.text(row, heading.index)) for row in rows),
            )
        )
    return found
