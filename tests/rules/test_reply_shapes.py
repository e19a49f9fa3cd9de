"""Many more shapes of reply forms (`reply_shapes.txt`), each with everybody and every problem that it must give."""

from __future__ import annotations

from pathlib import Path

import pytest

from conference.rules.replies import understand
from conference.rules.sheets import Merge, Sheet
from conference.vocabulary import Mode

_DRAWN = Path(__file__).with_name("reply_shapes.txt").read_text("utf-8").split("\n== ")[1:]
SHAPES = {shape.partition("\n")[0]: shape.partition("\n")[2].rstrip("\n").split("\n") for shape in _DRAWN}


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name: str) -> None:
    file_name, sheets, wanted = _read(SHAPES[name])
    found = understand(sheets, file_name=file_name)
    modes = {Mode.IN_PERSON: "现场", Mode.ONLINE: "线上"}
    people = [f"> {p.name}|{p.phone or p.email}|{modes[p.mode]}|{p.unit}|{p.position}" for p in found.people]
    problems = [f"! {p.row}|{p.spot.header}|{p.fault.value}" for p in found.problems]
    assert [*people, *problems] == wanted


def _read(lines: list[str]) -> tuple[str, list[Sheet], list[str]]:
    """The file's name, its sheets, and what is wanted of them."""
    file_name, sheets, wanted = "", [], []
    name, first, merges, cells = "Sheet1", 1, [], []
    for line in [*lines, "-- end"]:
        if line.startswith("-- "):
            if cells:
                sheets.append(_sheet(name, first, merges, cells))
            name, first, merges, cells = line.removeprefix("-- "), 1, [], []
        elif line.startswith("@ file "):
            file_name = line.removeprefix("@ file ")
        elif line.startswith("@ first "):
            first = int(line.removeprefix("@ first "))
        elif line.startswith("@ merges "):
            numbers = [tuple(map(int, one.split(","))) for one in line.removeprefix("@ merges ").split()]
            merges = [(top, left, bottom, right) for top, left, bottom, right in numbers]
        elif line.startswith(("> ", "! ")):
            wanted.append(line)
        else:
            cells.append(line)
    return file_name, sheets, wanted


def _sheet(name: str, first: int, merges: list[Merge], lines: list[str]) -> Sheet:
    rows = {}
    for number, line in enumerate(lines, first):
        texts = [text.replace("⏎", "\n") for text in line.split("|")]
        while texts and not texts[-1]:
            texts.pop()
        if texts:
            rows[number] = texts
    return Sheet(name, rows, merges)
