"""Badges (胸卡) to print, one a page: how a meeting wants them (`Look`), and what one of them says (`Badge`).

Where a font lacks a character, Typst says so only under the PDF/A standard: `printing.refuse_missing` is asked before,
so that the names come back to whoever prints.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from conference.documents import fitting, printing, qr
from conference.documents.printing import Data, Unprintable
from conference.documents.typefaces import Face

__all__ = ["MOST", "Badge", "Look", "Size", "Unprintable", "pdf", "pictures", "sheet"]

MOST = 2_000  # in one file: some 300 MB while it is made
VERMILION = "#a8261b"
_NAME = (48.0, 44.0, 40.0, 36.0, 32.0, 28.0, 24.0, 20.0, 17.0, 14.0, 12.0)
_UNIT = (14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0, 6.0)
_SMALL = (11.0, 10.0, 9.0, 8.0, 7.0, 6.0)
_TITLE = (14.0, 13.0, 12.0, 11.0, 10.0, 9.0, 8.0, 7.0)


class Size(StrEnum):
    """Width and height in millimetres."""

    STANDARD = "90x130"
    A6 = "105x148"

    @property
    def width(self) -> float:
        return float(self.value.partition("x")[0])

    @property
    def height(self) -> float:
        return float(self.value.partition("x")[2])


@dataclass(frozen=True)
class Look:
    """`logo` is a PNG or a JPEG."""

    size: Size = Size.STANDARD
    logo: bytes | None = None


@dataclass(frozen=True)
class Badge:
    """What one badge says; "" is left out. `qr_text` is what its QR holds, `colour` fills its band ("#rrggbb")."""

    name: str
    unit: str
    position: str
    category: str
    number: str
    qr_text: str
    colour: str = VERMILION
    seat: str = ""
    province: str = ""
    pinyin: str = ""

    @property
    def texts(self) -> str:
        return f"{self.name}{self.unit}{self.position}{self.category}{self.seat}{self.province}{self.pinyin}"


def pdf(meeting: str, badges: Sequence[Badge], look: Look | None = None, *, language: str = "zh") -> bytes:
    """One page a badge, at most `MOST`. The same badges give the same bytes. Raises Unprintable, and ValueError for
    none or too many."""
    return printing.pdf("badges", sheet(meeting, badges, look or Look(), language))


def pictures(
    meeting: str, badges: Sequence[Badge], look: Look | None = None, *, language: str = "zh", ppi: float = 144
) -> list[bytes]:
    """The same pages as PNG, to be looked at. Raises as `pdf` does."""
    return printing.pictures("badges", sheet(meeting, badges, look or Look(), language), ppi=ppi)


def sheet(meeting: str, badges: Sequence[Badge], look: Look, language: str) -> Data:
    """What badges.typ is set with."""
    if not 0 < len(badges) <= MOST:
        raise ValueError(f"{len(badges)} badges")
    printing.refuse_missing({badge.name: badge.texts for badge in badges})
    scale = look.size.width / Size.STANDARD.width
    top, height = (16 * scale, 8.5 * scale) if look.logo else (6.5 * scale, 17 * scale)
    width = look.size.width - 16 * scale
    title = fitting.fitted(meeting, Face.SERIF, _scaled(_TITLE, scale), width, height, leading=0.35)
    return {
        "title": meeting,
        "lang": language,
        "width": look.size.width,
        "height": look.size.height,
        "scale": scale,
        "logo": list(look.logo) if look.logo else None,
        "meeting": title.data,
        "title-top": top,
        "title-height": height,
        "qr": 33 * scale,
        "badges": [_said(badge, scale, width) for badge in badges],
    }


def on(colour: str) -> str:
    """Black or white, whichever is read better on `colour` (WCAG 2.2, relative luminance)."""
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#1b1917"


def _said(badge: Badge, k: float, width: float) -> dict[str, object]:
    foot = "  ·  ".join(part for part in (badge.number, badge.seat, badge.province) if part)
    return {
        "name": fitting.name(badge.name, _scaled(_NAME, k), width, (22 if badge.pinyin else 28) * k).data,
        "pinyin": _fitted(badge.pinyin, _SMALL, k, width, 5),
        "unit": _fitted(badge.unit, _UNIT, k, width, 11.2 if badge.position else 19),
        "position": _fitted(badge.position, _SMALL, k, width, 6.2),
        "qr": qr.drawing(badge.qr_text) if badge.qr_text else None,
        "colour": badge.colour,
        "on": on(badge.colour),
        "category": fitting.fitted(badge.category, Face.BOLD, _scaled((18.0, 15.0, 12.0, 9.0), k), width, 8 * k).data,
        "foot": _fitted(foot, _SMALL, k, width, 6),
    }


def _fitted(text: str, sizes: tuple[float, ...], k: float, width: float, height: float) -> dict[str, object] | None:
    return fitting.fitted(text, Face.REGULAR, _scaled(sizes, k), width, height * k).data if text else None


def _scaled(sizes: tuple[float, ...], k: float) -> tuple[float, ...]:
    return tuple(size * k for size in sizes)
