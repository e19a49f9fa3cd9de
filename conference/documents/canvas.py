"""A picture in few colours, drawn as indices of its own palette, so that it is small and quick to write.

Every smooth edge lies between two known colours, an ink and the ground under it. Each such pair is given a ramp of
ten palette entries, its ends shared with others, when it is first used; that leaves room for some thirty pairs.
"""

from __future__ import annotations

import io
import threading
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from conference.documents import typefaces
from conference.documents.typefaces import Face

Colour = str  # "#rrggbb"

_STEPS = 10

# FreeType's faces are not for several threads at once, and the cached ones are shared.
_freetype = threading.Lock()


class Canvas:
    def __init__(self, width: int, height: int, ground: Colour) -> None:
        self._palette: dict[tuple[int, int, int], int] = {}
        self.image = Image.new("L", (width, height), self._entry(ground))

    def rectangle(self, box: tuple[int, int, int, int], colour: Colour) -> None:
        """Left, top, right, bottom; the last two lie outside."""
        self.image.paste(self._entry(colour), box)

    def rounded(self, box: tuple[int, int, int, int], radius: int, colour: Colour, ground: Colour) -> None:
        """A rectangle with smooth round corners."""
        left, top, right, bottom = box
        self.rectangle((left + radius, top, right - radius, bottom), colour)
        self.rectangle((left, top + radius, right, bottom - radius), colour)
        disc = _disc(radius)
        for x, column in ((left, 0), (right - radius, radius)):
            for y, row in ((top, 0), (bottom - radius, radius)):
                self.ink(disc.crop((column, row, column + radius, row + radius)), (x, y), colour, ground)

    def text(self, line: str, at: tuple[float, float], style: Style, colour: Colour, ground: Colour) -> None:
        """One line, `at` the left end of its baseline."""
        mask, rise = text_mask(line, style)
        self.ink(mask, (round(at[0]), round(at[1]) - rise), colour, ground)

    def ink(self, mask: Image.Image, at: tuple[int, int], colour: Colour, ground: Colour) -> None:
        """`colour` through a mask of mode "L", on `ground`."""
        ramp = [self._place(step) for step in _between(ground, colour)]
        steps = [(value * (_STEPS - 1) + 127) // 255 for value in range(256)]
        covered = [255 if step else 0 for step in steps]
        self.image.paste(mask.point([ramp[step] for step in steps]), at, mask.point(covered))

    def symbol(self, symbol: Image.Image, at: tuple[int, int], scale: int) -> None:
        """A QR symbol of one pixel a module, in pure black and white."""
        black, white = self._entry("#000000"), self._entry("#ffffff")
        modules = symbol.convert("L").point([black] * 128 + [white] * 128)
        size = (symbol.width * scale, symbol.height * scale)
        self.image.paste(modules.resize(size, Image.Resampling.NEAREST), at)

    def png(self) -> bytes:
        picture = self.image.copy()
        picture.putpalette([channel for colour in self._palette for channel in colour])
        file = io.BytesIO()
        picture.save(file, "PNG", compress_level=6)  # 9 takes five times as long and saves a fifth
        return file.getvalue()

    def _entry(self, colour: Colour) -> int:
        return self._place(_channels(colour))

    def _place(self, channels: tuple[int, int, int]) -> int:
        place = self._palette.setdefault(channels, len(self._palette))
        if place > 255:
            raise ValueError("a picture has 256 colours at most")
        return place


class Style:
    """A face at a size in pixels, with `tracking` pixels of extra space after each character."""

    def __init__(self, face: Face, size: int, *, tracking: int = 0) -> None:
        self.face = face
        self.size = size
        self.tracking = tracking

    def measure(self, text: str) -> float:
        """The width of `text`, the extra space after its last character included."""
        return _width(text, self.face, self.size) + self.tracking * len(text)


def text_mask(line: str, style: Style) -> tuple[Image.Image, int]:
    """A mask of mode "L" with the line drawn in it, and how many of its rows lie above the baseline."""
    rise, fall = round(style.size * 1.16), round(style.size * 0.32)
    mask = Image.new("L", (round(style.measure(line)) + style.size // 4 + 1, rise + fall))
    draw = ImageDraw.Draw(mask)
    x = 0.0
    with _freetype:
        for face, run in _runs(line, style.face):
            font = _font(face, style.size)
            for piece in run if style.tracking else (run,):
                draw.text((x, rise), piece, fill=255, font=font, anchor="ls")
                x += sum(font.getlength(c) for c in piece) + style.tracking
    return mask, rise


@lru_cache(maxsize=16384)
def _runs(text: str, face: Face) -> tuple[tuple[Face, str], ...]:
    return tuple(typefaces.runs(text, face))


@lru_cache(maxsize=16384)
def _width(text: str, face: Face, size: int) -> float:
    if len(text) > 1:
        return sum(_width(character, face, size) for character in text)
    with _freetype:
        return sum(_font(able, size).getlength(run) for able, run in _runs(text, face))


@lru_cache(maxsize=64)
def _font(face: Face, size: int) -> ImageFont.FreeTypeFont:
    # The basic layout, on purpose: Raqm is not in every build of Pillow, and the same facts must give the same bytes.
    return ImageFont.truetype(face.path, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=16)
def _disc(radius: int) -> Image.Image:
    large = Image.new("L", (8 * radius, 8 * radius))
    ImageDraw.Draw(large).ellipse((0, 0, 8 * radius - 1, 8 * radius - 1), fill=255)
    return large.resize((2 * radius, 2 * radius), Image.Resampling.BOX)


def _between(ground: Colour, colour: Colour) -> list[tuple[int, int, int]]:
    """Ten colours in equal steps, both ends included."""
    start, end, last = _channels(ground), _channels(colour), _STEPS - 1

    def mixed(step: int, channel: int) -> int:
        return (start[channel] * (last - step) + end[channel] * step + last // 2) // last

    return [(mixed(step, 0), mixed(step, 1), mixed(step, 2)) for step in range(_STEPS)]


def _channels(colour: Colour) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
