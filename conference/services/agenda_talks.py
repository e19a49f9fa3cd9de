"""The talks in a session of the draft (发言): added, edited, copied, moved, taken away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AgendaSession, Material, Talk, Unit
from conference.services import agenda, agenda_draft, agenda_uses
from conference.services.agenda_draft import RoleSaid, Said, Seen
from conference.services.delegates import Doing
from conference.services.units import part_of
from conference.vocabulary import Fault, Malformed, Missing, Refusal, Refused, TalkKind


@dataclass(frozen=True)
class TalkFacts:
    """A talk as a form says it; `unit_id` is a unit of the meeting, `unit_name` what stands on the agenda."""

    kind: TalkKind = TalkKind.EXPERIENCE
    title: str = ""
    abstract: str = ""
    minutes: int | None = None
    unit_id: int | None = None
    unit_name: str = ""
    roles: tuple[RoleSaid, ...] = ()


def add(meeting_id: int, session_id: int, facts: TalkFacts, doing: Doing) -> Talk:
    """A new talk after the others. Raises Malformed (nothing said, too_many, unit, people) and Missing."""
    with db.transaction() as session:
        meeting = agenda_draft.held(session, meeting_id)
        row = agenda.one(meeting_id, session_id)
        if len(row.talks) >= agenda_draft.MOST_TALKS:
            raise Malformed({"title": Fault.TOO_MANY})
        wanted = _said(session, meeting_id, facts, agenda_draft.people(session, meeting, facts.roles, doing))
        talk = Talk(session_id=row.id, rank=len(row.talks), kind=facts.kind)
        row.talks.append(talk)
        _write(session, row, talk, wanted)
        agenda_draft.record(session, doing, "agenda.talk_added", talk, meeting_id, after=_spoken(row, talk))
        return talk


def edit(
    meeting_id: int, session_id: int, talk_id: int, facts: TalkFacts, doing: Doing, *, seen: Seen | None = None
) -> Talk:
    """Say it otherwise. Raises Malformed, Missing and Refused (changed_meanwhile)."""
    with db.transaction() as session:
        meeting = agenda_draft.held(session, meeting_id)
        row, talk = _held(meeting_id, session_id, talk_id)
        before = _spoken(row, talk)
        mine = _said(session, meeting_id, facts, agenda_draft.people(session, meeting, facts.roles, doing))
        if facts.unit_name == talk.unit_name:
            mine["unit"] = [facts.unit_id or talk.unit_id, talk.unit_name]
        _write(session, row, talk, agenda_draft.merged(mine, said(row, talk), seen, meeting))
        agenda_draft.record(
            session, doing, "agenda.talk_edited", talk, meeting_id, before=before, after=_spoken(row, talk)
        )
        return talk


def duplicate(meeting_id: int, session_id: int, talk_id: int, doing: Doing) -> Talk:
    """The same again right after it. Raises Malformed (too_many) and Missing."""
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        row, talk = _held(meeting_id, session_id, talk_id)
        if len(row.talks) >= agenda_draft.MOST_TALKS:
            raise Malformed({"title": Fault.TOO_MANY})
        copy = Talk(session_id=row.id, rank=0, kind=talk.kind)
        row.talks.insert(row.talks.index(talk) + 1, copy)
        _write(session, row, copy, said(row, talk))
        agenda_draft.rank(row.talks)
        session.flush()
        agenda_draft.record(session, doing, "agenda.talk_added", copy, meeting_id, after=_spoken(row, copy))
        return copy


def step(meeting_id: int, session_id: int, talk_id: int, places: int, doing: Doing) -> None:
    """So many places down, up where negative, as far as there is room. Raises Missing."""
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        row, talk = _held(meeting_id, session_id, talk_id)
        _put(session, row, talk, max(0, row.talks.index(talk) + places), doing)


def drop(meeting_id: int, session_id: int, talk_id: int, beside_id: int, doing: Doing, *, after: bool = False) -> None:
    """Before another talk of the same session, or `after` it. Raises Missing."""
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        row, talk = _held(meeting_id, session_id, talk_id)
        others = [one.id for one in row.talks if one is not talk]
        if beside_id == talk_id:
            return
        if beside_id not in others:
            raise Missing
        _put(session, row, talk, others.index(beside_id) + after, doing)


def take_away(meeting_id: int, session_id: int, talk_id: int, doing: Doing, *, seen: Seen | None = None) -> None:
    """It stands in the draft no more. Raises Missing, Refused (in_use, changed_meanwhile)."""
    with db.transaction() as session:
        agenda_draft.held(session, meeting_id)
        row, talk = _held(meeting_id, session_id, talk_id)
        agenda_draft.unchanged(said(row, talk), seen)
        if agenda_uses.of_talk(talk_id).held:
            raise Refused(Refusal.IN_USE)
        agenda_draft.record(session, doing, "agenda.talk_removed", talk, meeting_id, before=_spoken(row, talk))
        agenda_draft.write_roles(session, row, talk.id, [])
        # What was taken down stays with the session.
        session.execute(sa.update(Material).where(Material.talk_id == talk_id).values(talk_id=None))
        row.talks.remove(talk)
        session.flush()
        agenda_draft.rank(row.talks)
        session.flush()


def one(meeting_id: int, session_id: int, talk_id: int) -> Talk:
    """Raises Missing."""
    return _held(meeting_id, session_id, talk_id)[1]


def said(row: AgendaSession, talk: Talk) -> Said:
    """What a talk says, by field."""
    return {
        "kind": talk.kind.value,
        "title": talk.title,
        "abstract": talk.abstract,
        "minutes": talk.minutes,
        "unit": [talk.unit_id, talk.unit_name],
        "roles": agenda_draft.roles_said(row, talk.id),
    }


def _put(session: Session, row: AgendaSession, talk: Talk, at: int, doing: Doing) -> None:
    here = row.talks.index(talk)
    order = [one for one in row.talks if one is not talk]
    order.insert(at, talk)
    if order == list(row.talks):
        return
    agenda_draft.rank(order)
    session.flush()
    session.expire(row, ["talks"])
    before, after = {"rank": here + 1}, {"rank": order.index(talk) + 1}
    agenda_draft.record(session, doing, "agenda.talk_moved", talk, row.meeting_id, before=before, after=after)


def _held(meeting_id: int, session_id: int, talk_id: int) -> tuple[AgendaSession, Talk]:
    row = agenda.one(meeting_id, session_id)
    found = next((talk for talk in row.talks if talk.id == talk_id), None)
    if found is None:
        raise Missing
    return row, found


def _said(session: Session, meeting_id: int, facts: TalkFacts, roles: list[list[Any]]) -> Said:
    if not (facts.title or facts.unit_name or facts.unit_id or roles):
        raise Malformed({"title": Fault.REQUIRED})
    unit: list[Any] = [agenda_draft.unit_called(session, meeting_id, facts.unit_name), facts.unit_name]
    if facts.unit_id is not None:
        if part_of(session, meeting_id, facts.unit_id) is None:
            raise Malformed({"unit": Fault.UNKNOWN_ID})
        chosen = session.get_one(Unit, facts.unit_id)
        if facts.unit_name in {"", chosen.name}:  # else another name was typed over it
            unit = [chosen.id, chosen.name]
    return {
        "kind": facts.kind.value,
        "title": facts.title,
        "abstract": facts.abstract,
        "minutes": facts.minutes,
        "unit": unit,
        "roles": roles,
    }


def _write(session: Session, row: AgendaSession, talk: Talk, wanted: Said) -> None:
    talk.kind, talk.title, talk.abstract = TalkKind(wanted["kind"]), wanted["title"], wanted["abstract"]
    talk.minutes = wanted["minutes"]
    talk.unit_id, talk.unit_name = wanted["unit"]
    session.flush()
    agenda_draft.write_roles(session, row, talk.id, wanted["roles"])


def _spoken(row: AgendaSession, talk: Talk) -> dict[str, Any]:
    kept = agenda_draft.spoken(said(row, talk))
    return kept | {"unit": talk.unit_name}
