"""The afternoon of the visits in both demonstrations: three stops, eight buses, as the report's file assumes it."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from conference.services import visits_desk, visits_settings, visits_stops
from conference.services.delegates import Doing
from conference.services.demonstration import report
from conference.services.demonstration.people import MARK, Invention
from conference.services.visits import StayFacts
from conference.services.visits_fields import DepartureFields
from conference.services.visits_stops import Contact, StopFields
from conference.vocabulary import StopRole

HALL = "会议中心南门"


def drive(meeting_id: int, begins: datetime, doing: Doing, *, seed: int, first_phone: int) -> None:
    """Buses leave the hall at `begins` and go round the stops, each third of them beginning at another one."""
    facts = report.afternoon()
    invention = Invention(random.Random(seed), first_phone=first_phone)  # noqa: S311 — the same people every time
    people = [invention.person("140000") for _ in range(facts.buses + len(facts.stops))]
    ride, stay = timedelta(minutes=facts.ride_minutes), timedelta(minutes=facts.stay_minutes)
    window = {"window_starts_at": begins, "window_ends_at": begins + facts.lasts}
    minutes = {"stay_minutes": facts.stay_minutes, "ride_minutes": facts.ride_minutes}
    visits_settings.save(meeting_id, {"hall": HALL, **window, **minutes}, doing)
    stops = [
        visits_stops.add(
            meeting_id,
            StopFields(name, facts.stop_capacity, district, people=(Contact(StopRole.HOST, host.name, host.phone),)),
            doing,
        ).id
        for (name, district), host in zip(facts.stops, people[facts.buses :], strict=True)
    ]
    for i in range(facts.buses):
        order = [stops[(i + turn) % len(stops)] for turn in range(len(stops))]
        arrivals = [begins + ride + turn * (stay + ride) for turn in range(len(order))]
        stays = tuple(StayFacts(id_, at, at + stay) for id_, at in zip(order, arrivals, strict=True))
        bus = DepartureFields(
            f"{i + 1}号车",
            begins,
            facts.bus_seats,
            stays,
            boards_at=HALL,
            returns_at=stays[-1].leaves_at + ride,
            accessible=i == 0,
            leader_name=people[i].name,
            leader_phone=people[i].phone or "",
            note=MARK,
        )
        visits_desk.add(meeting_id, bus, doing)
