"""Lines of mixed Chinese and Latin text, broken where a reader expects it.

Chinese breaks between any two characters, but no line begins with a closing mark or ends with an opening one (clreq,
"Requirements for Chinese Text Layout", 3.1.8), and the words that units' names are made of stay whole where that costs
no line. Latin words and numbers stay whole, unless one alone is wider than a line.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

ELLIPSIS = "…"

# The width of a text in the unit of the line's width; of two texts together it is the sum of both.
Measure = Callable[[str], float]

_NOT_FIRST = frozenset("，。、；：？！）》〉」』】〕’”…·•,.;:?!)]}%％‰℃—～-–")
_NOT_LAST = frozenset("（《〈「『【〔‘“([{#￥$")
_BREAK_AFTER = frozenset("·•-–—")


def lines(text: str, measure: Measure, width: float, *, most: int | None = None) -> list[str]:
    """The fewest lines that fit `width`, evened out, so that none ends in a lonely character.

    Where the text has spaces or the dots of a name (`·`), lines end there alone if that costs no more than one line.
    So are the words of units' names (社区, 治理, 玉泉区) kept whole where that costs no line.
    With `most`, no more lines than that: what does not fit is left out, and an ellipsis says so.
    """
    pieces, filled = _fewest(text, measure, width)
    if most is not None and len(filled) > most:
        return [*filled[: most - 1], _shortened(filled[most - 1], measure, width)]
    if len(filled) < 2:
        return filled
    # The narrowest width that gives as many lines, to one part in two hundred.
    low, high = width / 2, width
    while high - low > width / 200:
        middle = (low + high) / 2
        if len(_fill(pieces, measure, middle)) > len(filled):
            low = middle
        else:
            high = middle
    even = _fill(pieces, measure, high)
    return even if max(map(measure, even)) <= width else filled


def parts_a_word(text: str, found: Sequence[str]) -> bool:
    """Whether one of these lines of `text` ends within a word of a unit's name."""
    ends, at = set(), 0
    for piece in _pieces(straightened(text), whole=True):
        at += len(piece.replace(" ", ""))
        ends.add(at)
    said = accumulate(len(line.replace(" ", "")) for line in found)
    return any(end not in ends for end in said)


def count(text: str, measure: Measure, width: float) -> int:
    """How many lines `lines` makes of it, when it may make any number."""
    return len(_fewest(text, measure, width)[1])


def straightened(text: str) -> str:
    """Curly quotes made straight between Latin letters, and in a text without a Chinese character.

    In our faces, as in every Chinese one, the curly ones are as wide as a Chinese character.
    """
    text = _APOSTROPHE.sub("'", text)
    return text if any(map(_ideographic, text)) else text.translate(_STRAIGHT)


_WORD = re.compile(r"[^ ·]+[ ·]*|[ ·]+")
_APOSTROPHE = re.compile(r"(?<=[A-Za-zÀ-ɏ])’(?=[A-Za-zÀ-ɏ])")
_STRAIGHT = str.maketrans("‘’“”", "''\"\"")


# What the names of units are made of, and places up to the word for what they are.
_KEPT = re.compile(
    "自治[州区县旗]|人民政府|人民代表|民政[部厅局]|社会工作部?|社区|治理|服务|中心|街道|办事处|委员会|办公室|党工委|党委|"
    "促进会|联合会|研究[院所中]?|基金会|协会|学会|商会|学院|大学|学校|公司|有限|责任|股份|集团|管理|发展|建设|培训|工作者|"
    "工作|社会|组织|城乡|基层|居民|村民|志愿者?|公益|慈善|养老|科技|文化|教育|信息|技术|产业|创新|国际|全国|中国|指导|"
    "事务|保障|救助|儿童|妇女|青年|残疾人|老年|健康|卫生|医院"
)
# Places, each up to the word for what it is; the names of units begin with them.
_PLACE = re.compile(
    "(?:[\u4e00-\u9fff]{1,4}?(?:街道|社区|[镇乡村])|[\u4e00-\u9fff]{1,9}?(?<!社)[省市区县旗州盟])(?![场域级长]|委(?!员会))"
)


def _fewest(text: str, measure: Measure, width: float) -> tuple[list[str], list[str]]:
    """The pieces that the text is broken into, and the lines that hold as many of them as they can."""
    text = straightened(" ".join(text.split()))
    pieces = [part for piece in _pieces(text) for part in _broken(piece, measure, width)]
    filled = _fill(pieces, measure, width)
    whole = _pieces(text, whole=True)
    if all(measure(piece.rstrip()) <= width for piece in whole):
        by_wholes = _fill(whole, measure, width)
        if len(by_wholes) <= len(filled):
            pieces, filled = whole, by_wholes
    words = _WORD.findall(text)
    if all(measure(word.rstrip()) <= width for word in words):
        by_words = _fill(words, measure, width)
        if len(by_words) <= len(filled) + 1:
            return words, by_words
    return pieces, filled


def _fill(pieces: list[str], measure: Measure, width: float) -> list[str]:
    filled: list[str] = []
    line = ""
    taken = 0.0
    for piece in pieces:
        if line and taken + measure(piece.rstrip()) > width:
            filled.append(line.rstrip())
            line, taken = "", 0.0
        line += piece
        taken += measure(piece)
    return [*filled, line.rstrip()] if line else filled


def _shortened(line: str, measure: Measure, width: float) -> str:
    while line and measure(line + ELLIPSIS) > width:
        line = line[:-1]
    return line.rstrip(" ，、；：·") + ELLIPSIS


def _pieces(text: str, *, whole: bool = False) -> list[str]:
    """What may not be broken, in order; a space ends the piece before it. `whole` keeps words, too."""
    inside: set[int] = set()
    for found in [*_KEPT.finditer(text), *_places(text)] if whole else []:
        inside.update(range(found.start() + 1, found.end()))
    pieces: list[str] = []
    for at, character in enumerate(text):
        if pieces and (at in inside or _clings(pieces[-1][-1], character)):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def _places(text: str) -> Iterator[re.Match[str]]:
    """Those that a text begins with, one after the other."""
    found = _PLACE.match(text)
    while found is not None:
        yield found
        found = _PLACE.match(text, found.end())


def _clings(last: str, character: str) -> bool:
    """Whether no line may end between the two."""
    if last == " ":
        return False
    if character == " " or character in _NOT_FIRST or last in _NOT_LAST:
        return True
    if last in _BREAK_AFTER:
        return character.isdigit()
    return not _ideographic(last) and not _ideographic(character)


def _broken(piece: str, measure: Measure, width: float) -> list[str]:
    """The piece, or slices of it where it is wider than a whole line."""
    if measure(piece.rstrip()) <= width:
        return [piece]
    slices = [""]
    for character in piece:
        if slices[-1] and measure(slices[-1] + character) > width:
            slices.append("")
        slices[-1] += character
    return slices


def _ideographic(character: str) -> bool:
    return unicodedata.east_asian_width(character) in {"W", "F"}
