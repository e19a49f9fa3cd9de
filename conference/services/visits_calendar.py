"""Somebody's departures as entries of their own calendar; a seat that is given back is an entry no more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    rides = session.execute(query).all()
    edits = _edits([one.id for one, _ in rides])
    names = dict(
        session.execute(sa.select(Stop.id, Stop.name).where(Stop.id.in_(_stops(one for one, _ in rides)))).all()
    )
    found = []
    for one, signed_up_at in rides:
        count, last = edits.get(one.id, (0, signed_up_at))
        found.append(
            Entry(
                uid=f"departure-{one.id}@{family}",
                title=one.name,
                begins=one.leaves_at,
                ends=one.returns_at or one.ends_at,
                sequence=count,
                changed_at=max(signed_up_at, last),
                place=one.boards_at,
                about="\n".join([*(names[stay.stop_id] for stay in one.stays), *([one.plate] if one.plate else [])]),
            )
        )
    return found


def _stops(departures: Iterable[Departure]) -> set[int]:
    return {stay.stop_id for one in departures for stay in one.stays}


def _edits(departure_ids: Sequence[int]) -> dict[int, tuple[int, datetime]]:
    """How often each was edited, and when last; those that never were are left out."""
    query = (
        sa.select(Activity.subject_id, sa.func.count(), sa.func.max(Activity.at))
        .where(
            Activity.subject == "departure",
            Activity.subject_id.in_(departure_ids),
            Activity.verb == "visits.departure_edited",
        )
        .group_by(Activity.subject_id)
    )
    return {id_: (count, last) for id_, count, last in db.session().execute(query) if id_}
