"""What ends with a place, whoever ends it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import ChangeRequest


def place_over(session: Session, delegate_id: int, *, now: datetime) -> None:
    """What was asked for the place and is not decided is answered by its end, and waits for nobody."""
    session.execute(
        sa.update(ChangeRequest)
        .where(ChangeRequest.delegate_id == delegate_id, ChangeRequest.settled_at.is_(None))
        .values(accepted=False, settled_at=now)
    )
