"""How far the invitations of a meeting have come: a row for each unit, counts by state, whom to write to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from conference import db
from conference.models import DeskLink, Liaison, Participation, PlacesRequest, Tally, Unit
from conference.services import liaisons
from conference.vocabulary import (
    ACTIVE_STATUSES,
    InvitationAnswer,
    InvitationState,
    Mode,
    UnitKind,
)

PAGE = 50


class Wish(StrEnum):
    """What a list of invitations can be narrowed to, beside the states themselves."""

    SILENT = "silent"  # nobody registered, and no word that nobody comes
    PLACES_LEFT = "places_left"
    ASKING = "asking"  # for more places
    NO_LIAISON = "no_liaison"


@dataclass(frozen=True)
class Invited:
    """A unit's invitation as organisers see it; `active` counts its people by mode, None of a limit is no limit."""

    participation_id: int
    unit_id: int
    unit: str
    province: str
    district: str
    kind: UnitKind
    credit_code: str | None
    address: str
    state: InvitationState
    reason: str
    answered_at: datetime | None
    invited_at: datetime | None
    reply_by: datetime | None
    liaison: str
    phone: str | None
    email: str | None
    asking: bool
    active: dict[Mode, int]
    delegate_limit: int | None
    in_person_limit: int | None
    online_limit: int | None

    @property
    def total(self) -> int:
        return sum(self.active.values())


@dataclass(frozen=True)
class Page:
    items: Sequence[Invited]
    total: int
    number: int
    pages: int
    counts: dict[InvitationState, int]


def page(
    meeting_id: int,
    *,
    number: int = 1,
    search: str = "",
    state: InvitationState | None = None,
    wish: Wish | None = None,
) -> Page:
    """Invitations by province and name of the unit, `PAGE` at a time, numbered from 1.

    `counts` is by state, whatever the list is narrowed to.
    """
    session = db.session()
    query = _narrowed(meeting_id, search=search, state=state, wish=wish)
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    ordered = query.order_by(Unit.province, Unit.name, Unit.id).limit(PAGE).offset((number - 1) * PAGE)
    grouped = sa.select(_STATE, sa.func.count()).where(Participation.meeting_id == meeting_id).group_by(_STATE)
    counts = {InvitationState(word): int(n) for word, n in session.execute(grouped)}
    return Page(
        _rows(session.execute(ordered).all()),
        total,
        number,
        pages,
        {state: counts.get(state, 0) for state in InvitationState},
    )


def everyone(meeting_id: int) -> list[Invited]:
    """All of a meeting, in the same order."""
    query = _narrowed(meeting_id).order_by(Unit.province, Unit.name, Unit.id)
    return _rows(db.session().execute(query).all())


def one(participation_id: int) -> Invited:
    """One unit's; it is there."""
    found = db.session().execute(_QUERY.where(Participation.id == participation_id)).all()
    return _rows(found)[0]


def ids(meeting_id: int, *, state: InvitationState | None = None, wish: Wish | None = None) -> Sequence[int]:
    """The units that are meant, for writing to all of them."""
    query = _narrowed(meeting_id, state=state, wish=wish).with_only_columns(Participation.unit_id)
    return db.session().scalars(query).all()


def unreachable(meeting_id: int, unit_ids: Collection[int]) -> int:
    """How many of these units have no liaison whom one can write to."""
    written_to = sa.select(Participation.unit_id).join(Liaison, Liaison.participation_id == Participation.id)
    reached = set(
        db.session().scalars(
            written_to.where(
                Participation.meeting_id == meeting_id,
                Liaison.until.is_(None),
                sa.or_(Liaison.phone_index.is_not(None), Liaison.email_index.is_not(None)),
            )
        )
    )
    return len(set(unit_ids) - reached)


def _narrowed(
    meeting_id: int, *, search: str = "", state: InvitationState | None = None, wish: Wish | None = None
) -> sa.Select[Participation, str]:
    query = _QUERY.where(Participation.meeting_id == meeting_id)
    if search:
        named = sa.exists().where(
            Liaison.participation_id == Participation.id, Liaison.until.is_(None), Liaison.name == search
        )
        query = query.where(sa.or_(Unit.name.contains(search, autoescape=True), named))
    if state is not None:
        query = query.where(_STATE.in_([state.value]))
    if wish is Wish.SILENT:
        query = query.where(Participation.active == 0, _NOT_DECLINED)
    elif wish is Wish.PLACES_LEFT:
        query = query.where(
            _NOT_DECLINED, Participation.active > 0, Participation.active < Participation.delegate_limit
        )
    elif wish is Wish.ASKING:
        query = query.where(_ASKING)
    elif wish is Wish.NO_LIAISON:
        query = query.where(~sa.exists().where(Liaison.participation_id == Participation.id, Liaison.until.is_(None)))
    return query


_NOT_DECLINED = sa.or_(Participation.answer.is_(None), Participation.answer != InvitationAnswer.DECLINED)
_LIMIT = sa.func.coalesce(
    Participation.delegate_limit, Participation.in_person_limit + Participation.online_limit, type_=sa.Integer
)
_ASKING = sa.exists().where(PlacesRequest.participation_id == Participation.id, PlacesRequest.decided_at.is_(None))
_OPENED = sa.exists().where(
    DeskLink.participation_id == Participation.id, DeskLink.opened_at.is_not(None), DeskLink.revoked_at.is_(None)
)
_STATE = sa.case(
    (Participation.answer == InvitationAnswer.ACCEPTED, sa.literal(InvitationState.ACCEPTED.value, sa.String)),
    (Participation.answer == InvitationAnswer.DECLINED, sa.literal(InvitationState.DECLINED.value, sa.String)),
    (_OPENED, sa.literal(InvitationState.OPENED.value, sa.String)),
    (Participation.invited_at.is_not(None), sa.literal(InvitationState.NOT_OPENED.value, sa.String)),
    else_=sa.literal(InvitationState.NOT_INVITED.value, sa.String),
)
_QUERY = sa.select(Participation, _STATE).join(Unit, Unit.id == Participation.unit_id)


def _rows(found: Sequence[sa.Row[Participation, str]]) -> list[Invited]:
    parts = [part for part, _ in found]
    named = liaisons.of_all([part.id for part in parts])
    asking = _asking([part.id for part in parts])
    active = _active(parts)
    return [
        Invited(
            participation_id=part.id,
            unit_id=part.unit_id,
            unit=part.unit.name,
            province=part.unit.province,
            district=part.unit.district,
            kind=part.unit.kind,
            credit_code=part.unit.credit_code,
            address=part.unit.address,
            state=InvitationState(state),
            reason=part.answer_reason,
            answered_at=part.answered_at,
            invited_at=part.invited_at,
            reply_by=part.reply_by,
            liaison=named[part.id].name if part.id in named else "",
            phone=liaisons.phone_of(named[part.id]) if part.id in named else None,
            email=liaisons.email_of(named[part.id]) if part.id in named else None,
            asking=part.id in asking,
            active={mode: active.get((part.unit_id, mode), 0) for mode in Mode},
            delegate_limit=part.delegate_limit,
            in_person_limit=part.in_person_limit,
            online_limit=part.online_limit,
        )
        for part, state in found
    ]


def _asking(participation_ids: Collection[int]) -> set[int]:
    query = sa.select(PlacesRequest.participation_id).where(
        PlacesRequest.participation_id.in_(participation_ids), PlacesRequest.decided_at.is_(None)
    )
    return set(db.session().scalars(query)) if participation_ids else set()


def _active(parts: Sequence[Participation]) -> dict[tuple[int, Mode], int]:
    if not parts:
        return {}
    grouped = (
        sa.select(Tally.unit_id, Tally.mode, sa.func.sum(Tally.n))
        .where(
            Tally.meeting_id == parts[0].meeting_id,
            Tally.unit_id.in_([part.unit_id for part in parts]),
            Tally.status.in_(ACTIVE_STATUSES),
        )
        .group_by(Tally.unit_id, Tally.mode)
    )
    return {(unit_id, mode): int(n) for unit_id, mode, n in db.session().execute(grouped)}
