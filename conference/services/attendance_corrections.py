"""Corrections of the attendance ledger (出席更正): so many minutes of a session count for somebody, and why.

A correction is a record of its own; the last one holds, and the evidence stays as it is beside it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from conference import db
from conference.models import Account, AttendanceCorrection, Delegate, Meeting, Unit
from conference.services import activity, stage
from conference.services.delegates import Doing
from conference.vocabulary import ActorKind, Fault, Malformed, Missing, Refusal, Refused

MOST = 24 * 60


@dataclass(frozen=True)
class Written:
    """A correction with whose it is, and who made it ("" where that is no account any more)."""

    correction: AttendanceCorrection
    number: str
    name: str
    unit: str
    by: str


def correct(
    meeting: Meeting,
    delegate_id: int,
    session_id: int,
    minutes: float | None,
    reason: str,
    doing: Doing,
    *,
    seen: int | None = None,
) -> AttendanceCorrection:
    """Without `minutes` what was set right is taken back. The same that holds already is not written again. `seen` is
    the id of the last correction of theirs that was looked at (0 for none), None not to ask.

    Raises Missing for nobody of the meeting, Malformed (session, one that has not begun too; minutes, more than it
    lasts too; reason), Refused (changed_meanwhile where somebody else has set the same right since, nothing_corrected).
    """
    held_session = stage.of(meeting, now=doing.now).agenda.session.get(session_id)
    if held_session is None or held_session.starts_at is None or held_session.starts_at > doing.now:
        raise Malformed({"session": Fault.UNKNOWN_ID})
    lasts = (held_session.ends_at - held_session.starts_at).total_seconds() / 60 if held_session.ends_at else MOST
    if minutes is not None and not 0 <= minutes <= min(MOST, lasts):
        raise Malformed({"minutes": Fault.LONGER_THAN_THE_SESSION if minutes > lasts else Fault.OUT_OF_RANGE})
    if not reason.strip():
        raise Malformed({"reason": Fault.REQUIRED})
    title, meeting_id = held_session.title, meeting.id
    with db.transaction() as session:
        query = sa.select(Delegate).where(Delegate.id == delegate_id, Delegate.meeting_id == meeting_id)
        if session.scalars(db.lock(query)).first() is None:
            raise Missing
        before = _last(meeting_id, [delegate_id]).get((delegate_id, session_id))
        if before is not None and (before.minutes, before.reason) == (minutes, reason.strip()):
            return before
        if seen is not None and before is not None and before.id > seen:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        if minutes is None and (before is None or before.minutes is None):
            raise Refused(Refusal.NOTHING_CORRECTED)
        made = AttendanceCorrection(
            meeting_id=meeting_id,
            delegate_id=delegate_id,
            session_id=session_id,
            minutes=minutes,
            reason=reason.strip(),
            account_id=doing.actor.id if doing.actor.kind is ActorKind.ACCOUNT else None,
            corrected_at=doing.now,
        )
        session.add(made)
        session.flush()
        activity.record(
            session,
            doing.actor,
            "delegate.attendance_corrected",
            "delegate",
            delegate_id,
            meeting_id=meeting_id,
            now=doing.now,
            before={"minutes": before.minutes} if before else {},
            after={"session": title, "minutes": minutes, "reason": reason.strip()},
        )
        return made


def holding(meeting_id: int, ids: Collection[int] | None = None) -> dict[tuple[int, int], AttendanceCorrection]:
    """What holds, by person and session; of these people where they are named."""
    return {key: one for key, one in _last(meeting_id, ids).items() if one.minutes is not None}


def _last(meeting_id: int, ids: Collection[int] | None) -> dict[tuple[int, int], AttendanceCorrection]:
    return {(one.delegate_id, one.session_id): one for one in of(meeting_id, ids) if one.session_id is not None}


def of(meeting_id: int, ids: Collection[int] | None = None) -> Sequence[AttendanceCorrection]:
    """All of them in the order they were made."""
    query = sa.select(AttendanceCorrection).where(AttendanceCorrection.meeting_id == meeting_id)
    if ids is not None:
        query = query.where(AttendanceCorrection.delegate_id.in_(ids))
    return db.session().scalars(query.order_by(AttendanceCorrection.id)).all()


def written(meeting_id: int, delegate_id: int | None = None) -> list[Written]:
    """The same with their people."""
    query = (
        sa.select(AttendanceCorrection, Delegate.number, Delegate.name, Unit.name, Account.name)
        .join(Delegate, Delegate.id == AttendanceCorrection.delegate_id)
        .join(Unit, Unit.id == Delegate.unit_id)
        .outerjoin(Account, Account.id == AttendanceCorrection.account_id)
        .where(AttendanceCorrection.meeting_id == meeting_id)
        .order_by(AttendanceCorrection.id)
    )
    if delegate_id is not None:
        query = query.where(AttendanceCorrection.delegate_id == delegate_id)
    return [Written(*row[:4], row[4] or "") for row in db.session().execute(query)]
