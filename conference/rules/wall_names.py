"""Names on the screens in the hall: whose words they are, and what is left of one where only surnames are shown.

What the public typed reaches a wall only when an organiser has released that very text. Organisers, programs, imports
and liaisons are not the public: who they are is known and on record, and they answer for what they enter. Who came by
a unit's common link, by the public page or at the door (现场登记), and who mended their own entry, is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from conference.vocabulary import ActorKind, Origin

PUBLIC_ORIGINS = (Origin.PUBLIC, Origin.UNIT_LINK, Origin.WALK_IN)
PUBLIC_ACTORS = (ActorKind.DELEGATE, ActorKind.STRANGER, ActorKind.UNIT_LINK)

_GENERATION = re.compile(r"(?:I{2,3}|IV|[JS]r)\.?", re.IGNORECASE)
_DOTS = re.compile(r"[·•・‧∙･]")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]")
# Surnames of two characters that are met today (《中国姓氏大辞典》, 2010, 复姓).
_COMPOUND = frozenset(
    re.findall(
        r"\S\S",
        "欧阳 司马 司徒 司空 司寇 诸葛 上官 皇甫 夏侯 东方 东郭 公孙 公羊 公冶 公西 公良 慕容 宇文 端木 百里 "
        "呼延 轩辕 钟离 独孤 南宫 西门 闻人 太史 申屠 赫连 拓跋 左丘 淳于 太叔 宗政 濮阳 仲孙 闾丘 巫马 漆雕 "
        "乐正 壤驷 夹谷 谷梁 榖梁 段干 亓官 梁丘 微生 羊舌 第五 贺兰 纳兰 完颜 哥舒 尉迟 万俟 长孙 澹台 单于 "
        "令狐 宰父 鲜于 歐陽 司馬 諸葛 東方 東郭 公孫 鍾離 獨孤 南宮 西門 聞人 濮陽 仲孫 閭丘 巫馬 樂正 賀蘭 "
        "納蘭 完顏 尉遲 長孫 澹臺 單于 鮮于 ",
    )
)


@dataclass(frozen=True)
class Decision:
    """What an organiser made of a name, and the text that they read."""

    name: str
    refused: bool


def may_show(name: str, origin: Origin, name_by: ActorKind | None, decision: Decision | None) -> bool:
    """Whether a wall may show `name`, which `name_by` wrote (None: who made the entry)."""
    if decision is not None and decision.name == name:
        return not decision.refused
    return not typed_by_the_public(origin, name_by)


def typed_by_the_public(origin: Origin, name_by: ActorKind | None) -> bool:
    """Whether the words of a name are the public's own."""
    return origin in PUBLIC_ORIGINS if name_by is None else name_by in PUBLIC_ACTORS


def surname(name: str) -> str:
    """The part of a name that a wall of surnames shows: 李 of 李然, 尉迟 of 尉迟恭, Schmidt of Anna Schmidt.

    Of a name with a dot in it (买买提·吐尔逊) it is what stands before the first one. Of a Latin name it is the part
    in capitals, where one alone is (LI Ran), what stands before a comma, or the last one. A name of one part has
    nothing that could be left out but letters: its first one stays.
    """
    plain = " ".join(name.split())
    dotted = [part.strip() for part in _DOTS.split(plain) if part.strip()]
    if len(dotted) > 1:
        return dotted[0]
    if _HAN.match(plain):
        return plain[:2] if len(plain) > 2 and plain[:2] in _COMPOUND else plain[:1]
    before_comma, comma, _ = plain.partition(",")
    if comma and before_comma:
        return before_comma
    parts = plain.split(" ")
    # Neither a generation (III, Jr.) nor an initial is anybody's surname.
    parts = [one for one in parts if len(one.strip(".")) > 1 and not _GENERATION.fullmatch(one)] or parts
    if len(parts) == 1 and " " not in plain:
        return plain[:1].upper()
    capitals = [part for part in parts if len(part.strip(".")) > 1 and part.isupper()]
    return capitals[0] if len(capitals) == 1 else parts[-1]
