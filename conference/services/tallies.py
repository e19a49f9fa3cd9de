"""How many people of a unit stand in a mode and status, kept with the deed so that figures need not count."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Tally
from conference.vocabulary import DelegateStatus, Mode

Key = tuple[int, Mode, DelegateStatus]  # a unit's id, and where its people stand
_tallies = cast(sa.Table, Tally.__table__)


def add(session: Session, meeting_id: int, deltas: Mapping[Key, int]) -> None:
    """Add to the tallies of a meeting, in the order of their keys: nobody waits for another's in a circle."""
    for (unit_id, mode, status), n in sorted(deltas.items()):
        if n:
            key = {"meeting_id": meeting_id, "unit_id": unit_id, "mode": mode, "status": status}
            db.add_to(session.connection(), _tallies, key, {"n": n})
