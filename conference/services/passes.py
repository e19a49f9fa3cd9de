"""A pass: what the holder of a private link sees of their place. What they do about it: `own_changes`.

A link belongs to a delegate, or to a repeat entry (docs/decisions/0004). Both are shown as the same `Pass` and
changed by the same verbs, so that no page can tell one from the other, and nothing of the repeated place shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from conference import db
from conference.models import AccessLink, Delegate, Meeting, RepeatEntry
from conference.rules import contact
from conference.rules import passes as rules
from conference.rules.passes import ModeChange
from conference.rules.registration import BY_OTHERS
from conference.services import capacities, change_requests, delegates, own_repeats, waiting
from conference.services.capacities import LineFacts
from conference.vocabulary import Category, DelegateStatus, Mode, Origin, Refusal

JUST_ENTERED = timedelta(hours=1)


@dataclass(frozen=True)
class Contact:
    """Phone and e-mail that others entered for somebody, as far as they are shown.

    Enough to see whether they are right, too little to prove oneself by them with a link that was passed on.
    """

    phone: str | None
    email: str | None


@dataclass(frozen=True)
class Pass:
    """One place as its holder sees it. `line_place` counts from 1 for who waits.

    `contact` is None for those who registered themselves: a private link is easily passed on, and what one typed
    oneself need not stand behind it.
    """

    link_id: int
    meeting: Meeting
    number: str
    name: str
    position: str
    unit: str
    province: str
    category: Category
    mode: Mode
    status: DelegateStatus
    waiting_for: Mode | None
    line_place: int | None
    seat: str
    code: str | None
    created_at: datetime
    to_acknowledge: bool
    entered_by: Origin
    contact: Contact | None
    lines: Mapping[Mode, LineFacts]

    @property
    def entered_by_others(self) -> bool:
        return self.entered_by in BY_OTHERS

    @property
    def opens_door(self) -> bool:
        """Whether its code admits somebody: a confirmed place in the hall."""
        return self.status is DelegateStatus.CONFIRMED and self.mode is Mode.IN_PERSON and self.code is not None

    @property
    def change(self) -> ModeChange:
        """What the one possible change of mode would do, by the free places that are shown to everybody."""
        return rules.mode_change(self.status, self.mode, self.waiting_for, self.lines[self.mode.other].shown_left)

    def just_entered(self, *, now: datetime) -> bool:
        """Whether its holder may still have nothing but this browser to come back by."""
        return not self.entered_by_others and now - self.created_at < JUST_ENTERED

    def frozen(self, *, now: datetime) -> bool:
        """Whether a change is asked for now, and an organiser decides."""
        return change_requests.needed(self.meeting, now=now)

    def refusal_to_change(self, *, now: datetime) -> Refusal | None:
        return rules.refusal_to_change(self.status, self.meeting.status, self.meeting.ends_at, now=now)


def of_link(link: AccessLink, *, now: datetime) -> Pass:
    """The pass behind a live link."""
    if link.repeat_id is not None:
        return of_place(own_repeats.current(link.repeat_id, now=now), now=now, link_id=link.id)
    return of_place(db.session().get_one(Delegate, link.delegate_id), now=now, link_id=link.id)


def of_place(place: Delegate | RepeatEntry, *, now: datetime, link_id: int = 0) -> Pass:
    """The pass of a place, or of an entry that repeats one; `link_id` where its holder looks at it."""
    return _of_repeat(link_id, place, now) if isinstance(place, RepeatEntry) else _of_delegate(link_id, place, now)


def of_links(link_ids: Iterable[int], *, now: datetime, meeting_id: int | None = None) -> Sequence[Pass]:
    """The passes that a browser holds, the newest link first; several links to one place are one pass."""
    found = (
        db.session()
        .scalars(sa.select(AccessLink).where(AccessLink.id.in_(list(link_ids)), AccessLink.revoked_at.is_(None)))
        .all()
    )
    by_place = {(link.delegate_id, link.repeat_id): link for link in sorted(found, key=lambda link: link.created_at)}
    passes = [of_link(link, now=now) for link in by_place.values()]
    return [p for p in reversed(passes) if meeting_id is None or p.meeting.id == meeting_id]


def _of_delegate(link_id: int, delegate: Delegate, now: datetime) -> Pass:
    code = next((code.code for code in delegate.codes if code.revoked_at is None and code.repeat_id is None), None)
    place = None
    if delegate.ticket is not None and delegate.queue_mode is not None:
        place = waiting.ahead(db.session(), delegate.meeting_id, delegate.queue_mode, delegate.ticket) + 1
    return Pass(
        link_id=link_id,
        meeting=delegate.meeting,
        number=delegate.number,
        name=delegate.name,
        position=delegate.position,
        unit=delegate.unit.name,
        province=delegate.unit.province,
        category=delegate.category,
        mode=delegate.mode,
        status=delegate.status,
        waiting_for=delegate.waiting_for,
        line_place=place,
        seat=delegate.seat,
        code=code,
        created_at=delegate.created_at,
        to_acknowledge=delegate.acknowledged_at is None and delegate.status.active,
        entered_by=delegate.origin,
        contact=_shown(delegates.phone_of(delegate), delegates.email_of(delegate))
        if delegate.origin in BY_OTHERS
        else None,
        lines=capacities.lines(delegate.meeting_id, now=now),
    )


def _of_repeat(link_id: int, repeat: RepeatEntry, now: datetime) -> Pass:
    waits_for = own_repeats.waits_for(repeat)
    place = None
    if repeat.ticket is not None and waits_for is not None:
        place = waiting.ahead(db.session(), repeat.meeting_id, waits_for, repeat.ticket) + 1
    status = own_repeats.status_of(repeat)
    return Pass(
        link_id=link_id,
        meeting=repeat.meeting,
        number=repeat.number,
        name=repeat.name,
        position=repeat.position,
        unit=repeat.unit.name,
        province=repeat.unit.province,
        category=repeat.category or Category.DELEGATE,
        mode=repeat.mode,
        status=status,
        waiting_for=waits_for if status is DelegateStatus.CONFIRMED else None,
        line_place=place,
        seat="",
        code=repeat.code,
        created_at=repeat.created_at,
        to_acknowledge=own_repeats.to_acknowledge(repeat) and status.active,
        entered_by=repeat.origin or Origin.PUBLIC,
        contact=_shown(*own_repeats.contact_of(repeat)) if repeat.origin in BY_OTHERS else None,
        lines=capacities.lines(repeat.meeting_id, now=now),
    )


def _shown(phone: str | None, email: str | None) -> Contact:
    return Contact(contact.masked_phone(phone) if phone else None, contact.masked_email(email) if email else None)
