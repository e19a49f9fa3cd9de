"""Coming back without the link: whose places and desks are behind a phone or an e-mail, and opening them again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Liaison, Participation, RepeatEntry
from conference.rules import contact
from conference.sealing import blind_index, unseal
from conference.services import desks, links


@dataclass(frozen=True)
class Opened:
    """The ids that the browser remembers: of private links, and of links to units' desks."""

    link_ids: Sequence[int]
    desk_ids: Sequence[int]


def open_all(meeting_id: int, index: str, *, now: datetime) -> Opened:
    """Fresh links to every place and desk of the address with this blind index, for somebody who proved that it is
    theirs; no secret leaves.
    """
    with db.transaction() as session:
        link_ids = open_places(meeting_id, index, now=now)
        opened = [desks.open_again(liaison.id, now=now) for liaison in liaisons(session, meeting_id, index)]
    return Opened(link_ids, [id_ for id_ in opened if id_ is not None])


def open_places(meeting_id: int, index: str, *, now: datetime) -> list[int]:
    """The same for the places alone; returns the ids of the links."""
    with db.transaction() as session:
        made = [links.make(session, delegate.id, now=now) for delegate in places(session, meeting_id, index)]
        made += [
            links.make(session, repeat.delegate_id, repeat_id=repeat.id, now=now)
            for repeat in repeats(session, meeting_id, index)
        ]
    return [link.id for link in made]


def known(session: Session, meeting_id: int, index: str) -> bool:
    """Whether anything is behind an address."""
    return any(find(session, meeting_id, index) for find in (places, liaisons, repeats))


def places(session: Session, meeting_id: int, index: str) -> Sequence[Delegate]:
    """The places of an address, those that are over too; the erased have none."""
    return session.scalars(
        sa.select(Delegate)
        .where(
            Delegate.meeting_id == meeting_id,
            sa.or_(Delegate.phone_index == index, Delegate.email_index == index),
        )
        .order_by(Delegate.id)
    ).all()


def repeats(session: Session, meeting_id: int, index: str) -> list[RepeatEntry]:
    """The repeat entries that were made with an address which is not the holder's (docs/decisions/0004): to their
    enterer they are places. What was typed has no index, and is few; it is read one by one.
    """
    found = session.scalars(
        sa.select(RepeatEntry)
        .where(RepeatEntry.meeting_id == meeting_id, RepeatEntry.contact_sealed.is_not(None))
        .options(sa.orm.joinedload(RepeatEntry.delegate))
        .order_by(RepeatEntry.id)
    )
    return [
        repeat
        for repeat in found
        if index not in {repeat.delegate.phone_index, repeat.delegate.email_index} and index in typed(repeat)
    ]


def liaisons(session: Session, meeting_id: int, index: str) -> Sequence[Liaison]:
    """The liaisons of now at an address; one person may be it for several units."""
    return session.scalars(
        sa.select(Liaison)
        .join(Participation, Participation.id == Liaison.participation_id)
        .where(
            Participation.meeting_id == meeting_id,
            Liaison.until.is_(None),
            sa.or_(Liaison.phone_index == index, Liaison.email_index == index),
        )
        .order_by(Liaison.id)
    ).all()


def typed(repeat: RepeatEntry) -> set[str]:
    """The blind indexes of the phone and e-mail that a repeat entry was made with."""
    if repeat.contact_sealed is None:
        return set()
    kept = json.loads(unseal(repeat.contact_sealed))
    phone, email = kept.get("phone"), kept.get("email")
    return {blind_index(text) for text in (phone, contact.email_key(email) if email else None) if text}
