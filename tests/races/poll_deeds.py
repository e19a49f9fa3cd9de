"""What phones and the desk do in a poll, each in a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from multiprocessing.synchronize import Barrier

import sqlalchemy as sa

from conference import db
from conference.models import PollChoice
from conference.rules import polls as rules
from conference.rules.polls import Asked
from conference.services import poll_making, polls
from conference.services.activity import SYSTEM
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Refused


def choose(meeting_id: int, poll_id: int, delegate_id: int, option: int) -> str:
    """ "chosen", or the refusal."""
    try:
        polls.choose(meeting_id, poll_id, delegate_id, [option], now=datetime.now(UTC))
    except Refused as refused:
        return refused.refusal.value
    return "chosen"


def choose_together(meeting_id: int, poll_id: int, delegate_id: int, option: int, point: Barrier) -> str:
    """Forgets the earlier choice, and writes the new one when another phone has come as far."""

    @sa.event.listens_for(db.db.engine, "before_cursor_execute")
    def wait(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if statement.startswith("INSERT INTO poll_choices"):
            point.wait(60)

    return choose(meeting_id, poll_id, delegate_id, option)


def close(meeting_id: int, poll_id: int) -> int:
    """How many choices there are once it is closed."""
    poll_making.close(meeting_id, poll_id, Doing(SYSTEM, datetime.now(UTC), "http://localhost"))
    query = sa.select(sa.func.count()).where(PollChoice.poll_id == poll_id)
    return db.session().scalar(query) or 0


def choose_while_closed(meeting_id: int, poll_id: int, delegate_id: int, point: Barrier) -> str:
    """Decides, and writes when somebody else has closed it in between."""
    asked_before = rules.fault_in_choice

    def slowly(asked: Asked, chosen: list[int]) -> Fault | None:
        point.wait(60)
        point.wait(60)
        return asked_before(asked, chosen)

    rules.fault_in_choice = slowly  # type: ignore[assignment]
    return choose(meeting_id, poll_id, delegate_id, 0)


def close_while_chosen(meeting_id: int, poll_id: int, point: Barrier) -> int:
    """Closes when somebody else has decided, before they write."""
    point.wait(60)
    counted = close(meeting_id, poll_id)
    point.wait(60)
    return counted
