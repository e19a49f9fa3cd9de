"""Personal data whose time is up (个人信息到期删除): what identifies people goes, what is counted stays.

A meeting's time is up at its `kept_until`, a year after its end where none was set. Places keep their unit, mode,
status and scans, so that every figure counts what it counted before. Answers to questions with a time of their own,
and uploaded reply forms, go earlier. The people of demonstrations are invented and stay.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db, jobs
from conference.models import (
    BulkDeed,
    CheckIn,
    Delegate,
    Liaison,
    Meeting,
    Notice,
    OneTimeCode,
    OutboxMessage,
    PaperRun,
    Participation,
    PlacesRequest,
    ReplyForm,
    SavedFilter,
    ScanReview,
)
from conference.services import (
    activity,
    agenda_portraits,
    answers,
    broadcasts,
    forgetting,
    hall_question_keeping,
    material_keeping,
    platform_files,
    replays,
    reply_files,
    viewing_room_names,
    visits_keeping,
)
from conference.services.places import Places
from conference.settings import Settings

KEPT = timedelta(days=365)
BATCH = 50


@dataclass(frozen=True)
class Expired:
    """How much was erased."""

    people: int = 0
    liaisons: int = 0
    messages: int = 0
    answers: int = 0

    def __add__(self, other: Expired) -> Expired:
        return Expired(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})


def expire(now: datetime) -> Expired:
    """Erase all that is due, `BATCH` people at a time; what is erased already is passed over."""
    reply_files.sweep(now)
    platform_files.sweep(now)
    with db.transaction() as session:
        done = Expired(answers=answers.expire(session, now))
    for meeting_id in _due(now):
        with db.transaction() as session:  # before the people, each of whom would be looked for in it
            platform_files.forget_meeting(session, meeting_id)
        while people := _some_people(meeting_id, now):
            done += Expired(people=people)
        done += _the_rest(meeting_id, now)
    return done


@jobs.every(seconds=24 * 3600)
def expire_daily(settings: Settings, now: datetime) -> Expired:
    """The same, by the worker."""
    return expire(now)


def _due(now: datetime) -> list[int]:
    """The meetings whose time is up, while anything of theirs may be left."""
    session = db.session()
    meetings = session.execute(
        sa.select(Meeting.id, Meeting.ends_at, Meeting.kept_until)
        .where(Meeting.demonstration.is_(False), Meeting.ends_at <= now)
        .order_by(Meeting.id)
    ).all()
    db.release()
    return [id_ for id_, ends_at, until in meetings if now >= (until or ends_at + KEPT)]


def _some_people(meeting_id: int, now: datetime) -> int:
    """Erase at most `BATCH`; returns how many there were."""
    with db.transaction() as session:
        places = Places(session, meeting_id)
        found = session.scalars(
            db.lock(
                sa.select(Delegate)
                .where(Delegate.meeting_id == meeting_id, Delegate.erased_at.is_(None))
                .order_by(Delegate.id)
                .limit(BATCH)
            )
        ).all()
        for delegate in found:
            if delegate.erased_at is None:  # not with another entry of the same person just now
                forgetting.person(session, places, delegate, now=now)
        return len(found)


def _the_rest(meeting_id: int, now: datetime) -> Expired:
    """What names people beside the delegates: liaisons, messages, the words of organisers and units."""
    with db.transaction() as session:
        parts = sa.select(Participation.id).where(Participation.meeting_id == meeting_id)
        liaisons = _changed(
            session,
            sa.update(Liaison)
            .where(Liaison.participation_id.in_(parts), Liaison.name != "—")
            .values(name="—", phone_sealed=None, phone_index=None, email_sealed=None, email_index=None),
        )
        messages = _changed(session, sa.delete(OutboxMessage).where(OutboxMessage.meeting_id == meeting_id))
        session.execute(sa.delete(OneTimeCode).where(OneTimeCode.meeting_id == meeting_id))
        session.execute(sa.delete(BulkDeed).where(BulkDeed.meeting_id == meeting_id))
        session.execute(sa.delete(SavedFilter).where(SavedFilter.meeting_id == meeting_id))
        session.execute(sa.delete(Notice).where(Notice.meeting_id == meeting_id))
        # Of scans that are nobody's too: an organiser's note may say who showed the unknown code.
        scans = sa.select(CheckIn.id).where(CheckIn.meeting_id == meeting_id)
        session.execute(
            sa.update(ScanReview).where(ScanReview.check_in_id.in_(scans), ScanReview.note != "").values(note="")
        )
        session.execute(sa.delete(PaperRun).where(PaperRun.meeting_id == meeting_id))
        session.execute(
            sa.update(PlacesRequest).where(PlacesRequest.participation_id.in_(parts)).values(reason="", note="")
        )
        session.execute(
            sa.update(ReplyForm)
            .where(ReplyForm.meeting_id == meeting_id)
            .values(name_sealed=None, file_sealed=None, understood_sealed=None, uploaded_by="", imported_by="")
        )
        agenda_portraits.forget_meeting(session, meeting_id)
        material_keeping.forget_meeting(session, meeting_id)
        broadcasts.forget_meeting(session, meeting_id)
        replays.forget_meeting(session, meeting_id)
        hall_question_keeping.forget_meeting(session, meeting_id)
        viewing_room_names.forget_meeting(session, meeting_id)
        visits_keeping.forget_meeting(session, meeting_id)
        activity.forget_meeting(session, meeting_id)
        return Expired(liaisons=liaisons, messages=messages)


def _changed(session: Session, statement: Any) -> int:  # an UPDATE or a DELETE
    return int(cast("sa.CursorResult[Any]", session.execute(statement)).rowcount)
