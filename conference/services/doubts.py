"""Messages in doubt: their sender died, or got no answer, after the step from which on the other side may have them."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa

from conference import clock, db
from conference.models import OutboxMessage
from conference.notices.channels import Channels
from conference.services.delivery import key_of
from conference.services.letters import Composer
from conference.vocabulary import Channel, MessageKind, MessageState, SendingTrouble

# Records come late on the other side, and are not kept for ever.
ASKED_AFTER, ASKED_UNTIL = timedelta(minutes=10), timedelta(hours=24)


def ask_after_doubtful(channels: Channels, *, now: datetime) -> int:
    """Ask the way of each message in doubt, where it can be asked, whether it was taken; returns how many were.

    One that is not known there stays in doubt: records come late, and nobody is to get two.
    """
    doubtful = db.session().scalars(
        sa.select(OutboxMessage).where(
            OutboxMessage.state == MessageState.IN_DOUBT,
            OutboxMessage.channel == Channel.SMS,
            OutboxMessage.claimed_at.between(now - ASKED_UNTIL, now - ASKED_AFTER),
        )
    )
    if not channels.sms_url:
        return 0
    asked = [(m.id, Composer(db.session(), channels.public_url).address(m), m.claimed_at) for m in doubtful]
    db.release()
    found = 0
    with closing(channels.carrier(Channel.SMS)) as carrier:
        for id_, to, at in asked:
            day = clock.local(at or now, "Asia/Shanghai").strftime("%Y%m%d")
            if to.phone and carrier.was_taken(key_of(id_), to.phone, day=day):
                found += _settle_doubt(id_, at or now)
    return found


def after_restoring(connection: sa.Connection) -> None:
    """What waited when a backup was made may have gone out since: it is left to organisers, who send it with one button
    where they know better. A one-time code is of yesterday.
    """
    table = cast(sa.Table, OutboxMessage.__table__)
    waiting = table.c.state.in_([MessageState.WAITING, MessageState.SENDING])
    code = table.c.kind == MessageKind.ONE_TIME_CODE
    left = {"next_attempt_at": None, "trouble": SendingTrouble.RESTORED}
    connection.execute(sa.update(table).where(waiting, code).values(state=MessageState.WITHDRAWN, **left))
    connection.execute(sa.update(table).where(waiting).values(state=MessageState.BY_HAND, **left))


def _settle_doubt(message_id: int, at: datetime) -> bool:
    with db.transaction() as session:
        changed = session.execute(
            sa.update(OutboxMessage)
            .where(OutboxMessage.id == message_id, OutboxMessage.state == MessageState.IN_DOUBT)
            .values(state=MessageState.SENT, sent_at=at, trouble=None, last_error=None)
            .returning(OutboxMessage.id)
        )
        return changed.first() is not None
