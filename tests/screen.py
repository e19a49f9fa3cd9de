"""A screen in the cast's hall, as an organiser puts one up."""

from __future__ import annotations

from datetime import datetime

from conference import db
from conference.models import Wall
from conference.sealing import digest, seal
from conference.vocabulary import WallKind
from tests.cast import Cast


def open_wall(cast: Cast, now: datetime, *, kind: WallKind = WallKind.CHECK_IN) -> int:
    """A screen at the venue; returns its id."""
    with db.transaction() as session:
        wall = Wall(
            meeting_id=cast.meeting_id,
            name="大厅",
            kind=kind,
            checkpoint_id=cast.venue_id,
            digest=digest(f"{kind} {now}"),
            secret_sealed=seal("secret"),
            created_at=now,
        )
        session.add(wall)
        session.flush()
        return wall.id
