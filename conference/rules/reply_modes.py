"""How somebody attends, as cells of a reply form say it: words, ticks, boxes; and as what they come (categories)."""

from __future__ import annotations

import re

from conference.rules.reply_values import text
from conference.rules.traditional import simplified
from conference.vocabulary import Category, Fault, Mode

# Ticks. The weak ones mean yes alone, and no beside a strong one.
_STRONG = set("√✓✔☑✅●■◆▲☒☆★⊙◎Vv") | {
    "是",
    "有",
    "对",
    "y",
    "yes",
    "true",
    "ok",
    "1",
    "勾",
    "参加",
    "出席",
    "参会",
    "到会",
    "到",
    "会",
    "去",
    "选",
}
_WEAK = set("x×✗✘✕╳*〇○◯o")
_CROSSES = set("x×✗✘✕╳")
_NO = set("否不没□☐▢◻-—–/\\") | {
    "n",
    "no",
    "false",
    "0",
    "没有",
    "无",
    "不参加",
    "不参会",
    "不是",
    "不去",
    "不到",
    "不出席",
    "未参加",
}


def is_strong(raw: str) -> bool:
    return _mark(raw) in _STRONG


def is_circle(raw: str) -> bool:
    return _mark(raw) in _WEAK - _CROSSES


def ticked(raw: str, *, strong_elsewhere: bool, circle_elsewhere: bool = False) -> bool | None:
    """Whether a cell of a tick column says yes; None where that cannot be told.

    `strong_elsewhere`: the table has ticks like √ or 是, so that × and ○ are a no; beside circles, × is one.
    """
    mark = _mark(raw)
    if not mark or mark in _NO:
        return False
    if mark in _STRONG:
        return True
    if mark in _CROSSES:
        return not (strong_elsewhere or circle_elsewhere)
    if mark in _WEAK:
        return not strong_elsewhere
    if re.fullmatch(r"[1-9]\d?[人名位个]?", mark):
        return True
    if mark[0] in "不无非否未":
        return False
    return True if mode(raw) is not None or set(mark) <= _STRONG else None


def _mark(raw: str) -> str:
    return re.sub(r"[\s（）()\[\]【】.。\ufe0f\ufe0e]", "", text(raw)).lower().replace("v", "√") or ""


_IN_PERSON = re.compile(
    r"现场|线下|到会|到场|实地|实体|亲自|主会场|面对面|来同|赴会|in-?\s?person|on-?\s?site|off-?\s?line|face.to.face",
    re.IGNORECASE,
)
_ONLINE = re.compile(
    r"线上|在线|网络|网上|视频|腾讯|钉钉|远程|视讯|云端|云上|云参会|云会议|直播|on-?\s?line|zoom|virtual|remote|video|tencent|web",
    re.IGNORECASE,
)
_TICK = "√✓✔☑✅●■◆▲☒"
_BOX = "□☐▢◻○◯〇"
_DENIED = re.compile(
    r"(不能?|无法|非|未|没有?|不便)(参加|到|去|在|来)?(现场|线下|到会|到场|线上|在线|网络)(参会|参加)?"
)


def mode(raw: str) -> Mode | Fault | None:
    """The mode that a text names; a Fault where it names both or denies coming; None where it names none."""
    plain = simplified(text(raw))
    chosen = _chosen(plain)
    if chosen is not None:
        return chosen
    plain = _DENIED.sub("", plain.replace(" ", ""))
    in_person, online = _IN_PERSON.search(plain), _ONLINE.search(plain)
    if in_person and online:
        return Fault.MODE_BOTH
    if in_person:
        return Mode.IN_PERSON
    if online:
        return Mode.ONLINE
    if re.match(r"不(参加|参会|出席|来|去)|请假|缺席|无法参(会|加)", plain):
        return Fault.NOT_COMING
    return None


_AROUND = re.compile(
    r"参会|参加|出席|与会|到会|会议|[主分]?会场|人员|代表|名单|名册|嘉宾|领导|部分|方式|形式|回执|情况|信息|表|的|其中|共?计?\d+[人名位]|[\s（）()\[\]【】:：、.]"
)


def is_section(raw: str) -> bool:
    """Whether a text names a mode and hardly anything else (现场参会人员名单), and nobody."""
    plain = simplified(text(raw))
    return len(plain) <= 40 and not _AROUND.sub("", _ONLINE.sub("", _IN_PERSON.sub("", plain)))


def _chosen(plain: str) -> Mode | Fault | None:
    """☑现场 □线上, 现场√ 线上: of several words, the ticked one; None where none has a mark."""
    if not any(mark in plain for mark in _TICK):
        return None
    words = sorted(
        [(found.start(), found.end(), Mode.IN_PERSON) for found in _IN_PERSON.finditer(plain)]
        + [(found.start(), found.end(), Mode.ONLINE) for found in _ONLINE.finditer(plain)]
    )
    if len({kind for _, _, kind in words}) < 2:
        return None
    first_mark = next(at for at, letter in enumerate(plain) if letter in _TICK + _BOX)
    before = first_mark < words[0][0]
    picked = set()
    for at, (start, end, kind) in enumerate(words):
        beginning = words[at - 1][1] if at else 0
        ending = words[at + 1][0] if at + 1 < len(words) else len(plain)
        span = plain[beginning:start] if before else plain[end:ending]
        if any(mark in span for mark in _TICK):
            picked.add(kind)
    if len(picked) > 1:
        return Fault.MODE_TWICE
    return picked.pop() if picked else Fault.MODE_UNCLEAR


_CATEGORIES: dict[Category, str] = {
    Category.DELEGATE: "代表 正式代表 参会代表 与会代表 参会人员 正式 委员代表 delegate",
    Category.OBSERVER: "列席 列席代表 列席人员 观察员 旁听 observer",
    Category.GUEST: "嘉宾 特邀嘉宾 特邀 特邀代表 来宾 guest",
    Category.LEADER: "领导 领导同志 省领导 部领导 leader",
    Category.EXPERT: "专家 学者 专家学者 点评专家 expert",
    Category.MEDIA: "媒体 记者 新闻媒体 媒体记者 media press",
    Category.STAFF: "工作人员 会务 会务人员 会务组 志愿者 随行人员 staff",
}
_CATEGORY_OF = {word: category for category, words in _CATEGORIES.items() for word in words.split()}


def category(raw: str) -> Category | None:
    return _CATEGORY_OF.get(re.sub(r"[\s（）()]", "", simplified(text(raw))).lower())
