"""Who gets a place, who waits, and who moves up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from conference.vocabulary import Approval, Closure, DelegateStatus, MeetingStatus, Mode, OpenTo, Origin, Refusal

# Entries that the person has not made: they answer for themselves, and an answer that never comes bars no door.
BY_OTHERS = (Origin.ORGANISER, Origin.PROGRAM, Origin.LIAISON, Origin.IMPORT)


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
    return Refusal.REGISTRATION_CLOSED if closure(meeting, now=now) else None


def closure(meeting: MeetingFacts, *, now: datetime) -> Closure | None:
    """Why registration is closed at `now`, for those who can do something about it."""
    if meeting.status is MeetingStatus.DRAFT:
        return Closure.NOT_OPENED
    if meeting.status is not MeetingStatus.OPEN or now >= meeting.registration_closes_at:
        return Closure.OVER
    return Closure.NOT_YET if now < meeting.registration_opens_at else None


@dataclass(frozen=True)
class UnitFacts:
    """A unit's limits in a meeting and how far they are used, in all and in the mode that is asked for; None is no
    limit. After `reply_by` the unit enters nobody by itself.
    """

    active: int = 0
    limit: int | None = None
    mode_active: int = 0
    mode_limit: int | None = None
    reply_by: datetime | None = None


def refusal_to_register(
    meeting: MeetingFacts, unit: UnitFacts, *, late: bool, by_unit: bool, contact_taken: bool, now: datetime
) -> Refusal | None:
    """Why this person cannot be entered; `late` is the organiser's right to enter people after the closing.

    `by_unit` says that the entry comes by the unit's own doors: its link, its liaison.
    """
    if not late and (refusal := refusal_to_open_form(meeting, now=now)):
        return refusal
    if by_unit and (refusal := refusal_to_reply(unit.reply_by, now=now)):
        return refusal
    if contact_taken:
        return Refusal.ALREADY_REGISTERED
    return refusal_within_unit(active=unit.active, limit=unit.limit) or refusal_in_mode(
        active=unit.mode_active, limit=unit.mode_limit
    )


def refusal_to_reply(reply_by: datetime | None, *, now: datetime) -> Refusal | None:
    """Whether a unit's own deadline is over."""
    return Refusal.REGISTRATION_CLOSED if reply_by is not None and now >= reply_by else None


def refusal_within_unit(*, active: int, limit: int | None) -> Refusal | None:
    """Whether a unit has no place left for one more of its people; None is no limit."""
    return Refusal.UNIT_FULL if limit is not None and active >= limit else None


def refusal_in_mode(*, active: int, limit: int | None) -> Refusal | None:
    """Whether a unit has no place left in a mode; None is no limit."""
    return Refusal.UNIT_MODE_FULL if limit is not None and active >= limit else None


def awaits_review(meeting: MeetingFacts, origin: Origin) -> bool:
    """Whether a fresh entry is `pending` first: the meeting reviews, or a stranger came to a meeting by link only.

    What an organiser enters by hand at the desk, or the door while the person stands there, needs no second look.
    """
    if origin in {Origin.ORGANISER, Origin.WALK_IN}:
        return False
    stranger = origin is Origin.PUBLIC and meeting.open_to is OpenTo.LINK
    return stranger or meeting.approval is Approval.REVIEW


def status_in_line(places_left: int | None) -> DelegateStatus:
    """What somebody who asks for a place gets: the place, or the end of the line. None is no limit."""
    return DelegateStatus.WAITLISTED if places_left == 0 else DelegateStatus.CONFIRMED


def line_stands_still(moves_until: datetime | None, *, now: datetime) -> bool:
    """Whether waiting people move up by an organiser's hand alone; None is that they always move by themselves."""
    return moves_until is not None and now >= moves_until


def open_places(places_left: int | None, *, stands_still: bool, somebody_waits: bool) -> int | None:
    """How many places somebody who comes now may take. While the line stands still nobody overtakes who waits."""
    return 0 if stands_still and somebody_waits else places_left


def refusal_to_give(places_left: int | None, *, waits: bool) -> Refusal | None:
    """Whether an organiser cannot give a free place to this person by hand."""
    if not waits:
        return Refusal.NOT_WAITING
    return Refusal.NO_PLACE_FREE if places_left == 0 else None


def line_to_move(places_left: Mapping[Mode, int | None], waiting: Mapping[Mode, bool]) -> Mode | None:
    """The mode whose first in line moves up now; None when no free place stands beside a waiting person."""
    return next((mode for mode in Mode if waiting[mode] and places_left[mode] != 0), None)


def refusal_to_decide(status: DelegateStatus) -> Refusal | None:
    """Whether a place is over, so that it can be neither confirmed, declined nor given a new code."""
    return None if status.active else Refusal.NOT_ACTIVE


def refusal_to_set_capacity(capacity: int | None, *, taken: int) -> Refusal | None:
    return Refusal.CAPACITY_BELOW_TAKEN if capacity is not None and capacity < taken else None
