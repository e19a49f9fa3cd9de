"""What a meeting may become next, and what it still lacks before people can register."""

from __future__ import annotations

from datetime import datetime

from conference.rules.registration import MeetingFacts, refusal_to_open_form
from conference.vocabulary import MeetingStatus, OpenTo, Preparation

_NEXT = {
    MeetingStatus.DRAFT: (MeetingStatus.OPEN,),
    MeetingStatus.OPEN: (MeetingStatus.CLOSED, MeetingStatus.DRAFT),
    MeetingStatus.CLOSED: (MeetingStatus.OPEN, MeetingStatus.ARCHIVED),
    MeetingStatus.ARCHIVED: (MeetingStatus.CLOSED,),
}


def next_statuses(status: MeetingStatus) -> tuple[MeetingStatus, ...]:
    """What a meeting may be turned into from `status`, the likeliest first."""
    return _NEXT[status]


def preparations(meeting: MeetingFacts, *, hosts: int, units: int, now: datetime) -> dict[Preparation, bool]:
    """The steps before people can register, in their order, each with whether it is done."""
    return {
        Preparation.WRITTEN: True,
        Preparation.HOSTS: hosts > 0,
        Preparation.UNITS: units > 0 or meeting.open_to is OpenTo.ANYONE,
        Preparation.OPENED: meeting.status is MeetingStatus.OPEN,
        Preparation.REGISTERING: refusal_to_open_form(meeting, now=now) is None,
    }
