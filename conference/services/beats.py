"""Beats: a browser says every 30 s that somebody is watching. Written in Core, since thousands do.

A beat is a row that is never changed. What a person's beats come to so far stands in `viewers`, written with them, so
that the figures need not read them. On PostgreSQL a beat is not waited for until it is on the disk: one of the last
second before a crash may be lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Beat, Delegate, PlatformStay, StillHere, Viewer
from conference.rules import still_here, watching
from conference.rules.still_here import Due
from conference.vocabulary import DelegateStatus, Refusal, Refused

_beats = cast(sa.Table, Beat.__table__)
_delegates = cast(sa.Table, Delegate.__table__)
_viewers = cast(sa.Table, Viewer.__table__)
_asked = cast(sa.Table, StillHere.__table__)
_WHO = (
    sa.select(
        _delegates.c.status,
        _viewers.c.delegate_id.label("seen"),
        _viewers.c.until,
        _viewers.c.seconds,
        _viewers.c.device,
        _viewers.c.device_at,
        _asked.c.asked_at,
        _asked.c.answered_at,
    )
    .select_from(
        _delegates.outerjoin(_viewers, _viewers.c.delegate_id == _delegates.c.id).outerjoin(
            _asked, sa.and_(_asked.c.delegate_id == _delegates.c.id, _asked.c.number == sa.bindparam("number"))
        )
    )
    .where(_delegates.c.id == sa.bindparam("delegate_id"))
)
_BEAT = sa.insert(_beats)
_GO_ON = (
    sa.update(_viewers)
    .where(
        _viewers.c.delegate_id == sa.bindparam("who"),
        _viewers.c.until.is_not_distinct_from(sa.bindparam("was_until")),
        # A take-over says nothing of until when somebody watched.
        _viewers.c.device == sa.bindparam("was_device"),
        _viewers.c.device_at.is_not_distinct_from(sa.bindparam("was_device_at")),
    )
    .values(
        until=sa.bindparam("now_until"),
        seconds=sa.bindparam("now_seconds"),
        first_at=sa.func.coalesce(_viewers.c.first_at, sa.bindparam("at")),
        device=sa.bindparam("now_device"),
        device_at=sa.bindparam("now_device_at"),
    )
    .execution_options(preserve_rowcount=True)
)


@dataclass(frozen=True)
class Question:
    """Whether a viewer is still there: its number, and until when an answer counts."""

    number: int
    until: datetime


def beat(
    meeting_id: int, delegate_id: int, *, device: str = "", due: Due | None = None, now: datetime
) -> Question | None:
    """Somebody is watching now. Returns the question that they are to answer now, if there is one.

    With a `device`, it is the one that plays from here on. `due` is what `still_here.due` found. Raises Refused:
    not_active for whoever has no confirmed place, plays_elsewhere while another device plays.
    """

    def attempt() -> Question | None:
        with db.transaction() as session:
            db.hurry(session)
            return _beat(session, meeting_id, delegate_id, device, due, now)

    return db.repeated(attempt)


def take_over(meeting_id: int, delegate_id: int, *, device: str, now: datetime) -> None:
    """`device` is the one that plays, whichever played before: that one is told at its next beat. Raises Refused
    (not_active).
    """
    with db.transaction() as session:
        status = session.scalar(sa.select(Delegate.status).where(Delegate.id == delegate_id))
        if status is not DelegateStatus.CONFIRMED:
            raise Refused(Refusal.NOT_ACTIVE)
        row = {"delegate_id": delegate_id, "meeting_id": meeting_id, "seconds": 0}
        said = {"device": device, "device_at": now}
        made = db.insert(session, _viewers).values(row | said)
        session.execute(made.on_conflict_do_update(index_elements=["delegate_id"], set_=said))


def hand_over(session: Session, keep_id: int, drop_id: int) -> None:
    """Two places were one person's: what either of them watched is the kept one's, and the device that beat last is the
    one that plays.
    """
    for table in (Beat, PlatformStay):
        session.execute(sa.update(table).where(table.delegate_id == drop_id).values(delegate_id=keep_id))
    theirs = Viewer.delegate_id.in_({keep_id, drop_id})
    latest = sa.select(Viewer.device, Viewer.device_at).where(theirs, Viewer.device_at.is_not(None))
    playing = session.execute(latest.order_by(Viewer.device_at.desc()).limit(1)).first()
    session.execute(sa.delete(Viewer).where(theirs))
    spans = watching.beaten(session.scalars(sa.select(Beat.at).where(Beat.delegate_id == keep_id)))
    if not spans and playing is None:
        return
    so_far = {
        "first_at": spans[0].begins if spans else None,
        "until": spans[-1].ends if spans else None,
        "seconds": round(sum(span.seconds for span in spans)),
    }
    row = {
        "delegate_id": keep_id,
        "meeting_id": session.get_one(Delegate, keep_id).meeting_id,
        "device": playing.device if playing else "",
        "device_at": playing.device_at if playing else None,
    }
    # A beat of the kept one may have come in between; its own row is kept whatever becomes of this one.
    made = db.insert(session, _viewers).values(row | so_far)
    session.execute(made.on_conflict_do_update(index_elements=["delegate_id"], set_=so_far))


def forget_person(session: Session, delegate_id: int) -> None:
    """What an outside room's report said of somebody goes, and which browser they used; that somebody watched stays
    counted.
    """
    session.execute(sa.update(PlatformStay).where(PlatformStay.delegate_id == delegate_id).values(facts_sealed=None))
    session.execute(sa.update(Beat).where(Beat.delegate_id == delegate_id, Beat.device != "").values(device=""))
    session.execute(sa.update(Viewer).where(Viewer.delegate_id == delegate_id).values(device="", device_at=None))


def _beat(
    session: Session, meeting_id: int, delegate_id: int, device: str, due: Due | None, now: datetime
) -> Question | None:
    connection = session.connection()
    row = connection.execute(_WHO, {"delegate_id": delegate_id, "number": due.number if due else None}).one()
    if row.status is not DelegateStatus.CONFIRMED:
        raise Refused(Refusal.NOT_ACTIVE)
    if device and watching.plays_elsewhere(device, row.device or "", row.device_at, now=now):
        raise Refused(Refusal.PLAYS_ELSEWHERE)
    connection.execute(_BEAT, {"meeting_id": meeting_id, "delegate_id": delegate_id, "at": now, "device": device})
    _joined(session, row, meeting_id, delegate_id, device, now)
    return _question(session, row, meeting_id, delegate_id, due, now) if due else None


def _joined(
    session: Session, row: Any, meeting_id: int, delegate_id: int, device: str, now: datetime
) -> None:  # the row is one of _WHO
    """The beat is in what the person's come to. Raises db.Stale where another one was written since `row` was read."""
    connection = session.connection()
    until = now + watching.WATCHING
    seconds = round(watching.added_seconds(row.until, now))
    if row.seen is None:
        values = {"first_at": now, "until": until, "seconds": seconds}
        playing = {"device": device, "device_at": now if device else None}
        made = db.insert(session, _viewers).values(delegate_id=delegate_id, meeting_id=meeting_id, **values, **playing)
        if connection.execute(made.on_conflict_do_nothing()).rowcount == 1:
            return
        raise db.Stale
    if row.until is not None and until <= row.until:  # a beat of another tab came first
        if device in {"", row.device}:
            return
        until, seconds = row.until, 0
    said = {"who": delegate_id, "was_until": row.until, "was_device": row.device, "was_device_at": row.device_at}
    now_is = {
        "now_until": until,
        "now_seconds": row.seconds + seconds,
        "at": now,
        "now_device": device or row.device,
        "now_device_at": now if device else row.device_at,
    }
    if connection.execute(_GO_ON, said | now_is).rowcount != 1:
        raise db.Stale


def _question(
    session: Session, row: Any, meeting_id: int, delegate_id: int, due: Due, now: datetime
) -> Question | None:  # the row is one of _WHO
    """Puts the question that is due, once; returns it as long as it waits for its answer."""
    if row.asked_at is not None:
        waits = row.answered_at is None and still_here.is_open(row.asked_at, now=now)
        return Question(due.number, row.asked_at + still_here.PATIENCE) if waits else None
    if not due.may_begin:
        return None
    made = db.insert(session, _asked).values(
        meeting_id=meeting_id, delegate_id=delegate_id, number=due.number, asked_at=now
    )
    session.connection().execute(made.on_conflict_do_nothing())
    return Question(due.number, now + still_here.PATIENCE)
