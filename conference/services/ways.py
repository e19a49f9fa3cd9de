"""How the ways out of the house are: set up, at work, or in trouble of their own."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import OutboxMessage
from conference.vocabulary import Channel, MessageState, SendingTrouble

# Nothing is wrong with the messages then: the account or the settings are to be mended.
STOPPED_BY = (
    SendingTrouble.NO_BALANCE,
    SendingTrouble.SIGN_IN_REFUSED,
    SendingTrouble.SENDER_REFUSED,
    SendingTrouble.MISCONFIGURED,
)


def stopped(now: datetime) -> dict[Channel, datetime]:
    """The ways that are in trouble themselves, and until when they are left alone."""
    rows = db.session().execute(
        sa.select(OutboxMessage.channel, sa.func.max(OutboxMessage.next_attempt_at))
        .where(
            OutboxMessage.state == MessageState.WAITING,
            OutboxMessage.next_attempt_at > now,
            OutboxMessage.trouble.in_(STOPPED_BY),
        )
        .group_by(OutboxMessage.channel)
    )
    found = {channel: until for channel, until in rows if channel is not None and until is not None}
    db.release()
    return found


def trouble(now: datetime) -> dict[Channel, SendingTrouble]:
    """What is wrong with each way now, if anything, as its last messages tell."""
    rows = db.session().execute(
        sa.select(OutboxMessage.channel, OutboxMessage.trouble)
        .where(
            OutboxMessage.state == MessageState.WAITING,
            OutboxMessage.next_attempt_at > now,
            OutboxMessage.trouble.in_((*STOPPED_BY, SendingTrouble.UNREACHABLE)),
        )
        .order_by(OutboxMessage.id)
        .limit(100)
    )
    return {channel: why for channel, why in rows if channel is not None and why is not None}
