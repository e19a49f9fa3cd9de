"""Workbooks (.xlsx) in: the texts of every sheet, as people see them, in bounded memory.

Read by a reader of our own on expat, not by a library: a single cell in the last corner makes calamine reserve the
whole grid, and openpyxl builds trees. See docs/decisions/0012-reading-workbooks.md for the measurements.
"""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from urllib.parse import unquote
from xml.parsers import expat

from conference.documents.number_formats import Formats
from conference.documents.packages import Package, open_package, parse
from conference.documents.worksheets import SheetReader
from conference.rules.sheets import Sheet
from conference.vocabulary import FileFault, Unreadable

MOST_SHEETS = 200
MOST_TEXTS = 500_000


def read(data: bytes) -> list[Sheet]:
    """The sheets of a workbook in their order; charts and the like are left out. Raises Unreadable."""
    package = open_package(data)
    book_path = _book_path(package)
    parts = _relations(package, book_path)
    book = _book(package, book_path)
    if not book.sheets or len(book.sheets) > MOST_SHEETS:
        raise Unreadable(FileFault.DAMAGED if not book.sheets else FileFault.TOO_MANY_ROWS)
    texts = _texts(package, parts)
    formats = _formats(package, parts, book)
    found = []
    for name, relation, hidden in book.sheets:
        kind, path = parts.get(relation, ("", ""))
        if kind.endswith("/worksheet") and package.has(path):
            found.append(SheetReader(name, texts, formats, hidden=hidden).read(package, path))
    if not found:
        raise Unreadable(FileFault.DAMAGED)
    return found


def local(tag: str) -> str:
    """The name of a tag without the prefix of its namespace."""
    return tag.rpartition(":")[2]


@dataclass
class _Book:
    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    from_1904: bool = False


def _book_path(package: Package) -> str:
    for kind, path in _relations(package, "").values():
        if kind.endswith("/officeDocument") and package.has(path):
            return path
    if package.has("xl/workbook.xml"):
        return "xl/workbook.xml"
    raise Unreadable(FileFault.DAMAGED)


def _relations(package: Package, path: str) -> dict[str, tuple[str, str]]:
    """By id: the kind, and the path of the part."""
    folder, name = posixpath.split(path)
    where = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, tuple[str, str]] = {}

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "Relationship":
            target = unquote(attributes.get("Target", "")).replace("\\", "/")
            whole = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
            found[attributes.get("Id", "")] = (attributes.get("Type", ""), posixpath.normpath(whole))

    if package.has(where):
        parser = expat.ParserCreate()
        parser.StartElementHandler = start
        parse(package, where, parser)
    return found


def _book(package: Package, path: str) -> _Book:
    book = _Book()

    def start(tag: str, attributes: dict[str, str]) -> None:
        if local(tag) == "sheet":
            relation = next((value for key, value in attributes.items() if key.endswith(":id")), "")
            hidden = attributes.get("state", "visible") != "visible"
            book.sheets.append((attributes.get("name", ""), relation, hidden))
        elif local(tag) == "workbookPr":
            book.from_1904 = attributes.get("date1904", "0") in {"1", "true"}

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parse(package, path, parser)
    return book


def _texts(package: Package, parts: dict[str, tuple[str, str]]) -> list[str]:
    path = next((path for kind, path in parts.values() if kind.endswith("/sharedStrings")), "")
    shared = _SharedTexts()
    if path and package.has(path):
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = shared.start
        parser.EndElementHandler = shared.end
        parser.CharacterDataHandler = shared.characters
        parse(package, path, parser)
    return shared.found


class _SharedTexts:
    """The texts that cells share; readings above characters (ruby) are left out."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._inside, self._ruby = False, 0

    def start(self, tag: str, _: dict[str, str]) -> None:
        name = local(tag)
        if name == "si":
            self._pieces.clear()
        elif name == "rPh":
            self._ruby += 1
        elif name == "t":
            self._inside = not self._ruby

    def end(self, tag: str) -> None:
        name = local(tag)
        if name == "si":
            if len(self.found) >= MOST_TEXTS:
                raise Unreadable(FileFault.TOO_MANY_ROWS)
            self.found.append("".join(self._pieces))
        elif name == "rPh":
            self._ruby -= 1
        elif name == "t":
            self._inside = False

    def characters(self, text: str) -> None:
        if self._inside:
            self._pieces.append(text)


def _formats(package: Package, parts: dict[str, tuple[str, str]], book: _Book) -> Formats:
    """Which styles show a number as a day or a time."""
    formats = Formats(from_1904=book.from_1904)
    path = next((path for kind, path in parts.values() if kind.endswith("/styles")), "")
    if path and package.has(path):
        parser = expat.ParserCreate()
        parser.StartElementHandler = formats.start
        parser.EndElementHandler = formats.end
        parse(package, path, parser)
    return formats
