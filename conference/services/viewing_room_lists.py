"""Viewing rooms as pages show them: with their unit, the names, and the photo."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from conference import db
from conference.models import Unit, ViewingRoom
from conference.services import files, viewing_room_names, viewing_rooms
from conference.services.files import Opened
from conference.vocabulary import Missing, ViewingRoomStatus


@dataclass(frozen=True)
class Shown:
    """A room as pages show it."""

    room: ViewingRoom
    unit: str
    names: tuple[str, ...]

    @property
    def stamp(self) -> str:
        """For whoever judges it: `viewing_rooms.stamp`."""
        return viewing_rooms.stamp(self.room)


def shown(meeting_id: int, *, status: ViewingRoomStatus | None = None) -> list[Shown]:
    """All of a meeting for organisers: what waits first, then by unit."""
    query = (
        sa.select(ViewingRoom, Unit.name)
        .join(Unit, Unit.id == ViewingRoom.unit_id)
        .where(ViewingRoom.meeting_id == meeting_id)
        .order_by(ViewingRoom.status != ViewingRoomStatus.PENDING, Unit.name, ViewingRoom.id)
    )
    if status is not None:
        query = query.where(ViewingRoom.status == status)
    return [Shown(room, unit, viewing_room_names.names_of(room)) for room, unit in db.session().execute(query)]


def one(meeting_id: int, room_id: int, *, unit_id: int | None = None) -> Shown:
    """Raises Missing, also for another unit than the one named."""
    query = (
        sa.select(ViewingRoom, Unit.name)
        .join(Unit, Unit.id == ViewingRoom.unit_id)
        .where(ViewingRoom.id == room_id, ViewingRoom.meeting_id == meeting_id)
    )
    found = db.session().execute(query).first()
    if found is None or (unit_id is not None and found[0].unit_id != unit_id):
        raise Missing
    return Shown(found[0], found[1], viewing_room_names.names_of(found[0]))


def photo(meeting_id: int, room_id: int, *, unit_id: int | None = None) -> Opened:
    """Raises Missing."""
    room = one(meeting_id, room_id, unit_id=unit_id).room
    if room.photo_id is None:
        raise Missing
    return files.read(room.photo_id)
