"""Whose line of an outside room's report is whose: the people of the meeting beside what the lines say."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from conference import db
from conference.models import Delegate, Unit
from conference.rules.platform_names import Everybody, Found, Known
from conference.rules.platform_reports import Line
from conference.sealing import unseal
from conference.services.platform_files import Facts, facts_of
from conference.vocabulary import ACTIVE_STATUSES, PlatformMatch

_LEFT_OUT = Found(PlatformMatch.IGNORED, ())


def everybody(meeting_id: int) -> Everybody:
    """All who have a place, or wait for one; in person too, since they may have gone home."""
    query = (
        sa.select(
            Delegate.id,
            Delegate.name,
            Delegate.pinyin,
            Delegate.unit_id,
            Unit.name.label("unit"),
            Unit.province,
            Delegate.phone_sealed,
            Delegate.email_sealed,
        )
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(Delegate.meeting_id == meeting_id, Delegate.status.in_(ACTIVE_STATUSES))
        .order_by(Delegate.id)
    )
    return Everybody(
        Known(
            row.id,
            row.name,
            row.pinyin,
            row.unit_id,
            row.unit,
            row.province,
            unseal(row.phone_sealed) if row.phone_sealed else None,
            unseal(row.email_sealed) if row.email_sealed else None,
        )
        for row in db.session().execute(query)
    )


def active(meeting_id: int) -> set[int]:
    """The ids of the same."""
    query = sa.select(Delegate.id).where(Delegate.meeting_id == meeting_id, Delegate.status.in_(ACTIVE_STATUSES))
    return set(db.session().scalars(query))


def matched(meeting_id: int, lines: Sequence[Line]) -> list[Found]:
    """What becomes of each line; who stays twice is looked for once, and whose line tells of no time is left out."""
    people, known = everybody(meeting_id), dict[Facts, Found]()
    for line in lines:
        facts = facts_of(line)
        if facts not in known and line.seconds > 0:
            known[facts] = people.who(line)
    return [known[facts_of(line)] if line.seconds > 0 else _LEFT_OUT for line in lines]


def guessed(meeting_id: int, facts: Facts) -> Sequence[Known]:
    """Who somebody may be, of whom this stood in a report."""
    name, unit, phone, email = facts
    return everybody(meeting_id).who(Line(0, name, unit, phone or None, email or None, None, None, 0)).people
