"""How often and when a message is tried."""

from __future__ import annotations

from datetime import timedelta

from conference.vocabulary import MessageKind

ATTEMPTS = 8
_LONGEST = timedelta(hours=6)
_CODE = timedelta(seconds=5)


def pause_after(attempts: int, kind: MessageKind) -> timedelta:
    """How long to wait after so many attempts: two minutes, eight, half an hour … six hours.

    Somebody waits for a one-time code, and it is dead in ten minutes: it is tried every few seconds.
    """
    if kind is MessageKind.ONE_TIME_CODE:
        return _CODE * attempts
    return min(timedelta(seconds=30 * 4**attempts), _LONGEST)


def given_up(attempts: int) -> bool:
    """Whether a message that failed so often is left to an organiser."""
    return attempts >= ATTEMPTS
