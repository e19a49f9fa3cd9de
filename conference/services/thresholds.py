"""Who attended as much of the main sessions as the meeting asks for (达到): what certificates will go by.

    thresholds.reached(meeting, delegate_ids, now=clock.now())     those of them who did
    thresholds.of(meeting, now=…)                                  how everybody stands of whom there is evidence
    thresholds.asked_for(meeting, now=…)                           the sessions and the percentage

Sessions are taken as the day went. Where none were chosen they are all that are shown online, and 80 % of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import Beat, Meeting
from conference.rules import attendance as attendance_rules
from conference.rules import thresholds as rules
from conference.rules.agenda import Session as AgendaItem
from conference.rules.thresholds import Evidence, Standing
from conference.rules.watching import WATCHING, Slot, Span
from conference.services import attendance_corrections, attendance_counting, broadcasts, still_here

Halls = Mapping[int, AbstractSet[int]]
AT_ONCE = 500  # people who are asked for by name


@dataclass(frozen=True)
class Threshold:
    """`percent` of these sessions; `chosen` where somebody chose them. `over` once they are all over."""

    percent: int
    sessions: Sequence[AgendaItem]
    chosen: bool
    over: bool


def asked_for(meeting: Meeting, *, now: datetime) -> Threshold:
    """What the meeting asks for; without sessions nobody reaches it."""
    facts, items = broadcasts.of(meeting.id), attendance_counting.items(meeting, now=now)
    chosen = [one for one in items if one.id in facts.threshold_session_ids]
    sessions = chosen or [one for one in items if one.online]
    over = all(slot.ends <= now for slot in _slots(sessions))
    return Threshold(facts.threshold_percent, sessions, bool(chosen), over)


def reached(meeting: Meeting, delegate_ids: Collection[int], *, now: datetime, halls: Halls | None = None) -> set[int]:
    """Those of them who attended enough."""
    found = of(meeting, delegate_ids, now=now, halls=halls)
    return {who for who in delegate_ids if who in found and found[who].reached}


def of(
    meeting: Meeting, ids: Collection[int] | None = None, *, now: datetime, halls: Halls | None = None
) -> dict[int, Standing]:
    """How each of these people stands, by id; of everybody of whom there is some evidence where none are named.

    `halls` are `attendance_counting.halls` of everybody, for who has them already.
    """
    wanted = asked_for(meeting, now=now)
    blocks = rules.blocks(_slots(wanted.sessions))
    some = ids if ids is not None and len(ids) <= AT_ONCE else None
    evidence = _evidence(meeting, wanted, some, halls, now=now)
    nothing = Evidence()
    people = evidence.keys() if ids is None else ids
    return {who: rules.Standing(blocks, evidence.get(who, nothing), wanted.percent) for who in people}


def _evidence(
    meeting: Meeting, wanted: Threshold, ids: Collection[int] | None, halls: Halls | None, *, now: datetime
) -> dict[int, Evidence]:
    known = {one.id for one in wanted.sessions}
    shown = _slots(one for one in wanted.sessions if one.online)
    if halls is None:
        halls = attendance_counting.halls(meeting, ids, now=now)
    beats = _beats(meeting.id, attendance_rules.windows(shown), ids)
    platform = attendance_counting.reported(meeting, shown, ids)
    corrected: dict[int, dict[int, float]] = {}
    for (who, session_id), one in attendance_corrections.holding(meeting.id, ids).items():
        if session_id in known:
            corrected.setdefault(who, {})[session_id] = one.counts
    answers = still_here.of_people(meeting.id, ids, now=now)
    found = {}
    for who in halls.keys() | beats.keys() | platform.keys() | corrected.keys() | answers.keys():
        asked, answered = answers.get(who, (0, 0))
        found[who] = Evidence(
            halls.get(who, frozenset()),
            beats.get(who, {}),
            platform.get(who, {}),
            corrected.get(who, {}),
            asked,
            answered,
        )
    return found


def _beats(
    meeting_id: int, windows: Mapping[int, Sequence[Span]], ids: Collection[int] | None
) -> dict[int, dict[int, float]]:
    """The minutes that `watching.minutes` makes of everybody's beats, reckoned in the database: each beat lasts until
    the next one of that person, 90 s at most. Whole seconds on SQLite.
    """
    spans = [span for mine in windows.values() for span in mine]
    if not spans:
        return {}
    at = sa.cast(sa.extract("epoch", Beat.at), sa.Float)
    following = sa.func.lead(at).over(partition_by=Beat.delegate_id, order_by=Beat.at)
    query = sa.select(Beat.delegate_id.label("who"), at.label("at"), following.label("following")).where(
        Beat.meeting_id == meeting_id,
        Beat.at > min(span.begins for span in spans) - WATCHING,
        Beat.at < max(span.ends for span in spans),
    )
    beats = (query if ids is None else query.where(Beat.delegate_id.in_(ids))).subquery()
    last = beats.c.at + WATCHING.total_seconds()
    until = sa.case((beats.c.following < last, beats.c.following), else_=last)
    lasting = sa.select(beats.c.who, beats.c.at, until.label("until")).subquery()
    keys = [key for key, mine in windows.items() if mine]
    seconds = [sa.func.sum(sum((_inside(lasting, span) for span in windows[key]), sa.literal(0.0))) for key in keys]
    found = {}
    for who, *mine in db.session().execute(sa.select(lasting.c.who, *seconds).group_by(lasting.c.who)):
        found[who] = {key: round(n / 60, 2) for key, n in zip(keys, mine, strict=True) if n}
    return found


def _inside(lasting: sa.Subquery, span: Span) -> sa.ColumnElement[float]:
    """The seconds of a beat inside the span."""
    begins, ends = span.begins.timestamp(), span.ends.timestamp()
    first = sa.case((lasting.c.at > begins, lasting.c.at), else_=begins)
    last = sa.case((lasting.c.until < ends, lasting.c.until), else_=ends)
    return sa.case((sa.and_(lasting.c.at < ends, lasting.c.until > begins), last - first), else_=0.0)


def _slots(sessions: Iterable[AgendaItem]) -> list[Slot]:
    return [Slot(one.id, one.starts_at, one.ends_at) for one in sessions if one.starts_at and one.ends_at]
