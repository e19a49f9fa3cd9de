"""Deciding on those who await review, several at a time."""

from __future__ import annotations

from collections.abc import Iterable

from conference.services import delegates
from conference.services.delegates import Doing
from conference.vocabulary import DelegateStatus, Missing, Refused

MOST = 100


def confirm_all(meeting_id: int, delegate_ids: Iterable[int], doing: Doing) -> tuple[int, int]:
    """Confirm each; returns how many have a place now and how many wait for one.

    Those that somebody else decided on meanwhile, and ids that are nobody's here, are passed over. At most `MOST`.
    """
    confirmed = waiting = 0
    for delegate_id in sorted(set(delegate_ids))[:MOST]:
        try:
            status = delegates.confirm(meeting_id, delegate_id, doing).status
        except (Missing, Refused):
            continue
        confirmed += status is DelegateStatus.CONFIRMED
        waiting += status is DelegateStatus.WAITLISTED
    return confirmed, waiting
