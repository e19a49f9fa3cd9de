"""What is asked for a row of a unit's desk after the freeze: of an organiser, or beside an entry that repeats a place.

For such an entry the wish is kept with it and looks the same (see `told`); no organiser decides it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from conference.models import Delegate, Meeting, RepeatEntry
from conference.services import change_requests, own_repeats, own_requests, told
from conference.services.delegates import Doing
from conference.services.unit_rows import Row
from conference.vocabulary import ChangeWish

Content = Mapping[str, Any]  # whatever the fields of a delegate hold


def ask(session: Session, row: Row, wish: ChangeWish, content: Content, doing: Doing, *, reason: str = "") -> bool:
    """Ask for the change instead of making it, where the meeting is frozen; returns whether it is.

    Raises Malformed and Refused (not_active, meeting_over).
    """
    meeting = session.get_one(Meeting, row.meeting_id)
    if not change_requests.needed(meeting, now=doing.now):
        return False
    if isinstance(row, Delegate):
        change_requests.ask(meeting.id, row.id, wish, content, actor=doing.actor, reason=reason, now=doing.now)
        return True
    own_requests.ask_for_repeat(row.id, wish, content, now=doing.now)
    return True


def withdraw(session: Session, row: Row, wish: ChangeWish, doing: Doing) -> None:
    """Take back what was asked for; where nothing is asked, nothing changes."""
    if isinstance(row, RepeatEntry):
        own_requests.withdraw_for_repeat(row.id, wish)
        return
    for asked in change_requests.open_of(row):
        if asked.wish is wish:
            change_requests.withdraw(row.meeting_id, asked.id, delegate_id=row.id, actor=doing.actor, now=doing.now)


def open_for(meeting_id: int, rows: list[Row]) -> dict[str, tuple[ChangeWish, ...]]:
    """What waits for an organiser, by the number of the row; rows that wait for nothing are missing."""
    by_id = change_requests.open_for(meeting_id, [row.id for row in rows if isinstance(row, Delegate)])
    found: dict[str, tuple[ChangeWish, ...]] = {}
    for row in rows:
        if isinstance(row, Delegate):
            asked = tuple(one.wish for one in by_id.get(row.id, ()))
        else:
            live = own_repeats.status_of(row).active
            asked = tuple(told.Told(row).open_wishes) if live else ()
        if asked:
            found[row.number] = asked
    return found
