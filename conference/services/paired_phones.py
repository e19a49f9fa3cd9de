"""What a paired phone does: it takes the code, stands at its gate, scans with tokens of its own, says that it lives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import ApiToken, Checkpoint, Device, Meeting
from conference.sealing import digest, new_token
from conference.services import devices
from conference.services.activity import Actor
from conference.services.devices import KEPT_AFTER
from conference.services.places import refuse
from conference.vocabulary import ActorKind, Missing, Refusal, Refused, Scope

# A phone asks every few seconds; its last contact is written down no oftener than this.
NOTED_EVERY = timedelta(seconds=10)
MOST_WAITING = 1_000_000


@dataclass(frozen=True)
class Phone:
    """A live paired device, as the pages at the door know it; `checkpoint_ids` empty is everywhere in its meeting.

    `pairing` is the number by which it is told from an earlier phone at the same gate.
    """

    id: int
    pairing: int
    meeting_id: int
    slug: str
    name: str
    checkpoint_ids: tuple[int, ...]
    waiting: int
    seen_at: datetime | None

    def may_scan_at(self, checkpoint_id: int) -> bool:
        return not self.checkpoint_ids or checkpoint_id in self.checkpoint_ids


def pair(secret: str, *, browser: str, now: datetime) -> Phone:
    """This phone takes the code and stands at the gate; one that stood there is out.

    Raises Missing (unknown), Refused (pairing_spent, pairing_expired, device_revoked).
    """
    with db.transaction() as session:
        device = session.scalars(db.lock(sa.select(Device).where(Device.pairing_digest == digest(secret)))).first()
        if device is None:
            raise Missing
        refuse(_refusal_to_pair(session, device, now))
        device.pairing_sealed, device.paired_at, device.seen_at = None, now, now
        device.pairings += 1
        device.browser, device.waiting = browser[:200], 0
        devices.end_tokens(session, device.id, now)
        by = Actor(ActorKind.SYSTEM, None, device.name)
        devices.record(
            session, by, "device.paired", device, now, {}, {"device": device.name, "browser": device.browser}
        )
        meeting = session.get_one(Meeting, device.meeting_id)
        return _phone(device, meeting)


def token(phone: Phone, *, now: datetime) -> str:
    """A token of scope `checkin` for a live phone, which dies with it. Raises Refused (device_revoked)."""
    made = new_token()
    with db.transaction() as session:
        device = session.scalars(db.lock(sa.select(Device).where(Device.id == phone.id))).first()
        if device is None or device.revoked_at is not None or device.pairings != phone.pairing:
            raise Refused(Refusal.DEVICE_REVOKED)
        session.add(
            ApiToken(
                name=device.name,
                scope=Scope.CHECKIN,
                meeting_id=device.meeting_id,
                device_id=device.id,
                checkpoint_ids=device.checkpoint_ids or None,
                digest=digest(made),
                created_at=now,
                expires_at=session.get_one(Meeting, device.meeting_id).ends_at + KEPT_AFTER,
            )
        )
    return made


def seen(phone: Phone, *, now: datetime, waiting: int | None = None) -> None:
    """Note that the phone is in contact, and how many scans it still keeps where it says so."""
    changed = waiting is not None and waiting != phone.waiting
    if not changed and phone.seen_at is not None and now - phone.seen_at < NOTED_EVERY:
        return
    values: dict[str, Any] = {"seen_at": now}
    if waiting is not None:
        values["waiting"] = max(0, min(waiting, MOST_WAITING))
    with db.transaction() as session:
        session.execute(sa.update(Device).where(Device.id == phone.id).values(values))


def by_pairing(device_id: int, pairing: int, *, now: datetime) -> Phone | None:
    """The live device that a phone was paired as; None when it is revoked, over, or another phone took its place."""
    row = db.session().execute(_WITH_MEETING.where(Device.id == device_id, Device.pairings == pairing)).first()
    if row is None or row[0].paired_at is None or row[0].revoked_at is not None or now >= row[1].ends_at + KEPT_AFTER:
        return None
    return _phone(*row)


@dataclass(frozen=True)
class Offer:
    """What a code would make of the phone that opens it; `refusal` is why it makes nothing."""

    device_id: int
    name: str
    meeting: str
    checkpoints: Sequence[str]
    refusal: Refusal | None


def offer(secret: str, *, now: datetime) -> Offer:
    """Raises Missing for a code that never was, or was replaced."""
    session = db.session()
    row = session.execute(_WITH_MEETING.where(Device.pairing_digest == digest(secret))).first()
    if row is None:
        raise Missing
    device, meeting = row
    places = session.scalars(
        sa.select(Checkpoint.name).where(Checkpoint.id.in_(device.checkpoint_ids)).order_by(Checkpoint.id)
    ).all()
    return Offer(device.id, device.name, meeting.title, places, _refusal_to_pair(session, device, now))


_WITH_MEETING = sa.select(Device, Meeting).join(Meeting, Meeting.id == Device.meeting_id)


def _refusal_to_pair(session: Session, device: Device, now: datetime) -> Refusal | None:
    if device.revoked_at is not None or now >= session.get_one(Meeting, device.meeting_id).ends_at + KEPT_AFTER:
        return Refusal.DEVICE_REVOKED
    if device.pairing_sealed is None:
        return Refusal.PAIRING_SPENT
    return Refusal.PAIRING_EXPIRED if device.pairing_expires_at <= now else None


def _phone(device: Device, meeting: Meeting) -> Phone:
    return Phone(
        device.id,
        device.pairings,
        device.meeting_id,
        meeting.slug,
        device.name,
        tuple(device.checkpoint_ids),
        device.waiting,
        device.seen_at,
    )
