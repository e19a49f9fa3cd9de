"""The places of a meeting and the lines that wait for them.

`Places` holds both lines of a meeting locked for one transaction. Everything that gives, frees or moves a place
goes through it; `settle()` moves the lines up and writes the tallies, so that neither can be forgotten apart.
After the meeting's `line_moves_until` the lines stand still: free places stay free until an organiser gives them.
Locks are taken in one order everywhere: lines, participation, delegates, tallies.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from conference import db
from conference.models import Delegate
from conference.rules import registration
from conference.services import line_rows, on_site, tallies
from conference.vocabulary import DelegateStatus, Mode, Refusal, Refused

TICKET_SPACING = 1024  # so that people can move somebody between two


@dataclass(frozen=True)
class Standing:
    """What somebody new got: a place, a ticket in the line of their mode, or neither while they await review."""

    status: DelegateStatus
    ticket: int | None = None


@dataclass(frozen=True)
class Move:
    """What `settle()` did to somebody in the line."""

    delegate: Delegate
    status_before: DelegateStatus
    mode_before: Mode


class Places:
    """Both lines of one meeting, locked until the end of the transaction. Who only holds them need not say when."""

    def __init__(self, session: Session, meeting_id: int, now: datetime | None = None) -> None:
        self.session = session
        self.meeting_id = meeting_id
        self.lines, self._moves_until = line_rows.hold(session, meeting_id)
        self._now = now
        self._before: dict[int, tuple[Delegate, tallies.Key]] = {}
        self._entered: Counter[tallies.Key] = Counter()
        self._freed = self._numbered = False

    def next_number(self) -> str:
        """The next short number of the meeting, for people to say."""
        line = self.lines[Mode.IN_PERSON]
        line.next_number = self._next_number() + 1
        return f"{line.next_number - 1:04d}"

    def next_numbers(self, count: int) -> list[str]:
        """The next `count` of them; that they are taken is written by `settle`."""
        first = self._next_number()
        for line in self.lines.values():
            set_committed_value(line, "next_number", first + count)
        self._numbered = True
        return [f"{number:04d}" for number in range(first, first + count)]

    def _next_number(self) -> int:
        return max(line.next_number for line in self.lines.values())

    def delegate(self, delegate_id: int) -> Delegate | None:
        """A delegate of this meeting, locked; None when there is no such one."""
        found = self.session.scalars(
            db.lock(sa.select(Delegate).where(Delegate.id == delegate_id, Delegate.meeting_id == self.meeting_id))
        ).first()
        if found is not None:
            self._before.setdefault(found.id, (found, _key(found)))
        return found

    def enter(self, unit_id: int, mode: Mode, *, pending: bool) -> Standing:
        """Give somebody new a place, a ticket in the line, or neither while they await review.

        What that means for the line is written by `settle`, in one statement however many enter; the person's own
        rows are the caller's (see `entries`).
        """
        line = self.lines[mode]
        standing = Standing(DelegateStatus.PENDING if pending else registration.status_in_line(self.free(mode)))
        # Set past the session's book of changes, which would cost more than the statement.
        if standing.status is DelegateStatus.CONFIRMED:
            set_committed_value(line, "taken", line.taken + 1)
        elif standing.status is DelegateStatus.WAITLISTED:
            standing = Standing(standing.status, line.next_ticket)
            set_committed_value(line, "next_ticket", line.next_ticket + TICKET_SPACING)
        self._entered[unit_id, mode, standing.status] += 1
        return standing

    def free(self, mode: Mode) -> int | None:
        """How many places of a mode somebody who comes now may take; None is no limit."""
        left = self.lines[mode].places_left
        still = self.stands_still
        waits = still and left != 0 and line_rows.somebody_waits(self.session, self.meeting_id, mode)
        return registration.open_places(left, stands_still=still, somebody_waits=waits)

    @property
    def stands_still(self) -> bool:
        """Whether the lines move by an organiser's hand alone."""
        if self._now is None:
            raise RuntimeError("who gives or frees places says when")
        return registration.line_stands_still(self._moves_until, now=self._now)

    def give(self, delegate: Delegate) -> Move:
        """Give a free place to somebody who waits for it, whoever stands before them: an organiser's hand.

        Raises Refused (not_waiting, no_place_free).
        """
        mode = delegate.queue_mode
        left = self.lines[mode].places_left if mode else 0
        if refusal := registration.refusal_to_give(left, waits=mode is not None):
            raise Refused(refusal)
        return self._advance(delegate, mode or delegate.mode)

    def ask(self, delegate: Delegate) -> None:
        """Confirm `delegate` in their mode, or put them at the end of its line."""
        delegate.status = registration.status_in_line(self.free(delegate.mode))
        if delegate.status is DelegateStatus.CONFIRMED:
            self.lines[delegate.mode].taken += 1
        else:
            self._join(delegate, delegate.mode)

    def end(self, delegate: Delegate, status: DelegateStatus) -> None:
        """The place is over (`cancelled` or `declined`); what hangs on it falls free."""
        self._free(delegate)
        self._leave_line(delegate)
        delegate.status = status
        on_site.leave(self.session, delegate, now=self._now)
        participation = line_rows.participation_of(self.session, self.meeting_id, delegate.unit_id)
        participation.active -= 1
        participation.granted = min(
            participation.granted, max(0, participation.active - (participation.delegate_limit or 0))
        )

    def succeed(self, old: Delegate, new: Delegate) -> None:
        """`new`, a fresh one, takes over what `old` has: mode, status, ticket and seat; `old` is cancelled.

        One leaves and one comes, so that no line moves and no limit is asked.
        """
        new.mode, new.status, new.seat = old.mode, old.status, old.seat
        queue_mode, ticket = old.queue_mode, old.ticket
        self._leave_line(old)
        old.status, old.seat = DelegateStatus.CANCELLED, ""
        self.session.flush()  # ticket, phone and e-mail of the old one are free before the new one takes them
        new.queue_mode, new.ticket = queue_mode, ticket
        self._entered[_key(new)] += 1
        self.session.add(new)
        self.session.flush()
        on_site.pass_on(self.session, old, new, now=self._now)
        old.replaced_by_id = new.id

    def switch(self, delegate: Delegate, mode: Mode) -> None:
        """Move to `mode`, or wait for it with the old place kept; back to the own mode drops the wish."""
        if delegate.status is DelegateStatus.CONFIRMED:
            if mode is delegate.mode:
                self._leave_line(delegate)
            elif self.free(mode) == 0:
                if delegate.queue_mode is not mode:
                    self._join(delegate, mode)
            else:
                self._move(delegate, mode)
        elif mode is not delegate.mode:
            waiting = delegate.status is DelegateStatus.WAITLISTED
            self._leave_line(delegate)
            delegate.mode = mode
            if mode is Mode.ONLINE:
                on_site.leave(self.session, delegate, now=self._now)
            if waiting:
                self.ask(delegate)

    def set_capacity(self, mode: Mode, capacity: int | None) -> None:
        """Raises Refused when more are confirmed than `capacity`."""
        line = self.lines[mode]
        if refusal := registration.refusal_to_set_capacity(capacity, taken=line.taken):
            raise Refused(refusal)
        line.granted, line.capacity = 0, capacity
        self.look_again()

    def look_again(self) -> None:
        """The lines may be able to move: `settle` is to see to it."""
        self._freed = True

    def settle(self) -> list[Move]:
        """Move the lines up while a free place stands beside a waiting person, then write the tallies."""
        moves: list[Move] = []
        self.session.flush()
        self._write_entered()
        # Where nothing fell free nobody can move: no free place stood beside a waiting person before either.
        moving = self._freed and not self._stands_still_now()
        while moving and (mode := self._line_to_move()) and (first := self._first(mode)):
            moves.append(self._advance(first, mode))
            self.session.flush()
        self._write_tallies()
        return moves

    def _stands_still_now(self) -> bool:
        """The same, read again under the lock: what was joined to the lines may be older than it."""
        self._moves_until = line_rows.moves_until(self.session, self.meeting_id)
        return self.stands_still

    def _advance(self, delegate: Delegate, mode: Mode) -> Move:
        """From the line into the place that was waited for."""
        move = Move(delegate, delegate.status, delegate.mode)
        if delegate.status is not DelegateStatus.WAITLISTED:
            self._move(delegate, mode)
            return move
        self._leave_line(delegate)
        delegate.status = DelegateStatus.CONFIRMED
        self.lines[mode].taken += 1
        return move

    def _line_to_move(self) -> Mode | None:
        left = {mode: line.places_left for mode, line in self.lines.items()}
        if all(places == 0 for places in left.values()):
            return None
        waiting = {
            mode: left[mode] != 0 and line_rows.somebody_waits(self.session, self.meeting_id, mode) for mode in Mode
        }
        return registration.line_to_move(left, waiting)

    def _first(self, mode: Mode) -> Delegate | None:
        found = line_rows.first(self.session, self.meeting_id, mode)
        if found is not None:
            self._before.setdefault(found.id, (found, _key(found)))
        return found

    def _move(self, delegate: Delegate, mode: Mode) -> None:
        self._free(delegate)
        self._leave_line(delegate)
        delegate.mode = mode
        if mode is Mode.ONLINE:
            on_site.leave(self.session, delegate, now=self._now)
        self.lines[mode].taken += 1

    def _free(self, delegate: Delegate) -> None:
        if delegate.status is DelegateStatus.CONFIRMED:
            self._freed = True
            line = self.lines[delegate.mode]
            line.taken -= 1
            if line.capacity is not None:
                line.granted = min(line.granted, max(0, line.taken - line.capacity))

    def _join(self, delegate: Delegate, mode: Mode) -> None:
        delegate.queue_mode = mode
        delegate.ticket = self.ticket(mode)

    def ticket(self, mode: Mode) -> int:
        """The next ticket of a line."""
        line = self.lines[mode]
        line.next_ticket += TICKET_SPACING
        return line.next_ticket - TICKET_SPACING

    @staticmethod
    def _leave_line(delegate: Delegate) -> None:
        delegate.queue_mode = delegate.ticket = None

    def _write_entered(self) -> None:
        """What `enter` and `next_numbers` did to the lines."""
        entered = {mode for _, mode, status in self._entered if status is not DelegateStatus.PENDING}
        if self._numbered and not entered:
            entered = {Mode.IN_PERSON}
        for mode in sorted(entered):
            line_rows.write_entered(self.session, self.lines[mode])
        self._numbered = False

    def _write_tallies(self) -> None:
        self.session.flush()
        deltas, touched = self._entered, []
        for delegate, before in self._before.values():
            if _key(delegate) != before:
                deltas[before] -= 1
                deltas[_key(delegate)] += 1
                touched.append(delegate)
        tallies.add(self.session, self.meeting_id, deltas)
        if touched:
            line_rows.mark(self.session, *touched)
        self._entered = Counter()
        self._before = {id_: (delegate, _key(delegate)) for id_, (delegate, _) in self._before.items()}


def refuse(refusal: Refusal | None) -> None:
    """Raise what a rule said no with."""
    if refusal:
        raise Refused(refusal)


def _key(delegate: Delegate) -> tallies.Key:
    return delegate.unit_id, delegate.mode, delegate.status
