"""The outbox (待发箱): a message is written in the transaction of the deed that it tells of.

To tell somebody something, a verb puts a message, inside its transaction and after what it tells of was flushed:

    outbox.put(session, MessageKind.CONFIRMED, delegate, now=now)           to a delegate, at their address of then
    outbox.put_to_liaison(session, MessageKind.INVITATION, liaison, now=now)
    outbox.put_to(session, kind, meeting_id, to=Address(...), now=now)      to somebody who is neither

Putting is one small INSERT: nothing is sealed (but by `put_to`, and what is `private`), composed or looked up. A
message keeps what it is about; its words, its address and its private link are made when it is sent (`delivery`) or
read (`letters`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db, jobs
from conference.models import Delegate, Liaison, OneTimeCode, OutboxMessage, RepeatEntry
from conference.sealing import seal, unseal
from conference.vocabulary import MessageKind, MessageState

if TYPE_CHECKING:
    from conference.services.entries import Place

Facts = Mapping[str, Any]  # small and JSON: words, numbers, members; they name nobody


@dataclass(frozen=True)
class Address:
    """Where somebody without a place is reached."""

    name: str
    phone: str | None = None
    email: str | None = None
    language: str = "zh"


def put(
    session: Session,
    kind: MessageKind,
    delegate: Delegate | Place,
    *,
    now: datetime,
    facts: Facts | None = None,
    private: Facts | None = None,
) -> None:
    """A message to `delegate` (flushed before); mode and status of this moment go with it.

    `private` are facts that speak of the person, as a reason in free words does: they are sealed.
    """
    sealed = {"private_sealed": seal(json.dumps({"facts": dict(private)}))} if private else {}
    facts = _standing(delegate, facts)
    _insert(session, kind, delegate.meeting_id, now, delegate_id=delegate.id, facts=facts, **sealed)


def put_all(session: Session, kind: MessageKind, places: Sequence[Place], *, now: datetime) -> None:
    """The same for all who were just entered in a list, in one go."""
    rows = [{"delegate_id": place.id, "facts": _standing(place)} for place in places]
    _insert_all(session, kind, places[0].meeting_id if places else 0, now, rows)


def _standing(delegate: Delegate | Place, facts: Facts | None = None) -> dict[str, Any]:
    return {"mode": delegate.mode.value, "status": delegate.status.value, **(facts or {})}


def put_like_fresh(session: Session, repeat: RepeatEntry, *, to: Address, held: list[str], now: datetime) -> None:
    """What a fresh entry would be told, to the address that a stranger typed into a repeat entry (flushed before).

    `held` names the parts of it (phone, email) that are the holder's own: the way is chosen as for a fresh entry, and
    where it leads to the holder nothing is sent, since they are told by a message of their own.
    """
    _insert(
        session,
        MessageKind.REGISTERED,
        repeat.meeting_id,
        now,
        delegate_id=repeat.delegate_id,
        repeat_id=repeat.id,
        facts={"mode": repeat.mode.value, "status": repeat.status.value},
        private_sealed=seal(json.dumps({"to": asdict(to), "held": held})),
    )


def put_to_liaison(
    session: Session, kind: MessageKind, liaison: Liaison, *, meeting_id: int, now: datetime, facts: Facts | None = None
) -> None:
    """A message to a unit's liaison (flushed before); its link leads to the unit's desk."""
    _insert(session, kind, meeting_id, now, liaison_id=liaison.id, facts=dict(facts or {}))


def put_to(
    session: Session, kind: MessageKind, meeting_id: int, *, to: Address, now: datetime, facts: Facts | None = None
) -> None:
    """A message to somebody who is neither delegate nor liaison; it has no private link."""
    sealed = seal(json.dumps({"to": asdict(to)}))
    _insert(session, kind, meeting_id, now, facts=dict(facts or {}), private_sealed=sealed)


def put_code(session: Session, code: OneTimeCode, *, to: Address, now: datetime) -> None:
    """A message with a one-time code, which is made when it is sent. Somebody waits for it: it goes before the rest."""
    ahead = now - timedelta(hours=1)
    sealed = seal(json.dumps({"to": asdict(to)}))
    _insert(
        session,
        MessageKind.ONE_TIME_CODE,
        code.meeting_id,
        now,
        code_id=code.id,
        private_sealed=sealed,
        next_attempt_at=ahead,
        facts={},
    )


def held(message: OutboxMessage) -> list[str]:
    """The parts of the address (phone, email) by which this message must not go; see `put_like_fresh`."""
    return json.loads(unseal(message.private_sealed)).get("held", []) if message.private_sealed else []


def forget_person(session: Session, delegate_id: int) -> None:
    """Take out every message to a delegate, sent or not."""
    session.execute(sa.delete(OutboxMessage).where(OutboxMessage.delegate_id == delegate_id))


def withdraw_for_liaison(session: Session, liaison_id: int) -> None:
    """What still waits for somebody who is a liaison no more does not go out: its link would open the unit's desk."""
    unsent = (MessageState.WAITING, MessageState.FAILED, MessageState.BY_HAND)
    session.execute(
        sa.update(OutboxMessage)
        .where(OutboxMessage.liaison_id == liaison_id, OutboxMessage.state.in_(unsent))
        .values(state=MessageState.WITHDRAWN, next_attempt_at=None)
    )


def forget_liaison(session: Session, liaison_id: int) -> None:
    """Take out every message to a liaison, sent or not."""
    session.execute(sa.delete(OutboxMessage).where(OutboxMessage.liaison_id == liaison_id))


def _insert(session: Session, kind: MessageKind, meeting_id: int, now: datetime, **columns: Any) -> None:
    _insert_all(session, kind, meeting_id, now, [columns])


def _insert_all(
    session: Session, kind: MessageKind, meeting_id: int, now: datetime, rows: Sequence[dict[str, Any]]
) -> None:
    """One row a message; all rows name the same columns."""
    if not rows:
        return
    values = {
        "meeting_id": meeting_id,
        "kind": kind,
        "state": MessageState.WAITING,
        "created_at": now,
        "next_attempt_at": now,
        "attempts": 0,
    }
    session.connection().execute(_INSERT, [values | columns for columns in rows])
    if kind is MessageKind.ONE_TIME_CODE:
        db.afterwards(session, _nudge_at_once)
    else:
        nudge(session)


def nudge(session: Session) -> None:
    """Have the worker look for what is due, soon after this transaction."""
    db.afterwards(session, _nudge)


def _nudge() -> None:
    jobs.soon("deliver", gather=True)


def _nudge_at_once() -> None:
    jobs.soon("deliver")


# Built once; its number is not asked back.
_INSERT = sa.insert(cast(sa.Table, OutboxMessage.__table__)).inline()
