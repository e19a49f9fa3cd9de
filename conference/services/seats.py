"""Seats by hand: somebody sits down, changes with somebody, is pinned, gets up."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Unit
from conference.rules.halls import Spot
from conference.rules.seat_blocks import CLOSED
from conference.services import delegates, seatings
from conference.services.delegates import Doing
from conference.services.places import Places
from conference.services.seatings import OpenedHall
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused

FOUND = 12


@dataclass(frozen=True)
class Seen:
    """What an editor saw who moves somebody on the plan: the seat that they had ("" for none) and who sat on the one
    that they are to have. Where it is so no more, the other editor was first."""

    seat: str
    sitter_id: int | None


@dataclass(frozen=True)
class Sat:
    """`version` is the plan's after it; `other` is who changed seats with them, and the seat they have now."""

    seat: str
    version: int
    other: str = ""
    other_seat: str = ""


def sit(
    meeting_id: int,
    delegate_id: int,
    spot: Spot | None,
    doing: Doing,
    *,
    seen: Seen | None = None,
    swap: bool = False,
    pinned: bool | None = None,
) -> Sat:
    """Seat somebody, or with None let them get up. With `swap` who sits there has the old seat of theirs, if any.

    The same again changes nothing. Raises Missing, Malformed (seat: no_such_seat, seat_closed), Refused
    (not_to_be_seated, seat_taken, seat_pinned; changed_meanwhile where it is not as `seen`).
    """
    with db.transaction() as session:
        places = Places(session, meeting_id, doing.now)
        hall = seatings.hall_of(session, meeting_id)
        if hall is None:
            raise Missing
        if spot is not None and not hall.plan.has(spot):
            raise Malformed({"seat": Fault.NO_SUCH_SEAT})
        sitter_id = None if spot is None else seatings.sitter_at(session, hall, spot)
        held = {
            id_: places.delegate(id_) for id_ in sorted({delegate_id, sitter_id or delegate_id})
        }  # in the order of ids, as everywhere
        delegate = held[delegate_id]
        if delegate is None:
            raise Missing
        if seen is not None and (seen.seat, seen.sitter_id) != (delegate.seat, sitter_id):
            raise Refused(Refusal.CHANGED_MEANWHILE)
        before = delegate.seat
        if sitter_id == delegate_id or (spot is None and not before):
            if pinned is not None and spot is not None:
                return Sat(before, pin(meeting_id, delegate_id, doing, pinned=pinned))
            return Sat(before, hall.kept.version)
        if spot is not None:
            _check(hall, spot, delegate)
        sitter = held[sitter_id] if sitter_id is not None else None
        changes: dict[int, Spot | None] = {delegate.id: spot}
        if sitter is not None:
            changes[sitter.id] = _place_of_other(session, hall, delegate, sitter, swap=swap)
        was = sitter.seat if sitter else ""
        if spot is None:
            delegate.seat = ""  # words that are no seat of the hall go too
        wishes = {delegate.id: pinned} if pinned is not None and spot is not None else {}
        seatings.change(session, hall, changes, pinned=wishes, now=doing.now)
        _record(session, doing, delegate, before)
        if sitter is not None:
            _record(session, doing, sitter, was)
        session.refresh(hall.kept)
        return Sat(delegate.seat, hall.kept.version, sitter.name if sitter else "", sitter.seat if sitter else "")


def pin(meeting_id: int, delegate_id: int, doing: Doing, *, pinned: bool) -> int:
    """Whether somebody's seat stays theirs when seats are given anew; returns the plan's version.

    Raises Missing (also where they have no seat).
    """
    with db.transaction() as session:
        delegate = Places(session, meeting_id).delegate(delegate_id)
        hall = seatings.hall_of(session, meeting_id)
        sitting = seatings.sittings(session, hall).get(delegate_id) if hall and delegate else None
        if delegate is None or hall is None or sitting is None:
            raise Missing
        if sitting.pinned is not pinned:
            mine = seatings.seatings.c.delegate_id == delegate_id
            session.execute(sa.update(seatings.seatings).where(mine).values(pinned=pinned))
            seatings.touch(session, hall.kept.id, doing.now)
            delegates.record(
                session, doing, "delegate.seat_pinned", delegate, {"pinned": sitting.pinned}, {"pinned": pinned}
            )
            session.refresh(hall.kept)
        return hall.kept.version


def spot_called(meeting_id: int, text: str) -> Spot | None:
    """The seat that was typed; None for an empty text. Raises Missing (no hall), Malformed (no_such_seat)."""
    hall = seatings.hall_of(db.session(), meeting_id)
    if hall is None:
        raise Missing
    if not text:
        return None
    spot = hall.plan.find(text)
    if spot is None:
        raise Malformed({"seat": Fault.NO_SUCH_SEAT})
    return spot


def numbered(meeting_id: int, row: int, number: int) -> Spot | None:
    """The seat of a row that `number` stands on, as the plan names it."""
    hall = seatings.hall_of(db.session(), meeting_id)
    return hall.plan.spot(row, number) if hall else None


@dataclass(frozen=True)
class Found:
    """Somebody who may be seated."""

    id: int
    number: str
    name: str
    unit: str
    seat: str


def people(meeting_id: int, text: str, *, limit: int = FOUND) -> Sequence[Found]:
    """Who may be seated and is meant by a number, a name, letters of its pinyin, or a unit; by name."""
    digits = text.strip().lstrip("0")
    named = sa.or_(
        Delegate.name.contains(text, autoescape=True),
        Delegate.pinyin.startswith(text.casefold(), autoescape=True),
        Unit.name.contains(text, autoescape=True),
    )
    wanted = Delegate.number == digits.zfill(4) if digits.isascii() and digits.isdigit() else named
    return _found(meeting_id, wanted, limit)


def everyone(meeting_id: int) -> Sequence[Found]:
    """All who may be seated, by name."""
    return _found(meeting_id, sa.true(), None)


def person(meeting_id: int, text: str) -> int:
    """The id of the one who is meant by a number or a whole name. Raises Malformed (who: nobody_found,
    several_people)."""
    number = re.match(r"\s*(\d{1,8})(?:\s|$)", text)
    wanted = Delegate.number == number[1].lstrip("0").zfill(4) if number else Delegate.name == text.strip()
    found = _found(meeting_id, wanted, 2)
    if len(found) != 1:
        raise Malformed({"who": Fault.SEVERAL_PEOPLE if found else Fault.NOBODY_FOUND})
    return found[0].id


def _found(meeting_id: int, wanted: sa.ColumnElement[bool], limit: int | None) -> list[Found]:
    query = (
        sa.select(Delegate.id, Delegate.number, Delegate.name, Unit.name, Delegate.seat)
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(seatings.to_be_seated(meeting_id), wanted)
        .order_by(Delegate.pinyin, Delegate.id)
        .limit(limit)
    )
    return [Found(*row) for row in db.session().execute(query)]


def _check(hall: OpenedHall, spot: Spot, delegate: Delegate) -> None:
    if not seatings.may_sit(delegate.status, delegate.mode):
        raise Refused(Refusal.NOT_TO_BE_SEATED)
    if hall.painted.get(spot) == CLOSED:
        raise Malformed({"seat": Fault.SEAT_CLOSED})


def _place_of_other(
    session: Session, hall: OpenedHall, delegate: Delegate, sitter: Delegate, *, swap: bool
) -> Spot | None:
    """Where who sits there goes."""
    if not swap:
        raise Refused(Refusal.SEAT_TAKEN)
    sitting = seatings.sittings(session, hall)
    if sitting[sitter.id].pinned:
        raise Refused(Refusal.SEAT_PINNED)
    return sitting[delegate.id].spot if delegate.id in sitting else None


def _record(session: Session, doing: Doing, delegate: Delegate, before: str) -> None:
    delegates.record(session, doing, "delegate.seated", delegate, {"seat": before}, {"seat": delegate.seat})
