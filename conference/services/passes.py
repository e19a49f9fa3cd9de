"""A pass: what the holder of a private link sees of their place, and what they may do about it themselves.

A link belongs to a delegate, or to a repeat entry (docs/decisions/0004). Both are shown as the same `Pass` and
changed by the same verbs, so that no page can tell one from the other, and nothing of the repeated place shows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AccessLink, Delegate, Meeting, RepeatEntry
from conference.rules import passes as rules
from conference.rules.passes import ModeChange
from conference.services import capacities, delegates, links, own_repeats, waiting
from conference.services.activity import Actor
from conference.services.capacities import LineFacts
from conference.services.delegates import Doing
from conference.services.places import refuse
from conference.vocabulary import ActorKind, Category, DelegateStatus, Mode, Origin, Refusal

JUST_ENTERED = timedelta(hours=1)
BY_OTHERS = (Origin.ORGANISER, Origin.PROGRAM, Origin.LIAISON, Origin.IMPORT)


@dataclass(frozen=True)
class Contact:
    """Phone and e-mail that others entered for somebody; they are shown so that they can be mended."""

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
    entered_by_others: bool
    contact: Contact | None
    lines: Mapping[Mode, LineFacts]

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

    def refusal_to_change(self, *, now: datetime) -> Refusal | None:
        return rules.refusal_to_change(self.status, self.meeting.status, self.meeting.ends_at, now=now)


def of_link(link: AccessLink, *, now: datetime) -> Pass:
    """The pass behind a live link."""
    if link.repeat_id is not None:
        return _of_repeat(link, own_repeats.current(link.repeat_id, now=now))
    return _of_delegate(link, db.session().get_one(Delegate, link.delegate_id))


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


def new_link(link: AccessLink, *, public_url: str, now: datetime) -> str:
    """A further private link to the same place, for its holder to keep; those that they have go on working."""
    with db.transaction() as session:
        if link.repeat_id is not None:
            # Nothing about the repeated place happened, so its record says nothing.
            return links.address(session, link.delegate_id, repeat_id=link.repeat_id, public_url=public_url, now=now)
        delegate = session.get_one(Delegate, link.delegate_id, populate_existing=True)
        return delegates.new_link(delegate.meeting_id, delegate.id, _doing(delegate, public_url, now))


def change_mode(link: AccessLink, mode: Mode, *, public_url: str, now: datetime) -> None:
    """Attend by `mode` from now on, or wait for it. Raises Refused (not_active, meeting_over)."""
    with db.transaction() as session:
        if link.repeat_id is not None:
            own_repeats.change_mode(link.repeat_id, mode, now=now)
            return
        delegate = _own(session, link, now=now)
        delegates.edit(delegate.meeting_id, delegate.id, {"mode": mode}, _doing(delegate, public_url, now))


def cancel(link: AccessLink, *, public_url: str, now: datetime) -> None:
    """Give the place up. Raises Refused (not_active, meeting_over)."""
    with db.transaction() as session:
        if link.repeat_id is not None:
            own_repeats.cancel(link.repeat_id, now=now)
            return
        delegate = _own(session, link, now=now)
        delegates.cancel(delegate.meeting_id, delegate.id, _doing(delegate, public_url, now))


def correct(link: AccessLink, changes: Mapping[str, Any], *, public_url: str, now: datetime) -> None:
    """Mend one's own name and position; phone and e-mail too where others entered them, else these are left alone.

    Somebody who could exchange the number that they typed for another one would learn whether that one is known.
    Raises Malformed and Refused (already_registered, not_active, meeting_over).
    """
    with db.transaction() as session:
        if link.repeat_id is not None:
            own_repeats.correct(link.repeat_id, name=changes["name"], position=changes["position"], now=now)
            return
        delegate = _own(session, link, now=now)
        allowed = {"name", "position"} | ({"phone", "email"} if delegate.origin in BY_OTHERS else set())
        kept = {name: value for name, value in changes.items() if name in allowed}
        delegates.edit(delegate.meeting_id, delegate.id, kept, _doing(delegate, public_url, now))
        delegates.acknowledge(delegate.meeting_id, delegate.id, _doing(delegate, public_url, now))


def acknowledge(link: AccessLink, *, public_url: str, now: datetime) -> None:
    """The person's yes to what others entered (本人确认); a second time nothing changes. Raises Refused."""
    if link.repeat_id is not None:
        return
    with db.transaction() as session:
        delegate = _own(session, link, now=now)
        delegates.acknowledge(delegate.meeting_id, delegate.id, _doing(delegate, public_url, now))


def _own(session: Session, link: AccessLink, *, now: datetime) -> Delegate:
    delegate = session.get_one(Delegate, link.delegate_id, populate_existing=True)
    meeting = session.get_one(Meeting, delegate.meeting_id)
    refuse(rules.refusal_to_change(delegate.status, meeting.status, meeting.ends_at, now=now))
    return delegate


def _doing(delegate: Delegate, public_url: str, now: datetime) -> Doing:
    return Doing(Actor(ActorKind.DELEGATE, delegate.id, delegate.name), now, public_url)


def _of_delegate(link: AccessLink, delegate: Delegate) -> Pass:
    by_others = delegate.origin in BY_OTHERS
    code = next((code.code for code in delegate.codes if code.revoked_at is None and code.repeat_id is None), None)
    place = None
    if delegate.ticket is not None and delegate.queue_mode is not None:
        place = waiting.ahead(db.session(), delegate.meeting_id, delegate.queue_mode, delegate.ticket) + 1
    return Pass(
        link_id=link.id,
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
        entered_by_others=by_others,
        contact=Contact(delegates.phone_of(delegate), delegates.email_of(delegate)) if by_others else None,
        lines=capacities.lines(delegate.meeting_id),
    )


def _of_repeat(link: AccessLink, repeat: RepeatEntry) -> Pass:
    waits_for = own_repeats.waits_for(repeat)
    place = None
    if repeat.ticket is not None and waits_for is not None:
        place = waiting.ahead(db.session(), repeat.meeting_id, waits_for, repeat.ticket) + 1
    status = own_repeats.status_of(repeat)
    return Pass(
        link_id=link.id,
        meeting=repeat.meeting,
        number=repeat.number,
        name=repeat.name,
        position=repeat.position,
        unit=repeat.unit.name,
        province=repeat.unit.province,
        category=Category.DELEGATE,
        mode=repeat.mode,
        status=status,
        waiting_for=waits_for if status is DelegateStatus.CONFIRMED else None,
        line_place=place,
        seat="",
        code=repeat.code,
        created_at=repeat.created_at,
        to_acknowledge=False,
        entered_by_others=False,
        contact=None,
        lines=capacities.lines(repeat.meeting_id),
    )
