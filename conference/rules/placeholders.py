"""Placeholders in the words of a message: `{name}` and its like, filled in once and never looked at again."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

# What may stand in the words that organisers write.
OPEN = ("name", "unit", "meeting", "mode", "status", "number", "link", "deadline", "when", "place", "page")
# A line that speaks of one of these is left out where there is nothing to say.
OPTIONAL = frozenset({"link", "deadline", "reason", "number", "unit", "note", "boards", "leader"})
_PLACEHOLDER = re.compile(r"[{｛][ \u3000]*([^{}｛｝\n]{0,40}?)[ \u3000]*[}｝]")


def unknown(text: str, known: Collection[str] = OPEN) -> list[str]:
    """The placeholders in `text` that are none, as they stand there, each once."""
    found = dict.fromkeys(match[0] for match in _PLACEHOLDER.finditer(text) if match[1] not in known)
    return list(found)


def filled(text: str, values: Mapping[str, str]) -> str:
    """`text` with its placeholders filled in. What is filled in is not searched, so braces in a name are harmless."""
    lines = [
        _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), line)
        for line in text.replace("\r\n", "\n").split("\n")
        if not any(values.get(word) == "" for word in _words(line) & OPTIONAL)
    ]
    return "\n".join(lines)


def speaks_of(text: str, word: str) -> bool:
    """Whether the placeholder `word` stands in `text`."""
    return word in _words(text)


def _words(text: str) -> set[str]:
    return {match[1] for match in _PLACEHOLDER.finditer(text)}
