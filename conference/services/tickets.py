"""The ticket (现场凭票) of a browser that showed a fresh text: ten minutes, one checkpoint, one scan.

It needs no table: the browser keeps it signed, its one scan has a nonce that is the ticket's own, and the record of
scans keeps a nonce once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from conference.rules import here as rules
from conference.sealing import digest, new_token
from conference.vocabulary import Refusal, Refused


@dataclass(frozen=True)
class Ticket:
    """`secret` is known to the browser and us; the rest of the house knows its digest."""

    checkpoint_id: int
    secret: str
    until: datetime

    @property
    def digest(self) -> str:
        return digest(self.secret)

    @property
    def nonce(self) -> str:
        return nonce(self.digest)


def make(checkpoint_id: int, *, now: datetime) -> Ticket:
    return Ticket(checkpoint_id, new_token(), now + rules.TICKET_LASTS)


def nonce(ticket_digest: str) -> str:
    """The nonce of the one scan that a ticket is good for."""
    return f"here-{ticket_digest[:48]}"


def refuse_late(ticket: Ticket, *, now: datetime) -> None:
    """Raises Refused (here_expired) when the ten minutes are over."""
    if now >= ticket.until:
        raise Refused(Refusal.HERE_EXPIRED)
