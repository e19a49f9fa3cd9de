"""What organisers at the broadcast do, each in a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime

from conference.services import broadcasts
from conference.services.activity import Actor
from conference.services.broadcasts import Stream
from conference.services.delegates import Doing
from conference.vocabulary import ActorKind, Refused


def set_line(meeting_id: int, account_id: int, number: int, seen: str) -> str:
    """By somebody who saw the lines at `seen`: "set", or the refusal."""
    doing = Doing(Actor(ActorKind.ACCOUNT, account_id, ""), datetime.now(UTC), "http://localhost")
    line = Stream(f"线路 {number}", f"https://live.example.org/{number}.m3u8")
    try:
        broadcasts.change(meeting_id, {"streams": (line,)}, doing, seen=seen)
    except Refused as refused:
        return refused.refusal.value
    return "set"
