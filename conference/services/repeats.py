"""Repeat entries (重复报名): what a stranger left with a phone or e-mail that has a place already."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Code, Delegate, RepeatEntry
from conference.rules import registration
from conference.sealing import new_code, seal
from conference.services import activity, links, outbox
from conference.services.activity import Actor
from conference.services.contacts import Contacts
from conference.services.delegates import Doing
from conference.services.entries import BY_THEMSELVES
from conference.services.line_rows import mark
from conference.services.links import Issued
from conference.services.places import Places
from conference.vocabulary import DelegateStatus, MessageKind, Missing, Mode, Origin

if TYPE_CHECKING:
    from conference.services.registration import Entry

MOST = 100


@dataclass(frozen=True)
class Left:
    """A repeat entry just left, and the private link that its enterer is given."""

    repeat: RepeatEntry
    link: Issued


def leave(
    session: Session,
    places: Places,
    holder_id: int,
    entry: Entry,
    reach: Contacts,
    *,
    by: tuple[Origin, Actor],
    pending: bool,
    now: datetime,
) -> Left:
    """Answer like a fresh entry, take no place, and tell the holder by their own address.

    Where the stranger typed an e-mail or phone that is not the holder's, it is sent what a fresh entry is sent, so that
    the two cannot be told apart by mail either.
    """
    holder = session.get_one(Delegate, holder_id)
    line = places.lines[entry.mode]
    free = places.free(entry.mode)
    left = None if free is None else max(0, free - line.repeats)
    status = DelegateStatus.PENDING if pending else registration.status_in_line(left)
    waits = status is DelegateStatus.WAITLISTED
    repeat = RepeatEntry(
        meeting_id=places.meeting_id,
        delegate_id=holder.id,
        unit_id=entry.unit_id,
        number=places.next_number(),
        code=new_code(),
        name=entry.name,
        position=entry.position,
        mode=entry.mode,
        status=status,
        origin=by[0],
        category=entry.category,
        acknowledged_at=now if by[0] in BY_THEMSELVES else None,
        contact_sealed=seal(json.dumps({"phone": reach.phone, "email": reach.email})),
        ticket=places.ticket(entry.mode) if waits else None,
        created_at=now,
    )
    session.add(repeat)
    session.flush()
    if entry.name.replace(" ", "") == holder.name.replace(" ", ""):
        session.add(Code(code=repeat.code, delegate_id=holder.id, repeat_id=repeat.id, created_at=now))
        mark(session, holder)
    if status is DelegateStatus.CONFIRMED:
        line.repeats += 1
    link = links.make(session, holder.id, repeat_id=repeat.id, now=now)
    if not reach.held_by(holder) >= reach.given:
        to = outbox.Address(entry.name, reach.phone, reach.email, entry.language)
        outbox.put_like_fresh(session, repeat, to=to, held=sorted(reach.held_by(holder)), now=now)
    outbox.put(session, MessageKind.REGISTERED_AGAIN, holder, now=now)
    activity.record(
        session,
        by[1],
        "delegate.registered_again",
        "delegate",
        holder.id,
        meeting_id=places.meeting_id,
        now=now,
        after={"name": entry.name, "mode": entry.mode},
    )
    return Left(repeat, link)


def live(session: Session, meeting_id: int, unit_id: int) -> dict[Mode, int]:
    """How many live ones a unit has, by mode."""
    query = (
        sa.select(RepeatEntry.mode, sa.func.count())
        .where(
            RepeatEntry.meeting_id == meeting_id,
            RepeatEntry.unit_id == unit_id,
            RepeatEntry.settled_at.is_(None),
        )
        .group_by(RepeatEntry.mode)
    )
    return {mode: int(n) for mode, n in session.execute(query)}


def dismiss(meeting_id: int, repeat_id: int, doing: Doing) -> RepeatEntry:
    """The entry is dealt with: its code opens no door any more, and the public count of free places forgets it.

    The place that it repeats stays as it is; on an entry settled already nothing changes. Raises Missing.
    """
    with db.transaction() as session:
        places = Places(session, meeting_id)
        repeat = session.scalars(
            db.lock(sa.select(RepeatEntry).where(RepeatEntry.id == repeat_id, RepeatEntry.meeting_id == meeting_id))
        ).first()
        if repeat is None:
            raise Missing
        if repeat.settled_at is None:
            repeat.settled_at = doing.now
            session.execute(
                sa.update(Code)
                .where(Code.repeat_id == repeat.id, Code.revoked_at.is_(None))
                .values(revoked_at=doing.now)
            )
            if repeat.status is DelegateStatus.CONFIRMED:
                line = places.lines[repeat.mode]
                line.repeats = max(0, line.repeats - 1)
            mark(session, repeat.delegate)
            activity.record(
                session,
                doing.actor,
                "delegate.repeat_dismissed",
                "delegate",
                repeat.delegate_id,
                meeting_id=meeting_id,
                now=doing.now,
                before={"name": repeat.name, "mode": repeat.mode},
            )
        return repeat


def unsettled(meeting_id: int) -> Sequence[RepeatEntry]:
    """Those to be dealt with, oldest first, at most `MOST`."""
    return (
        db.session()
        .scalars(
            sa.select(RepeatEntry)
            .where(RepeatEntry.meeting_id == meeting_id, RepeatEntry.settled_at.is_(None))
            .options(sa.orm.joinedload(RepeatEntry.delegate))
            .order_by(RepeatEntry.id)
            .limit(MOST)
        )
        .all()
    )
