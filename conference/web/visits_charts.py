"""Departures against the clock, and people at stops against what these hold, as numbers that a template draws."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from conference import clock
from conference.models import Departure, Stop
from conference.services.visits_fields import DepartureFields

NARROWEST, WIDEST, PER_MINUTE = 600, 900, 2.8  # what a phone scrolls, and what fits on a sheet of paper laid across
CURVE_WIDTH, CURVE_HEIGHT = 320, 90
HEADROOM = 1.15  # above the capacity there is room for its line
COLOURS = 12


@dataclass(frozen=True)
class Leg:
    """A stay at a stop."""

    stop_id: int
    arrives_at: datetime
    leaves_at: datetime


@dataclass(frozen=True)
class Way:
    """A departure, there or only proposed; `back_at` is when it is in the hall again, or has left its last stop."""

    name: str
    seats: int
    leaves_at: datetime
    back_at: datetime
    legs: tuple[Leg, ...]


@dataclass(frozen=True)
class Bar:
    x: float
    width: float
    number: int
    leg: Leg


@dataclass(frozen=True)
class Row:
    """A departure: from `x` on it is under way."""

    way: Way
    x: float
    width: float
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Tick:
    x: float
    at: datetime


@dataclass(frozen=True)
class Curve:
    """`path` are the people at a stop, `limit` the height of its capacity; both in CURVE_WIDTH × CURVE_HEIGHT."""

    stop: Stop
    number: int
    peak: int
    path: str
    limit: float


@dataclass(frozen=True)
class Day:
    """What goes on one day of the meeting, first things first."""

    begins_at: datetime
    ends_at: datetime
    width: int
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]
    curves: tuple[Curve, ...]


def way(departure: Departure) -> Way:
    legs = tuple(Leg(one.stop_id, one.arrives_at, one.leaves_at) for one in departure.stays)
    back_at = departure.returns_at or departure.ends_at
    return Way(departure.name, departure.line.capacity, departure.leaves_at, back_at, legs)


def proposed(fields: DepartureFields) -> Way:
    legs = tuple(Leg(one.stop_id, one.arrives_at, one.leaves_at) for one in fields.stops)
    back_at = fields.returns_at or legs[-1].leaves_at
    return Way(fields.name, fields.seats, fields.leaves_at, back_at, legs)


def days(ways: Iterable[Way], stops: Sequence[Stop], timezone: str) -> list[Day]:
    """A chart for each day on which something leaves; stops are numbered from 1 as they come."""
    by_day: dict[object, list[Way]] = {}
    for one in sorted(ways, key=lambda one: one.leaves_at):
        by_day.setdefault(clock.local(one.leaves_at, timezone).date(), []).append(one)
    return [_day(going, stops, timezone) for going in by_day.values()]


def _day(ways: Sequence[Way], stops: Sequence[Stop], timezone: str) -> Day:
    first = clock.local(min(one.leaves_at for one in ways), timezone)
    last = clock.local(max(one.back_at for one in ways), timezone)
    begins_at = first.replace(minute=first.minute // 30 * 30, second=0, microsecond=0)
    minutes = max(30, -(-int((last - begins_at).total_seconds()) // 1800) * 30)
    width = round(min(WIDEST, max(NARROWEST, minutes * PER_MINUTE)))

    def x(at: datetime, wide: float = width) -> float:
        return round((at - begins_at).total_seconds() / 60 / minutes * wide, 1)

    apart = next((step for step in (30, 60, 120) if minutes / step <= 12), 240)
    numbers = {stop.id: number for number, stop in enumerate(stops, 1)}
    return Day(
        begins_at=begins_at,
        ends_at=begins_at + timedelta(minutes=minutes),
        width=width,
        ticks=tuple(
            Tick(x(at), at) for at in (begins_at + timedelta(minutes=apart * n) for n in range(minutes // apart + 1))
        ),
        rows=tuple(
            Row(
                one,
                x(one.leaves_at),
                round(x(one.back_at) - x(one.leaves_at), 1),
                tuple(
                    Bar(x(leg.arrives_at), round(x(leg.leaves_at) - x(leg.arrives_at), 1), numbers[leg.stop_id], leg)
                    for leg in one.legs
                ),
            )
            for one in ways
        ),
        curves=tuple(
            _curve(
                stop,
                numbers[stop.id],
                [
                    (x(leg.arrives_at, CURVE_WIDTH), x(leg.leaves_at, CURVE_WIDTH), one.seats)
                    for one in ways
                    for leg in one.legs
                    if leg.stop_id == stop.id
                ],
            )
            for stop in stops
        ),
    )


def _curve(stop: Stop, number: int, stays: Sequence[tuple[float, float, int]]) -> Curve:
    """`stays` from x to x with so many people; who leaves where others arrive does not meet them."""
    moves: dict[float, int] = {}
    for begins, ends, people in stays:
        moves[begins] = moves.get(begins, 0) + people
        moves[ends] = moves.get(ends, 0) - people
    heights, here = [], 0
    for at in sorted(moves):
        here += moves[at]
        heights.append((at, here))
    peak = max((people for _, people in heights), default=0)
    top = max(peak, stop.capacity) * HEADROOM

    def y(people: int) -> float:
        return round(CURVE_HEIGHT * (1 - people / top), 1)

    steps = "".join(f"H{at}V{y(people)}" for at, people in heights)
    return Curve(stop, number, peak, f"M0 {y(0)}{steps}H{CURVE_WIDTH}", y(stop.capacity))
