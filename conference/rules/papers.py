"""How a meeting's papers may be set, and in what order people stand on them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from conference.vocabulary import Category, Fault, PaperOrder, PaperPhone

# Deep enough to be read white on them, different enough to be told apart at a gate; the word stands beside them.
COLOURS = {
    Category.DELEGATE: "#1f4e79",
    Category.OBSERVER: "#2f6b4f",
    Category.GUEST: "#86570f",
    Category.LEADER: "#a8261b",
    Category.EXPERT: "#5b3a78",
    Category.MEDIA: "#9c4a12",
    Category.STAFF: "#4a4641",
}
BADGE_SIZES = ("90x130", "105x148")
CARD_SIZES = ("200x100", "297x105")
LABEL_SHEETS = ("3x8", "2x7")
LANGUAGES = ("zh", "en")
FARTHEST = 15  # millimetres that a sheet may be shifted by
ON_BADGE = ("position", "number", "seat", "province", "pinyin")
DEFAULTS: Mapping[str, str | bool | int] = {
    "badge_size": "90x130",
    **{f"colour_{category.value}": colour for category, colour in COLOURS.items()},
    "show_position": True,
    "show_number": True,
    "show_seat": True,
    "show_province": False,
    "show_pinyin": False,
    "card_size": "200x100",
    "card_unit": False,
    "label_sheet": "3x8",
    "cut_lines": True,
    "shift_right": 0,
    "shift_down": 0,
    "sheet_phone": PaperPhone.BLANK.value,
    "unit_pages": False,
    "language": "zh",
}
_CHOICES = {
    "badge_size": BADGE_SIZES,
    "card_size": CARD_SIZES,
    "label_sheet": LABEL_SHEETS,
    "sheet_phone": list(PaperPhone),
    "language": LANGUAGES,
}
_COLOUR = re.compile(r"#[0-9a-f]{6}")


def complete(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Settings as they were kept, and the defaults for what they do not say, or say no longer rightly."""
    wrong = faults_in(kept)
    return {key: kept[key] if key in kept and key not in wrong else value for key, value in DEFAULTS.items()}


def faults_in(settings: Mapping[str, Any]) -> dict[str, Fault]:
    """What is wrong with settings, key by key; keys of others are passed over."""
    faults: dict[str, Fault] = {}
    for key, value in settings.items():
        if key in _CHOICES:
            if value not in _CHOICES[key]:
                faults[key] = Fault.UNKNOWN_CHOICE
        elif key.startswith("colour_"):
            if not isinstance(value, str) or not _COLOUR.fullmatch(value):
                faults[key] = Fault.NOT_A_COLOUR
        elif key.startswith("shift_"):
            if not isinstance(value, int) or not -FARTHEST <= value <= FARTHEST:
                faults[key] = Fault.OUT_OF_RANGE
        elif key in DEFAULTS and not isinstance(value, bool):
            faults[key] = Fault.NOT_TRUE_OR_FALSE
    return faults


class Person(Protocol):
    """What orders people on paper."""

    @property
    def number(self) -> str: ...
    @property
    def spelling(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def province(self) -> str: ...
    @property
    def seat(self) -> str: ...
    @property
    def category(self) -> Category: ...


# Leaders first, as on a stage.
RANKS = (
    Category.LEADER,
    Category.GUEST,
    Category.EXPERT,
    Category.DELEGATE,
    Category.OBSERVER,
    Category.MEDIA,
    Category.STAFF,
)


def seat_key(seat: str) -> tuple[Any, ...]:
    """Seats as people count them: 3排2座 before 3排12座; who has none comes last."""
    parts = re.split(r"(\d+)", seat)
    return (not seat, [(int(part), "") if part.isdigit() else (-1, part) for part in parts if part])


def _number(person: Person) -> tuple[Any, ...]:
    return (len(person.number), person.number)


def _unit(person: Person) -> tuple[Any, ...]:
    return (person.province, person.unit)


ORDERS: Mapping[PaperOrder, Callable[[Person], tuple[Any, ...]]] = {
    PaperOrder.NUMBER: _number,
    PaperOrder.NAME: lambda person: (person.spelling, *_number(person)),
    PaperOrder.UNIT: lambda person: (*_unit(person), *_number(person)),
    PaperOrder.PROVINCE: lambda person: (person.province, person.spelling, *_number(person)),
    PaperOrder.SEAT: lambda person: (seat_key(person.seat), *_number(person)),
    PaperOrder.CATEGORY: lambda person: (RANKS.index(person.category), person.spelling, *_number(person)),
}
