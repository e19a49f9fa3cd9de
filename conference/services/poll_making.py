"""Polls (投票) at the desk: prepared, opened, closed, their results shown.

Everything here holds the poll, and nothing else that others wait for.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AgendaSession, Meeting, Poll, PollChoice
from conference.rules import polls as rules
from conference.rules.polls import Asked
from conference.sealing import digest
from conference.services import activity, poll_board
from conference.services.delegates import Doing
from conference.vocabulary import Fault, Malformed, MeetingStatus, Missing, PollKind, PollState, Refusal, Refused


def prepare(meeting_id: int, asked: Asked, doing: Doing, *, session_id: int | None = None) -> Poll:
    """A draft. Raises Malformed (title, options, most, session_id), Refused (meeting_over)."""
    with db.transaction() as session:
        _must_go_on(session, meeting_id)
        _check(session, meeting_id, asked, session_id)
        poll = Poll(meeting_id=meeting_id, state=PollState.DRAFT, created_at=doing.now)
        _write(poll, asked, session_id)
        session.add(poll)
        session.flush()
        _record(session, doing, "poll.added", poll, {}, _facts(poll))
        return poll


def change(
    meeting_id: int,
    poll_id: int,
    asked: Asked,
    doing: Doing,
    *,
    session_id: int | None = None,
    seen: str | None = None,
) -> Poll:
    """Until the first vote. `seen` is the `stamp` of what was edited, None not to ask.

    Raises Missing, Refused (poll_voted, meeting_over, changed_meanwhile) and Malformed as `prepare` does.
    """
    with db.transaction() as session:
        _must_go_on(session, meeting_id)
        poll = _held(session, meeting_id, poll_id)
        before = _facts(poll)
        _check(session, meeting_id, asked, session_id, known=poll.session_id)
        if (poll_board.asked(poll), poll.session_id) == (asked, session_id):
            return poll
        _refuse_voted(session, poll)
        if seen is not None and seen != stamp(poll):
            raise Refused(Refusal.CHANGED_MEANWHILE)
        _write(poll, asked, session_id)
        _record(session, doing, "poll.changed", poll, before, _facts(poll))
        return poll


def copy(meeting_id: int, poll_id: int, doing: Doing) -> Poll:
    """Another draft that asks the same. Raises Missing, Refused (meeting_over)."""
    with db.transaction() as session:
        _must_go_on(session, meeting_id)
        old = _held(session, meeting_id, poll_id)
        poll = Poll(meeting_id=meeting_id, state=PollState.DRAFT, created_at=doing.now)
        _write(poll, poll_board.asked(old), old.session_id)
        session.add(poll)
        session.flush()
        _record(session, doing, "poll.copied", poll, {}, _facts(poll))
        return poll


def start(meeting_id: int, poll_id: int, doing: Doing) -> Poll:
    """Everybody may choose from now on, also in one that was closed; on an open one nothing changes.

    Raises Missing, Refused (meeting_over).
    """
    with db.transaction() as session:
        _must_go_on(session, meeting_id)
        poll = _held(session, meeting_id, poll_id)
        if poll.state is not PollState.OPEN:
            before = poll.state
            poll.state, poll.opened_at, poll.closed_at = PollState.OPEN, doing.now, None
            _record(session, doing, "poll.started", poll, {"poll_state": before.value}, _state(poll))
        return poll


def close(meeting_id: int, poll_id: int, doing: Doing) -> Poll:
    """Nobody chooses any more once this has returned; on one that is not open nothing changes. Raises Missing."""
    with db.transaction() as session:
        poll = _held(session, meeting_id, poll_id)
        if poll.state is PollState.OPEN:
            poll.state, poll.closed_at = PollState.CLOSED, doing.now
            _record(session, doing, "poll.closed", poll, {"poll_state": PollState.OPEN.value}, _state(poll))
        return poll


def show_result(meeting_id: int, poll_id: int, doing: Doing) -> Poll:
    """Everybody sees it, as it grows where the poll is open. Raises Missing, Refused (meeting_over)."""
    return _set_shown(meeting_id, poll_id, doing, shown=True)


def hide_result(meeting_id: int, poll_id: int, doing: Doing) -> Poll:
    """Raises Missing, Refused (meeting_over)."""
    return _set_shown(meeting_id, poll_id, doing, shown=False)


def take_away(meeting_id: int, poll_id: int, doing: Doing) -> None:
    """As if it had never been asked, until the first vote. Raises Missing, Refused (poll_voted, meeting_over)."""
    with db.transaction() as session:
        _must_go_on(session, meeting_id)
        poll = _held(session, meeting_id, poll_id)
        _refuse_voted(session, poll)
        _record(session, doing, "poll.taken_away", poll, _facts(poll), {})
        session.delete(poll)


def stamp(poll: Poll) -> str:
    """Another one after every change of what is asked."""
    return digest(f"{poll_board.asked(poll)} {poll.session_id}")


def _held(session: Session, meeting_id: int, poll_id: int) -> Poll:
    query = sa.select(Poll).where(Poll.id == poll_id, Poll.meeting_id == meeting_id)
    poll = session.scalars(db.lock(query)).first()
    if poll is None:
        raise Missing
    return poll


def _must_go_on(session: Session, meeting_id: int) -> None:
    if session.get_one(Meeting, meeting_id).status is MeetingStatus.ARCHIVED:
        raise Refused(Refusal.MEETING_OVER)


def _check(
    session: Session, meeting_id: int, asked: Asked, session_id: int | None, *, known: int | None = None
) -> None:
    """One of the draft's sessions, or the one that it belongs to already."""
    faults = rules.faults_in(asked)
    if session_id is not None and session_id != known:
        kept = AgendaSession.removed_at.is_(None)
        query = sa.select(AgendaSession.id).where(AgendaSession.meeting_id == meeting_id, kept)
        if session.scalars(query.where(AgendaSession.id == session_id)).first() is None:
            faults["session_id"] = Fault.UNKNOWN_ID
    if faults:
        raise Malformed(faults)


def _refuse_voted(session: Session, poll: Poll) -> None:
    voted = session.scalars(sa.select(PollChoice.option).where(PollChoice.poll_id == poll.id).limit(1)).first()
    if refusal := rules.refusal_to_change(voted=voted is not None):
        raise Refused(refusal)


def _set_shown(meeting_id: int, poll_id: int, doing: Doing, *, shown: bool) -> Poll:
    with db.transaction() as session:
        _must_go_on(session, meeting_id)
        poll = _held(session, meeting_id, poll_id)
        if poll.result_shown is not shown:
            poll.result_shown = shown
            verb = "poll.result_shown" if shown else "poll.result_hidden"
            _record(session, doing, verb, poll, {}, _state(poll))
        return poll


def _write(poll: Poll, asked: Asked, session_id: int | None) -> None:
    poll.kind, poll.title, poll.options = asked.kind, asked.title, list(asked.options)
    poll.most, poll.session_id = asked.most, session_id


def _facts(poll: Poll) -> dict[str, Any]:
    facts = {"asked": poll.title, "poll_kind": poll.kind.value, "options": "；".join(poll.options)}
    return facts | ({"most": poll.most} if poll.kind is PollKind.SEVERAL else {})


def _state(poll: Poll) -> dict[str, Any]:
    return {"asked": poll.title, "poll_state": poll.state.value}


def _record(
    session: Session, doing: Doing, verb: str, poll: Poll, before: dict[str, Any], after: dict[str, Any]
) -> None:
    activity.record(
        session,
        doing.actor,
        verb,
        "poll",
        poll.id,
        meeting_id=poll.meeting_id,
        now=doing.now,
        before=before,
        after=after,
    )
    db.afterwards(session, poll_board.forget)
