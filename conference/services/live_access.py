"""Who may watch a meeting live, ask and vote there: by the private links that a browser holds.

    access = live_access.of(g.meeting, identity.held_links())
    access.may_watch, access.delegate_id, access.refusal

Organisers who look at the page are no matter of this: the blueprint asks for their right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from conference import db
from conference.models import AccessLink, Broadcast, Code, Delegate, Meeting, RepeatEntry
from conference.vocabulary import DelegateStatus, MeetingStatus, Mode, Refusal, Refused, Viewership


@dataclass(frozen=True)
class Access:
    """What a browser may do on the live page and the asking page.

    `delegate_id` is the confirmed delegate who holds the browser: they ask, vote, and make beats. It is None for the
    public, and for an entry that repeats a place (docs/decisions/0004): that one is shown all that a delegate is
    (`is_delegate`), stands for nobody, and what it does is answered as a delegate's deed would be. `beats_for` is whose
    minutes it makes: the same person's where the name is theirs, and nobody's otherwise.

    `mode` and `status` are of the place, as its own page shows them; None where the browser holds none in this meeting.
    `refusal` is None for whoever may watch: not_active for a place that is over, else may_not_watch.
    """

    may_watch: bool
    delegate_id: int | None = None
    link_id: int | None = None
    mode: Mode | None = None
    refusal: Refusal | None = None
    status: DelegateStatus | None = None
    is_repeat: bool = False
    beats_for: int | None = None

    @property
    def is_delegate(self) -> bool:
        """Whether the browser is shown what confirmed delegates are."""
        return self.status is DelegateStatus.CONFIRMED


def of(meeting: Meeting, link_ids: Iterable[int]) -> Access:
    """Of several places in this meeting a confirmed one counts before others, then the link made last. One query for
    who holds a link to this meeting or none at all.
    """
    held = list(link_ids)
    found = db.session().execute(_HELD_BY_ID, {"held": held, "meeting_id": meeting.id}).all() if held else []
    if found:
        return _best(found)
    public = db.session().scalar(_AUDIENCE.where(Broadcast.meeting_id == meeting.id)) is Viewership.PUBLIC
    return Access(may_watch=public, refusal=None if public else Refusal.MAY_NOT_WATCH)


def of_beat(slug: str, link_ids: Iterable[int]) -> tuple[int, Access]:
    """The same for a beat, which finds its meeting by itself: the id of the meeting, and the access. One query.

    Raises Refused: may_not_watch for whoever holds no place in a meeting of this address, meeting_over once it is put
    away.
    """
    held = list(link_ids)
    found = db.session().execute(_HELD_BY_SLUG, {"held": held, "slug": slug}).all() if held else []
    if not found:
        raise Refused(Refusal.MAY_NOT_WATCH)
    if found[0].meeting_status is MeetingStatus.ARCHIVED:
        raise Refused(Refusal.MEETING_OVER)
    return found[0].meeting_id, _best(found)


def _best(rows: Sequence[Any]) -> Access:  # rows of _HELD
    return max((_of_place(row) for row in rows), key=lambda one: (one.is_delegate, not one.is_repeat))


def _of_place(row: Any) -> Access:  # a row of _HELD
    is_repeat = row.repeat_id is not None
    status, mode = (row.repeat_status, row.repeat_mode) if is_repeat else (row.status, row.mode)
    if is_repeat and row.settled_at is not None and status.active:
        status = DelegateStatus.CANCELLED  # as its own page says (own_repeats.status_of)
    confirmed = status is DelegateStatus.CONFIRMED
    may_watch = confirmed or row.audience is Viewership.PUBLIC
    refusal = Refusal.MAY_NOT_WATCH if status.active else Refusal.NOT_ACTIVE
    stands_for = row.delegate_id if confirmed and row.status is DelegateStatus.CONFIRMED else None
    return Access(
        may_watch=may_watch,
        delegate_id=None if is_repeat else stands_for,
        link_id=row.link_id,
        mode=mode,
        refusal=None if may_watch else refusal,
        status=status,
        is_repeat=is_repeat,
        beats_for=stands_for if not is_repeat or row.code else None,
    )


_AUDIENCE = sa.select(Broadcast.audience)
# The newest link first. The code of a repeat entry is there, and lives, where the entry bears the holder's name.
_HELD = (
    sa.select(
        AccessLink.id.label("link_id"),
        AccessLink.delegate_id,
        AccessLink.repeat_id,
        Delegate.meeting_id,
        Delegate.status,
        Delegate.mode,
        RepeatEntry.status.label("repeat_status"),
        RepeatEntry.mode.label("repeat_mode"),
        RepeatEntry.settled_at,
        Code.code,
        _AUDIENCE.where(Broadcast.meeting_id == Delegate.meeting_id).scalar_subquery().label("audience"),
    )
    .join(Delegate, Delegate.id == AccessLink.delegate_id)
    .outerjoin(RepeatEntry, RepeatEntry.id == AccessLink.repeat_id)
    .outerjoin(
        Code, sa.and_(Code.repeat_id == RepeatEntry.id, Code.code == RepeatEntry.code, Code.revoked_at.is_(None))
    )
    .where(
        AccessLink.id.in_(sa.bindparam("held", expanding=True)),
        AccessLink.revoked_at.is_(None),
    )
    .order_by(AccessLink.created_at.desc())
)
_HELD_BY_ID = _HELD.where(Delegate.meeting_id == sa.bindparam("meeting_id"))
_HELD_BY_SLUG = (
    _HELD.add_columns(Meeting.status.label("meeting_status"))
    .join(Meeting, Meeting.id == Delegate.meeting_id)
    .where(Meeting.slug == sa.bindparam("slug"), Meeting.status != MeetingStatus.DRAFT)
)
