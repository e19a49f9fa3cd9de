"""What is told to the planner of the visits, and its answers: a plan, that there is none, or that it did not find out.

Facts only: what people read is made of them elsewhere. Times are aware, durations in whole minutes, stops are named by
their ids and parties by their place in the list that was given, from 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class Stop:
    """A stop (参访点) that holds `capacity` people at one time; `stay_minutes` where it has a stay of its own."""

    id: int
    capacity: int
    stay_minutes: int | None = None


@dataclass(frozen=True)
class Visit:
    """A party's stay at one stop."""

    stop_id: int
    arrives_at: datetime
    leaves_at: datetime


@dataclass(frozen=True)
class Itinerary:
    """A party's way from the hall and back, its stops in order."""

    leaves_at: datetime
    returns_at: datetime
    visits: tuple[Visit, ...]


@dataclass(frozen=True)
class Party:
    """So many people who go together. `order` are the ids of all stops where people have fixed their order; `fixed` is
    the whole way where they have fixed that, which stays as it is, whatever the planner thinks, and takes its places.
    """

    size: int
    order: tuple[int, ...] | None = None
    fixed: Itinerary | None = None


@dataclass(frozen=True)
class Plan:
    """One itinerary a party, in their order. `waiting_minutes` is what they wait on the way, all together (without
    those that are fixed), a begun minute counted whole; `waits_least` says that no plan waits less, else it is only the
    best one that was found.
    """

    itineraries: tuple[Itinerary, ...]
    waiting_minutes: int
    waits_least: bool


class NoPlanReason(StrEnum):
    """Why there is no plan; which fields of `NoPlan` tell more."""

    PARTY_TOO_LARGE = "party_too_large"  # `party` of `people` fits into none of `stops`
    WINDOW_TOO_SHORT = "window_too_short"  # a single party needs `needs_minutes`, the window has `has_minutes`
    ORDER_TOO_LONG = "order_too_long"  # the same for `party` in the order that is fixed for it
    FIXED_OVERFILL = "fixed_overfill"  # `people` of parties that are fixed are at `stops[0]` at the time `at`
    STOP_TOO_SMALL = "stop_too_small"  # each of `stops` alone cannot take in everybody in time
    TOO_CROWDED = "too_crowded"  # no stop alone, but all together; `stops` are those that would have to hold more


class RemedyKind(StrEnum):
    """What would make it possible, each alone, everything else unchanged."""

    LARGER_STOPS = "larger_stops"  # all of `stops` hold as many as `needs` says
    LONGER_WINDOW = "longer_window"  # the window is `minutes` longer
    SHORTER_STAY = "shorter_stay"  # nobody stays longer than `minutes` at any stop
    FEWER_PARTIES = "fewer_parties"  # `parties` stay out
    NOTHING_FIXED = "nothing_fixed"  # what is fixed may be moved


@dataclass(frozen=True)
class NarrowStop:
    """`needs` people at one time are the fewest that were not ruled out, or, in a remedy, that a plan was found with.
    Within the window people can be there at most `rounds` times one after the other, `at_once` parties each time.
    """

    stop_id: int
    capacity: int
    needs: int
    rounds: int | None = None
    at_once: int | None = None


@dataclass(frozen=True)
class Remedy:
    """A way out for which a plan was found; not always the smallest one."""

    kind: RemedyKind
    stops: tuple[NarrowStop, ...] = ()
    minutes: int | None = None
    parties: tuple[int, ...] = ()


@dataclass(frozen=True)
class NoPlan:
    """There is none; this was proved."""

    reason: NoPlanReason
    stops: tuple[NarrowStop, ...] = ()
    party: int | None = None
    people: int | None = None
    at: datetime | None = None
    has_minutes: int | None = None
    needs_minutes: int | None = None
    remedies: Sequence[Remedy] = ()


@dataclass(frozen=True)
class Undecided:
    """Neither a plan nor the proof that there is none was found in the time; but there is a plan with each remedy."""

    remedies: Sequence[Remedy] = ()


Answer = Plan | NoPlan | Undecided
