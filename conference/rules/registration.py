"""Who gets a place, who waits, and who moves up."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from conference.vocabulary import Approval, DelegateStatus, MeetingStatus, Mode, OpenTo, Origin, Refusal


class MeetingFacts(Protocol):
    @property
    def status(self) -> MeetingStatus: ...
    @property
    def registration_opens_at(self) -> datetime: ...
    @property
    def registration_closes_at(self) -> datetime: ...
    @property
    def approval(self) -> Approval: ...
    @property
    def open_to(self) -> OpenTo: ...


def refusal_to_open_form(meeting: MeetingFacts, *, now: datetime) -> Refusal | None:
    """Whether registration is closed at `now`: the page asks it, the verb asks it again."""
    inside = meeting.registration_opens_at <= now < meeting.registration_closes_at
    return None if inside and meeting.status is MeetingStatus.OPEN else Refusal.REGISTRATION_CLOSED


def refusal_to_register(
    meeting: MeetingFacts, *, late: bool, contact_taken: bool, unit_active: int, unit_limit: int | None, now: datetime
) -> Refusal | None:
    """Why this person cannot be entered; `late` is the organiser's right to enter people after the closing."""
    if not late and (refusal := refusal_to_open_form(meeting, now=now)):
        return refusal
    if contact_taken:
        return Refusal.ALREADY_REGISTERED
    if unit_limit is not None and unit_active >= unit_limit:
        return Refusal.UNIT_FULL
    return None


def awaits_review(meeting: MeetingFacts, origin: Origin) -> bool:
    """Whether a fresh entry is `pending` first: the meeting reviews, or a stranger came to a meeting by link only.

    What an organiser enters by hand at the desk needs no second look.
    """
    if origin is Origin.ORGANISER:
        return False
    stranger = origin is Origin.PUBLIC and meeting.open_to is OpenTo.LINK
    return stranger or meeting.approval is Approval.REVIEW


def status_in_line(places_left: int | None) -> DelegateStatus:
    """What somebody who asks for a place gets: the place, or the end of the line. None is no limit."""
    return DelegateStatus.WAITLISTED if places_left == 0 else DelegateStatus.CONFIRMED


def line_to_move(places_left: Mapping[Mode, int | None], waiting: Mapping[Mode, bool]) -> Mode | None:
    """The mode whose first in line moves up now; None when no free place stands beside a waiting person."""
    return next((mode for mode in Mode if waiting[mode] and places_left[mode] != 0), None)


def refusal_to_decide(status: DelegateStatus) -> Refusal | None:
    """Whether a place is over, so that it can be neither confirmed, declined nor given a new code."""
    return None if status.active else Refusal.NOT_ACTIVE


def refusal_to_set_capacity(capacity: int | None, *, taken: int) -> Refusal | None:
    return Refusal.CAPACITY_BELOW_TAKEN if capacity is not None and capacity < taken else None
