"""Sending what waits in the outbox: claimed, sent, recorded; a failure is tried again with growing pauses."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from conference import db
from conference.models import OutboxMessage
from conference.notices import mail
from conference.services import links
from conference.services.letters import Composer
from conference.vocabulary import Channel, MessageState

ATTEMPTS = 8
BATCH = 50


def deliver(smtp_url: str, *, sender: str, public_url: str, now: datetime) -> int:
    """Send what is due, at most `BATCH`; returns how many went out."""
    due = (
        db.session()
        .scalars(
            sa.select(OutboxMessage.id)
            .where(OutboxMessage.state == MessageState.WAITING, OutboxMessage.next_attempt_at <= now)
            .order_by(OutboxMessage.next_attempt_at)
            .limit(BATCH)
        )
        .all()
    )
    db.release()
    return sum(_deliver_one(id_, smtp_url, sender=sender, public_url=public_url, now=now) for id_ in due)


def _deliver_one(message_id: int, smtp_url: str, *, sender: str, public_url: str, now: datetime) -> bool:
    with db.transaction() as session:
        message = session.scalars(db.lock(sa.select(OutboxMessage).where(OutboxMessage.id == message_id))).first()
        if message is None or message.state is not MessageState.WAITING or (message.next_attempt_at or now) > now:
            return False
        composer = Composer(session, public_url)
        to = composer.address(message)
        if not to.email:
            message.state, message.next_attempt_at = MessageState.BY_HAND, None
            return False
        link = ""
        if composer.carries_link(message) and message.delegate_id is not None:
            link = links.address(
                session, message.delegate_id, repeat_id=message.repeat_id, public_url=public_url, now=now
            )
        said = composer.message(message, link=link)
        message.attempts += 1
        pause = timedelta(seconds=min(30 * 4**message.attempts, 6 * 3600))
        message.next_attempt_at = now + pause if message.attempts < ATTEMPTS else None
        message.channel = Channel.EMAIL
    error = mail.send(smtp_url, sender=sender, to=to.email, subject=said.subject, text=said.text)
    with db.transaction() as session:
        message = session.get(OutboxMessage, message_id)
        if message is not None:
            message.last_error = error
            if error is None:
                message.state, message.sent_at = MessageState.SENT, now
            elif message.next_attempt_at is None:
                message.state = MessageState.FAILED
    return error is None
