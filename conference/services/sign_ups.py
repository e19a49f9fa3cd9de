"""Signing up for places that are fewer than the delegates (a session's, a departure's), and the line that waits.

What changes a line holds it locked (`held`), always after the delegates whom the deed is about and never before; with
several lines in the order of their ids. Whoever moves up is written in their sign-up alone, so that nobody has to hold
them too. A free place never stands beside somebody who waits.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AgendaSession, Delegate, Departure, Meeting, SignUp, SignUpLine
from conference.rules import registration
from conference.rules import sign_ups as rules
from conference.services import outbox, stage_told, visits_lines
from conference.services.line_rows import mark
from conference.vocabulary import MessageKind, Missing, Refused, SignUpStatus

TICKET_SPACING = 1024  # so that people can move somebody between two


@dataclass(frozen=True)
class Moved:
    """Who got a place because another one fell free."""

    delegate_id: int
    line_id: int


@dataclass(frozen=True)
class SignedUp:
    """For one's own data: what somebody signed up for."""

    session: str
    status: SignUpStatus
    signed_up_at: datetime


def add_line(session: Session, meeting_id: int, capacity: int) -> SignUpLine:
    line = SignUpLine(meeting_id=meeting_id, capacity=capacity)
    session.add(line)
    session.flush()
    return line


def held(session: Session, line_id: int) -> SignUpLine:
    """The line, locked until the end of the transaction. Raises Missing."""
    line = session.scalars(db.lock(sa.select(SignUpLine).where(SignUpLine.id == line_id))).first()
    if line is None:
        raise Missing
    return line


def of(session: Session, line_id: int, delegate_id: int) -> SignUp | None:
    """Somebody's sign-up on a line."""
    query = sa.select(SignUp).where(SignUp.line_id == line_id, SignUp.delegate_id == delegate_id)
    return session.scalars(query.execution_options(populate_existing=True)).first()


def sign_up(session: Session, delegate: Delegate, line: SignUpLine, *, now: datetime) -> SignUp:
    """A place, or the end of the line; who is signed up already keeps what they have. Both are held by the caller.

    Raises Refused (not_eligible).
    """
    if refusal := rules.refusal_to_sign_up(delegate.status, delegate.mode):
        raise Refused(refusal)
    found = of(session, line.id, delegate.id)
    if found is not None:
        return found
    made = SignUp(
        line_id=line.id,
        delegate_id=delegate.id,
        status=SignUpStatus.CONFIRMED,
        signed_up_at=now,
        changed=db.stamp(session.connection()),
    )
    if line.places_left:
        line.taken += 1
    else:
        made.status, made.ticket = SignUpStatus.WAITLISTED, line.next_ticket
        line.next_ticket += TICKET_SPACING
    session.add(made)
    session.flush()
    return made


def leave(session: Session, delegate: Delegate, line: SignUpLine, *, now: datetime | None) -> list[Moved]:
    """Off the line, and who moves up; for who is not on it nothing changes. Both are held by the caller."""
    found = of(session, line.id, delegate.id)
    if found is None:
        return []
    if found.status is SignUpStatus.CONFIRMED:
        line.taken -= 1
    session.delete(found)
    mark(session, delegate)  # a row that is gone tells scanners nothing
    return move_up(session, line, now=now)


def leave_all(session: Session, delegate: Delegate, *, now: datetime | None) -> list[Moved]:
    """Off every line: the place is over, or is online now. The delegate is held by the caller."""
    return [
        one
        for line_id in _lines_of(session, delegate)
        for one in leave(session, delegate, held(session, line_id), now=now)
    ]


def pass_on(session: Session, old: Delegate, new: Delegate, *, now: datetime | None) -> None:
    """What `old` signed up for, and where they stand in a line, is `new`'s, unless `new` stands better there, may not
    sign up, or is on another departure at that time: there a seat goes before waiting for one, else `new` keeps what
    they have. Both are held by the caller.
    """
    may = rules.refusal_to_sign_up(new.status, new.mode) is None
    passed = _lines_of(session, old)
    lines = {id_: held(session, id_) for id_ in sorted({*passed, *_lines_of(session, new)})}
    theirs = [one for id_ in passed if (one := of(session, id_, old.id)) is not None]
    for one in sorted(theirs, key=lambda one: one.ticket is not None):  # seats first
        line, known = lines[one.line_id], of(session, one.line_id, new.id)
        stays = known is not None and (known.ticket or 0) <= (one.ticket or 0)
        clashing = [other.line_id for other in visits_lines.clashing(session, new.id, line.id)]
        given_up = clashing if one.ticket is None and _only_waits(session, new, clashing) else []
        if not may or stays or clashing != given_up:
            leave(session, old, line, now=now)
            continue
        if known is not None:
            given_up = [line.id, *given_up]
        for id_ in given_up:
            leave(session, new, lines[id_], now=now)  # they wait: nothing falls free
        one.delegate_id, one.changed = new.id, db.stamp(session.connection())
        session.flush()


def take_along(session: Session, delegate_id: int, line_id: int, *, now: datetime) -> bool:
    """Somebody who stands at the door without a sign-up, or waiting, gets a free place, and leaves the departures that
    go at the same time; False where there is none, or where their own place ended meanwhile.
    """
    who = session.scalars(db.lock(sa.select(Delegate).where(Delegate.id == delegate_id))).one()
    if rules.refusal_to_sign_up(who.status, who.mode):
        return False
    others = {one.line_id for one in visits_lines.clashing(session, delegate_id, line_id)}
    lines = {id_: held(session, id_) for id_ in sorted({line_id, *others})}
    line = lines[line_id]
    found = of(session, line.id, delegate_id)
    if found is not None and found.status is SignUpStatus.CONFIRMED:
        return True
    if not line.places_left:
        return False
    stamp = db.stamp(session.connection())
    if found is None:
        found = SignUp(line_id=line.id, delegate_id=delegate_id, signed_up_at=now)
        session.add(found)
    found.status, found.ticket, found.changed = SignUpStatus.CONFIRMED, None, stamp
    line.taken += 1
    session.flush()
    for id_ in sorted(others):
        leave(session, who, lines[id_], now=now)
    return True


def set_capacity(session: Session, line: SignUpLine, capacity: int, *, now: datetime) -> list[Moved]:
    """Raises Refused (capacity_below_taken); more places move the line."""
    if refusal := registration.refusal_to_set_capacity(capacity, taken=line.taken):
        raise Refused(refusal)
    line.capacity = capacity
    return move_up(session, line, now=now)


def move_up(session: Session, line: SignUpLine, *, now: datetime | None) -> list[Moved]:
    """Give what is free to those who wait, in their order."""
    session.flush()
    if not line.places_left:
        return []
    waiting = (
        sa.select(SignUp)
        .where(SignUp.line_id == line.id, SignUp.ticket.is_not(None))
        .order_by(SignUp.ticket)
        .limit(line.places_left)
        .execution_options(populate_existing=True)
    )
    stamp = db.stamp(session.connection())
    moved = []
    for one in session.scalars(waiting).all():
        one.status, one.ticket, one.changed = SignUpStatus.CONFIRMED, None, stamp
        line.taken += 1
        moved.append(Moved(one.delegate_id, line.id))
    session.flush()
    _tell(session, moved, now=now)
    return moved


def own_data(delegate_id: int) -> tuple[SignedUp, ...]:
    """What somebody has a place for, or waits for, the earliest first."""
    query = (
        sa.select(sa.func.coalesce(AgendaSession.title, Departure.name), SignUp.status, SignUp.signed_up_at)
        .outerjoin(AgendaSession, AgendaSession.sign_up_line_id == SignUp.line_id)
        .outerjoin(Departure, Departure.line_id == SignUp.line_id)
        .where(SignUp.delegate_id == delegate_id)
        .order_by(SignUp.id)
    )
    return tuple(SignedUp(title or "", status, at) for title, status, at in db.session().execute(query))


def _tell(session: Session, moved: Sequence[Moved], *, now: datetime | None) -> None:
    """Who moved up is told at once."""
    if not moved:
        return
    if now is None:
        raise RuntimeError("who frees places says when")
    about = _about(session, moved[0].line_id)
    if about is None or (about.ends_at is not None and about.ends_at <= now):
        return
    times = {key: getattr(about, key) for key in ("starts_at", "ends_at")}
    facts = {"session": about.title} | {key: time and time.isoformat() for key, time in times.items()}
    ids = [one.delegate_id for one in moved]
    for delegate in session.scalars(sa.select(Delegate).where(Delegate.id.in_(ids)).order_by(Delegate.id)):
        outbox.put(session, MessageKind.MOVED_UP, delegate, now=now, facts=facts)


@dataclass(frozen=True)
class _About:
    title: str
    starts_at: datetime | None
    ends_at: datetime | None


def _about(session: Session, line_id: int) -> _About | None:
    """What a line is for: a departure, or a session as everybody sees it then; None of one that nobody sees, or that is
    to be cancelled.
    """
    departure = visits_lines.of_line(session, line_id)
    if departure is not None:
        return _About(departure.name, departure.leaves_at, departure.ends_at)
    kept = sa.select(AgendaSession.id, Meeting).join(Meeting, Meeting.id == AgendaSession.meeting_id)
    query = kept.where(AgendaSession.sign_up_line_id == line_id, AgendaSession.removed_at.is_(None))
    row = session.execute(query).first()
    shown = stage_told.read(row.Meeting).agenda.session.get(row.id) if row else None
    return _About(shown.title, shown.starts_at, shown.ends_at) if shown else None


def _lines_of(session: Session, delegate: Delegate) -> Sequence[int]:
    """The lines that somebody is on, in the order of their ids."""
    mine = sa.select(SignUp.line_id).where(SignUp.delegate_id == delegate.id)
    return session.scalars(mine.order_by(SignUp.line_id)).all()


def _only_waits(session: Session, delegate: Delegate, line_ids: Sequence[int]) -> bool:
    """Whether somebody has a place on none of the lines."""
    seat = sa.select(SignUp.id).where(
        SignUp.delegate_id == delegate.id, SignUp.line_id.in_(line_ids), SignUp.ticket.is_(None)
    )
    return session.scalars(seat.limit(1)).first() is None


def waiting(line_ids: Sequence[int]) -> dict[int, int]:
    """How many wait, by line; lines where nobody does are left out."""
    query = (
        sa.select(SignUp.line_id, sa.func.count())
        .where(SignUp.line_id.in_(line_ids), SignUp.ticket.is_not(None))
        .group_by(SignUp.line_id)
    )
    return dict(db.session().execute(query).all())
