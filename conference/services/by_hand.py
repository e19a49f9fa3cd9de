"""An organiser enters somebody at the desk, with the seat."""

from __future__ import annotations

from conference import db
from conference.services import delegates, registration, submissions
from conference.services.delegates import Doing
from conference.services.registration import Entry
from conference.vocabulary import Origin


def enter(meeting_id: int, entry: Entry, doing: Doing, *, seat: str = "", late: bool = False, key: str | None) -> int:
    """Enter a person; returns the delegate's id. The same form sent again (by its `key`) is answered by the same id.

    Raises what `registration.register` and `delegates.edit` raise; nothing is kept then.
    """

    def deed() -> tuple[int, int]:
        made = registration.register(
            meeting_id,
            entry,
            actor=doing.actor,
            origin=Origin.ORGANISER,
            public_url=doing.public_url,
            now=doing.now,
            late=late,
        )
        if seat:
            delegates.edit(meeting_id, made.delegate_id, {"seat": seat}, doing)
        return made.delegate_id, made.delegate_id

    def attempt() -> int:
        with db.transaction() as session:
            return submissions.once(session, key, deed, now=doing.now)

    return db.repeated(attempt)
