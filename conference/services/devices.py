"""Phones at the gates (扫码设备): named, paired by a code on an organiser's screen, limited, revoked at once.

A device belongs to its meeting, not to the account that paired it: who loses a role at ten in the morning does not
close the gates. What it may do is little (its own checkpoints, nothing else), and any organiser revokes it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import ApiToken, Checkpoint, Device, Meeting
from conference.rules.text import fault_in
from conference.sealing import digest, new_token, seal, unseal
from conference.services import activity
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused

CODE_LIVES = timedelta(minutes=10)
KEPT_AFTER = timedelta(hours=48)  # after the meeting's end a device and its tokens are over
GATE_LIMIT = 40
MOST = 200


@dataclass(frozen=True)
class GateFacts:
    """What an organiser says of a device: its gate's name, and where it may scan (everywhere, when empty)."""

    name: str
    checkpoint_ids: Sequence[int] = ()


def prepare(meeting_id: int, facts: GateFacts, doing: Doing) -> Device:
    """A gate that waits for its phone, with a code for ten minutes. Raises Malformed, Refused (gate_taken,
    too_many_devices).
    """
    with db.transaction() as session:
        _check(session, meeting_id, facts)
        _drop_forgotten(session, meeting_id, facts.name.strip(), doing.now)
        live = sa.select(sa.func.count()).where(Device.meeting_id == meeting_id, Device.revoked_at.is_(None))
        if (session.scalar(live) or 0) >= MOST:
            raise Refused(Refusal.TOO_MANY_DEVICES)
        device = Device(
            meeting_id=meeting_id,
            name=facts.name.strip(),
            checkpoint_ids=sorted(set(facts.checkpoint_ids)),
            account_id=doing.actor.id,
            created_at=doing.now,
        )
        _new_code(device, doing.now)
        session.add(device)
        _flush(session)
        record(session, doing.actor, "device.prepared", device, doing.now, {}, _facts(device))
        return device


def renew(meeting_id: int, device_id: int, doing: Doing) -> Device:
    """A new code; earlier ones are dead. The phone that stands at the gate works on until another takes the code.

    Raises Missing, Refused (device_revoked).
    """
    with db.transaction() as session:
        device = _held(session, meeting_id, device_id)
        if device.revoked_at is not None:
            raise Refused(Refusal.DEVICE_REVOKED)
        _new_code(device, doing.now)
        record(session, doing.actor, "device.code_made", device, doing.now, {}, {"device": device.name})
        return device


def edit(meeting_id: int, device_id: int, facts: GateFacts, doing: Doing) -> Device:
    """Another name, other checkpoints; its tokens follow in the same moment. Raises Missing, Malformed, Refused
    (gate_taken, device_revoked).
    """
    with db.transaction() as session:
        _check(session, meeting_id, facts)
        device = _held(session, meeting_id, device_id)
        if device.revoked_at is not None:
            raise Refused(Refusal.DEVICE_REVOKED)
        before = _facts(device)
        if device.name != facts.name.strip():
            _drop_forgotten(session, meeting_id, facts.name.strip(), doing.now)
        device.name, device.checkpoint_ids = facts.name.strip(), sorted(set(facts.checkpoint_ids))
        _flush(session)
        session.execute(
            sa.update(ApiToken)
            .where(ApiToken.device_id == device.id, ApiToken.revoked_at.is_(None))
            .values(name=device.name, checkpoint_ids=device.checkpoint_ids or None)
        )
        record(session, doing.actor, "device.edited", device, doing.now, before, _facts(device))
        return device


def revoke(meeting_id: int, device_id: int, *, actor: Actor, now: datetime) -> None:
    """It is out at once: its pages, its tokens, its code. On one revoked already nothing changes. Raises Missing."""
    with db.transaction() as session:
        device = _held(session, meeting_id, device_id)
        if device.revoked_at is None:
            _end(session, device, now)
            record(session, actor, "device.revoked", device, now, {}, {"device": device.name})


def code_of(device: Device, *, now: datetime) -> str | None:
    """The code that the organiser's screen shows; None when it was taken, or is over."""
    if device.pairing_sealed is None or device.pairing_expires_at <= now or device.revoked_at is not None:
        return None
    return unseal(device.pairing_sealed)


def one(meeting_id: int, device_id: int) -> Device:
    """Raises Missing."""
    found = (
        db.session().scalars(sa.select(Device).where(Device.id == device_id, Device.meeting_id == meeting_id)).first()
    )
    if found is None:
        raise Missing
    return found


def end_over(now: datetime) -> int:
    """Revoke the devices of meetings that ended 48 hours ago; returns how many."""
    with db.transaction() as session:
        over = sa.select(Meeting.id).where(Meeting.ends_at <= now - KEPT_AFTER)
        found = session.scalars(
            db.lock(
                sa.select(Device).where(Device.revoked_at.is_(None), Device.meeting_id.in_(over)).order_by(Device.id)
            )
        ).all()
        for device in found:
            _end(session, device, now)
            record(session, activity.SYSTEM, "device.over", device, now, {}, {"device": device.name})
        return len(found)


def _check(session: Session, meeting_id: int, facts: GateFacts) -> None:
    if fault := fault_in(facts.name, limit=GATE_LIMIT):
        raise Malformed({"name": fault})
    wanted = set(facts.checkpoint_ids)
    known = session.scalars(
        sa.select(Checkpoint.id).where(Checkpoint.meeting_id == meeting_id, Checkpoint.id.in_(wanted))
    ).all()
    if wanted != set(known):
        raise Malformed({"checkpoint_ids": Fault.UNKNOWN_ID})


def _drop_forgotten(session: Session, meeting_id: int, name: str, now: datetime) -> None:
    """A gate of the same name whose phone never came does not stand in the way."""
    session.execute(
        sa.delete(Device).where(
            Device.meeting_id == meeting_id,
            Device.name == name,
            Device.pairings == 0,
            Device.pairing_expires_at <= now,
            Device.revoked_at.is_(None),
        )
    )


def _new_code(device: Device, now: datetime) -> None:
    secret = new_token()
    device.pairing_digest, device.pairing_sealed = digest(secret), seal(secret)
    device.pairing_expires_at = now + CODE_LIVES


def _flush(session: Session) -> None:
    try:
        session.flush()
    except sa.exc.IntegrityError as error:
        if db.violated(error, "uq_devices_live_name", "devices.meeting_id, devices.name"):
            raise Refused(Refusal.GATE_TAKEN) from None
        raise


def _end(session: Session, device: Device, now: datetime) -> None:
    device.revoked_at, device.pairing_sealed = now, None
    end_tokens(session, device.id, now)


def end_tokens(session: Session, device_id: int, now: datetime) -> None:
    """Whatever its phone scans with answers 401 from now on."""
    session.execute(
        sa.update(ApiToken).where(ApiToken.device_id == device_id, ApiToken.revoked_at.is_(None)).values(revoked_at=now)
    )


def _held(session: Session, meeting_id: int, device_id: int) -> Device:
    device = session.scalars(
        db.lock(sa.select(Device).where(Device.id == device_id, Device.meeting_id == meeting_id))
    ).first()
    if device is None:
        raise Missing
    return device


def _facts(device: Device) -> dict[str, Any]:
    return {"device": device.name, "checkpoint_ids": list(device.checkpoint_ids)}


def record(
    session: Session,
    actor: Actor,
    verb: str,
    device: Device,
    now: datetime,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    """Write down what was done to a device."""
    activity.record(
        session, actor, verb, "device", device.id, meeting_id=device.meeting_id, now=now, before=before, after=after
    )
