"""The stops of the visits (参访点) at the desk: what they are, who receives people there, in which order they stand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Departure, Meeting, Stay, Stop, StopPerson, StopPhoto
from conference.rules import contact, web_links
from conference.rules import visits as shape
from conference.rules.text import NAME_LIMIT, SHORT_LIMIT, fault_in
from conference.sealing import digest, seal, unseal
from conference.services import activity, files, viewing_photos, visits_stays
from conference.services.delegates import Doing
from conference.services.visits_stays import StopCrowded
from conference.vocabulary import Fault, Malformed, MeetingStatus, Missing, Refusal, Refused, StopRole

MOST_STOPS, MOST_PEOPLE, MOST_PHOTOS = 40, 20, 12
MOST_CAPACITY, LONGEST_STAY, SHOWS_LIMIT = 100_000, 600, 2000


@dataclass(frozen=True)
class Contact:
    """Who receives people at a stop, or guides them there; `phone` "" where there is none."""

    role: StopRole
    name: str
    phone: str = ""


@dataclass(frozen=True)
class StopFields:
    """`stay_minutes` None: as long as the meeting's visits usually stay."""

    name: str
    capacity: int
    address: str = ""
    map_url: str = ""
    shows: str = ""
    stay_minutes: int | None = None
    people: tuple[Contact, ...] = ()


class StopInUse(Refused):
    """Departures go there (stop_in_use): their names, the earliest first."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(Refusal.STOP_IN_USE)
        self.names = tuple(names)


def add(meeting_id: int, fields: StopFields, doing: Doing) -> Stop:
    """A new one, after the others. Raises Malformed, Refused (meeting_over)."""
    with db.transaction() as session:
        open_meeting(session, meeting_id)
        there = listed(meeting_id)
        if len(there) >= MOST_STOPS:
            raise Malformed({"name": Fault.TOO_MANY})
        fields = _checked(there, fields)
        stop = Stop(meeting_id=meeting_id, rank=next_rank(there))
        _write(stop, fields)
        session.add(stop)
        session.flush()
        _record(session, doing, "visits.stop_added", stop, {}, _trail(stop))
        return stop


def edit(meeting_id: int, stop_id: int, fields: StopFields, doing: Doing, *, seen: str | None = None) -> Stop:
    """Say it otherwise; `seen` is the `stamp` of what was looked at, None not to ask.

    Raises Missing, Malformed, Refused (meeting_over, changed_meanwhile, stop_over_capacity as StopCrowded where the
    departures bring more at one time than it would hold).
    """
    with db.transaction() as session:
        open_meeting(session, meeting_id)
        stop = _held(session, meeting_id, stop_id)
        if seen is not None and seen != stamp(stop):
            raise Refused(Refusal.CHANGED_MEANWHILE)
        fields = _checked([one for one in listed(meeting_id) if one.id != stop_id], fields)
        if fields.capacity < stop.capacity:
            capacity = {stop_id: fields.capacity}
            if found := shape.overfull(visits_stays.others(session, capacity), capacity):
                raise StopCrowded(visits_stays.crowd(session, found))
        before, known = _trail(stop), stamp(stop)
        _write(stop, fields)
        session.flush()
        if stamp(stop) != known:
            _record(session, doing, "visits.stop_edited", stop, before, _trail(stop))
        return stop


def move(meeting_id: int, stop_id: int, by: int, doing: Doing) -> None:
    """So many places down, up where negative, as far as there is room. Raises Missing, Refused (meeting_over)."""
    with db.transaction() as session:
        open_meeting(session, meeting_id)
        there = listed(meeting_id)
        stop = next((one for one in there if one.id == stop_id), None)
        if stop is None:
            raise Missing
        here = there.index(stop)
        there.insert(max(0, here + by), there.pop(here))
        for rank, each in enumerate(there):
            each.rank = rank
        if (now := there.index(stop)) != here:
            _record(session, doing, "visits.stop_moved", stop, {"rank": here + 1}, {"rank": now + 1})


def remove(meeting_id: int, stop_id: int, doing: Doing) -> str:
    """It is there no more; returns its name. Raises Missing, Refused (meeting_over, stop_in_use as StopInUse)."""
    with db.transaction() as session:
        open_meeting(session, meeting_id)
        stop = _held(session, meeting_id, stop_id)
        if names := departures_to(stop_id):
            raise StopInUse(names)
        name, photos = stop.name, [photo.file_id for photo in stop.photos]
        _record(session, doing, "visits.stop_removed", stop, _trail(stop), {})
        session.delete(stop)
        session.flush()
        files.forget(session, photos)
        return name


def add_photo(meeting_id: int, stop_id: int, content: bytes, caption: str, doing: Doing) -> StopPhoto:
    """A photograph, drawn anew. Raises Missing, Malformed (photo, caption), Refused (meeting_over)."""
    if fault := fault_in(caption, limit=SHORT_LIMIT, required=False):
        raise Malformed({"caption": fault})
    upload = viewing_photos.drawn(content)
    with db.transaction() as session:
        open_meeting(session, meeting_id)
        stop = _held(session, meeting_id, stop_id)
        if len(stop.photos) >= MOST_PHOTOS:
            raise Malformed({"photo": Fault.TOO_MANY})
        kept = files.keep(session, meeting_id=meeting_id, delegate_id=None, upload=upload, now=doing.now)
        rank = stop.photos[-1].rank + 1 if stop.photos else 0
        photo = StopPhoto(stop_id=stop.id, rank=rank, file_id=kept.id, caption=caption.strip())
        stop.photos.append(photo)
        session.flush()
        _record(session, doing, "visits.photo_added", stop, {}, {"photos": len(stop.photos)})
        return photo


def drop_photo(meeting_id: int, stop_id: int, photo_id: int, doing: Doing) -> None:
    """Raises Missing, Refused (meeting_over)."""
    with db.transaction() as session:
        open_meeting(session, meeting_id)
        stop = _held(session, meeting_id, stop_id)
        photo = _photo(stop, photo_id)
        before, file_id = len(stop.photos), photo.file_id
        stop.photos.remove(photo)
        session.flush()
        files.forget(session, [file_id])
        _record(session, doing, "visits.photo_removed", stop, {"photos": before}, {"photos": before - 1})


def photo(meeting_id: int, stop_id: int, photo_id: int) -> files.Opened:
    """Raises Missing."""
    return files.read(_photo(one(meeting_id, stop_id), photo_id).file_id)


def listed(meeting_id: int) -> list[Stop]:
    """In their order."""
    query = sa.select(Stop).where(Stop.meeting_id == meeting_id)
    return list(db.session().scalars(query.order_by(Stop.rank, Stop.id)))


def one(meeting_id: int, stop_id: int) -> Stop:
    """Raises Missing."""
    found = db.session().get(Stop, stop_id)
    if found is None or found.meeting_id != meeting_id:
        raise Missing
    return found


def next_rank(there: Sequence[Stop]) -> int:
    """Where a new one stands: after all of `there`, which are in their order."""
    return there[-1].rank + 1 if there else 0


def departures_to(stop_id: int) -> Sequence[str]:
    """The names of the departures that go there, the earliest first."""
    query = sa.select(Departure.name).join(Stay, Stay.departure_id == Departure.id).where(Stay.stop_id == stop_id)
    return db.session().scalars(query.order_by(Departure.leaves_at, Departure.id)).all()


def fields_of(stop: Stop) -> StopFields:
    plain = {name: getattr(stop, name) for name in StopFields.__dataclass_fields__ if name != "people"}
    return StopFields(**plain, people=contacts(stop))


def contacts(stop: Stop) -> tuple[Contact, ...]:
    return tuple(
        Contact(one.role, one.name, unseal(one.phone_sealed) if one.phone_sealed else "") for one in stop.people
    )


def stamp(stop: Stop) -> str:
    """Another one after every change of what is said of it."""
    return digest(repr(fields_of(stop)))


def open_meeting(session: Session, meeting_id: int) -> None:
    """One at a time changes what stands in the visits of a meeting. Raises Refused (meeting_over)."""
    if session.get_one(Meeting, meeting_id).status is MeetingStatus.ARCHIVED:
        raise Refused(Refusal.MEETING_OVER)
    db.one_at_a_time(session, meeting_id)


def _held(session: Session, meeting_id: int, stop_id: int) -> Stop:
    query = sa.select(Stop).where(Stop.id == stop_id, Stop.meeting_id == meeting_id)
    found = session.scalars(db.lock(query).execution_options(populate_existing=True)).first()
    if found is None:
        raise Missing
    return found


def _photo(stop: Stop, photo_id: int) -> StopPhoto:
    found = next((one for one in stop.photos if one.id == photo_id), None)
    if found is None:
        raise Missing
    return found


def _checked(others: Sequence[Stop], fields: StopFields) -> StopFields:
    """The same, trimmed, its link and phones as they are kept. Raises Malformed (hosts, guides for the people)."""
    address = web_links.kept(fields.map_url) if fields.map_url.strip() else ""
    faults: dict[str, Fault | None] = {
        "name": fault_in(fields.name, limit=SHORT_LIMIT),
        "address": fault_in(fields.address, limit=SHORT_LIMIT, required=False),
        "map_url": address if isinstance(address, Fault) else None,
        "shows": fault_in(fields.shows, limit=SHOWS_LIMIT, required=False, lines=True),
        "capacity": None if 1 <= fields.capacity <= MOST_CAPACITY else Fault.OUT_OF_RANGE,
        "stay_minutes": None if 1 <= (fields.stay_minutes or 1) <= LONGEST_STAY else Fault.OUT_OF_RANGE,
    }
    if any(other.name == fields.name.strip() for other in others):
        faults["name"] = Fault.NAME_IN_USE
    people = []
    for one_ in fields.people:
        phone = contact.phone(one_.phone) if one_.phone else ""
        where = f"{one_.role.value}s"
        faults[where] = (
            faults.get(where) or fault_in(one_.name, limit=NAME_LIMIT) or (Fault.NOT_A_PHONE if phone is None else None)
        )
        people.append(Contact(one_.role, one_.name.strip(), phone or ""))
    if len(people) > MOST_PEOPLE:
        faults["hosts"] = Fault.TOO_MANY
    if wrong := {field: fault for field, fault in faults.items() if fault is not None}:
        raise Malformed(wrong)
    ready = {"name": fields.name.strip(), "address": fields.address.strip(), "map_url": str(address)}
    return StopFields(
        **ready,
        capacity=fields.capacity,
        shows=fields.shows.strip(),
        stay_minutes=fields.stay_minutes,
        people=tuple(people),
    )


def _write(stop: Stop, fields: StopFields) -> None:
    for name, value in asdict(fields).items():
        if name != "people":
            setattr(stop, name, value)
    if contacts(stop) != fields.people:
        stop.people = [
            StopPerson(rank=rank, role=one.role, name=one.name, phone_sealed=seal(one.phone) if one.phone else None)
            for rank, one in enumerate(fields.people)
        ]


def _trail(stop: Stop) -> dict[str, Any]:
    """What the record keeps: nobody's name or phone."""
    return {name: getattr(stop, name) for name in ("name", "address", "capacity", "shows", "stay_minutes")}


def _record(
    session: Session, doing: Doing, verb: str, stop: Stop, before: dict[str, Any], after: dict[str, Any]
) -> None:
    activity.record(
        session,
        doing.actor,
        verb,
        "stop",
        stop.id,
        meeting_id=stop.meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )
