"""What a process has read of a meeting, kept for a while, because thousands ask for it.

    _BOARDS = Kept[Board](seconds=2)
    _BOARDS.of(meeting_id, lambda: _read(meeting_id))

Inside a write nothing is kept and nothing kept is used: what is written may still be rolled back.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy.pool import Pool

from conference import db

T = TypeVar("T")


class Kept(Generic[T]):
    """By meeting, and by the pool of connections: whoever puts another database in the place of ours gives that up."""

    def __init__(self, *, seconds: float) -> None:
        self.seconds = seconds
        self._found: WeakKeyDictionary[Pool, dict[int, tuple[float, T]]] = WeakKeyDictionary()

    def of(self, meeting_id: int, read: Callable[[], T]) -> T:
        """What was read at most so many seconds ago, or is read now."""
        if db.writing():
            return read()
        found = self._found.setdefault(_pool(), {})
        begun = time.monotonic()
        known = found.get(meeting_id)
        if known is not None and begun - known[0] < self.seconds:
            return known[1]
        made = read()
        found[meeting_id] = begun, made
        return made

    def forget(self) -> None:
        """The next readers of this process read afresh."""
        self._found.pop(_pool(), None)


def _pool() -> Pool:
    return db.session().get_bind().engine.pool
