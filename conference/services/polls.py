"""Polls (投票) on phones: what one person chooses. What everybody sees is `poll_board`'s.

    polls.choose(meeting.id, poll_id, delegate_id, {2}, now=…)       one voice; the last choice counts
    polls.mine(meeting.id, delegate_id)                              {poll_id: (2,)}

A voter holds their delegate and then shares the poll with other voters; whoever opens, closes or changes a poll
(`poll_making`) holds it alone. So two phones of one person choose one after the other, and a vote is either written
before a close is acknowledged or refused. Who chose what is seen by that person alone: it stands in no record and no
list.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Delegate, Meeting, Poll, PollChoice
from conference.rules import polls as rules
from conference.services import poll_board
from conference.vocabulary import DelegateStatus, Malformed, MeetingStatus, Missing, PollState, Refusal, Refused


@dataclass(frozen=True)
class Chosen:
    """What somebody chose in a poll, for themselves."""

    question: str
    choices: tuple[str, ...]
    chosen_at: datetime


def mine(meeting_id: int, delegate_id: int) -> dict[int, tuple[int, ...]]:
    """What one person chose, in order, by poll."""
    found: dict[int, tuple[int, ...]] = {}
    for poll_id, option in db.session().execute(
        sa.select(PollChoice.poll_id, PollChoice.option)
        .join(Poll, Poll.id == PollChoice.poll_id)
        .where(Poll.meeting_id == meeting_id, PollChoice.delegate_id == delegate_id)
        .order_by(PollChoice.poll_id, PollChoice.option)
    ):
        found[poll_id] = (*found.get(poll_id, ()), option)
    return found


def own_data(delegate_id: int) -> tuple[Chosen, ...]:
    """What is kept of somebody's choices."""
    found: dict[int, Chosen] = {}
    for poll, option, chosen_at in db.session().execute(
        sa.select(Poll, PollChoice.option, PollChoice.chosen_at)
        .join(Poll, Poll.id == PollChoice.poll_id)
        .where(PollChoice.delegate_id == delegate_id)
        .order_by(PollChoice.poll_id, PollChoice.option)
    ):
        before = found[poll.id].choices if poll.id in found else ()
        found[poll.id] = Chosen(poll.title, (*before, poll_board.asked(poll).labels[option]), chosen_at)
    return tuple(found.values())


def choose(meeting_id: int, poll_id: int, delegate_id: int, chosen: Collection[int], *, now: datetime) -> bool:
    """Instead of what this person chose before; False where it is the same.

    Raises Missing, Malformed (option: required, unknown_choice, too_many), and Refused: not_active for a place that is
    not confirmed, poll_not_open.
    """
    with db.transaction() as session:
        query = sa.select(Delegate).where(Delegate.id == delegate_id, Delegate.meeting_id == meeting_id)
        delegate = session.scalars(db.lock(query)).first()
        if delegate is None:
            raise Missing
        if delegate.status is not DelegateStatus.CONFIRMED:
            raise Refused(Refusal.NOT_ACTIVE)
        poll = _shared(session, meeting_id, poll_id)
        if fault := rules.fault_in_choice(poll_board.asked(poll), chosen):
            raise Malformed({"option": fault})
        theirs = sa.select(PollChoice.option).where(
            PollChoice.poll_id == poll_id, PollChoice.delegate_id == delegate_id
        )
        if set(session.scalars(theirs)) == set(chosen):
            return False
        session.execute(
            sa.delete(PollChoice).where(PollChoice.poll_id == poll_id, PollChoice.delegate_id == delegate_id)
        )
        session.execute(
            sa.insert(PollChoice),
            [
                {"poll_id": poll_id, "delegate_id": delegate_id, "option": one, "chosen_at": now}
                for one in sorted(set(chosen))
            ],
        )
        return True


def check(meeting_id: int, poll_id: int, chosen: Collection[int]) -> None:
    """Raises as `choose` does, and writes nothing: for a browser that stands for nobody and must not learn it."""
    poll = _open(db.session().execute(_offered(meeting_id, poll_id)).first())
    if fault := rules.fault_in_choice(poll_board.asked(poll), chosen):
        raise Malformed({"option": fault})


def forget_person(session: Session, delegate_id: int) -> None:
    """The voice of an erased person (held) goes where the poll is not closed. In a closed one it stays counted: its
    result was told, and the row names a place that is nobody's by then.
    """
    lasting = sa.select(Poll.id).where(Poll.state == PollState.CLOSED)
    session.execute(
        sa.delete(PollChoice).where(PollChoice.delegate_id == delegate_id, PollChoice.poll_id.not_in(lasting))
    )


def hand_over(session: Session, keep_id: int, drop_id: int) -> None:
    """Two places (held) were one person's, who has one voice: where both chose, what the kept one chose stands."""
    both = sa.select(PollChoice.poll_id).where(PollChoice.delegate_id == keep_id)
    theirs = PollChoice.delegate_id == drop_id
    session.execute(sa.delete(PollChoice).where(theirs, PollChoice.poll_id.in_(both)))
    session.execute(sa.update(PollChoice).where(theirs).values(delegate_id=keep_id))


def _offered(meeting_id: int, poll_id: int) -> sa.Select[Poll, MeetingStatus]:
    """A draft is not there for those who choose."""
    return (
        sa.select(Poll, Meeting.status)
        .join(Meeting, Meeting.id == Poll.meeting_id)
        .where(Poll.id == poll_id, Poll.meeting_id == meeting_id, Poll.state != PollState.DRAFT)
    )


def _shared(session: Session, meeting_id: int, poll_id: int) -> Poll:
    """The poll, which stays as it is until the end of the transaction, together with all others who choose in it."""
    query = _offered(meeting_id, poll_id).with_for_update(read=True, of=Poll)
    return _open(session.execute(query.execution_options(populate_existing=True)).first())


def _open(found: sa.Row[Poll, MeetingStatus] | None) -> Poll:
    if found is None:
        raise Missing
    if refusal := rules.refusal_to_choose(found.Poll.state, is_over=found.status is MeetingStatus.ARCHIVED):
        raise Refused(refusal)
    poll: Poll = found.Poll
    return poll
