"""A ZIP of documents, handed out while it is being made, whose Chinese names survive Windows.

Names are flagged as UTF-8 (APPNOTE.TXT 6.3.10, general purpose bit 11), which Windows has understood since its eighth
version; characters that it forbids in a name are replaced (Microsoft, "Naming Files, Paths, and Namespaces").
"""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator

NAME_LIMIT = 120
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)")
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the same documents give the same bytes


def zipped(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """The archive in pieces: one document is in memory at a time. A name that was there already is numbered."""
    sink = _Sink()
    taken: set[str] = set()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as archive:  # pictures and PDFs do not get smaller
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(_free(safe(name), taken), _EARLIEST), content)
            yield sink.taken()
    yield sink.taken()


def safe(name: str) -> str:
    """`name` as any system takes it for a file."""
    plain = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", name))
    plain = "".join(one for one in plain if unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    stem, dot, tail = plain.rpartition(".")
    stem = (stem if dot else plain)[:NAME_LIMIT].strip(" .") or "_"
    if _RESERVED.match(stem):
        stem = f"_{stem}"
    return f"{stem}.{tail[:10].strip(' .')}" if dot and tail.strip(" .") else stem


def _free(name: str, taken: set[str]) -> str:
    stem, dot, tail = name.rpartition(".")
    free, turn = name, 1
    while free.casefold() in taken:  # Windows tells no capitals apart
        turn += 1
        free = f"{stem} ({turn}){dot}{tail}" if dot else f"{name} ({turn})"
    taken.add(free.casefold())
    return free


class _Sink(io.RawIOBase):
    """A file that is only written to, and emptied as it goes: `zipfile` then describes each document after it."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # bytes are all that zipfile writes
        self.pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        pieces, self.pieces = self.pieces, []
        return b"".join(pieces)
