"""What organisers at the stage do, each in a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from conference.services import stage
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.vocabulary import ActorKind, Refused


def delay(meeting_id: int, session_id: int, account_id: int, minutes: int) -> str:
    """By somebody who knows of no delay: "told", or the refusal."""
    doing = Doing(Actor(ActorKind.ACCOUNT, account_id, ""), datetime.now(UTC), "http://localhost")
    try:
        stage.delay(meeting_id, session_id, minutes, "", doing, seen="")
    except Refused as refused:
        return refused.refusal.value
    return "told"
