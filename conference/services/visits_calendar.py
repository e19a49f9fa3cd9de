"""Somebody's departures as entries of their own calendar; a seat that is given back is an entry no more."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.documents.calendars import Entry
from conference.models import Activity, Departure, SignUp, Stop
from conference.vocabulary import SignUpStatus


def entries(delegate_id: int, family: str) -> list[Entry]:
    """Those with a seat, the earliest first. `sequence` counts how often the departure was edited: it never falls."""
    session = db.session()
    query = (
        sa.select(Departure, SignUp.signed_up_at)
        .join(SignUp, SignUp.line_id == Departure.line_id)
        .where(SignUp.delegate_id == delegate_id, SignUp.status == SignUpStatus.CONFIRMED)
        .order_by(Departure.leaves_at, Departure.id)
    )
    found = []
    for one, signed_up_at in session.execute(query).all():
        edits, last = _edits(one)
        stops = session.scalars(sa.select(Stop).where(Stop.meeting_id == one.meeting_id))
        names = {stop.id: stop.name for stop in stops}
        found.append(
            Entry(
                uid=f"departure-{one.id}@{family}",
                title=one.name,
                begins=one.leaves_at,
                ends=one.returns_at or one.ends_at,
                sequence=edits,
                changed_at=max(at for at in (signed_up_at, last) if at is not None),
                place=one.boards_at,
                about="\n".join([*(names[stay.stop_id] for stay in one.stays), *([one.plate] if one.plate else [])]),
            )
        )
    return found


def _edits(departure: Departure) -> tuple[int, datetime | None]:
    """How often it was edited, and when last."""
    query = sa.select(sa.func.count(), sa.func.max(Activity.at)).where(
        Activity.subject == "departure", Activity.subject_id == departure.id, Activity.verb == "visits.departure_edited"
    )
    count, last = db.session().execute(query).one()
    return count, last
