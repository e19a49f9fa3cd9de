"""What names people in viewing rooms (集体收看点): sealed names, read again, and forgotten with the photos."""

from __future__ import annotations

import json
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Activity, Delegate, ViewingRoom
from conference.sealing import seal, unseal
from conference.services import files


def names_of(room: ViewingRoom) -> tuple[str, ...]:
    """Who watches there, where the unit named them."""
    return tuple(json.loads(unseal(room.names_sealed))) if room.names_sealed else ()


def write_names(room: ViewingRoom, names: Sequence[str]) -> None:
    room.names_sealed = seal(json.dumps(names, ensure_ascii=False)) if names else None


def forget_meeting(session: Session, meeting_id: int) -> None:
    """A meeting's time is up: who hosted, who watched, the photos and the words of reasons go; the figures stay."""
    rooms = sa.select(ViewingRoom).where(ViewingRoom.meeting_id == meeting_id).order_by(ViewingRoom.id)
    photos = []
    for room in session.scalars(db.lock(rooms)).all():
        photos += [room.photo_id] if room.photo_id else []
        room.host, room.names_sealed, room.photo_id, room.reason = "—", None, None, ""
    session.flush()
    files.forget(session, photos)
    acts = sa.select(Activity).where(Activity.meeting_id == meeting_id, Activity.subject == "viewing_room")
    for act in session.scalars(acts):
        act.before = {key: value for key, value in act.before.items() if key != "reason"}
        act.after = {key: value for key, value in act.after.items() if key != "reason"}


def forget_person(session: Session, delegate: Delegate) -> None:
    """A delegate is being erased, who still has their name: it goes from their unit's rooms, the head-counts stay."""
    mine = (ViewingRoom.meeting_id == delegate.meeting_id, ViewingRoom.unit_id == delegate.unit_id)
    for room in session.scalars(db.lock(sa.select(ViewingRoom).where(*mine).order_by(ViewingRoom.id))).all():
        if delegate.name in (names := names_of(room)):
            write_names(room, tuple(name for name in names if name != delegate.name))
        if room.host == delegate.name:
            room.host = "—"
