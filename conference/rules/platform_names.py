"""Who may be meant by what somebody calls themselves in an outside room: “李然-呼和浩特市玉泉区民政局”, “李然（线上）”.

A name that stands there by itself is a match; one that is only within, sounds alike or is a slip apart, a guess.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from conference.rules import names, reply_units
from conference.rules.platform_reports import Line
from conference.rules.traditional import simplified
from conference.vocabulary import PlatformMatch

MOST_GUESSES = 8
_MOST_PARTS = 12
_LONGEST_JOIN = 4  # parts that are one name together: “李 然”, “买买提·艾力·某”
_SHORTEST_UNIT = 4  # “民政局” stands in the names of many
_SEPARATORS = re.compile(r"[\s\-—–－_/\\|·•・,，、;；:：.。@#+&~～()（）\[\]【】<>《》「」『』“”\"'‘’*＊]+")
_MASKED = re.compile(r"(?<!\d)(\d{3})[*•xX]{3,8}(\d{2,4})(?!\d)")
_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U000323af]+")


@dataclass(frozen=True)
class Known:
    """A delegate who may have been there; `phone` and `email` as they are kept."""

    id: int
    name: str
    pinyin: str
    unit_id: int
    unit: str
    province: str
    phone: str | None
    email: str | None


@dataclass(frozen=True)
class Found:
    """Who it is (SURE, one), may be (DOUBTFUL, the likeliest first), or that there is none."""

    match: PlatformMatch
    people: Sequence[Known] = ()


NOBODY = Found(PlatformMatch.NOBODY)


class Everybody:
    """The people of a meeting, to be found by what a line of a report says."""

    def __init__(self, people: Iterable[Known]) -> None:
        self._by_phone: dict[str, Known] = {}
        self._by_email: dict[str, Known] = {}
        self._by_name: dict[str, list[Known]] = defaultdict(list)
        self._by_sound: dict[str, list[Known]] = defaultdict(list)
        self._by_slip: dict[str, list[Known]] = defaultdict(list)
        self._units: dict[str, set[int]] = defaultdict(set)
        for one in people:
            if one.phone:
                self._by_phone[one.phone] = one
            if one.email:
                self._by_email[one.email.casefold()] = one
            name = _key(one.name)
            self._by_name[name].append(one)
            self._by_sound[one.pinyin.replace(" ", "")].append(one)
            for pattern in _slips(name):
                self._by_slip[pattern].append(one)
            self._units[reply_units.key(one.unit)].add(one.unit_id)

    def who(self, line: Line) -> Found:
        """Whom a line means. A phone or an e-mail says more than a name, unless the name is another one's."""
        parts = _parts(line.name)
        named = _unique(one for text in _joins(parts) for one in self._by_name.get(text, ()))
        holders = (self._by_phone.get(line.phone or ""), self._by_email.get((line.email or "").casefold()))
        reached = _unique(one for one in holders if one is not None)
        if reached:
            if len(reached) == 1 and (not named or reached[0] in named):
                return Found(PlatformMatch.SURE, reached)
            return Found(PlatformMatch.DOUBTFUL, _unique([*reached, *named])[:MOST_GUESSES])
        if not named:
            return self._guessed(parts, line)
        fitting = [one for one in named if self._fits(one, parts, line)]
        told = [one for one in fitting if self._told(one, parts, line)]
        if len(told) == 1 or (fitting and len(named) == 1):
            return Found(PlatformMatch.SURE, told or fitting)
        return Found(PlatformMatch.DOUBTFUL, _unique([*fitting, *named])[:MOST_GUESSES])

    def _fits(self, one: Known, parts: Sequence[str], line: Line) -> bool:
        """Whether nothing that stands beside the name speaks against them: another unit's name, another phone."""
        told = self._told(one, parts, line)
        elsewhere = any(
            key in unit and one.unit_id not in ids
            for text in (*parts, line.unit)
            if len(key := reply_units.key(text)) >= _SHORTEST_UNIT
            for unit, ids in self._units.items()
        )
        return (told or not (elsewhere or (line.phone and one.phone))) and _phone_fits(one, line.name)

    def _told(self, one: Known, parts: Sequence[str], line: Line) -> bool:
        """Whether their unit, or what is left of a phone, stands beside the name."""
        name = _key(one.name)
        beside = [line.unit, *(text for text in _joins(parts) if name not in text)]
        return any(_is_unit(text, one) for text in beside) or bool(
            one.phone and _MASKED.search(line.name) and _phone_fits(one, line.name)
        )

    def _guessed(self, parts: Sequence[str], line: Line) -> Found:
        """By a name at the end of a word (玉泉区民政局李然), by its sound, or by a slip of the pen."""
        within: list[Known] = []
        for text in parts:
            for length in range(2, min(len(text) - 1, 12)):
                for name, rest in ((text[:length], text[length:]), (text[-length:], text[:-length])):
                    holders = self._by_name.get(name, ()) if _HAN.fullmatch(name) else ()
                    sure = [one for one in holders if _is_unit(rest, one) and _phone_fits(one, line.name)]
                    if len(sure) == 1:
                        return Found(PlatformMatch.SURE, sure)
                    within += holders
        alike = [one for text in _joins(parts) for one in self._sounding(text)]
        people = _unique([*within, *alike])
        people.sort(key=lambda one: not self._told(one, parts, line))
        return Found(PlatformMatch.DOUBTFUL, people[:MOST_GUESSES]) if people else NOBODY

    def _sounding(self, text: str) -> Iterable[Known]:
        if _HAN.fullmatch(text) and 2 <= len(text) <= 6:
            yield from self._by_sound.get(names.pinyin(text).replace(" ", ""), ())
            for pattern in _slips(text):
                yield from self._by_slip.get(pattern, ())
        elif text.isascii() and text.isalpha() and len(text) >= 4:
            yield from self._by_sound.get(text, ())


def _key(text: str) -> str:
    """A name without spaces and marks, in small simplified letters."""
    plain = simplified(unicodedata.normalize("NFKC", text)).casefold()
    return "".join(letter for letter in plain if letter.isalnum())


def _parts(text: str) -> list[str]:
    plain = simplified(unicodedata.normalize("NFKC", text)).casefold()
    plain = _MASKED.sub(" ", plain)
    return [part for part in _SEPARATORS.split(plain) if part and not part.isdigit()][:_MOST_PARTS]


def _joins(parts: Sequence[str]) -> list[str]:
    """Each part, and neighbours together; longer ones first where they begin alike."""
    return [
        "".join(parts[at : at + n])
        for at in range(len(parts))
        for n in range(min(_LONGEST_JOIN, len(parts) - at), 0, -1)
    ]


def _slips(name: str) -> list[str]:
    """A Chinese name of three characters and more with one left open, the surname never: 欧阳明? is 欧阳明月."""
    if len(name) < 3 or not _HAN.fullmatch(name):
        return []
    return [f"{name[:at]}?{name[at + 1 :]}" for at in range(1, len(name))]


def _is_unit(text: str, one: Known) -> bool:
    """Whether a text of some length is the unit's name, or a short form of it."""
    return len(reply_units.key(text)) >= 3 and reply_units.is_own(text, one.unit, one.province)


def _phone_fits(one: Known, text: str) -> bool:
    """Whether what is left of a phone (138****0001) is theirs; where none stands there, nothing speaks against them."""
    found = _MASKED.search(unicodedata.normalize("NFKC", text))
    if found is None or not one.phone:
        return True
    number = one.phone.removeprefix("+86")
    return number.startswith(found[1]) and number.endswith(found[2])


def _unique(people: Iterable[Known]) -> list[Known]:
    return list({one.id: one for one in people}.values())
