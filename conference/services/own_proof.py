"""Proving oneself before a place is given up, its data handed out or erased: a private link is easily passed on.

By a one-time code to the phone or e-mail on file; where nothing can be sent, by the last four digits of the phone or
the whole e-mail address. A repeat entry (docs/decisions/0004) is proven by what was typed into it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from conference import db
from conference.models import AccessLink, Delegate, OneTimeCode, ProofTry, RepeatEntry
from conference.notices.channels import Channels
from conference.rules import contact
from conference.services import delegates, one_time_codes, own_repeats, proof
from conference.vocabulary import Channel, CodePurpose, Refusal, Refused

LASTS = timedelta(minutes=10)


@dataclass(frozen=True)
class Way:
    """How somebody proves themselves: by a code sent by `channel` to `shown`; without one, by what they type of it.

    `by_phone` says whether that is a phone (its last four digits) or an e-mail address (all of it).
    """

    channel: Channel | None
    by_phone: bool
    shown: str


class WrongProof(Refused):
    """As any refusal; `left` says how many tries there are still."""

    def __init__(self, refusal: Refusal, left: int) -> None:
        super().__init__(refusal)
        self.left = left


def way(link: AccessLink, *, channels: Channels) -> Way:
    """How the holder of a link is asked."""
    phone, email = _reach(link)
    channel = one_time_codes.can_be_sent(channels, phone=phone, email=email)
    by_phone = channel is Channel.SMS or (channel is None and phone is not None)
    shown = contact.masked_phone(phone or "") if by_phone else contact.masked_email(email or "")
    return Way(channel, by_phone, shown)


def send(link: AccessLink, *, channels: Channels, language: str, now: datetime) -> None:
    """Have a code sent. Raises Refused (asked_too_often)."""
    one_time_codes.ask(
        CodePurpose.PROVE,
        _address(link, way(link, channels=channels)),
        meeting_id=_meeting_id(link),
        subject=link.delegate_id,
        language=language,
        now=now,
    )


def prove(link: AccessLink, typed: str, *, channels: Channels, now: datetime) -> None:
    """Raises WrongProof (code_wrong, code_expired, guessed_too_often). Not inside a transaction: see `proof`."""
    how = way(link, channels=channels)
    try:
        if how.channel is None:
            proof.last_four(link.delegate_id, typed, repeat_id=link.repeat_id, now=now)
        else:
            address = _address(link, how)
            one_time_codes.check(
                CodePurpose.PROVE,
                address,
                typed,
                meeting_id=_meeting_id(link),
                subject=link.delegate_id,
                now=now,
            )
    except Refused as refused:
        raise WrongProof(refused.refusal, _left(link, how, now)) from None


def _left(link: AccessLink, how: Way, now: datetime) -> int:
    session = db.session()
    if how.channel is None:
        tried = session.scalar(
            sa.select(sa.func.count()).where(
                ProofTry.delegate_id == link.delegate_id,
                ProofTry.repeat_id.is_(None) if link.repeat_id is None else ProofTry.repeat_id == link.repeat_id,
                ProofTry.tried_at > now - proof.WITHIN,
            )
        )
        return max(0, proof.TRIES - (tried or 0))
    tried = session.scalar(
        sa.select(sa.func.min(OneTimeCode.tries)).where(
            OneTimeCode.address_index == one_time_codes.index_of(_address(link, how)),
            OneTimeCode.meeting_id == _meeting_id(link),
            OneTimeCode.purpose == CodePurpose.PROVE,
            OneTimeCode.subject == link.delegate_id,
            OneTimeCode.expires_at > now,
            OneTimeCode.used_at.is_(None),
        )
    )
    return 0 if tried is None else max(0, one_time_codes.TRIES - tried)


def _address(link: AccessLink, how: Way) -> str:
    phone, email = _reach(link)
    return (phone if how.by_phone else email) or ""


def _reach(link: AccessLink) -> tuple[str | None, str | None]:
    session = db.session()
    if link.repeat_id is not None:
        return own_repeats.contact_of(session.get_one(RepeatEntry, link.repeat_id))
    delegate = session.get_one(Delegate, link.delegate_id)
    return delegates.phone_of(delegate), delegates.email_of(delegate)


def _meeting_id(link: AccessLink) -> int:
    return db.session().get_one(Delegate, link.delegate_id).meeting_id
