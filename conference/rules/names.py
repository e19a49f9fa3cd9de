"""Names of people: how they are read, so that lists can be ordered and searched by pinyin.

Surnames are often read otherwise than the same character elsewhere (单 shàn, 仇 qiú); pypinyin does not know
them by itself, so the table is ours (source: 《现代汉语词典》, 7th edition, entries marked 姓).
"""

from __future__ import annotations

import functools
import re

from pypinyin import Style, lazy_pinyin

SURNAMES = {
    "万俟": "mo qi",
    "尉迟": "yu chi",
    "长孙": "zhang sun",
    "澹台": "tan tai",
    "单于": "chan yu",
    "令狐": "ling hu",
    "宰父": "zai fu",
    "鲜于": "xian yu",
    "单": "shan",
    "仇": "qiu",
    "曾": "zeng",
    "解": "xie",
    "区": "ou",
    "查": "zha",
    "朴": "piao",
    "盖": "ge",
    "翟": "zhai",
    "乐": "yue",
    "任": "ren",
    "华": "hua",
    "覃": "qin",
    "冼": "xian",
    "缪": "miao",
    "宓": "mi",
    "逄": "pang",
    "乜": "nie",
    "员": "yun",
    "黑": "he",
    "盛": "sheng",
    "折": "she",
    "种": "chong",
    "秘": "bi",
    "繁": "po",
    "尹": "yin",
    "葛": "ge",
    "牟": "mu",
    "燕": "yan",
    "洗": "xian",
    "召": "shao",
    "祭": "zhai",
    "应": "ying",
    "宁": "ning",
    "郇": "xun",
    "过": "guo",
    "哈": "ha",
    "那": "na",
    "训": "xun",
    "俱": "ju",
    "纪": "ji",
    "车": "che",
    "晁": "chao",
    "幺": "yao",
    "佴": "nai",
    "么": "yao",
    "娄": "lou",
    "隗": "wei",
    "撒": "sa",
    "谌": "chen",
}


# Surnames of two characters, written after each other.
_COMPOUND = (
    "欧阳司马上官诸葛尉迟皇甫夏侯东方公孙慕容令狐长孙宇文司徒司空轩辕端木百里呼延独孤南宫澹台公冶宗政濮阳淳于"
    "单于太叔申屠仲孙钟离鲜于闾丘亓官司寇颛孙巫马公西漆雕乐正壤驷公良拓跋夹谷宰父谷梁段干东郭羊舌微生梁丘左丘"
    "赫连万俟闻人第五纳兰"
)
COMPOUND = frozenset(_COMPOUND[at : at + 2] for at in range(0, len(_COMPOUND), 2))


def surname(name: str) -> str:
    """The surname that a Chinese name begins with, one character or two (欧阳); "" where the name is no Chinese one."""
    plain = name.strip()
    if not _HAN.fullmatch(plain):
        return ""
    return plain[:2] if len(plain) > 2 and plain[:2] in COMPOUND else plain[:1]


def pinyin(name: str) -> str:
    """`name` in lower-case syllables without tones, one space between ("李然" → "li ran"), at most 400 characters."""
    surname = next((name[:n] for n in (2, 1) if name[:n] in SURNAMES and len(name) > n), "")
    head = SURNAMES[surname].split() if surname else []
    return " ".join(" ".join([*head, *_read(name[len(surname) :])]).split())[:400]


def closed_up(name: str) -> str:
    """A Chinese name without the space that sets its characters apart (赵 敏 → 赵敏); any other name as it is.

    Two parts of several characters may be two people's names, and stay apart.
    """
    parts = name.split()
    han = all(_HAN.fullmatch(part) for part in parts)
    return "".join(parts) if len(parts) > 1 and han and sum(len(part) > 1 for part in parts) < 2 else name


def several(text: str) -> list[str]:
    """The names of a list as it is pasted: one a line, or with 、 ， ； between them, or Chinese ones with spaces."""
    found: list[str] = []
    for piece in _BETWEEN.split(text):
        name = closed_up(piece.strip())
        parts = name.split()
        apart = len(parts) > 1 and all(_HAN.fullmatch(part) for part in parts)
        found += parts if apart else [name] if name else []
    return found


_BETWEEN = re.compile(r"[\r\n、，,；;]+")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+")


@functools.lru_cache(maxsize=4096)  # given names come again and again
def _read(text: str) -> tuple[str, ...]:
    return tuple(lazy_pinyin(text, style=Style.NORMAL, errors=lambda other: other.lower()))
