"""Deeds of a crowd before the hall's screen: checking oneself in, and a steward's nod. Results are plain."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from conference.services import here, links, nods, self_check_ins
from conference.services.scans import Gate
from conference.services.tickets import Ticket
from conference.vocabulary import Refused


def nod(meeting_id: int, checkpoint_id: int, nod_id: int, gate: str, granted: bool) -> str:
    """What came of it, or the refusal."""
    try:
        answer = nods.decide(meeting_id, checkpoint_id, nod_id, granted=granted, gate=Gate(gate), now=datetime.now(UTC))
    except Refused as refused:
        return refused.refusal.value
    return "turned_away" if answer is None else str(answer["outcome"])


def check_oneself_in(meeting_id: int, checkpoint_id: int, token: str) -> Any:
    """The answer to somebody who shows what the screen shows just now."""
    link, now = links.by_token(token), datetime.now(UTC)
    assert link is not None
    return self_check_ins.by_text(link, here.text(checkpoint_id, now), meeting_id=meeting_id, now=now)


def use_ticket(meeting_id: int, ticket: Ticket, token: str) -> str:
    """What the holder of a private link was answered, or the refusal."""
    link = links.by_token(token)
    assert link is not None
    try:
        answer = self_check_ins.by_ticket(link, ticket, meeting_id=meeting_id, now=datetime.now(UTC))
    except Refused as refused:
        return refused.refusal.value
    return str(answer["outcome"])
