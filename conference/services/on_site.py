"""What hangs on being at a meeting in person: the seat, and what somebody signed up for.

What ends a place, takes it online or passes it on asks here, in its own transaction.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from conference.models import Delegate
from conference.services import seatings, sign_ups


def leave(session: Session, delegate: Delegate, *, now: datetime | None) -> None:
    """All of it falls free, to the next in line where there is one."""
    seatings.leave(session, delegate)
    sign_ups.leave_all(session, delegate, now=now)


def pass_on(session: Session, old: Delegate, new: Delegate, *, now: datetime | None) -> None:
    """All of it is `new`'s (flushed before), who takes over the place of `old`."""
    seatings.pass_on(session, old, new)
    sign_ups.pass_on(session, old, new, now=now)
