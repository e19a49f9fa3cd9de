"""What was understood of a reply form, as plain values to be kept, and back again."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from conference.rules.replies import Column, Inferred, PassedOver, Person, Problem, Spot, Understood
from conference.rules.sheets import Sheet
from conference.vocabulary import Category, Fault, Mode, Passed, ReplyColumn, Whence

Plain = dict[str, Any]  # JSON


def written(understood: Understood) -> Plain:
    """Cells that many rows name are kept once."""
    spots: dict[tuple[tuple[str, int | None, str], ...], int] = {}
    people = []
    for person in understood.people:
        key = tuple((what, spot.column, spot.header) for what, spot in person.spots.items())
        plain = {name: value for name, value in vars(person).items() if name != "spots"}
        people.append(plain | {"spots": spots.setdefault(key, len(spots))})
    return {
        "columns": [asdict(column) for column in understood.columns],
        "spots": [list(key) for key in spots],
        "people": people,
        "problems": [asdict(problem) for problem in understood.problems],
        "passed": [asdict(one) for one in understood.passed],
        "sheets": understood.sheets,
        "inferred": [asdict(one) for one in understood.inferred],
    }


def read(plain: Plain) -> Understood:
    """What `written` made."""
    spots = [{what: Spot(column, header) for what, column, header in key} for key in plain["spots"]]
    return Understood(
        columns=tuple(_column(one) for one in plain["columns"]),
        people=tuple(_person(one, spots) for one in plain["people"]),
        problems=tuple(
            Problem(**one | {"spot": Spot(**one["spot"]), "fault": Fault(one["fault"])}) for one in plain["problems"]
        ),
        passed=tuple(PassedOver(one["sheet"], one["row"], Passed(one["why"])) for one in plain["passed"]),
        sheets=plain["sheets"],
        inferred=tuple(  # forms that were sent in earlier say none
            Inferred(**one | {"what": ReplyColumn(one["what"]), "whence": Whence(one["whence"])})
            for one in plain.get("inferred", ())
        ),
    )


def _column(one: Plain) -> Column:
    kind = ReplyColumn(one["kind"]) if one["kind"] else None
    return Column(**one | {"kind": kind, "samples": tuple(one["samples"])})


def _person(one: Plain, spots: Sequence[Mapping[str, Spot]]) -> Person:
    more = {"mode": Mode(one["mode"]), "category": Category(one["category"]), "spots": spots[one["spots"]]}
    return Person(**one | more)


def flat(text: str) -> str:
    """A text without spaces and marks, in small letters, as it is looked for in cells: a phone without its +86."""
    plain = unicodedata.normalize("NFKC", text).casefold().removeprefix("+86")
    return "".join(letter for letter in plain if letter.isalnum() or letter == "@")


def mentions(sheets: Iterable[Sheet], wanted: Sequence[str]) -> bool:
    """Whether any of these texts (as `flat` makes them) stands in any cell."""
    return any(
        one in flat(text)
        for sheet in sheets
        for texts in sheet.rows.values()
        for text in texts
        if text
        for one in wanted
    )
