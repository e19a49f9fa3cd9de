"""The devices of a meeting as the organisers' desk lists them: who is heard, who is silent, what waits on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from conference import db
from conference.models import Checkpoint, Device
from conference.vocabulary import Contact

# A phone in a hand asks every few seconds; one whose screen is off asks more seldom.
SILENT_AFTER = timedelta(seconds=60)
ENDED_SHOWN = 100


@dataclass(frozen=True)
class Card:
    """`places` are the names of its checkpoints, empty for all. `silent_for` is None before the first contact."""

    id: int
    name: str
    places: tuple[str, ...]
    browser: str
    contact: Contact
    silent_for: timedelta | None
    waiting: int
    paired_at: datetime | None
    revoked_at: datetime | None
    code_until: datetime | None


@dataclass(frozen=True)
class Listed:
    """Those at work by name, and the latest of those that were revoked; how many scans wait on all at work."""

    live: Sequence[Card]
    ended: Sequence[Card]

    @property
    def waiting(self) -> int:
        return sum(card.waiting for card in self.live)

    @property
    def silent(self) -> Sequence[Card]:
        return [card for card in self.live if card.contact is Contact.SILENT]


def listed(meeting_id: int, *, now: datetime) -> Listed:
    session = db.session()
    names = _names(meeting_id)
    here = sa.select(Device).where(Device.meeting_id == meeting_id)
    live = session.scalars(here.where(Device.revoked_at.is_(None)).order_by(Device.name, Device.id)).all()
    ended = session.scalars(
        here.where(Device.revoked_at.is_not(None))
        .order_by(Device.revoked_at.desc(), Device.id.desc())
        .limit(ENDED_SHOWN)
    ).all()
    return Listed([_card(one, names, now) for one in live], [_card(one, names, now) for one in ended])


def card(device: Device, *, now: datetime) -> Card:
    """One of them."""
    return _card(device, _names(device.meeting_id), now)


def paired_by(account_id: int, meeting_id: int) -> int:
    """How many devices at work an account has paired: they stay when the account loses its role."""
    query = sa.select(sa.func.count()).where(
        Device.account_id == account_id, Device.meeting_id == meeting_id, Device.revoked_at.is_(None)
    )
    return db.session().scalar(query) or 0


def _names(meeting_id: int) -> dict[int, str]:
    """What the checkpoints of a meeting are called."""
    query = sa.select(Checkpoint.id, Checkpoint.name).where(Checkpoint.meeting_id == meeting_id)
    return {row.id: row.name for row in db.session().execute(query)}


def _card(device: Device, names: dict[int, str], now: datetime) -> Card:
    return Card(
        id=device.id,
        name=device.name,
        places=tuple(names[id_] for id_ in device.checkpoint_ids if id_ in names),
        browser=device.browser,
        contact=_contact(device, now),
        silent_for=None if device.seen_at is None else max(timedelta(), now - device.seen_at),
        waiting=device.waiting,
        paired_at=device.paired_at,
        revoked_at=device.revoked_at,
        code_until=device.pairing_expires_at if device.pairing_sealed is not None else None,
    )


def _contact(device: Device, now: datetime) -> Contact:
    if device.revoked_at is not None:
        return Contact.REVOKED
    if device.paired_at is None:
        return Contact.WAITING if device.pairing_expires_at > now else Contact.EXPIRED
    return Contact.LIVE if device.seen_at is not None and now - device.seen_at < SILENT_AFTER else Contact.SILENT
