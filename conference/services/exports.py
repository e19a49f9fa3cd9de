"""The people of a list as the rows of a table, for a workbook; what personal data leaves is on record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import Arrival, Code, Delegate, Meeting, Question
from conference.services import activity, questions, selections
from conference.services.delegates import Doing, email_of, phone_of
from conference.services.selections import Wanted
from conference.vocabulary import Category, DelegateStatus, Mode, Origin

AT_A_TIME = 500


@dataclass(frozen=True)
class Row:
    """One person. `code` is their live participation code."""

    number: str
    name: str
    unit: str
    province: str
    district: str
    position: str
    category: Category
    mode: Mode
    status: DelegateStatus
    waiting_for: Mode | None
    seat: str
    phone: str | None
    email: str | None
    code: str | None
    origin: Origin
    created_at: datetime
    acknowledged_at: datetime | None
    here: bool
    answers: Sequence[str | int | float | None] = ()


def people(
    meeting_id: int,
    wanted: Wanted,
    ticked: Sequence[int] | None = None,
    *,
    asked: Sequence[Question] = (),
    language: str = "zh",
) -> Iterator[Row]:
    """Everybody of the list by pinyin, some hundreds read at a time, with their answers to `asked`."""
    session = db.session()
    meeting = session.get_one(Meeting, meeting_id)
    where = selections.conditions(meeting_id, wanted)
    if ticked is not None:
        where.append(Delegate.id.in_(ticked))
    order = sa.tuple_(Delegate.pinyin, Delegate.id)
    edge: tuple[str, int] | None = None
    while True:
        query = sa.select(Delegate).where(*where).order_by(Delegate.pinyin, Delegate.id).limit(AT_A_TIME)
        if edge is not None:
            query = query.where(order > sa.tuple_(*map(sa.literal, edge)))
        found = session.scalars(query).all()
        ids = [delegate.id for delegate in found]
        codes: dict[int, str] = dict(
            session.execute(
                sa.select(Code.delegate_id, Code.code)
                .where(Code.delegate_id.in_(ids), Code.repeat_id.is_(None), Code.revoked_at.is_(None))
                .order_by(Code.created_at)
            ).all()
        )
        came = set(
            session.scalars(sa.select(Arrival.delegate_id).where(Arrival.delegate_id.in_(ids), Arrival.admissions > 0))
        )
        said = questions.values(meeting, ids, asked, language=language) if asked else {}
        for delegate in found:
            answers = [said[delegate.id].get(question.id) for question in asked]
            yield _row(delegate, codes.get(delegate.id), delegate.id in came, answers)
        if len(found) < AT_A_TIME:
            return
        edge = (found[-1].pinyin, found[-1].id)
        for delegate in found:
            session.expunge(delegate)  # a list of thirty thousand is not kept in memory


def record(meeting_id: int, count: int, doing: Doing) -> None:
    """That a list of so many people was taken out, and by whom."""
    with db.transaction() as session:
        activity.record(
            session,
            doing.actor,
            "delegates.exported",
            "meeting",
            meeting_id,
            meeting_id=meeting_id,
            now=doing.now,
            after={"count": count},
        )


def _row(delegate: Delegate, code: str | None, here: bool, answers: Sequence[str | int | float | None]) -> Row:
    return Row(
        number=delegate.number,
        name=delegate.name,
        unit=delegate.unit.name,
        province=delegate.unit.province,
        district=delegate.unit.district,
        position=delegate.position,
        category=delegate.category,
        mode=delegate.mode,
        status=delegate.status,
        waiting_for=delegate.waiting_for,
        seat=delegate.seat,
        phone=phone_of(delegate),
        email=email_of(delegate),
        code=code if delegate.status.active else None,
        origin=delegate.origin,
        created_at=delegate.created_at,
        acknowledged_at=delegate.acknowledged_at,
        here=here,
        answers=answers,
    )
