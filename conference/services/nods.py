"""A steward's nod (放行): somebody at the door without their link gives a name and four digits, and a steward, who sees
the person, says whether it is they.

    nods.ask(meeting_id, ticket, name, tail, now=…)   the delegate's browser
    nods.waiting_at(…), nods.count(…)                 what stewards see
    nods.decide(…)                                    one steward, once
    nods.of_ticket(ticket, now=…)                     what the delegate's browser sees

The digits are the same proof as on one's own page, and guessed as often in all: five wrong ones for a place in an
hour (`proof`). Name and digits that do not fit, a name that nobody has and a place that was guessed at too often get
the same answer. Why they get it at once stands in docs/decisions/0017.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Nod, Unit
from conference.rules.names import closed_up
from conference.services import checkin, proof, scans, self_check_ins, tickets
from conference.services.scans import Answer, Gate, NonceKnown, Scan
from conference.services.tickets import Ticket
from conference.vocabulary import Missing, Refusal, Refused

LASTS = timedelta(minutes=10)
OPEN_AT_MOST = 3  # requests for one person at one checkpoint
NAMESAKES_AT_MOST = 10
SHOWN_AT_MOST = 50


@dataclass(frozen=True)
class Asking:
    """What a steward sees. `mark` stands on the asking phone too, so that the two are brought together."""

    id: int
    mark: str
    name: str
    unit: str
    number: str
    asked_at: datetime


@dataclass(frozen=True)
class Asked:
    """What the asking browser sees; `waiting` until a steward has decided, or ten minutes are over."""

    mark: str
    name: str
    waiting: bool
    turned_away: bool


def ask(meeting_id: int, ticket: Ticket, name: str, tail: str, *, now: datetime) -> None:
    """Ask the stewards of the ticket's checkpoint to let in whoever has this name and these last four digits.

    The same ticket asks once. Raises Refused (here_expired, here_spent, nobody_fits, asked_too_often). Not inside a
    transaction: see `proof`.
    """
    tickets.refuse_late(ticket, now=now)
    if (kept := of_ticket(ticket, now=now)) is not None:
        if not kept.waiting:
            raise Refused(Refusal.HERE_SPENT)
        return
    delegate_id = _who(meeting_id, name, tail, now=now)
    if delegate_id is None:
        raise Refused(Refusal.NOBODY_FITS)
    try:
        with db.transaction() as session:
            db.one_at_a_time(session, delegate_id)
            open_now = _open(ticket.checkpoint_id, now).where(Nod.delegate_id == delegate_id)
            if len(session.scalars(open_now).all()) >= OPEN_AT_MOST:
                raise Refused(Refusal.ASKED_TOO_OFTEN)
            session.add(
                Nod(
                    meeting_id=meeting_id,
                    checkpoint_id=ticket.checkpoint_id,
                    delegate_id=delegate_id,
                    ticket_digest=ticket.digest,
                    asked_at=now,
                )
            )
    except IntegrityError as error:
        # The same form sent twice at one instant: it has been asked.
        if not db.violated(error, "uq_nods_ticket_digest", "nods.ticket_digest"):
            raise


def decide(
    meeting_id: int, checkpoint_id: int, nod_id: int, *, granted: bool, gate: Gate, now: datetime
) -> Answer | None:
    """Let the person in, as a scan at the steward's gate, or not; returns the scan's answer.

    The same word from the same gate again changes nothing. Raises Missing and Refused (decided_already, nod_over).
    """

    def attempt() -> Answer | None:
        with db.transaction() as session:
            held = sa.select(Nod).where(
                Nod.id == nod_id, Nod.meeting_id == meeting_id, Nod.checkpoint_id == checkpoint_id
            )
            nod = session.scalars(db.lock(held)).first()
            if nod is None:
                raise Missing
            if nod.decided_at is not None:
                if (nod.granted, nod.gate) != (granted, gate.name):
                    raise Refused(Refusal.DECIDED_ALREADY)
                return scans.one(meeting_id, checkpoint_id, nod.check_in_id) if nod.check_in_id else None
            if now - nod.asked_at >= LASTS:
                raise Refused(Refusal.NOD_OVER)
            nod.decided_at, nod.granted, nod.gate = now, granted, gate.name
            if not granted:
                return None
            session.flush()
            answer = _let_in(session, nod, gate, now)
            nod.check_in_id = answer["id"]
            return answer

    return db.repeated(attempt)


def waiting_at(meeting_id: int, checkpoint_id: int, *, now: datetime) -> Sequence[Asking]:
    """The open requests at a checkpoint, the oldest first."""
    query = (
        sa.select(Nod, Delegate.name, Delegate.number, Unit.name)
        .join(Delegate, Delegate.id == Nod.delegate_id)
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(Nod.meeting_id == meeting_id, *_is_open(checkpoint_id, now))
        .order_by(Nod.id)
        .limit(SHOWN_AT_MOST)
    )
    return [
        Asking(nod.id, mark(nod.ticket_digest), name, unit, number, nod.asked_at)
        for nod, name, number, unit in db.session().execute(query)
    ]


def count(checkpoint_id: int, *, now: datetime) -> int:
    """How many requests are open at a checkpoint; asked by every scanner every few seconds."""
    query = sa.select(sa.func.count()).select_from(Nod).where(*_is_open(checkpoint_id, now))
    return db.session().scalars(query).one()


def of_ticket(ticket: Ticket, *, now: datetime) -> Asked | None:
    """What became of the request that was made with a ticket; None where there was none."""
    query = (
        sa.select(Nod, Delegate.name)
        .join(Delegate, Delegate.id == Nod.delegate_id)
        .where(Nod.ticket_digest == ticket.digest)
    )
    row = db.session().execute(query).first()
    if row is None:
        return None
    nod, name = row
    waiting = nod.decided_at is None and now - nod.asked_at < LASTS
    return Asked(mark(nod.ticket_digest), name, waiting, turned_away=nod.granted is False)


def mark(ticket_digest: str) -> str:
    """Two digits, on the phone that asks and on the stewards'; they tell people apart and prove nothing."""
    return f"{int(ticket_digest[:8], 16) % 90 + 10}"


def _who(meeting_id: int, name: str, tail: str, *, now: datetime) -> int | None:
    """Whose name and last four digits these are."""
    namesakes = (
        sa.select(Delegate.id)
        .where(Delegate.meeting_id == meeting_id, Delegate.erased_at.is_(None), Delegate.merged_into_id.is_(None))
        .where(Delegate.name.in_({name, closed_up(name)}))
        .order_by(Delegate.id)
        .limit(NAMESAKES_AT_MOST)
    )
    return proof.whose(db.session().scalars(namesakes).all(), tail, now=now)


def _let_in(session: Session, nod: Nod, gate: Gate, now: datetime) -> Answer:
    nonce = tickets.nonce(nod.ticket_digest)
    scan = Scan(self_check_ins.code_of(nod.delegate_id), nod.checkpoint_id, nonce)
    try:
        return checkin.check_in_within(session, nod.meeting_id, scan, gate, now=now)
    except NonceKnown:
        # Meanwhile the person found their own page on that phone, and the ticket let them in.
        return scans.kept(session.connection(), nod.meeting_id, {nonce})[nonce]


def _open(checkpoint_id: int, now: datetime) -> sa.Select[int]:
    return sa.select(Nod.id).where(*_is_open(checkpoint_id, now))


def _is_open(checkpoint_id: int, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return Nod.checkpoint_id == checkpoint_id, Nod.decided_at.is_(None), Nod.asked_at > now - LASTS
