"""A zip that is given out while it is made: nothing of it but its list of names is held in memory."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """A file: its path with `/`, its bytes in pieces."""

    name: str
    content: Iterable[bytes]


class _Sink(io.RawIOBase):
    """Takes what a zip writes, and gives it on. It has no place to go back to."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # any buffer in typeshed; zipfile writes bytes
        self.held.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        found = b"".join(self.held)
        self.held.clear()
        return found


def pieces(
    entries: Iterable[Entry], *, made_at: datetime, unread: tuple[type[Exception], ...], left_out: list[str]
) -> Iterator[bytes]:
    """The zip; stored, not packed, since slides and pictures hardly shrink.

    An entry whose first piece raises one of `unread` is left out, and its name put into `left_out`, which the entries
    after it may read. `made_at` is on the wall clock.
    """
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED, strict_timestamps=False) as archive:
        for entry in entries:
            content = iter(entry.content)
            try:
                piece = next(content, b"")
            except unread:
                left_out.append(entry.name)
                continue
            info = zipfile.ZipInfo(entry.name, made_at.timetuple()[:6])
            info.external_attr = 0o644 << 16
            with archive.open(info, "w") as member:
                while piece:
                    member.write(piece)
                    yield sink.taken()
                    piece = next(content, b"")
            yield sink.taken()
    yield sink.taken()
