"""What a change request says: read when it is asked, shown beside what holds now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conference.models import ChangeRequest, Delegate
from conference.rules import change_requests as rules
from conference.rules.text import NAME_LIMIT, SHORT_LIMIT, fault_in
from conference.sealing import unseal
from conference.services import contacts, delegates
from conference.vocabulary import ActorKind, Category, ChangeWish, Fault, Malformed, Mode


@dataclass(frozen=True)
class Change:
    """One field that a wish would change; `before` is what holds now. Modes and categories are members."""

    field: str
    before: Any  # whatever the field holds
    after: Any


@dataclass(frozen=True)
class Request:
    """A change that somebody asked for. `accepted` is None while it is open; `ended` where the place was over before
    anybody decided."""

    id: int
    delegate_id: int
    number: str
    name: str
    unit_id: int
    unit: str
    wish: ChangeWish
    changes: tuple[Change, ...]
    asked_by: ActorKind
    reason: str
    created_at: datetime
    accepted: bool | None
    settled_at: datetime | None
    note: str
    ended: bool

    @property
    def open(self) -> bool:
        return self.accepted is None


def read(wish: ChangeWish, content: Mapping[str, Any]) -> dict[str, Any]:
    """What is wished, as JSON keeps it. Raises Malformed."""
    faults = {field: Fault.UNKNOWN_CHOICE for field in content if field not in rules.FIELDS[wish]}
    wished = {field: value.strip() if isinstance(value, str) else value for field, value in content.items()}
    for field, limit in (("name", NAME_LIMIT), ("position", SHORT_LIMIT)):
        if field in wished and (fault := fault_in(wished[field] or "", limit=limit, required=field == "name")):
            faults[field] = fault
    for field, members in (("mode", Mode), ("category", Category)):
        if field in wished and wished[field] not in list(members):
            faults[field] = Fault.UNKNOWN_CHOICE
    if (wish is ChangeWish.MODE and "mode" not in wished) or (wish is ChangeWish.SUBSTITUTE and "name" not in wished):
        faults["mode" if wish is ChangeWish.MODE else "name"] = Fault.REQUIRED
    if faults:
        raise Malformed(faults)
    if wish is ChangeWish.SUBSTITUTE:
        contacts.read(wished.get("phone"), wished.get("email"))
    return {field: value or None if field in {"phone", "email"} else value for field, value in wished.items()}


def see_reach(delegate: Delegate, wished: Mapping[str, Any]) -> None:
    """Raises Malformed where the wish would leave no phone and no e-mail, or one that is none."""
    contacts.read(
        wished.get("phone", delegates.phone_of(delegate)),
        wished.get("email", delegates.email_of(delegate)),
    )


def wished(found: ChangeRequest) -> dict[str, Any]:  # whatever the fields hold
    """What a request asks for, modes and categories as members."""
    sets: dict[str, type[Mode | Category]] = {"mode": Mode, "category": Category}
    said = json.loads(unseal(found.content_sealed))
    return {field: sets[field](value) if field in sets else value for field, value in said.items()}


def request(found: ChangeRequest) -> Request:
    delegate = found.delegate
    said = wished(found)
    now = delegates.facts(delegate)
    return Request(
        id=found.id,
        delegate_id=delegate.id,
        number=delegate.number,
        name=delegate.name,
        unit_id=delegate.unit_id,
        unit=delegate.unit.name,
        wish=found.wish,
        changes=tuple(
            Change(field, now[field], said[field])
            for field in rules.FIELDS[found.wish]
            if field in said and (found.wish is ChangeWish.SUBSTITUTE or said[field] != now[field])
        ),
        asked_by=found.asked_by,
        reason=found.reason,
        created_at=found.created_at,
        accepted=found.accepted,
        settled_at=found.settled_at,
        note=found.note,
        ended=found.ended,
    )
