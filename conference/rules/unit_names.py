"""When the names of two units may be two spellings of one."""

from __future__ import annotations

import re
import unicodedata

from conference.rules.provinces import PROVINCES

_SPACES = re.compile(r"[\s·•・.\-—_()（）\[\]【】“”\"']+")
_LEVELS = re.compile(r"(?:自治区|自治州|自治县|特别行政区|新区|街道|[省市区县州盟旗镇乡])")
_TAILS = re.compile(r"(?:委员会|办公室|有限公司|中心|协会|学会|局|委|办|院|处|部|会)$")
SHORTEST = 3


def bare(name: str, province: str) -> str:
    """`name` without what people leave out or put in: spaces, marks, the province, 省 市 区 and their like."""
    plain = _SPACES.sub("", unicodedata.normalize("NFKC", name)).casefold()
    found = PROVINCES.get(province)
    if found is not None:
        plain = plain.removeprefix(found.name)
    return _LEVELS.sub("", plain)


def alike(one: str, other: str) -> bool:
    """Whether two bare names of one province may mean one unit: they are equal, or one stands in the other.

    What is short but for the kind of its office (民政局) stands in too many names, and is like none of them.
    """
    shorter, longer = sorted((one, other), key=len)
    if shorter == longer:
        return bool(shorter)
    return len(_TAILS.sub("", shorter)) >= SHORTEST and shorter in longer
