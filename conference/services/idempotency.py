"""Creating requests that may be sent again: the first answer to a key is kept with the deed and given again.

The key is claimed first, so that a second request with it waits for the first one and then finds its answer. A
rule's refusal is a first answer too; what could not be understood is none, since nothing was decided.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import IdempotencyKey
from conference.sealing import seal, unseal
from conference.vocabulary import Refusal, Refused

KEPT = timedelta(hours=48)
_keys = cast(sa.Table, IdempotencyKey.__table__)


@dataclass(frozen=True)
class First:
    """An answer: a status and a JSON object. `once` are members that are said once and not kept (a secret link);
    they are null when the answer is given again. `delegate_id` is whose erasure takes the kept answer with it.
    """

    status: int
    body: dict[str, Any]
    once: tuple[str, ...] = ()
    delegate_id: int | None = None


def once(
    token_id: int,
    key: str,
    fingerprint: str,
    deed: Callable[[], First],
    *,
    refused: Callable[[Refusal], First],
    now: datetime,
) -> First:
    """Do `deed` and keep its answer, or give the answer that `key` was given before.

    `fingerprint` (64 hexadecimal digits) stands for the request; a key that comes with another one raises Refused
    (idempotency_mismatch). `refused` says a rule's no.
    """

    def attempt() -> First:
        with db.transaction() as session:
            if not _claim(session, token_id, key, fingerprint, now):
                return _kept(session, token_id, key, fingerprint)
            try:
                with session.begin_nested():
                    first = deed()
            except Refused as error:
                first = refused(error.refusal)
            kept = first.body | dict.fromkeys(first.once)
            session.execute(
                sa.update(_keys)
                .where(_keys.c.token_id == token_id, _keys.c.key == key)
                .values(
                    status=first.status,
                    body_sealed=seal(json.dumps(kept, ensure_ascii=False)),
                    delegate_id=first.delegate_id,
                )
            )
            return first

    return db.repeated(attempt)


def sweep(now: datetime) -> int:
    """Forget answers older than `KEPT`; returns how many."""
    with db.transaction() as session:
        gone = session.execute(sa.delete(_keys).where(_keys.c.created_at < now - KEPT))
        return int(cast("sa.CursorResult[Any]", gone).rowcount)


def _claim(session: Session, token_id: int, key: str, fingerprint: str, now: datetime) -> bool:
    """Whether the key is new; on PostgreSQL this waits for another transaction that is claiming it."""
    made = session.execute(
        db.insert(session, _keys)
        .values(
            token_id=token_id,
            key=key,
            fingerprint=fingerprint,
            status=0,
            body_sealed=b"",
            delegate_id=None,
            created_at=now,
        )
        .on_conflict_do_nothing(index_elements=["token_id", "key"])
        .returning(_keys.c.key)
    )
    return made.first() is not None


def _kept(session: Session, token_id: int, key: str, fingerprint: str) -> First:
    row = session.execute(
        sa.select(_keys.c.fingerprint, _keys.c.status, _keys.c.body_sealed).where(
            _keys.c.token_id == token_id, _keys.c.key == key
        )
    ).first()
    if row is None:  # swept or erased in between
        raise db.Stale
    if row.fingerprint != fingerprint:
        raise Refused(Refusal.IDEMPOTENCY_MISMATCH)
    return First(row.status, json.loads(unseal(row.body_sealed)))
