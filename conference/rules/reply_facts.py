"""What a row of a reply form comes to: a person, or problems, each with the cell it stands in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from conference.rules.contact import plain_phone
from conference.rules.text import legible
from conference.vocabulary import Category, Fault, Mode, Refusal, ReplyColumn, Whence

NOWHERE_SAID = {"unit": "单位", "province": "省份", "mode": "参会方式", "name": "姓名", "phone": "手机"}
LONGEST_SHOWN = 40  # characters of a cell
_IDENTITY = re.compile(r"\d{15}|\d{17}[\dXx]")


@dataclass(frozen=True)
class Spot:
    """A cell, by its header; `column` is None where the form has no such column."""

    column: int | None
    header: str


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row, and in which column (by its header as the file writes it).

    `who` is named in the row, and `typed` stands in the cell, as `shown` gives it.
    """

    sheet: str
    row: int
    spot: Spot
    fault: Fault | Refusal
    who: str = ""
    typed: str = ""


def in_order(problems: Sequence[Problem]) -> list[Problem]:
    """By sheet as the sheets come first, then by row and column."""
    sheets = {sheet: n for n, sheet in enumerate(dict.fromkeys(problem.sheet for problem in problems))}
    return sorted(problems, key=lambda p: (sheets[p.sheet], p.row, -1 if p.spot.column is None else p.spot.column))


@dataclass(frozen=True)
class Inferred:
    """What no cell of a row says, and what it was told by: the unit, the province's code or the mode of its rows."""

    sheet: str
    what: ReplyColumn
    value: str
    whence: Whence
    text: str = ""
    row: int | None = None


def shown(raw: str) -> str:
    """What somebody typed, for them to find it again: on one line, not for long, and no identity number."""
    plain = legible(" ".join(raw.split()))
    if _IDENTITY.search(re.sub(r"[\s-]", "", plain)):
        return ""
    return plain if len(plain) <= LONGEST_SHOWN else plain[: LONGEST_SHOWN - 1] + "…"


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

    def problem(self, spot: Spot, fault: Fault | Refusal) -> Problem:
        """What is wrong with this row, found later."""
        said = {"phone": plain_phone(self.phone or ""), "email": self.email or "", "unit": self.unit}
        typed = next((text for what, text in said.items() if text and self.spots.get(what) == spot), "")
        return Problem(self.sheet, self.row, spot, fault, shown(self.name), shown(typed))


@dataclass
class Above:
    """What rows further up said, for cells that leave it out."""

    unit: str = ""
    province: str = ""
    section: str = ""  # a row of its own that names the unit, the province or the mode of the rows below it
    section_row: int = 0
    section_province: str | None = None
    section_mode: Mode | None = None
