"""Where somebody stands who scanned the screen's text: what became of their ticket, or what they can do with it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from conference.models import Checkpoint
from conference.services import checkpoints, nods, passes, self_check_ins, tickets
from conference.services.nods import Asked
from conference.services.passes import Pass
from conference.services.scans import Answer
from conference.services.tickets import Ticket


@dataclass(frozen=True)
class Stage:
    """`answer` is the ticket's scan, once there is one; `asked` the request for a nod; `places` whose private pages
    this browser knows, those that are over only where there are no others.
    """

    checkpoint: Checkpoint
    answer: Answer | None
    asked: Asked | None
    places: Sequence[Pass]

    @property
    def waiting(self) -> bool:
        return self.answer is None and self.asked is not None and self.asked.waiting

    @property
    def only_place(self) -> Pass | None:
        """Who stands here beyond doubt, as far as this phone knows."""
        return self.places[0] if len(self.places) == 1 and self.asked is None else None


def ticket(point: Checkpoint, held: Ticket | None, *, now: datetime) -> Ticket:
    """What a browser gets for a fresh text: a ticket, in place of the one it has; while a steward is being asked with
    that one at the same checkpoint, it stays.
    """
    if held is not None and held.checkpoint_id == point.id:
        asked = nods.of_ticket(held, now=now)
        if asked is not None and asked.waiting:
            return held
    return tickets.make(point.id, now=now)


def of(meeting_id: int, ticket: Ticket, link_ids: Iterable[int], *, now: datetime) -> Stage:
    """Raises Missing when the checkpoint is gone."""
    point = checkpoints.one(meeting_id, ticket.checkpoint_id)
    answer = self_check_ins.of_ticket(meeting_id, ticket)
    if answer is not None:
        return Stage(point, answer, None, [])
    held = passes.of_links(link_ids, now=now, meeting_id=meeting_id)
    places = [place for place in held if place.status.active] or held
    return Stage(point, None, nods.of_ticket(ticket, now=now), places)
