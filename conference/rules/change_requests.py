"""Changes after the freeze: what is asked for instead of done, and what an organiser may still decide."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from conference.vocabulary import ChangeWish, DelegateStatus, MeetingStatus, Refusal

# What a wish may say; anything else is nobody's to ask for.
FIELDS: Mapping[ChangeWish, tuple[str, ...]] = {
    ChangeWish.EDIT: ("name", "position", "phone", "email", "category"),
    ChangeWish.MODE: ("mode",),
    ChangeWish.CANCEL: (),
    ChangeWish.SUBSTITUTE: ("name", "position", "phone", "email"),
}


def needed(frozen_at: datetime | None, *, now: datetime) -> bool:
    """Whether people and liaisons ask for a change now, where they made it themselves before."""
    return frozen_at is not None and now >= frozen_at


def refusal_to_ask(
    status: DelegateStatus, meeting_status: MeetingStatus, ends_at: datetime, *, now: datetime
) -> Refusal | None:
    """Whether there is nothing left to ask for: the place is over, or the meeting."""
    if not status.active:
        return Refusal.NOT_ACTIVE
    return Refusal.MEETING_OVER if meeting_status is MeetingStatus.ARCHIVED or now >= ends_at else None


def refusal_to_decide(accepted: bool | None) -> Refusal | None:
    """Whether somebody decided before."""
    return None if accepted is None else Refusal.DECIDED_ALREADY
