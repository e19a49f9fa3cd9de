"""Limits set for many units at once: all of a filter of their list, after saying which they are."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from conference import db
from conference.models import Participation, Unit
from conference.services import units
from conference.services.delegates import Doing
from conference.vocabulary import Refusal, Refused

LIMITS = ("delegate_limit", "in_person_limit", "online_limit")
SHOWN = 20
BATCH = 100


@dataclass(frozen=True)
class Wanted:
    """Which units; "" and False are no wish."""

    search: str = ""
    province: str = ""
    kind: str = ""
    silent: bool = False
    proposed: bool = False


@dataclass(frozen=True)
class Chosen:
    """The units of a filter in the order of their ids, and the names of the first of them."""

    ids: tuple[int, ...]
    first: Sequence[str]

    @property
    def count(self) -> int:
        return len(self.ids)

    @property
    def seen(self) -> str:
        """Stands for the very units that were shown."""
        return hashlib.sha256(",".join(map(str, self.ids)).encode()).hexdigest()


def chosen(meeting_id: int, wanted: Wanted) -> Chosen:
    """All units of the filter."""
    query = (
        sa.select(Participation.unit_id, Unit.name)
        .join(Unit, Unit.id == Participation.unit_id)
        .where(Participation.meeting_id == meeting_id)
        .order_by(Participation.unit_id)
    )
    if wanted.search:
        query = query.where(Unit.name.contains(wanted.search, autoescape=True))
    if wanted.province:
        query = query.where(Unit.province == wanted.province)
    if wanted.kind:
        query = query.where(Unit.kind == wanted.kind)
    if wanted.silent:
        query = query.where(Participation.active == 0)
    if wanted.proposed:
        query = query.where(Unit.proposed)
    rows = db.session().execute(query).all()
    return Chosen(tuple(row.unit_id for row in rows), [row.name for row in rows[:SHOWN]])


def set_all(meeting_id: int, wanted: Wanted, limits: Mapping[str, int | None], *, seen: str, doing: Doing) -> int:
    """Set `limits` (some of `LIMITS`; None is no limit) for the units that were `seen`; returns for how many.

    A batch of them is one transaction; done again it changes nothing. Raises Refused (list_changed).
    """
    found = chosen(meeting_id, wanted)
    if found.seen != seen:
        raise Refused(Refusal.LIST_CHANGED)
    changes = {name: value for name, value in limits.items() if name in LIMITS}
    for start in range(0, found.count, BATCH):
        with db.transaction():
            for unit_id in found.ids[start : start + BATCH]:
                units.edit(meeting_id, unit_id, changes, doing)
    return found.count
