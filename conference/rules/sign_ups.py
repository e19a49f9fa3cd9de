"""Who may sign up for places of their own: a session's, a departure's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from conference.rules.agenda import Session
from conference.vocabulary import DelegateStatus, Mode, Refusal


def refusal_to_sign_up(
    status: DelegateStatus,
    mode: Mode,
    *,
    is_over: bool = False,
    is_removed: bool = False,
    begins: datetime | None = None,
    now: datetime | None = None,
    overlaps: bool = False,
) -> Refusal | None:
    """Nobody once the meeting is archived; confirmed in-person delegates alone, since what is signed up for is on site,
    and nothing that the draft has no more; by the people themselves until it has begun, and for one thing at a time
    (`overlaps`).
    """
    if is_over:
        return Refusal.MEETING_OVER
    if status is not DelegateStatus.CONFIRMED or mode is not Mode.IN_PERSON:
        return Refusal.NOT_ELIGIBLE
    if is_removed:
        return Refusal.SESSION_CANCELLED
    if begins is not None and now is not None and begins <= now:
        return Refusal.SESSION_BEGUN
    return Refusal.TIME_CONFLICT if overlaps else None


def overlapping(asked: Session, others: Iterable[Session]) -> Session | None:
    """The first of `others` that is on while `asked` is; touching is no overlap; without times nothing is."""
    if asked.starts_at is None or asked.ends_at is None:
        return None
    for other in others:
        if other.starts_at is None or other.ends_at is None:
            continue
        if other.starts_at < asked.ends_at and asked.starts_at < other.ends_at:
            return other
    return None
