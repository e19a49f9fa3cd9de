"""What identifies one person, taken out of every table where it stands; figures are counted from what stays."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import (
    AttendanceCorrection,
    ChangeRequest,
    Code,
    Consent,
    Delegate,
    IdempotencyKey,
    NameRelease,
    Nod,
    PersonalDetail,
    ReplyRow,
    Star,
    Submission,
)
from conference.services import (
    activity,
    agenda_portraits,
    answers,
    beats,
    contacts,
    hall_question_keeping,
    links,
    material_keeping,
    on_site,
    one_time_codes,
    outbox,
    own_repeats,
    platform_files,
    polls,
    printed,
    proof,
    reply_files,
    scans,
    viewing_room_names,
)
from conference.services.places import Places


def person(session: Session, places: Places, delegate: Delegate, *, now: datetime) -> None:
    """Take a delegate (held, their place over) out of their row and out of all that hangs on it; entries that turned
    out to be the same person go with them.
    """
    known = (delegate.name, contacts.phone_of(delegate), contacts.email_of(delegate))
    reply_files.forget_person(session, delegate.meeting_id, delegate.id, *known)
    platform_files.forget_person(session, delegate.meeting_id, *known)
    one_time_codes.forget_person(session, delegate)  # while the address is known
    proof.forget_person(session, delegate.id)
    printed.forget_person(session, delegate.meeting_id, delegate.id)
    on_site.leave(session, delegate, now=now)
    viewing_room_names.forget_person(session, delegate)  # while the name is known
    theirs = sa.update(AttendanceCorrection).where(AttendanceCorrection.delegate_id == delegate.id)
    session.execute(theirs.values(reason=""))
    delegate.name, delegate.pinyin, delegate.position = "—", "", ""
    delegate.phone_sealed = delegate.phone_index = delegate.email_sealed = delegate.email_index = None
    delegate.erased_at = now
    session.execute(
        sa.update(Code).where(Code.delegate_id == delegate.id, Code.revoked_at.is_(None)).values(revoked_at=now)
    )
    own_repeats.settle_all(session, places, delegate.id, now=now)
    links.revoke_all(session, delegate.id, now=now)
    agenda_portraits.forget_person(session, delegate.id)
    activity.forget_person(session, delegate.id)
    outbox.forget_person(session, delegate.id)
    answers.forget_person(session, delegate.id)
    material_keeping.forget_person(session, delegate.id)
    hall_question_keeping.forget_person(session, delegate.id)
    polls.forget_person(session, delegate.id)
    scans.forget_person(session, delegate.id)
    beats.forget_person(session, delegate.id)
    # Without the person a consent shows nothing any more: it goes with what it was given for.
    for table in (Consent, PersonalDetail, ChangeRequest, IdempotencyKey, NameRelease, Nod, ReplyRow, Star, Submission):
        session.execute(sa.delete(table).where(table.delegate_id == delegate.id))
    same = sa.select(Delegate).where(Delegate.merged_into_id == delegate.id, Delegate.erased_at.is_(None))
    for other in session.scalars(db.lock(same.order_by(Delegate.id))).all():
        person(session, places, other, now=now)
