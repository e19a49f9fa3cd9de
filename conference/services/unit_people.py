"""What the liaison of a unit does to its people: enters, mends, changes the mode, gives up, sends somebody else.

A row is a place, or an entry that repeats one of another unit (docs/decisions/0004). Both are named by their number
and changed by the same verbs, so that the desk cannot tell one from the other. After the freeze the same acts ask for
the change instead; each says which it did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Meeting, Participation, RepeatEntry
from conference.rules import conflicts
from conference.rules import passes as rules
from conference.rules import registration as entry_rules
from conference.rules import unit_desk as desk_rules
from conference.services import (
    contacts,
    delegates,
    desks,
    invitations,
    links,
    outbox,
    own_repeats,
    registration,
    substitution,
    unit_rows,
    unit_wishes,
)
from conference.services.delegates import Doing
from conference.services.places import Places, refuse
from conference.services.substitution import NewPerson
from conference.services.unit_rows import Row
from conference.vocabulary import (
    Category,
    ChangeWish,
    DelegateStatus,
    MessageKind,
    Mode,
    Origin,
    Refusal,
    Refused,
)


class Deed(Enum):
    """What became of a wish."""

    DONE = "done"
    ASKED = "asked"  # it waits for an organiser
    AGAIN = "again"  # it was done before, and nothing changed


@dataclass(frozen=True)
class Entered:
    deed: Deed
    number: str
    status: DelegateStatus


@desks.to_liaison()
def add(part: Participation, person: NewPerson, mode: Mode, category: Category, doing: Doing) -> Entered:
    """Enter somebody of the unit; with the first one it takes part. The same entry twice gives one person.

    Raises Malformed (contact) and Refused (already_registered, registration_closed, own_unit_full, own_mode_full).
    """
    reach = contacts.read(person.phone, person.email)
    with db.transaction() as session:
        Places(session, part.meeting_id)  # a second press of the button waits here for the first
        if same := unit_rows.holder_of(session, part, reach):
            if same.name != person.name:
                raise Refused(Refusal.ALREADY_REGISTERED)
            return Entered(Deed.AGAIN, same.number, unit_rows.status_of(same))
        made = registration.register(
            part.meeting_id,
            registration.Entry(
                name=person.name,
                unit_id=part.unit_id,
                mode=mode,
                phone=person.phone,
                email=person.email,
                position=person.position,
                category=category if category in desk_rules.OWN_CATEGORIES else Category.DELEGATE,
                language=person.language,
            ),
            actor=doing.actor,
            origin=Origin.LIAISON,
            public_url=doing.public_url,
            now=doing.now,
        )
        if part.answer is None:
            invitations.accept(part.id, doing)
        row = made.repeat or made.delegate
        return Entered(Deed.DONE, row.number, row.status)


@dataclass(frozen=True)
class Edited:
    """`theirs` names the fields that somebody else changed while the form was open, and that stay so."""

    deed: Deed
    theirs: tuple[str, ...] = ()


def edit(
    part: Participation,
    number: int,
    changes: Mapping[str, Any],
    doing: Doing,
    *,
    opened: Mapping[str, Any] | None = None,
) -> Edited:
    """Mend what is said of somebody; fields that are not the liaison's to change are passed over.

    `opened` is what the form was opened with (`facts`). Who had answered for themselves is asked again. Raises
    Missing, Malformed and Refused (already_registered, changed_meanwhile, not_active, meeting_over).
    """
    with db.transaction() as session:
        Places(session, part.meeting_id)
        row = _open(session, part, number, doing)
        merged = conflicts.merge(opened, facts(row), wishes(row, changes))
        if merged.clashes:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        wished = dict(merged.changes)
        if "category" in wished:
            wished["category"] = Category(wished["category"])
        if not wished:
            return Edited(Deed.AGAIN, merged.theirs)
        if unit_wishes.ask(session, row, ChangeWish.EDIT, wished, doing):
            return Edited(Deed.ASKED, merged.theirs)
        if isinstance(row, RepeatEntry):
            _edit_repeat(row, wished, doing)
        else:
            answered = row.acknowledged_at is not None
            delegates.edit(part.meeting_id, row.id, wished, doing)
            if answered:
                outbox.put(session, MessageKind.ANSWER_WANTED, row, now=doing.now)
        row.acknowledged_at = None
        return Edited(Deed.DONE, merged.theirs)


@desks.to_liaison()
def change_mode(part: Participation, number: int, mode: Mode, doing: Doing) -> Deed:
    """Let somebody attend by `mode`, or wait for it. Raises Missing, Refused (not_active, meeting_over)."""
    with db.transaction() as session:
        row = _open(session, part, number, doing)
        if unit_wishes.ask(session, row, ChangeWish.MODE, {"mode": mode}, doing):
            return Deed.ASKED
        if isinstance(row, RepeatEntry):
            own_repeats.change_mode(row.id, mode, now=doing.now)
        else:
            delegates.edit(part.meeting_id, row.id, {"mode": mode}, doing)
        return Deed.DONE


def cancel(part: Participation, number: int, doing: Doing, *, reason: str = "") -> Deed:
    """Give somebody's place up. Raises Missing, Refused (not_active, meeting_over)."""
    with db.transaction() as session:
        row = _open(session, part, number, doing)
        if unit_wishes.ask(session, row, ChangeWish.CANCEL, {}, doing, reason=reason):
            return Deed.ASKED
        if isinstance(row, RepeatEntry):
            own_repeats.cancel(row.id, now=doing.now)
        else:
            delegates.cancel(part.meeting_id, row.id, doing, reason=reason)
        return Deed.DONE


@desks.to_liaison()
def substitute(part: Participation, number: int, person: NewPerson, doing: Doing) -> Deed:
    """Let somebody else come instead. The same wish twice gives one person.

    Raises Missing, Malformed (contact) and Refused (already_registered, not_active, meeting_over; for a repeat entry
    whatever `add` is refused for).
    """
    with db.transaction() as session:
        Places(session, part.meeting_id)
        row = unit_rows.find(session, part, number)
        if isinstance(row, Delegate) and row.replaced_by_id is not None:
            substitution.substitute(part.meeting_id, row.id, person, doing)
            return Deed.AGAIN
        row = _open(session, part, number, doing)
        wished = {"name": person.name, "position": person.position, "phone": person.phone, "email": person.email}
        if unit_wishes.ask(session, row, ChangeWish.SUBSTITUTE, wished, doing):
            return Deed.ASKED
        if isinstance(row, RepeatEntry):
            own_repeats.cancel(row.id, now=doing.now)
            add(part, person, row.mode, row.category or Category.DELEGATE, doing)
        else:
            substitution.substitute(part.meeting_id, row.id, person, doing)
        return Deed.DONE


def confirm(part: Participation, number: int, doing: Doing) -> Deed:
    """Say of a stranger's entry that it is one of the unit's. Raises Missing, Refused (not_active, decided_already)."""
    with db.transaction() as session:
        row = _open(session, part, number, doing)
        meeting = session.get_one(Meeting, part.meeting_id)
        if not desk_rules.may_confirm(meeting.approval, row.origin or Origin.PUBLIC):
            raise Refused(Refusal.DECIDED_ALREADY)
        if unit_rows.status_of(row) is not DelegateStatus.PENDING:
            return Deed.AGAIN
        if isinstance(row, RepeatEntry):
            own_repeats.confirm(row.id, now=doing.now)
        else:
            delegates.confirm(part.meeting_id, row.id, doing)
        return Deed.DONE


def disown(part: Participation, number: int, doing: Doing) -> Deed:
    """Say of a stranger's pending entry that it is none of the unit's. Raises Missing, Refused (decided_already)."""
    with db.transaction() as session:
        row = unit_rows.find(session, part, number)
        if unit_rows.status_of(row) is DelegateStatus.DECLINED:
            return Deed.AGAIN
        if unit_rows.status_of(row) is not DelegateStatus.PENDING or not desk_rules.may_disown(
            row.origin or Origin.PUBLIC
        ):
            raise Refused(Refusal.DECIDED_ALREADY)
        if isinstance(row, RepeatEntry):
            own_repeats.decline(row.id, now=doing.now)
        else:
            delegates.decline(part.meeting_id, row.id, doing)
        return Deed.DONE


def withdraw(part: Participation, number: int, wish: ChangeWish, doing: Doing) -> None:
    """Take back what was asked for; where nothing is asked, nothing changes. Raises Missing."""
    with db.transaction() as session:
        unit_wishes.withdraw(session, unit_rows.find(session, part, number), wish, doing)


def new_link(part: Participation, number: int, doing: Doing) -> str:
    """A further private link of somebody's, for the liaison to forward; it ends with the person's answer.

    There is none to whoever has answered, or registered themselves: behind theirs stands what they told for
    themselves. Raises Missing, Refused (not_active, answered_already).
    """
    with db.transaction() as session:
        row = unit_rows.find(session, part, number)
        refuse(entry_rules.refusal_to_decide(unit_rows.status_of(row)))
        refuse(desk_rules.refusal_to_hand_link(row.origin or Origin.PUBLIC, agreed=unit_rows.agreed(row)))
        if isinstance(row, RepeatEntry):
            return links.handed(session, row.delegate_id, repeat_id=row.id, public_url=doing.public_url, now=doing.now)
        delegates.record(session, doing, "delegate.link_made", row)
        return links.handed(session, row.id, public_url=doing.public_url, now=doing.now)


def facts(row: Row) -> dict[str, Any]:
    """What the form of a row holds, as plain values."""
    phone, email = unit_rows.reach_of(row)
    reach = {"phone": phone, "email": email} if desk_rules.may_reach(row.origin or Origin.PUBLIC) else {}
    return {"name": row.name, "position": row.position, "category": (row.category or Category.DELEGATE).value} | reach


def wishes(row: Row, changes: Mapping[str, Any]) -> dict[str, Any]:
    """What of `changes` is the liaison's to say of this row, as plain values. Raises Malformed (contact)."""
    now = facts(row)
    wished = {name: value for name, value in changes.items() if name in now}
    categories = {member.value for member in desk_rules.OWN_CATEGORIES}
    if not {now["category"], wished.get("category", now["category"])} <= categories:
        wished.pop("category", None)
    if wished.keys() & {"phone", "email"}:
        reach = contacts.read(wished.get("phone", now["phone"]), wished.get("email", now["email"]))
        wished |= {"phone": reach.phone, "email": reach.email}
    return wished


def _open(session: Session, part: Participation, number: int, doing: Doing) -> Row:
    row = unit_rows.find(session, part, number)
    meeting = session.get_one(Meeting, part.meeting_id)
    refuse(rules.refusal_to_change(unit_rows.status_of(row), meeting.status, meeting.ends_at, now=doing.now))
    return row


def _edit_repeat(row: RepeatEntry, wished: Mapping[str, Any], doing: Doing) -> None:
    phone, email = own_repeats.contact_of(row)
    if wished.keys() & {"phone", "email"}:
        own_repeats.change_contact(
            row.id,
            phone=wished.get("phone", phone),
            email=wished.get("email", email),
            now=doing.now,
            for_unit=True,
        )
    own_repeats.correct(
        row.id,
        name=wished.get("name", row.name),
        position=wished.get("position", row.position),
        now=doing.now,
    )
    row.category = wished.get("category", row.category)
