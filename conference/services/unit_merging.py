"""Merging two units that are the same (合并): people, links, liaisons and figures go over to the one that is kept.

docs/decisions/0010 has the reasons.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import (
    Arrival,
    Delegate,
    MovedLink,
    Participation,
    PlacesRequest,
    Unit,
)
from conference.rules import unit_names
from conference.services import activity, liaisons, seatings, turnout, units
from conference.services.delegates import Doing, tell_moved
from conference.services.line_rows import participation_of
from conference.services.places import Places
from conference.vocabulary import Missing, Refusal, Refused

MOST_PAIRS = 100


def _pointing_to(target: str, *, besides: tuple[str, ...] = ()) -> list[sa.Column[Any]]:
    return [
        key.parent
        for table in db.Base.metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname == target and table.name not in besides
    ]


# Liaisons, desk links, requests for places, and whatever comes to belong to a participation later.
POINTS_TO_PARTICIPATIONS = _pointing_to("participations.id")
# What is counted by unit, or has a row for each, goes over by hand; repeat entries and others as they are.
COUNTED = ("units", "participations", "delegates", "tallies", "arrivals", "turnouts")
POINTS_TO_UNITS = _pointing_to("units.id", besides=COUNTED)


@dataclass(frozen=True)
class Pair:
    """Two units of one province whose names may be two spellings of one; the older one first.

    `here` is the one that takes part in the meeting that was asked about, `there` the other.
    """

    older: Unit
    newer: Unit
    here: Unit
    there: Unit


def merge(kept_id: int, merged_id: int, doing: Doing) -> Unit:
    """Let `merged_id` be `kept_id` from now on, in every meeting, in one transaction.

    Where both take part, the limits, the deadline and the liaison of the kept one stand; people above a limit stay.
    Once is enough: again it changes nothing. Raises Missing, and Refused (same_unit).
    """
    return db.repeated(lambda: _merge(kept_id, merged_id, doing))


def approve(meeting_id: int, unit_id: int, doing: Doing) -> Unit:
    """Keep a unit that a stranger said of themselves, as it stands. Raises Missing."""
    with db.transaction() as session:
        part = units.held(session, meeting_id, unit_id)
        unit = session.scalars(db.lock(sa.select(Unit).where(Unit.id == part.unit_id))).one()
        if unit.proposed:
            unit.proposed = False
            _record(session, doing, "unit.approved", unit.id, meeting_id, {}, {"unit_id": unit.id})
        return unit


def suggestions(meeting_id: int | None = None) -> list[Pair]:
    """Pairs that may be one unit, at most `MOST_PAIRS`; with a meeting, those of which one takes part in it."""
    session = db.session()
    here = None
    if meeting_id is not None:
        here = set(session.scalars(sa.select(Participation.unit_id).where(Participation.meeting_id == meeting_id)))
    by_province: dict[str, list[tuple[Unit, str]]] = {}
    for unit in session.scalars(sa.select(Unit).where(Unit.merged_into_id.is_(None)).order_by(Unit.id)):
        by_province.setdefault(unit.province, []).append((unit, unit_names.bare(unit.name, unit.province)))
    found: list[Pair] = []
    for _, group in sorted(by_province.items()):
        for (older, name), (newer, other) in combinations(group, 2):
            if here is not None and older.id not in here and newer.id not in here:
                continue
            if _two_codes(older, newer):
                continue
            if unit_names.alike(name, other):
                first = newer if here is not None and older.id not in here else older
                found.append(Pair(older, newer, first, newer if first is older else older))
                if len(found) == MOST_PAIRS:
                    return found
    return found


def better(one: Unit, other: Unit) -> Unit:
    """Which of two is likely to be the one to keep: with a credit code, not typed by a stranger, the older one."""
    return min(one, other, key=lambda unit: (unit.proposed, not unit.credit_code, unit.id))


def likely(unit: Unit) -> Sequence[Unit]:
    """The units that this one may be, the oldest first."""
    query = sa.select(Unit).where(Unit.province == unit.province, Unit.id != unit.id, Unit.merged_into_id.is_(None))
    found, name = db.session().scalars(query.order_by(Unit.id)), unit_names.bare(unit.name, unit.province)
    return [
        other
        for other in found
        if not _two_codes(unit, other) and unit_names.alike(name, unit_names.bare(other.name, other.province))
    ]


def _two_codes(one: Unit, other: Unit) -> bool:
    """Two credit codes are two bodies, whatever they are called."""
    return bool(one.credit_code and other.credit_code)


def _merge(kept_id: int, merged_id: int, doing: Doing) -> Unit:
    with db.transaction() as session:
        if session.get(Unit, kept_id) is None or session.get(Unit, merged_id) is None:
            raise Missing
        kept_id = units.kept_id(session, kept_id) or kept_id
        if units.kept_id(session, merged_id) == kept_id:
            return session.get_one(Unit, kept_id)
        if merged_id == kept_id:
            raise Refused(Refusal.SAME_UNIT)
        if units.kept_id(session, merged_id) is not None:  # it turned out to be another one
            raise Refused(Refusal.DECIDED_ALREADY)
        meetings, theirs = _meetings(session, merged_id), _meetings(session, kept_id)
        # In the order of locks: lines, participations, delegates, and so on; nobody enters these meetings meanwhile.
        places = {meeting_id: Places(session, meeting_id, doing.now) for meeting_id in meetings}
        parts = {meeting_id: _parts(session, meeting_id, kept_id, merged_id) for meeting_id in meetings}
        both = session.scalars(
            db.lock(sa.select(Unit).where(Unit.id.in_((kept_id, merged_id))).order_by(Unit.id))
        ).all()
        kept, merged = (next(unit for unit in both if unit.id == id_) for id_ in (kept_id, merged_id))
        if kept.merged_into_id or merged.merged_into_id:
            raise db.Stale  # since we looked
        if (_meetings(session, merged_id), _meetings(session, kept_id)) != (meetings, theirs):
            raise db.Stale  # one of them was let into another meeting
        for meeting_id, (old, new) in parts.items():
            _move(session, places[meeting_id], old, new, kept, doing)
        for column in POINTS_TO_UNITS:
            session.execute(sa.update(column.table).where(column == merged_id).values({column.name: kept_id}))
        seatings.follow_unit(session, kept_id, merged_id)
        _become(session, kept, merged, doing)
        session.flush()
        everywhere: Sequence[int | None] = meetings or [None]
        what = {"merged_unit": merged.name, "kept_unit": kept.name}
        for where in everywhere:
            _record(session, doing, "unit.merged", kept.id, where, {}, what)
            _record(session, doing, "unit.merged_away", merged.id, where, {}, what)
        return kept


def _meetings(session: Session, unit_id: int) -> Sequence[int]:
    query = sa.select(Participation.meeting_id).where(Participation.unit_id == unit_id)
    return session.scalars(query.order_by(Participation.meeting_id)).all()


def _parts(session: Session, meeting_id: int, kept_id: int, merged_id: int) -> tuple[Participation, Participation]:
    """That of the merged unit, and that which takes its people: the kept one's, or the same where it has none."""
    held = {}
    for unit_id in sorted((kept_id, merged_id)):
        try:
            held[unit_id] = participation_of(session, meeting_id, unit_id)
        except sa.exc.NoResultFound:
            continue
    if merged_id not in held:
        raise db.Stale
    return held[merged_id], held.get(kept_id, held[merged_id])


def _move(session: Session, places: Places, old: Participation, new: Participation, kept: Unit, doing: Doing) -> None:
    merged_id = old.unit_id
    ids = session.scalars(
        sa.select(Delegate.id)
        .where(Delegate.meeting_id == old.meeting_id, Delegate.unit_id == merged_id)
        .order_by(Delegate.id)
    ).all()
    people = [delegate for id_ in ids if (delegate := places.delegate(id_)) is not None]
    for delegate in people:
        delegate.unit_id, delegate.unit = kept.id, kept
    if new is old:
        old.unit_id, old.unit = kept.id, kept
    else:
        _join(session, old, new, doing)
    tell_moved(session, places.settle(), doing)
    # All people first, then the counts: a scan holds one person when it comes to the counts.
    session.scalars(db.lock(sa.select(Arrival).where(Arrival.delegate_id.in_(ids)).order_by(Arrival.delegate_id))).all()
    for delegate in people:
        turnout.move(session, delegate.id, delegate.meeting_id, kept.id, delegate.category)


def _join(session: Session, old: Participation, new: Participation, doing: Doing) -> None:
    """Bring one participation into another of the same meeting; its own row goes, its common link leads on."""
    new.active += old.active
    units.keep_within(new)
    if new.answer is None:
        new.answer, new.answered_at, new.answer_reason = old.answer, old.answered_at, old.answer_reason
    theirs, ours = liaisons.of(old.id), liaisons.of(new.id)
    if theirs is not None and ours is not None:
        liaisons.end(session, old, theirs, doing)
    elif ours is None:
        new.invited_at = new.invited_at or old.invited_at
    _join_requests(session, old, new)
    for column in POINTS_TO_PARTICIPATIONS:
        session.execute(sa.update(column.table).where(column == old.id).values({column.name: new.id}))
    session.add(MovedLink(digest=old.link_digest, participation_id=new.id, moved_at=doing.now))
    session.flush()
    session.delete(old)
    session.flush()


def _join_requests(session: Session, old: Participation, new: Participation) -> None:
    """A participation asks once at a time: what both ask for is asked for together."""
    waiting = sa.select(PlacesRequest).where(PlacesRequest.decided_at.is_(None))
    theirs = session.scalars(waiting.where(PlacesRequest.participation_id == old.id)).first()
    ours = session.scalars(waiting.where(PlacesRequest.participation_id == new.id)).first()
    if theirs is None or ours is None:
        return
    ours.in_person += theirs.in_person
    ours.online += theirs.online
    ours.reason = "；".join(text for text in (ours.reason, theirs.reason) if text)[:500]
    session.delete(theirs)
    session.flush()


def _become(session: Session, kept: Unit, merged: Unit, doing: Doing) -> None:
    """What the kept one does not say is taken from the other, which from then on stands for it."""
    code = merged.credit_code
    if code and not kept.credit_code:
        merged.credit_code = None
        session.flush()  # a code is one unit's at a time
        kept.credit_code = code
    kept.district = kept.district or merged.district
    kept.address = kept.address or merged.address
    kept.proposed = kept.proposed and merged.proposed
    merged.merged_into_id, merged.merged_at, merged.proposed = kept.id, doing.now, False
    # Who was merged into the merged one stands for the kept one at once, so that one step always leads there.
    session.execute(sa.update(Unit).where(Unit.merged_into_id == merged.id).values(merged_into_id=kept.id))


def _record(
    session: Session,
    doing: Doing,
    verb: str,
    unit_id: int,
    meeting_id: int | None,
    before: dict[str, Any],
    after: dict[str, Any],
) -> None:
    activity.record(
        session,
        doing.actor,
        verb,
        "unit",
        unit_id,
        meeting_id=meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )
