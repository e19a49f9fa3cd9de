"""Checking oneself in (自助签到): a scan of one's own code, at the checkpoint whose screen one stands before.

by_text(link, text, …)      a program, with the rotating text itself
by_ticket(link, ticket, …)  a browser, with the ticket that it was given for a fresh text
of_ticket(meeting_id, …)    what became of a ticket
"""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import AccessLink, CheckIn, Code, RepeatEntry
from conference.services import checkin, here, own_repeats, scans, tickets
from conference.services.scans import Answer, Gate, Scan
from conference.services.tickets import Ticket
from conference.vocabulary import Category, Fault, Malformed, Refusal, Refused

GATE = "自助签到"


def by_text(link: AccessLink, text: str, *, meeting_id: int, now: datetime) -> Answer:
    """Check in the holder of a private link of this meeting; answers as a scan does.

    Raises Malformed ({"here": …}) and Refused (here_expired), as `here.point` does.
    """
    point = here.point(text, now=now)
    if point.meeting_id != meeting_id:
        raise Malformed({"here": Fault.UNKNOWN_ID})
    scan = Scan(code_of(link.delegate_id, repeat_id=link.repeat_id), point.id, f"self-{secrets.token_hex(16)}")
    return _as_shown_to(link.repeat_id, checkin.check_in(meeting_id, scan, Gate(GATE), now=now))


def by_ticket(link: AccessLink, ticket: Ticket, *, meeting_id: int, now: datetime) -> Answer:
    """The same with a ticket; again for the same person it gives the first answer again.

    Raises Refused (here_expired), and (here_spent) when the ticket let somebody else in.
    """
    tickets.refuse_late(ticket, now=now)
    code = code_of(link.delegate_id, repeat_id=link.repeat_id)
    made = checkin.check_in(meeting_id, Scan(code, ticket.checkpoint_id, ticket.nonce), Gate(GATE), now=now)
    if db.session().scalar(sa.select(CheckIn.code).where(CheckIn.id == made["id"])) not in {code, None}:
        raise Refused(Refusal.HERE_SPENT)
    return _as_shown_to(link.repeat_id, made)


def of_ticket(meeting_id: int, ticket: Ticket) -> Answer | None:
    """The scan that a ticket was used for, as the feed shows it; None as long as it was not."""
    query = sa.select(CheckIn).where(CheckIn.meeting_id == meeting_id, CheckIn.nonce == ticket.nonce)
    scan = db.session().scalars(query).first()
    if scan is None:
        return None
    code = db.session().get(Code, scan.code) if scan.code else None
    return _as_shown_to(code.repeat_id if code else None, scans.entry(scan))


def code_of(delegate_id: int, *, repeat_id: int | None = None) -> str:
    """What the QR on the holder's page holds; of a place that has none (any more), a text that is no code."""
    session = db.session()
    if repeat_id is not None:
        return session.get_one(RepeatEntry, repeat_id).code
    query = sa.select(Code.code).where(
        Code.delegate_id == delegate_id, Code.repeat_id.is_(None), Code.revoked_at.is_(None)
    )
    return session.scalar(query) or "-"


def _as_shown_to(repeat_id: int | None, answer: Answer) -> Answer:
    """Whoever entered a place a second time reads what they typed, and nothing of the place that is there
    (docs/decisions/0004).
    """
    if repeat_id is None or answer["delegate"] is None:
        return answer
    repeat = db.session().get_one(RepeatEntry, repeat_id)
    typed = {
        "number": repeat.number,
        "name": repeat.name,
        "unit": {"id": repeat.unit_id, "name": repeat.unit.name, "province": repeat.unit.province},
        "position": repeat.position,
        "category": (repeat.category or Category.DELEGATE).value,
        "mode": repeat.mode.value,
        "status": own_repeats.status_of(repeat).value,
        "seat": None,
    }
    return answer | {"delegate": answer["delegate"] | typed}
