"""Who has answered for themselves (本人确认) to an entry that others made, and who is reminded to."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, OutboxMessage
from conference.rules import registration
from conference.services import activity, outbox
from conference.services.delegates import Doing
from conference.services.places import refuse
from conference.vocabulary import ACTIVE_STATUSES, MessageKind, Missing, Refusal, Refused

MOST = 10_000
BETWEEN_REMINDERS = timedelta(hours=12)


def remind(meeting_id: int, delegate_id: int, doing: Doing) -> None:
    """Remind somebody to answer; their private link goes with it.

    Raises Missing, and Refused (not_active, answered_already, reminded_today: so that a list done twice tells
    nobody twice).
    """
    with db.transaction() as session:
        delegate = session.scalars(
            db.lock(sa.select(Delegate).where(Delegate.id == delegate_id, Delegate.meeting_id == meeting_id))
        ).first()
        if delegate is None:
            raise Missing
        refuse(registration.refusal_to_decide(delegate.status))
        if delegate.acknowledged_at is not None:
            raise Refused(Refusal.ANSWERED_ALREADY)
        if _reminded_lately(session, delegate_id, doing):
            raise Refused(Refusal.REMINDED_TODAY)
        outbox.put(session, MessageKind.REMINDER, delegate, now=doing.now)
        activity.record(
            session, doing.actor, "delegate.reminded", "delegate", delegate_id, meeting_id=meeting_id, now=doing.now
        )


def count_missing(meeting_id: int) -> int:
    """Of the active places, how many wait for their person's own answer, `MOST` at most.

    An index holds just these; the live overview asks every few seconds, so that the look has an end.
    """
    silent = (
        sa.select(sa.literal(1))
        .select_from(Delegate)
        .where(
            Delegate.meeting_id == meeting_id,
            Delegate.status.in_(ACTIVE_STATUSES),
            Delegate.acknowledged_at.is_(None),
        )
        .limit(MOST)
    )
    return int(db.session().scalar(sa.select(sa.func.count()).select_from(silent.subquery())) or 0)


def _reminded_lately(session: Session, delegate_id: int, doing: Doing) -> bool:
    query = sa.select(OutboxMessage.id).where(
        OutboxMessage.delegate_id == delegate_id,
        OutboxMessage.kind == MessageKind.REMINDER,
        OutboxMessage.created_at > doing.now - BETWEEN_REMINDERS,
    )
    return session.scalars(query.limit(1)).first() is not None
