"""The door: what a scan comes to. The order of the lines is that of the contract's table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from conference.vocabulary import DelegateStatus, Direction, Mode, Outcome, ScanReason

TOLERANCE = timedelta(seconds=60)


@dataclass(frozen=True)
class Person:
    """The delegate whose code was scanned; `revoked` when that code was replaced."""

    status: DelegateStatus
    mode: Mode
    revoked: bool
    listed: bool = True


@dataclass(frozen=True)
class Point:
    opens_at: datetime | None
    closes_at: datetime | None
    reentry: bool


@dataclass(frozen=True)
class Event:
    """A scan that counts (admitted, already or left) of one person at one checkpoint."""

    id: int
    at: datetime
    direction: Direction
    admitted: bool
    gate: str


@dataclass(frozen=True)
class Standing:
    """Where somebody stands at a checkpoint: the state of their latest stay."""

    inside: bool
    last_out_at: datetime | None
    admission: Event | None


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    reason: ScanReason | None
    flagged: bool


def time_of_scan(scanned_at: datetime | None, sent_at: datetime | None, *, now: datetime) -> tuple[datetime, bool]:
    """The time that a scan is judged by, and whether a clock was so wrong that somebody should look.

    `sent_at` is the device's clock when sending: a difference of over 60 s to ours moves `scanned_at` by it.
    A time still ahead is taken as now.
    """
    if scanned_at is None:
        return now, False
    moved = False
    if sent_at is not None and abs(now - sent_at) > TOLERANCE:
        moved = True
        try:
            scanned_at += now - sent_at
        except OverflowError:
            return now, True
    if scanned_at > now:
        return now, moved or scanned_at - now > TOLERANCE
    return scanned_at, moved


def verdict(
    person: Person | None,
    point: Point,
    *,
    at: datetime,
    direction: Direction,
    stay_has_admission: bool,
    admitted_offline: bool = False,
    refused_offline: ScanReason | None = None,
) -> Verdict:
    """What the door says, and what it records.

    `stay_has_admission` tells whether the stay that `at` falls into has its `admitted` already.
    """
    if person is None:
        return Verdict(Outcome.REFUSED, ScanReason.UNKNOWN, False)
    insists = admitted_offline and direction is Direction.IN
    reason: ScanReason | None = ScanReason.REVOKED if person.revoked else None
    if reason and not insists:
        return Verdict(Outcome.REFUSED, reason, False)
    if refused_offline:
        return Verdict(Outcome.REFUSED, refused_offline, False)
    if direction is Direction.OUT:
        return Verdict(Outcome.LEFT, None, False)
    reason = reason or reason_to_refuse(person, point, at=at)
    if reason and not insists:
        return Verdict(Outcome.REFUSED, reason, False)
    if stay_has_admission and not point.reentry:
        return Verdict(Outcome.ALREADY, reason, insists)
    return Verdict(Outcome.ADMITTED, reason, reason is not None)


def reason_to_refuse(person: Person, point: Point, *, at: datetime) -> ScanReason | None:
    """Lines 6 to 10 of the table; None when the person may come in."""
    if person.status in {DelegateStatus.DECLINED, DelegateStatus.CANCELLED}:
        return ScanReason.CANCELLED
    if person.status is not DelegateStatus.CONFIRMED:
        return ScanReason.UNCONFIRMED
    if person.mode is not Mode.IN_PERSON:
        return ScanReason.WRONG_MODE
    if not person.listed:
        return ScanReason.NOT_LISTED
    if (point.opens_at and at < point.opens_at) or (point.closes_at and at > point.closes_at):
        return ScanReason.CLOSED
    return None


def admission_of_stay(events: Iterable[Event], at: datetime) -> Event | None:
    """The `admitted` of the stay that an `in` at `at`, arriving now, falls into.

    A stay lies between two exits by the time of the scan; at equal times what arrived first comes first.
    """
    events = sorted(events, key=_order)
    begins = max((_order(e) for e in events if e.direction is Direction.OUT and e.at <= at), default=None)
    ends = min((_order(e) for e in events if e.direction is Direction.OUT and e.at > at), default=None)
    return _first_judged(
        event
        for event in events
        if event.admitted and (begins is None or _order(event) > begins) and (ends is None or _order(event) < ends)
    )


def standing(events: Iterable[Event]) -> Standing:
    """Where somebody stands after all of `events`, in whatever order they arrived."""
    events = sorted(events, key=_order)
    last_out = max((_order(event) for event in events if event.direction is Direction.OUT), default=None)
    return Standing(
        inside=bool(events) and events[-1].direction is Direction.IN,
        last_out_at=last_out[0] if last_out else None,
        admission=_first_judged(e for e in events if e.admitted and (last_out is None or _order(e) > last_out)),
    )


def _order(event: Event) -> tuple[datetime, int]:
    return event.at, event.id


def _first_judged(events: Iterable[Event]) -> Event | None:
    return min(events, key=lambda event: event.id, default=None)
