"""Badges (胸卡) to print: 90 × 130 mm, one a page, as PDF/A-2b with our own fonts embedded.

Set by Typst. What people are called is data for it, never markup. Of a character that no font of ours can draw, the
standard makes Typst speak: `typefaces.missing` is asked before, so that the names come back to whoever prints.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import typst

from conference.documents import qr, typefaces

MOST = 500
_SOURCE = Path(__file__).with_suffix(".typ")


class Unprintable(Exception):
    """Somebody's texts hold characters that none of our fonts can draw; `whose` names them, by name."""

    def __init__(self, whose: dict[str, list[str]]) -> None:
        super().__init__(", ".join(f"{name}: {''.join(missing)}" for name, missing in whose.items()))
        self.whose = whose


@dataclass(frozen=True)
class Badge:
    """What one badge says. `qr_text` is what its QR holds; `accent` sets the category on vermilion."""

    name: str
    unit: str
    position: str
    category: str
    number: str
    qr_text: str
    accent: bool = False


def pdf(meeting: str, badges: Sequence[Badge], *, language: str = "zh") -> bytes:
    """One page a badge, at most `MOST`. The same badges give the same bytes. Raises Unprintable, and ValueError for
    none or too many."""
    made = _compiled(meeting, badges, language, format="pdf", pdf_standards=["a-2b"], timestamp=0)
    if not isinstance(made, bytes):
        raise TypeError("Typst gave no PDF")
    return made


def pictures(meeting: str, badges: Sequence[Badge], *, language: str = "zh", ppi: int = 144) -> list[bytes]:
    """The same pages as PNG, to be looked at. Raises as `pdf` does."""
    made = _compiled(meeting, badges, language, format="png", ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made or ())


def _compiled(meeting: str, badges: Sequence[Badge], language: str, **options: Any) -> bytes | list[bytes] | None:
    if not 0 < len(badges) <= MOST:
        raise ValueError(f"{len(badges)} badges")
    whose = {
        badge.name: lacking
        for badge in badges
        if (lacking := typefaces.missing(f"{badge.name}{badge.unit}{badge.position}{badge.category}"))
    }
    if whose:
        raise Unprintable(whose)
    data = {
        "title": meeting,
        "meeting": typefaces.drawable(meeting),
        "lang": language,
        "badges": [_said(badge) for badge in badges],
    }
    # A compiler belongs to one document; the fonts, which are most of its work, to all.
    compiler = typst.Compiler(_SOURCE.read_bytes(), font_paths=_fonts(), ignore_system_fonts=True)
    return compiler.compile(sys_inputs={"badges": json.dumps(data, ensure_ascii=False)}, **options)


def _said(badge: Badge) -> dict[str, object]:
    # A name of two or three characters is set with air between them, as on a place card.
    name = typefaces.drawable(badge.name)
    between = " " if " " in name else ""
    parts = name.split() if between else [part for part in re.split("(?<=·)", name) if part]
    air = 0.0 if badge.name.isascii() else {2: 0.4, 3: 0.15}.get(len(badge.name), 0.0)
    return {
        "parts": parts or [name],
        "between": between,
        "unit": typefaces.drawable(badge.unit),
        "position": typefaces.drawable(badge.position),
        "category": typefaces.drawable(badge.category),
        "number": badge.number,
        "tracking": air,
        "accent": badge.accent,
        "qr": qr.svg(badge.qr_text, level="Q", title=""),
    }


@functools.cache
def _fonts() -> typst.Fonts:
    """Read once; nothing of the system's is used."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[typefaces.FOLDER])
