"""Two people edit one thing: what the second one changed is laid over what the first one made of it.

Field by field against what the second one's form was opened with. What only one of them changed is kept, whoever it
was; where both changed a field, each in another way, they clash, and a person chooses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Clash:
    """A field that both changed: as it was, as it is now, as the second one wishes it."""

    field: str
    opened: Any  # whatever the field holds
    theirs: Any
    yours: Any


@dataclass(frozen=True)
class Merged:
    """`changes` are to be made; `theirs` names the fields that others changed meanwhile and that stay so."""

    changes: Mapping[str, Any]
    clashes: tuple[Clash, ...]
    theirs: tuple[str, ...]


def merge(opened: Mapping[str, Any] | None, current: Mapping[str, Any], wished: Mapping[str, Any]) -> Merged:
    """Lay `wished` over `current`; all three hold plain values, comparable as they are.

    Fields that `opened` does not know (or all, where it is None) are taken as changed from what is now.
    """
    changes: dict[str, Any] = {}
    clashes: list[Clash] = []
    theirs: list[str] = []
    for field, yours in wished.items():
        now = current.get(field)
        before = now if opened is None or field not in opened else opened[field]
        if yours == now:
            continue
        if now == before:
            changes[field] = yours
        elif yours == before:
            theirs.append(field)
        else:
            clashes.append(Clash(field, before, now, yours))
    return Merged(changes, tuple(clashes), tuple(theirs))
