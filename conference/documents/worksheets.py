"""One sheet of a workbook, read cell by cell; only what has a text is kept."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.parsers import expat

from conference.documents.number_formats import Formats
from conference.documents.packages import Package, parse
from conference.rules.sheets import Merge, Sheet
from conference.vocabulary import FileFault, Unreadable

MOST_ROWS = 20_000
MOST_COLUMNS = 200
MOST_CELLS = 600_000
LONGEST_TEXT = 2_000
_REFERENCE = re.compile(r"\$?([A-Za-z]{1,3})\$?([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class SheetReader:
    """Events of expat in, a `Sheet` out. Cells beyond `MOST_COLUMNS` are not people's; too many rows are refused."""

    def __init__(self, name: str, texts: Sequence[str], formats: Formats, *, hidden: bool) -> None:
        self._name, self._texts, self._formats, self._hidden = name, texts, formats, hidden
        self._rows: dict[int, list[str]] = {}
        self._hidden_rows: set[int] = set()
        self._unsolved: set[tuple[int, int]] = set()
        self._filtered = False
        self._merges: list[Merge] = []
        self._cells = 0
        self._row = self._column = 0
        self._kind = self._style = ""
        self._taking, self._ruby, self._formula = False, 0, False
        self._pieces: list[str] = []

    def read(self, package: Package, path: str) -> Sheet:
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parse(package, path, parser)
        hidden_rows = frozenset() if self._filtered else frozenset(self._hidden_rows)
        return Sheet(self._name, self._rows, self._merges, self._hidden, hidden_rows, frozenset(self._unsolved))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            self._start_cell(attributes)
        elif name in {"v", "t"}:
            self._taking = not self._ruby
        elif name == "f":
            self._formula = True
        elif name == "row":
            number = attributes.get("r", "")
            self._row = int(number) if number.isdigit() and len(number) < 9 else self._row + 1
            self._column = -1
            if attributes.get("hidden") in {"1", "true"}:
                self._hidden_rows.add(self._row)
        elif name == "rPh":
            self._ruby += 1
        elif name == "filterColumn":  # a filter hides rows from view, not people from the list
            self._filtered = True
        elif name == "mergeCell":
            self._keep_merge(attributes.get("ref", ""))

    def _start_cell(self, attributes: dict[str, str]) -> None:
        found = _REFERENCE.fullmatch(attributes.get("r", ""))
        if found:
            self._column, self._row = _number(found[1]), int(found[2])
        else:
            self._column += 1
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._pieces.clear()
        self._formula = False

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == "c":
            if self._formula and (self._kind == "e" or not (self._pieces or self._kind == "str")):
                self._keep_unsolved()
            elif self._pieces:
                self._keep("".join(self._pieces))
        elif name in {"v", "t"}:
            self._taking = False
        elif name == "rPh":
            self._ruby -= 1

    def _characters(self, text: str) -> None:
        if self._taking:
            self._pieces.append(text)

    def _keep(self, raw: str) -> None:
        text = self._written(raw)
        if not text.strip() or self._column >= MOST_COLUMNS:
            return
        if self._row not in self._rows and len(self._rows) >= MOST_ROWS:
            raise Unreadable(FileFault.TOO_MANY_ROWS)
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise Unreadable(FileFault.TOO_MANY_ROWS)
        texts = self._rows.setdefault(self._row, [])
        texts.extend([""] * (self._column + 1 - len(texts)))
        texts[self._column] = text[:LONGEST_TEXT]

    def _keep_unsolved(self) -> None:
        """A formula that failed, or whose value nobody has stored: no spreadsheet has opened the file."""
        if self._column < MOST_COLUMNS and len(self._unsolved) < MOST_ROWS:
            self._unsolved.add((self._row, self._column))
            if len(self._rows) < MOST_ROWS:
                self._rows.setdefault(self._row, [])

    def _written(self, raw: str) -> str:
        if self._kind == "s":
            at = raw.strip()
            return self._texts[int(at)] if at.isdigit() and len(at) < 9 and int(at) < len(self._texts) else ""
        if self._kind in {"inlineStr", "str", "d"}:
            return _ESCAPED.sub(_unescaped, raw) if "_x" in raw else raw
        if self._kind == "b":
            return "TRUE" if raw.strip() in {"1", "true"} else "FALSE"
        if self._kind == "e":
            return ""  # #REF! and its like say nothing
        return self._formats.written(raw, self._style)

    def _keep_merge(self, reference: str) -> None:
        first, _, last = reference.partition(":")
        start, end = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if start and end and len(self._merges) < MOST_ROWS:
            self._merges.append((int(start[2]), _number(start[1]), int(end[2]), _number(end[1])))


def _number(letters: str) -> int:
    found = 0
    for letter in letters.upper():
        found = found * 26 + ord(letter) - 64
    return found - 1


def _unescaped(found: re.Match[str]) -> str:
    """ECMA-376 writes a character that XML cannot hold as _xHHHH_; half of a pair is none."""
    code = int(found[1], 16)
    return "\ufffd" if 0xD800 <= code < 0xE000 else chr(code)
