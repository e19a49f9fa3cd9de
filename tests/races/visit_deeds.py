"""What organisers of visits do at one time; results are plain, since they travel."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from conference.services import visits_desk
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.visits import StayFacts
from conference.services.visits_fields import DepartureFields
from conference.vocabulary import Refused

BEGINS = datetime(2026, 7, 19, 6, tzinfo=UTC)


def add_departure(meeting_id: int, stop_id: int, name: str) -> str:
    """A bus of 45 at the stop from 14:20 to 15:00; "added", or the refusal."""
    stays = (StayFacts(stop_id, BEGINS + timedelta(minutes=20), BEGINS + timedelta(minutes=60)),)
    try:
        visits_desk.add(meeting_id, DepartureFields(name, BEGINS, 45, stays), Doing(SYSTEM, datetime.now(UTC), ""))
    except Refused as refused:
        return refused.refusal.value
    return "added"
