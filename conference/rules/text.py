"""What a text from outside may hold."""

from __future__ import annotations

import unicodedata

from conference.vocabulary import Fault

NAME_LIMIT = 50
SHORT_LIMIT = 200
_BIDIRECTIONAL = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_LINE_BREAKS = frozenset("\n\r\t")


def fault_in(text: str, *, limit: int, required: bool = True, lines: bool = False) -> Fault | None:
    """What is wrong with `text`, counted in characters after trimming; None when it will do.

    Control characters, bidirectional overrides, line separators and lone surrogates are refused wherever they
    stand; `lines` lets line breaks pass, for a text of several.
    """
    if any(_forbidden(character, lines=lines) for character in text):
        return Fault.FORBIDDEN_CHARACTERS
    trimmed = text.strip()
    if len(trimmed) > limit:
        return Fault.TOO_LONG
    if required and not any(unicodedata.category(character) not in _INVISIBLE for character in trimmed):
        return Fault.REQUIRED
    return None


_INVISIBLE = {"Cf", "Zs", "Mn", "Me"}


def _forbidden(character: str, *, lines: bool) -> bool:
    if character in _BIDIRECTIONAL:
        return True
    if lines and character in _LINE_BREAKS:
        return False
    return unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"}


def legible(text: str) -> str:
    """`text` with what may not be stored replaced by �: for what is kept as evidence, not believed."""
    return "".join("\ufffd" if _forbidden(character, lines=False) else character for character in text)
