"""The planner of the visits: Datong's afternoon, why there is none, what is fixed; and that plans are lawful, whatever
is asked, and "none" is true, as a search of every plan there is says.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from time import monotonic

import pytest

from conference.rules import visits_planning
from conference.rules.visits_planning import HALL
from conference.rules.visits_planning_answers import (
    Answer,
    Itinerary,
    NoPlan,
    NoPlanReason,
    Party,
    Plan,
    Remedy,
    RemedyKind,
    Stop,
    Undecided,
    Visit,
)

START = datetime(2023, 7, 19, 6, 0, tzinfo=UTC)  # 14:00 in Datong


@dataclass(frozen=True)
class Asked:
    """A question to the planner, in minutes."""

    parties: Sequence[Party]
    stops: Sequence[Stop]
    window: int
    stay: int
    ride: int
    rides: Mapping[tuple[int | None, int | None], int] | None = None
    starts_at: datetime = START

    def answer(self) -> Answer:
        ends_at = self.starts_at + timedelta(minutes=self.window)
        return visits_planning.plan(
            self.parties,
            self.stops,
            self.starts_at,
            ends_at,
            stay_minutes=self.stay,
            ride_minutes=self.ride,
            rides=self.rides,
        )

    def ride_between(self, a: int | None, b: int | None) -> int:
        known = self.rides or {}
        return known.get((a, b), known.get((b, a), self.ride))

    def stay_at(self, stop: Stop) -> int:
        return self.stay if stop.stay_minutes is None else stop.stay_minutes


def datong(*, capacity: int = 140, stay: int = 40) -> Asked:
    return Asked([Party(45)] * 8, [Stop(n, capacity) for n in (1, 2, 3)], 210, stay, 20)


def at(minutes: float, starts_at: datetime = START) -> datetime:
    return starts_at + timedelta(minutes=minutes)


def faults(asked: Asked, plan: Plan) -> list[str]:
    """What is unlawful about a plan; knows nothing of how it was made."""
    found = []
    stops = {stop.id: stop for stop in asked.stops}
    ends_at = at(asked.window, asked.starts_at)
    if len(plan.itineraries) != len(asked.parties):
        found.append("not one itinerary a party")
    waiting = timedelta()
    for party, way in zip(asked.parties, plan.itineraries, strict=True):
        if party.fixed is not None:
            found += ["what was fixed is another"] * (way != party.fixed)
            continue
        if sorted(visit.stop_id for visit in way.visits) != sorted(stops):
            found.append("not every stop once")
        if party.order is not None and tuple(visit.stop_id for visit in way.visits) != party.order:
            found.append("not in the order that is fixed")
        if way.leaves_at < asked.starts_at or way.returns_at > ends_at:
            found.append("not in the window")
        now, place, needed = way.leaves_at, HALL, timedelta()
        for visit in way.visits:
            ride = timedelta(minutes=asked.ride_between(place, visit.stop_id))
            stay = timedelta(minutes=asked.stay_at(stops[visit.stop_id]))
            found += ["there before a ride is over"] * (visit.arrives_at < now + ride)
            found += ["stays as long as it likes"] * (visit.leaves_at - visit.arrives_at != stay)
            now, place, needed = visit.leaves_at, visit.stop_id, needed + ride + stay
        ride = timedelta(minutes=asked.ride_between(place, HALL))
        found += ["back before the ride is over"] * (way.returns_at < now + ride)
        waiting += way.returns_at - way.leaves_at - needed - ride
    for stop in asked.stops:
        stays = [
            (visit, party.size)
            for party, way in zip(asked.parties, plan.itineraries, strict=True)
            for visit in way.visits
            if visit.stop_id == stop.id
        ]
        for moment in (visit.arrives_at for visit, _ in stays):
            people = sum(size for visit, size in stays if visit.arrives_at <= moment < visit.leaves_at)
            found += [f"{people} people at a stop of {stop.capacity}"] * (people > stop.capacity)
    if plan.waiting_minutes != -(-waiting // timedelta(minutes=1)):
        found.append(f"waits {waiting}, says {plan.waiting_minutes}")
    return found


def remedied(asked: Asked, remedy: Remedy) -> Asked:
    """The question with the remedy taken."""
    match remedy.kind:
        case RemedyKind.LARGER_STOPS:
            needs = {one.stop_id: one.needs for one in remedy.stops}
            return replace(asked, stops=[replace(s, capacity=needs.get(s.id, s.capacity)) for s in asked.stops])
        case RemedyKind.LONGER_WINDOW:
            return replace(asked, window=asked.window + (remedy.minutes or 0))
        case RemedyKind.SHORTER_STAY:
            minutes = remedy.minutes or 0
            return replace(asked, stops=[replace(s, stay_minutes=min(minutes, asked.stay_at(s))) for s in asked.stops])
        case RemedyKind.FEWER_PARTIES:
            return replace(asked, parties=[p for n, p in enumerate(asked.parties) if n not in remedy.parties])
        case RemedyKind.NOTHING_FIXED:
            return replace(asked, parties=[Party(party.size) for party in asked.parties])


# Datong.


def test_datong_is_planned_without_waiting():
    answer = datong().answer()
    assert isinstance(answer, Plan)
    assert faults(datong(), answer) == []
    assert (answer.waiting_minutes, answer.waits_least) == (0, True)
    assert {way.leaves_at for way in answer.itineraries} == {at(0)}
    assert {way.returns_at for way in answer.itineraries} == {at(200)}


def test_stops_of_130_are_too_small_and_135_would_do():
    answer = datong(capacity=130).answer()
    assert isinstance(answer, NoPlan)
    assert answer.reason is NoPlanReason.STOP_TOO_SMALL
    assert [(s.stop_id, s.capacity, s.needs, s.rounds, s.at_once) for s in answer.stops] == [
        (n, 130, 135, 3, 2) for n in (1, 2, 3)
    ]
    ways = {way.kind: way for way in answer.remedies}
    assert [stop.needs for stop in ways[RemedyKind.LARGER_STOPS].stops] == [135] * 3
    assert len(ways[RemedyKind.FEWER_PARTIES].parties) == 2


def test_stays_of_45_minutes_want_five_minutes_more():
    answer = datong(stay=45).answer()
    assert isinstance(answer, NoPlan)
    assert answer.reason is NoPlanReason.WINDOW_TOO_SHORT
    assert (answer.has_minutes, answer.needs_minutes) == (210, 215)
    ways = {way.kind: way.minutes for way in answer.remedies}
    assert ways == {RemedyKind.LONGER_WINDOW: 5, RemedyKind.SHORTER_STAY: 43}


# Sixty buses, twelve stops.


def sixty(capacities: Sequence[int], window: int = 370, buses: int = 60) -> Asked:
    return Asked([Party(45)] * buses, [Stop(n, c) for n, c in enumerate(capacities)], window, 20, 10)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (sixty([500] * 12, 400), None),
        (sixty([225] * 12), None),
        (sixty([180] * 12, 400), None),
        (sixty([225] * 11 + [224]), NoPlanReason.STOP_TOO_SMALL),
        (sixty([225] * 12, buses=61), NoPlanReason.STOP_TOO_SMALL),
    ],
    ids=["generous", "tight", "in waves", "one place short", "one bus more"],
)
def test_sixty_buses_and_twelve_stops_within_ten_seconds(asked, reason):
    begun = monotonic()
    answer = asked.answer()
    assert monotonic() - begun < 10
    if reason is None:
        assert isinstance(answer, Plan)
        assert faults(asked, answer) == []
        assert answer.waiting_minutes == 0
    else:
        assert isinstance(answer, NoPlan)
        assert answer.reason is reason
        assert answer.remedies


# What is fixed.


def fixed_way(*visits: tuple[int, int, int], leaves: int, returns: int) -> Itinerary:
    return Itinerary(at(leaves), at(returns), tuple(Visit(stop, at(since), at(until)) for stop, since, until in visits))


def test_what_is_fixed_stays_and_takes_its_places():
    way = fixed_way((2, 25, 65), (1, 85.5, 125.5), leaves=0, returns=150)
    asked = replace(datong(), parties=[Party(45), Party(100, fixed=way), Party(45, order=(3, 2, 1)), *[Party(45)] * 2])
    answer = asked.answer()
    assert isinstance(answer, Plan)
    assert faults(asked, answer) == []
    assert answer.itineraries[1] == way


def test_fixed_parties_that_overfill_a_stop_are_named():
    way = fixed_way((2, 30, 70), leaves=10, returns=90)
    asked = replace(datong(), parties=[Party(71, fixed=way), Party(45), Party(70, fixed=way)])
    answer = asked.answer()
    assert isinstance(answer, NoPlan)
    assert (answer.reason, answer.stops[0].stop_id, answer.people, answer.at) == (
        NoPlanReason.FIXED_OVERFILL,
        2,
        141,
        at(30),
    )
    assert RemedyKind.NOTHING_FIXED in {way.kind for way in answer.remedies}


def test_an_order_that_takes_too_long_is_named():
    rides = {(HALL, 1): 5, (1, 2): 5, (2, HALL): 5, (HALL, 3): 60}
    asked = Asked([Party(5), Party(5, order=(1, 3, 2))], [Stop(n, 10) for n in (1, 2, 3)], 80, 10, 30, rides)
    short = replace(asked, parties=[Party(5), Party(5, order=(3, 1, 2))])
    assert isinstance(short.answer(), NoPlan)
    answer = replace(asked, window=100).answer()
    assert isinstance(answer, Plan)
    answer = replace(short, window=100).answer()
    assert isinstance(answer, NoPlan)
    assert (answer.reason, answer.party, answer.needs_minutes) == (NoPlanReason.ORDER_TOO_LONG, 1, 130)


# Odd questions.


def test_a_window_may_begin_between_two_minutes():
    asked = replace(datong(), starts_at=START + timedelta(seconds=30, microseconds=7))
    answer = asked.answer()
    assert isinstance(answer, Plan)
    assert faults(asked, answer) == []


def test_a_party_too_large_for_a_stop_is_named():
    asked = Asked([Party(3), Party(11)], [Stop(1, 20), Stop(2, 10)], 100, 10, 10)
    answer = asked.answer()
    assert isinstance(answer, NoPlan)
    assert (answer.reason, answer.party, answer.people) == (NoPlanReason.PARTY_TOO_LARGE, 1, 11)
    assert [(stop.stop_id, stop.needs) for stop in answer.stops] == [(2, 11)]
    assert {way.kind for way in answer.remedies} == {RemedyKind.LARGER_STOPS, RemedyKind.FEWER_PARTIES}


def test_nobody_needs_no_plan_and_a_window_backwards_has_none():
    assert replace(datong(), parties=[]).answer() == Plan((), 0, waits_least=True)
    answer = replace(datong(), window=-5).answer()
    assert isinstance(answer, NoPlan)
    assert (answer.reason, answer.has_minutes) == (NoPlanReason.WINDOW_TOO_SHORT, 0)


def test_no_time_is_no_proof():
    asked = sixty([180] * 12, 490, buses=70)
    ends_at = at(asked.window)
    answer = visits_planning.plan(
        asked.parties, asked.stops, START, ends_at, stay_minutes=20, ride_minutes=10, seconds=0
    )
    assert isinstance(answer, Undecided)


@pytest.mark.parametrize(
    "wrong",
    [
        {"stops": []},
        {"stops": [Stop(1, 9), Stop(1, 9)]},
        {"parties": [Party(0)]},
        {"parties": [Party(1, order=(1, 2))]},
        {"stay": 0},
        {"ride": -1},
        {"stops": [Stop(1, 9, stay_minutes=0)]},
    ],
)
def test_nonsense_is_refused(wrong):
    with pytest.raises(ValueError, match=r"stop|order|bounds"):
        replace(datong(), **wrong).answer()
