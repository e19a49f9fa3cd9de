"""Invitations: what a unit is sent or handed to register its people by, how far it came, and what it answered."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Liaison, Participation
from conference.rules.text import fault_in
from conference.services import desks, outbox, units
from conference.services.delegates import Doing
from conference.vocabulary import (
    ACTIVE_STATUSES,
    InvitationAnswer,
    Malformed,
    MessageKind,
    Missing,
)

REASON_LIMIT = 500
MOST = 2_000


@dataclass(frozen=True)
class Sent:
    """How many messages went into the outbox, and the units whose liaison nobody can write to."""

    sent: int
    unreachable: Sequence[str]


def make_link(meeting_id: int, unit_id: int, doing: Doing) -> str:
    """A fresh link to the unit's desk, to be handed to its liaison; the unit counts as invited. Raises Missing."""
    with db.transaction() as session:
        return _link(session, units.held(session, meeting_id, unit_id), doing)


def make_links(meeting_id: int, doing: Doing) -> dict[int, str]:
    """A fresh link for every unit of the meeting (at most `MOST`), by its id, in the order of provinces and names."""
    with db.transaction() as session:
        return {part.unit_id: _link(session, part, doing) for part in _of_all(session, meeting_id)}


def send(meeting_id: int, unit_ids: Collection[int], doing: Doing, *, reminder: bool = False) -> Sent:
    """An invitation, or a reminder, to the liaison of each unit; ids that are nobody's here are passed over.

    A reminder goes to those alone that have not said that they do not come.
    """
    sent, unreachable = 0, []
    with db.transaction() as session:
        for part in _of_all(session, meeting_id, unit_ids):
            if reminder and part.answer is InvitationAnswer.DECLINED:
                continue
            liaison = _liaison(session, part.id)
            if liaison is None or not (liaison.phone_index or liaison.email_index):
                unreachable.append(part.unit.name)
                continue
            kind = MessageKind.INVITATION_REMINDER if reminder else MessageKind.INVITATION
            outbox.put_to_liaison(session, kind, liaison, meeting_id=meeting_id, now=doing.now)
            part.invited_at = part.invited_at or doing.now
            verb = "unit.reminded" if reminder else "unit.invited"
            units.record(session, doing, verb, part, after={"liaison_id": liaison.id})
            sent += 1
    return Sent(sent, unreachable)


def accept(participation_id: int, doing: Doing) -> Participation:
    """The unit takes part. Again, or after a no, it is its newest answer. Raises Missing."""
    return _answer(participation_id, InvitationAnswer.ACCEPTED, "", doing)


def decline(participation_id: int, reason: str, doing: Doing) -> Sequence[Delegate]:
    """The unit does not take part, and says why. Raises Missing and Malformed (reason).

    Nobody is cancelled by it: those who have an active place are returned, to be decided on one by one.
    """
    if fault := fault_in(reason, limit=REASON_LIMIT, lines=True):
        raise Malformed({"reason": fault})
    part = _answer(participation_id, InvitationAnswer.DECLINED, reason.strip(), doing)
    return still_registered(part)


def still_registered(part: Participation) -> Sequence[Delegate]:
    """Who of a unit has an active place."""
    query = (
        sa.select(Delegate)
        .where(
            Delegate.meeting_id == part.meeting_id,
            Delegate.unit_id == part.unit_id,
            Delegate.status.in_(ACTIVE_STATUSES),
        )
        .order_by(Delegate.id)
    )
    return db.session().scalars(query).all()


def reset(meeting_id: int, unit_id: int, doing: Doing) -> None:
    """Take the unit's answer back, as if it had not answered; without one nothing changes. Raises Missing."""
    with db.transaction() as session:
        part = units.held(session, meeting_id, unit_id)
        if part.answer is None:
            return
        before = {"answer": part.answer, "answer_reason": part.answer_reason}
        part.answer, part.answered_at, part.answer_reason = None, None, ""
        units.record(session, doing, "unit.answer_reset", part, before, {"answer": None, "answer_reason": ""})


def _answer(participation_id: int, answer: InvitationAnswer, reason: str, doing: Doing) -> Participation:
    with db.transaction() as session:
        part = session.scalars(db.lock(sa.select(Participation).where(Participation.id == participation_id))).first()
        if part is None:
            raise Missing
        before = {"answer": part.answer, "answer_reason": part.answer_reason}
        if before != {"answer": answer, "answer_reason": reason}:
            part.answer, part.answer_reason, part.answered_at = answer, reason, doing.now
            units.record(session, doing, "unit.answered", part, before, {"answer": answer, "answer_reason": reason})
        return part


def _link(session: Session, part: Participation, doing: Doing) -> str:
    part.invited_at = part.invited_at or doing.now
    units.record(session, doing, "unit.invited", part, after={"link": True})
    return desks.address(session, part, public_url=doing.public_url, now=doing.now)


def _of_all(session: Session, meeting_id: int, unit_ids: Collection[int] | None = None) -> Sequence[Participation]:
    """Held in the order of their units, as everywhere; then in the order that people read."""
    query = sa.select(Participation).where(Participation.meeting_id == meeting_id)
    if unit_ids is not None:
        query = query.where(Participation.unit_id.in_(sorted(set(unit_ids))[:MOST]))
    found = session.scalars(db.lock(query.order_by(Participation.unit_id).limit(MOST))).all()
    return sorted(found, key=lambda part: (part.unit.province, part.unit.name, part.unit_id))


def _liaison(session: Session, participation_id: int) -> Liaison | None:
    query = sa.select(Liaison).where(Liaison.participation_id == participation_id, Liaison.until.is_(None))
    return session.scalars(query).first()
