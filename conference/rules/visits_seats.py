"""Who may take a seat on a departure, by themselves or by somebody else."""

from __future__ import annotations

from datetime import datetime

from conference.rules import sign_ups
from conference.vocabulary import DelegateStatus, Mode, Refusal


def refusal_to_take(
    status: DelegateStatus,
    mode: Mode,
    *,
    leaves_at: datetime,
    now: datetime,
    is_over: bool = False,
    choosing: Refusal | None = None,
    overlaps: bool = False,
    under_way: bool = False,
) -> Refusal | None:
    """`choosing` is why whoever asks may not choose now; `overlaps` whether they are signed up for a session at that
    time; `under_way` whether they have a seat on a departure of that time that has left: who waited for one in vain is
    free. Nobody gets on what has left.
    """
    if refusal := sign_ups.refusal_to_sign_up(status, mode, is_over=is_over):
        return refusal
    if choosing is not None:
        return choosing
    if leaves_at <= now or under_way:
        return Refusal.DEPARTED
    return Refusal.TIME_CONFLICT if overlaps else None


def refusal_to_leave(
    *, leaves_at: datetime, now: datetime, is_over: bool = False, choosing: Refusal | None = None
) -> Refusal | None:
    """Of a seat, or a place in the line: given back as long as it could be taken."""
    if is_over:
        return Refusal.MEETING_OVER
    return choosing or (Refusal.DEPARTED if leaves_at <= now else None)
