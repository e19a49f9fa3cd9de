"""The standing order (位次) of those who sit in the front rows: people set it, the machine never guesses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from conference import db
from conference.models import Delegate, Precedence, Unit
from conference.services import activity, seatings, seats
from conference.services.delegates import Doing
from conference.services.places import Places
from conference.vocabulary import Fault, Malformed, Refusal, Refused

MOST = 500


@dataclass(frozen=True)
class Ranked:
    """Somebody with a rank, 1 first."""

    rank: int
    id: int
    number: str
    name: str
    unit: str
    position: str
    seat: str


def ranked(meeting_id: int) -> list[Ranked]:
    """Those with a rank who are to be seated, in order; ranks count from 1 without gaps."""
    query = (
        sa.select(Delegate.id, Delegate.number, Delegate.name, Unit.name, Delegate.position, Delegate.seat)
        .join(Precedence, Precedence.delegate_id == Delegate.id)
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(Precedence.meeting_id == meeting_id, seatings.to_be_seated(meeting_id))
        .order_by(Precedence.rank, Delegate.id)
    )
    return [Ranked(at, *row) for at, row in enumerate(db.session().execute(query), 1)]


def written(people: Sequence[Ranked]) -> str:
    """The order as a text, one a line, the number first."""
    return "\n".join(f"{one.number} {one.name} {one.unit}" for one in people)


@dataclass(frozen=True)
class Unknown:
    """A line that names nobody, from 1."""

    line: int
    text: str
    fault: Fault


def read(meeting_id: int, text: str) -> tuple[list[int], list[Unknown]]:
    """The people that the lines of a text name, by number or by name alone, and what could not be read.

    The list is read once, however long the text is.
    """
    by_number: dict[str, int] = {}
    by_name: dict[str, list[int]] = {}
    for one in seats.everyone(meeting_id):
        by_number[one.number.lstrip("0")] = one.id
        by_name.setdefault(one.name, []).append(one.id)
    ids: list[int] = []
    unknown = []
    for line, said in enumerate(text.splitlines(), 1):
        words = said.split()
        if not words:
            continue
        first = words[0].rstrip(".、．").lstrip("0")
        found = [by_number[first]] if first in by_number else by_name.get(said.strip(), by_name.get(words[0], []))
        if len(found) != 1 or found[0] in ids:
            fault = Fault.NAMED_BEFORE if len(found) == 1 else Fault.SEVERAL_PEOPLE if found else Fault.NOBODY_FOUND
            unknown.append(Unknown(line, said.strip()[:60], fault))
        else:
            ids.append(found[0])
    return ids, unknown


def set_order(meeting_id: int, ids: Sequence[int], opened: str, doing: Doing) -> int:
    """Let these, in this order, sit in front; all others have no rank. `opened` is the order as it was when one began.

    Returns how many. Raises Malformed (text: too_many), Refused (changed_meanwhile).
    """
    if len(ids) > MOST:
        raise Malformed({"text": Fault.TOO_MANY})
    with db.transaction() as session:
        Places(session, meeting_id)
        before = ranked(meeting_id)
        if [one.id for one in before] == list(ids):
            return len(ids)
        if key(before) != opened:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        session.execute(sa.delete(Precedence).where(Precedence.meeting_id == meeting_id))
        if ids:
            rows = [{"delegate_id": id_, "meeting_id": meeting_id, "rank": at} for at, id_ in enumerate(ids, 1)]
            session.execute(sa.insert(Precedence), rows)
        activity.record(
            session, doing.actor, "hall.ranked", "meeting", meeting_id, meeting_id=meeting_id,
            now=doing.now, before={"people": len(before)}, after={"people": len(ids)},
        )  # fmt: skip
        return len(ids)


def key(people: Sequence[Ranked]) -> str:
    """What a form carries of the order that it was opened with."""
    return ",".join(str(one.id) for one in people)
