"""Texts fitted into a space on paper: the largest size at which they stand in it, and where their lines end.

Done here and not by Typst, whose own measuring takes ten times as long and three times the memory over a thousand
badges. Widths are those of the fonts' own glyphs, the one that steps in for a missing character included.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from conference.documents import typefaces, typesetting
from conference.documents.canvas import Style
from conference.documents.typefaces import Face

POINTS = 72 / 25.4  # in a millimetre
_EM = 100
# A line is as tall as its characters; what stands between two of them is `leading`, in parts of the size.
_WORD = re.compile(r"[^ ·]+·?")
_A_LITTLE = 0.7
_ROOM = 0.99  # what a renderer rounds up must not push a character over the edge


@dataclass(frozen=True)
class Fitted:
    """Lines at one size (points), `leading` points between them, `tracking` more after each character."""

    size: float
    lines: tuple[str, ...]
    leading: float
    tracking: float = 0.0

    @property
    def data(self) -> dict[str, object]:
        """As the Typst sources take it."""
        return {"size": self.size, "lines": self.lines, "leading": self.leading, "tracking": self.tracking}


@lru_cache(maxsize=16_384)
def fitted(
    text: str,
    face: Face,
    sizes: tuple[float, ...],
    width: float,
    height: float,
    *,
    leading: float = 0.25,
    whole_words: bool = False,
    of_unit: bool = False,
) -> Fitted:
    """`text` within `width` × `height` millimetres, at the first of `sizes` (points, falling) that has room for it.

    With `whole_words` a smaller size is taken before a word is broken; of the name `of_unit` one that is a little
    smaller. What has no room even at the last size ends in an ellipsis.
    """
    text = _drawn(" ".join(text.split()), face)
    words = _WORD.findall(text) if whole_words else []
    parted: Fitted | None = None
    for size in sizes:
        if parted and size < _A_LITTLE * parted.size:
            return parted
        room = width * POINTS * _ROOM / size
        if any(measured(word, face) > room for word in words):
            continue
        lines = typesetting.lines(text, lambda part: measured(part, face), room)
        if _height(len(lines), size, leading) <= height * POINTS:
            found = Fitted(size, tuple(lines), leading * size)
            if not of_unit or not typesetting.parts_a_word(text, lines):
                return found
            parted = parted or found
    if parted:
        return parted
    size = sizes[-1]
    most = max(1, int((height * POINTS / size + leading) / (1 + leading)))
    lines = typesetting.lines(text, lambda part: measured(part, face), width * POINTS * _ROOM / size, most=most)
    return Fitted(size, tuple(lines), leading * size)


def name(text: str, sizes: tuple[float, ...], width: float, height: float) -> Fitted:
    """A person's name in the serif face; one of two or three Chinese characters is set with air between them."""
    text = typefaces.drawable(text)
    air = 0.0 if text.isascii() else {2: 0.4, 3: 0.15}.get(len(text), 0.0)
    room = width / (1 + air) if air else width
    found = fitted(text, Face.SERIF, sizes, room, height, leading=0.14, whole_words=True)
    return Fitted(found.size, found.lines, found.leading, air * found.size)


def _drawn(text: str, face: Face) -> str:
    """With a geta mark for what no face can draw: Typst would refuse the whole paper."""
    return "".join(run for _, run in typefaces.runs(text, face))


def measured(text: str, face: Face) -> float:
    """The width of `text` in parts of its size."""
    return Style(face, _EM).measure(text) / _EM


def _height(lines: int, size: float, leading: float) -> float:
    return size * (lines + leading * (lines - 1))
