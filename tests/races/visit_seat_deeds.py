"""What people do about seats on the visits, each in a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from conference.services import visits_seats, visits_swaps
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.visits_seats import By
from conference.vocabulary import Refused


def take(meeting_id: int, departure_id: int, delegate_id: int, may_wait: bool) -> str:
    """`confirmed`, `waitlisted`, `full`, or the refusal."""
    try:
        made = visits_seats.take(
            meeting_id, departure_id, delegate_id, _doing(), by=By.ORGANISER, may_wait=may_wait
        ).sign_up
    except Refused as refused:
        return refused.refusal.value
    return "full" if made is None else made.status.value


def agree(meeting_id: int, swap_id: int, delegate_id: int) -> str:
    """What became of the swap, or the refusal."""
    try:
        return visits_swaps.agree(meeting_id, swap_id, delegate_id, _doing()).value
    except Refused as refused:
        return refused.refusal.value


def _doing() -> Doing:
    return Doing(SYSTEM, datetime.now(UTC), "http://localhost")
