"""What people and moderators do with questions, each in a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from conference.services import hall_question_asking, hall_question_desk
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.services.hall_question_asking import Asked
from conference.vocabulary import Refused


def vote(meeting_id: int, delegate_id: int, question_id: int) -> str:
    hall_question_asking.vote(meeting_id, delegate_id, question_id, now=datetime.now(UTC))
    return "voted"


def ask(meeting_id: int, delegate_id: int, text: str) -> str:
    """ "asked", or the refusal."""
    try:
        hall_question_asking.ask(meeting_id, delegate_id, Asked(text), now=datetime.now(UTC))
    except Refused as refused:
        return refused.refusal.value
    return "asked"


def pin(meeting_id: int, question_id: int) -> str:
    """By somebody who saw none pinned: "pinned", or the refusal."""
    doing = Doing(SYSTEM, datetime.now(UTC), "http://localhost")
    try:
        hall_question_desk.pin(meeting_id, question_id, doing, seen=0)
    except Refused as refused:
        return refused.refusal.value
    return "pinned"
