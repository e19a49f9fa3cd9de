"""Lines of outside rooms' reports, looked at by people: who is doubtful is settled to a delegate, or left out.

Somebody who came and went has several lines that say the same of them: they are looked at and settled together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, PlatformReport, PlatformStay, Unit
from conference.services import activity, platform_files, platform_matching
from conference.services.delegates import Doing
from conference.services.platform_files import Facts
from conference.vocabulary import ACTIVE_STATUSES, ActorKind, Fault, Malformed, Missing, PlatformMatch, Refusal, Refused

PAGE = 50


@dataclass(frozen=True)
class Person:
    """A delegate as the page names them."""

    id: int
    number: str
    name: str
    unit: str


@dataclass(frozen=True)
class Group:
    """The lines that say the same of somebody. `row` is the first; `delegate` whom they were matched with."""

    row: int
    rows: Sequence[int]
    facts: Facts
    match: PlatformMatch
    delegate: Person | None
    joined_at: datetime | None
    left_at: datetime | None
    seconds: int
    seen: str

    @property
    def name(self) -> str:
        return self.facts[0] or self.facts[2] or self.facts[3]


@dataclass(frozen=True)
class Page:
    groups: Sequence[Group]
    total: int
    number: int
    pages: int


def page(meeting_id: int, report_id: int, match: PlatformMatch, number: int) -> Page:
    """`PAGE` people of a report of whose lines this became, from page 1."""
    found = _groups(meeting_id, report_id, PlatformStay.match == match)
    pages = max(1, -(-len(found) // PAGE))
    number = min(max(number, 1), pages)
    return Page(found[(number - 1) * PAGE : number * PAGE], len(found), number, pages)


def one(meeting_id: int, report_id: int, row: int) -> Group:
    """The lines that say the same as this one and stand as it does. Raises Missing."""
    query = sa.select(PlatformStay.match).where(
        PlatformStay.report_id == report_id, PlatformStay.meeting_id == meeting_id, PlatformStay.row == row
    )
    match = db.session().scalars(query).first()
    for group in _groups(meeting_id, report_id, PlatformStay.match == match) if match is not None else ():
        if row in group.rows:
            return group
    raise Missing


def candidates(meeting_id: int, group: Group) -> Sequence[Person]:
    """Who they may be, the likeliest first; with whom they were matched is among them."""
    found = platform_matching.guessed(meeting_id, group.facts)
    people = _people([one.id for one in found])
    known = [people[one.id] for one in found if one.id in people]
    return known if group.delegate is None or group.delegate in known else [*known, group.delegate]


def next_doubtful(meeting_id: int, report_id: int, after_row: int) -> int | None:
    """The row of the next who waits to be settled, round to the first again."""
    rows = [group.row for group in _groups(meeting_id, report_id, PlatformStay.match == PlatformMatch.DOUBTFUL)]
    return next((row for row in rows if row > after_row), rows[0] if rows else None)


def numbered(meeting_id: int, number: str) -> int:
    """The active delegate of a number. Raises Malformed (number)."""
    query = sa.select(Delegate.id).where(
        Delegate.meeting_id == meeting_id,
        Delegate.number == number.strip().zfill(4),
        Delegate.status.in_(ACTIVE_STATUSES),
    )
    found = db.session().scalars(query).first()
    if found is None:
        raise Malformed({"number": Fault.UNKNOWN_ID})
    return found


def settle(
    meeting_id: int, report_id: int, row: int, delegate_id: int | None, doing: Doing, *, seen: str | None = None
) -> None:
    """These lines are this delegate's, or (None) nobody's who counts; said again, nothing changes.

    `seen` is the `Group.seen` that the decision was made on, None not to ask. Raises Missing, and Refused:
    changed_meanwhile where somebody else has settled them otherwise, not_active.
    """
    with db.transaction() as session:
        report = session.scalars(db.lock(sa.select(PlatformReport).where(PlatformReport.id == report_id))).first()
        if report is None or report.meeting_id != meeting_id:
            raise Missing
        group = one(meeting_id, report_id, row)
        match = PlatformMatch.SETTLED if delegate_id is not None else PlatformMatch.IGNORED
        before = group.delegate.id if group.delegate else None
        if group.match is match and before == delegate_id:
            return
        if seen is not None and seen != group.seen:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        number = _number(session, meeting_id, delegate_id) if delegate_id is not None else None
        session.execute(
            sa.update(PlatformStay)
            .where(PlatformStay.report_id == report_id, PlatformStay.row.in_(group.rows))
            .values(
                match=match,
                delegate_id=delegate_id,
                account_id=doing.actor.id if doing.actor.kind is ActorKind.ACCOUNT else None,
                settled_at=doing.now,
            )
        )
        activity.record(
            session,
            doing.actor,
            "platform_report.settled",
            "platform_report",
            report_id,
            meeting_id=meeting_id,
            now=doing.now,
            before={"delegate_number": group.delegate.number if group.delegate else None},
            after={"line": row, "delegate_number": number},
        )


def _number(session: Session, meeting_id: int, delegate_id: int) -> str:
    delegate = session.get(Delegate, delegate_id)
    if delegate is None or delegate.meeting_id != meeting_id:
        raise Missing
    if not delegate.status.active:
        raise Refused(Refusal.NOT_ACTIVE)
    return delegate.number


def _groups(meeting_id: int, report_id: int, *which: sa.ColumnElement[bool]) -> list[Group]:
    """In the order of their first lines. A line whose facts are forgotten stands alone."""
    query = sa.select(PlatformStay).where(
        PlatformStay.meeting_id == meeting_id, PlatformStay.report_id == report_id, *which
    )
    found: dict[tuple[Facts, PlatformMatch, int | None, int | None], list[PlatformStay]] = {}
    for stay in db.session().scalars(query.order_by(PlatformStay.row)):
        facts = platform_files.facts_opened(stay.facts_sealed)
        alone = stay.row if facts == platform_files.NO_FACTS else None
        found.setdefault((facts, stay.match, stay.delegate_id, alone), []).append(stay)
    people = _people([stays[0].delegate_id for stays in found.values() if stays[0].delegate_id is not None])
    groups = []
    for (facts, *_), stays in found.items():
        first = stays[0]
        joined = [stay.joined_at for stay in stays if stay.joined_at]
        left = [stay.left_at for stay in stays if stay.left_at]
        settled = max((stay.settled_at for stay in stays if stay.settled_at), default=None)
        groups.append(
            Group(
                row=first.row,
                rows=[stay.row for stay in stays],
                facts=facts,
                match=first.match,
                delegate=people.get(first.delegate_id or 0),
                joined_at=min(joined, default=None),
                left_at=max(left, default=None),
                seconds=sum(stay.seconds for stay in stays),
                seen=f"{first.match.value} {first.delegate_id or 0} {settled.timestamp() if settled else 0}",
            )
        )
    return groups


def _people(ids: Sequence[int]) -> dict[int, Person]:
    found: dict[int, Person] = {}
    wanted = sorted(set(ids))
    for at in range(0, len(wanted), 500):
        query = (
            sa.select(Delegate.id, Delegate.number, Delegate.name, Unit.name.label("unit"))
            .join(Unit, Unit.id == Delegate.unit_id)
            .where(Delegate.id.in_(wanted[at : at + 500]))
        )
        found |= {row.id: Person(row.id, row.number, row.name, row.unit) for row in db.session().execute(query)}
    return found
