"""Sessions that somebody marked for their own agenda (收藏).

A star's own row is its trace. For a repeat entry (docs/decisions/0004) it is kept beside the entry, for its page alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AccessLink, AgendaSession, Delegate, RepeatEntry, Star
from conference.services import agenda_content, told
from conference.vocabulary import Missing


@dataclass(frozen=True)
class Starred:
    """What is kept about one: the session by its title in the draft, empty where that is gone."""

    session: str
    starred_at: datetime


def star(link: AccessLink, session_id: int, *, now: datetime) -> None:
    """Mark a session of the last release for the holder of `link`; a second time nothing changes. Raises Missing."""
    with db.transaction() as session:
        _require(session, link, session_id)
        if link.repeat_id is not None:
            _keep(session, link.repeat_id, session_id, starred_at=now)
            return
        row = {"delegate_id": link.delegate_id, "session_id": session_id, "starred_at": now}
        statement = db.insert(session, cast("sa.Table", Star.__table__)).values(row)
        session.execute(statement.on_conflict_do_nothing(index_elements=["delegate_id", "session_id"]))


def unstar(link: AccessLink, session_id: int) -> None:
    """Take the mark off; where there is none, nothing changes."""
    with db.transaction() as session:
        if link.repeat_id is not None:
            _keep(session, link.repeat_id, session_id, starred_at=None)
            return
        session.execute(sa.delete(Star).where(Star.delegate_id == link.delegate_id, Star.session_id == session_id))


def of_link(link: AccessLink) -> frozenset[int]:
    """The sessions that the holder marked, those that are on the agenda no more among them."""
    return frozenset(_marked(link))


def own_data(link: AccessLink) -> tuple[Starred, ...]:
    """All that is kept, the earliest mark first."""
    marked = _marked(link)
    query = sa.select(AgendaSession.id, AgendaSession.title).where(AgendaSession.id.in_(marked))
    titles = {row.id: row.title for row in db.session().execute(query)}
    return tuple(Starred(titles.get(id_, ""), at) for id_, at in sorted(marked.items(), key=lambda one: one[1]))


def _require(session: Session, link: AccessLink, session_id: int) -> None:
    """Raises Missing where the session is not on the last release; the rows of those on it stay."""
    meeting_id = session.get_one(Delegate, link.delegate_id).meeting_id
    agenda = agenda_content.released(meeting_id)
    if agenda is None or session_id not in agenda.session:
        raise Missing


def _keep(session: Session, repeat_id: int, session_id: int, *, starred_at: datetime | None) -> None:
    kept = told.Told(told.locked(session, repeat_id))
    held = [one for one in kept.stars if one["session_id"] == session_id]
    if starred_at is None:
        kept.stars = [one for one in kept.stars if one not in held]
    elif not held:
        kept.stars.append({"session_id": session_id, "starred_at": starred_at.isoformat()})
    kept.keep()


def _marked(link: AccessLink) -> dict[int, datetime]:
    session = db.session()
    if link.repeat_id is not None:
        kept = told.Told(session.get_one(RepeatEntry, link.repeat_id)).stars
        return {one["session_id"]: datetime.fromisoformat(one["starred_at"]) for one in kept}
    query = sa.select(Star.session_id, Star.starred_at).where(Star.delegate_id == link.delegate_id)
    return {row.session_id: row.starred_at for row in session.execute(query)}
