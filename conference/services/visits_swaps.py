"""Two people change seats between their departures: one asks, the other agrees; or organisers do it at once.

Both people are held first, in the order of their ids, then both lines, then the wish. Nothing is freed, so nobody moves
up; a wish whose seats changed meanwhile lapses.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Departure, Meeting, SeatSwap, SignUp
from conference.rules import visits_seats as rules
from conference.services import (
    outbox,
    sign_ups,
    visits_clashes,
    visits_lines,
    visits_seats,
    visits_told,
    visits_wishes,
)
from conference.services.delegates import Doing
from conference.services.line_rows import mark
from conference.services.visits_seats import By
from conference.vocabulary import (
    Fault,
    Malformed,
    MeetingStatus,
    MessageKind,
    Missing,
    Refusal,
    Refused,
    SignUpStatus,
    SwapStatus,
)


@dataclass(frozen=True)
class _Side:
    who: Delegate
    departure: Departure
    seat: SignUp


def ask(meeting_id: int, asker_id: int, departure_id: int, number: str, doing: Doing) -> SeatSwap:
    """Ask whoever has this number for their seat; they are told. The same wish again: as it stands.

    Raises Malformed (number: nobody with another seat, or the seats cannot be changed), Missing, Refused (meeting_over,
    not_eligible, departed, seats_are_given, seats_not_open, seats_frozen, swap_asked).
    """
    return db.repeated(lambda: _ask(meeting_id, asker_id, departure_id, number, doing))


def agree(meeting_id: int, swap_id: int, delegate_id: int, doing: Doing) -> SwapStatus:
    """By the other one. `withdrawn` where the seats are not what they were, or somebody would be in two places: the
    wish lapses. Raises as `ask`, and Missing, Refused (swap_settled).
    """
    return db.repeated(lambda: _agree(meeting_id, swap_id, delegate_id, doing))


def settle(meeting_id: int, swap_id: int, delegate_id: int, doing: Doing) -> SwapStatus:
    """Decline as the other one, withdraw as whoever asked. Raises Missing, Refused (swap_settled)."""
    with db.transaction() as session:
        swap = _held_swap(session, meeting_id, swap_id, delegate_id)
        to = SwapStatus.WITHDRAWN if swap.asker_id == delegate_id else SwapStatus.DECLINED
        if swap.status is not to:
            _still_asked(swap)
            swap.status, swap.settled_at = to, doing.now
        return to


def directly(meeting_id: int, first: str, second: str, doing: Doing) -> None:
    """By organisers, frozen or not: the two people with these numbers change the first of their seats that fit.

    Raises Malformed (first, second), Refused (meeting_over, not_eligible, departed, time_conflict).
    """
    ids = {}
    for name, number in (("first", first), ("second", second)):
        try:
            ids[name] = visits_seats.by_number(meeting_id, number)
        except Malformed:
            raise Malformed({name: Fault.UNKNOWN_ID}) from None
    if ids["first"] == ids["second"]:
        raise Malformed({"second": Fault.REPEATED})
    db.repeated(lambda: _directly(meeting_id, ids, doing))


def _ask(meeting_id: int, asker_id: int, departure_id: int, number: str, doing: Doing) -> SeatSwap:
    other_id = visits_seats.by_number(meeting_id, number)
    if other_id == asker_id:
        raise Malformed({"number": Fault.UNKNOWN_ID})
    with db.transaction() as session:
        people = visits_seats.held(session, meeting_id, [asker_id, other_id])
        mine = _side(session, people[asker_id], departure_id)
        if mine is None:
            raise Missing
        _may(session, mine, By.DELEGATE, doing)
        theirs = next(
            (one for one in _seats(session, people[other_id]) if _fits(session, mine, one, doing, sessions=True)), None
        )
        if theirs is None:
            raise Malformed({"number": Fault.UNKNOWN_ID})
        open_ = _open(session, asker_id, doing)
        if open_ is not None:
            if (open_.other_id, open_.asker_line_id) == (other_id, mine.seat.line_id):
                return open_
            raise Refused(Refusal.SWAP_ASKED)
        swap = SeatSwap(
            meeting_id=meeting_id,
            asker_id=asker_id,
            other_id=other_id,
            asker_line_id=mine.seat.line_id,
            other_line_id=theirs.seat.line_id,
            status=SwapStatus.ASKED,
            asked_at=doing.now,
        )
        session.add(swap)
        session.flush()
        facts = visits_told.facts(mine.departure)
        outbox.put(session, MessageKind.SWAP_ASKED, people[other_id], now=doing.now, facts=facts)
        return swap


def _agree(meeting_id: int, swap_id: int, delegate_id: int, doing: Doing) -> SwapStatus:
    with db.transaction() as session:
        found = session.scalars(sa.select(SeatSwap).where(SeatSwap.id == swap_id)).first()
        if found is None or found.meeting_id != meeting_id or found.other_id != delegate_id:
            raise Missing
        people = visits_seats.held(session, meeting_id, [found.asker_id, found.other_id])
        _hold_lines(session, [found.asker_line_id, found.other_line_id])
        swap = _held_swap(session, meeting_id, swap_id, delegate_id)
        if swap.status is SwapStatus.DONE:
            return swap.status
        _still_asked(swap)
        asker = _on_line(session, people[swap.asker_id], swap.asker_line_id)
        other = _on_line(session, people[swap.other_id], swap.other_line_id)
        if asker is None or other is None or _clash(session, asker, other, doing):
            swap.status, swap.settled_at = SwapStatus.WITHDRAWN, doing.now
            return swap.status
        for side in (asker, other):
            _may(session, side, By.DELEGATE, doing)
        _change(session, asker, other, doing)
        swap.status, swap.settled_at = SwapStatus.DONE, doing.now
        return swap.status


def _directly(meeting_id: int, ids: dict[str, int], doing: Doing) -> None:
    with db.transaction() as session:
        people = visits_seats.held(session, meeting_id, list(ids.values()))
        seats = {name: _seats(session, people[id_]) for name, id_ in ids.items()}
        if faults := {name: Fault.UNKNOWN_ID for name, theirs in seats.items() if not theirs}:
            raise Malformed(faults)
        # Of whom is held, no seat goes while these are.
        _hold_lines(session, [one.seat.line_id for theirs in seats.values() for one in theirs])
        pairs = [
            (first, second)
            for first in seats["first"]
            for second in seats["second"]
            if first.departure.id != second.departure.id
        ]
        if not pairs:
            return
        fitting = (pair for pair in pairs if _fits(session, *pair, doing, sessions=False))
        first, second = next(fitting, pairs[0])
        for side in (first, second):
            _may(session, side, By.ORGANISER, doing)
        if _clash(session, first, second, doing, sessions=False):
            raise Refused(Refusal.TIME_CONFLICT)
        _change(session, first, second, doing)


def _change(session: Session, one: _Side, other: _Side, doing: Doing) -> None:
    """Both held, with their lines. Whoever waits for the seat that they get leaves that line."""
    for side, to in ((one, other), (other, one)):
        line = sign_ups.held(session, to.seat.line_id)
        if sign_ups.of(session, line.id, side.who.id) is not None:
            sign_ups.leave(session, side.who, line, now=doing.now)
    one.seat.line_id, other.seat.line_id = other.seat.line_id, one.seat.line_id
    stamp = db.stamp(session.connection())
    one.seat.changed = other.seat.changed = stamp
    mark(session, one.who, other.who)
    for side, to in ((one, other), (other, one)):
        facts = {"delegate_number": side.who.number, "departure": to.departure.name}
        before = {"delegate_number": side.who.number, "departure": side.departure.name}
        visits_seats.record(session, doing, "visits.swapped", to.departure, facts, before)
        visits_told.given(session, side.who, to.departure, now=doing.now)


def _clash(session: Session, one: _Side, other: _Side, doing: Doing, *, sessions: bool = True) -> bool:
    """Whether one of them would be in two places at a time, with the seat of the other and without their own."""
    meeting = session.get_one(Meeting, one.who.meeting_id)
    for side, to in ((one, other), (other, one)):
        on = visits_lines.clashing(session, side.who.id, to.departure.line_id)
        if any(other_one.id != side.departure.id for other_one in on):
            return True
        known = sign_ups.of(session, to.departure.line_id, side.who.id)
        if known is not None and known.status is SignUpStatus.CONFIRMED:
            return True
        if sessions and visits_clashes.session_at(session, meeting, to.departure, side.who.id, now=doing.now):
            return True
    return False


def _fits(session: Session, one: _Side, other: _Side, doing: Doing, *, sessions: bool) -> bool:
    """Whether these two seats can be changed: of two departures that have not left, and nobody in two places then."""
    if one.departure.id == other.departure.id:
        return False
    left = any(side.departure.leaves_at <= doing.now for side in (one, other))
    return not left and not _clash(session, one, other, doing, sessions=sessions)


def _may(session: Session, side: _Side, by: By, doing: Doing) -> None:
    """Raises Refused where somebody's seat is not theirs to change now."""
    refusal = rules.refusal_to_take(
        side.who.status,
        side.who.mode,
        leaves_at=side.departure.leaves_at,
        now=doing.now,
        is_over=session.get_one(Meeting, side.who.meeting_id).status is MeetingStatus.ARCHIVED,
        choosing=visits_seats.choosing(side.who.meeting_id, by, doing),
    )
    if refusal is not None:
        raise Refused(refusal)


def _seats(session: Session, who: Delegate) -> list[_Side]:
    """Where somebody has a seat, the earliest first."""
    query = (
        sa.select(Departure, SignUp)
        .join(SignUp, SignUp.line_id == Departure.line_id)
        .where(SignUp.delegate_id == who.id, SignUp.status == SignUpStatus.CONFIRMED)
        .order_by(Departure.leaves_at, Departure.id)
        .execution_options(populate_existing=True)
    )
    return [_Side(who, departure, seat) for departure, seat in session.execute(query)]


def _side(session: Session, who: Delegate, departure_id: int) -> _Side | None:
    return next((one for one in _seats(session, who) if one.departure.id == departure_id), None)


def _on_line(session: Session, who: Delegate, line_id: int) -> _Side | None:
    return next((one for one in _seats(session, who) if one.seat.line_id == line_id), None)


def _hold_lines(session: Session, line_ids: list[int]) -> None:
    for id_ in sorted(set(line_ids)):
        sign_ups.held(session, id_)


def _open(session: Session, asker_id: int, doing: Doing) -> SeatSwap | None:
    """The wish of somebody who is held; one that lapsed is withdrawn, so that they can ask for another seat."""
    asked = (SeatSwap.asker_id == asker_id, SeatSwap.status == SwapStatus.ASKED)
    swap = session.scalars(db.lock(sa.select(SeatSwap).where(*asked))).first()
    if swap is None:
        return None
    if session.scalars(sa.select(SeatSwap.id).where(*asked, visits_wishes.stands(doing.now))).first() is not None:
        return swap
    swap.status, swap.settled_at = SwapStatus.WITHDRAWN, doing.now
    session.flush()
    return None


def _held_swap(session: Session, meeting_id: int, swap_id: int, delegate_id: int) -> SeatSwap:
    """Raises Missing where it is none of theirs."""
    query = sa.select(SeatSwap).where(SeatSwap.id == swap_id, SeatSwap.meeting_id == meeting_id)
    swap = session.scalars(db.lock(query)).first()
    if swap is None or delegate_id not in {swap.asker_id, swap.other_id}:
        raise Missing
    return swap


def _still_asked(swap: SeatSwap) -> None:
    """Raises Refused (swap_settled)."""
    if swap.status is not SwapStatus.ASKED:
        raise Refused(Refusal.SWAP_SETTLED)
