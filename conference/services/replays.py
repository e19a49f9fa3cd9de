"""Replays (回放): recordings of a meeting, with a mark for each talk, and who may see them.

    replays.shown(meeting_id, public_only=True)        what a page of replays has, with the titles of the last release
    replays.add(meeting_id, facts, doing)              what organisers do; marks: replay_marking

One that was taken away is kept, and can be brought back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AgendaSession, Meeting, Replay
from conference.rules import replays as rules
from conference.rules import web_links
from conference.rules.agenda import Agenda
from conference.rules.replays import Spot
from conference.rules.text import SHORT_LIMIT, fault_in
from conference.sealing import digest
from conference.services import activity, material_versions, stage_told
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused, Viewership


@dataclass(frozen=True)
class ReplayFacts:
    """`session_id` None where it is of the whole meeting; `begins_at` is when the recording began, where that is
    known.
    """

    title: str
    url: str
    session_id: int | None = None
    audience: Viewership = Viewership.DELEGATES
    begins_at: datetime | None = None


@dataclass(frozen=True)
class Mark:
    """`seconds` from the beginning of the recording; `talk_id` None for the beginning of a session; `who` may be
    empty.
    """

    session_id: int
    talk_id: int | None
    title: str
    who: str
    seconds: int


@dataclass(frozen=True)
class ShownReplay:
    """`marks` by their seconds; `plays_here` is False for a page of somebody else's, which is opened instead."""

    id: int
    title: str
    url: str
    session_id: int | None
    marks: tuple[Mark, ...]
    audience: Viewership

    @property
    def plays_here(self) -> bool:
        return rules.plays_here(self.url)

    @property
    def host(self) -> str:
        return web_links.host(self.url)


def shown(meeting_id: int, public_only: bool) -> tuple[ShownReplay, ...]:
    """Those that were not taken away, in their order; only what everybody may see with `public_only`. A mark of what is
    not on the last release is left out. Raises Missing where there is no such meeting.
    """
    query = sa.select(Replay).where(Replay.meeting_id == meeting_id, Replay.removed_at.is_(None))
    if public_only:
        query = query.where(Replay.audience == Viewership.PUBLIC)
    found = db.session().scalars(query.order_by(Replay.rank, Replay.id)).all()
    if not found:
        return ()
    agenda = stage_told.read(_meeting(meeting_id)).released
    return tuple(
        ShownReplay(one.id, one.title, one.url, one.session_id, _marks(agenda, one), one.audience) for one in found
    )


def add(meeting_id: int, facts: ReplayFacts, doing: Doing) -> Replay:
    """A new one, after the others. Raises Malformed (title, url, session_id), Missing, Refused (meeting_over)."""
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        there = listed(meeting_id)
        if len(there) >= rules.MOST:
            raise Malformed({"url": Fault.TOO_MANY})
        facts = _checked(session, meeting_id, facts)
        rank = there[-1].rank + 1 if there else 0
        replay = Replay(meeting_id=meeting_id, rank=rank, marks=[], created_at=doing.now, **asdict(facts))
        session.add(replay)
        session.flush()
        record(session, doing, "replay.added", replay, {}, _said(replay))
        return replay


def edit(meeting_id: int, replay_id: int, facts: ReplayFacts, doing: Doing, *, seen: str | None = None) -> Replay:
    """Say it otherwise; `seen` is the `stamp` of what was looked at, None not to ask; its marks stay as they are.

    Raises as `add` does, and Refused (changed_meanwhile).
    """
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        replay = held(session, meeting_id, replay_id)
        facts = _checked(session, meeting_id, facts, before=replay)
        if facts != facts_of(replay):
            same(replay, seen)
            before = _said(replay)
            for name, value in asdict(facts).items():
                setattr(replay, name, value)
            record(session, doing, "replay.edited", replay, before, _said(replay))
        return replay


def step(meeting_id: int, replay_id: int, places: int, doing: Doing) -> None:
    """So many places down, up where negative, as far as there is room. Raises Missing, Refused (meeting_over)."""
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        replay = held(session, meeting_id, replay_id)
        there = listed(meeting_id)
        here = there.index(replay)
        there.insert(max(0, here + places), there.pop(here))
        for at, each in enumerate(there):
            each.rank = at
        if (now := there.index(replay)) != here:
            record(session, doing, "replay.moved", replay, {"rank": here + 1}, {"rank": now + 1})


def remove(meeting_id: int, replay_id: int, doing: Doing) -> Replay:
    """Nobody outside the desk sees it, and it is kept. Once is enough. Raises Missing, Refused (meeting_over)."""
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        replay = held(session, meeting_id, replay_id, removed=True)
        if replay.removed_at is None:
            replay.removed_at = doing.now
            record(session, doing, "replay.removed", replay, _said(replay), {})
        return replay


def bring_back(meeting_id: int, replay_id: int, doing: Doing) -> Replay:
    """Undo that; it stands at the end. Raises Missing, Malformed (url: too_many), Refused (meeting_over)."""
    with db.transaction() as session:
        material_versions.open_meeting(session, meeting_id)
        replay = held(session, meeting_id, replay_id, removed=True)
        if replay.removed_at is not None:
            there = listed(meeting_id)
            if len(there) >= rules.MOST:
                raise Malformed({"url": Fault.TOO_MANY})
            replay.rank, replay.removed_at = there[-1].rank + 1 if there else 0, None
            record(session, doing, "replay.brought_back", replay, {}, _said(replay))
        return replay


def listed(meeting_id: int) -> list[Replay]:
    """Those that were not taken away, in their order."""
    query = sa.select(Replay).where(Replay.meeting_id == meeting_id, Replay.removed_at.is_(None))
    return list(db.session().scalars(query.order_by(Replay.rank, Replay.id)))


def removed(meeting_id: int) -> list[Replay]:
    """Those that were taken away, the last one first."""
    query = sa.select(Replay).where(Replay.meeting_id == meeting_id, Replay.removed_at.is_not(None))
    return list(db.session().scalars(query.order_by(Replay.removed_at.desc(), Replay.id)))


def one(meeting_id: int, replay_id: int) -> Replay:
    """Raises Missing, also where it was taken away."""
    found = db.session().get(Replay, replay_id)
    if found is None or found.meeting_id != meeting_id or found.removed_at is not None:
        raise Missing
    return found


def facts_of(replay: Replay) -> ReplayFacts:
    return ReplayFacts(**{name: getattr(replay, name) for name in ReplayFacts.__dataclass_fields__})


def marks_of(replay: Replay) -> dict[Spot, int]:
    """All of them, those of what is on the agenda no more too."""
    return {Spot(one["session_id"], one["talk_id"]): one["seconds"] for one in replay.marks}


def stamp(replay: Replay) -> str:
    """Another one after every change of what is said of it, its marks too."""
    return digest(f"{facts_of(replay)} {sorted(marks_of(replay).items(), key=repr)}")


def forget_meeting(session: Session, meeting_id: int) -> None:
    """A meeting's time is up: where its recordings are goes with the rest."""
    session.execute(sa.delete(Replay).where(Replay.meeting_id == meeting_id))


def _marks(agenda: Agenda, replay: Replay) -> tuple[Mark, ...]:
    named = {spot: said for spot in marks_of(replay) if (said := rules.titled(agenda, spot))}
    order = {spot: at for at, spot in enumerate(rules.spots(agenda.sessions))}
    there = sorted((at, order[spot], spot) for spot, at in marks_of(replay).items() if spot in named)
    return tuple(Mark(spot.session_id, spot.talk_id, *named[spot], at) for at, _, spot in there)


def _meeting(meeting_id: int) -> Meeting:
    found = db.session().get(Meeting, meeting_id)
    if found is None:
        raise Missing
    return found


def held(session: Session, meeting_id: int, replay_id: int, *, removed: bool = False) -> Replay:
    """One, locked. Raises Missing."""
    query = sa.select(Replay).where(Replay.id == replay_id, Replay.meeting_id == meeting_id)
    found = session.scalars(db.lock(query)).first()
    if found is None or (found.removed_at is not None and not removed):
        raise Missing
    return found


def same(replay: Replay, seen: str | None) -> None:
    """Raises Refused (changed_meanwhile) where it is no longer what was looked at."""
    if seen is not None and seen != stamp(replay):
        raise Refused(Refusal.CHANGED_MEANWHILE)


def _checked(session: Session, meeting_id: int, facts: ReplayFacts, *, before: Replay | None = None) -> ReplayFacts:
    """The same, trimmed, its address as it is kept. Raises Malformed."""
    address = rules.address(facts.url)
    faults = {
        "title": fault_in(facts.title, limit=SHORT_LIMIT),
        "url": address if isinstance(address, Fault) else None,
    }
    if facts.session_id is not None and (before is None or facts.session_id != before.session_id):
        row = session.get(AgendaSession, facts.session_id)
        if row is None or row.meeting_id != meeting_id:
            faults["session_id"] = Fault.UNKNOWN_CHOICE
    if wrong := {field: fault for field, fault in faults.items() if fault is not None}:
        raise Malformed(wrong)
    return ReplayFacts(facts.title.strip(), str(address), facts.session_id, facts.audience, facts.begins_at)


def _said(replay: Replay) -> dict[str, Any]:
    """What the record keeps of one: of its address where it leads to, since it may carry a key."""
    return {
        "heading": replay.title,
        "host": web_links.host(replay.url),
        "session_id": replay.session_id,
        "audience": replay.audience,
        "begins_at": replay.begins_at and replay.begins_at.isoformat(),
    }


def record(
    session: Session,
    doing: Doing,
    verb: str,
    replay: Replay,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
) -> None:
    """Write down what was done to one."""
    facts = {"meeting_id": replay.meeting_id, "now": doing.now, "before": before, "after": after}
    activity.record(session, doing.actor, verb, "replay", replay.id, **facts)  # type: ignore[arg-type]  # of several types
