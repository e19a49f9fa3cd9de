"""The sessions of an agenda's draft (场次): added, edited, copied, taken away.

Who edits says what they saw (`agenda_draft.Seen`); None does not ask.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AgendaRoom, AgendaSession, Meeting, SignUpLine, Star, Talk
from conference.rules import agenda_times as rules
from conference.services import agenda_draft, agenda_uses
from conference.services.agenda_draft import RoleSaid, Said, Seen, moment_said
from conference.services.agenda_moves import Moved, follow, put_in_order
from conference.services.delegates import Doing
from conference.vocabulary import AgendaKind, Fault, Malformed, Missing, Refusal, Refused


@dataclass(frozen=True)
class SessionFacts:
    """A session as a form says it; times are both there or neither."""

    kind: AgendaKind
    title: str
    detail: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    room_id: int | None = None
    online: bool = True
    roles: tuple[RoleSaid, ...] = ()


@dataclass(frozen=True)
class Kept:
    """What an act left behind: the session, and which others moved with it."""

    session: AgendaSession
    moved: tuple[Moved, ...] = ()


def add(meeting_id: int, facts: SessionFacts, doing: Doing, *, follows: bool = False) -> Kept:
    """A new session, where the clock wants it, else at the end. With `follows` what begins at its time or later makes
    room. Raises Malformed (times, room, people, too_many) and Missing.
    """
    return add_all(meeting_id, [facts], doing, follows=follows)[0]


def add_all(
    meeting_id: int,
    several: Sequence[SessionFacts],
    doing: Doing,
    *,
    follows: bool = False,
    version: int | None = None,
) -> list[Kept]:
    """Several new ones at once; all or none. With `version` only to the draft as it was then, so that the same ones do
    not come twice: raises Refused (changed_meanwhile).
    """
    with db.transaction() as session:
        meeting = agenda_draft.held(session, meeting_id)
        if version is not None and meeting.agenda_version != version + 1:
            raise Refused(Refusal.CHANGED_MEANWHILE)
        there = agenda_draft.rows(session, meeting_id)
        if len(there) + len(several) > agenda_draft.MOST_SESSIONS:
            raise Malformed({"title": Fault.TOO_MANY})
        kept = []
        for facts in several:
            _check(session, meeting_id, facts)
            row = AgendaSession(
                meeting_id=meeting_id, rank=len(there), kind=facts.kind, title=facts.title, roles=[], talks=[]
            )
            _write(session, row, _said(facts, agenda_draft.people(session, meeting, facts.roles, doing)))
            moved = _make_room(session, meeting, there, row, doing) if follows else ()
            there.append(row)
            agenda_draft.record(session, doing, "agenda.session_added", row, meeting_id, after=_spoken(session, row))
            kept.append(Kept(row, moved))
        gone = {id_ for one in kept for id_ in (one.session.id, *(moved.session_id for moved in one.moved))}
        put_in_order(session, meeting_id, there, gone)
        session.flush()
        return kept


def edit(
    meeting_id: int,
    session_id: int,
    facts: SessionFacts,
    doing: Doing,
    *,
    seen: Seen | None = None,
    follows: bool = False,
) -> Kept:
    """Say it otherwise. With `follows` the later ones of its day in its room move by as much as its end does.

    Raises Malformed, Missing, and Refused (changed_meanwhile) where somebody else changed what is changed here.
    """
    with db.transaction() as session:
        meeting = agenda_draft.held(session, meeting_id)
        row = one(meeting_id, session_id)
        _check(session, meeting_id, facts)
        before, old = _spoken(session, row), rules.times(row)
        later = rules.following(agenda_draft.rows(session, meeting_id), row, meeting.timezone) if follows else []
        mine = _said(facts, agenda_draft.people(session, meeting, facts.roles, doing))
        there, room_id = said(row), row.room_id
        _write(session, row, agenda_draft.merged(mine, there, seen, meeting))
        new, same_room = rules.times(row), row.room_id == room_id
        by = rules.followed(old, new, same_room=same_room, timezone=meeting.timezone)
        moved = follow(session, meeting_id, later, by, doing)
        if (old, room_id) != (new, row.room_id) or moved:
            gone = {row.id, *(one.session_id for one in moved)}
            put_in_order(session, meeting_id, agenda_draft.rows(session, meeting_id), gone)
        session.flush()
        agenda_draft.record(
            session, doing, "agenda.session_edited", row, meeting_id, before=before, after=_spoken(session, row)
        )
        return Kept(row, moved)


def duplicate(meeting_id: int, session_id: int, doing: Doing) -> AgendaSession:
    """The same again right after it, with its people and talks, beginning when it ends; without places of its own.

    Raises Malformed (too_many) and Missing.
    """
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        there = agenda_draft.rows(session, meeting_id)
        if len(there) >= agenda_draft.MOST_SESSIONS:
            raise Malformed({"title": Fault.TOO_MANY})
        row = one(meeting_id, session_id)
        facts = said(row)
        if held := rules.times(row):
            facts["times"] = [moment_said(held[1]), moment_said(held[1] + (held[1] - held[0]))]
        copy = AgendaSession(meeting_id=meeting_id, rank=0, kind=row.kind, title=row.title, roles=[], talks=[])
        _write(session, copy, facts)
        for talk in row.talks:
            plain = ("rank", "kind", "title", "abstract", "minutes", "unit_id", "unit_name")
            again = Talk(session_id=copy.id, **{name: getattr(talk, name) for name in plain})
            copy.talks.append(again)
            session.flush()
            agenda_draft.write_roles(session, copy, again.id, agenda_draft.roles_said(row, talk.id))
        there.insert(there.index(row) + 1, copy)
        put_in_order(session, meeting_id, there, {copy.id})
        session.flush()
        agenda_draft.record(session, doing, "agenda.session_copied", copy, meeting_id, after=_spoken(session, copy))
        return copy


def take_away(meeting_id: int, session_id: int, doing: Doing, *, seen: Seen | None = None) -> None:
    """It stands in the draft no more, nor do its talks.

    One that is on the last release stays there until the next, and its row for good: what hangs on it does so by the
    release, and its people are told at the next one. Raises Missing, and Refused (in_use: `agenda_uses` says what;
    changed_meanwhile).
    """
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        row = one(meeting_id, session_id)
        agenda_draft.unchanged(said_with_talks(row), seen)
        uses = agenda_uses.of_session(meeting_id, session_id)
        if uses.held:
            raise Refused(Refusal.IN_USE)
        before = _spoken(session, row) | {"talks": len(row.talks)}
        agenda_draft.record(session, doing, "agenda.session_removed", row, meeting_id, before=before)
        if uses.kept:
            row.removed_at = doing.now
            session.flush()
            agenda_draft.rank(agenda_draft.rows(session, meeting_id))
            return
        session.execute(sa.delete(Star).where(Star.session_id == session_id))
        line = session.get(SignUpLine, row.sign_up_line_id) if row.sign_up_line_id else None
        row.sign_up_line_id = None
        row.roles.clear()  # those of its talks too, which they point to
        session.flush()
        session.delete(row)
        session.flush()
        if line is not None:
            session.delete(line)
        agenda_draft.rank(agenda_draft.rows(session, meeting_id))
        session.flush()


def one(meeting_id: int, session_id: int) -> AgendaSession:
    """Raises Missing."""
    found = db.session().get(AgendaSession, session_id)
    if found is None or found.meeting_id != meeting_id or found.removed_at is not None:
        raise Missing
    return found


def said(row: AgendaSession) -> Said:
    """What a session says, by field: what `digests` are made of."""
    return {
        "kind": row.kind.value,
        "title": row.title,
        "detail": row.detail,
        "times": [moment_said(row.starts_at), moment_said(row.ends_at)],
        "room_id": row.room_id,
        "online": row.online,
        "roles": agenda_draft.roles_said(row, None),
    }


def said_with_talks(row: AgendaSession) -> Said:
    """The same, and which talks are in it: what somebody sees who takes it away."""
    return said(row) | {"talks": [one.id for one in row.talks]}


def _said(facts: SessionFacts, roles: list[list[Any]]) -> Said:
    return {
        "kind": facts.kind.value,
        "title": facts.title,
        "detail": facts.detail,
        "times": [moment_said(facts.starts_at), moment_said(facts.ends_at)],
        "room_id": facts.room_id,
        "online": facts.online,
        "roles": roles,
    }


def _write(session: Session, row: AgendaSession, wanted: Said) -> None:
    row.kind, row.title, row.detail = AgendaKind(wanted["kind"]), wanted["title"], wanted["detail"]
    row.starts_at, row.ends_at = (datetime.fromisoformat(text) if text else None for text in wanted["times"])
    row.room_id, row.online = wanted["room_id"], wanted["online"]
    session.add(row)
    session.flush()
    agenda_draft.write_roles(session, row, None, wanted["roles"])


def _check(session: Session, meeting_id: int, facts: SessionFacts) -> None:
    if (facts.starts_at is None) != (facts.ends_at is None):
        raise Malformed({"begins" if facts.starts_at is None else "ends": Fault.REQUIRED})
    if facts.starts_at and facts.ends_at and facts.starts_at >= facts.ends_at:
        raise Malformed({"ends": Fault.TIMES_BACKWARDS})
    if facts.room_id is not None:
        room = session.get(AgendaRoom, facts.room_id)
        if room is None or room.meeting_id != meeting_id:
            raise Malformed({"room": Fault.UNKNOWN_ID})


def _make_room(
    session: Session, meeting: Meeting, there: list[AgendaSession], row: AgendaSession, doing: Doing
) -> tuple[Moved, ...]:
    """What begins when a new session does, or later in its chain, begins so much later."""
    held = rules.times(row)
    if held is None:
        return ()
    rest = rules.chain(there, rules.day_of(held[0], meeting.timezone), row.room_id, meeting.timezone)
    later = [one for one in rest if one.starts_at and one.starts_at >= held[0]]
    return follow(session, meeting.id, later, held[1] - held[0], doing)


def _spoken(session: Session, row: AgendaSession) -> dict[str, Any]:
    room = session.get(AgendaRoom, row.room_id) if row.room_id else None
    kept = agenda_draft.spoken(said(row))
    del kept["room_id"]
    return kept | {"room": room.name if room else ""}
