"""What the enterer of a repeat entry does with it: it behaves as a fresh place would, and takes none.

A confirmed entry counts in its line's `repeats`, which the shown count of free places hides behind. One with a
ticket waits: for its own mode while waitlisted, for the other one while confirmed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AccessLink, Code, Delegate, Line, Meeting, OutboxMessage, RepeatEntry
from conference.rules import passes as rules
from conference.rules import registration
from conference.sealing import seal, unseal
from conference.services import activity, answers, contacts, waiting
from conference.services.contacts import Contacts
from conference.services.places import Places, refuse
from conference.services.told import Told
from conference.vocabulary import DelegateStatus, MessageKind, Mode, Refusal, Refused


def current(repeat_id: int, *, now: datetime) -> RepeatEntry:
    """The entry as it stands now; one whose turn has come is moved up before it is shown."""
    session = db.session()
    repeat = session.get_one(RepeatEntry, repeat_id)
    if repeat.ticket is not None and repeat.settled_at is None:
        lines = {
            line.mode: line for line in session.scalars(sa.select(Line).where(Line.meeting_id == repeat.meeting_id))
        }
        if not _stands_still(session, repeat, now) and _turn_has_come(session, lines, repeat):
            with db.transaction() as writing:
                _, repeat = _held(writing, repeat_id, now)
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


def to_acknowledge(repeat: RepeatEntry) -> bool:
    """Whether others made the entry (a liaison may), and the person has not answered."""
    return repeat.origin in registration.BY_OTHERS and repeat.acknowledged_at is None


def acknowledge(repeat_id: int, *, now: datetime) -> None:
    """The person's yes to what others entered; a second time nothing changes. Raises Refused."""
    with db.transaction() as session:
        _, repeat = _held(session, repeat_id, now)
        _refuse_late(session, repeat, now)
        repeat.acknowledged_at = repeat.acknowledged_at or now


def change_mode(repeat_id: int, mode: Mode, *, now: datetime) -> None:
    """As `Places.switch` does it, by the shown places. Raises Refused (not_active, meeting_over)."""
    with db.transaction() as session:
        places, repeat = _held(session, repeat_id, now)
        _refuse_late(session, repeat, now)
        before = {"mode": repeat.mode, "status": repeat.status}
        waited_for = waits_for(repeat)
        if repeat.status is DelegateStatus.CONFIRMED:
            if mode is repeat.mode:
                repeat.ticket = None
            elif _open(places, mode) == 0:
                repeat.ticket = repeat.ticket or places.ticket(mode)
            else:
                _move(places.lines, repeat, mode)
        elif mode is not repeat.mode:
            repeat.mode = mode
            if repeat.status is DelegateStatus.WAITLISTED:
                _ask(places, repeat)
        if (before["mode"], before["status"], waited_for) != (repeat.mode, repeat.status, waits_for(repeat)):
            kept = Told(repeat)
            kept.note(MessageKind.MODE_CHANGED, now=now)
            if (before["mode"], repeat.mode) == (Mode.IN_PERSON, Mode.ONLINE):
                kept.left_hall(now=now)
            kept.keep()
        _record(session, "delegate.repeat_changed", repeat, now, before)


def cancel(repeat_id: int, *, now: datetime) -> None:
    """Its code is dead, and the shown count forgets it. Raises Refused (not_active, meeting_over)."""
    with db.transaction() as session:
        places, repeat = _held(session, repeat_id, now)
        _refuse_late(session, repeat, now)
        if repeat.status is DelegateStatus.CONFIRMED:
            _forget(places.lines[repeat.mode])
        repeat.status, repeat.ticket, repeat.settled_at = DelegateStatus.CANCELLED, None, now
        kept = Told(repeat)
        kept.note(MessageKind.CANCELLED, now=now)
        kept.place_over(now=now)
        kept.keep()
        _revoke_code(session, repeat, now)
        _record(session, "delegate.repeat_cancelled", repeat, now, {})


def correct(repeat_id: int, *, name: str, position: str, now: datetime) -> None:
    """Another name than the holder's is no claim to the holder's place, so its code admits no more."""
    with db.transaction() as session:
        _, repeat = _held(session, repeat_id, now)
        _refuse_late(session, repeat, now)
        repeat.name, repeat.position = name, position
        holder = session.get_one(Delegate, repeat.delegate_id)
        if name.replace(" ", "") != holder.name.replace(" ", ""):
            _revoke_code(session, repeat, now)
        elif session.get(Code, repeat.code) is None:
            session.add(Code(code=repeat.code, delegate_id=holder.id, repeat_id=repeat.id, created_at=now))
        _record(session, "delegate.repeat_changed", repeat, now, {})


def confirm(repeat_id: int, *, now: datetime) -> None:
    """A pending entry gets what a fresh one would. Raises Refused (not_active, meeting_over)."""
    with db.transaction() as session:
        places, repeat = _held(session, repeat_id, now)
        _refuse_late(session, repeat, now)
        if repeat.status is DelegateStatus.PENDING:
            _ask(places, repeat)
            _record(session, "delegate.repeat_changed", repeat, now, {"status": DelegateStatus.PENDING})


def decline(repeat_id: int, *, now: datetime) -> None:
    """As `cancel`, said by others."""
    with db.transaction() as session:
        cancel(repeat_id, now=now)
        session.get_one(RepeatEntry, repeat_id).status = DelegateStatus.DECLINED


def contact_of(repeat: RepeatEntry) -> tuple[str | None, str | None]:
    """Phone and e-mail as they were entered."""
    kept = json.loads(unseal(repeat.contact_sealed)) if repeat.contact_sealed else {}
    return kept.get("phone"), kept.get("email")


def change_contact(
    repeat_id: int, *, phone: str | None, email: str | None, now: datetime, for_unit: bool = False
) -> None:
    """As for a fresh place entered by others: a number that somebody holds is refused; `for_unit`, to a liaison, only
    one of their own unit's people. Raises Malformed, Refused."""
    reach = contacts.read(phone, email)
    with db.transaction() as session:
        _, repeat = _held(session, repeat_id, now)
        _refuse_late(session, repeat, now)
        if repeat.origin not in registration.BY_OTHERS:
            return
        old = contact_of(repeat)
        fresh = Contacts(reach.phone if reach.phone != old[0] else None, reach.email if reach.email != old[1] else None)
        holder = contacts.holder_of(session, repeat.meeting_id, fresh) if fresh.given else None
        if holder is not None and (not for_unit or holder.unit_id == repeat.unit_id):
            raise Refused(Refusal.ALREADY_REGISTERED)
        repeat.contact_sealed = seal(json.dumps({"phone": reach.phone, "email": reach.email}))


def erase(repeat_id: int, *, now: datetime) -> None:
    """Delete what its enterer typed and told; a live entry is given up."""
    with db.transaction() as session:
        places, repeat = _held(session, repeat_id, now)
        if repeat.settled_at is None and repeat.status is DelegateStatus.CONFIRMED:
            _forget(places.lines[repeat.mode])
        if status_of(repeat).active:
            repeat.status = DelegateStatus.CANCELLED
        repeat.ticket, repeat.settled_at = None, repeat.settled_at or now
        _revoke_code(session, repeat, now)
        forget(session, repeat)
        session.execute(sa.delete(OutboxMessage).where(OutboxMessage.repeat_id == repeat.id))
        session.execute(
            sa.update(AccessLink)
            .where(AccessLink.repeat_id == repeat.id, AccessLink.revoked_at.is_(None))
            .values(revoked_at=now)
        )


def forget(session: Session, repeat: RepeatEntry) -> None:
    """Delete what identifies the enterer of an entry, and all that they told."""
    repeat.name, repeat.position = "—", ""
    repeat.contact_sealed = repeat.told_sealed = None
    answers.forget_repeat(session, repeat)


def settle_all(session: Session, places: Places, delegate_id: int, *, now: datetime) -> None:
    """The place that they repeat is erased: nothing hides behind its entries any more, and they name nobody."""
    live = sa.select(RepeatEntry).where(RepeatEntry.delegate_id == delegate_id, RepeatEntry.settled_at.is_(None))
    for repeat in session.scalars(db.lock(live)):
        if repeat.status is DelegateStatus.CONFIRMED:
            _forget(places.lines[repeat.mode])
        repeat.settled_at, repeat.ticket = now, None
    for repeat in session.scalars(sa.select(RepeatEntry).where(RepeatEntry.delegate_id == delegate_id)):
        forget(session, repeat)


def _held(session: Session, repeat_id: int, now: datetime) -> tuple[Places, RepeatEntry]:
    """The entry under the lock of its lines, moved up where its turn has come."""
    places = Places(session, session.get_one(RepeatEntry, repeat_id).meeting_id, now)
    repeat = session.scalars(db.lock(sa.select(RepeatEntry).where(RepeatEntry.id == repeat_id))).one()
    if not places.stands_still and _turn_has_come(session, places.lines, repeat):
        if repeat.status is DelegateStatus.CONFIRMED:
            _move(places.lines, repeat, repeat.mode.other)
        else:
            repeat.status, repeat.ticket = DelegateStatus.CONFIRMED, None
            places.lines[repeat.mode].repeats += 1
        session.flush()
    return places, repeat


def _stands_still(session: Session, repeat: RepeatEntry, now: datetime) -> bool:
    return registration.line_stands_still(session.get_one(Meeting, repeat.meeting_id).line_moves_until, now=now)


def _turn_has_come(session: Session, lines: dict[Mode, Line], repeat: RepeatEntry) -> bool:
    mode = waits_for(repeat)
    if mode is None or repeat.ticket is None:
        return False
    left = _shown_left(lines[mode])
    people, repeats = waiting.people_and_repeats_ahead(session, repeat.meeting_id, mode, repeat.ticket)
    # Entries ahead move up only when somebody looks at them: their places are left to them meanwhile.
    return people == 0 and (left is None or left > repeats)


def _open(places: Places, mode: Mode) -> int | None:
    """What somebody who comes now may take, by the shown places."""
    free = places.free(mode)
    return None if free is None else max(0, free - places.lines[mode].repeats)


def _shown_left(line: Line) -> int | None:
    return None if line.places_left is None else max(0, line.places_left - line.repeats)


def _ask(places: Places, repeat: RepeatEntry) -> None:
    repeat.status = registration.status_in_line(_open(places, repeat.mode))
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
