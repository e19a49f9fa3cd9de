"""Blocks of a hall: whom its seats are meant for, seat by seat while one paints, in runs as they are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from conference.rules.halls import Hall, Spot
from conference.vocabulary import Category, SeatBlockKind


@dataclass(frozen=True, order=True)
class Block:
    """`value` is a province's code, a unit's id, a category's word; "" for closed seats."""

    kind: SeatBlockKind
    value: str = ""

    def admits(self, *, province: str, unit_id: int, category: Category) -> bool:
        """Whether somebody of that kind is meant."""
        mine = {
            SeatBlockKind.PROVINCE: province,
            SeatBlockKind.UNIT: str(unit_id),
            SeatBlockKind.CATEGORY: category.value,
        }
        return mine.get(self.kind) == self.value


Painted = Mapping[Spot, Block]
CLOSED = Block(SeatBlockKind.CLOSED)


@dataclass(frozen=True)
class Run:
    """Seats beside each other in one row, from the left."""

    row: int
    first: int
    last: int

    def spots(self) -> list[Spot]:
        return [(self.row, position) for position in range(self.first, self.last + 1)]


def opened(stored: Iterable[Mapping[str, Any]]) -> dict[Spot, Block]:
    """The painted seats of blocks as the database keeps them."""
    return {
        (row["row"], position): Block(SeatBlockKind(row["kind"]), row["value"])
        for row in stored
        for position in range(row["first"], row["last"] + 1)
    }


def kept(painted: Painted) -> list[dict[str, Any]]:
    """As the database keeps them: runs, front to back."""
    found = sorted((run, block) for block, runs in by_block(painted).items() for run in map(_key, runs))
    return [
        {"row": row, "first": first, "last": last, "kind": block.kind.value, "value": block.value}
        for (row, first, last), block in found
    ]


def by_block(painted: Painted) -> dict[Block, list[Run]]:
    """The runs of each block, front to back; blocks in the order of their first seats."""
    seats: dict[Block, list[Spot]] = {}
    for spot in sorted(painted):
        seats.setdefault(painted[spot], []).append(spot)
    return {block: runs_of(spots) for block, spots in seats.items()}


def runs_of(spots: Sequence[Spot]) -> list[Run]:
    """Sorted seats as runs."""
    found = []
    for _, group in groupby(enumerate(spots), key=lambda pair: (pair[1][0], pair[1][1] - pair[0])):
        run = [spot for _, spot in group]
        found.append(Run(run[0][0], run[0][1], run[-1][1]))
    return found


def paint(painted: Painted, spots: Iterable[Spot], block: Block | None) -> dict[Spot, Block]:
    """The same with `spots` meant for `block`; with None for nobody in particular."""
    after = dict(painted)
    for spot in spots:
        if block is None:
            after.pop(spot, None)
        else:
            after[spot] = block
    return after


def moved(painted: Painted, old: Hall, new: Hall) -> dict[Spot, Block]:
    """The blocks in a hall that was changed: each seat keeps its own by what it is called."""
    found = {}
    for spot, block in painted.items():
        if old.has(spot) and (now := there(spot, old, new)) is not None:
            found[now] = block
    return found


def there(spot: Spot, old: Hall, new: Hall) -> Spot | None:
    """The seat of the changed hall that is called as this one was."""
    row = new.row(old.rows[spot[0]].label)
    return None if row is None else new.spot(row, old.number(spot))


def _key(run: Run) -> tuple[int, int, int]:
    return run.row, run.first, run.last
