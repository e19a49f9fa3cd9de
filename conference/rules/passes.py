"""What people may still change about their own place, and what a change of mode would do to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from conference.vocabulary import DelegateStatus, MeetingStatus, Mode, Refusal


@dataclass(frozen=True)
class ModeChange:
    """What a wish to attend by `to` does; `at_once` unless one has to wait for a place there.

    `keeps` says that the old place stays until the wish comes true, `drops_wish` that a wish is taken back.
    """

    to: Mode
    at_once: bool
    keeps: bool = False
    drops_wish: bool = False
    loses_place: bool = False
    loses_line: bool = False


def refusal_to_change(
    status: DelegateStatus, meeting_status: MeetingStatus, ends_at: datetime, *, now: datetime
) -> Refusal | None:
    """Whether it is too late to change or give up one's own place."""
    if not status.active:
        return Refusal.NOT_ACTIVE
    return Refusal.MEETING_OVER if meeting_status is MeetingStatus.ARCHIVED or now >= ends_at else None


def mode_change(status: DelegateStatus, mode: Mode, waiting_for: Mode | None, left: int | None) -> ModeChange:
    """The one change that is open to a place in `mode`; `left` counts the free places of the other mode."""
    if status is DelegateStatus.PENDING:
        return ModeChange(mode.other, at_once=True)
    if status is DelegateStatus.WAITLISTED:
        return ModeChange(mode.other, at_once=left != 0, loses_line=True)
    if waiting_for is not None:
        return ModeChange(mode, at_once=True, drops_wish=True, loses_line=True)
    if left == 0:
        return ModeChange(mode.other, at_once=False, keeps=True)
    return ModeChange(mode.other, at_once=True, loses_place=True)
