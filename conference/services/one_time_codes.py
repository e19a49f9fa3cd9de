"""One-time codes (验证码): six digits, sent to an address, that prove that somebody reads what is sent there.

    one_time_codes.can_be_sent(channels, phone=…, email=…)        whether there is a way at all; else see `proof`
    one_time_codes.ask(purpose, address, meeting_id=…, …)         put one into the outbox; the answer is always the same
    one_time_codes.check(purpose, address, typed, meeting_id=…)   once, within ten minutes, with five tries

Whether anybody is known at the address is looked up by the worker when it sends, not here: asking takes as long and
says as much for any address, and so does checking. The code itself exists only between the worker and its reader; a
keyed digest is kept.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, OneTimeCode, OutboxMessage, RepeatEntry
from conference.notices.channels import Channels
from conference.sealing import blind_index
from conference.services import contacts, outbox, returning
from conference.services.places import refuse
from conference.vocabulary import Channel, CodePurpose, Fault, Malformed, Refusal, Refused

LASTS = timedelta(minutes=10)
TRIES = 5
DIGITS = 6
# For one address, whoever asks and whatever for.
LIMITS = ((timedelta(minutes=10), 3), (timedelta(days=1), 10))
KEPT = timedelta(days=2)


def can_be_sent(channels: Channels, *, phone: str | None = None, email: str | None = None) -> Channel | None:
    """By which way a code would reach this phone or e-mail; None where nothing can be sent."""
    return channels.way(phone=phone, email=email)


def index_of(address: str) -> str:
    """The blind index of a phone or an e-mail as typed. Raises Malformed ({"address": …}) for what is neither."""
    return _understood(address)[1]


def ask(
    purpose: CodePurpose,
    address: str,
    *,
    meeting_id: int,
    subject: int | None = None,
    language: str = "zh",
    now: datetime,
) -> None:
    """Have a code sent to `address` (a phone or an e-mail, as typed), if anybody there is known for this purpose.

    `subject` is what the code is for beside that (the id of a delegate, for `PROVE`). Raises Malformed ({"address":
    …}), and Refused (asked_too_often) whether anybody is known or not.
    """
    to, index = _understood(address, language=language)
    with db.transaction() as session:
        db.one_at_a_time(session, int(index[:15], 16))
        refuse(_refusal_to_ask(session, index, now))
        code = OneTimeCode(
            meeting_id=meeting_id,
            purpose=purpose,
            subject=subject,
            address_index=index,
            created_at=now,
            expires_at=now + LASTS,
        )
        session.add(code)
        session.flush()
        outbox.put_code(session, code, to=to, now=now)


def ask_by_hand(channels: Channels, address: str, *, meeting_id: int, language: str, now: datetime) -> None:
    """Ask for coming back, with an address that a stranger typed. Raises what `ask` does, and Refused (no_way) where
    nothing can be sent to an address of this sort, known or not.
    """
    to, _ = _understood(address)
    if can_be_sent(channels, phone=to.phone, email=to.email) is None:
        raise Refused(Refusal.NO_WAY)
    ask(CodePurpose.RETURN, address, meeting_id=meeting_id, language=language, now=now)


def check(
    purpose: CodePurpose, address: str, typed: str, *, meeting_id: int, subject: int | None = None, now: datetime
) -> None:
    """Take a code at its word, once. Raises Refused (code_wrong, code_expired) and Malformed ({"address": …}).

    It is a transaction of its own, and must not be called inside another one: a wrong guess has to be counted even
    when everything else is given up because of it. Do the deed right after it.
    """
    if db.writing():
        raise RuntimeError("a code is checked before the transaction of the deed")
    _, index = _understood(address)
    with db.transaction() as session:
        refusal = _judge(session, _bound_to(purpose, index, meeting_id, subject), typed, now)
    refuse(refusal)


def make(session: Session, code_id: int, *, now: datetime) -> str | None:
    """The digits for a code that is being sent; None when it is too late, or nobody is known at the address.

    Called again for another attempt it makes others, and the earlier ones are dead.
    """
    code = session.scalars(db.lock(sa.select(OneTimeCode).where(OneTimeCode.id == code_id))).one()
    if code.expires_at <= now or code.used_at is not None or not _is_known(session, code):
        return None
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    code.digest = _digest(code.id, digits)
    return digits


def sweep(now: datetime) -> None:
    """Throw away old codes, with their messages: they counted how often was asked, and are of no use any more."""
    old = sa.select(OneTimeCode.id).where(OneTimeCode.created_at <= now - KEPT)
    with db.transaction() as session:
        _delete(session, old)


def forget_person(session: Session, delegate: Delegate) -> None:
    """Delete the codes of a delegate, while their address is still known; their messages with them."""
    indexes = [index for index in (delegate.phone_index, delegate.email_index) if index]
    of_theirs = sa.and_(OneTimeCode.purpose == CodePurpose.PROVE, OneTimeCode.subject == delegate.id)
    _delete(session, sa.select(OneTimeCode.id).where(sa.or_(of_theirs, OneTimeCode.address_index.in_(indexes))))


def _understood(address: str, *, language: str = "zh") -> tuple[outbox.Address, str]:
    is_email = "@" in address
    try:
        reach = contacts.read(None if is_email else address, address if is_email else None)
    except Malformed as malformed:
        fault = Fault.REQUIRED if not address.strip() else next(iter(malformed.faults.values()))
        raise Malformed({"address": fault}) from None
    index = reach.email_index if is_email else reach.phone_index
    assert index is not None  # noqa: S101  # read gave one of the two
    return outbox.Address("", reach.phone, reach.email, language), index


def _refusal_to_ask(session: Session, index: str, now: datetime) -> Refusal | None:
    for span, most in LIMITS:
        asked = sa.select(sa.func.count()).where(
            OneTimeCode.address_index == index, OneTimeCode.created_at > now - span
        )
        if session.scalars(asked).one() >= most:
            return Refusal.ASKED_TOO_OFTEN
    return None


def _bound_to(
    purpose: CodePurpose, index: str, meeting_id: int, subject: int | None
) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        OneTimeCode.address_index == index,
        OneTimeCode.meeting_id == meeting_id,
        OneTimeCode.purpose == purpose,
        OneTimeCode.subject.is_(None) if subject is None else OneTimeCode.subject == subject,
    )


def _judge(session: Session, bound: tuple[sa.ColumnElement[bool], ...], typed: str, now: datetime) -> Refusal | None:
    """A guess counts against all that are alive: who asked twice may type either."""
    alive = sa.select(OneTimeCode).where(
        *bound, OneTimeCode.expires_at > now, OneTimeCode.used_at.is_(None), OneTimeCode.tries < TRIES
    )
    codes = session.scalars(db.lock(alive.order_by(OneTimeCode.id))).all()
    if not codes:
        return Refusal.CODE_EXPIRED
    plain = "".join(character for character in typed if character.isdigit())[: 2 * DIGITS]
    right = [hmac.compare_digest(_digest(code.id, plain), code.digest or "") for code in codes]
    for code in codes:
        code.tries += 1
        code.used_at = now if any(right) else None
    return None if any(right) else Refusal.CODE_WRONG


def _is_known(session: Session, code: OneTimeCode) -> bool:
    if code.purpose is CodePurpose.RETURN:
        return returning.known(session, code.meeting_id, code.address_index)
    delegate = session.get(Delegate, code.subject) if code.subject is not None else None
    if delegate is None or delegate.meeting_id != code.meeting_id:
        return False
    if code.address_index in {delegate.phone_index, delegate.email_index}:
        return True
    repeats = session.scalars(sa.select(RepeatEntry).where(RepeatEntry.delegate_id == delegate.id))
    return any(code.address_index in returning.typed(repeat) for repeat in repeats)


def _digest(code_id: int, digits: str) -> str:
    """Six digits are soon guessed, so their digest is keyed, and of this code alone."""
    return blind_index(f"one-time code {code_id} {digits}")


def _delete(session: Session, which: sa.Select[int]) -> None:
    session.execute(sa.delete(OutboxMessage).where(OutboxMessage.code_id.in_(which)))
    session.execute(sa.delete(OneTimeCode).where(OneTimeCode.id.in_(which)))
