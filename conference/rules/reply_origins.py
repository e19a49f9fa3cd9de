"""Whose people a sheet lists: unit, province and mode as labels, titles, sheet names and file names tell them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from conference.rules import places, reply_headers, reply_modes, reply_values
from conference.rules.reply_tables import Grid, labels, shown
from conference.vocabulary import Mode, ReplyColumn, Whence

_ENDINGS = (
    "局|厅|委|办|部|委员会|办公室|办事处|协会|学会|商会|基金会|联合会|研究会|促进会|慈善会|工会|总会|妇联|残联|团委|侨联|科协|文联|"
    "中心|公司|集团|研究院|研究所|学院|大学|党校|学校|中学|小学|医院|社区|街道|镇|乡|村|居委会|村委会|居民委员会|村民委员会|党委|党工委|"
    "政府|处|站|服务社|合作社|联社|社工站|图书馆|博物馆|文化馆|敬老院|福利院|养老院|服务队|服务总队|红十字会|政协|人大|总队|支队|大队|银行|报社|电视台"
)
_UNIT = re.compile(rf"(?=.{{4,}}$).*(?:{_ENDINGS})(?:[（(][^（）()]+[)）])?")
_NO_UNIT = re.compile(
    r"(推进会|大会|年会|会议|研讨会|论坛|培训班|座谈会|交流会|启动会|工作会|部署会|现场会|发布会|动员会|会务组)$|参会单位|各单位"
)
_FORM = re.compile(
    r"参会|参加|报名|回执|汇总|名单|登记|统计|信息|人员|代表|出席|与会|反馈|表格?$|附件\d*|模板|空白|最终版?|定稿|修改|新版|终版|副本|copy|final|\.(xlsx|csv|xls)$",
    re.IGNORECASE,
)
_ACTS = re.compile(r"参会|参加|报名|回执|出席|与会|汇总|人员名单|参训")
_PIECES = re.compile(r"[-_—–()（）\[\]【】《》<>、,，.。：:+＋\s]+|(?<![0-9])\d{4,8}(?![0-9])")

_MOST_NOTES = 50


@dataclass(frozen=True)
class Told:
    """Where something was said of a whole sheet."""

    whence: Whence
    text: str
    row: int | None = None


@dataclass
class Origin:
    """What a whole sheet says of its people; where a cell said it, that one, for problems to name."""

    unit: str = ""
    unit_row: int | None = None
    unit_header: str = ""
    province: str | None = None
    mode: Mode | None = None
    notes: tuple[str, ...] = ()
    told: dict[ReplyColumn, Told] = field(default_factory=dict)


def looks_like_unit(text: str) -> bool:
    plain = reply_values.chinese(text)
    return len(plain) <= 60 and _UNIT.fullmatch(plain) is not None and not _NO_UNIT.search(plain)


def of_sheet(grid: Grid, outside: Sequence[int], *, file_name: str, above: Origin | None = None) -> Origin:
    """What the rows `outside` a table, the table `above` it, the names of the sheet and the file say, in this order."""
    found = Origin()
    titles: list[tuple[str, Told]] = []
    for row in outside:
        for label, value, _ in labels(grid, row):
            _take_label(found, row, label, value)
        filled = grid.filled(row)
        if len(filled) == 1 and found.unit_row != row:
            titles.append((filled[0][1], Told(Whence.TITLE, filled[0][1], row)))
    found.notes = tuple(text for row in outside for _, text in grid.filled(row))[:_MOST_NOTES]
    if above is not None:
        found.notes = found.notes or above.notes
        found.told = above.told | found.told
        found.mode, found.province = found.mode or above.mode, found.province or above.province
        if not found.unit:
            found.unit, found.unit_row, found.unit_header = above.unit, above.unit_row, above.unit_header
    names = [(grid.sheet.name, Told(Whence.SHEET, grid.sheet.name)), (file_name, Told(Whence.FILE, file_name))]
    for title, told in [*titles[:3], *names]:
        plain = reply_values.chinese(title)
        if not found.unit and (unit := unit_in(plain)):
            found.unit, found.told[ReplyColumn.UNIT] = unit, told
        if not found.province and (code := _province_in(plain)):
            found.province, found.told[ReplyColumn.PROVINCE] = code, told
        if found.mode is None and isinstance(mode := reply_modes.mode(plain), Mode):
            found.mode, found.told[ReplyColumn.MODE] = mode, told
    return found


def _take_label(found: Origin, row: int, label: str, value: str) -> None:
    kind = reply_headers.meaning(label)
    if reply_values.says_nothing(value):
        return
    told = Told(Whence.ROW, f"{shown(label)}：{value}", row)
    if kind is ReplyColumn.UNIT and not found.unit:
        found.unit, found.unit_row, found.unit_header = reply_values.unit(value), row, shown(label)
        found.told[kind] = told
    elif kind is ReplyColumn.PROVINCE and not found.province and (code := places.province(value)):
        found.province, found.told[kind] = code, told
    elif kind is ReplyColumn.MODE and found.mode is None and isinstance(mode := reply_modes.mode(value), Mode):
        found.mode, found.told[kind] = mode, told


def unit_in(title: str) -> str:
    """The unit that a title, a sheet's or a file's name clearly names ("东营市垦利区民政局参会回执"); else ""."""
    act = _ACTS.search(title)
    before = title[: act.start()].removeprefix("关于") if act else ""
    if before and looks_like_unit(before) and not _PIECES.search(before):
        return before
    found = []
    for piece in _PIECES.split(title):
        bare = _FORM.sub("", piece or "")
        if bare and looks_like_unit(bare):
            found.append(bare)
    return found[0] if len(found) == 1 else ""


def _province_in(title: str) -> str | None:
    """A province named as the one whose people are listed: not the place of the meeting that a title names too."""
    whole = places.province(title) if len(title) <= 12 else None
    if whole:
        return whole
    named = re.match(r"(?P<place>.{1,12}?)(参会|参加|报名|汇总|代表|回执|人员|与会|出席|各?单位)", title)
    return places.province(named["place"]) if named else None


_STRONG = re.compile(
    r"(局|厅|委员会|协会|学会|商会|基金会|联合会|研究会|促进会|慈善会|工会|总会|中心|公司|集团|大学|学院|医院|研究院|研究所|办事处|居委会|村委会)$"
)
_TITLE_NEXT = re.compile(r"[局处站厅部院校委社村镇乡办]长|委员|办公|主任")


def split(text: str) -> tuple[str, str]:
    """Unit and position that stand in one cell ("东营市垦利区民政局副局长"); the unit is "" where it cannot be told."""
    parts = [part for part in re.split(r"[\s,，、;；/|]+", reply_values.text(text)) if part]
    if len(parts) > 1 and looks_like_unit(parts[0]):
        return parts[0], "".join(parts[1:])
    plain = reply_values.chinese(text)
    ends = [
        end
        for end in range(4, len(plain) + 1)
        if looks_like_unit(plain[:end]) and not _TITLE_NEXT.match(plain[end - 1 :])
    ]
    best = next((end for end in ends if _STRONG.search(plain[:end])), ends[-1] if ends else 0)
    return plain[:best], plain[best:].strip("、，, ")


_NUMBERED = re.compile(
    r"^(?:[（(]?[一二三四五六七八九十\d]+[)）]?[、.．\s]*(?<=[、.．）)\s])|第[一二三四五六七八九十\d]+部分[：:]?)"
)


def section(text: str) -> str:
    """The unit that heads its own rows ("东营市垦利区民政局（3人）", "一、…")."""
    plain = reply_values.chinese(text)
    return re.sub(r"[（(]?共?\d+人?[）)]?$", "", _NUMBERED.sub("", plain).rstrip("：:")).rstrip("：:")
