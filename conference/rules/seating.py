"""Who sits where (排座): those with a rank in front, then blocks, then units in order, each kept together.

A rank is set by people; nothing here guesses one. A unit sits side by side in one row wherever a row has the room,
without an aisle between if it can, else in rows behind each other. The same facts give the same seats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from conference.rules.halls import Hall, Spot
from conference.rules.seat_blocks import CLOSED, Block, Painted
from conference.vocabulary import Category, FrontOrder, SeatBlockKind

# The narrowest first: somebody meant by several blocks sits in the one that names them most closely.
_NARROWEST_FIRST = (SeatBlockKind.UNIT, SeatBlockKind.CATEGORY, SeatBlockKind.PROVINCE)


@dataclass(frozen=True)
class Guest:
    """Somebody to be seated; `rank` is theirs where people gave them one, 1 before 2."""

    id: int
    unit_id: int
    province: str
    category: Category
    rank: int | None = None


@dataclass(frozen=True)
class Seated:
    """Who sits where, those who were kept with them; and who found no seat, in order."""

    seats: Mapping[int, Spot]
    without: Sequence[int]


def fill(
    hall: Hall,
    painted: Painted,
    guests: Sequence[Guest],
    kept: Mapping[int, Spot],
    *,
    front: FrontOrder = FrontOrder.MIDDLE,
) -> Seated:
    """Seat `guests`, who come in the order in which units, and people within them, are to sit.

    `kept` are seats that stay with whom they have, guests or not. Provinces go in the order of their codes. Closed
    seats stay empty; blocked ones are for those whom they are meant for.
    """
    seats = dict(kept)
    waiting = [guest for guest in guests if guest.id not in kept]
    free = set(hall.spots()) - set(kept.values()) - {spot for spot, block in painted.items() if block == CLOSED}
    ranked = _seat_ranked(hall, painted, waiting, free, front)
    free -= set(ranked.values())
    seats |= ranked
    waiting = [guest for guest in waiting if guest.id not in ranked]
    tried = [_seat_units(hall, painted, guests, waiting, kept, free, order) for order in _ORDERS]
    best = min(tried, key=lambda found: (len(waiting) - len(found), _torn(hall, waiting, found)))  # the first of equals
    seats |= best
    return Seated(seats, [guest.id for guest in guests if guest.id not in seats])


def from_the_middle(seats: int) -> list[int]:
    """The seats of a row as ranks take them: the middle one, then left and right of it in turn.

    Of an even row the middle is the right one of the two, so that the second sits to the left of the first.
    """
    middle = seats // 2 + 1
    found = [middle]
    for step in range(1, seats):
        found += [middle - step, middle + step]
    return [position for position in found if 1 <= position <= seats]


def _seat_ranked(
    hall: Hall, painted: Painted, waiting: Sequence[Guest], free: set[Spot], front: FrontOrder
) -> dict[int, Spot]:
    """Each takes the first seat in front that is open to them."""
    order = [
        (at, position)
        for at, row in enumerate(hall.rows)
        for position in (from_the_middle(row.seats) if front is FrontOrder.MIDDLE else list(range(1, row.seats + 1)))
        if (at, position) in free
    ]
    found: dict[int, Spot] = {}
    for guest in sorted((guest for guest in waiting if guest.rank is not None), key=lambda guest: guest.rank or 0):
        spot = next((spot for spot in order if _open_to(painted.get(spot), guest)), None)
        if spot is not None:
            found[guest.id] = spot
            order.remove(spot)
    return found


def _open_to(block: Block | None, guest: Guest) -> bool:
    return block is None or _meant(block, guest)


def _meant(block: Block, guest: Guest) -> bool:
    return block.admits(province=guest.province, unit_id=guest.unit_id, category=guest.category)


Units = dict[int, list[Guest]]


def _by_unit(guests: Iterable[Guest]) -> Units:
    """Provinces in the order of their codes, within them as they come."""
    units: Units = {}
    for guest in guests:
        units.setdefault(guest.unit_id, []).append(guest)
    return dict(sorted(units.items(), key=lambda item: item[1][0].province))


def _larger_first(units: Units) -> Units:
    return dict(sorted(units.items(), key=lambda item: -len(item[1])))


def _larger_first_within_provinces(units: Units) -> Units:
    return dict(sorted(units.items(), key=lambda item: (item[1][0].province, -len(item[1]))))


# The order of codes stands unless another one tears fewer units apart.
_ORDERS: tuple[Callable[[Units], Units], ...] = (lambda units: units, _larger_first_within_provinces, _larger_first)


def _seat_units(
    hall: Hall,
    painted: Painted,
    guests: Sequence[Guest],
    waiting: Sequence[Guest],
    kept: Mapping[int, Spot],
    free: set[Spot],
    order: Callable[[Units], Units],
) -> dict[int, Spot]:
    unit_of = {guest.id: guest.unit_id for guest in guests}
    near: dict[int, list[Spot]] = {}  # not to those in front: their units keep the order of provinces
    for id_, spot in kept.items():
        if id_ in unit_of:
            near.setdefault(unit_of[id_], []).append(spot)
    found: dict[int, Spot] = {}

    def seat(pool: _Pool, people: Iterable[Guest]) -> None:
        for unit_id, members in order(_by_unit(people)).items():
            spots = pool.take(len(members), near.get(unit_id, []))
            found.update(zip((member.id for member in members), spots, strict=False))
            near.setdefault(unit_id, []).extend(spots)

    pools: dict[Block, set[Spot]] = {}
    for spot in free & painted.keys():
        pools.setdefault(painted[spot], set()).add(spot)
    for kind in _NARROWEST_FIRST:
        for block in sorted(block for block in pools if block.kind is kind):
            seat(_Pool(hall, pools[block]), [g for g in waiting if g.id not in found and _meant(block, g)])
    seat(_Pool(hall, free - painted.keys()), [guest for guest in waiting if guest.id not in found])
    return found


class _Pool:
    """Free seats that units are seated in, one after the other."""

    def __init__(self, hall: Hall, spots: Iterable[Spot]) -> None:
        self.hall = hall
        self.rows: dict[int, list[int]] = {}
        for row, position in sorted(spots):
            self.rows.setdefault(row, []).append(position)

    def take(self, wanted: int, near: Sequence[Spot]) -> list[Spot]:
        """So many seats, fewer only when there are no more: together, and near to those seats."""
        found = self._beside_each_other(wanted, near, across=False)
        found = found or self._beside_each_other(wanted, near, across=True)
        found = found or self._in_rows(wanted, near)
        for row, position in found:
            self.rows[row].remove(position)
        return found

    def _beside_each_other(self, wanted: int, near: Sequence[Spot], *, across: bool) -> list[Spot]:
        best: tuple[tuple[int, int, int], list[Spot]] | None = None
        for row in self.rows:
            if best is not None and not near:
                break  # the row in front is as good as any
            for run in self._runs(row, across=across):
                if len(run) < wanted:
                    continue
                start = _nearest(run, wanted, [spot for spot in near if spot[0] == row])
                spots = [(row, position) for position in run[start : start + wanted]]
                far = (*_distance(spots, near), row)
                if best is None or far < best[0]:
                    best = far, spots
        return best[1] if best else []

    def _in_rows(self, wanted: int, near: Sequence[Spot]) -> list[Spot]:
        """Out of as few neighbouring rows as hold so many, in each of them its longest runs."""
        total = sum(map(len, self.rows.values()))
        if total <= wanted:
            return [(row, position) for row, positions in self.rows.items() for position in positions]
        held = [row for row, positions in self.rows.items() if positions]
        for height in range(1, len(held) + 1):
            windows = [held[at : at + height] for at in range(len(held) - height + 1)]
            large = [window for window in windows if sum(len(self.rows[row]) for row in window) >= wanted]
            if large:
                window = min(large, key=lambda rows: (rows[-1] - rows[0], _rows_away(rows, near), rows))
                return self._out_of(window, wanted)
        return []

    def _out_of(self, rows: Sequence[int], wanted: int) -> list[Spot]:
        found: list[Spot] = []
        for row in rows:
            for run in sorted(self._runs(row, across=True), key=lambda run: (-len(run), run)):
                found += [(row, position) for position in run[: wanted - len(found)]]
        return sorted(found)

    def _runs(self, row: int, *, across: bool) -> list[list[int]]:
        """Free seats side by side; with `across` an aisle between them does not matter."""
        aisles = () if across else self.hall.rows[row].aisles
        runs: list[list[int]] = []
        for position in self.rows[row]:
            if runs and runs[-1][-1] == position - 1 and position - 1 not in aisles:
                runs[-1].append(position)
            else:
                runs.append([position])
        return runs


def _nearest(run: Sequence[int], wanted: int, near: Sequence[Spot]) -> int:
    """Where in the run to begin, so that the seats lie close to those of the same row."""
    if not near:
        return 0
    starts = range(len(run) - wanted + 1)
    return min(starts, key=lambda at: min(abs(run[at + n] - spot[1]) for n in (0, wanted - 1) for spot in near))


def _distance(spots: Sequence[Spot], near: Sequence[Spot]) -> tuple[int, int]:
    if not near:
        return 0, 0
    return min((abs(one[0] - other[0]), abs(one[1] - other[1])) for one in (spots[0], spots[-1]) for other in near)


def _rows_away(rows: Sequence[int], near: Sequence[Spot]) -> int:
    return min((abs(row - spot[0]) for row in rows for spot in near), default=0)


def _torn(hall: Hall, waiting: Sequence[Guest], found: Mapping[int, Spot]) -> int:
    """How many units do not sit side by side in one row."""
    spots: dict[int, list[Spot]] = {}
    for guest in waiting:
        if guest.id in found:
            spots.setdefault(guest.unit_id, []).append(found[guest.id])
    return sum(
        len({row for row, _ in held}) > 1 or max(p for _, p in held) - min(p for _, p in held) >= len(held)
        for held in spots.values()
    )
