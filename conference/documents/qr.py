"""QR codes of delegates: what they hold, and their modules as a matrix, an SVG or a PNG.

Model 2 symbols of ISO/IEC 18004. Level Q mends about 25 % of the codewords and is meant for what is worn and creased
(passes, badges); level M, 15 %, for everything else.
"""

from __future__ import annotations

import html
import io
from typing import Literal

import qrcode
from PIL import Image
from qrcode import constants

Level = Literal["M", "Q"]

# ISO/IEC 18004, 9.1: a quiet zone of four modules on every side.
QUIET = 4

# Any of the eight masks is valid and decodes alike. Trying them all (7.8.3) takes six times as long; mask 0 has the
# lowest penalty, mean and worst, over addresses such as ours.
_MASK = 0

_LEVELS = {"M": constants.ERROR_CORRECT_M, "Q": constants.ERROR_CORRECT_Q}


def address(public_url: str, code: str) -> str:
    """What the QR of a delegate holds: `{public_url}/c/{code}` in upper case.

    Upper case, a path of the public address included, keeps the symbol in alphanumeric mode (ISO/IEC 18004, 7.4.4):
    5.5 bits a character instead of 8, and so larger modules.
    """
    return f"{public_url.rstrip('/')}/C/{code}".upper()


def grouped(code: str) -> str:
    """The code as people read it out: `K7QH4M2X9RTW6CVPXX` is `K7QH 4M2X 9RTW 6CVP XX`."""
    return " ".join(code[start : start + 4] for start in range(0, len(code), 4))


def matrix(text: str, *, level: Level = "M") -> list[list[bool]]:
    """The modules, row by row, dark ones true, without the quiet zone: the smallest version that holds `text`.

    Raises ValueError when no version does (at level Q, 2,420 alphanumeric characters or 1,663 bytes).
    """
    symbol = qrcode.QRCode(error_correction=_LEVELS[level], border=0, mask_pattern=_MASK)
    symbol.add_data(text, optimize=0)
    symbol.make(fit=True)
    return [[bool(module) for module in row] for row in symbol.get_matrix()]


def svg(text: str, *, level: Level = "M", title: str) -> str:
    """An `<svg>` to stand in a page: one path on white, its quiet zone within, `title` for those who cannot see it.

    One module is one unit of the view box; the size is the style sheet's. Black on white in a dark page too, because
    many readers do not take an inverted symbol.
    """
    rows = matrix(text, level=level)
    side = len(rows) + 2 * QUIET
    path = "".join(
        f"M{QUIET + start} {QUIET + y}h{length}v1h-{length}z"
        for y, row in enumerate(rows)
        for start, length in _dark_runs(row)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" shape-rendering="crispEdges">'
        f"<title>{html.escape(title)}</title>"
        f'<rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{path}"/></svg>'
    )


def drawing(text: str, *, level: Level = "Q") -> str:
    """The same for paper, where a thousand of them stand in one file: a stroke for each run of modules, no title."""
    rows = matrix(text, level=level)
    side = len(rows) + 2 * QUIET
    path = "".join(
        f"M{QUIET + start} {QUIET + y}.5h{length}" for y, row in enumerate(rows) for start, length in _dark_runs(row)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"><path stroke="#000" d="{path}"/></svg>'


def png(text: str, *, level: Level = "M", scale: int = 8) -> bytes:
    """A black and white PNG with its quiet zone, `scale` pixels a module."""
    picture = image(text, level=level)
    picture = picture.resize((picture.width * scale, picture.height * scale), Image.Resampling.NEAREST)
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return file.getvalue()


def image(text: str, *, level: Level = "M", quiet: int = QUIET) -> Image.Image:
    """One pixel a module, in mode "1", `quiet` modules of white around."""
    rows = matrix(text, level=level)
    side = len(rows)
    symbol = Image.new("1", (side + 2 * quiet, side + 2 * quiet), 1)
    inner = Image.new("1", (side, side))
    inner.putdata([0 if dark else 1 for row in rows for dark in row])
    symbol.paste(inner, (quiet, quiet))
    return symbol


def _dark_runs(row: list[bool]) -> list[tuple[int, int]]:
    """Start and length of each run of dark modules."""
    runs: list[tuple[int, int]] = []
    for x, dark in enumerate(row):
        if dark and runs and sum(runs[-1]) == x:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        elif dark:
            runs.append((x, 1))
    return runs
