"""What programs are told: the JSON objects of the contract, made from rows, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from conference import db
from conference.models import Checkpoint, Delegate, Departure, Meeting, Participation, SignUp, Stop, Unit, ViewingRoom
from conference.rules.visits_planning_answers import Plan
from conference.services import attendance, capacities, checkpoints, figures, meetings, sign_ups, unit_lists, visits
from conference.services.entries import Place
from conference.services.registration import Registered
from conference.services.waiting import place_in_line, places_in_line
from conference.vocabulary import DelegateStatus, Missing, Mode

Object = dict[str, Any]  # a JSON object


@dataclass(frozen=True)
class Listing:
    """One page of a list; `last_id` is what the next one follows, None at the end."""

    items: list[Object]
    last_id: int | None


def meeting(meeting_id: int) -> Object:
    """Raises Missing."""
    return _meeting(meetings.by_id(meeting_id))


def unit_list(meeting_id: int, *, after_id: int, limit: int) -> Listing:
    found = unit_lists.after(meeting_id, after_id=after_id, limit=limit)
    return Listing([unit(part) for part in found[:limit]], found[limit - 1].unit_id if len(found) > limit else None)


def unit(part: Participation) -> Object:
    return {
        "id": part.unit_id,
        "name": part.unit.name,
        "province": part.unit.province,
        "district": part.unit.district,
        "kind": part.unit.kind.value,
        "credit_code": part.unit.credit_code,
        "delegate_limit": part.delegate_limit,
    }


def delegate_list(meeting_id: int, *, after_id: int, limit: int, personal: bool) -> Listing:
    """Delegates by id; without `personal` nothing that identifies a person. The same few statements for any limit."""
    query = (
        sa.select(Delegate)
        .where(Delegate.meeting_id == meeting_id, Delegate.id > after_id)
        .order_by(Delegate.id)
        .limit(limit + 1)
    )
    found = db.session().scalars(query.options(selectinload(Delegate.codes))).all()
    return Listing(_delegates(found[:limit], personal=personal), found[limit - 1].id if len(found) > limit else None)


def delegate(meeting_id: int, delegate_id: int, *, personal: bool) -> Object:
    """Raises Missing."""
    query = sa.select(Delegate).where(Delegate.id == delegate_id, Delegate.meeting_id == meeting_id)
    found = db.session().scalars(query.options(selectinload(Delegate.codes))).first()
    if found is None:
        raise Missing
    return _delegates([found], personal=personal)[0]


def registered(made: Registered, *, personal: bool) -> Object:
    """A place just made, as `delegate` would show it, from what was written."""
    place = made.place
    if place is None:
        return delegate(made.delegate.meeting_id, made.delegate_id, personal=personal)
    return {
        "id": place.id,
        "number": place.number,
        "code": place.code if personal else None,
        "name": place.name if personal else None,
        "unit": {"id": place.unit.id, "name": place.unit.name, "province": place.unit.province},
        "position": place.position if personal else None,
        "category": place.category.value,
        "mode": place.mode.value,
        "status": place.status.value,
        "waiting_for": None,
        "waitlist_place": _place_in_line(place),
        "acknowledged_at": _time(place.acknowledged_at),
        "access_url": None,
        "created_at": place.created_at.isoformat(),
    }


def checkpoint_list(meeting_id: int, *, after_id: int, limit: int) -> Listing:
    found = checkpoints.listed(meeting_id, after_id=after_id, limit=limit + 1)
    return Listing([checkpoint(point) for point in found[:limit]], found[limit - 1].id if len(found) > limit else None)


def checkpoint(point: Checkpoint) -> Object:
    return {
        "id": point.id,
        "name": point.name,
        "kind": point.kind.value,
        "opens_at": _time(point.opens_at),
        "closes_at": _time(point.closes_at),
        "reentry": point.reentry,
        "session_id": point.session_id,
        "departure_id": point.departure_id,
        "leg": point.leg,
    }


def attendance_entry(entry: attendance.Entry) -> Object:
    return {
        "delegate_id": entry.delegate_id,
        "session_id": entry.session_id,
        "minutes": entry.minutes,
        "grade": entry.grade.value,
    }


def viewing_room(room: ViewingRoom, *, personal: bool) -> Object:
    return {
        "id": room.id,
        "unit_id": room.unit_id,
        "place": room.place,
        "host": room.host if personal else None,
        "headcount": room.headcount,
        "status": room.status.value,
    }


def stop_list(meeting_id: int, *, after_id: int, limit: int) -> Listing:
    found = visits.stops(meeting_id, after_id=after_id, limit=limit + 1)
    return Listing([stop(one) for one in found[:limit]], found[limit - 1].id if len(found) > limit else None)


def stop(one: Stop) -> Object:
    return {"id": one.id, "name": one.name, "address": one.address, "capacity": one.capacity}


def departure_list(meeting_id: int, *, after_id: int, limit: int) -> Listing:
    found = visits.departures(meeting_id, after_id=after_id, limit=limit + 1)
    waiting = sign_ups.waiting([one.line_id for one in found])
    items = [departure(one, waitlisted=waiting.get(one.line_id, 0)) for one in found[:limit]]
    return Listing(items, found[limit - 1].id if len(found) > limit else None)


def departure(one: Departure, *, waitlisted: int) -> Object:
    return {
        "id": one.id,
        "name": one.name,
        "leaves_at": one.leaves_at.isoformat(),
        "seats": one.line.capacity,
        "stops": [
            {
                "stop_id": stay.stop_id,
                "arrives_at": stay.arrives_at.isoformat(),
                "leaves_at": stay.leaves_at.isoformat(),
            }
            for stay in one.stays
        ],
        "taken": one.line.taken,
        "waitlisted": waitlisted,
    }


def plan(found: Plan, sizes: Sequence[int]) -> list[Object]:
    """One departure a party."""
    return [
        {
            "seats": size,
            "leaves_at": way.leaves_at.isoformat(),
            "returns_at": way.returns_at.isoformat(),
            "stops": [
                {
                    "stop_id": visit.stop_id,
                    "arrives_at": visit.arrives_at.isoformat(),
                    "leaves_at": visit.leaves_at.isoformat(),
                }
                for visit in way.visits
            ],
        }
        for size, way in zip(sizes, found.itineraries, strict=True)
    ]


def sign_up(one: SignUp) -> Object:
    return {"id": one.id, "status": one.status.value, "waitlist_place": visits.waitlist_place(one)}


def figures_of(meeting: Meeting, *, now: datetime) -> Object:
    """The figures of the contract. What is not counted yet (signatures) is zero."""
    found, online = figures.of(meeting.id, now=now), attendance.online(meeting)
    seated, boarded = visits.figures(meeting.id)
    status = found.status
    return {
        "delegates": {
            "confirmed": status[DelegateStatus.CONFIRMED],
            "pending": status[DelegateStatus.PENDING],
            "waitlisted": status[DelegateStatus.WAITLISTED],
            "cancelled": status[DelegateStatus.CANCELLED] + status[DelegateStatus.DECLINED],
            "in_person": found.confirmed[Mode.IN_PERSON],
            "online": found.confirmed[Mode.ONLINE],
        },
        "provinces": len(found.provinces),
        "units": sum(1 for row in found.units if row.confirmed_total),
        "present": {
            "in_person": found.present,
            "inside": found.inside,
            "provinces": len(found.provinces_present),
            "online": online.people,
            "online_by": {"beats": online.beats, "platform": online.platform},
            "collective": online.collective,
        },
        "visits": {"confirmed": seated, "boarded": boarded},
        "signatures": 0,
        "speaking_units": found.speaking_units,
        "as_of": found.as_of.isoformat(),
    }


def short_unit(found: Unit) -> Object:
    """A unit as it stands in a delegate, a scan's answer and the roster."""
    return {"id": found.id, "name": found.name, "province": found.province}


def _meeting(found: Meeting) -> Object:
    lines = capacities.lines(found.id)
    return {
        "slug": found.slug,
        "title": found.title,
        "theme": found.theme,
        "place": found.place,
        "province": found.province,
        "timezone": found.timezone,
        "starts_at": found.starts_at.isoformat(),
        "ends_at": found.ends_at.isoformat(),
        "status": found.status.value,
        "hosts": [{"name": host.name, "role": host.role.value} for host in found.hosts],
        "capacity": {mode.value: lines[mode].capacity for mode in Mode},
        "registration": {
            "opens_at": found.registration_opens_at.isoformat(),
            "closes_at": found.registration_closes_at.isoformat(),
            "approval": found.approval.value,
            "open_to": found.open_to.value,
        },
    }


def _delegates(found: Sequence[Delegate], *, personal: bool) -> list[Object]:
    places = places_in_line(db.session(), found)
    return [_delegate(one, places.get(one.id), personal=personal) for one in found]


def _delegate(found: Delegate, place: int | None, *, personal: bool) -> Object:
    live = next((code.code for code in found.codes if code.revoked_at is None and code.repeat_id is None), None)
    return {
        "id": found.id,
        "number": found.number,
        "code": live if personal else None,
        "name": found.name if personal else None,
        "unit": short_unit(found.unit),
        "position": found.position if personal else None,
        "category": found.category.value,
        "mode": found.mode.value,
        "status": found.status.value,
        "waiting_for": found.waiting_for.value if found.waiting_for else None,
        "waitlist_place": place,
        "acknowledged_at": _time(found.acknowledged_at),
        "access_url": None,
        "created_at": found.created_at.isoformat(),
    }


def _place_in_line(place: Place) -> int | None:
    return place.ticket and place_in_line(db.session(), place.meeting_id, place.mode, place.ticket)


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
