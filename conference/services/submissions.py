"""A form sent twice, by an impatient finger or a lost connection, makes one place and leads to the same page.

The form carries a nonce. Together with all that was typed it is the form's key: the same nonce with other words is
another entry, so that going back and entering a colleague works, and a page that two people were shown by some cache
gives neither the other one's place.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Submission

KEPT = timedelta(hours=48)
NONCE_LIMIT = 64
_submissions = cast(sa.Table, Submission.__table__)


def key(where: str, nonce: str, said: Iterable[tuple[str, str]]) -> str | None:
    """What stands for one form as it was sent to the address `where`; None without a proper nonce."""
    if not nonce or len(nonce) > NONCE_LIMIT or not nonce.isascii() or not nonce.isalnum():
        return None
    text = json.dumps([where, nonce, sorted(said)], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def once(session: Session, key: str | None, deed: Callable[[], tuple[int, int]], *, now: datetime) -> int:
    """Do `deed` inside the open transaction and keep its answer, or give the answer that this key was given.

    `deed` returns the delegate's id, with whom the answer is forgotten, and the answer: an id that its page is found
    by. What it raises undoes the claim of the key with all else. A second one at the same instant waits for the first.
    Raises db.Stale (to be tried again) where the first one's answer was forgotten in between.
    """
    if key is None:
        return deed()[1]
    claimed = session.execute(
        db.insert(session, _submissions)
        .values(digest=key, created_at=now)
        .on_conflict_do_nothing(index_elements=["digest"])
        .returning(_submissions.c.digest)
    ).first()
    if claimed is None:
        kept = session.scalar(sa.select(_submissions.c.answer).where(_submissions.c.digest == key))
        if kept is None:
            raise db.Stale
        return int(kept)
    delegate_id, answer = deed()
    session.flush()
    session.execute(
        sa.update(_submissions).where(_submissions.c.digest == key).values(delegate_id=delegate_id, answer=answer)
    )
    return answer


def sweep(now: datetime) -> None:
    """Forget forms sent longer than `KEPT` ago."""
    with db.transaction() as session:
        session.execute(sa.delete(_submissions).where(_submissions.c.created_at < now - KEPT))
