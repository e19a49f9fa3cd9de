"""When the names of two units may be two spellings of one."""

from __future__ import annotations

import re
import unicodedata

from conference.rules.provinces import PROVINCES

_SPACES = re.compile(r"[\s·•・.\-—_()（）\[\]【】“”\"']+")
_LEVELS = re.compile(r"(?:自治区|自治州|自治县|特别行政区|新区|街道|[省市区县州盟旗镇乡])")
_TAILS = re.compile(r"(?:委员会|办公室|有限公司|中心|协会|学会|局|委|办|院|处|部|会)$")
SHORTEST = 3
SHORTEST_SPELT = 6  # characters of a name in which a slip of the pen is looked for
SHORTEST_REPLACED = 8  # … in which one may stand for another
PLACE = 5  # how many of the first characters name its place
MOST_LEFT_OUT = 2
_TELLING = frozenset("0123456789〇零一二三四五六七八九十百甲乙丙丁东西南北中上下左右前后内外新老")


def bare(name: str, province: str) -> str:
    """`name` without what people leave out or put in: spaces, marks, the province, 省 市 区 and their like."""
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", name)).casefold()
    found = PROVINCES.get(province)
    if found is not None:
        plain = plain.removeprefix(found.name)
    return _LEVELS.sub("", plain)


def alike(one: str, other: str) -> bool:
    """Whether two bare names of one province may mean one unit: equal, one standing in the other, or a slip apart.

    What is short but for the kind of its office (民政局) stands in too many names, and is like none of them.
    A slip is one or two characters left out (社会工作协会, 社会工作者协会), or one for another, behind the place: a
    city and its district each have a 民政局. Numbers and directions (第一, 第二; 城东, 城西) tell units apart and are
    none.
    """
    shorter, longer = sorted((one, other), key=len)
    if shorter == longer:
        return bool(shorter)
    if len(_TAILS.sub("", shorter)) >= SHORTEST and shorter in longer:
        return True
    return _left_out(shorter, longer) if len(shorter) < len(longer) else _replaced(shorter, longer)


def _left_out(shorter: str, longer: str) -> bool:
    """Whether `longer` is `shorter` with a few characters more behind the place, together or apart."""
    if len(shorter) < SHORTEST_SPELT or len(longer) - len(shorter) > MOST_LEFT_OUT:
        return False
    at, more = 0, set()
    for n, character in enumerate(longer):
        if at < len(shorter) and shorter[at] == character:
            at += 1
        elif n < PLACE:
            return False
        else:
            more.add(character)
    return at == len(shorter) and not more & _TELLING


def _replaced(one: str, other: str) -> bool:
    """Whether a single character differs in two names of one length; a place called otherwise is another place."""
    if len(one) < SHORTEST_REPLACED:
        return False
    differing = [n for n, (a, b) in enumerate(zip(one, other, strict=True)) if a != b]
    if len(differing) != 1 or differing[0] < PLACE:
        return False
    return not {one[differing[0]], other[differing[0]]} & _TELLING
