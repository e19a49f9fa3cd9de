"""What everybody may know of a meeting: its public page, and the list of meetings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from conference import clock
from conference.models import Meeting
from conference.rules import registration
from conference.services import capacities, checkpoints, meetings, public_agenda
from conference.services.capacities import LineFacts
from conference.services.public_agenda import Shown
from conference.vocabulary import CheckpointKind, HostRole, MeetingStatus, Missing, Mode, Origin


@dataclass(frozen=True)
class Window:
    """Whether people can register now. `opens_at` is set while that is still to come; `days_left` counts the nights
    on the meeting's calendar until registration closes, 0 on the last day. `over` once the meeting has ended.
    """

    open: bool
    opens_at: datetime | None
    closes_at: datetime
    days_left: int
    over: bool


@dataclass(frozen=True)
class MeetingPage:
    """`reviewed` says that who registers on the public page waits for the organiser's yes."""

    meeting: Meeting
    window: Window
    hosts: Mapping[HostRole, Sequence[str]]
    lines: Mapping[Mode, LineFacts]
    agenda: Shown
    reviewed: bool


@dataclass(frozen=True)
class MeetingCard:
    meeting: Meeting
    window: Window


def public(slug: str) -> Meeting:
    """The meeting of an address; one that is still a draft is not there. Raises Missing."""
    return shown(meetings.by_slug(slug))


def shown(meeting: Meeting) -> Meeting:
    """Raises Missing for a draft."""
    if meeting.status is MeetingStatus.DRAFT:
        raise Missing
    return meeting


def opening_to_come(meeting: Meeting, *, now: datetime) -> datetime | None:
    """When a draft's registration is to begin, where that is still ahead."""
    return meeting.registration_opens_at if now < meeting.registration_opens_at else None


def of(meeting: Meeting, *, now: datetime, reply_by: datetime | None = None) -> MeetingPage:
    """`reply_by` is the own deadline of the unit by whose link somebody came."""
    hosts: dict[HostRole, list[str]] = {}
    for role in HostRole:
        if names := [host.name for host in meeting.hosts if host.role is role]:
            hosts[role] = names
    return MeetingPage(
        meeting=meeting,
        window=window(meeting, now=now, reply_by=reply_by),
        hosts=hosts,
        lines=capacities.lines(meeting.id, now=now),
        agenda=public_agenda.of(meeting, now=now),
        reviewed=registration.awaits_review(meeting, Origin.PUBLIC),
    )


def cards(*, now: datetime) -> Sequence[MeetingCard]:
    """Meetings that are no drafts: those where people can register first, then the latest."""
    found = [MeetingCard(meeting, window(meeting, now=now)) for meeting in meetings.listed(public=True)]
    return sorted(found, key=lambda card: (not card.window.open, card.window.over))


def to_return_to(*, now: datetime) -> Sequence[Meeting]:
    """Meetings whose people may look for their own pages: those that are not over; where all are, all of them."""
    found = cards(now=now)
    return [card.meeting for card in found if not card.window.over] or [card.meeting for card in found]


def window(meeting: Meeting, *, now: datetime, reply_by: datetime | None = None) -> Window:
    """As a meeting says, and no longer than `reply_by` where a unit has a deadline of its own."""
    refusal = registration.refusal_to_open_form(meeting, now=now) or registration.refusal_to_reply(reply_by, now=now)
    still_to_come = meeting.status is MeetingStatus.OPEN and now < meeting.registration_opens_at
    closes_at = min(meeting.registration_closes_at, reply_by or meeting.registration_closes_at)
    closing = clock.local(closes_at, meeting.timezone).date()
    return Window(
        open=refusal is None,
        opens_at=meeting.registration_opens_at if still_to_come else None,
        closes_at=closes_at,
        days_left=max(0, (closing - clock.local(now, meeting.timezone).date()).days),
        over=meeting.status is MeetingStatus.ARCHIVED or now >= meeting.ends_at,
    )


@dataclass(frozen=True)
class Doors:
    """A venue checkpoint as a delegate's day names it."""

    name: str
    opens_at: datetime | None
    closes_at: datetime | None


def doors(meeting: Meeting) -> Sequence[Doors]:
    """Where people are checked in for the venue."""
    return [
        Doors(point.name, point.opens_at, point.closes_at)
        for point in checkpoints.listed(meeting.id)
        if point.kind is CheckpointKind.VENUE
    ]
