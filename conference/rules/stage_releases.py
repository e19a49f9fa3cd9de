"""What delays made of a release, carried over to the one that follows it.

    later = stage_releases.carried(released, delayed, following)

A delay was told of the agenda that held then. What a later release added, or gave other times, is the newest
word, and no delay that was told before moves it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from conference.rules.agenda import Agenda, Session, Talk


@dataclass(frozen=True)
class Earlier:
    """A release that held `until` the next one."""

    agenda: Agenda
    until: datetime


def carried(released: Agenda, delayed: Agenda, following: Agenda) -> Agenda:
    """`following` as it is expected to go where `released`, which it follows, was expected to go as `delayed`."""
    sessions = tuple(
        _carried(released.session.get(one.id), delayed.session.get(one.id), one) for one in following.sessions
    )
    return replace(following, sessions=sessions)


def _carried(was: Session | None, late: Session | None, now: Session) -> Session:
    if was is None or late is None or (was.starts_at, was.ends_at) != (now.starts_at, now.ends_at):
        return now
    planned, told = _minutes(was), _minutes(late)

    def talk(one: Talk) -> Talk:
        same = one.id in planned and planned[one.id] == one.minutes
        return replace(one, minutes=told[one.id]) if same else one

    return replace(now, starts_at=late.starts_at, ends_at=late.ends_at, talks=tuple(talk(one) for one in now.talks))


def _minutes(session: Session) -> Mapping[int, int | None]:
    return {one.id: one.minutes for one in session.talks}
