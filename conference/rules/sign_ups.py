"""Who may sign up for places of their own: a session's, a departure's."""

from __future__ import annotations

from datetime import datetime

from conference.vocabulary import DelegateStatus, Mode, Refusal


def refusal_to_sign_up(
    status: DelegateStatus, mode: Mode, *, begins: datetime | None = None, now: datetime | None = None
) -> Refusal | None:
    """Confirmed in-person delegates alone, since what is signed up for is on site; and, by the people themselves, until
    it has begun.
    """
    if status is not DelegateStatus.CONFIRMED or mode is not Mode.IN_PERSON:
        return Refusal.NOT_ELIGIBLE
    if begins is not None and now is not None and begins <= now:
        return Refusal.SESSION_BEGUN
    return None
