"""The polls that everybody sees, read once in a while by each process, since thousands of phones ask for them."""

from __future__ import annotations

import hashlib
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.pool import Pool

from conference import db
from conference.models import Poll, PollChoice
from conference.rules import polls as rules
from conference.rules.polls import Asked, Result
from conference.services.kept import Kept
from conference.vocabulary import PollKind, PollState

KEPT = 2.0  # seconds
# So long a poll whose result is not shown stays after it was closed, and says that it may come.
LINGERS = timedelta(hours=1)
# Of a closed poll only a merging of two places changes the result.
KEPT_CLOSED = 60.0  # seconds


@dataclass(frozen=True)
class ShownPoll:
    """`result` is None as long as it is not shown. `options` of a scale are the words of its ends; `labels` are what
    can be chosen, in the order in which they are counted.
    """

    id: int
    kind: PollKind
    title: str
    options: tuple[str, ...]
    most: int
    state: PollState
    result: Result | None

    @property
    def labels(self) -> tuple[str, ...]:
        return Asked(self.kind, self.title, self.options, self.most).labels

    @property
    def is_open(self) -> bool:
        return self.state is PollState.OPEN


@dataclass(frozen=True)
class PollBoard:
    """Open ones first, the newest on top; then those that are closed. `version` is another one whenever anything of
    `polls` is.
    """

    polls: tuple[ShownPoll, ...]
    version: str


_BOARDS = Kept[PollBoard](seconds=KEPT)
# What closed polls came to, with their close and when it was counted: the day's are not counted again and again.
_TOLD: WeakKeyDictionary[Pool, dict[int, tuple[datetime | None, float, Result]]] = WeakKeyDictionary()


def board(meeting_id: int, *, now: datetime) -> PollBoard:
    """What holds now, or held less than two seconds ago."""
    return _BOARDS.of(meeting_id, lambda: _read(meeting_id, now, results if db.writing() else _kept_results))


def forget() -> None:
    """The next reader of this process reads afresh."""
    _BOARDS.forget()


def asked(poll: Poll) -> Asked:
    return Asked(poll.kind, poll.title, tuple(poll.options), poll.most)


def results(polls: Sequence[Poll]) -> dict[int, Result]:
    """By poll, as it stands."""
    ids = [poll.id for poll in polls]
    if not ids:
        return {}
    session = db.session()
    counts: dict[int, Counter[int]] = defaultdict(Counter)
    for poll_id, option, n in session.execute(
        sa.select(PollChoice.poll_id, PollChoice.option, sa.func.count())
        .where(PollChoice.poll_id.in_(ids))
        .group_by(PollChoice.poll_id, PollChoice.option)
    ):
        counts[poll_id][option] = n
    # Where each chooses one thing there are as many people as choices.
    several = [poll.id for poll in polls if poll.kind is PollKind.SEVERAL]
    people = {poll_id: found.total() for poll_id, found in counts.items()} | _people(several)
    return {poll.id: rules.result(asked(poll), counts[poll.id], people=people.get(poll.id, 0)) for poll in polls}


def _kept_results(polls: Sequence[Poll]) -> dict[int, Result]:
    told = _TOLD.setdefault(db.session().get_bind().engine.pool, {})
    found: dict[int, Result] = {}
    for poll in polls:
        closed_at, counted_at, result = told.get(poll.id, (None, 0.0, None))
        if result and closed_at == poll.closed_at and closed_at and time.monotonic() - counted_at < KEPT_CLOSED:
            found[poll.id] = result
    begun = time.monotonic()
    read = results([poll for poll in polls if poll.id not in found])
    for poll in polls:
        if poll.closed_at is not None and poll.id in read:
            told[poll.id] = poll.closed_at, begun, read[poll.id]
    return found | read


def _people(poll_ids: Iterable[int]) -> dict[int, int]:
    query = (
        sa.select(PollChoice.poll_id, sa.func.count(sa.distinct(PollChoice.delegate_id)))
        .where(PollChoice.poll_id.in_(poll_ids))
        .group_by(PollChoice.poll_id)
    )
    return dict(db.session().execute(query).all())


def _read(meeting_id: int, now: datetime, counted: Callable[[Sequence[Poll]], Mapping[int, Result]]) -> PollBoard:
    found = db.session().scalars(
        sa.select(Poll)
        .where(
            Poll.meeting_id == meeting_id,
            sa.or_(
                Poll.state == PollState.OPEN,
                sa.and_(
                    Poll.state == PollState.CLOSED,
                    sa.or_(Poll.result_shown.is_(True), Poll.closed_at > now - LINGERS),
                ),
            ),
        )
        .execution_options(populate_existing=True)
    )
    polls = sorted(found, key=_place, reverse=True)
    shown = counted([poll for poll in polls if poll.result_shown])
    made = tuple(
        ShownPoll(poll.id, poll.kind, poll.title, tuple(poll.options), poll.most, poll.state, shown.get(poll.id))
        for poll in polls
    )
    return PollBoard(made, hashlib.sha256(repr(made).encode()).hexdigest()[:16])


def _place(poll: Poll) -> tuple[bool, datetime, int]:
    is_open = poll.state is PollState.OPEN
    return is_open, (poll.opened_at if is_open else poll.closed_at) or poll.created_at, poll.id
