"""The figures (数字), from tallies that the deeds keep; nothing here counts all delegates or all scans."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import AgendaSession, Talk, Tally, Turnout, Unit
from conference.vocabulary import DelegateStatus, Mode


@dataclass(frozen=True)
class UnitFigures:
    """One unit's row; `confirmed` by mode, the others of both modes."""

    unit_id: int
    name: str
    province: str
    confirmed: dict[Mode, int]
    pending: int
    waitlisted: int
    present: int
    inside: int

    @property
    def confirmed_total(self) -> int:
        return sum(self.confirmed.values())


@dataclass(frozen=True)
class Figures:
    """All that the contract's figures and the overview show. `present` and `inside` count people at the venue."""

    status: dict[DelegateStatus, int]
    counts: dict[Mode, dict[DelegateStatus, int]]
    confirmed: dict[Mode, int]
    units: list[UnitFigures]
    provinces: dict[str, int]
    provinces_in_person: dict[str, int]
    provinces_present: dict[str, int]
    present: int
    inside: int
    speaking_units: int
    as_of: datetime


def of(meeting_id: int, *, now: datetime) -> Figures:
    """The figures of a meeting; units without anybody are left out. Provinces count confirmed people by code."""
    session = db.session()
    names: dict[int, tuple[str, str]] = {}
    by_unit: dict[int, Counter[tuple[Mode, DelegateStatus]]] = {}
    for unit_id, name, province, mode, status, n in session.execute(
        sa.select(Tally.unit_id, Unit.name, Unit.province, Tally.mode, Tally.status, Tally.n)
        .join(Unit, Unit.id == Tally.unit_id)
        .where(Tally.meeting_id == meeting_id, Tally.n > 0)
        .order_by(Unit.province, Unit.name, Unit.id)
    ):
        names[unit_id] = (name, province)
        by_unit.setdefault(unit_id, Counter())[mode, status] += n
    turnout = {
        unit_id: (present, inside)
        for unit_id, present, inside in session.execute(
            sa.select(Turnout.unit_id, Turnout.present, Turnout.inside).where(Turnout.meeting_id == meeting_id)
        )
    }
    units = [_unit(unit_id, *names[unit_id], counts, turnout) for unit_id, counts in by_unit.items()]
    speaking = session.scalar(
        sa.select(sa.func.count(sa.distinct(Talk.unit_name)))
        .join(AgendaSession)
        .where(AgendaSession.meeting_id == meeting_id, Talk.unit_name != "")
    )
    return Figures(
        status={s: sum(counts[m, s] for counts in by_unit.values() for m in Mode) for s in DelegateStatus},
        counts={m: {s: sum(c[m, s] for c in by_unit.values()) for s in DelegateStatus} for m in Mode},
        confirmed={m: sum(unit.confirmed[m] for unit in units) for m in Mode},
        units=units,
        provinces=_by_province((u.province, u.confirmed_total) for u in units),
        provinces_in_person=_by_province((u.province, u.confirmed[Mode.IN_PERSON]) for u in units),
        provinces_present=_by_province((u.province, u.present) for u in units),
        present=sum(present for present, _ in turnout.values()),
        inside=sum(inside for _, inside in turnout.values()),
        speaking_units=speaking or 0,
        as_of=now,
    )


def _unit(
    unit_id: int,
    name: str,
    province: str,
    counts: Counter[tuple[Mode, DelegateStatus]],
    turnout: dict[int, tuple[int, int]],
) -> UnitFigures:
    present, inside = turnout.get(unit_id, (0, 0))
    return UnitFigures(
        unit_id=unit_id,
        name=name,
        province=province,
        confirmed={mode: counts[mode, DelegateStatus.CONFIRMED] for mode in Mode},
        pending=sum(counts[mode, DelegateStatus.PENDING] for mode in Mode),
        waitlisted=sum(counts[mode, DelegateStatus.WAITLISTED] for mode in Mode),
        present=present,
        inside=inside,
    )


def _by_province(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    found: Counter[str] = Counter()
    for province, n in pairs:
        found[province] += n
    return {province: n for province, n in sorted(found.items()) if n}
