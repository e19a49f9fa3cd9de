"""Sending what waits in the outbox, each message once (docs/decisions/0008-sending.md).

A message is claimed under a lock, handed over up to the step after which the other side may have it, written down as in
doubt, handed over, and recorded. A worker that dies before that mark leaves a message that is tried again; one that
dies after it leaves a message that nobody sends again but an organiser.
"""

from __future__ import annotations

import time
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Liaison, OutboxMessage
from conference.notices.channels import Channels
from conference.notices.parcels import Carrier, Fate, Outcome, Parcel
from conference.rules import sending
from conference.sealing import blind_index
from conference.services import desks, links, one_time_codes, ways
from conference.services.letters import Composer
from conference.services.outbox import held
from conference.vocabulary import Channel, MessageKind, MessageState, SendingTrouble

LASTS = 60.0  # seconds of a round, after which the next one goes on
# A worker that has not come to the last step by then is taken for dead; if it lives, it finds out at that step.
CLAIMED = timedelta(minutes=3)


@dataclass(frozen=True)
class _Claim:
    """A message that this worker has in hand, as often as it was tried."""

    id: int
    attempts: int
    channel: Channel
    parcel: Parcel


def deliver(channels: Channels, *, now: datetime) -> int:
    """Send what is due, for at most `LASTS` seconds; returns how many went out."""
    if not channels.any:
        _leave_to_people(now)
        return 0
    round_ = _Round(channels, now)
    with ExitStack() as open_:
        while claim := round_.claim():
            if claim.channel not in round_.carriers:
                carrier = open_.enter_context(closing(channels.carrier(claim.channel)))
                round_.carriers[claim.channel] = carrier
            round_.carry(claim, round_.carriers[claim.channel])
    return round_.sent


def key_of(message_id: int) -> str:
    """By what the other side tells a message from others; it does not tell how many there are."""
    return blind_index(f"message {message_id}")[:32]


class _Round:
    """One worker's turn: it uses each way until that way is in trouble."""

    def __init__(self, channels: Channels, now: datetime) -> None:
        self.channels = channels
        self.carriers: dict[Channel, Carrier] = {}
        self.sent = 0
        self._began, self._now = time.monotonic(), now
        self._stopped = ways.stopped(now)

    @property
    def now(self) -> datetime:
        return self._now + timedelta(seconds=int(time.monotonic() - self._began))

    def claim(self) -> _Claim | None:
        """The next message that can be sent; those that cannot are set aside on the way."""
        while time.monotonic() - self._began < LASTS:
            due = db.session().scalars(_DUE, {"now": self.now}).first()
            db.release()
            if due is None:
                return None
            try:
                claim = self._claim_one(due)
            except sa.exc.SQLAlchemyError:
                raise
            except Exception as error:  # noqa: BLE001 — one message that cannot be composed keeps no other waiting
                _set_aside(due, type(error).__name__)
            else:
                if claim is not None:
                    return claim
        return None

    def carry(self, claim: _Claim, carrier: Carrier) -> None:
        went_on = False

        def last_step() -> bool:
            nonlocal went_on
            went_on = _may_go_on(claim)
            return went_on

        try:
            outcome = carrier.carry(claim.parcel, last_step=last_step)
        except sa.exc.SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 — nor one that cannot be handed over
            fate = Fate.UNKNOWN if went_on else Fate.NEVER
            outcome = Outcome(fate, SendingTrouble.NOT_UNDERSTOOD, type(error).__name__)
        self.sent += outcome.fate is Fate.TAKEN
        if outcome.stops:
            self._stopped[claim.channel] = self.now + (outcome.pause or sending.pause_after(1, claim.parcel.kind))
        _record(claim, outcome, now=self.now)

    def _claim_one(self, message_id: int) -> _Claim | None:
        with db.transaction() as session:
            message = session.scalars(db.lock(sa.select(OutboxMessage).where(OutboxMessage.id == message_id))).first()
            return self._take(session, message) if message is not None and _is_due(message, self.now) else None

    def _take(self, session: Session, message: OutboxMessage) -> _Claim | None:
        """Compose it and mark it as being sent, or set it aside."""
        now = self.now
        composer = Composer(session, self.channels.public_url)
        to = composer.address(message)
        channel = self.channels.way(phone=to.phone, email=to.email)
        message.channel, message.claimed_at, message.next_attempt_at = channel, None, None
        if message.attempts and sending.given_up(message.attempts - message.forgiven):  # its senders died each time
            message.state, message.trouble = MessageState.FAILED, SendingTrouble.NOT_UNDERSTOOD
            return None
        if _of_yesterday(session, message) or (channel is not None and channel.part in held(message)):
            message.state = MessageState.WITHDRAWN
            return None
        if channel is None:
            message.state = (
                MessageState.WITHDRAWN if message.kind is MessageKind.ONE_TIME_CODE else MessageState.BY_HAND
            )
            return None
        if channel in self._stopped:
            message.state, message.next_attempt_at = MessageState.WAITING, self._stopped[channel]
            return None
        code = ""
        if message.code_id is not None:
            made = one_time_codes.make(session, message.code_id, now=now)
            if made is None:
                message.state = MessageState.WITHDRAWN
                return None
            code = made
        link = fresh_link(session, composer, message, public_url=self.channels.public_url, now=now)
        said = composer.message(message, link=link, code=code)
        message.state, message.attempts = MessageState.SENDING, message.attempts + 1
        message.claimed_at, message.next_attempt_at = now, now + CLAIMED
        parcel = Parcel(
            key=key_of(message.id),
            kind=message.kind,
            to=(to.email if channel is Channel.EMAIL else to.phone) or "",
            language=to.language,
            subject=said.subject,
            text=said.text,
            values=composer.values(message, to, link=link, code=code),
        )
        return _Claim(message.id, message.attempts, channel, parcel)


def fresh_link(session: Session, composer: Composer, message: OutboxMessage, *, public_url: str, now: datetime) -> str:
    """A private link made for this message, where it carries one."""
    if not composer.carries_link(message):
        return ""
    if message.delegate_id is not None:
        return links.address(session, message.delegate_id, repeat_id=message.repeat_id, public_url=public_url, now=now)
    part = session.get_one(Liaison, message.liaison_id).participation
    return desks.address(session, part, public_url=public_url, now=now)


def _may_go_on(claim: _Claim) -> bool:
    """Write down that the message is in doubt from here on; False when another worker took it over meanwhile."""
    with db.transaction() as session:
        changed = session.execute(
            sa.update(OutboxMessage)
            .where(
                OutboxMessage.id == claim.id,
                OutboxMessage.state == MessageState.SENDING,
                OutboxMessage.attempts == claim.attempts,
            )
            .values(state=MessageState.IN_DOUBT, next_attempt_at=None)
            .returning(OutboxMessage.id)
        )
        return changed.first() is not None


def _record(claim: _Claim, outcome: Outcome, *, now: datetime) -> None:
    with db.transaction() as session:
        message = session.scalars(
            db.lock(
                sa.select(OutboxMessage).where(
                    OutboxMessage.id == claim.id,
                    OutboxMessage.attempts == claim.attempts,
                    OutboxMessage.state.in_([MessageState.SENDING, MessageState.IN_DOUBT]),
                )
            )
        ).first()
        if message is None or outcome.fate is Fate.LEFT:  # erased, or another worker's
            return
        message.trouble = outcome.trouble
        message.last_error = _without(outcome.detail, claim.parcel)
        if outcome.fate is Fate.TAKEN:
            message.state, message.sent_at, message.next_attempt_at = MessageState.SENT, now, None
        elif outcome.fate is Fate.UNKNOWN:
            message.state, message.next_attempt_at = MessageState.IN_DOUBT, None
        else:
            if outcome.trouble in ways.STOPPED_BY:  # it is not this message's fault
                message.forgiven += 1
            counted = message.attempts - message.forgiven
            if outcome.fate is Fate.NEVER or sending.given_up(counted):
                by_hand = outcome.trouble is SendingTrouble.NO_TEMPLATE  # there is no way for this kind
                message.state = MessageState.BY_HAND if by_hand else MessageState.FAILED
                message.next_attempt_at = None
            else:
                message.state, message.claimed_at = MessageState.WAITING, None
                message.next_attempt_at = now + (outcome.pause or sending.pause_after(max(1, counted), message.kind))


def _set_aside(message_id: int, why: str) -> None:
    with db.transaction() as session:
        session.execute(
            sa.update(OutboxMessage)
            .where(OutboxMessage.id == message_id)
            .values(
                state=MessageState.FAILED,
                next_attempt_at=None,
                trouble=SendingTrouble.NOT_UNDERSTOOD,
                last_error=why,
            )
        )


def _without(detail: str, parcel: Parcel) -> str | None:
    """What the other side said, without the address, which is kept nowhere in the open."""
    for part in {parcel.to, parcel.to.removeprefix("+86"), parcel.to.lower()}:
        detail = detail.replace(part, "…")
    return "".join(c if c.isprintable() else " " for c in detail)[:200] or None


def _leave_to_people(now: datetime) -> None:
    """Nothing can be sent from here: what waits is to be forwarded by hand."""
    waiting = (OutboxMessage.state == MessageState.WAITING, OutboxMessage.next_attempt_at <= now)
    codes = OutboxMessage.kind == MessageKind.ONE_TIME_CODE
    if db.session().scalars(sa.select(OutboxMessage.id).where(*waiting).limit(1)).first() is None:
        db.release()
        return
    with db.transaction() as session:
        for which, state in ((codes, MessageState.WITHDRAWN), (~codes, MessageState.BY_HAND)):
            session.execute(sa.update(OutboxMessage).where(*waiting, which).values(state=state, next_attempt_at=None))


def _of_yesterday(session: Session, message: OutboxMessage) -> bool:
    """Whether a message to a liaison is to one who is not it any more."""
    return message.liaison_id is not None and session.get_one(Liaison, message.liaison_id).until is not None


def _is_due(message: OutboxMessage, now: datetime) -> bool:
    return (
        message.state in {MessageState.WAITING, MessageState.SENDING}
        and message.next_attempt_at is not None
        and message.next_attempt_at <= now
    )


_DUE = (
    sa.select(OutboxMessage.id)
    .where(
        OutboxMessage.state.in_([MessageState.WAITING, MessageState.SENDING]),
        OutboxMessage.next_attempt_at <= sa.bindparam("now", type_=OutboxMessage.next_attempt_at.type),
    )
    .order_by(OutboxMessage.next_attempt_at, OutboxMessage.id)
    .limit(1)
)
