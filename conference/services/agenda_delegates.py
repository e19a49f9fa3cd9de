"""Delegates who come to the agenda: picked from the list, found for a link."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from conference import db
from conference.models import AgendaPerson, Delegate, Unit
from conference.services import activity, agenda_draft, agenda_people
from conference.services.activity import Act
from conference.services.delegates import Doing
from conference.vocabulary import ACTIVE_STATUSES, Category, Fault, Malformed

SHOWN, FOUND = 200, 10
_FIRST = (Category.EXPERT, Category.LEADER, Category.GUEST)  # who speaks is most often one of these


@dataclass(frozen=True)
class Candidate:
    """`person_id` where they are on the agenda already."""

    id: int
    number: str
    name: str
    unit: str
    position: str
    category: Category
    person_id: int | None


def candidates(meeting_id: int, search: str = "") -> tuple[Sequence[Candidate], bool]:
    """Experts, leaders and guests before the others, by name; at most `SHOWN`, and whether there are more."""
    found = _found(meeting_id, _meant(search) if search else sa.true(), SHOWN + 1)
    return found[:SHOWN], len(found) > SHOWN


def find(meeting_id: int, search: str) -> Sequence[Candidate]:
    """A few who may be meant by a number, a name, letters of its pinyin, or a unit."""
    return _found(meeting_id, _meant(search), FOUND)


def named(meeting_id: int, text: str) -> int:
    """The id of the one who is meant by a number or a whole name. Raises Malformed (delegate)."""
    number = re.match(r"\s*(\d{1,8})(?:\s|$)", text, re.ASCII)
    wanted = Delegate.number == number[1].lstrip("0").zfill(4) if number else Delegate.name == text.strip()
    found = _found(meeting_id, wanted, 2)
    if len(found) != 1:
        raise Malformed({"delegate": Fault.SEVERAL_PEOPLE if found else Fault.NOBODY_FOUND})
    return found[0].id


def meant(meeting_id: int, text: str, chosen: int | None) -> int | None:
    """The one chosen from the suggestions, if the field still says so, else who is named; None for an empty field.

    Raises Malformed (delegate).
    """
    if not text.strip():
        return None
    return chosen if chosen is not None and text.strip() == spoken(chosen) else named(meeting_id, text)


def spoken(delegate_id: int | None) -> str:
    """What a field holds that names a delegate: number and name; "" for none."""
    delegate = db.session().get(Delegate, delegate_id) if delegate_id is not None else None
    return f"{delegate.number} {delegate.name}" if delegate else ""


def take(meeting_id: int, delegate_ids: Collection[int], doing: Doing) -> int:
    """Put them on the agenda, each once; who stands there by name and unit is linked. Returns how many there were.

    Who is there already, or has no place any more, is passed over. Raises Malformed (name: too_many).
    """
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        query = sa.select(Delegate).where(
            Delegate.meeting_id == meeting_id,
            Delegate.id.in_(list(delegate_ids)),
            Delegate.status.in_(ACTIVE_STATUSES),
            Delegate.erased_at.is_(None),
        )
        linked = set(session.scalars(sa.select(AgendaPerson.delegate_id).where(AgendaPerson.meeting_id == meeting_id)))
        acts = []
        for delegate in session.scalars(query.order_by(Delegate.id)):
            if delegate.id in linked:
                continue
            called = agenda_people.called(session, meeting_id, delegate.name)
            person = agenda_people.put(
                session,
                meeting_id,
                delegate.name,
                delegate.position,
                delegate.unit_id,
                delegate.unit.name,
                among=[one for one in called if one.delegate_id is None],
                now=doing.now,
            )
            person.delegate_id = delegate.id
            acts.append(Act(person.id, {}, {"delegate": True}))
        session.flush()
        activity.record_all(
            session,
            doing.actor,
            "agenda.person_linked",
            "agenda_person",
            acts,
            meeting_id=meeting_id,
            now=doing.now,
        )
        return len(acts)


def _meant(text: str) -> sa.ColumnElement[bool]:
    digits = text.strip().lstrip("0")
    if digits.isascii() and digits.isdigit():
        return Delegate.number == digits.zfill(4)
    return sa.or_(
        Delegate.name.contains(text, autoescape=True),
        Delegate.pinyin.startswith(text.casefold(), autoescape=True),
        Unit.name.contains(text, autoescape=True),
    )


def _found(meeting_id: int, wanted: sa.ColumnElement[bool], limit: int) -> list[Candidate]:
    ranks = {category: rank for rank, category in enumerate(_FIRST)}
    query = (
        sa.select(
            Delegate.id,
            Delegate.number,
            Delegate.name,
            Unit.name,
            Delegate.position,
            Delegate.category,
            sa.select(sa.func.min(AgendaPerson.id)).where(AgendaPerson.delegate_id == Delegate.id).scalar_subquery(),
        )
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(
            Delegate.meeting_id == meeting_id,
            Delegate.status.in_(ACTIVE_STATUSES),
            Delegate.erased_at.is_(None),
            wanted,
        )
        .order_by(sa.case(ranks, value=Delegate.category, else_=len(ranks)), Delegate.pinyin, Delegate.id)
        .limit(limit)
    )
    return [Candidate(*row) for row in db.session().execute(query)]
