"""Erasing one person on an organiser's word, who must say whom they mean."""

from __future__ import annotations

from conference import db
from conference.services import delegates, people
from conference.services.delegates import Doing
from conference.vocabulary import Refusal, Refused


def erase(meeting_id: int, delegate_id: int, *, number: str, doing: Doing) -> None:
    """Delete what identifies the delegate whose `number` was typed; once is enough.

    Raises Missing, and Refused (number_differs) when it is another's.
    """
    with db.transaction():
        delegate = people.one(meeting_id, delegate_id)
        if number.strip().lstrip("0") != delegate.number.lstrip("0"):
            raise Refused(Refusal.NUMBER_DIFFERS)
        if delegate.erased_at is None:
            delegates.erase(meeting_id, delegate_id, doing)
