"""What the holder of a private link asks for after the freeze: shown, replaced, taken back.

For a repeat entry (docs/decisions/0004) the wish is kept beside the entry and looks the same; no organiser decides it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from conference import db
from conference.models import AccessLink, Delegate, RepeatEntry
from conference.rules import change_requests as rules
from conference.services import change_requests, own_repeats, told, wishes
from conference.services.activity import Actor
from conference.services.places import refuse
from conference.services.wishes import Change, Request
from conference.vocabulary import ActorKind, ChangeWish, Mode


@dataclass(frozen=True)
class Asked:
    """A wish that waits for an organiser; one of a kind at a time."""

    wish: ChangeWish
    changes: tuple[Change, ...]
    asked_at: datetime
    by_others: bool


def of_link(link: AccessLink) -> Sequence[Asked]:
    """What is open for the place behind a link, the oldest first."""
    session = db.session()
    if link.repeat_id is not None:
        return _of_repeat(session.get_one(RepeatEntry, link.repeat_id))
    return [
        Asked(found.wish, found.changes, found.created_at, found.asked_by is not ActorKind.DELEGATE)
        for found in change_requests.open_of(session.get_one(Delegate, link.delegate_id))
    ]


def last_answer(link: AccessLink) -> Request | None:
    """What an organiser decided last."""
    if link.repeat_id is not None:
        return None
    return change_requests.last_answer(db.session().get_one(Delegate, link.delegate_id))


def ask(link: AccessLink, wish: ChangeWish, content: Mapping[str, Any], *, now: datetime) -> None:
    """Ask for a change. Raises Malformed and Refused (not_active, meeting_over)."""
    with db.transaction() as session:
        if link.repeat_id is None:
            delegate = session.get_one(Delegate, link.delegate_id, populate_existing=True)
            change_requests.ask(
                delegate.meeting_id, delegate.id, wish, content, actor=_actor(delegate), reason="", now=now
            )
            return
        ask_for_repeat(link.repeat_id, wish, content, now=now)


def ask_for_repeat(repeat_id: int, wish: ChangeWish, content: Mapping[str, Any], *, now: datetime) -> None:
    """The same for a repeat entry, whoever asks for it."""
    with db.transaction() as session:
        repeat = told.locked(session, repeat_id)
        meeting, status = repeat.meeting, own_repeats.status_of(repeat)
        refuse(rules.refusal_to_ask(status, meeting.status, meeting.ends_at, now=now))
        kept = told.Told(repeat)
        kept.wish(wish, wishes.read(wish, content), now=now)
        kept.keep()


def withdraw(link: AccessLink, wish: ChangeWish, *, now: datetime) -> None:
    """Take an open wish back; where there is none nothing changes."""
    with db.transaction() as session:
        if link.repeat_id is not None:
            withdraw_for_repeat(link.repeat_id, wish)
            return
        delegate = session.get_one(Delegate, link.delegate_id, populate_existing=True)
        for found in change_requests.open_of(delegate):
            if found.wish is wish:
                change_requests.withdraw(
                    delegate.meeting_id, found.id, delegate_id=delegate.id, actor=_actor(delegate), now=now
                )


def withdraw_for_repeat(repeat_id: int, wish: ChangeWish) -> None:
    """The same for a repeat entry, whoever asked."""
    with db.transaction() as session:
        kept = told.Told(told.locked(session, repeat_id))
        kept.unwish(wish)
        kept.keep()


def _actor(delegate: Delegate) -> Actor:
    return Actor(ActorKind.DELEGATE, delegate.id, delegate.name)


def _of_repeat(repeat: RepeatEntry) -> list[Asked]:
    if not own_repeats.status_of(repeat).active:
        return []
    now = {"name": repeat.name, "position": repeat.position, "mode": repeat.mode}
    found = []
    for wish, kept in told.Told(repeat).open_wishes.items():
        content = {key: Mode(value) if key == "mode" else value for key, value in kept["content"].items()}
        changes = tuple(
            Change(field, now.get(field), content[field])
            for field in rules.FIELDS[wish]
            if field in content and content[field] != now.get(field)
        )
        found.append(Asked(wish, changes, datetime.fromisoformat(kept["asked_at"]), by_others=False))
    return sorted(found, key=lambda asked: asked.asked_at)
