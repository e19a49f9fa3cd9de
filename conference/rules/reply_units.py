"""Whether a unit that a reply form names is the one at whose desk it was handed in."""

from __future__ import annotations

import re
import unicodedata

from conference.rules import unit_names


def key(name: str) -> str:
    """A unit's name without spaces and marks, to be compared."""
    return re.sub(r"[\s·.,，、;；()（）\"“”'’-]+", "", unicodedata.normalize("NFKC", name)).casefold()


def is_own(said: str, own: str, province: str) -> bool:
    """A short name, one with its province, its parent or its department, or a slip of the pen will do."""
    if _within(key(said), key(own)):
        return True
    bare, other = unit_names.bare(said, province), unit_names.bare(own, province)
    return bool(bare and other) and (_within(bare, other) or unit_names.alike(bare, other))


def _within(one: str, other: str) -> bool:
    return one in other or other in one
