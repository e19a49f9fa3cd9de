"""What rows of a reply form change of the places that they are for: the old value beside the new one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from conference import db
from conference.models import Delegate
from conference.rules import contact
from conference.rules.unit_desk import may_reach
from conference.services import delegates, units
from conference.services.reply_matching import Matched
from conference.vocabulary import Category, Mode

Value = str | Mode | Category


@dataclass(frozen=True)
class Change:
    """One field, as `delegates.edit` names it; "" where there was nothing."""

    field: str
    before: Value
    after: Value


def of(rows: Sequence[Matched], *, by_unit: bool) -> dict[int, list[Change]]:
    """By the id of the place. `by_unit`: for a liaison, who sees what people typed of themselves in part."""
    changed = {row.holder.id: row for row in rows if row.holder is not None and row.changes}
    if not changed:
        return {}
    held = db.session().scalars(sa.select(Delegate).where(Delegate.id.in_(changed))).all()
    names = units.names({row.unit_id for row in changed.values() if row.unit_id} | {one.unit_id for one in held})
    return {one.id: _changes(one, changed[one.id], names, by_unit=by_unit) for one in held}


def _changes(held: Delegate, row: Matched, names: dict[int, str], *, by_unit: bool) -> list[Change]:
    person = row.person
    phone, email = delegates.phone_of(held) or "", delegates.email_of(held) or ""
    if by_unit and not may_reach(held.origin):
        phone, email = contact.masked_phone(phone) if phone else "", contact.masked_email(email) if email else ""
    said: dict[str, tuple[Value, Value]] = {
        "name": (held.name, person.name),
        "position": (held.position, person.position),
        "category": (held.category, person.category),
        "mode": (held.mode, person.mode),
        "phone": (contact.plain_phone(phone), contact.plain_phone(person.phone or "")),
        "email": (email, person.email or ""),
        "unit_id": (names.get(held.unit_id, ""), names.get(row.unit_id or 0, "") or person.unit),
    }
    return [Change(field, *said[field]) for field in row.changes]
