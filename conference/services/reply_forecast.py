"""What bringing a reply form in will refuse, told beforehand by the rules that judge it then; nothing is written.

What others do meanwhile shows only when it is brought in. People of units that are still to be made meet no limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference.models import Meeting, Participation
from conference.rules import registration
from conference.services import capacities, change_requests, repeats, unit_places
from conference.services.reply_matching import Holder, Matched
from conference.vocabulary import DelegateStatus, Mode, Refusal, RowNews


def refusals(
    session: Session, meeting_id: int, rows: Sequence[Matched], *, now: datetime, late: bool, by_unit: bool
) -> list[Refusal | None]:
    """Why each row will be refused; None for one that comes in. `by_unit`: a liaison brings it in, at the desk."""
    forecast = _Forecast(session, meeting_id, rows, now=now, late=late, by_unit=by_unit)
    found: dict[int, Refusal | None] = {}
    for wanted in (RowNews.CHANGED, RowNews.NEW, RowNews.SAME):  # as the import goes about it
        for n, row in enumerate(rows):
            if row.news is wanted:
                found[n] = forecast.judge(row)
    return [found[n] for n in range(len(rows))]


class _Forecast:
    def __init__(
        self, session: Session, meeting_id: int, rows: Sequence[Matched], *, now: datetime, late: bool, by_unit: bool
    ) -> None:
        self.meeting = session.get_one(Meeting, meeting_id)
        self.now, self.late, self.by_unit = now, late, by_unit
        self.closed = registration.refusal_to_open_form(self.meeting, now=now)
        self.frozen = change_requests.needed(self.meeting, now=now)
        wanted = {row.unit_id for row in rows if row.unit_id is not None}
        here = sa.select(Participation).where(Participation.meeting_id == meeting_id)
        self.parts = {part.unit_id: part for part in session.scalars(here) if part.unit_id in wanted}
        self.active = {unit_id: part.active for unit_id, part in self.parts.items()}
        limited = [id_ for id_, part in self.parts.items() if any(n is not None for n in _limits(part).values())]
        self.in_modes = unit_places.in_modes(session, meeting_id, limited)
        self.lines = capacities.lines(meeting_id)
        self.repeated = {
            unit_id: repeats.live(session, meeting_id, unit_id) if by_unit else {} for unit_id in self.parts
        }

    def judge(self, row: Matched) -> Refusal | None:
        if row.news is RowNews.NEW:
            return self._newcomer(row)
        return self._mended(row, row.holder) if row.holder is not None and row.changes else None

    def _newcomer(self, row: Matched) -> Refusal | None:
        part, mode = self.parts.get(row.unit_id or 0), row.person.mode
        refusal = registration.refusal_to_register(
            self.meeting,
            self._facts(part, mode) if part is not None else registration.UnitFacts(),
            late=self.late,
            by_unit=self.by_unit,
            contact_taken=False,  # whose it is was looked up before
            now=self.now,
        )
        if refusal is None and part is not None:
            self.active[part.unit_id] += 1
            self._count(part, mode, 1)
        return refusal

    def _mended(self, row: Matched, holder: Holder) -> Refusal | None:
        if self.by_unit and (self.closed or self.frozen):
            return self.closed or Refusal.LIST_FROZEN
        moves = "unit_id" in row.changes
        part = self.parts.get((row.unit_id if moves else holder.unit_id) or 0)
        if part is None:
            return None
        if moves:
            if refusal := registration.refusal_within_unit(
                active=self.active[part.unit_id], limit=part.delegate_limit
            ) or self._full(part, holder.waiting_for or holder.mode):
                return refusal
            self.active[part.unit_id] += 1
            self._count(part, holder.mode, 1)
        if "mode" in row.changes:
            if refusal := self._full(part, row.person.mode):
                return refusal
            self._count(part, row.person.mode, 1)
            # Who has a place keeps it while they wait for one in a mode that is full.
            if holder.status is not DelegateStatus.CONFIRMED or self.lines[row.person.mode].shown_left != 0:
                self._count(part, holder.mode, -1)
        return None

    def _facts(self, part: Participation, mode: Mode) -> registration.UnitFacts:
        repeated = self.repeated[part.unit_id]
        return registration.UnitFacts(
            active=self.active[part.unit_id] + sum(repeated.values()),
            limit=part.delegate_limit,
            mode_active=self.in_modes.get((part.unit_id, mode), 0) + repeated.get(mode, 0),
            mode_limit=_limits(part)[mode],
            reply_by=part.reply_by,
        )

    def _full(self, part: Participation, mode: Mode) -> Refusal | None:
        active = self.in_modes.get((part.unit_id, mode), 0)
        return registration.refusal_in_mode(active=active, limit=_limits(part)[mode])

    def _count(self, part: Participation, mode: Mode, n: int) -> None:
        self.in_modes[part.unit_id, mode] = self.in_modes.get((part.unit_id, mode), 0) + n


def _limits(part: Participation) -> dict[Mode, int | None]:
    return {Mode.IN_PERSON: part.in_person_limit, Mode.ONLINE: part.online_limit}
