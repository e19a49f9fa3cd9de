"""Who has a seat on a departure, or waits for one, is told what becomes of it: one message each."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import Delegate, Departure, SignUp
from conference.services import outbox
from conference.vocabulary import ACTIVE_STATUSES, MessageKind


def changed(session: Session, departure: Departure, *, now: datetime) -> int:
    """Of another time, place or leader; returns how many are told."""
    private = {"leader": departure.leader_name} if departure.leader_name else None
    return _put(session, MessageKind.VISIT_CHANGED, departure, {"boards": departure.boards_at}, private, now=now)


def cancelled(session: Session, departure: Departure, *, now: datetime) -> int:
    """That it does not go; while they are still on it."""
    return _put(session, MessageKind.VISIT_CANCELLED, departure, {}, None, now=now)


def given(session: Session, delegate: Delegate, departure: Departure, *, now: datetime) -> None:
    """Of a seat that somebody has by what others did: they were put on it, or changed with somebody."""
    outbox.put(session, MessageKind.SEAT_GIVEN, delegate, now=now, facts=facts(departure))


def facts(departure: Departure) -> dict[str, str]:
    """`session` is what letters call the thing that a message speaks of."""
    return {
        "session": departure.name,
        "starts_at": departure.leaves_at.isoformat(),
        "ends_at": departure.ends_at.isoformat(),
    }


def _put(
    session: Session,
    kind: MessageKind,
    departure: Departure,
    more: Mapping[str, Any],
    private: Mapping[str, Any] | None,
    *,
    now: datetime,
) -> int:
    there = (
        sa.select(Delegate)
        .join(SignUp, SignUp.delegate_id == Delegate.id)
        .where(SignUp.line_id == departure.line_id, Delegate.status.in_(ACTIVE_STATUSES))
        .order_by(Delegate.id)
    )
    found = session.scalars(there).all()
    for delegate in found:
        outbox.put(session, kind, delegate, now=now, facts={**facts(departure), **more}, private=private)
    return len(found)
