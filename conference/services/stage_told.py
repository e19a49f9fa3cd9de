"""What was released, called and told for the day of a meeting, kept by each process until something else is.

One short query says whether that is so. What was read is kept with its delays worked out, since they cost more than
all the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.pool import Pool

from conference import db
from conference.models import AgendaRelease, Delay, Meeting, StageCall
from conference.rules import agenda
from conference.rules import stage as rules
from conference.rules.agenda import Agenda
from conference.rules.stage import Call
from conference.rules.stage_releases import Earlier


@dataclass(frozen=True)
class Told(rules.Delay):
    """A delay that was not undone."""

    id: int = 0
    reason: str = ""
    account_id: int | None = None


@dataclass(frozen=True)
class Kept:
    """What holds until something else is released, called or told, which `mark` says.

    `earlier` are the releases of which delays were told that hold; without people.
    """

    mark: tuple[object, ...]
    released: Agenda
    delays: Sequence[Told]
    calls: Sequence[Call]
    earlier: Sequence[Earlier]
    agenda: Agenda

    @property
    def release(self) -> str:
        """Another one whenever something else is released, or somebody was taken off what is."""
        return "-".join(str(one or 0) for one in self.mark[1:3])


# By meeting, and by the pool of connections: whoever puts another database in the place of ours gives that up before.
_KEPT: WeakKeyDictionary[Pool, dict[int, Kept]] = WeakKeyDictionary()


def read(meeting: Meeting) -> Kept:
    """What holds now: read again only where the mark is another one."""
    session = db.session()
    # A delay is never undone twice and ids only grow, so no mark comes again.
    found = session.execute(_mark(meeting.id)).one()
    mark = (meeting.timezone, *found)
    kept = _KEPT.setdefault(session.get_bind().engine.pool, {})
    known = kept.get(meeting.id)
    if known is not None and known.mark == mark and not db.writing():
        return known
    content = session.scalar(sa.select(AgendaRelease.content).where(AgendaRelease.id == found[0]))
    released = agenda.read(content) if content else Agenda()
    delays, calls = _delays(meeting.id), _calls(meeting.id)
    earlier = _earlier(meeting.id, delays)
    later = rules.delayed(released, delays, meeting.timezone, calls, earlier=earlier)
    told = Kept(mark, released, delays, calls, earlier, later)
    if not db.writing():  # what is written may still be rolled back
        kept[meeting.id] = told
    return told


def _mark(meeting_id: int) -> sa.Select[tuple[int | None, ...]]:
    release = sa.select(AgendaRelease.id).where(AgendaRelease.meeting_id == meeting_id)
    redactions = sa.select(AgendaRelease.redactions).where(AgendaRelease.meeting_id == meeting_id)
    delays = sa.select(sa.func.max(Delay.id)).where(Delay.meeting_id == meeting_id)
    holding = sa.select(sa.func.count()).where(Delay.meeting_id == meeting_id, Delay.undone_at.is_(None))
    calls = sa.select(sa.func.max(StageCall.id)).where(StageCall.meeting_id == meeting_id)
    return sa.select(
        release.order_by(AgendaRelease.number.desc()).limit(1).scalar_subquery(),
        redactions.order_by(AgendaRelease.number.desc()).limit(1).scalar_subquery(),
        delays.scalar_subquery(),
        holding.scalar_subquery(),
        calls.scalar_subquery(),
    )


def _delays(meeting_id: int) -> list[Told]:
    query = (
        sa.select(Delay.session_id, Delay.minutes, Delay.said_at, Delay.id, Delay.reason, Delay.account_id)
        .where(Delay.meeting_id == meeting_id, Delay.undone_at.is_(None))
        .order_by(Delay.said_at, Delay.id)
    )
    return [Told(*row) for row in db.session().execute(query)]


def _earlier(meeting_id: int, delays: Sequence[Told]) -> list[Earlier]:
    """From the release on of which the first delay was told, without the one that holds."""
    if not delays:
        return []
    query = sa.select(AgendaRelease.number, AgendaRelease.released_at).where(AgendaRelease.meeting_id == meeting_id)
    found = list(db.session().execute(query.order_by(AgendaRelease.number)))
    first = max((at for at, one in enumerate(found) if one.released_at <= delays[0].said_at), default=0)
    numbers = [one.number for one in found[first:-1]]
    until = {one.number: after.released_at for one, after in pairwise(found)}
    contents = (
        sa.select(AgendaRelease.number, AgendaRelease.content)
        .where(AgendaRelease.meeting_id == meeting_id, AgendaRelease.number.in_(numbers))
        .order_by(AgendaRelease.number)
    )
    rows = db.session().execute(contents) if numbers else ()
    # Nobody is told of these: what may be redacted in them is not kept.
    return [Earlier(replace(agenda.read(content), people=()), until[number]) for number, content in rows]


def _calls(meeting_id: int) -> list[Call]:
    query = (
        sa.select(StageCall.session_id, StageCall.talk_id, StageCall.called_at)
        .where(StageCall.meeting_id == meeting_id)
        .order_by(StageCall.called_at, StageCall.id)
    )
    return [Call(*row) for row in db.session().execute(query)]
