"""The time: aware, in UTC, asked once at the edge and handed down as an argument."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime, timezone: str) -> datetime:
    """The same moment on the wall clock of `timezone` (an IANA name); its day turns at local midnight."""
    return moment.astimezone(ZoneInfo(timezone))
