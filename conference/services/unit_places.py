"""How many people a unit has in each mode, and whether there is room for one more under its limits.

Asked under the lock of the lines, and only of units that have a limit by mode.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import Delegate, Participation, Tally, Unit
from conference.rules import registration
from conference.services.line_rows import participation_of
from conference.services.places import refuse
from conference.vocabulary import ACTIVE_STATUSES, Missing, Mode

Counts = dict[tuple[int, Mode], int]


def in_modes(session: Session, meeting_id: int, unit_ids: Collection[int]) -> Counts:
    """The active people of some units by mode; who has a place and wishes for the other mode counts in both."""
    if not unit_ids:
        return {}
    there = (
        sa.select(Tally.unit_id, Tally.mode, sa.func.sum(Tally.n))
        .where(Tally.meeting_id == meeting_id, Tally.unit_id.in_(unit_ids), Tally.status.in_(ACTIVE_STATUSES))
        .group_by(Tally.unit_id, Tally.mode)
    )
    found: Counts = {(unit_id, mode): int(n) for unit_id, mode, n in session.execute(there)}
    wishing = (
        sa.select(Delegate.unit_id, Delegate.queue_mode, sa.func.count())
        .where(
            Delegate.meeting_id == meeting_id,
            Delegate.unit_id.in_(unit_ids),
            Delegate.queue_mode.is_not(None),
            Delegate.queue_mode != Delegate.mode,
        )
        .group_by(Delegate.unit_id, Delegate.queue_mode)
    )
    for unit_id, mode, n in session.execute(wishing):
        if mode is not None:  # as the statement says
            found[unit_id, mode] = found.get((unit_id, mode), 0) + int(n)
    return found


def room_for_mode(session: Session, delegate: Delegate, mode: Mode) -> None:
    """Whether somebody of a unit may change to `mode`. Raises Refused (unit_mode_full)."""
    if delegate.mode is mode or delegate.queue_mode is mode:
        return
    part = participation_of(session, delegate.meeting_id, delegate.unit_id)
    _room(session, part, [mode])


def room_for_newcomer(session: Session, part: Participation, delegate: Delegate) -> None:
    """Whether somebody of another unit may change to that of `part`. Raises Refused (unit_full, unit_mode_full)."""
    refuse(registration.refusal_within_unit(active=part.active, limit=part.delegate_limit))
    _room(session, part, {delegate.mode, delegate.queue_mode or delegate.mode})


def kept_part(session: Session, meeting_id: int, unit_id: int) -> Participation:
    """The part of a unit, or of the one that it was merged into, held. Raises Missing."""
    try:
        return participation_of(session, meeting_id, unit_id)
    except sa.exc.NoResultFound:
        kept = session.scalars(sa.select(Unit.merged_into_id).where(Unit.id == unit_id)).first()
    if kept is None:
        raise Missing
    return kept_part(session, meeting_id, kept)


def _room(session: Session, part: Participation, modes: Collection[Mode]) -> None:
    limits = {Mode.IN_PERSON: part.in_person_limit, Mode.ONLINE: part.online_limit}
    if all(limits[mode] is None for mode in modes):
        return
    there = in_modes(session, part.meeting_id, [part.unit_id])
    for mode in modes:
        refuse(registration.refusal_in_mode(active=there.get((part.unit_id, mode), 0), limit=limits[mode]))
