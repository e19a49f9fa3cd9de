"""What the enterer of a repeat entry does with it: it behaves as a fresh place would, and takes none.

A confirmed entry counts in its line's `repeats`, which the shown count of free places hides behind. One with a
ticket waits: for its own mode while waitlisted, for the other one while confirmed.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Code, Delegate, Line, Meeting, RepeatEntry
from conference.rules import passes as rules
from conference.rules import registration
from conference.services import activity, waiting
from conference.services.places import Places, refuse
from conference.vocabulary import DelegateStatus, Mode


def current(repeat_id: int, *, now: datetime) -> RepeatEntry:
    """The entry as it stands now; one whose turn has come is moved up before it is shown."""
    session = db.session()
    repeat = session.get_one(RepeatEntry, repeat_id)
    if repeat.ticket is not None and repeat.settled_at is None:
        lines = {
            line.mode: line for line in session.scalars(sa.select(Line).where(Line.meeting_id == repeat.meeting_id))
        }
        if _turn_has_come(session, lines, repeat):
            with db.transaction() as writing:
                _, repeat = _held(writing, repeat_id)
    return repeat


def status_of(repeat: RepeatEntry) -> DelegateStatus:
    """What is shown; an entry that the organiser has dealt with is over."""
    if repeat.settled_at is not None and repeat.status.active:
        return DelegateStatus.CANCELLED
    return repeat.status


def waits_for(repeat: RepeatEntry) -> Mode | None:
    if repeat.ticket is None or not status_of(repeat).active:
        return None
    return repeat.mode if repeat.status is DelegateStatus.WAITLISTED else repeat.mode.other


def change_mode(repeat_id: int, mode: Mode, *, now: datetime) -> None:
    """As `Places.switch` does it, by the shown places. Raises Refused (not_active, meeting_over)."""
    with db.transaction() as session:
        places, repeat = _held(session, repeat_id)
        _refuse_late(session, repeat, now)
        before = {"mode": repeat.mode, "status": repeat.status}
        if repeat.status is DelegateStatus.CONFIRMED:
            if mode is repeat.mode:
                repeat.ticket = None
            elif _shown_left(places.lines[mode]) == 0:
                repeat.ticket = repeat.ticket or places.ticket(mode)
            else:
                _move(places.lines, repeat, mode)
        elif mode is not repeat.mode:
            repeat.mode = mode
            if repeat.status is DelegateStatus.WAITLISTED:
                _ask(places, repeat)
        _record(session, "delegate.repeat_changed", repeat, now, before)


def cancel(repeat_id: int, *, now: datetime) -> None:
    """Its code is dead, and the shown count forgets it. Raises Refused (not_active, meeting_over)."""
    with db.transaction() as session:
        places, repeat = _held(session, repeat_id)
        _refuse_late(session, repeat, now)
        if repeat.status is DelegateStatus.CONFIRMED:
            _forget(places.lines[repeat.mode])
        repeat.status, repeat.ticket, repeat.settled_at = DelegateStatus.CANCELLED, None, now
        _revoke_code(session, repeat, now)
        _record(session, "delegate.repeat_cancelled", repeat, now, {})


def correct(repeat_id: int, *, name: str, position: str, now: datetime) -> None:
    """Another name than the holder's is no claim to the holder's place, so its code admits no more."""
    with db.transaction() as session:
        _, repeat = _held(session, repeat_id)
        _refuse_late(session, repeat, now)
        repeat.name, repeat.position = name, position
        holder = session.get_one(Delegate, repeat.delegate_id)
        if name.replace(" ", "") != holder.name.replace(" ", ""):
            _revoke_code(session, repeat, now)
        elif session.get(Code, repeat.code) is None:
            session.add(Code(code=repeat.code, delegate_id=holder.id, repeat_id=repeat.id, created_at=now))
        _record(session, "delegate.repeat_changed", repeat, now, {})


def settle_all(session: Session, places: Places, delegate_id: int, *, now: datetime) -> None:
    """The place that they repeat is erased: nothing hides behind its entries any more."""
    live = sa.select(RepeatEntry).where(RepeatEntry.delegate_id == delegate_id, RepeatEntry.settled_at.is_(None))
    for repeat in session.scalars(db.lock(live)):
        if repeat.status is DelegateStatus.CONFIRMED:
            _forget(places.lines[repeat.mode])
        repeat.settled_at, repeat.ticket = now, None


def _held(session: Session, repeat_id: int) -> tuple[Places, RepeatEntry]:
    """The entry under the lock of its lines, moved up where its turn has come."""
    places = Places(session, session.get_one(RepeatEntry, repeat_id).meeting_id)
    repeat = session.scalars(db.lock(sa.select(RepeatEntry).where(RepeatEntry.id == repeat_id))).one()
    if _turn_has_come(session, places.lines, repeat):
        if repeat.status is DelegateStatus.CONFIRMED:
            _move(places.lines, repeat, repeat.mode.other)
        else:
            repeat.status, repeat.ticket = DelegateStatus.CONFIRMED, None
            places.lines[repeat.mode].repeats += 1
        session.flush()
    return places, repeat


def _turn_has_come(session: Session, lines: dict[Mode, Line], repeat: RepeatEntry) -> bool:
    mode = waits_for(repeat)
    if mode is None or repeat.ticket is None:
        return False
    left = _shown_left(lines[mode])
    people, repeats = waiting.people_and_repeats_ahead(session, repeat.meeting_id, mode, repeat.ticket)
    # Entries ahead move up only when somebody looks at them: their places are left to them meanwhile.
    return people == 0 and (left is None or left > repeats)


def _shown_left(line: Line) -> int | None:
    return None if line.places_left is None else max(0, line.places_left - line.repeats)


def _ask(places: Places, repeat: RepeatEntry) -> None:
    repeat.status = registration.status_in_line(_shown_left(places.lines[repeat.mode]))
    if repeat.status is DelegateStatus.CONFIRMED:
        repeat.ticket = None
        places.lines[repeat.mode].repeats += 1
    else:
        repeat.ticket = places.ticket(repeat.mode)


def _move(lines: dict[Mode, Line], repeat: RepeatEntry, mode: Mode) -> None:
    _forget(lines[repeat.mode])
    lines[mode].repeats += 1
    repeat.mode, repeat.ticket = mode, None


def _forget(line: Line) -> None:
    line.repeats = max(0, line.repeats - 1)


def _revoke_code(session: Session, repeat: RepeatEntry, now: datetime) -> None:
    session.execute(
        sa.update(Code).where(Code.repeat_id == repeat.id, Code.revoked_at.is_(None)).values(revoked_at=now)
    )


def _refuse_late(session: Session, repeat: RepeatEntry, now: datetime) -> None:
    meeting = session.get_one(Meeting, repeat.meeting_id)
    refuse(rules.refusal_to_change(status_of(repeat), meeting.status, meeting.ends_at, now=now))


def _record(session: Session, verb: str, repeat: RepeatEntry, now: datetime, before: Mapping[str, object]) -> None:
    activity.record(
        session,
        activity.STRANGER,
        verb,
        "delegate",
        repeat.delegate_id,
        meeting_id=repeat.meeting_id,
        now=now,
        before=before,
        after={"name": repeat.name, "mode": repeat.mode, "status": repeat.status},
    )
