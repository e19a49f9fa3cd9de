"""Viewing rooms (集体收看点): a unit's people watch one screen together; an organiser's yes makes them count.

Names are sealed; the photo is drawn anew (`viewing_photos`) and kept where all files are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Meeting, Participation, ViewingRoom
from conference.sealing import digest
from conference.services import activity, files, viewing_photos
from conference.services.delegates import Doing
from conference.services.files import Upload
from conference.services.viewing_room_names import names_of, write_names
from conference.vocabulary import (
    ActorKind,
    Fault,
    Malformed,
    MeetingStatus,
    Missing,
    Refusal,
    Refused,
    ViewingRoomStatus,
)

MOST = 100_000

_SETTLED = {
    ViewingRoomStatus.APPROVED: "viewing_room.approved",
    ViewingRoomStatus.DECLINED: "viewing_room.declined",
}


@dataclass(frozen=True)
class RoomFacts:
    """`headcount` from 1; `names` of those who watch, where the unit names them."""

    unit_id: int
    place: str
    host: str
    headcount: int
    names: tuple[str, ...] = ()


def declare(meeting_id: int, facts: RoomFacts, doing: Doing, *, photo: bytes = b"") -> ViewingRoom:
    """Raises Malformed: a unit that does not take part (unit_id), a head-count out of 1 to 100,000, or below the
    names (headcount), no picture that can be read (photo).
    """
    drawn = viewing_photos.drawn(photo) if photo else None
    with db.transaction() as session:
        return _declare(session, meeting_id, facts, drawn, doing)


def declare_once(meeting_id: int, facts: RoomFacts, doing: Doing, *, photo: bytes = b"") -> tuple[ViewingRoom, bool]:
    """The same by the unit, but for a room that was declared with just these words already, which it returns; and
    whether it is a new one. A form that is sent twice declares once. Raises Refused (meeting_over) too.
    """
    drawn = viewing_photos.drawn(photo) if photo else None
    with db.transaction() as session:
        _must_go_on(session, meeting_id)
        if _takes_part(session, meeting_id, facts.unit_id):
            for room in listed(meeting_id, unit_id=facts.unit_id):
                if room.status is not ViewingRoomStatus.DECLINED and _facts(room) == facts:
                    return room, False
        return _declare(session, meeting_id, facts, drawn, doing), True


def change(
    meeting_id: int,
    room_id: int,
    facts: RoomFacts,
    doing: Doing,
    *,
    photo: bytes = b"",
    drop_photo: bool = False,
) -> ViewingRoom:
    """By the unit, until it is approved; one that was declined waits again. Raises Missing, Refused
    (decided_already, meeting_over), Malformed as `declare` does.
    """
    drawn = viewing_photos.drawn(photo) if photo else None
    with db.transaction() as session:
        room = _own(session, meeting_id, room_id, facts.unit_id)
        _check(facts)
        before = room.status
        if _facts(room) == facts and not drawn and not drop_photo and before is ViewingRoomStatus.PENDING:
            return room
        _write(room, facts)
        room.status, room.reason, room.settled_at, room.account_id = ViewingRoomStatus.PENDING, "", None, None
        if drawn or drop_photo:
            _keep_photo(session, room, drawn, doing)
        _record(session, doing, "viewing_room.changed", room, before)
        return room


def approve(meeting_id: int, room_id: int, doing: Doing, *, seen: str | None = None) -> ViewingRoom:
    """It counts from now on; on one approved already nothing changes.

    `seen` is the `stamp` of what was looked at, None not to ask. Raises Missing, Refused (changed_meanwhile).
    """
    return _settle(meeting_id, room_id, ViewingRoomStatus.APPROVED, "", doing, seen)


def decline(meeting_id: int, room_id: int, reason: str, doing: Doing, *, seen: str | None = None) -> ViewingRoom:
    """It does not count, or no longer. Raises as `approve` does, and Malformed (reason) without one."""
    if not reason.strip():
        raise Malformed({"reason": Fault.REQUIRED})
    return _settle(meeting_id, room_id, ViewingRoomStatus.DECLINED, reason.strip(), doing, seen)


def stamp(room: ViewingRoom) -> str:
    """Another one after every change of what an organiser judges."""
    return digest(f"{_facts(room)} {room.photo_id} {room.status}")


def correct(
    meeting_id: int, room_id: int, headcount: int, reason: str, doing: Doing, *, seen: str | None = None
) -> ViewingRoom:
    """By an organiser, of a room that counts. `seen` is the `stamp` of what was looked at, None not to ask.

    Raises Missing, Malformed (headcount, reason), Refused (changed_meanwhile).
    """
    if not reason.strip():
        raise Malformed({"reason": Fault.REQUIRED})
    if not 1 <= headcount <= MOST:
        raise Malformed({"headcount": Fault.OUT_OF_RANGE})
    with db.transaction() as session:
        room = _held(session, meeting_id, room_id)
        if room.status is not ViewingRoomStatus.APPROVED:
            raise Missing
        if room.headcount != headcount:
            if seen is not None and seen != stamp(room):
                raise Refused(Refusal.CHANGED_MEANWHILE)
            before, room.headcount = {"headcount": room.headcount}, headcount
            after = {"headcount": headcount, "reason": reason.strip()}
            _trace(session, doing, "viewing_room.corrected", room, before, after)
        return room


def take_back(meeting_id: int, room_id: int, unit_id: int, doing: Doing) -> None:
    """The unit takes its own back. Raises Missing, and Refused: decided_already once it was approved, meeting_over."""
    with db.transaction() as session:
        room = _own(session, meeting_id, room_id, unit_id)
        _record(session, doing, "viewing_room.taken_back", room, room.status)
        photo_id = room.photo_id
        session.delete(room)
        session.flush()
        if photo_id is not None:
            files.forget(session, [photo_id])


def listed(
    meeting_id: int, *, unit_id: int | None = None, after_id: int = 0, limit: int | None = None
) -> Sequence[ViewingRoom]:
    """By id; of one unit where it is named."""
    query = sa.select(ViewingRoom).where(ViewingRoom.meeting_id == meeting_id, ViewingRoom.id > after_id)
    if unit_id is not None:
        query = query.where(ViewingRoom.unit_id == unit_id)
    return db.session().scalars(query.order_by(ViewingRoom.id).limit(limit)).all()


def _declare(session: Session, meeting_id: int, facts: RoomFacts, drawn: Upload | None, doing: Doing) -> ViewingRoom:
    if not _takes_part(session, meeting_id, facts.unit_id):
        raise Malformed({"unit_id": Fault.UNKNOWN_ID})
    _check(facts)
    room = ViewingRoom(
        meeting_id=meeting_id, unit_id=facts.unit_id, status=ViewingRoomStatus.PENDING, declared_at=doing.now
    )
    _write(room, facts)
    _keep_photo(session, room, drawn, doing)
    session.add(room)
    session.flush()
    _record(session, doing, "viewing_room.declared", room, None)
    return room


def _settle(
    meeting_id: int, room_id: int, status: ViewingRoomStatus, reason: str, doing: Doing, seen: str | None
) -> ViewingRoom:
    with db.transaction() as session:
        room = _held(session, meeting_id, room_id)
        if room.status is not status:
            if seen is not None and seen != stamp(room):
                raise Refused(Refusal.CHANGED_MEANWHILE)
            before = room.status
            room.status, room.reason, room.settled_at = status, reason, doing.now
            room.account_id = doing.actor.id if doing.actor.kind is ActorKind.ACCOUNT else None
            _record(session, doing, _SETTLED[status], room, before)
        return room


def _held(session: Session, meeting_id: int, room_id: int) -> ViewingRoom:
    query = sa.select(ViewingRoom).where(ViewingRoom.id == room_id, ViewingRoom.meeting_id == meeting_id)
    room = session.scalars(db.lock(query)).first()
    if room is None:
        raise Missing
    return room


def _own(session: Session, meeting_id: int, room_id: int, unit_id: int) -> ViewingRoom:
    """A unit's own, held, that is not approved yet."""
    room = _held(session, meeting_id, room_id)
    if room.unit_id != unit_id:
        raise Missing
    _must_go_on(session, meeting_id)
    if room.status is ViewingRoomStatus.APPROVED:
        raise Refused(Refusal.DECIDED_ALREADY)
    return room


def _must_go_on(session: Session, meeting_id: int) -> None:
    """Units change nothing of a meeting that is over; organisers still set things right."""
    if session.get_one(Meeting, meeting_id).status is MeetingStatus.ARCHIVED:
        raise Refused(Refusal.MEETING_OVER)


def _takes_part(session: Session, meeting_id: int, unit_id: int) -> bool:
    """Whether it does; held, so that a form sent twice at once comes one after the other."""
    query = sa.select(Participation).where(Participation.meeting_id == meeting_id, Participation.unit_id == unit_id)
    return session.scalars(db.lock(query)).first() is not None


def _check(facts: RoomFacts) -> None:
    if not 1 <= facts.headcount <= MOST or facts.headcount < len(facts.names):
        raise Malformed({"headcount": Fault.OUT_OF_RANGE})


def _facts(room: ViewingRoom) -> RoomFacts:
    return RoomFacts(room.unit_id, room.place, room.host, room.headcount, names_of(room))


def _write(room: ViewingRoom, facts: RoomFacts) -> None:
    room.place, room.host, room.headcount = facts.place, facts.host, facts.headcount
    write_names(room, facts.names)


def _keep_photo(session: Session, room: ViewingRoom, drawn: Upload | None, doing: Doing) -> None:
    """This one instead of the one before."""
    old = room.photo_id
    kept = drawn and files.keep(session, meeting_id=room.meeting_id, delegate_id=None, upload=drawn, now=doing.now)
    room.photo_id = kept.id if kept else None
    if old is not None:
        session.flush()
        files.forget(session, [old])


def _record(session: Session, doing: Doing, verb: str, room: ViewingRoom, before: ViewingRoomStatus | None) -> None:
    facts: dict[str, Any] = {"place": room.place, "headcount": room.headcount, "status": room.status.value}
    if room.reason:
        facts["reason"] = room.reason
    _trace(session, doing, verb, room, {"status": before.value} if before else {}, facts)


def _trace(
    session: Session, doing: Doing, verb: str, room: ViewingRoom, before: dict[str, Any], after: dict[str, Any]
) -> None:
    activity.record(
        session,
        doing.actor,
        verb,
        "viewing_room",
        room.id,
        meeting_id=room.meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )
