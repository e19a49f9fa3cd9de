"""What ends with a place, whoever ends it."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import ChangeRequest, Consent, PersonalDetail
from conference.rules.details import OF_THE_HALL


def place_over(session: Session, delegate_id: int, *, now: datetime) -> None:
    """What was asked for the place and is not decided ends with it: nobody refused it, and it waits for nobody."""
    session.execute(
        sa.update(ChangeRequest)
        .where(ChangeRequest.delegate_id == delegate_id, ChangeRequest.settled_at.is_(None))
        .values(accepted=False, settled_at=now, ended=True)
    )
    left_hall(session, delegate_id, now=now)


def left_hall(session: Session, delegate_id: int, *, now: datetime) -> None:
    """Room, transfer and meals go with the place in the hall: what was told for them is deleted, and not agreed to any
    more, so that nothing is kept that is of no use.
    """
    session.execute(
        sa.delete(PersonalDetail).where(
            PersonalDetail.delegate_id == delegate_id, PersonalDetail.purpose.in_(OF_THE_HALL)
        )
    )
    session.execute(
        sa.update(Consent)
        .where(Consent.delegate_id == delegate_id, Consent.purpose.in_(OF_THE_HALL), Consent.withdrawn_at.is_(None))
        .values(withdrawn_at=now)
    )
