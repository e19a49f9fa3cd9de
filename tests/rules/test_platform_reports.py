"""Attendance reports of outside rooms: shapes of files (`platform_shapes.txt`), and whom a nickname means."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from conference.rules import names, platform_reports
from conference.rules.platform_names import Everybody, Known
from conference.rules.platform_reports import Line
from conference.rules.platform_times import Around
from conference.rules.sheets import Sheet
from conference.vocabulary import PlatformMatch, Unreadable

_DRAWN = Path(__file__).with_name("platform_shapes.txt").read_text("utf-8").split("\n== ")[1:]
SHAPES = {shape.partition("\n")[0]: shape.partition("\n")[2].rstrip("\n").split("\n") for shape in _DRAWN}
AROUND = Around("Asia/Shanghai", datetime(2023, 11, 20, 1, tzinfo=UTC), datetime(2023, 11, 20, 9, tzinfo=UTC))


@pytest.mark.parametrize("name", SHAPES)
def test_shapes(name: str) -> None:
    sheets, wanted = _drawn(SHAPES[name])
    try:
        found = [_said(line) for line in platform_reports.read(sheets, AROUND)]
    except Unreadable as unreadable:
        found = [f"! {unreadable.fault.value}"]
    assert found == wanted


def _said(line: Line) -> str:
    joined, left = (f"{at.astimezone(AROUND.zone):%d %H:%M:%S}" if at else "-" for at in (line.joined_at, line.left_at))
    return f"> {line.row}|{line.name}|{line.phone or line.email or ''}|{joined}|{left}|{line.seconds}"


def _drawn(lines: list[str]) -> tuple[list[Sheet], list[str]]:
    sheets: list[Sheet] = []
    wanted = [line for line in lines if line.startswith(("> ", "! "))]
    drawing = "\n".join(line for line in lines if line not in wanted).split("-- ")
    for text in drawing:
        rows = {
            number: cells
            for number, line in enumerate(text.split("\n")[len(drawing) > 1 :], 1)
            if any(cells := [cell.strip() for cell in line.split("|")])
        }
        sheets.append(Sheet(text.split("\n")[0], rows))
    return sheets, wanted


def _known(id_: int, name: str, unit: str, phone: str) -> Known:
    unit_id = {"呼和浩特市玉泉区民政局": 1, "东营市垦利区民政局": 2}[unit]
    province = {1: "150000", 2: "370000"}[unit_id]
    return Known(id_, name, names.pinyin(name), unit_id, unit, province, phone, f"{id_}@example.org")


YUQUAN, KENLI = "呼和浩特市玉泉区民政局", "东营市垦利区民政局"
PEOPLE = Everybody(
    [
        _known(1, "李然", YUQUAN, "+8613800000001"),
        _known(2, "王敏", YUQUAN, "+8613800000002"),
        _known(3, "王敏", KENLI, "+8613900000003"),
        _known(4, "欧阳明月", KENLI, "+8613800000004"),
        _known(5, "买买提·艾力", KENLI, "+8613800000005"),
    ]
)
SURE, DOUBTFUL, NOBODY = PlatformMatch.SURE, PlatformMatch.DOUBTFUL, PlatformMatch.NOBODY


@pytest.mark.parametrize(
    ("name", "phone", "email", "match", "ids"),
    [
        ("李然", None, None, SURE, [1]),
        ("李 然", None, None, SURE, [1]),
        ("李然-呼和浩特市玉泉区民政局", None, None, SURE, [1]),
        ("玉泉区民政局 李然", None, None, SURE, [1]),
        ("玉泉区民政局李然", None, None, SURE, [1]),
        ("李然（线上）", None, None, SURE, [1]),
        ("138****0001 李然", None, None, SURE, [1]),
        ("李然-东营市垦利区民政局", None, None, DOUBTFUL, [1]),  # of another unit of the meeting: another 李然, perhaps
        ("李然 垦利区民政局", None, None, DOUBTFUL, [1]),
        ("139****9999 李然", None, None, DOUBTFUL, [1]),
        ("iPhone", "+8613800000001", None, SURE, [1]),
        ("guest", None, "2@Example.org", SURE, [2]),
        ("欧阳明月", "+8613800000001", None, DOUBTFUL, [1, 4]),  # one's phone and another one's name
        ("guest", "+8613800000001", "2@example.org", DOUBTFUL, [1, 2]),
        ("王敏", None, None, DOUBTFUL, [2, 3]),
        ("王敏 垦利区民政局", None, None, SURE, [3]),
        ("王敏139****0003", None, None, SURE, [3]),
        ("李冉", None, None, DOUBTFUL, [1]),
        ("Li Ran", None, None, DOUBTFUL, [1]),
        ("李然主任", None, None, DOUBTFUL, [1]),
        ("欧阳明玥", None, None, DOUBTFUL, [4]),
        ("买买提艾力", None, None, SURE, [5]),
        ("李然、欧阳明月", None, None, DOUBTFUL, [1, 4]),
        ("王敏慧", None, None, NOBODY, []),
        ("三楼会议室", None, None, NOBODY, []),
        ("", None, None, NOBODY, []),
    ],
)
def test_whom_a_nickname_means(
    name: str, phone: str | None, email: str | None, match: PlatformMatch, ids: list[int]
) -> None:
    found = PEOPLE.who(Line(2, name, "", phone, email, None, None, 60))
    assert (found.match, [one.id for one in found.people]) == (match, ids)


def test_the_unit_of_its_own_column_tells_namesakes_apart() -> None:
    found = PEOPLE.who(Line(2, "王敏", "垦利区民政局", None, None, None, None, 60))
    assert (found.match, [one.id for one in found.people]) == (SURE, [3])
