"""Proving who one is where no code can be sent: by the last four digits of the phone, or the whole e-mail address.

It is weak, and so it is limited: five wrong tries for a place in an hour.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, ProofTry, RepeatEntry
from conference.rules import contact
from conference.sealing import unseal
from conference.services.places import refuse
from conference.vocabulary import Refusal

TRIES, WITHIN = 5, timedelta(hours=1)
LAST = 4


@dataclass(frozen=True)
class Asked:
    """What is to be typed: the last four digits of a phone, or an e-mail address."""

    phone: bool


def asked(delegate_id: int, *, repeat_id: int | None = None) -> Asked:
    """What the holder of a private link is asked for."""
    phone, _ = _reach(delegate_id, repeat_id)
    return Asked(phone=phone is not None)


def last_four(delegate_id: int, typed: str, *, repeat_id: int | None = None, now: datetime) -> None:
    """Raises Refused (code_wrong, guessed_too_often). Wrong tries are counted for the place, or for the repeat entry.

    A transaction of its own, as `one_time_codes.check` is.
    """
    if db.writing():
        raise RuntimeError("a proof is checked before the transaction of the deed")
    with db.transaction() as session:
        # One after the other for one place, so that guesses at one instant are all counted.
        session.scalars(db.lock(sa.select(Delegate).where(Delegate.id == delegate_id))).one()
        refusal = None
        if _tries(session, delegate_id, now, repeat_id=repeat_id) >= TRIES:
            refusal = Refusal.GUESSED_TOO_OFTEN
        elif not _fits(delegate_id, repeat_id, typed):
            session.add(ProofTry(delegate_id=delegate_id, repeat_id=repeat_id, tried_at=now))
            refusal = Refusal.CODE_WRONG
    refuse(refusal)


def whose(delegate_ids: Sequence[int], typed: str, *, now: datetime) -> int | None:
    """Of these places that of the one whose phone ends in the four digits; None where it is nobody's, or might be that
    of two. A guess that tells of nobody counts for each of them, as above, and a place that was guessed at too often is
    nobody's. A transaction of its own.
    """
    if db.writing():
        raise RuntimeError("a proof is checked before the transaction of the deed")
    digits = "".join(str(int(character)) for character in typed if character.isdecimal())
    with db.transaction() as session:
        held = sa.select(Delegate).where(Delegate.id.in_(delegate_ids)).order_by(Delegate.id)
        open_ = [
            delegate.id for delegate in session.scalars(db.lock(held)) if _tries(session, delegate.id, now) < TRIES
        ]
        fitting = [id_ for id_ in open_ if len(digits) == LAST and _ends_in(id_, digits)]
        found = fitting[0] if len(fitting) == 1 else None
        if found is None:
            session.add_all(ProofTry(delegate_id=id_, repeat_id=None, tried_at=now) for id_ in open_)
    return found


def forget_person(session: Session, delegate_id: int) -> None:
    session.execute(sa.delete(ProofTry).where(ProofTry.delegate_id == delegate_id))


def sweep(now: datetime) -> None:
    """Throw away the tries that count no more."""
    with db.transaction() as session:
        session.execute(sa.delete(ProofTry).where(ProofTry.tried_at <= now - WITHIN))


def _tries(session: Session, delegate_id: int, now: datetime, *, repeat_id: int | None = None) -> int:
    tries = sa.select(sa.func.count()).where(
        ProofTry.delegate_id == delegate_id,
        ProofTry.repeat_id.is_(None) if repeat_id is None else ProofTry.repeat_id == repeat_id,
        ProofTry.tried_at > now - WITHIN,
    )
    return session.scalars(tries).one()


def _ends_in(delegate_id: int, digits: str) -> bool:
    phone, _ = _reach(delegate_id, None)
    return phone is not None and phone.endswith(digits)


def _fits(delegate_id: int, repeat_id: int | None, typed: str) -> bool:
    phone, email = _reach(delegate_id, repeat_id)
    if phone is not None:
        digits = "".join(str(int(character)) for character in typed if character.isdecimal())
        return len(digits) >= LAST and phone.endswith(digits)
    return email is not None and hmac.compare_digest(
        contact.email_key(typed.strip()).encode("utf-8", "replace"), contact.email_key(email).encode()
    )


def _reach(delegate_id: int, repeat_id: int | None) -> tuple[str | None, str | None]:
    session = db.session()
    if repeat_id is not None:
        repeat = session.get_one(RepeatEntry, repeat_id)
        kept = json.loads(unseal(repeat.contact_sealed)) if repeat.contact_sealed else {}
        return kept.get("phone"), kept.get("email")
    delegate = session.get_one(Delegate, delegate_id)
    return (
        unseal(delegate.phone_sealed) if delegate.phone_sealed else None,
        unseal(delegate.email_sealed) if delegate.email_sealed else None,
    )
