"""What stands in the cells of a reply form: texts, phones, e-mails."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from conference.rules import contact
from conference.vocabulary import Fault

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Invisible, and pasted along with texts and numbers: zero-width marks; of direction too, but those only around numbers.
_INVISIBLE = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_TOLD_AS_TEXT = re.compile(rf"'\s*[{HAN}\d+]")
_DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20, 0xA0: 0x20}
_NOTHING = re.compile(r"[-—–_/\\|.。、,，*×?？]+|无|暂无|没有|待定|暂定|未定|空|n/?a|none|null|tbd|nil", re.IGNORECASE)
_SAME = {"同上", "〃", "″", "''", '"', "\u201d", "同", "同左", "々", "ditto", "(同上)", "（同上）"}


def without_marks(raw: str) -> str:
    """A text without what is invisible in it."""
    return _INVISIBLE.sub("", raw)


def text(raw: str) -> str:
    """One line, trimmed, without what is invisible; full-width letters and digits made ordinary ones.

    An apostrophe in front of a number or of Chinese is how a spreadsheet was told that it is text, and goes too.
    """
    plain = " ".join(_INVISIBLE.sub("", raw).translate(_FULL_WIDTH).split())
    return plain[1:].lstrip() if plain.startswith("'") and _TOLD_AS_TEXT.match(plain) else plain


def chinese(raw: str) -> str:
    """The same without spaces between Chinese characters, with parentheses as Chinese has them."""
    plain = re.sub(rf"(?<=[{HAN}（）()]) (?=[{HAN}（）()])", "", text(raw))
    return plain.replace("(", "（").replace(")", "）") if re.search(f"[{HAN}]", plain) else plain


_SEALED = re.compile(r"[（(\[【]?(?:单位)?(?:请?加?盖?公章|盖章|签章|章|全称|请填全称|盖章处)[)）\]】]$")


def unit(raw: str) -> str:
    """A unit's name as it is kept, without the （盖章） or （全称） that its form asked for."""
    plain = chinese(raw)
    bare = _SEALED.sub("", plain).strip(" ：:")
    return bare if plain.endswith(("）", ")", "]", "】")) and bare else plain


def says_nothing(raw: str) -> bool:
    """Whether a cell is empty, or says that there is nothing (无, /, 待定)."""
    plain = text(raw)
    return not plain or _NOTHING.fullmatch(plain) is not None


def undecided(raw: str) -> bool:
    """Whether a cell says that it will be told later (待定): somebody is meant, and not named."""
    return re.fullmatch(r"待定|暂定|未定|待确定|另行通知|另报|tbd|tba", text(raw), re.IGNORECASE) is not None


def same_as_above(raw: str) -> bool:
    return text(raw) in _SAME


def position(raw: str) -> str:
    return "" if says_nothing(raw) else chinese(re.sub(r"[\r\n]+", " ", raw))


@dataclass(frozen=True)
class Reach:
    """What a cell says of how somebody is reached; `fault` where it says something that cannot be used."""

    phone: str | None = None
    email: str | None = None
    fault: Fault | None = None


_CUT = re.compile(r"\d(?:\.\d+)?e\+?\d{1,2}", re.IGNORECASE)
_LABEL = re.compile(
    r"(手机号?码?|电话|联系电话|座机|办公室?|固话|移动|邮箱|微信|(?<![a-z])(tel|mobile|phone|e-?mail)(?![a-z]))[:：]?",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[/／、，,;；|\n\r\t]+|\s{2,}|或|和|及")
_EXTENSION = re.compile(r"\s*(转|ext\.?|分机|#)\s*\d{1,6}$", re.IGNORECASE)
_ADDRESS = re.compile(r"[A-Za-z0-9._%+'-]+@[A-Za-z0-9.-]+")
_MOBILE = re.compile(r"\+861[3-9]\d{9}")


def reach(raw: str, *, mail: bool = False) -> Reach:
    """The phone and the e-mail in a cell, of several phones the first mobile; `mail` says that an e-mail is meant."""
    plain = unicodedata.normalize("NFKC", _DIRECTIONS.sub("", _INVISIBLE.sub("", raw))).strip()
    if says_nothing(plain):
        return Reach()
    if "@" in plain:
        return _with_email(plain)
    if mail and not re.search(r"\d{7}", re.sub(r"[\s-]", "", plain)):
        return Reach(fault=Fault.NOT_AN_EMAIL)
    if _CUT.fullmatch(plain.replace(" ", "")):
        return _from_scientific(plain.replace(" ", ""))
    phones = _phones(plain)
    if phones:
        return Reach(phone=next((phone for phone in phones if _MOBILE.fullmatch(phone)), phones[0]))
    return Reach(fault=Fault.NOT_AN_EMAIL if mail else Fault.NOT_A_PHONE)


def _with_email(plain: str) -> Reach:
    found = _ADDRESS.search(plain)
    address = contact.email(found[0].strip(".")) if found else None
    if found is None or address is None:
        whole = contact.email(plain.replace(" ", ""))
        return Reach(email=whole) if whole else Reach(fault=Fault.NOT_AN_EMAIL)
    rest = _LABEL.sub(" ", plain[: found.start()] + " " + plain[found.end() :]).strip(" /、，,;；|\n\r()<>")
    if re.search("[A-Za-z]", rest):  # "sun li@example.org": what is meant is anybody's guess
        return Reach(fault=Fault.NOT_AN_EMAIL)
    phones = _phones(rest) if re.search(r"\d{7}", re.sub(r"[\s-]", "", rest)) else []
    return Reach(next((p for p in phones if _MOBILE.fullmatch(p)), phones[0] if phones else None), address)


def _from_scientific(plain: str) -> Reach:
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return Reach(fault=Fault.NOT_A_PHONE)
    digits = len(plain.lower().partition("e")[0].replace(".", ""))
    if number != number.to_integral_value() or number.adjusted() > 20 or digits < number.adjusted() + 1:
        return Reach(fault=Fault.DIGITS_LOST)
    found = contact.phone(str(int(number)))
    return Reach(phone=found) if found else Reach(fault=Fault.NOT_A_PHONE)


def _phones(plain: str) -> list[str]:
    """The whole as one number where it is one, else each of the parts."""
    plain = _LABEL.sub(" ", plain).strip()
    plain = re.sub(r"[‐-―−~]", "-", plain)
    whole = _phone(plain) if not re.search(r"[/／、，,;；|\n\r]", plain) else None
    if whole:
        return [whole]
    parts = [found for part in _BETWEEN.split(plain) if (found := _phone(part))]
    if parts:
        return parts
    # Two numbers with a single space between, or a name beside a number.
    return [
        found for part in re.findall(r"\+?\d[\d\s-]{6,}\d", plain) if (found := _phone(part) or _first_mobile(part))
    ]


def _first_mobile(part: str) -> str | None:
    found = re.search(r"(?<!\d)1[3-9]\d{9}(?!\d)", part)
    return contact.phone(found[0]) if found else None


def _phone(part: str) -> str | None:
    plain = _EXTENSION.sub("", part.strip(" '\"`.:：（）()")).strip()
    plain = re.sub(r"^\(?\+?86\)?[\s-]*(?=1[3-9])", "+86", plain) if not plain.startswith("0") else plain
    if re.fullmatch(r"\d+\.0+", plain):
        plain = plain.partition(".")[0]
    if plain.count("(") != plain.count(")"):
        plain = plain.replace("(", "").replace(")", "-")
    return contact.phone(plain) if 7 <= sum(letter.isdigit() for letter in plain) <= 17 else None
