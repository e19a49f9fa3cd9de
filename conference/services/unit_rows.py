"""The rows of a unit's desk: places, and entries that repeat a place of another unit and look the same.

Docs: docs/decisions/0004. A row is named by its number, which both have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import Delegate, Participation, RepeatEntry
from conference.rules.contact import email_key
from conference.services import consents, contacts, own_repeats
from conference.services.contacts import Contacts
from conference.services.told import Told
from conference.vocabulary import ConsentPurpose, DelegateStatus, Missing

Row = Delegate | RepeatEntry
_KINDS: tuple[type[Row], ...] = (Delegate, RepeatEntry)
_ERASED = "—"


def all_of(session: Session, part: Participation) -> Sequence[Row]:
    """Everybody of the unit but the erased, whatever became of them, in the order they were entered."""
    rows = [row for model in _KINDS for row in session.scalars(_of(part, model).where(model.name != _ERASED))]
    return sorted(rows, key=lambda row: (len(row.number), row.number))


def find(session: Session, part: Participation, number: int) -> Row:
    """A person of the unit by their number, read anew. Raises Missing for anybody else's."""
    for model in _KINDS:
        query = _of(part, model).where(model.number == f"{number:04d}").execution_options(populate_existing=True)
        row: Row | None = session.scalars(query).first()
        if row is not None:
            return row
    raise Missing


def status_of(row: Row) -> DelegateStatus:
    """What is shown of it."""
    return own_repeats.status_of(row) if isinstance(row, RepeatEntry) else row.status


def agreed(row: Row) -> bool:
    """Whether the person has ever answered for themselves: who did agreed to the meeting."""
    kept = Told(row).agreed if isinstance(row, RepeatEntry) else consents.of_delegate(row.id)
    return ConsentPurpose.MEETING in kept


def reach_of(row: Row) -> tuple[str | None, str | None]:
    """Phone and e-mail."""
    if isinstance(row, RepeatEntry):
        return own_repeats.contact_of(row)
    return contacts.phone_of(row), contacts.email_of(row)


def holder_of(session: Session, part: Participation, reach: Contacts) -> Row | None:
    """Who of the unit is registered with this phone or e-mail."""
    holder = contacts.holder_of(session, part.meeting_id, reach)
    if holder is not None and holder.unit_id == part.unit_id:
        return holder
    live = sa.select(RepeatEntry).where(
        RepeatEntry.meeting_id == part.meeting_id,
        RepeatEntry.unit_id == part.unit_id,
        RepeatEntry.settled_at.is_(None),
    )
    for repeat in session.scalars(live):
        phone, email = own_repeats.contact_of(repeat)
        if (reach.phone and phone == reach.phone) or (
            reach.email and email and email_key(email) == email_key(reach.email)
        ):
            return repeat
    return None


def _of(part: Participation, model: type[Row]) -> sa.Select[Any]:  # one row of either kind
    return sa.select(model).where(model.meeting_id == part.meeting_id, model.unit_id == part.unit_id)
