"""The fonts that our documents carry, what each of them can draw, and what stands in when it cannot.

Bold and serif hold the 8,105 standard characters (通用规范汉字表); Regular holds all of Noto Sans SC, and steps in for
a single character that they lack. What Regular lacks too becomes a geta mark, which printers set for a missing sort:
something is missing here, and it is seen.
"""

from __future__ import annotations

import struct
import unicodedata
from enum import StrEnum
from functools import cache
from itertools import groupby
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "fonts"
GETA = "〓"


class Face(StrEnum):
    """The value is the file's stem."""

    REGULAR = "NotoSansSC-Regular"
    BOLD = "NotoSansSC-Bold"
    SERIF = "NotoSerifSC-Bold"

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.value}.ttf"


def missing(text: str) -> list[str]:
    """The characters of `text` that no face can draw, each once, in order: what to ask an organiser about."""
    lacking = (character for character in drawable(text) if not covers(Face.REGULAR, character))
    return list(dict.fromkeys(lacking))


def runs(text: str, face: Face) -> list[tuple[Face, str]]:
    """`text` in pieces, each with a face that can draw all of it; joined they are as long as `drawable(text)`."""
    chosen = [_stand_in(character, face) for character in drawable(text)]
    return [(able, "".join(piece for _, piece in run)) for able, run in groupby(chosen, key=lambda pair: pair[0])]


def drawable(text: str) -> str:
    """`text` composed (NFC), without the characters that have no shape of their own: joiners, variation selectors."""
    return "".join(character for character in unicodedata.normalize("NFC", text) if not _shapeless(character))


def covers(face: Face, character: str) -> bool:
    return ord(character) in coverage(face)


@cache
def coverage(face: Face) -> frozenset[int]:
    """The code points that the face has a glyph for.

    Read from its `cmap`, format 12: https://learn.microsoft.com/typography/opentype/spec/cmap
    """
    with face.path.open("rb") as file:
        (tables,) = struct.unpack(">4xH6x", file.read(12))
        directory = [struct.unpack(">4s4xII", file.read(16)) for _ in range(tables)]
        start, length = next((start, length) for tag, start, length in directory if tag == b"cmap")
        file.seek(start)
        cmap = file.read(length)
    (count,) = struct.unpack_from(">2xH", cmap)
    places = [struct.unpack_from(">4xI", cmap, 4 + 8 * index)[0] for index in range(count)]
    table = next(place for place in places if struct.unpack_from(">H", cmap, place)[0] == 12)
    (groups,) = struct.unpack_from(">I", cmap, table + 12)
    spans = [struct.unpack_from(">III", cmap, table + 16 + 12 * index) for index in range(groups)]
    return frozenset(point for first, last, _ in spans for point in range(first, last + 1))


def _stand_in(character: str, face: Face) -> tuple[Face, str]:
    for able in (face, Face.REGULAR):
        if covers(able, character):
            return able, character
    return face, GETA


def _shapeless(character: str) -> bool:
    # The variation selectors are marks (Mn), everything else without a shape is a format character (Cf).
    return unicodedata.category(character) == "Cf" or 0xFE00 <= ord(character) <= 0xFE0F or ord(character) >= 0xE0100
