"""What is kept, as JSON has it: words of the vocabulary, times in RFC 3339."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


def plain(value: Any) -> Any:  # JSON has no times and no members
    """`value` of dicts and lists, with what JSON has not made into what it has."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value
