"""The name of a meeting in addresses."""

from __future__ import annotations

import re
from datetime import datetime

from conference.rules.names import pinyin
from conference.vocabulary import Fault

LIMIT = 64
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])")
# Words that the desk's own addresses use where a meeting's name would stand.
RESERVED = frozenset({"new", "account", "units"})


def fault_in(slug: str) -> Fault | None:
    """What is wrong with `slug`: 2 to 64 lower-case letters, digits and hyphens, no hyphen at the ends."""
    return None if _SLUG.fullmatch(slug) and slug not in RESERVED else Fault.NOT_A_SLUG


def proposal(title: str, day: datetime) -> str:
    """A name for a meeting whose organiser gave none: four syllables of its title and the year."""
    plain = re.sub(r"[0-9]+年?", "", title)
    syllables = re.findall(r"[a-z]+", pinyin(plain[:50]))[:4]
    return f"{''.join(syllables)[:40] or 'meeting'}-{day.year}"


def numbered(base: str, n: int) -> str:
    """The `n`-th try of a proposal: `base`, `base-2`, `base-3` …"""
    return base if n == 1 else f"{base}-{n}"
