"""What a large file for a talk really is, by its content, without the whole of it in memory."""

from __future__ import annotations

import io
from typing import BinaryIO

from conference.documents import packages
from conference.documents.packages import Bounds
from conference.vocabulary import FileFault, FileKind, Unreadable

# A hundred megabytes of pictures hardly shrink; a deck of three hundred slides has some two thousand parts.
BOUNDS = Bounds(inside=1024 * 1024 * 1024, parts=8_000)
_PDF, _ZIP, _OLE = (b"%PDF-1.", b"%PDF-2."), b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_PIECE, _TAIL = 1 << 18, 2_048
_MAIN = (("ppt/presentation.xml", "ppt/", FileKind.POWERPOINT), ("word/document.xml", "word/", FileKind.WORD))


def kind_of(file: BinaryIO) -> FileKind:
    """PDF, POWERPOINT or WORD, each whole, without macros, and fetching nothing from elsewhere.

    Raises Unreadable: empty, old_workbook (an old binary format), encrypted, macros, external_links, damaged and the
    like; not_a_workbook for all other kinds of file.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    head = file.read(8)
    if not size:
        raise Unreadable(FileFault.EMPTY)
    if head.startswith(_PDF):
        file.seek(max(0, size - _TAIL))
        if b"%%EOF" not in file.read():
            raise Unreadable(FileFault.DAMAGED)
        return FileKind.PDF
    if head == _OLE:
        raise Unreadable(FileFault.ENCRYPTED if _holds(file, _ENCRYPTED) else FileFault.OLD_WORKBOOK)
    if not head.startswith(_ZIP):
        raise Unreadable(FileFault.NOT_A_WORKBOOK)
    return _office(file)


def _office(file: BinaryIO) -> FileKind:
    for part, main, kind in _MAIN:
        try:
            package = packages.open_package(file, main=main, bounds=BOUNDS)
        except Unreadable as unreadable:
            if unreadable.fault is not FileFault.NOT_A_WORKBOOK:
                raise
        else:
            if package.has(part):
                return kind
    raise Unreadable(FileFault.NOT_A_WORKBOOK)


def _holds(file: BinaryIO, wanted: bytes) -> bool:
    file.seek(0)
    before = b""
    while piece := file.read(_PIECE):
        if wanted in before + piece:
            return True
        before = piece[-len(wanted) :]
    return False
