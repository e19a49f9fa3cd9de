"""What waits for an organiser (要办的事), each with how many; nothing here walks the rows of all delegates."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import Departure, Meeting, OutboxMessage, Participation, RepeatEntry, Unit
from conference.services import (
    acknowledgements,
    capacities,
    change_requests,
    duplicates,
    lines,
    material_versions,
    places_requests,
    reviews,
    unit_lists,
)
from conference.vocabulary import MeetingStatus, MessageState, Todo


def of(meeting: Meeting, *, pending: int, now: datetime) -> dict[Todo, int]:
    """What waits; only what there is. `pending` are those who await review, as the tallies have it."""
    taking_part = sa.select(Participation.id).where(Participation.meeting_id == meeting.id)
    leaderless = sa.select(Departure.id).where(Departure.leader_name == "")
    units = _count(taking_part)
    over = meeting.status in {MeetingStatus.CLOSED, MeetingStatus.ARCHIVED}
    past = meeting.status is MeetingStatus.ARCHIVED
    found = {
        Todo.NOT_OPEN: int(meeting.status is MeetingStatus.DRAFT),
        Todo.NO_UNITS: int(units == 0 and not over),
        Todo.PENDING: pending,
        Todo.CHANGE_REQUESTS: change_requests.count_open(meeting.id),
        Todo.PLACES_REQUESTS: places_requests.count_waiting(meeting.id),
        Todo.LINE_BY_HAND: 0 if past else _held_places(meeting.id, now),
        Todo.REVIEWS: reviews.count(meeting.id),
        Todo.REPEATS: repeats(meeting.id),
        Todo.DUPLICATES: duplicates.count(meeting.id),
        Todo.NEW_VERSIONS: 0 if past else material_versions.count_waiting(meeting.id),
        Todo.LEADERLESS: 0 if past else _count(leaderless.where(Departure.meeting_id == meeting.id)),
        Todo.FAILED_MESSAGES: _failed(meeting.id),
        Todo.UNANSWERED: 0 if past else acknowledgements.count_missing(meeting.id),
        Todo.PROPOSED_UNITS: _count(taking_part.join(Unit).where(Unit.proposed)),
        Todo.SILENT_UNITS: 0 if over else _count(taking_part.where(unit_lists.SILENT)),
    }
    return {todo: n for todo, n in found.items() if n}


def repeats(meeting_id: int) -> int:
    """Repeat entries that nobody has dealt with."""
    return _count(
        sa.select(RepeatEntry.id).where(RepeatEntry.meeting_id == meeting_id, RepeatEntry.settled_at.is_(None))
    )


def _held_places(meeting_id: int, now: datetime) -> int:
    """How many who wait could be given a place now, where the lines have stopped to move by themselves."""
    held = {mode: line.left for mode, line in capacities.lines(meeting_id, now=now).items() if line.held}
    if not held:
        return 0
    waiting = lines.totals(meeting_id)
    return sum(waiting[mode] if left is None else min(left, waiting[mode]) for mode, left in held.items())


def _failed(meeting_id: int) -> int:
    return _count(
        sa.select(OutboxMessage.id).where(
            OutboxMessage.meeting_id == meeting_id, OutboxMessage.state == MessageState.FAILED
        )
    )


def _count(query: sa.Select[int]) -> int:
    return db.session().scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
