"""When sessions are on as they are moved about: who follows whom, and in which order they stand.

A chain is what goes on one after the other: the sessions of one local day in one room (or without one).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo


class Timed(Protocol):
    """A session of a draft, in whatever form; times are both there or neither."""

    @property
    def id(self) -> int: ...
    @property
    def room_id(self) -> int | None: ...
    @property
    def starts_at(self) -> datetime | None: ...
    @property
    def ends_at(self) -> datetime | None: ...


S = TypeVar("S", bound=Timed)
Times = tuple[datetime, datetime]


def times(session: Timed) -> Times | None:
    """Beginning and end; None where there are none."""
    return (session.starts_at, session.ends_at) if session.starts_at and session.ends_at else None


def day_of(moment: datetime, timezone: str) -> date:
    """The day on the wall clock."""
    return moment.astimezone(ZoneInfo(timezone)).date()


def chain(sessions: Sequence[S], day: date, room_id: int | None, timezone: str) -> list[S]:
    """What is on that day in that room, by the clock."""
    found = [(held[0], one) for one in sessions if (held := times(one)) and one.room_id == room_id]
    return [one for begins, one in sorted(found, key=lambda pair: pair[0]) if day_of(begins, timezone) == day]


def following(sessions: Sequence[S], session: Timed, timezone: str) -> list[S]:
    """What comes after a session in its chain: what begins when it ends, or later."""
    held = times(session)
    if held is None:
        return []
    rest = chain(sessions, day_of(held[0], timezone), session.room_id, timezone)
    return [one for one in rest if one.id != session.id and one.starts_at and one.starts_at >= held[1]]


def followed(old: Times | None, new: Times | None, *, same_room: bool, timezone: str) -> timedelta:
    """By how much what comes after it moves with a session; nothing where it went to another day or room."""
    if old is None or new is None or not same_room or day_of(old[0], timezone) != day_of(new[0], timezone):
        return timedelta()
    return new[1] - old[1]


def rearranged(order: Sequence[Timed], before: Sequence[Timed]) -> dict[int, Times]:
    """The times of a chain in another order: lengths go with the sessions, the gaps between them stay where they are.

    `before` is the chain as it was, by the clock. Only what changes is told, by id.
    """
    held = [found for one in before if (found := times(one))]
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(held)]
    told: dict[int, Times] = {}
    begins = held[0][0] if held else None
    for at, one in enumerate(order):
        own = times(one)
        if own is None or begins is None:
            continue
        ends = begins + (own[1] - own[0])
        if (begins, ends) != own:
            told[one.id] = (begins, ends)
        begins = ends + gaps[at] if at < len(gaps) else ends
    return told


def in_order(sessions: Sequence[S], moved: Collection[int], rooms: Mapping[int | None, int]) -> list[S]:
    """The sessions with those that were moved put where the clock wants them; what was not moved keeps its place.

    `rooms` are the ranks of rooms, which settle what begins at one time.
    """

    def key(one: Timed) -> tuple[datetime, int] | None:
        return (one.starts_at, rooms.get(one.room_id, -1)) if one.starts_at else None

    found = [one for one in sessions if one.id not in moved or key(one) is None]
    put = [(wanted, one) for one in sessions if one.id in moved and (wanted := key(one)) is not None]
    for wanted, one in sorted(put, key=lambda pair: pair[0]):
        later = (at for at, other in enumerate(found) if (theirs := key(other)) is not None and theirs > wanted)
        found.insert(next(later, len(found)), one)
    return found
