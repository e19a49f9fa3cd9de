"""The checkpoints of a departure, one for each boarding: made with it, and kept in step while nobody was scanned.

Boarding 0 is in front of the hall; the ones after it are before leaving each stop, the way home with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.db import Base
from conference.models import Checkpoint, Departure, Stop
from conference.vocabulary import CheckpointKind


def follow(session: Session, departure: Departure, *, now: datetime) -> None:
    """Make what is missing, name the rest after the departure as it stands, and drop boardings that are no more; what
    was used at a door stays as it is.
    """
    there = {point.leg: point for point in of(session, departure.id)}
    wanted = names(session, departure)
    used = in_use(session, [point.id for point in there.values()])
    for leg, name in enumerate(wanted):
        point = there.get(leg)
        if point is None:
            kept = {"kind": CheckpointKind.DEPARTURE, "reentry": False, "created_at": now}
            session.add(
                Checkpoint(meeting_id=departure.meeting_id, name=name, departure_id=departure.id, leg=leg, **kept)
            )
        elif point.id not in used:
            point.name = name
    for point in there.values():
        if (point.leg or 0) >= len(wanted) and point.id not in used:
            session.delete(point)
    session.flush()


def names(session: Session, departure: Departure) -> list[str]:
    """What its boardings are called, in their order."""
    ids = [stay.stop_id for stay in departure.stays]
    known = dict(session.execute(sa.select(Stop.id, Stop.name).where(Stop.id.in_(ids))).all())
    return [f"{departure.name} · 上车", *(f"{departure.name} · 离开{known[id_]}"[:200] for id_ in ids)]


def drop(session: Session, departure_id: int) -> bool:
    """Delete them all; False, and nothing done, where anybody was scanned at one."""
    there = of(session, departure_id)
    if in_use(session, [point.id for point in there]):
        return False
    for point in there:
        session.delete(point)
    session.flush()
    return True


def of(session: Session, departure_id: int) -> Sequence[Checkpoint]:
    query = sa.select(Checkpoint).where(Checkpoint.departure_id == departure_id)
    return session.scalars(query.order_by(Checkpoint.leg, Checkpoint.id)).all()


def in_use(session: Session, ids: Sequence[int]) -> set[int]:
    """Those of the checkpoints that anything refers to: scans, devices, screens."""
    if not ids:
        return set()
    mine = Checkpoint.__table__
    found: set[int] = set()
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is mine:
                query = sa.select(key.parent).where(key.parent.in_(ids)).distinct()
                found |= set(session.scalars(query))
    return found
