"""Who is told of a release of the agenda: those whose items changed, once each, with all of theirs in one message."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AgendaPerson, AgendaRelease, AgendaSession, Delegate, OutboxMessage, SignUp, Star
from conference.rules.agenda_changes import Change
from conference.services import outbox
from conference.vocabulary import ACTIVE_STATUSES, MessageKind, MessageState

AT_ONCE = 500


def touched(session: Session, changes: Sequence[Change]) -> dict[int, list[int]]:
    """By the id of a delegate whose place counts, the ids of the changed sessions that are theirs: they stand there on
    the agenda, marked it, or signed up for it.
    """
    of_person: dict[int, set[int]] = {}
    for change in changes:
        for person_id in change.person_ids:
            of_person.setdefault(person_id, set()).add(change.session_id)
    theirs: dict[int, set[int]] = {}
    linked = (
        sa.select(AgendaPerson.id, Delegate.id)
        .join(Delegate, Delegate.id == AgendaPerson.delegate_id)
        .where(AgendaPerson.id.in_(of_person))
    )
    for person_id, delegate_id in _standing(session, linked):
        theirs.setdefault(delegate_id, set()).update(of_person[person_id])
    ids = [change.session_id for change in changes]
    starred = (
        sa.select(Star.session_id, Delegate.id)
        .join(Delegate, Delegate.id == Star.delegate_id)
        .where(Star.session_id.in_(ids))
    )
    signed_up = (
        sa.select(AgendaSession.id, Delegate.id)
        .join(SignUp, SignUp.line_id == AgendaSession.sign_up_line_id)
        .join(Delegate, Delegate.id == SignUp.delegate_id)
        .where(AgendaSession.id.in_(ids))
    )
    for query in (starred, signed_up):
        for session_id, delegate_id in _standing(session, query):
            theirs.setdefault(delegate_id, set()).add(session_id)
    return {delegate_id: [id_ for id_ in ids if id_ in mine] for delegate_id, mine in sorted(theirs.items())}


def put(session: Session, release: AgendaRelease, theirs: Mapping[int, Sequence[int]]) -> int:
    """A message to each of `theirs` (as `touched` found them), which says what is different when it is sent; returns to
    how many.
    """
    table = cast("sa.Table", OutboxMessage.__table__)
    rows = [
        {
            "meeting_id": release.meeting_id,
            "agenda_release_id": release.id,
            "delegate_id": delegate_id,
            "kind": MessageKind.AGENDA_CHANGED,
            "state": MessageState.WAITING,
            "facts": {"sessions": ids},
            "attempts": 0,
            "forgiven": 0,
            "created_at": release.released_at,
            "next_attempt_at": release.released_at,
        }
        for delegate_id, ids in theirs.items()
    ]
    once = db.insert(session, table).on_conflict_do_nothing(
        index_elements=["agenda_release_id", "delegate_id"], index_where=sa.text("agenda_release_id IS NOT NULL")
    )
    for first in range(0, len(rows), AT_ONCE):
        session.connection().execute(once, rows[first : first + AT_ONCE])
    if rows:
        outbox.nudge(session)
    return len(rows)


def _standing(session: Session, query: sa.Select[int, int]) -> Iterable[tuple[int, int]]:
    """The rows of `query` whose delegate has a place that counts."""
    return session.execute(query.where(Delegate.status.in_(ACTIVE_STATUSES)))
