"""Names that the public typed: which of them wait for an organiser, and what the organiser made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from conference import db
from conference.models import Arrival, Delegate, NameRelease
from conference.rules.wall_names import PUBLIC_ACTORS, PUBLIC_ORIGINS
from conference.services import activity
from conference.services.activity import Act
from conference.services.delegates import Doing
from conference.vocabulary import ActorKind, DelegateStatus, Mode, NameState

PAGE = 100
_releases = cast(sa.Table, NameRelease.__table__)


@dataclass(frozen=True)
class HeldName:
    """A name that no wall shows. `by_themselves` tells a mended entry from one that the public made."""

    delegate_id: int
    name: str
    unit: str
    province: str
    by_themselves: bool
    arrived: bool
    decided_at: datetime | None


@dataclass(frozen=True)
class HeldPage:
    """The first `PAGE` of `total`: who came already first, then by name."""

    people: Sequence[HeldName]
    total: int


def held(meeting_id: int, state: NameState = NameState.WAITING) -> HeldPage:
    """The people who may come into the hall and whose names wait; or those whose names were released, or refused."""
    session = db.session()
    decided = sa.and_(NameRelease.delegate_id == Delegate.id, NameRelease.name == Delegate.name)
    query = (
        sa.select(Delegate, NameRelease.released_at, Arrival.admissions)
        .join(Delegate.unit)
        .options(contains_eager(Delegate.unit))
        .outerjoin(NameRelease, decided)
        .outerjoin(Arrival, Arrival.delegate_id == Delegate.id)
        .where(
            Delegate.meeting_id == meeting_id,
            Delegate.status == DelegateStatus.CONFIRMED,
            Delegate.mode == Mode.IN_PERSON,
            Delegate.erased_at.is_(None),
            sa.and_(NameRelease.name.is_(None), _typed_by_the_public())
            if state is NameState.WAITING
            else NameRelease.refused.is_(state is NameState.REFUSED),
        )
    )
    came = sa.func.coalesce(Arrival.admissions, 0) > 0
    people = [
        HeldName(
            delegate_id=delegate.id,
            name=delegate.name,
            unit=delegate.unit.name,
            province=delegate.unit.province,
            by_themselves=delegate.name_by is ActorKind.DELEGATE,
            arrived=bool(admissions),
            decided_at=decided_at,
        )
        for delegate, decided_at, admissions in session.execute(
            query.order_by(came.desc(), Delegate.pinyin, Delegate.id).limit(PAGE)
        )
    ]
    total = len(people)
    if total == PAGE:
        total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    return HeldPage(people, total)


@dataclass(frozen=True)
class Done:
    """`passed_over` are names that somebody else decided about since the list was seen, or that read otherwise now."""

    count: int
    passed_over: int


def release(meeting_id: int, read: Mapping[int, str], doing: Doing, *, seen: NameState = NameState.WAITING) -> Done:
    """Let the walls show these people's names as they were read, where they still stand as `seen`."""
    return _decide(meeting_id, read, doing, seen, NameState.SHOWN)


def refuse(meeting_id: int, read: Mapping[int, str], doing: Doing, *, seen: NameState = NameState.WAITING) -> Done:
    """No wall shows these names, or shows them any more; their bearers are counted as everybody."""
    return _decide(meeting_id, read, doing, seen, NameState.REFUSED)


def _decide(meeting_id: int, read: Mapping[int, str], doing: Doing, seen: NameState, wished: NameState) -> Done:
    with db.transaction() as session:
        people = session.execute(
            db.lock(
                sa.select(Delegate, NameRelease.name, NameRelease.refused)
                .outerjoin(NameRelease, NameRelease.delegate_id == Delegate.id)
                .where(Delegate.meeting_id == meeting_id, Delegate.id.in_(sorted(read)), Delegate.erased_at.is_(None))
                .order_by(Delegate.id)
            )
        ).all()
        fresh, passed_over = [], 0
        for delegate, name, was_refused in people:
            state = NameState.WAITING
            if name == delegate.name:
                state = NameState.REFUSED if was_refused else NameState.SHOWN
            if delegate.name == read[delegate.id] and state is seen:
                fresh.append(delegate)
            elif delegate.name != read[delegate.id] or state is not wished:
                passed_over += 1
        refused = wished is NameState.REFUSED
        for delegate in fresh:
            said = {"name": delegate.name, "refused": refused, "account_id": _account(doing), "released_at": doing.now}
            session.execute(
                db.insert(session, _releases)
                .values(said | {"delegate_id": delegate.id})
                .on_conflict_do_update(index_elements=["delegate_id"], set_=said)
            )
        verb = "delegate.name_refused" if refused else "delegate.name_released"
        acts = [Act(delegate.id, {}, {"name": delegate.name}) for delegate in fresh]
        activity.record_all(session, doing.actor, verb, "delegate", acts, meeting_id=meeting_id, now=doing.now)
        return Done(len(fresh), passed_over)


def _typed_by_the_public() -> sa.ColumnElement[bool]:
    """`rules.wall_names.typed_by_the_public`, asked of the database; a test asserts that both say the same."""
    return sa.or_(
        sa.and_(Delegate.name_by.is_(None), Delegate.origin.in_(PUBLIC_ORIGINS)), Delegate.name_by.in_(PUBLIC_ACTORS)
    )


def _account(doing: Doing) -> int | None:
    return doing.actor.id if doing.actor.kind is ActorKind.ACCOUNT else None
