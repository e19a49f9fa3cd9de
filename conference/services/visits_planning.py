"""What the planner makes of a meeting's stops; nothing is written here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from conference.rules import visits_planning
from conference.rules.visits_planning_answers import NoPlan, Party, Plan, Stop, Undecided
from conference.services import visits
from conference.vocabulary import Fault, Malformed, Refusal, Refused

SECONDS = 8.0


@dataclass(frozen=True)
class Asked:
    """Parties by their sizes, from the hall and back within the window; so many minutes at each stop, on each ride."""

    party_sizes: Sequence[int]
    starts_at: datetime
    ends_at: datetime
    stay_minutes: int
    ride_minutes: int


class Unplanned(Refused):
    """There is no plan (no_plan): `found` says why, with the ids of stops that `names` knows; None without any stop."""

    def __init__(self, found: NoPlan | None, names: dict[int, str]) -> None:
        super().__init__(Refusal.NO_PLAN)
        self.found = found
        self.names = names


def proposed(meeting_id: int, asked: Asked) -> Plan | Undecided:
    """One itinerary a party, at the stops of the meeting, whatever departures there are.

    Raises Malformed (a window backwards), Unplanned.
    """
    if asked.ends_at <= asked.starts_at:
        raise Malformed({"window.ends_at": Fault.TIMES_BACKWARDS})
    stops = visits.stops(meeting_id)
    names = {stop.id: stop.name for stop in stops}
    if not stops:
        raise Unplanned(None, names)
    answer = visits_planning.plan(
        [Party(size) for size in asked.party_sizes],
        [Stop(stop.id, stop.capacity) for stop in stops],
        asked.starts_at,
        asked.ends_at,
        stay_minutes=asked.stay_minutes,
        ride_minutes=asked.ride_minutes,
        seconds=SECONDS,
    )
    if isinstance(answer, NoPlan):
        raise Unplanned(answer, names)
    return answer
