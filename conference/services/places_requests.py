"""Requests for more places (增加名额): a unit asks, an organiser decides, the liaison is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Participation, PlacesRequest
from conference.rules.text import fault_in
from conference.services import liaisons, outbox, units
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, MessageKind, Missing, Refusal, Refused

NOTE_LIMIT = 500
MOST_PLACES = 10_000


def ask(participation_id: int, *, in_person: int, online: int, reason: str, doing: Doing) -> PlacesRequest:
    """A unit asks for more places; one that waits already is replaced by it. Raises Missing and Malformed."""
    _check(reason, "reason", in_person, online)
    with db.transaction() as session:
        part = session.scalars(db.lock(sa.select(Participation).where(Participation.id == participation_id))).first()
        if part is None:
            raise Missing
        request = session.scalars(_open().where(PlacesRequest.participation_id == part.id)).first()
        if request is None:
            request = PlacesRequest(participation_id=part.id, in_person=0, online=0, reason="", created_at=doing.now)
            session.add(request)
        before = (request.in_person, request.online, request.reason)
        request.in_person, request.online, request.reason = in_person, online, reason.strip()
        session.flush()
        if before != (in_person, online, reason.strip()):
            units.record(session, doing, "unit.places_asked", part, after={"in_person": in_person, "online": online})
        return request


def grant(
    meeting_id: int, request_id: int, doing: Doing, *, in_person: int, online: int, note: str = ""
) -> PlacesRequest:
    """Give a unit so many places more of each mode, whatever it asked for; its limits rise and its liaison is told.

    A limit that is none stays none. Raises Missing, Malformed and Refused (decided_already).
    """
    _check(note, "note", in_person, online)
    with db.transaction() as session:
        part, request = _held(session, meeting_id, request_id)
        before = {name: getattr(part, name) for name in units.PART_FIELDS}
        for field, more in (
            ("in_person_limit", in_person),
            ("online_limit", online),
            ("delegate_limit", in_person + online),
        ):
            limit = getattr(part, field)
            setattr(part, field, None if limit is None else limit + more)
        units.keep_within(part)
        request.granted, request.decided_at, request.note = True, doing.now, note.strip()
        request.given_in_person, request.given_online = in_person, online
        session.flush()
        after = {name: getattr(part, name) for name in units.PART_FIELDS}
        given = {"in_person": in_person, "online": online}
        units.record(session, doing, "unit.places_granted", part, before, after | given)
        _tell(session, part, request, doing)
        return request


def decline(meeting_id: int, request_id: int, doing: Doing, *, note: str = "") -> PlacesRequest:
    """Give no more places; the liaison is told, with the note. Raises Missing, Malformed, Refused (decided_already)."""
    if fault := fault_in(note, limit=NOTE_LIMIT, required=False, lines=True):
        raise Malformed({"note": fault})
    with db.transaction() as session:
        part, request = _held(session, meeting_id, request_id)
        request.granted, request.decided_at, request.note = False, doing.now, note.strip()
        session.flush()
        units.record(session, doing, "unit.places_declined", part)
        _tell(session, part, request, doing)
        return request


@dataclass(frozen=True)
class Asked:
    """A request with the unit that asks."""

    request: PlacesRequest
    part: Participation


def waiting(meeting_id: int) -> list[Asked]:
    """Those that wait for an organiser, the oldest first."""
    query = _of_meeting(meeting_id).where(PlacesRequest.decided_at.is_(None)).order_by(PlacesRequest.id)
    return [Asked(request, part) for request, part in db.session().execute(query)]


def decided(meeting_id: int, *, limit: int = 50) -> list[Asked]:
    """Those that were decided on, the newest first."""
    query = _of_meeting(meeting_id).where(PlacesRequest.decided_at.is_not(None))
    ordered = query.order_by(PlacesRequest.decided_at.desc(), PlacesRequest.id.desc()).limit(limit)
    return [Asked(request, part) for request, part in db.session().execute(ordered)]


def one(meeting_id: int, request_id: int) -> Asked:
    """Raises Missing."""
    found = db.session().execute(_of_meeting(meeting_id).where(PlacesRequest.id == request_id)).first()
    if found is None:
        raise Missing
    return Asked(*found)


def of(participation_id: int) -> Sequence[PlacesRequest]:
    """A unit's requests, the newest first."""
    query = sa.select(PlacesRequest).where(PlacesRequest.participation_id == participation_id)
    return db.session().scalars(query.order_by(PlacesRequest.id.desc())).all()


def count_waiting(meeting_id: int) -> int:
    query = _of_meeting(meeting_id).where(PlacesRequest.decided_at.is_(None))
    return (
        db.session().scalar(
            sa.select(sa.func.count()).select_from(query.with_only_columns(PlacesRequest.id).subquery())
        )
        or 0
    )


def _of_meeting(meeting_id: int) -> sa.Select[PlacesRequest, Participation]:
    return (
        sa.select(PlacesRequest, Participation)
        .join(Participation, Participation.id == PlacesRequest.participation_id)
        .where(Participation.meeting_id == meeting_id)
    )


def _open() -> sa.Select[PlacesRequest]:
    return sa.select(PlacesRequest).where(PlacesRequest.decided_at.is_(None))


def _held(session: Session, meeting_id: int, request_id: int) -> tuple[Participation, PlacesRequest]:
    """The participation is locked first: whoever asks, decides or merges holds it."""
    part = one(meeting_id, request_id).part
    part = session.scalars(db.lock(sa.select(Participation).where(Participation.id == part.id))).one()
    request = session.scalars(db.lock(sa.select(PlacesRequest).where(PlacesRequest.id == request_id))).first()
    if request is None or request.participation_id != part.id:
        raise Missing
    if request.decided_at is not None:
        raise Refused(Refusal.DECIDED_ALREADY)
    return part, request


def _tell(session: Session, part: Participation, request: PlacesRequest, doing: Doing) -> None:
    liaison = liaisons.of(part.id)
    if liaison is None:
        return
    facts = {
        "accepted": bool(request.granted),
        "reason": request.note,
        "given_in_person": request.given_in_person,
        "given_online": request.given_online,
    }
    outbox.put_to_liaison(
        session, MessageKind.PLACES_DECIDED, liaison, meeting_id=part.meeting_id, now=doing.now, facts=facts
    )


def _check(text: str, field: str, in_person: int, online: int) -> None:
    faults: dict[str, Fault] = {}
    if fault := fault_in(text, limit=NOTE_LIMIT, required=False, lines=True):
        faults[field] = fault
    for name, number in (("in_person", in_person), ("online", online)):
        if not 0 <= number <= MOST_PLACES:
            faults[name] = Fault.OUT_OF_RANGE
    if not faults and in_person + online == 0:
        faults["in_person"] = Fault.REQUIRED
    if faults:
        raise Malformed(faults)
