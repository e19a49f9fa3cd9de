"""The ticket of self check-in in the browser's signed session: one at a time, of the text that was scanned last."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import session

from conference.services.tickets import Ticket

_KEY = "here"


def keep(meeting_id: int, ticket: Ticket) -> None:
    session[_KEY] = [meeting_id, ticket.checkpoint_id, ticket.secret, int(ticket.until.timestamp())]
    session.permanent = True


def held(meeting_id: int, *, now: datetime) -> Ticket | None:
    """The browser's ticket for this meeting, while it is good."""
    kept = session.get(_KEY)
    if not isinstance(kept, list) or len(kept) != 4 or kept[0] != meeting_id:
        return None
    ticket = Ticket(kept[1], kept[2], datetime.fromtimestamp(kept[3], UTC))
    return ticket if now < ticket.until else None
