"""The provinces by their GB/T 2260 codes, with the cells of the tile map (`provinces.csv`: no drawn borders)."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib import resources


@dataclass(frozen=True)
class Province:
    """`code` has six digits; `letters` are those of ISO 3166-2:CN; `row` and `column` count from 0 on the tile map."""

    code: str
    name: str
    short: str
    pinyin: str
    letters: str
    row: int
    column: int

    @property
    def label(self) -> str:
        """The one character of a tile (内蒙古 is 蒙 there)."""
        return "蒙" if self.short == "内蒙古" else self.short

    @property
    def english(self) -> str:
        """The usual name in English."""
        return _ENGLISH.get(self.pinyin, self.pinyin.capitalize())


_ENGLISH = {
    "neimenggu": "Inner Mongolia",
    "shaanxi": "Shaanxi",
    "xizang": "Xizang",
    "taiwan": "Taiwan",
    "xianggang": "Hong Kong",
    "aomen": "Macao",
}


def _read() -> dict[str, Province]:
    text = resources.files("conference.rules").joinpath("provinces.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    found = (
        Province(r["code"], r["name"], r["short"], r["pinyin"], r["letters"], int(r["row"]), int(r["column"]))
        for r in rows
    )
    return {province.code: province for province in found}


def level(count: int, total: int) -> int:
    """How dark a province's tile is: 3 from a fifth of all, 2 from a twentieth, 1 above none."""
    if not count:
        return 0
    return 3 if count * 5 >= total else 2 if count * 20 >= total else 1


PROVINCES = _read()
