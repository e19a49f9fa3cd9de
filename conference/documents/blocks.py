"""What our pictures are built of: blocks with a height, stacked from the top down, in the colours of the look.

The colours are those of static/css/tokens.css. A picture is 1,080 pixels wide and shown at about 390 points, so that 36
pixels here are 13 points there, the smallest size that the look knows.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from PIL import Image, ImageDraw

from conference.documents import canvas, typesetting
from conference.documents.canvas import Canvas, Colour, Style
from conference.documents.typefaces import Face

WIDTH = 1080
MARGIN = 60
CARD_LEFT = 36
TEXT_WIDTH = WIDTH - 2 * MARGIN
CARD_WIDTH = WIDTH - 2 * (CARD_LEFT + 48)

PAPER, WHITE, LINE = "#faf8f5", "#ffffff", "#e7e1d8"
INK, INK_2, INK_3 = "#1d1b19", "#5b554e", "#6f6961"
ACCENT, ACCENT_SOFT = "#a8261b", "#fbeeec"


class Block(Protocol):
    @property
    def before(self) -> int:
        """The space above, in pixels."""

    @property
    def height(self) -> int: ...

    def draw(self, picture: Canvas, y: int, ground: Colour) -> None: ...


def height(blocks: list[Block]) -> int:
    return sum(block.before + block.height for block in blocks)


def draw(picture: Canvas, blocks: list[Block], y: int, ground: Colour) -> None:
    for block in blocks:
        y += block.before
        block.draw(picture, y, ground)
        y += block.height


def fitted(
    text: str,
    face: Face,
    sizes: list[tuple[int, int]],
    colour: Colour = INK,
    *,
    width: int = CARD_WIDTH,
    tracking: int = 0,
    before: int = 0,
    leading: float = 1.45,
    centred: bool = True,
) -> Lines:
    """The text in the first size that needs no more than its number of lines; in the last one it is cut to it."""
    size, most = sizes[-1]
    for fitting, lines in sizes[:-1]:
        if typesetting.count(text, Style(face, fitting, tracking=tracking).measure, width) <= lines:
            size, most = fitting, lines
            break
    style = Style(face, size, tracking=tracking)
    found = typesetting.lines(text, style.measure, width, most=most)
    return Lines(found, style, colour, before=before, leading=leading, centred=centred)


@dataclass(frozen=True)
class Bar:
    """The short stroke of vermilion over the title."""

    before: int = 0
    height: int = 10

    def draw(self, picture: Canvas, y: int, ground: Colour) -> None:
        picture.rectangle((MARGIN, y, MARGIN + 96, y + self.height), ACCENT)


@dataclass(frozen=True)
class Rule:
    before: int
    height: int = 2

    def draw(self, picture: Canvas, y: int, ground: Colour) -> None:
        picture.rectangle((CARD_LEFT + 48, y, WIDTH - CARD_LEFT - 48, y + self.height), LINE)


@dataclass(frozen=True)
class Lines:
    lines: list[str]
    style: Style
    colour: Colour
    before: int = 0
    leading: float = 1.45
    centred: bool = True

    @property
    def height(self) -> int:
        return self.step * len(self.lines)

    @property
    def step(self) -> int:
        return round(self.style.size * self.leading)

    def draw(self, picture: Canvas, y: int, ground: Colour) -> None:
        for index, line in enumerate(self.lines):
            x = (WIDTH - self.width(line)) / 2 if self.centred else MARGIN
            picture.text(line, (x, y + self.baseline(index)), self.style, self.colour, ground)

    def width(self, line: str) -> float:
        return self.style.measure(line) - self.style.tracking

    def baseline(self, index: int) -> int:
        """Under the top of the block. The em box stands in the middle of the line, 0.88 of it above the baseline."""
        return round(index * self.step + (self.step - self.style.size) / 2 + self.style.size * 0.88)


@dataclass(frozen=True)
class Symbol:
    """A QR; the white around it on the card is wider than its quiet zone."""

    symbol: Image.Image
    before: int = 0

    @property
    def scale(self) -> int:
        # At most 61 % of the picture's width, so that with whole pixels a module it is never under 55 %.
        return 660 // self.symbol.width

    @property
    def height(self) -> int:
        return self.symbol.width * self.scale

    def draw(self, picture: Canvas, y: int, ground: Colour) -> None:
        picture.symbol(self.symbol, ((WIDTH - self.height) // 2, y), self.scale)


@dataclass(frozen=True)
class Stamp:
    """Words in a frame, a little askew, as a stamp is set."""

    words: str
    colour: Colour
    before: int = 0

    @property
    def height(self) -> int:
        return self._mask.height

    def draw(self, picture: Canvas, y: int, ground: Colour) -> None:
        picture.ink(self._mask, ((WIDTH - self._mask.width) // 2, y), self.colour, ground)

    @cached_property
    def _mask(self) -> Image.Image:
        words = fitted(self.words, Face.SERIF, [(140, 1), (110, 1), (88, 2), (64, 4)], width=620, leading=1.25)
        width = max(round(words.width(line)) for line in words.lines) + 120
        flat = Image.new("L", (width, words.height + 72))
        pen = ImageDraw.Draw(flat)
        pen.rectangle((0, 0, flat.width - 1, flat.height - 1), outline=255, width=8)
        pen.rectangle((16, 16, flat.width - 17, flat.height - 17), outline=255, width=3)
        for index, line in enumerate(words.lines):
            word, rise = canvas.text_mask(line, words.style)
            x = (width - round(words.width(line))) // 2
            flat.paste(255, (x, 36 + words.baseline(index) - rise), word)
        return flat.rotate(5, Image.Resampling.BICUBIC, expand=True)


@dataclass(frozen=True)
class Chip:
    words: str
    colour: Colour
    soft: Colour
    before: int = 0
    height: int = 76

    def draw(self, picture: Canvas, y: int, ground: Colour) -> None:
        style = Style(Face.BOLD, 42)
        words = typesetting.lines(self.words, style.measure, CARD_WIDTH - 72, most=1)[0]
        width = round(style.measure(words))
        left = (WIDTH - width) // 2 - 36
        picture.rounded((left, y, left + width + 72, y + self.height), self.height // 2, self.soft, ground)
        picture.text(words, (left + 36, y + 53), style, self.colour, self.soft)


@dataclass(frozen=True)
class Cells:
    """One or two facts side by side, each a small label over its value."""

    cells: tuple[tuple[str, str], ...]
    before: int = 0

    @property
    def height(self) -> int:
        return _LABEL + max(value.height for _, value in self._laid_out)

    def draw(self, picture: Canvas, y: int, ground: Colour) -> None:
        for index, (label, value) in enumerate(self._laid_out):
            middle = CARD_LEFT + 48 + self._cell_width * index + self._cell_width / 2
            for lines, top in ((label, y), (value, y + _LABEL)):
                for row, line in enumerate(lines.lines):
                    at = (middle - lines.width(line) / 2, top + lines.baseline(row))
                    picture.text(line, at, lines.style, lines.colour, ground)

    @property
    def _cell_width(self) -> int:
        return CARD_WIDTH // len(self.cells)

    @cached_property
    def _laid_out(self) -> list[tuple[Lines, Lines]]:
        width = self._cell_width - 32
        return [
            (
                fitted(label, Face.REGULAR, [(36, 1)], INK_3, width=width),
                fitted(value, Face.BOLD, [(60, 1), (48, 1), (42, 3)], width=width, leading=1.3),
            )
            for label, value in self.cells
        ]


# The height of a cell's label.
_LABEL = 52
