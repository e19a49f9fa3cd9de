"""Units as lists show them: those of a meeting with filters, for programs page by page, all of them over meetings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import Activity, Liaison, Meeting, Participation, Tally, Turnout, Unit
from conference.vocabulary import DelegateStatus, InvitationAnswer, Missing, Mode

PAGE = 50
# Units that say nothing: nobody of theirs is registered, and they have not answered that nobody comes.
SILENT = sa.and_(
    Participation.active == 0,
    sa.or_(Participation.answer.is_(None), Participation.answer != InvitationAnswer.DECLINED),
)


@dataclass(frozen=True)
class Page:
    items: Sequence[Participation]
    total: int
    number: int
    pages: int


def page(
    meeting_id: int,
    *,
    number: int = 1,
    search: str = "",
    province: str = "",
    kind: str = "",
    silent: bool = False,
    proposed: bool = False,
) -> Page:
    """Units of a meeting by province and name, `PAGE` at a time, numbered from 1.

    `silent` leaves those without anybody, `proposed` those that a stranger said of themselves.
    """
    query = sa.select(Participation).join(Unit).where(Participation.meeting_id == meeting_id)
    if search:
        query = query.where(Unit.name.contains(search, autoescape=True))
    if province:
        query = query.where(Unit.province == province)
    if kind:
        query = query.where(Unit.kind == kind)
    if silent:
        query = query.where(SILENT)
    if proposed:
        query = query.where(Unit.proposed)
    total = db.session().scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    ordered = query.order_by(Unit.province, Unit.name, Unit.id).limit(PAGE).offset((number - 1) * PAGE)
    return Page(db.session().scalars(ordered).all(), total, number, pages)


def after(meeting_id: int, *, after_id: int, limit: int) -> Sequence[Participation]:
    """Participations in the order of the units' ids, for programs that page; one more than `limit`."""
    return (
        db.session()
        .scalars(
            sa.select(Participation)
            .where(Participation.meeting_id == meeting_id, Participation.unit_id > after_id)
            .order_by(Participation.unit_id)
            .limit(limit + 1)
        )
        .all()
    )


@dataclass(frozen=True)
class Known:
    """A unit over all meetings: how many it took part in, and the latest of them ("" for none)."""

    unit: Unit
    meetings: int
    latest: str


@dataclass(frozen=True)
class KnownPage:
    items: Sequence[Known]
    total: int
    number: int
    pages: int


def everywhere(*, number: int = 1, search: str = "", province: str = "", kind: str = "") -> KnownPage:
    """All units that were not merged into others, by province and name, `PAGE` at a time, numbered from 1."""
    query = sa.select(Unit).where(Unit.merged_into_id.is_(None))
    if search:
        query = query.where(
            sa.or_(Unit.name.contains(search, autoescape=True), Unit.credit_code == search.upper().replace(" ", ""))
        )
    if province:
        query = query.where(Unit.province == province)
    if kind:
        query = query.where(Unit.kind == kind)
    session = db.session()
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    ordered = query.order_by(Unit.province, Unit.name, Unit.id).limit(PAGE).offset((number - 1) * PAGE)
    found = session.scalars(ordered).all()
    parts = session.execute(
        sa.select(Participation.unit_id, Meeting.title)
        .join(Meeting, Meeting.id == Participation.meeting_id)
        .where(Participation.unit_id.in_([unit.id for unit in found]))
        .order_by(Meeting.starts_at, Meeting.id)
    ).all()
    titles: dict[int, list[str]] = {}
    for unit_id, title in parts:
        titles.setdefault(unit_id, []).append(title)
    return KnownPage(
        [Known(unit, len(titles.get(unit.id, ())), titles.get(unit.id, [""])[-1]) for unit in found],
        total,
        number,
        pages,
    )


def known_one(unit_id: int) -> Unit:
    """A unit over all meetings; the kept one where it was merged. Raises Missing."""
    session = db.session()
    found = session.get(Unit, unit_id)
    if found is not None and found.merged_into_id is not None:
        found = session.get_one(Unit, found.merged_into_id)
    if found is None:
        raise Missing
    return found


@dataclass(frozen=True)
class Past:
    """What a unit had in one meeting: people confirmed by mode, how many came to the venue, what it answered."""

    meeting_id: int
    slug: str
    title: str
    starts_at: datetime
    timezone: str
    confirmed: dict[Mode, int]
    present: int
    answer: InvitationAnswer | None
    liaison: str


def history(unit_id: int) -> list[Past]:
    """The meetings that a unit took part in, the latest first; the same few statements for any number."""
    session = db.session()
    parts = session.execute(
        sa.select(Participation.id, Participation.answer, Meeting)
        .join(Meeting, Meeting.id == Participation.meeting_id)
        .where(Participation.unit_id == unit_id)
        .order_by(Meeting.starts_at.desc(), Meeting.id.desc())
    ).all()
    tallies = session.execute(
        sa.select(Tally.meeting_id, Tally.mode, sa.func.sum(Tally.n))
        .where(Tally.unit_id == unit_id, Tally.status == DelegateStatus.CONFIRMED)
        .group_by(Tally.meeting_id, Tally.mode)
    )
    confirmed = {(meeting_id, mode): int(n) for meeting_id, mode, n in tallies}
    came = session.execute(
        sa.select(Turnout.meeting_id, sa.func.sum(Turnout.present))
        .where(Turnout.unit_id == unit_id)
        .group_by(Turnout.meeting_id)
    )
    present = {meeting_id: int(n) for meeting_id, n in came}
    liaisons = session.execute(
        sa.select(Liaison.participation_id, Liaison.name).where(
            Liaison.participation_id.in_([part_id for part_id, _, _ in parts]), Liaison.until.is_(None)
        )
    )
    names: dict[int, str] = {part_id: name for part_id, name in liaisons}  # noqa: C416  # rows, not pairs
    return [
        Past(
            meeting_id=meeting.id,
            slug=meeting.slug,
            title=meeting.title,
            starts_at=meeting.starts_at,
            timezone=meeting.timezone,
            confirmed={mode: confirmed.get((meeting.id, mode), 0) for mode in Mode},
            present=present.get(meeting.id, 0),
            answer=answer,
            liaison=names.get(part_id, ""),
        )
        for part_id, answer, meeting in parts
    ]


def trail(unit_id: int, *, meeting_id: int | None = None, limit: int = PAGE) -> Sequence[Activity]:
    """The newest acts on a unit, in one meeting or in all."""
    query = sa.select(Activity).where(Activity.subject == "unit", Activity.subject_id == unit_id)
    if meeting_id is not None:
        query = query.where(Activity.meeting_id == meeting_id)
    return db.session().scalars(query.order_by(Activity.id.desc()).limit(limit)).all()
