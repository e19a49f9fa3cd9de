"""An afternoon of site visits for tests: two departures round two stops, and one later."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from conference import db
from conference.models import Delegate, Departure
from conference.sealing import seal
from conference.services import visits, visits_seats, visits_swaps
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.visits import DepartureFacts, StayFacts, StopFacts


def an_afternoon(meeting_id: int, *, begins: datetime, seats: tuple[int, ...] = (1, 1)) -> list[int]:
    """The ids of 1号车, 2号车… that leave together, with a leader; two stops of 140, twenty minutes apart."""
    doing = Doing(SYSTEM, begins - timedelta(hours=1), "http://localhost")
    there = {one.name: one.id for one in visits.stops(meeting_id)}
    stops = [
        there.get(name) or visits.add_stop(meeting_id, StopFacts(name, 140, "平城区"), doing).id
        for name in ("民和社区", "文兴社区")
    ]
    made = [
        departure(meeting_id, f"{n}号车", begins, stops[(n + 1) % 2 :] + stops[: (n + 1) % 2], seats=many)
        for n, many in enumerate(seats, 1)
    ]
    with db.transaction() as session:
        led = {"leader_name": "何静", "leader_phone_sealed": seal("13700000007"), "plate": "晋B12345"}
        session.execute(sa.update(Departure).where(Departure.id.in_(made)).values(boards_at="会场东门", **led))
    return made


def a_swap(meeting_id: int, made: list[int], asker_id: int, other_id: int, doing: Doing) -> int:
    """Both have seats, on the first and the second of `made`, and the first asked the second to change."""
    for bus, who in zip(made, (asker_id, other_id), strict=False):
        visits_seats.take(meeting_id, bus, who, doing, by=visits_seats.By.ORGANISER)
    number = db.session().get_one(Delegate, other_id).number
    return visits_swaps.ask(meeting_id, asker_id, made[0], number, doing).id


def departure(meeting_id: int, name: str, leaves_at: datetime, stops: list[int], *, seats: int) -> int:
    """Twenty minutes to each stop and forty there."""
    doing = Doing(SYSTEM, leaves_at - timedelta(hours=1), "http://localhost")
    stays = [
        StayFacts(stop, leaves_at + timedelta(minutes=20 + 60 * n), leaves_at + timedelta(minutes=60 + 60 * n))
        for n, stop in enumerate(stops)
    ]
    return visits.add_departure(meeting_id, DepartureFacts(name, leaves_at, seats, stays), doing).id
