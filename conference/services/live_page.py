"""The live page as one reader sees it: what there is to watch, since when, and what was counted for them so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

import sqlalchemy as sa

from conference import clock, db
from conference.models import Beat, Meeting
from conference.rules import watching
from conference.rules.agenda import Session
from conference.services import broadcasts, public_agenda, replays
from conference.services.broadcasts import OutsideRoom, Stream
from conference.services.live_access import Access
from conference.services.public_agenda import Shown
from conference.vocabulary import MeetingStatus

EARLY = timedelta(hours=2)  # before the first session, where it begins soon after midnight
LATE = timedelta(hours=2)  # after the last one: the end of a day is often said late


class Phase(Enum):
    """Where the online half stands."""

    TO_COME = "to_come"
    ON = "on"
    OVER = "over"


@dataclass(frozen=True)
class LivePage:
    """`begins_at` is when the first thing that is shown online begins, of the agenda or else of the meeting.

    `room` is for delegates and organisers alone, and only while it is open; `has_room` says to everybody that there is
    one. `watched` is what the reader's own beats of today come to, in seconds.
    """

    access: Access
    preview: bool
    phase: Phase
    begins_at: datetime
    agenda: Shown
    streams: tuple[Stream, ...]
    has_captions: bool
    has_room: bool
    room: OutsideRoom | None
    checks: int
    watched: int
    replays: int

    @property
    def open(self) -> bool:
        """Whether the player and the room are on the page."""
        return self.preview or self.phase is Phase.ON

    @property
    def counts(self) -> bool:
        """Whether the page makes beats: for who has a place of their own, while it is on."""
        return self.access.is_delegate and self.phase is Phase.ON and bool(self.streams)


def of(meeting: Meeting, access: Access, *, preview: bool, now: datetime) -> LivePage:
    """For somebody who may watch, or with `preview` for an organiser who looks."""
    facts, shown = broadcasts.of(meeting.id), public_agenda.of(meeting, now=now)
    begins_at, phase = phase_of(meeting, shown)
    is_open = preview or phase is Phase.ON
    return LivePage(
        access=access,
        preview=preview,
        phase=phase,
        begins_at=begins_at,
        agenda=shown,
        streams=facts.streams if is_open else (),
        has_captions=facts.captions_id is not None,
        has_room=facts.room is not None,
        room=facts.room if is_open and may_enter(access, preview=preview) else None,
        checks=facts.checks,
        watched=_seconds_today(access.delegate_id, meeting, now) if access.delegate_id else 0,
        replays=len(replays.shown(meeting.id, not (preview or access.is_delegate))),
    )


def room(meeting: Meeting, access: Access, *, preview: bool, now: datetime) -> str | None:
    """The address of the outside room for somebody who may enter it now; None where it has none, or is not open."""
    found = of(meeting, access, preview=preview, now=now).room
    return found.url or None if found else None


def may_enter(access: Access, *, preview: bool) -> bool:
    """The outside room is for delegates even where everybody may watch (docs/decisions/0023)."""
    return preview or access.is_delegate


def phase_of(meeting: Meeting, shown: Shown) -> tuple[datetime, Phase]:
    """When the online half begins, and where it stands. It is on from the morning of its first day until its end."""
    timed = [one for one in shown.agenda.sessions if one.starts_at and one.ends_at]
    online = [one for one in timed if one.online] or timed
    begins_at = min((_begins(one) for one in online), default=meeting.starts_at)
    ends_at = max((one.ends_at for one in online if one.ends_at), default=meeting.ends_at)
    if meeting.status is MeetingStatus.ARCHIVED or shown.now >= ends_at + LATE:
        return begins_at, Phase.OVER
    day = clock.local(begins_at, meeting.timezone).date()
    if shown.today < day and shown.now < begins_at - EARLY:
        return begins_at, Phase.TO_COME
    return begins_at, Phase.ON


def _begins(session: Session) -> datetime:
    if session.starts_at is None:
        raise ValueError("a session without a time does not begin")
    return session.starts_at


def _seconds_today(delegate_id: int, meeting: Meeting, now: datetime) -> int:
    midnight = clock.local(now, meeting.timezone).replace(hour=0, minute=0, second=0, microsecond=0)
    beats = sa.select(Beat.at).where(
        Beat.meeting_id == meeting.id, Beat.delegate_id == delegate_id, Beat.at >= midnight, Beat.at <= now
    )
    # What a beat still promises is not watched yet.
    spans = watching.beaten(db.session().scalars(beats))
    return int(sum((min(span.ends, now) - span.begins).total_seconds() for span in spans))
