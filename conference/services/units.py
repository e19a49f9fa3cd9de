"""Units (委员单位) and their part in a meeting: limits, and the private link their people register by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Participation, Unit
from conference.rules import credit_code
from conference.rules.provinces import PROVINCES
from conference.sealing import digest, new_token, seal, unseal
from conference.services import activity
from conference.services.delegates import Doing
from conference.services.places import participation_of
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused, UnitKind

PAGE = 50
FIELDS = ("name", "province", "district", "kind", "credit_code")
FOUND = 20


@dataclass(frozen=True)
class UnitFacts:
    """What is said of a unit; `delegate_limit` belongs to its part in the meeting (None for no limit)."""

    name: str
    province: str
    kind: UnitKind = UnitKind.MEMBER
    district: str = ""
    credit_code: str | None = None
    delegate_limit: int | None = None


def add(meeting_id: int, facts: UnitFacts, doing: Doing, *, proposed: bool = False) -> tuple[Participation, bool]:
    """Let a unit take part; the same credit code, or the same name and province, is the same unit.

    Returns its participation and whether it is new here. A unit that takes part already stays as it is.
    `proposed` marks one that a stranger said of themselves. Raises Malformed.
    """
    _check(facts.province, facts.credit_code)

    def attempt() -> tuple[Participation, bool]:
        with db.transaction() as session:
            try:
                with session.begin_nested():
                    unit = _same_unit(session, facts) or _make(session, facts, doing.now, proposed=proposed)
                    found = _take_part(session, meeting_id, unit, facts.delegate_limit, doing)
            except sa.exc.IntegrityError:
                # Another request made the same unit meanwhile: look again.
                raise db.Stale from None
            return found

    return db.repeated(attempt)


def edit(meeting_id: int, unit_id: int, changes: Mapping[str, Any], doing: Doing) -> Participation:
    """Change the unit, in every meeting, and its limit here. Raises Missing, Malformed, Refused (unit_exists)."""
    # A new name is marked on people of all meetings, out of the order of locks: a circle is broken and tried again.
    return db.repeated(lambda: _edit(meeting_id, unit_id, changes, doing))


def renew_link(meeting_id: int, unit_id: int, doing: Doing) -> Participation:
    """A new private link; the old one is dead at once."""
    with db.transaction() as session:
        part = _held(session, meeting_id, unit_id)
        token = new_token()
        part.link_digest, part.link_sealed = digest(token), seal(token)
        _record(session, doing, "unit.link_renewed", part, {}, {})
        return part


def link_token(part: Participation) -> str:
    """The last segment of the unit's registration link (`/r/…`)."""
    return unseal(part.link_sealed)


def by_link(token: str) -> Participation:
    """Whose link this is. Raises Missing."""
    found = db.session().scalars(sa.select(Participation).where(Participation.link_digest == digest(token))).first()
    if found is None:
        raise Missing
    return found


def one(meeting_id: int, unit_id: int) -> Participation:
    """Raises Missing."""
    found = (
        db.session()
        .scalars(
            sa.select(Participation).where(Participation.meeting_id == meeting_id, Participation.unit_id == unit_id)
        )
        .first()
    )
    if found is None:
        raise Missing
    return found


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
        query = query.where(Participation.active == 0)
    if proposed:
        query = query.where(Unit.proposed)
    total = db.session().scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    pages = max(1, -(-total // PAGE))
    number = min(max(1, number), pages)
    items = (
        db.session()
        .scalars(query.order_by(Unit.province, Unit.name, Unit.id).limit(PAGE).offset((number - 1) * PAGE))
        .all()
    )
    return Page(items, total, number, pages)


def find(meeting_id: int, *, search: str, province: str = "") -> Sequence[Unit]:
    """At most `FOUND` units of a meeting whose name holds `search`, for somebody who looks for their own."""
    query = (
        sa.select(Unit)
        .join(Participation)
        .where(Participation.meeting_id == meeting_id, Unit.name.contains(search, autoescape=True))
    )
    if province:
        query = query.where(Unit.province == province)
    return db.session().scalars(query.order_by(Unit.name, Unit.id).limit(FOUND)).all()


def names(unit_ids: Collection[int]) -> dict[int, str]:
    """What some units are called; unknown ids are left out."""
    if not unit_ids:
        return {}
    found = db.session().scalars(sa.select(Unit).where(Unit.id.in_(unit_ids)))
    return {unit.id: unit.name for unit in found}


def named(meeting_id: int, text: str) -> int:
    """The id of the one unit here that `text` means: its whole name, or a part that only one name holds.

    Raises Malformed (unknown_id under `unit`).
    """
    wanted = text.strip()
    whole = sa.select(Unit.id).join(Participation).where(Participation.meeting_id == meeting_id, Unit.name == wanted)
    found = db.session().scalars(whole.limit(2)).all()
    if not found and wanted:
        found = [unit.id for unit in find(meeting_id, search=wanted)]
    if len(found) != 1:
        raise Malformed({"unit": Fault.UNKNOWN_ID})
    return found[0]


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


def _held(session: Session, meeting_id: int, unit_id: int) -> Participation:
    try:
        return participation_of(session, meeting_id, unit_id)
    except sa.exc.NoResultFound:
        raise Missing from None


def _edit(meeting_id: int, unit_id: int, changes: Mapping[str, Any], doing: Doing) -> Participation:
    with db.transaction() as session:
        part = _held(session, meeting_id, unit_id)
        session.scalars(db.lock(sa.select(Unit).where(Unit.id == unit_id))).one()  # it may be edited elsewhere too
        before = _facts(part)
        for name in FIELDS:
            if name in changes:
                setattr(part.unit, name, changes[name])
        _check(part.unit.province, part.unit.credit_code)
        if "delegate_limit" in changes:
            limit = changes["delegate_limit"]
            part.delegate_limit = limit
            part.granted = 0 if limit is None else max(0, part.active - limit)
        if {"name", "province"} & changes.keys():
            part.unit.proposed = False
        try:
            session.flush()
        except sa.exc.IntegrityError as error:
            if db.violated(error, "uq_units", "units.name", "units.credit_code"):
                raise Refused(Refusal.UNIT_EXISTS) from None
            raise
        if any(before[name] != getattr(part.unit, name) for name in ("name", "province")):
            # Scanners show the unit beside the person, in every meeting.
            stamp = db.stamp(session.connection())
            session.execute(sa.update(Delegate).where(Delegate.unit_id == unit_id).values(changed=stamp))
        _record(session, doing, "unit.edited", part, before, _facts(part))
        return part


def _same_unit(session: Session, facts: UnitFacts) -> Unit | None:
    if facts.credit_code:
        found = session.scalars(sa.select(Unit).where(Unit.credit_code == facts.credit_code)).first()
        if found:
            return found
    return session.scalars(sa.select(Unit).where(Unit.name == facts.name, Unit.province == facts.province)).first()


def _make(session: Session, facts: UnitFacts, now: datetime, *, proposed: bool) -> Unit:
    unit = Unit(**{name: getattr(facts, name) for name in FIELDS}, proposed=proposed, created_at=now)
    session.add(unit)
    session.flush()
    return unit


def _take_part(
    session: Session, meeting_id: int, unit: Unit, limit: int | None, doing: Doing
) -> tuple[Participation, bool]:
    found = session.scalars(
        sa.select(Participation).where(Participation.meeting_id == meeting_id, Participation.unit_id == unit.id)
    ).first()
    if found:
        return found, False
    token = new_token()
    part = Participation(
        meeting_id=meeting_id,
        unit_id=unit.id,
        delegate_limit=limit,
        link_digest=digest(token),
        link_sealed=seal(token),
        created_at=doing.now,
    )
    part.unit = unit
    session.add(part)
    session.flush()
    _record(session, doing, "unit.added", part, {}, _facts(part))
    return part, True


def _facts(part: Participation) -> dict[str, Any]:
    return {name: getattr(part.unit, name) for name in FIELDS} | {"delegate_limit": part.delegate_limit}


def _check(province: str, code: str | None) -> None:
    faults: dict[str, Fault] = {}
    if province not in PROVINCES:
        faults["province"] = Fault.NOT_A_PROVINCE
    if code and not credit_code.valid(code):
        faults["credit_code"] = Fault.NOT_A_CREDIT_CODE
    if faults:
        raise Malformed(faults)


def _record(
    session: Session, doing: Doing, verb: str, part: Participation, before: dict[str, Any], after: dict[str, Any]
) -> None:
    activity.record(
        session,
        doing.actor,
        verb,
        "unit",
        part.unit_id,
        meeting_id=part.meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )
