"""The figures (数字), from tallies that the deeds keep; nothing here counts all delegates or all scans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import AgendaSession, Meeting, Talk, Tally, Unit
from conference.services import turnout
from conference.vocabulary import Category, DelegateStatus, Mode


@dataclass
class UnitFigures:
    """One unit's row; `confirmed` by mode, the others of both modes. `not_expected` are confirmed in person, but of
    categories that the hall's figure leaves out, as `present` and `inside` do. `proposed` is one that a stranger typed
    and no organiser has looked at."""

    unit_id: int
    name: str
    province: str
    confirmed: dict[Mode, int]
    pending: int
    waitlisted: int
    present: int
    inside: int
    not_expected: int
    proposed: bool

    @property
    def expected(self) -> int:
        """How many the hall waits for; `present` is out of these."""
        return self.confirmed[Mode.IN_PERSON] - self.not_expected

    @property
    def confirmed_total(self) -> int:
        return sum(self.confirmed.values())

    def add(self, mode: Mode, status: DelegateStatus, n: int) -> None:
        """Count `n` more people of the unit."""
        if status is DelegateStatus.CONFIRMED:
            self.confirmed[mode] += n
        elif status is DelegateStatus.PENDING:
            self.pending += n
        elif status is DelegateStatus.WAITLISTED:
            self.waitlisted += n


@dataclass(frozen=True)
class Figures:
    """All that the contract's figures and the overview show. `present` and `inside` count people at the venue,
    and `expected` those who are to come there, but none of the `uncounted` categories."""

    status: dict[DelegateStatus, int]
    counts: dict[Mode, dict[DelegateStatus, int]]
    confirmed: dict[Mode, int]
    units: list[UnitFigures]
    provinces: dict[str, int]
    provinces_in_person: dict[str, int]
    provinces_present: dict[str, int]
    expected: int
    present: int
    inside: int
    uncounted: list[Category]
    speaking_units: int
    as_of: datetime


def of(meeting_id: int, *, now: datetime) -> Figures:
    """The figures of a meeting; units without anybody are left out. Provinces count confirmed people by code."""
    session = db.session()
    meeting = session.get_one(Meeting, meeting_id)
    came = turnout.by_unit(session, meeting)
    not_expected = turnout.not_expected(session, meeting)
    units: dict[int, UnitFigures] = {}
    counts = {mode: dict.fromkeys(DelegateStatus, 0) for mode in Mode}
    for unit_id, name, province, proposed, mode, status, n in session.execute(
        sa.select(Tally.unit_id, Unit.name, Unit.province, Unit.proposed, Tally.mode, Tally.status, Tally.n)
        .join(Unit, Unit.id == Tally.unit_id)
        .where(Tally.meeting_id == meeting_id, Tally.n > 0)
        .order_by(Unit.province, Unit.name, Unit.id)
    ):
        counts[mode][status] += n
        unit = units.get(unit_id)
        if unit is None:
            present, inside = came.get(unit_id, (0, 0))
            unit = units[unit_id] = UnitFigures(
                unit_id,
                name,
                province,
                dict.fromkeys(Mode, 0),
                pending=0,
                waitlisted=0,
                present=present,
                inside=inside,
                not_expected=not_expected.get(unit_id, 0),
                proposed=proposed,
            )
        unit.add(mode, status, n)
    speaking = session.scalar(
        sa.select(sa.func.count(sa.distinct(Talk.unit_name)))
        .join(AgendaSession)
        .where(AgendaSession.meeting_id == meeting_id, AgendaSession.removed_at.is_(None), Talk.unit_name != "")
    )
    return Figures(
        status={status: sum(counts[mode][status] for mode in Mode) for status in DelegateStatus},
        counts=counts,
        confirmed={mode: counts[mode][DelegateStatus.CONFIRMED] for mode in Mode},
        units=list(units.values()),
        provinces=_by_province((u.province, u.confirmed_total) for u in units.values()),
        provinces_in_person=_by_province((u.province, u.confirmed[Mode.IN_PERSON]) for u in units.values()),
        provinces_present=_by_province((u.province, u.present) for u in units.values()),
        expected=sum(u.expected for u in units.values()),
        present=sum(present for present, _ in came.values()),
        inside=sum(inside for _, inside in came.values()),
        uncounted=turnout.uncounted(meeting),
        speaking_units=speaking or 0,
        as_of=now,
    )


def _by_province(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for province, n in pairs:
        found[province] += n
    return {province: n for province, n in sorted(found.items()) if n}
