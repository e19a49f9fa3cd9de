"""Opening a workbook that somebody sent: what it really is, and whether it may be read.

A workbook (.xlsx, ECMA-376) is a zip of XML parts. It is judged by what it holds, not by its name; every part is
inflated in pieces and counted, since the sizes that a zip declares may lie.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO
from xml.parsers import expat

from conference.vocabulary import FileFault, Unreadable

LARGEST_FILE = 10 * 1024 * 1024
LARGEST_INSIDE = 100 * 1024 * 1024
MOST_PARTS = 1_000
HIGHEST_RATIO = 200  # sheets shrink to a tenth, empty grids to a hundredth
RATIO_COUNTS_FROM = 5 * 1024 * 1024
LARGEST_LIST = 8 * 1024 * 1024  # of relations, which are read whole
_OF_A_PART = 320  # bytes of the list of parts: 46, a name, and what a program adds
_PIECE = 1 << 16
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END, _END_64, _FOOT = b"PK\x05\x06", b"PK\x06\x07", 22 + 20 + (1 << 16)
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True)
class Bounds:
    """How many bytes the parts may have together, and how many there may be."""

    inside: int = LARGEST_INSIDE
    parts: int = MOST_PARTS


@dataclass(frozen=True)
class Package:
    """The parts of a workbook by name in lower case; each may be read again."""

    archive: zipfile.ZipFile
    names: dict[str, str]

    def pieces(self, name: str) -> Iterator[bytes]:
        """A part, inflated piece by piece. Raises Unreadable (damaged)."""
        try:
            with self.archive.open(self.names[name.lower()]) as part:
                while piece := part.read(_PIECE):
                    yield piece
        except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, NotImplementedError, RuntimeError, OSError):
            raise Unreadable(FileFault.DAMAGED) from None

    def has(self, name: str) -> bool:
        return name.lower() in self.names


def is_workbook(data: bytes) -> bool:
    """Whether `data` is to be opened as a workbook; false for what may be a text.

    Raises Unreadable for what is neither: too large, empty, an old or an encrypted workbook, another kind of file.
    """
    if len(data) > LARGEST_FILE:
        raise Unreadable(FileFault.TOO_LARGE)
    if not data.strip(b"\x00 \t\r\n"):
        raise Unreadable(FileFault.EMPTY)
    if data.startswith(_OLE):
        raise Unreadable(FileFault.ENCRYPTED if _ENCRYPTED in data else FileFault.OLD_WORKBOOK)
    if data.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        raise Unreadable(FileFault.NOT_A_WORKBOOK)
    return data.startswith(_ZIP)


def open_package(data: bytes | BinaryIO, *, main: str = "xl/", bounds: Bounds | None = None) -> Package:
    """The parts of the workbook in `data` (with `main` "word/" or "ppt/", of the document), every one looked through;
    of a file nothing is held in memory but its list of parts.

    Raises Unreadable.
    """
    file = io.BytesIO(data) if isinstance(data, bytes) else data
    bounds = bounds or Bounds()
    size = file.seek(0, io.SEEK_END)
    _must_list_little(file, size, bounds)
    try:
        archive = zipfile.ZipFile(file)
        entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, RuntimeError):
        raise Unreadable(FileFault.DAMAGED) from None
    if len(entries) > bounds.parts:
        raise Unreadable(FileFault.EXPLODES)
    names = {entry.filename.lower().replace("\\", "/").lstrip("/"): entry.filename for entry in entries}
    if len(names) < len(entries):  # two parts of one name: which one a reader takes is anybody's guess
        raise Unreadable(FileFault.DAMAGED)
    _must_be_a_workbook(names, main)
    _must_be_plain(entries, bounds)
    package = Package(archive, names)
    _look_through(package, size, bounds)
    return package


def _must_list_little(file: BinaryIO, size: int, bounds: Bounds) -> None:
    """The list of parts is read whole by `zipfile`, which makes an object of each: a list that says that it is longer
    than that of as many parts as there may be is not opened.
    """
    file.seek(max(0, size - _FOOT))
    foot = file.read(_FOOT)
    at = len(foot) - 22 if foot[-22:-18] == _END else foot.rfind(_END)
    if at < 0 or len(foot) < at + 22:
        raise Unreadable(FileFault.DAMAGED)
    if (
        int.from_bytes(foot[at + 12 : at + 16], "little") > bounds.parts * _OF_A_PART
        or foot[at - 20 : at - 16] == _END_64
    ):
        raise Unreadable(FileFault.EXPLODES)


def _must_be_a_workbook(names: dict[str, str], main: str) -> None:
    if "xl/workbook.bin" in names or "content.xml" in names or "index/document.iwa" in names:
        raise Unreadable(FileFault.OLD_WORKBOOK)  # .xlsb, .ods, Numbers: save as .xlsx
    if "[content_types].xml" not in names or not any(name.startswith(main) for name in names):
        raise Unreadable(FileFault.NOT_A_WORKBOOK)
    if any(
        "vbaproject" in name or name.startswith(("xl/macrosheets/", "xl/activex/", "ppt/activex/")) for name in names
    ):
        raise Unreadable(FileFault.MACROS)
    if any(name.startswith(("xl/externallinks/", "xl/connections", "xl/querytables/")) for name in names):
        raise Unreadable(FileFault.EXTERNAL_LINKS)


def _must_be_plain(entries: list[zipfile.ZipInfo], bounds: Bounds) -> None:
    if any(entry.flag_bits & 1 for entry in entries):
        raise Unreadable(FileFault.ENCRYPTED)
    if sum(entry.file_size for entry in entries) > bounds.inside:
        raise Unreadable(FileFault.EXPLODES)


def _look_through(package: Package, size: int, bounds: Bounds) -> None:
    """Inflate every part and count; refuse document types, macros under another name, and ways out of the file."""
    total = 0
    for name in package.names:
        seen = b""
        is_markup = name.endswith((".xml", ".rels", ".vml"))
        for piece in package.pieces(name):
            total += len(piece)
            if total > bounds.inside or (total > RATIO_COUNTS_FROM and total > HIGHEST_RATIO * size):
                raise Unreadable(FileFault.EXPLODES)
            if not is_markup:
                continue
            if not seen and b"\x00" in piece[:4]:  # UTF-16 would hide its words from us; no spreadsheet writes it
                raise Unreadable(FileFault.DAMAGED)
            window = seen[-32:] + piece
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise Unreadable(FileFault.FOREIGN_MARKUP)
            seen = piece
        if name == "[content_types].xml" and b"macroEnabled" in _whole(package, name):
            raise Unreadable(FileFault.MACROS)
        if name.endswith(".rels"):
            _must_stay_inside(_whole(package, name))


def _whole(package: Package, name: str) -> bytes:
    found = bytearray()
    for piece in package.pieces(name):
        found += piece
        if len(found) > LARGEST_LIST:
            raise Unreadable(FileFault.EXPLODES)
    return bytes(found)


def _must_stay_inside(relations: bytes) -> None:
    """A link to click is no harm (Excel makes one of every e-mail address); the others fetch by themselves. Read as a
    program reads them: a letter may be written as its number, and an address may say what it likes.
    """

    def judge(tag: str, said: dict[str, str]) -> None:
        outside = any("External" in value for value in said.values())
        if tag.endswith("Relationship") and outside and not said.get("Type", "").endswith("/hyperlink"):
            raise Unreadable(FileFault.EXTERNAL_LINKS)

    parser = expat.ParserCreate()
    parser.StartElementHandler = judge
    try:
        parser.Parse(relations, True)
    except expat.ExpatError:
        raise Unreadable(FileFault.DAMAGED) from None


def parse(package: Package, name: str, parser: expat.XMLParserType) -> None:
    """Feed a part to a parser of ours. Raises Unreadable (damaged) for XML that is none."""
    parser.StartDoctypeDeclHandler = _no_document_type
    try:
        for piece in package.pieces(name):
            parser.Parse(piece, False)
        parser.Parse(b"", True)
    except expat.ExpatError:
        raise Unreadable(FileFault.DAMAGED) from None


def _no_document_type(*_: object) -> None:
    raise Unreadable(FileFault.FOREIGN_MARKUP)
