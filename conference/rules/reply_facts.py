"""What a row of a reply form comes to: a person, or problems, each with the cell it stands in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from conference.vocabulary import Category, Fault, Mode, Refusal

NOWHERE_SAID = {"unit": "单位", "province": "省份", "mode": "参会方式", "name": "姓名", "phone": "手机"}


@dataclass(frozen=True)
class Spot:
    """A cell, by its header; `column` is None where the form has no such column."""

    column: int | None
    header: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row, and in which column (by its header as the file writes it)."""

    sheet: str
    row: int
    spot: Spot
    fault: Fault | Refusal


@dataclass(frozen=True)
class Person:
    """A row that is whole. `province` is None where nothing tells it, and `told` where the form itself does.

    `unit_here` says that the row names its unit, not a title or a file's name; `spots` name cells for later problems.
    """

    sheet: str
    row: int
    name: str
    position: str
    phone: str | None
    email: str | None
    mode: Mode
    category: Category
    unit: str
    province: str | None
    told: bool
    unit_here: bool
    spots: Mapping[str, Spot] = field(compare=False)

    @property
    def said(self) -> tuple[object, ...]:
        """All that the row says, to know a row that stands there twice."""
        return self.name, self.position, self.phone, self.email, self.mode, self.category, self.unit, self.province


@dataclass
class Above:
    """What rows further up said, for cells that leave it out."""

    unit: str = ""
    province: str = ""
    section: str = ""  # a row of its own that names the unit, the province or the mode of the rows below it
    section_province: str | None = None
    section_mode: Mode | None = None
