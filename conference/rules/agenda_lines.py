"""Sessions out of lines that were copied from a table (Excel, WPS) or a text: a time, then a title.

    read("09:00-09:20\\t致辞\\t主会场", …)      also 9:00—9:20 致辞, 上午9:00 致辞, and two columns of times

A line that is only a day (7月19日, 2023-07-19, 7/19) is the day of those after it; a day may stand before the time too.
Where only beginnings are given, one ends when the next begins. A line that names columns (时间 内容 主持 会场) is none;
from it the title is known, and what the other columns say.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from conference.rules.text import SHORT_LIMIT, fault_in
from conference.vocabulary import AgendaKind, Fault

MOST_LINES = 200
_WEEKDAY = r"(?:\s*[(]?(?:星期|周)[一二三四五六日天][)]?)?(?=\s|\d{1,2}:|上午|下午|晚|$)"
_DAY = re.compile(rf"(?:(\d{{4}})[年/.\-](\d{{1,2}})[月/.\-](\d{{1,2}})日?|(\d{{1,2}})[月/](\d{{1,2}})日?){_WEEKDAY}")
_CLOCK = r"(上午|下午|晚上|晚)?\s*(\d{1,2})[:时点](\d{2})?分?(?::\d{2})?"
_TRIMMED = " \u3000:、.-–—"
_SPAN = re.compile(rf"{_CLOCK}(?:\s*(?:[-–—~～至到]+|\s)\s*{_CLOCK})?")
_TITLES = frozenset({"内容", "议程", "议题", "标题", "题目", "主题", "环节", "事项", "议程内容", "会议内容"})
_TIMES = frozenset({"日期", "时间", "时段", "开始", "结束", "开始时间", "结束时间", "起止时间"})
_CHAIRS = frozenset({"主持", "主持人"})
# Rather too few: what is no name for sure stays a remark that people can read, what is one puts somebody on the agenda.
_NAME = re.compile(r"[\u4e00-\u9fff]{2,3}(?<![局委办部处科会组院厅])|[\u4e00-\u9fff]+(?:·[\u4e00-\u9fff]+)+")
_REMARKS = frozenset({"说明", "备注"})
_HEADS = (
    _TITLES
    | _TIMES
    | _REMARKS
    | _CHAIRS
    | frozenset({"序号", "类型", "形式", "会场", "地点", "场地", "发言", "发言人", "主讲", "主讲人"})
    | frozenset({"单位", "发言单位", "嘉宾", "专家", "人员", "参加人员", "负责人", "责任单位"})
)
_KINDS = (
    ("休息|茶歇|午餐|午休|用餐|早餐|晚餐|就餐", AgendaKind.BREAK),
    ("参访|参观|考察", AgendaKind.VISIT),
    ("颁|授牌|表彰", AgendaKind.AWARD),
    ("点评", AgendaKind.COMMENTARY),
    ("倡议|宣读", AgendaKind.PLEDGE),
    ("交流|发言|主旨|报告", AgendaKind.EXCHANGE),
    ("致辞|致词|开幕", AgendaKind.ADDRESS),
    ("讲话|总结", AgendaKind.SPEECH),
)


@dataclass(frozen=True)
class Line:
    """A session that was read; `number` counts the lines from 1. `guessed`: no end was given, nor does anything follow.
    `chairs` are names of a column of them. `fault` says why it cannot be one.
    """

    number: int
    text: str
    title: str
    kind: AgendaKind
    day: date | None = None
    begins: time | None = None
    ends: time | None = None
    room_id: int | None = None
    rest: str = ""
    chairs: tuple[str, ...] = ()
    guessed: bool = False
    fault: Fault | None = None


def read(text: str, *, day: date, rooms: Sequence[tuple[int, str]] = ()) -> list[Line]:
    """The sessions of a text, in its order; empty lines and lines of a day alone are none.

    `day` is that of lines before which no day stands; a column that is the name of a room is the room.
    """
    found: list[Line] = []
    heads: list[str] = []
    for number, raw in enumerate(text.splitlines(), 1):
        whole = unicodedata.normalize("NFKC", raw)
        line = whole.strip()
        if not line:
            continue
        if named := _heads(whole):
            heads = named
            continue
        if said := _DAY.match(line):
            if (known := _day(said, day)) is None:
                found.append(Line(number, raw.strip(), "", AgendaKind.OTHER, fault=Fault.NOT_A_TIME))
                continue
            day, line = known, line[said.end() :].strip()
            if not line:
                continue
        found.append(_line(number, raw.strip(), line, day, rooms, _columns(heads, whole)))
    return _closed(found)


def _heads(line: str) -> list[str]:
    """The names of the columns, where it is a line of them."""
    cells = [cell.strip() for cell in (line.split("\t") if "\t" in line else line.split())]
    named = [cell for cell in cells if cell]
    return cells if len(named) > 1 and _HEADS.issuperset(named) else []


def _columns(heads: Sequence[str], line: str) -> dict[str, list[str]]:
    """What stands in a line of a table, each with the names of the columns in which it does."""
    cells = [cell.strip(_TRIMMED) for cell in line.split("\t")]
    found: dict[str, list[str]] = {}
    for head, cell in zip(heads, cells, strict=False):
        if cell and head and len(cells) > 1:
            found.setdefault(cell, []).append(head)
    return found


def _line(
    number: int, raw: str, line: str, day: date, rooms: Sequence[tuple[int, str]], columns: Mapping[str, list[str]]
) -> Line:
    begins = ends = None
    fault = None
    if span := _SPAN.match(line):
        begins = _clock(span[1], span[2], span[3])
        ends = _clock(span[4] or span[1], span[5], span[6]) if span[5] else None
        fault = Fault.NOT_A_TIME if begins is None or (span[5] and ends is None) else None
        line = line[span.end() :]
    texts = [cell.strip(_TRIMMED) for cell in re.split(r"\t|  +", line)]
    cells = [(cell, columns[cell].pop(0) if columns.get(cell) else "") for cell in texts if cell]
    title = next((cell for cell, head in cells if head in _TITLES), cells[0][0] if cells else "")
    others = [(cell, head) for cell, head in cells if cell != title]
    room_id = next((id_ for cell, _ in others for id_, name in rooms if name == cell), None)
    named = {name for _, name in rooms}
    chairs = [name for cell, head in others if head in _CHAIRS for name in _names(cell)]
    others = [(cell, head) for cell, head in others if not (head in _CHAIRS and _names(cell))]
    rest = "；".join(_said(cell, head) for cell, head in others if cell not in named)
    if begins and ends and ends <= begins:
        fault = Fault.TIMES_BACKWARDS
    fault = fault or fault_in(title, limit=SHORT_LIMIT)
    return Line(number, raw, title, _kind(title), day, begins, ends, room_id, rest[:1000], tuple(chairs), fault=fault)


def _names(cell: str) -> list[str]:
    """The people that a cell names; none where it says anything else beside."""
    names = [one for one in re.split(r"[、,;/\s]+", cell) if one]
    return names if all(_NAME.fullmatch(one) for one in names) else []


def _said(cell: str, head: str) -> str:
    return cell if head in _REMARKS | _TITLES | _TIMES | {""} else f"{head}：{cell}"


def _closed(found: Sequence[Line]) -> list[Line]:
    """One without an end goes on until the next of its day begins; the last of a day is given an hour."""
    closed = []
    for at, one in enumerate(found):
        if one.begins is None or one.ends is not None or one.fault:
            closed.append(one)
            continue
        later = next((other.begins for other in found[at + 1 :] if other.begins and other.day == one.day), None)
        if later is None:
            last = time(min(one.begins.hour + 1, 23), one.begins.minute if one.begins.hour < 23 else 59)
            closed.append(replace(one, ends=last, guessed=True))
        else:
            closed.append(replace(one, ends=later, fault=None if later > one.begins else Fault.TIMES_BACKWARDS))
    return closed


def _day(said: re.Match[str], before: date) -> date | None:
    try:
        return date(int(said[1] or before.year), int(said[2] or said[4]), int(said[3] or said[5]))
    except ValueError:
        return None


def _clock(half: str | None, hour: str, minute: str | None) -> time | None:
    at = int(hour)
    if half in {"下午", "晚上", "晚"} and at < 12:
        at += 12
    minutes = int(minute or 0)
    return time(at, minutes) if at < 24 and minutes < 60 else None


def _kind(title: str) -> AgendaKind:
    return next((kind for words, kind in _KINDS if re.search(words, title)), AgendaKind.OTHER)
