"""What happens to a place after it was made: decided, changed, given up, given a new code, erased."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Code, Delegate, Meeting
from conference.rules import names, registration
from conference.sealing import new_code
from conference.services import activity, closing, contacts, forgetting, links, outbox, seatings, turnout, unit_places
from conference.services.activity import Actor
from conference.services.line_rows import mark
from conference.services.places import Move, Places, refuse
from conference.vocabulary import (
    ActorKind,
    DelegateStatus,
    Fault,
    Malformed,
    MessageKind,
    Missing,
    Mode,
)

EDITABLE = ("name", "position", "category", "seat", "phone", "email", "mode", "unit_id")


@dataclass(frozen=True)
class Doing:
    """Who does it, when, and the address that links in messages carry."""

    actor: Actor
    now: datetime
    public_url: str


def confirm(meeting_id: int, delegate_id: int, doing: Doing) -> Delegate:
    """The organiser's yes: a pending place is confirmed, or waits where its mode is full; on others nothing changes."""
    with db.transaction() as session:
        places, delegate = _held(session, meeting_id, delegate_id, doing)
        refuse(registration.refusal_to_decide(delegate.status))
        if delegate.status is DelegateStatus.PENDING:
            before = facts(delegate)
            places.ask(delegate)
            _finish(session, places, doing, "delegate.confirmed", delegate, before, MessageKind.CONFIRMED)
        return delegate


def decline(meeting_id: int, delegate_id: int, doing: Doing, *, reason: str = "", told: bool = False) -> Delegate:
    """The organiser's no. With `told` the person reads the reason, else it stays in the record.

    Raises Refused (not_active) on a place that is over.
    """
    return _end(meeting_id, delegate_id, doing, DelegateStatus.DECLINED, reason, told)


def cancel(meeting_id: int, delegate_id: int, doing: Doing, *, reason: str = "", told: bool = False) -> Delegate:
    """The place is given up; what falls free goes to the first in line at once. `told` as in `decline`.

    Raises Refused (not_active).
    """
    return _end(meeting_id, delegate_id, doing, DelegateStatus.CANCELLED, reason, told)


def edit(meeting_id: int, delegate_id: int, changes: Mapping[str, Any], doing: Doing) -> Delegate:
    """Change some of `EDITABLE`; what is not named stays. A phone or e-mail of None is taken away.

    Raises Malformed (contacts, unknown unit, a seat that is not there or not free), Refused (already_registered,
    unit_full, unit_mode_full; not_active for a mode or a unit on a place that is over) and Missing.
    """
    with db.transaction() as session:
        places, delegate = _held(session, meeting_id, delegate_id, doing)
        before = facts(delegate)
        if "name" in changes:
            delegate.name = changes["name"]
            delegate.pinyin = names.pinyin(delegate.name)
            if delegate.name != before["name"]:
                delegate.name_by = doing.actor.kind
        for field in ("position", "category"):
            if field in changes:
                setattr(delegate, field, changes[field])
        if delegate.category is not before["category"]:
            turnout.move(session, delegate.id, meeting_id, delegate.unit_id, delegate.category)
        if "phone" in changes or "email" in changes:
            _change_contacts(session, delegate, changes, doing)
        if "unit_id" in changes and changes["unit_id"] != delegate.unit_id:
            _change_unit(session, delegate, changes["unit_id"])
        kind = None
        if "mode" in changes:
            wished = Mode(changes["mode"])
            if wished is not delegate.mode or delegate.waiting_for:
                refuse(registration.refusal_to_decide(delegate.status))
                kind = MessageKind.MODE_CHANGED
                unit_places.room_for_mode(session, delegate, wished)
            places.switch(delegate, wished)
        if "seat" in changes and changes["seat"] != before["seat"]:  # one that was not touched may have gone just now
            seatings.say(session, delegate, changes["seat"], now=doing.now)
        _finish(session, places, doing, "delegate.edited", delegate, before, kind)
        mark(session, delegate)
        return delegate


def reissue(meeting_id: int, delegate_id: int, doing: Doing, *, reason: str = "") -> Delegate:
    """A new code; the old ones are refused from now on as revoked. Raises Refused (not_active)."""
    with db.transaction() as session:
        _, delegate = _held(session, meeting_id, delegate_id, doing)
        refuse(registration.refusal_to_decide(delegate.status))
        session.execute(
            sa.update(Code)
            .where(Code.delegate_id == delegate.id, Code.revoked_at.is_(None))
            .values(revoked_at=doing.now)
        )
        session.add(Code(code=new_code(), delegate_id=delegate.id, created_at=doing.now))
        mark(session, delegate)
        record(session, doing, "delegate.reissued", delegate, after={"reason": reason} if reason else None)
        session.flush()
        session.expire(delegate, ["codes"])
        return delegate


def new_link(meeting_id: int, delegate_id: int, doing: Doing) -> str:
    """A further private link to hand to the person; those that they have go on working."""
    with db.transaction() as session:
        _, delegate = _held(session, meeting_id, delegate_id, doing)
        record(session, doing, "delegate.link_made", delegate)
        return links.address(session, delegate.id, public_url=doing.public_url, now=doing.now)


def erase(meeting_id: int, delegate_id: int, doing: Doing) -> None:
    """Delete what identifies a person, in the trails and the outbox too. Figures stay.

    A live place is cancelled, but not after the meeting: nobody waits for it then, and who came is counted.
    """
    with db.transaction() as session:
        places, delegate = _held(session, meeting_id, delegate_id, doing)
        if delegate.status.active and doing.now < session.get_one(Meeting, meeting_id).ends_at:
            places.end(delegate, DelegateStatus.CANCELLED)
        moves = places.settle()
        forgetting.person(session, places, delegate, now=doing.now)
        mark(session, delegate)
        record(session, doing, "delegate.erased", delegate)
        tell_moved(session, moves, doing)


def acknowledge(meeting_id: int, delegate_id: int, doing: Doing) -> Delegate:
    """The person's own yes to an entry that others made (本人确认)."""
    with db.transaction() as session:
        _, delegate = _held(session, meeting_id, delegate_id, doing)
        if delegate.acknowledged_at is None:
            delegate.acknowledged_at = doing.now
            record(session, doing, "delegate.acknowledged", delegate, after={"acknowledged_at": doing.now})
        return delegate


def record(
    session: Session,
    doing: Doing,
    verb: str,
    delegate: Delegate,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down an act on somebody's place, with the deed."""
    activity.record(
        session,
        doing.actor,
        verb,
        "delegate",
        delegate.id,
        meeting_id=delegate.meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )


def facts(delegate: Delegate) -> dict[str, Any]:
    """What the activity record compares before and after."""
    return {
        "name": delegate.name,
        "unit_id": delegate.unit_id,
        "position": delegate.position,
        "category": delegate.category,
        "mode": delegate.mode,
        "status": delegate.status,
        "waiting_for": delegate.waiting_for,
        "seat": delegate.seat,
        "phone": phone_of(delegate),
        "email": email_of(delegate),
    }


phone_of, email_of = contacts.phone_of, contacts.email_of


def tell_moved(session: Session, moves: list[Move], doing: Doing) -> None:
    """Record and announce what the lines did by themselves."""
    for move in moves:
        if move.mode_before is Mode.IN_PERSON and move.delegate.mode is Mode.ONLINE:
            closing.left_hall(session, move.delegate.id, now=doing.now)
        activity.record(
            session,
            activity.SYSTEM,
            "delegate.moved_up",
            "delegate",
            move.delegate.id,
            meeting_id=move.delegate.meeting_id,
            now=doing.now,
            before={"status": move.status_before, "mode": move.mode_before},
            after={"status": move.delegate.status, "mode": move.delegate.mode},
        )
        outbox.put(session, MessageKind.CONFIRMED, move.delegate, now=doing.now)


def _held(session: Session, meeting_id: int, delegate_id: int, doing: Doing) -> tuple[Places, Delegate]:
    places = Places(session, meeting_id, doing.now)
    delegate = places.delegate(delegate_id)
    if delegate is None:
        raise Missing
    return places, delegate


def _end(meeting_id: int, delegate_id: int, doing: Doing, status: DelegateStatus, reason: str, told: bool) -> Delegate:
    with db.transaction() as session:
        places, delegate = _held(session, meeting_id, delegate_id, doing)
        refuse(registration.refusal_to_decide(delegate.status))
        before = facts(delegate)
        places.end(delegate, status)
        closing.place_over(session, delegate.id, now=doing.now)
        kind = MessageKind.DECLINED if status is DelegateStatus.DECLINED else MessageKind.CANCELLED
        verb = f"delegate.{status.value}"
        _finish(session, places, doing, verb, delegate, before, kind, reason=reason, told=told)
        return delegate


def _finish(
    session: Session,
    places: Places,
    doing: Doing,
    verb: str,
    delegate: Delegate,
    before: dict[str, Any],
    kind: MessageKind | None,
    *,
    reason: str = "",
    told: bool = False,
) -> None:
    """Move the lines up, write the trail, put the messages into the outbox; with `told` the reason goes with them."""
    moves = places.settle()
    after = facts(delegate)
    if before["mode"] is Mode.IN_PERSON and delegate.mode is Mode.ONLINE:
        closing.left_hall(session, delegate.id, now=doing.now)
    if after != before:
        record(session, doing, verb, delegate, before, after | ({"reason": reason} if reason else {}))
        if kind:
            private = {"reason": reason} if told and reason else None
            outbox.put(session, kind, delegate, now=doing.now, private=private)
    tell_moved(session, [move for move in moves if move.delegate is not delegate], doing)


def _change_contacts(session: Session, delegate: Delegate, changes: Mapping[str, Any], doing: Doing) -> None:
    reach = contacts.read(
        changes["phone"] if "phone" in changes else phone_of(delegate),
        changes["email"] if "email" in changes else email_of(delegate),
    )
    for_unit = doing.actor.kind is ActorKind.LIAISON
    for holder in contacts.change(session, delegate, reach, for_unit=for_unit):
        outbox.put(session, MessageKind.REGISTERED_AGAIN, holder, now=doing.now)


def _change_unit(session: Session, delegate: Delegate, unit_id: int) -> None:
    refuse(registration.refusal_to_decide(delegate.status))
    try:
        # Both rows are locked in the order of their ids, as everywhere.
        held = {
            id_: unit_places.kept_part(session, delegate.meeting_id, id_) for id_ in sorted({delegate.unit_id, unit_id})
        }
    except Missing:
        raise Malformed({"unit_id": Fault.UNKNOWN_ID}) from None
    old, new = held[delegate.unit_id], held[unit_id]
    if old is new:  # the unit was merged into their own
        return
    unit_places.room_for_newcomer(session, new, delegate)
    old.active -= 1
    old.granted = min(old.granted, max(0, old.active - (old.delegate_limit or 0)))
    new.active += 1
    turnout.move(session, delegate.id, delegate.meeting_id, new.unit_id, delegate.category)
    delegate.unit_id = new.unit_id
    delegate.unit = new.unit
