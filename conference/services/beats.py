"""Beats: a browser says every 30 s that somebody is watching. Written in Core, since thousands do.

A beat is a row that is never changed. What a person's beats come to so far stands in `viewers`, written with them, so
that the figures need not read them. On PostgreSQL a beat is not waited for until it is on the disk: one of the last
second before a crash may be lost.
"""

from __future__ import annotations

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Beat, Delegate, PlatformStay, Viewer
from conference.rules import watching
from conference.vocabulary import DelegateStatus, Refusal, Refused

_beats = cast(sa.Table, Beat.__table__)
_delegates = cast(sa.Table, Delegate.__table__)
_viewers = cast(sa.Table, Viewer.__table__)
_WHO = (
    sa.select(_delegates.c.status, _viewers.c.delegate_id.label("seen"), _viewers.c.until, _viewers.c.seconds)
    .select_from(_delegates.outerjoin(_viewers, _viewers.c.delegate_id == _delegates.c.id))
    .where(_delegates.c.id == sa.bindparam("delegate_id"))
)
_BEAT = sa.insert(_beats)
_GO_ON = (
    sa.update(_viewers)
    .where(
        _viewers.c.delegate_id == sa.bindparam("who"),
        _viewers.c.until.is_not_distinct_from(sa.bindparam("was_until")),
    )
    .values(
        until=sa.bindparam("now_until"),
        seconds=sa.bindparam("now_seconds"),
        first_at=sa.func.coalesce(_viewers.c.first_at, sa.bindparam("at")),
    )
    .execution_options(preserve_rowcount=True)
)


def beat(meeting_id: int, delegate_id: int, *, device: str = "", now: datetime) -> None:
    """Somebody is watching now. Raises Refused (not_active) for whoever has no confirmed place."""

    def attempt() -> None:
        with db.transaction() as session:
            db.hurry(session)
            _beat(session, meeting_id, delegate_id, device, now)

    db.repeated(attempt)


def hand_over(session: Session, keep_id: int, drop_id: int) -> None:
    """Two places were one person's: what either of them watched is the kept one's."""
    for table in (Beat, PlatformStay):
        session.execute(sa.update(table).where(table.delegate_id == drop_id).values(delegate_id=keep_id))
    session.execute(sa.delete(Viewer).where(Viewer.delegate_id.in_({keep_id, drop_id})))
    moments = session.execute(sa.select(Beat.meeting_id, Beat.at).where(Beat.delegate_id == keep_id)).all()
    if not moments:
        return
    spans = watching.beaten(at for _, at in moments)
    so_far = {
        "first_at": spans[0].begins,
        "until": spans[-1].ends,
        "seconds": round(sum(span.seconds for span in spans)),
    }
    row = {"delegate_id": keep_id, "meeting_id": moments[0].meeting_id, "device": "", **so_far}
    # A beat of the kept one may have come in between; its own row is kept whatever becomes of this one.
    made = db.insert(session, _viewers).values(row)
    session.execute(made.on_conflict_do_update(index_elements=["delegate_id"], set_=so_far))


def forget_person(session: Session, delegate_id: int) -> None:
    """What an outside room's report said of somebody goes; that somebody watched stays counted."""
    session.execute(sa.update(PlatformStay).where(PlatformStay.delegate_id == delegate_id).values(facts_sealed=None))


def _beat(session: Session, meeting_id: int, delegate_id: int, device: str, now: datetime) -> None:
    connection = session.connection()
    row = connection.execute(_WHO, {"delegate_id": delegate_id}).one()
    if row.status is not DelegateStatus.CONFIRMED:
        raise Refused(Refusal.NOT_ACTIVE)
    connection.execute(_BEAT, {"meeting_id": meeting_id, "delegate_id": delegate_id, "at": now, "device": device})
    until = now + watching.WATCHING
    seconds = round(watching.added_seconds(row.until, now))
    if row.seen is None:
        values = {"first_at": now, "until": until, "seconds": seconds, "device": ""}
        made = db.insert(session, _viewers).values(delegate_id=delegate_id, meeting_id=meeting_id, **values)
        if connection.execute(made.on_conflict_do_nothing()).rowcount == 1:
            return
    elif row.until is not None and until <= row.until:
        return  # a beat of another tab came first
    else:
        said = {"who": delegate_id, "was_until": row.until, "now_until": until, "at": now}
        if connection.execute(_GO_ON, said | {"now_seconds": row.seconds + seconds}).rowcount == 1:
            return
    # Another tab's beat was written in between: from the top.
    raise db.Stale
