"""The rows below a header: how they are filled in, which of them are about nobody, and why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from conference.rules import reply_modes, reply_values
from conference.rules.reply_tables import Grid, Heading, Table, is_label
from conference.vocabulary import Passed, ReplyColumn


@dataclass(frozen=True)
class Habits:
    """How a table is filled in: known before its rows are read.

    `unit_once` that a unit is written in its first row only; `strong` and `circles` which marks its ticks are.
    """

    unit_once: bool
    province_once: bool
    strong: bool
    circles: bool
    categories: bool


_TOTALS = re.compile(
    r"(合计|总计|共计|小计|总人数|参会人数|以下空白|以下无正文|此表可?(复制|续|加)|本表|备注|注|说明|填表说明|填报说明)"
)
_FOOT = re.compile(
    r"(填表|填报|制表|经办|审核|审批|签发|负责|联系|联络|报送|领导|单位领导|签字|签名|签章|盖章|公章|日期|时间|注|备注|说明|电话|手机|传真|邮箱|"
    r"地址|请|为|如|本|此|以上|上述|共|合计|总计|小计|共计)"
)
_SIGNS = re.compile(
    r"(填表人|填报人|制表人|经办人|审核人?|审批人?|复核人?|负责人|单位负责人|分管领导|主管领导|领导签字|领导签名|联系人|联络员|联络人|"
    r"填表日期|填报日期|填表时间|填报时间|日期|(填报|报送|参会)?单位[（(]?(盖章|公章|签章)[)）]?|盖章|公章|签章)"
)
_EXAMPLE = re.compile(
    r"[（(\[【]?(示例|样例|举例|范例|例如|填写示例|填写样例|example|例)[）)\]】：:、\d]*", re.IGNORECASE
)
_PERSONAL = (
    ReplyColumn.NAME, ReplyColumn.PHONE, ReplyColumn.EMAIL, ReplyColumn.CONTACT, ReplyColumn.POSITION,
    ReplyColumn.DEPARTMENT, ReplyColumn.UNIT_AND_POSITION,
)  # fmt: skip
REACHES = (ReplyColumn.PHONE, ReplyColumn.CONTACT, ReplyColumn.EMAIL)


def habits(grid: Grid, table: Table, rows: Sequence[int]) -> Habits:
    """How the `rows` below a header are filled in."""
    ticks = [grid.spread(row, h.index) for h in table.of(ReplyColumn.IN_PERSON, ReplyColumn.ONLINE) for row in rows]
    category = table.one(ReplyColumn.CATEGORY)
    return Habits(
        unit_once=_once(grid, table.one(ReplyColumn.UNIT), rows),
        province_once=_once(grid, table.one(ReplyColumn.PROVINCE), rows),
        strong=any(map(reply_modes.is_strong, ticks)),
        circles=any(map(reply_modes.is_circle, ticks)),
        categories=category is not None and any(reply_modes.category(grid.spread(row, category.index)) for row in rows),
    )


def passed_over(grid: Grid, table: Table, row: int) -> Passed | None:
    """Why a row that says something is about nobody: an example, a footer, a note."""
    filled = grid.filled(row)
    first = reply_values.text(filled[0][1])
    name = table.one(ReplyColumn.NAME)
    named = reply_values.text(grid.text(row, name.index)) if name else ""
    if _EXAMPLE.fullmatch(first) or re.match(r"[（(\[【]?(示例|样例|范例|填写示例)|例[：:]", named or first):
        return Passed.EXAMPLE
    if _TOTALS.match(first) and (len(first) <= 8 or is_label(first)) and not _reached(grid, table, row):
        return Passed.FOOTER
    if _SIGNS.fullmatch(first):
        return Passed.FOOTER
    for text in (first, named):
        if is_label(text) and _FOOT.match(text.lstrip("（(*※ ")):
            return Passed.FOOTER
    if named and _TOTALS.fullmatch(named.rstrip("：:")):
        return Passed.FOOTER
    alone = [text for column, text in filled if not table.is_beside(column)]
    if len(alone) == 1 and (not named or len(named) > 15 or re.search(r"[，。；：,;:]", named)):
        text = reply_values.text(alone[0])
        if not named and _reached(grid, table, row):
            return None
        return Passed.FOOTER if _FOOT.match(text) or is_label(text) else Passed.NOTE
    return None


def is_empty(grid: Grid, table: Table, row: int) -> bool:
    """Whether nothing in the row tells of a person: blank, a serial number, choices that were filled in beforehand."""
    return not any(not reply_values.says_nothing(grid.text(row, heading.index)) for heading in table.of(*_PERSONAL))


def _once(grid: Grid, heading: Heading | None, rows: Sequence[int]) -> bool:
    """Whether a column says each thing in the first of several rows only: no two rows beneath each other repeat it."""
    if heading is None:
        return False
    if any(left <= heading.index <= right and bottom > top for top, left, bottom, right in grid.sheet.merges
           if rows and bottom >= rows[0]):  # fmt: skip
        return False
    said = [reply_values.text(grid.text(row, heading.index)) for row in rows]
    return not any(one and one == other for one, other in pairwise(said))


def _reached(grid: Grid, table: Table, row: int) -> bool:
    return any(re.search(r"\d{7}|@", grid.text(row, heading.index)) for heading in table.of(*REACHES))
