"""Site visits: what a departure must be, how many people its stops hold at a time, and who may go along."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from conference.vocabulary import Fault, Refusal


@dataclass(frozen=True)
class Stay:
    """So many people at a stop, from arriving to leaving."""

    stop_id: int
    arrives_at: datetime
    leaves_at: datetime
    people: int = 0


@dataclass(frozen=True)
class Overfull:
    """From `at` on there would be `people` at the stop, which holds `capacity`."""

    stop_id: int
    at: datetime
    people: int
    capacity: int


def faults_in_times(leaves_at: datetime, stays: Sequence[Stay]) -> dict[str, Fault]:
    """What is wrong with the times of a departure, by the field that says it: it leaves not after it first arrives, and
    at each stop arrives before it leaves; from one to the next no time runs backwards.
    """
    faults: dict[str, Fault] = {}
    before = leaves_at
    for i, stay in enumerate(stays):
        if stay.arrives_at < before:
            if i == 0:
                faults["leaves_at"] = Fault.DEPARTS_TOO_LATE
            else:
                faults[f"stops.{i}.arrives_at"] = Fault.ARRIVES_BEFORE_LEAVING
        if stay.leaves_at <= stay.arrives_at:
            faults[f"stops.{i}.leaves_at"] = Fault.LEAVES_BEFORE_ARRIVING
        before = stay.leaves_at
    return faults


def overfull(stays: Iterable[Stay], capacity: Mapping[int, int]) -> Overfull | None:
    """The first moment at which a stop of `capacity` would hold more than it can; who leaves in the minute in which
    others arrive does not meet them.
    """
    moves = sorted(
        move
        for stay in stays
        if stay.stop_id in capacity
        for move in (
            (_minute(stay.leaves_at), 0, stay.stop_id, -stay.people),
            (_minute(stay.arrives_at), 1, stay.stop_id, stay.people),
        )
    )
    here = dict.fromkeys(capacity, 0)
    for at, _, stop_id, people in moves:
        here[stop_id] += people
        if people > 0 and here[stop_id] > capacity[stop_id]:
            return Overfull(stop_id, at, here[stop_id], capacity[stop_id])
    return None


def _minute(moment: datetime) -> datetime:
    return moment.replace(second=0, microsecond=0)


def refusal_to_choose(
    *, allowed: bool, opens_at: datetime | None, freezes_at: datetime | None, now: datetime
) -> Refusal | None:
    """Why people may not choose or give back seats themselves now: the organisers give them, not open yet, frozen."""
    if not allowed:
        return Refusal.SEATS_ARE_GIVEN
    if opens_at is not None and now < opens_at:
        return Refusal.SEATS_NOT_OPEN
    return Refusal.SEATS_FROZEN if freezes_at is not None and now >= freezes_at else None
