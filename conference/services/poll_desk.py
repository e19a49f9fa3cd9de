"""Polls (投票) as organisers see them: all of a meeting, and one with its result as it grows.

Results are counts. Who chose what is kept, so that a choice can be changed and counted once, and shown to nobody.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from conference import db
from conference.models import AgendaSession, Arrival, Delegate, Poll, PollChoice, Viewer
from conference.rules import polls as rules
from conference.rules.polls import Asked, Result
from conference.services import poll_board, poll_making
from conference.vocabulary import Missing, Mode, PollState, Refusal

# Of a group that is smaller than this it is not told what it chose: one could tell who.
SPLIT_FROM = 5


@dataclass(frozen=True)
class Listed:
    """A poll with what it comes to so far; `session` is the title of the session that it belongs to, or nothing."""

    poll: Poll
    asked: Asked
    result: Result
    session: str

    @property
    def is_open(self) -> bool:
        return self.poll.state is PollState.OPEN

    @property
    def is_draft(self) -> bool:
        return self.poll.state is PollState.DRAFT

    @property
    def refusal(self) -> Refusal | None:
        """Why it can neither be changed nor taken away, if so."""
        return rules.refusal_to_change(voted=self.result.people > 0)

    @property
    def stamp(self) -> str:
        """Another one after every change of what is asked."""
        return poll_making.stamp(self.poll)


@dataclass(frozen=True)
class Shown(Listed):
    """One poll: `by_mode` is what those of a mode chose, `voters` how many of them did. `in_hall` are inside a venue
    now, `watching` watch now and are not inside.
    """

    by_mode: Mapping[Mode, Result]
    in_hall: int
    watching: int

    @property
    def voters(self) -> Mapping[Mode, int]:
        return {mode: result.people for mode, result in self.by_mode.items()}

    @property
    def may_split(self) -> bool:
        """Whether what each mode chose can be told apart without telling who chose what."""
        return may_split(self.by_mode)

    @property
    def version(self) -> str:
        """Another one whenever anything of this is."""
        said = (self.stamp, self.poll.state, self.poll.result_shown, self.poll.opened_at, self.poll.closed_at)
        numbers = (self.session, self.result, sorted(self.by_mode.items()), self.in_hall, self.watching)
        return hashlib.sha256(repr((said, numbers)).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Choosable:
    """A session of the draft, to which a poll can belong."""

    id: int
    title: str
    starts_at: datetime | None


def listed(meeting_id: int) -> Sequence[Listed]:
    """Open ones first, then drafts in the order in which they were prepared, then closed ones, the last on top."""
    found = _rows(sa.select(Poll).where(Poll.meeting_id == meeting_id))
    results = poll_board.results([poll for poll, _ in found])
    entries = [Listed(poll, poll_board.asked(poll), results[poll.id], title or "") for poll, title in found]
    entries.sort(key=lambda one: -(one.poll.closed_at.timestamp() if one.poll.closed_at else 0))
    return sorted(entries, key=lambda one: (not one.is_open, not one.is_draft, one.poll.id if one.is_draft else 0))


def is_open(meeting_id: int) -> bool:
    """Whether people can choose in any poll now."""
    query = sa.select(Poll.id).where(Poll.meeting_id == meeting_id, Poll.state == PollState.OPEN)
    return db.session().scalars(query.limit(1)).first() is not None


def one(meeting_id: int, poll_id: int, *, now: datetime) -> Shown:
    """Raises Missing."""
    found = _rows(sa.select(Poll).where(Poll.meeting_id == meeting_id, Poll.id == poll_id))
    if not found:
        raise Missing
    poll, title = found[0]
    asked, by_mode = poll_board.asked(poll), split([poll])[poll.id]
    counts = sum((Counter(dict(enumerate(result.counts))) for result in by_mode.values()), Counter())
    people = sum(result.people for result in by_mode.values())
    return Shown(
        poll,
        asked,
        rules.result(asked, counts, people=people),
        title or "",
        by_mode,
        in_hall=_in_hall(meeting_id),
        watching=_watching(meeting_id, now),
    )


def may_split(by_mode: Mapping[Mode, Result]) -> bool:
    """Whether what each mode chose can be told apart without telling who chose what."""
    return all(result.people >= SPLIT_FROM for result in by_mode.values())


def split(polls: Sequence[Poll]) -> dict[int, dict[Mode, Result]]:
    """By poll and mode of those who chose."""
    query = (
        sa.select(PollChoice.poll_id, Delegate.mode, PollChoice.option, PollChoice.delegate_id)
        .join(Delegate, Delegate.id == PollChoice.delegate_id)
        .where(PollChoice.poll_id.in_([poll.id for poll in polls]))
        .subquery()
    )
    counts: dict[tuple[int, Mode], Counter[int]] = defaultdict(Counter)
    session = db.session()
    for poll_id, mode, option, n in session.execute(
        sa.select(query.c.poll_id, query.c.mode, query.c.option, sa.func.count()).group_by(
            query.c.poll_id, query.c.mode, query.c.option
        )
    ):
        counts[poll_id, mode][option] = n
    people = {
        (poll_id, mode): n
        for poll_id, mode, n in session.execute(
            sa.select(query.c.poll_id, query.c.mode, sa.func.count(sa.distinct(query.c.delegate_id))).group_by(
                query.c.poll_id, query.c.mode
            )
        )
    }
    return {
        poll.id: {
            mode: rules.result(poll_board.asked(poll), counts[poll.id, mode], people=people.get((poll.id, mode), 0))
            for mode in Mode
        }
        for poll in polls
    }


def sessions(meeting_id: int) -> Sequence[Choosable]:
    """Those of the draft, in its order."""
    query = sa.select(AgendaSession.id, AgendaSession.title, AgendaSession.starts_at)
    kept = query.where(AgendaSession.meeting_id == meeting_id, AgendaSession.removed_at.is_(None))
    return [Choosable(*row) for row in db.session().execute(kept.order_by(AgendaSession.rank, AgendaSession.id))]


def _rows(query: sa.Select[Poll]) -> Sequence[tuple[Poll, str | None]]:
    titled = query.add_columns(AgendaSession.title).outerjoin(AgendaSession, AgendaSession.id == Poll.session_id)
    return [(row[0], row[1]) for row in db.session().execute(titled.order_by(Poll.id))]


def _in_hall(meeting_id: int) -> int:
    query = sa.select(sa.func.count()).where(Arrival.meeting_id == meeting_id, Arrival.inside > 0)
    return db.session().scalar(query) or 0


def _watching(meeting_id: int, now: datetime) -> int:
    inside = sa.exists().where(Arrival.delegate_id == Viewer.delegate_id, Arrival.inside > 0)
    query = sa.select(sa.func.count()).where(Viewer.meeting_id == meeting_id, Viewer.until > now, ~inside)
    return db.session().scalar(query) or 0
