"""What a delegate agreed to, one purpose each; given and taken back, with what follows done at once.

The record of a consent (purpose, version and hash of the text, times) stays as long as the person's data does. The
activity record says which purpose, and nothing of what was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Consent, Delegate
from conference.services import activity, details
from conference.services.activity import Actor
from conference.services.registration import ConsentGiven
from conference.vocabulary import ConsentPurpose, Missing


@dataclass(frozen=True)
class Agreed:
    """A consent that holds."""

    given_at: datetime
    version: str
    text_sha256: str


def give(delegate_id: int, purpose: ConsentPurpose, given: ConsentGiven, *, actor: Actor, now: datetime) -> None:
    """Keep that a delegate agrees to `purpose`; a second time, or for the same text, nothing changes."""
    with db.transaction() as session:
        delegate = _locked(session, delegate_id)
        held = _live(session, delegate_id, purpose)
        if held is not None and (held.version, held.text_sha256) == (given.version, given.text_sha256):
            return
        if held is not None:
            held.withdrawn_at = now
            session.flush()
        session.add(
            Consent(
                delegate_id=delegate_id,
                purpose=purpose,
                version=given.version,
                text_sha256=given.text_sha256,
                given_at=now,
            )
        )
        _record(session, actor, "delegate.consent_given", delegate, purpose, now)


def withdraw(delegate_id: int, purpose: ConsentPurpose, *, actor: Actor, now: datetime) -> None:
    """A delegate agrees no longer; what they told for `purpose` is deleted with it. A second time nothing changes."""
    with db.transaction() as session:
        delegate = _locked(session, delegate_id)
        held = _live(session, delegate_id, purpose)
        details.delete(session, delegate_id, [purpose])
        if held is not None:
            held.withdrawn_at = now
            _record(session, actor, "delegate.consent_withdrawn", delegate, purpose, now)


def of_delegate(delegate_id: int) -> Mapping[ConsentPurpose, Agreed]:
    """What a delegate agrees to now."""
    query = sa.select(Consent).where(Consent.delegate_id == delegate_id, Consent.withdrawn_at.is_(None))
    return {
        found.purpose: Agreed(found.given_at, found.version, found.text_sha256)
        for found in db.session().scalars(query.order_by(Consent.id))
    }


def agreed(delegate_ids: Iterable[int], purpose: ConsentPurpose) -> set[int]:
    """Those of the delegates who agree to `purpose` now: nobody else stands on a list made for it."""
    wanted = list(delegate_ids)
    if not wanted:
        return set()
    query = sa.select(Consent.delegate_id).where(
        Consent.delegate_id.in_(wanted), Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
    )
    return set(db.session().scalars(query))


def forget_person(session: Session, delegate_id: int) -> None:
    """Delete all consents of a delegate: without the person they show nothing any more."""
    session.execute(sa.delete(Consent).where(Consent.delegate_id == delegate_id))


def _locked(session: Session, delegate_id: int) -> Delegate:
    """Two taps at one instant give one consent."""
    found = session.scalars(db.lock(sa.select(Delegate).where(Delegate.id == delegate_id))).first()
    if found is None:
        raise Missing
    return found


def _live(session: Session, delegate_id: int, purpose: ConsentPurpose) -> Consent | None:
    return session.scalars(
        sa.select(Consent).where(
            Consent.delegate_id == delegate_id, Consent.purpose == purpose, Consent.withdrawn_at.is_(None)
        )
    ).first()


def _record(
    session: Session, actor: Actor, verb: str, delegate: Delegate, purpose: ConsentPurpose, now: datetime
) -> None:
    activity.record(
        session,
        actor,
        verb,
        "delegate",
        delegate.id,
        meeting_id=delegate.meeting_id,
        now=now,
        after={"purpose": purpose},
    )
