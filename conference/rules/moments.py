"""Times as programs write them (RFC 3339): aware, and within the years that a meeting can have to do with."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from conference.vocabulary import Fault

PATTERN = r"^(19|20|21)\d\d-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,12})?([Zz]|[+-]\d\d:\d\d)$"
_TIME = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,12})?(?P<offset>[Zz]|[+-]\d\d:\d\d)?", re.ASCII)
_FIRST, _LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


def parse(text: str) -> datetime | Fault:
    """The moment that `text` names, aware; or what is wrong with it. Finer than microseconds is cut off."""
    found = _TIME.fullmatch(text)
    if found is None:
        return Fault.NOT_A_TIME
    if found["offset"] is None:
        return Fault.TIME_WITHOUT_OFFSET
    try:
        moment = datetime.fromisoformat(text.upper())
    except ValueError:
        return Fault.NOT_A_TIME
    return moment if _FIRST <= moment < _LAST else Fault.OUT_OF_RANGE
