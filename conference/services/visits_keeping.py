"""What names people in the visits, beside the delegates: leaders, guides, hosts; how it goes when its time is up."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import Departure, Stop, StopPerson, StopPhoto
from conference.services import files


def forget_meeting(session: Session, meeting_id: int) -> None:
    """A meeting's time is up: names and phones, notes and photographs go; stops and departures stay."""
    stops = sa.select(Stop.id).where(Stop.meeting_id == meeting_id)
    photos = session.scalars(sa.select(StopPhoto.file_id).where(StopPhoto.stop_id.in_(stops))).all()
    session.execute(sa.delete(StopPerson).where(StopPerson.stop_id.in_(stops)))
    session.execute(sa.delete(StopPhoto).where(StopPhoto.stop_id.in_(stops)))
    files.forget(session, photos)
    session.execute(
        sa.update(Departure)
        .where(Departure.meeting_id == meeting_id)
        .values(leader_name="", leader_phone_sealed=None, guide_name="", guide_phone_sealed=None, note="")
    )
    session.expire_all()
