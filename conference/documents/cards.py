"""Cards that stand on a table, folded in the middle and read from both sides: place cards (座签) with a name, table
cards (桌牌) with a unit's. One a sheet of A4, the upper half upside down.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conference.documents import fitting, printing
from conference.documents.printing import Data
from conference.documents.typefaces import Face

MOST = 2_000
_MARGIN = 12.0
_NAME = (150.0, 140.0, 130.0, 120.0, 110.0, 100.0, 90.0, 80.0, 70.0, 60.0, 52.0, 44.0, 38.0, 32.0, 26.0, 20.0)
_UNIT = (100.0, 90.0, 80.0, 72.0, 64.0, 56.0, 50.0, 44.0, 38.0, 32.0, 26.0, 20.0)
_SMALL = (26.0, 23.0, 20.0, 17.0, 14.0, 12.0, 10.0)
# Of the face and of the sheet, in millimetres: 200 × 100 is cut out of upright A4, A4 lying is folded as it is.
SIZES = {"200x100": (200.0, 100.0, 210.0, 297.0), "297x105": (297.0, 105.0, 297.0, 210.0)}


@dataclass(frozen=True)
class Card:
    """`large` is a person's name, or a unit's; `small` stands under it, "" for nothing."""

    large: str
    small: str = ""


def sheet(title: str, cards: Sequence[Card], *, size: str, of_units: bool, language: str) -> Data:
    """What cards.typ is set with. Raises Unprintable, and ValueError for none or too many."""
    if not 0 < len(cards) <= MOST:
        raise ValueError(f"{len(cards)} cards")
    printing.refuse_missing({card.large: card.large + card.small for card in cards})
    width, height, page_width, page_height = SIZES[size]
    return {
        "title": title,
        "lang": language,
        "width": width,
        "height": height,
        "page-width": page_width,
        "page-height": page_height,
        "margin": _MARGIN,
        "cards": [_said(card, width - 2 * _MARGIN, height - 2 * _MARGIN, of_units) for card in cards],
    }


def _said(card: Card, width: float, height: float, of_units: bool) -> dict[str, object]:
    below = 18.0 if card.small else 0.0
    room = height - below - 2
    large = (
        fitting.fitted(card.large, Face.SERIF, _UNIT, width, room, leading=0.2, of_unit=True)
        if of_units
        else fitting.name(card.large, _NAME, width, room)
    )
    small = fitting.fitted(card.small, Face.REGULAR, _SMALL, width, below) if card.small else None
    return {"large": large.data, "small": small.data if small else None}
