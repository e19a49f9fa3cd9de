"""Who came to the venue and who is inside, counted by unit, each person once, as the scans are written."""

from __future__ import annotations

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Arrival, Turnout

_arrivals = cast(sa.Table, Arrival.__table__)
_turnouts = cast(sa.Table, Turnout.__table__)


def change(session: Session, *, delegate_id: int, meeting_id: int, unit_id: int, admissions: int, inside: int) -> None:
    """Somebody's admissions at venue checkpoints, and the number of those they are inside at, change by so much.

    The row of the person is written first and says what they were before; so two gates at one instant cannot both
    believe that theirs is the first admission.
    """
    if not admissions and not inside:
        return
    statement = db.insert(session, _arrivals).values(
        delegate_id=delegate_id,
        meeting_id=meeting_id,
        unit_id=unit_id,
        admissions=max(0, admissions),
        inside=max(0, inside),
    )
    row = session.execute(
        statement.on_conflict_do_update(
            index_elements=["delegate_id"],
            set_={"admissions": _arrivals.c.admissions + admissions, "inside": _arrivals.c.inside + inside},
        ).returning(_arrivals.c.unit_id, _arrivals.c.admissions, _arrivals.c.inside)
    ).one()
    present = _crossed(row.admissions, admissions)
    within = _crossed(row.inside, inside)
    if present or within:
        db.add_to(
            session,
            _turnouts,
            {"meeting_id": meeting_id, "unit_id": row.unit_id},
            {"present": present, "inside": within},
        )


def move(session: Session, delegate_id: int, unit_id: int) -> None:
    """Count somebody for another unit from now on."""
    arrival = session.scalars(db.lock(sa.select(Arrival).where(Arrival.delegate_id == delegate_id))).first()
    if arrival is None or arrival.unit_id == unit_id:
        return
    present, within = int(arrival.admissions > 0), int(arrival.inside > 0)
    for unit, sign in sorted([(arrival.unit_id, -1), (unit_id, 1)]):
        db.add_to(
            session,
            _turnouts,
            {"meeting_id": arrival.meeting_id, "unit_id": unit},
            {"present": sign * present, "inside": sign * within},
        )
    arrival.unit_id = unit_id


def _crossed(now: int, change: int) -> int:
    """+1 when a count came to be above zero by `change`, -1 when it came back to zero, else 0."""
    before = now - change
    return int(now > 0) - int(before > 0)
