"""Choices by number or letter: what 1 and 2 (A and B) stand for, as a header or a note above the table says it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping

from conference.rules import reply_modes
from conference.rules.traditional import simplified
from conference.vocabulary import Mode

Legend = Mapping[str, Mode]

_MARK = r"(?<![0-9A-Za-z])(?P<mark>[0-9A-Za-z甲乙])(?![0-9A-Za-z])"
_WORD = r"(?P<word>(?:现场|线下|线上|在线|网络|视频|到会|远程|on-?site|in-?person|online)[^\s0-9;；,，、/()=]*)"
_IS = r"\s*[.．、:：=\-—)）]*\s*(?:填写?|选|为|是|代表|表示|即|指)?\s*"
_MARK_FIRST = re.compile(_MARK + _IS + _WORD, re.IGNORECASE)
_WORD_FIRST = re.compile(
    r"(?P<word>现场|线下|线上|在线|网络|视频|到会|远程|on-?site|in-?person|online)(?:参会|参加|出席)?"
    r"\s*(?:请?填写?|选|为|是|用|[:：=\-—(（])\s*[\"“]?" + _MARK,
    re.IGNORECASE,
)
_SAYS_SO = re.compile(r"填|代表|表示|选|=|＝|为|参会(方|形)式")


def of(header: str, notes: Iterable[str] = ()) -> Legend:
    """From the header; else from a note that speaks of filling in. Empty where neither explains itself."""
    return _read(header) or next((found for note in notes if _SAYS_SO.search(note) and (found := _read(note))), {})


def mark(raw: str) -> str:
    """A cell as a legend's mark: ① is 1, Ａ is A, 1. is 1, a number of a spreadsheet has no decimals."""
    plain = unicodedata.normalize("NFKC", raw).strip(" .、()（）\u3000").upper()
    return plain.removesuffix(".0")


def _read(raw: str) -> Legend:
    text = simplified(unicodedata.normalize("NFKC", raw))
    for pattern in (_MARK_FIRST, _WORD_FIRST):
        found: dict[str, Mode] = {}
        pairs = [(one["mark"].upper(), reply_modes.mode(one["word"])) for one in pattern.finditer(text)]
        for key, mode in pairs:
            if isinstance(mode, Mode):
                found.setdefault(key, mode)
        if len(pairs) == len(found) == 2 and len(set(found.values())) == 2:
            return found
    return {}
