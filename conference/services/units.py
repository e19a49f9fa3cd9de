"""Units (委员单位) and their part in a meeting: limits, and the private link their people register by."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, MovedLink, Participation, Unit
from conference.rules import credit_code
from conference.rules.provinces import PROVINCES
from conference.sealing import digest, new_token, seal, unseal
from conference.services import activity
from conference.services.delegates import Doing
from conference.services.line_rows import participation_of
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused, UnitKind

FIELDS = ("name", "province", "district", "kind", "credit_code", "address")
PART_FIELDS = ("delegate_limit", "in_person_limit", "online_limit", "reply_by")
FOUND = 20


@dataclass(frozen=True)
class UnitFacts:
    """What is said of a unit; the limits (None for none) and `reply_by` belong to its part in the meeting."""

    name: str
    province: str
    kind: UnitKind = UnitKind.MEMBER
    district: str = ""
    credit_code: str | None = None
    address: str = ""
    delegate_limit: int | None = None
    in_person_limit: int | None = None
    online_limit: int | None = None
    reply_by: datetime | None = None


def add(meeting_id: int, said: UnitFacts, doing: Doing, *, proposed: bool = False) -> tuple[Participation, bool]:
    """Let a unit take part; the same credit code, or the same name and province, is the same unit.

    Returns its participation and whether it is new here. A unit that takes part already stays as it is.
    `proposed` marks one that a stranger said of themselves. Raises Malformed.
    """
    _check(said.province, said.credit_code)

    def attempt() -> tuple[Participation, bool]:
        with db.transaction() as session:
            try:
                with session.begin_nested():
                    unit = _same_unit(session, said) or _make(session, said, doing.now, proposed=proposed)
                    found = _take_part(session, meeting_id, unit, said, doing)
            except sa.exc.IntegrityError:
                # Another request made the same unit meanwhile: look again.
                raise db.Stale from None
            return found

    return db.repeated(attempt)


def edit(meeting_id: int, unit_id: int, changes: Mapping[str, Any], doing: Doing) -> Participation:
    """Change the unit, in every meeting, and its limits and deadline here.

    A unit that was merged is changed as the one that was kept. Raises Missing, Malformed, Refused (unit_exists).
    """
    # A new name is marked on people of all meetings, out of the order of locks: a circle is broken and tried again.
    return db.repeated(lambda: _edit(meeting_id, unit_id, changes, doing))


def renew_link(meeting_id: int, unit_id: int, doing: Doing) -> Participation:
    """A new common link; the old one is dead at once, with those of units that were merged into this one."""
    with db.transaction() as session:
        part = held(session, meeting_id, unit_id)
        token = new_token()
        part.link_digest, part.link_sealed = digest(token), seal(token)
        session.execute(sa.delete(MovedLink).where(MovedLink.participation_id == part.id))
        record(session, doing, "unit.link_renewed", part)
        return part


def link_token(part: Participation) -> str:
    """The last segment of the unit's registration link (`/r/…`)."""
    return unseal(part.link_sealed)


def by_link(token: str) -> Participation:
    """Whose link this is; that of a unit that was merged leads to the one that was kept. Raises Missing."""
    session, kept = db.session(), digest(token)
    found = session.scalars(sa.select(Participation).where(Participation.link_digest == kept)).first()
    if found is None:
        moved = sa.select(Participation).join(MovedLink).where(MovedLink.digest == kept)
        found = session.scalars(moved).first()
    if found is None:
        raise Missing
    return found


def one(meeting_id: int, unit_id: int) -> Participation:
    """The part of a unit in a meeting; one that was merged is answered with the unit that was kept. Raises Missing."""
    session = db.session()
    found = session.scalars(_part(meeting_id, unit_id)).first()
    if found is None and (kept := kept_id(session, unit_id)) is not None:
        found = session.scalars(_part(meeting_id, kept)).first()
    if found is None:
        raise Missing
    return found


def kept_id(session: Session, unit_id: int) -> int | None:
    """The unit that this one was merged into, if it was."""
    return session.scalars(sa.select(Unit.merged_into_id).where(Unit.id == unit_id)).first()


def part_of(session: Session, meeting_id: int, unit_id: int) -> Participation | None:
    """The part of a unit in a meeting, if it has one."""
    return session.scalars(_part(meeting_id, unit_id)).first()


def held(session: Session, meeting_id: int, unit_id: int) -> Participation:
    """As `one`, locked until the end of the transaction."""
    try:
        return participation_of(session, meeting_id, unit_id)
    except sa.exc.NoResultFound:
        kept = kept_id(session, unit_id)
    if kept is None:
        raise Missing
    return held(session, meeting_id, kept)


def known(session: Session, *, name: str, province: str, credit_code: str | None) -> Unit | None:
    """The unit that is meant: of this credit code, else of this name and province; the kept one where it was merged."""
    found = None
    if credit_code:
        found = session.scalars(sa.select(Unit).where(Unit.credit_code == credit_code)).first()
    if found is None:
        found = session.scalars(sa.select(Unit).where(Unit.name == name, Unit.province == province)).first()
    if found is not None and found.merged_into_id is not None:
        return session.get_one(Unit, found.merged_into_id)
    return found


def facts(part: Participation) -> dict[str, Any]:
    """What the activity record compares before and after."""
    said = {name: getattr(part.unit, name) for name in FIELDS}
    return said | {name: getattr(part, name) for name in PART_FIELDS}


def keep_within(part: Participation) -> None:
    """Those who are there above a limit stay; nobody new comes in above it."""
    part.granted = 0 if part.delegate_limit is None else max(0, part.active - part.delegate_limit)


def record(
    session: Session,
    doing: Doing,
    verb: str,
    part: Participation,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down an act on a unit's part in a meeting, with the deed."""
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

    Raises Malformed (under `unit`: no_such_unit, several_units).
    """
    wanted = text.strip()
    whole = sa.select(Unit.id).join(Participation).where(Participation.meeting_id == meeting_id, Unit.name == wanted)
    found = db.session().scalars(whole.limit(2)).all()
    if not found and wanted:
        found = [unit.id for unit in find(meeting_id, search=wanted)]
    if len(found) != 1:
        raise Malformed({"unit": Fault.SEVERAL_UNITS if found else Fault.NO_SUCH_UNIT})
    return found[0]


def _edit(meeting_id: int, unit_id: int, changes: Mapping[str, Any], doing: Doing) -> Participation:
    with db.transaction() as session:
        part = held(session, meeting_id, unit_id)
        session.scalars(db.lock(sa.select(Unit).where(Unit.id == part.unit_id))).one()  # it may be edited elsewhere too
        before = facts(part)
        for name in FIELDS:
            if name in changes:
                setattr(part.unit, name, changes[name])
        _check(part.unit.province, part.unit.credit_code)
        for name in PART_FIELDS:
            if name in changes:
                setattr(part, name, changes[name])
        keep_within(part)
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
            session.execute(sa.update(Delegate).where(Delegate.unit_id == part.unit_id).values(changed=stamp))
        if facts(part) != before:  # an edit that changes nothing would stand in the history without a word
            record(session, doing, "unit.edited", part, before, facts(part))
        return part


def _same_unit(session: Session, said: UnitFacts) -> Unit | None:
    """Held, so that it is not merged away meanwhile; who was merged is the unit that was kept."""
    found = known(session, name=said.name, province=said.province, credit_code=said.credit_code)
    if found is None:
        return None
    fresh = session.scalars(db.lock(sa.select(Unit).where(Unit.id == found.id))).one()
    if fresh.merged_into_id is not None:
        raise db.Stale
    return fresh


def _make(session: Session, said: UnitFacts, now: datetime, *, proposed: bool) -> Unit:
    unit = Unit(**{name: getattr(said, name) for name in FIELDS}, proposed=proposed, created_at=now)
    session.add(unit)
    session.flush()
    return unit


def _take_part(
    session: Session, meeting_id: int, unit: Unit, said: UnitFacts, doing: Doing
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
        **{name: getattr(said, name) for name in PART_FIELDS},
        link_digest=digest(token),
        link_sealed=seal(token),
        created_at=doing.now,
    )
    part.unit = unit
    session.add(part)
    session.flush()
    record(session, doing, "unit.added", part, {}, facts(part))
    return part, True


def _part(meeting_id: int, unit_id: int) -> sa.Select[Participation]:
    return sa.select(Participation).where(Participation.meeting_id == meeting_id, Participation.unit_id == unit_id)


def _check(province: str, code: str | None) -> None:
    faults: dict[str, Fault] = {}
    if province not in PROVINCES:
        faults["province"] = Fault.NOT_A_PROVINCE
    if code and not credit_code.valid(code):
        faults["credit_code"] = Fault.NOT_A_CREDIT_CODE
    if faults:
        raise Malformed(faults)
