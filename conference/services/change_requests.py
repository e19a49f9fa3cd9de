"""Changes that are asked for after the freeze, by people and liaisons, and decided by an organiser.

Accepting runs the verb that would have been run before the freeze, in the same transaction: nobody else has to be
re-opened for it, and what that verb refuses, the decision refuses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, contains_eager

from conference import db
from conference.models import ChangeRequest, Delegate, Meeting
from conference.rules import change_requests as rules
from conference.rules.text import fault_in
from conference.sealing import seal, unseal
from conference.services import activity, closing, delegates, outbox, substitution, wishes
from conference.services.activity import Actor
from conference.services.delegates import Doing
from conference.services.places import Places, refuse
from conference.services.substitution import NewPerson
from conference.services.wishes import Request
from conference.vocabulary import (
    ACTIVE_STATUSES,
    ActorKind,
    ChangeWish,
    Fault,
    Malformed,
    MessageKind,
    Missing,
    Refusal,
    Refused,
)

PAGE = 50
MOST = 200
REASON_LIMIT = 500
# Whose verb tells the person by itself that it was done.
_TOLD_BY_THE_DEED = {ChangeWish.MODE, ChangeWish.CANCEL}


@dataclass(frozen=True)
class Page:
    items: Sequence[Request]
    older: int | None


@dataclass(frozen=True)
class Decided:
    """What became of several: the ids that were decided, and why each of the others was not."""

    done: tuple[int, ...]
    refused: Mapping[int, Refusal | Fault]


def needed(meeting: Meeting, *, now: datetime) -> bool:
    """Whether changes are asked for instead of made (the meeting is frozen)."""
    return rules.needed(meeting.frozen_at, now=now)


def ask(
    meeting_id: int,
    delegate_id: int,
    wish: ChangeWish,
    content: Mapping[str, Any],
    *,
    actor: Actor,
    reason: str = "",
    now: datetime,
) -> int:
    """Ask for a change; a newer wish of the same kind takes the open one's place. Returns the request's id.

    `content` by wish: EDIT some of name, position, phone, email, category (of the contacts None takes one away);
    MODE `mode`; CANCEL nothing; SUBSTITUTE name, position, phone, email of who comes instead. Raises Malformed,
    Missing, and Refused (not_active, meeting_over).
    """
    wished = wishes.read(wish, content)
    if fault := fault_in(reason, limit=REASON_LIMIT, required=False, lines=True):
        raise Malformed({"reason": fault})
    with db.transaction() as session:
        delegate = _delegate(session, meeting_id, delegate_id)
        meeting = session.get_one(Meeting, meeting_id)
        refuse(rules.refusal_to_ask(delegate.status, meeting.status, meeting.ends_at, now=now))
        if wish is ChangeWish.EDIT and wished.keys() & {"phone", "email"}:
            wishes.see_reach(delegate, wished)
        kept = json.dumps(wished, ensure_ascii=False, sort_keys=True)
        found = session.scalars(
            db.lock(
                sa.select(ChangeRequest).where(
                    ChangeRequest.delegate_id == delegate_id,
                    ChangeRequest.wish == wish,
                    ChangeRequest.settled_at.is_(None),
                )
            )
        ).first()
        if found is not None and unseal(found.content_sealed) == kept and found.reason == reason.strip():
            return found.id
        if found is None:
            found = ChangeRequest(meeting_id=meeting_id, delegate_id=delegate_id, wish=wish, note="")
            session.add(found)
        found.content_sealed, found.reason = seal(kept), reason.strip()
        found.asked_by, found.created_at = actor.kind, now
        session.flush()
        _record(session, actor, "delegate.change_asked", found, now)
        return found.id


def withdraw(meeting_id: int, request_id: int, *, delegate_id: int | None = None, actor: Actor, now: datetime) -> None:
    """Take an open request back; of one that is gone or decided nothing changes. Raises Missing where it is
    another delegate's than `delegate_id`."""
    with db.transaction() as session:
        found = _held(session, meeting_id, request_id, missing_ok=True)
        if found is None:
            return
        if delegate_id is not None and found.delegate_id != delegate_id:
            raise Missing
        if found.accepted is None:
            _record(session, actor, "delegate.change_withdrawn", found, now)
            session.delete(found)


def decide(meeting_id: int, request_id: int, accept: bool, note: str, doing: Doing) -> None:
    """The organiser's yes or no; a yes is done at once, or refused by the verb that would do it.

    Raises Missing, Malformed, Refused (decided_already, not_active, and whatever the deed is refused for); nothing
    is decided then.
    """
    if fault := fault_in(note, limit=REASON_LIMIT, required=False, lines=True):
        raise Malformed({"note": fault})
    with db.transaction() as session:
        Places(session, meeting_id)  # locked before the delegate, as everywhere
        found = _held(session, meeting_id, request_id)
        assert found is not None  # noqa: S101  # it is not missing_ok
        refuse(rules.refusal_to_decide(found.accepted))
        found.accepted, found.settled_at, found.note = accept, doing.now, note.strip()
        session.flush()
        if accept:
            _do(found, doing)
        _record(session, doing.actor, "delegate.change_decided", found, doing.now, accepted=accept)
        delegate = session.get_one(Delegate, found.delegate_id)
        if not delegate.status.active:
            closing.place_over(session, delegate.id, now=doing.now)
        if not accept or found.note or found.wish not in _TOLD_BY_THE_DEED:
            facts = {"accepted": accept, "reason": found.note}
            outbox.put(session, MessageKind.CHANGE_DECIDED, delegate, now=doing.now, facts=facts)


def decide_many(meeting_id: int, request_ids: Iterable[int], accept: bool, note: str, doing: Doing) -> Decided:
    """Decide each by itself, who asked first first; at most `MOST`. Ids that are nobody's here are passed over."""
    done: list[int] = []
    refused: dict[int, Refusal | Fault] = {}
    for request_id in sorted(set(request_ids))[:MOST]:
        try:
            decide(meeting_id, request_id, accept, note, doing)
            done.append(request_id)
        except Refused as said:
            refused[request_id] = said.refusal
        except Malformed as malformed:
            refused[request_id] = next(iter(malformed.faults.values()))
        except Missing:
            continue
    return Decided(tuple(done), refused)


def one(meeting_id: int, request_id: int) -> Request:
    """Raises Missing."""
    query = _all(meeting_id).where(ChangeRequest.id == request_id)
    found = db.session().scalars(query).first()
    if found is None:
        raise Missing
    return wishes.request(found)


def open_of(delegate: Delegate) -> Sequence[Request]:
    """What is asked for one place and not decided, the oldest first."""
    return open_for(delegate.meeting_id, [delegate.id]).get(delegate.id, ())


def open_for(meeting_id: int, delegate_ids: Iterable[int]) -> dict[int, tuple[Request, ...]]:
    """The same for several delegates at once; those for whom nothing is asked are missing."""
    wanted = list(delegate_ids)
    if not wanted:
        return {}
    query = _all(meeting_id).where(ChangeRequest.delegate_id.in_(wanted), *_OPEN).order_by(ChangeRequest.id)
    by_delegate: dict[int, tuple[Request, ...]] = {}
    for found in db.session().scalars(query):
        by_delegate[found.delegate_id] = (*by_delegate.get(found.delegate_id, ()), wishes.request(found))
    return by_delegate


def last_answer(delegate: Delegate) -> Request | None:
    """What was decided last for a place, for the person to read."""
    query = _all(delegate.meeting_id).where(
        ChangeRequest.delegate_id == delegate.id, ChangeRequest.settled_at.is_not(None)
    )
    found = db.session().scalars(query.order_by(ChangeRequest.settled_at.desc(), ChangeRequest.id.desc())).first()
    return None if found is None else wishes.request(found)


def answers_to_unit(meeting_id: int, unit_id: int, *, since: datetime) -> Sequence[Request]:
    """What was decided since then of what a unit's liaison asked for, the latest first; at most `PAGE`."""
    query = _all(meeting_id).where(
        Delegate.unit_id == unit_id,
        ChangeRequest.asked_by == ActorKind.LIAISON,
        ChangeRequest.settled_at >= since,
    )
    found = db.session().scalars(query.order_by(ChangeRequest.settled_at.desc(), ChangeRequest.id.desc()).limit(PAGE))
    return [wishes.request(request) for request in found]


def count_open(meeting_id: int) -> int:
    """How many wait for an organiser."""
    query = sa.select(sa.func.count()).select_from(ChangeRequest).join(Delegate)
    return int(db.session().scalar(query.where(ChangeRequest.meeting_id == meeting_id, *_OPEN)) or 0)


def page(
    meeting_id: int,
    *,
    settled: bool = False,
    wish: ChangeWish | None = None,
    before_id: int | None = None,
) -> Page:
    """The open requests (or the decided ones), the newest first, `PAGE` at a time; `older` continues them."""
    query = _all(meeting_id).order_by(ChangeRequest.id.desc()).limit(PAGE + 1)
    query = query.where(ChangeRequest.settled_at.is_not(None)) if settled else query.where(*_OPEN)
    if wish is not None:
        query = query.where(ChangeRequest.wish == wish)
    if before_id is not None:
        query = query.where(ChangeRequest.id < before_id)
    found = db.session().scalars(query).all()
    items = [wishes.request(request) for request in found[:PAGE]]
    return Page(items, found[PAGE - 1].id if len(found) > PAGE else None)


# A place that is over has nothing to wait for, whoever ended it.
_OPEN = (ChangeRequest.settled_at.is_(None), Delegate.status.in_(ACTIVE_STATUSES))


def _all(meeting_id: int) -> sa.Select[ChangeRequest]:
    return (
        sa.select(ChangeRequest)
        .join(ChangeRequest.delegate)
        .options(contains_eager(ChangeRequest.delegate))
        .where(ChangeRequest.meeting_id == meeting_id)
    )


def _delegate(session: Session, meeting_id: int, delegate_id: int) -> Delegate:
    query = sa.select(Delegate).where(Delegate.id == delegate_id, Delegate.meeting_id == meeting_id)
    found = session.scalars(db.lock(query)).first()
    if found is None:
        raise Missing
    return found


def _held(session: Session, meeting_id: int, request_id: int, *, missing_ok: bool = False) -> ChangeRequest | None:
    """A request under the lock of its delegate, which comes first."""
    query = sa.select(ChangeRequest.delegate_id).where(
        ChangeRequest.id == request_id, ChangeRequest.meeting_id == meeting_id
    )
    delegate_id = session.scalar(query)
    found = None
    if delegate_id is not None:
        _delegate(session, meeting_id, delegate_id)
        found = session.scalars(db.lock(sa.select(ChangeRequest).where(ChangeRequest.id == request_id))).first()
    if found is None and not missing_ok:
        raise Missing
    return found


def _do(request: ChangeRequest, doing: Doing) -> None:
    wished = wishes.wished(request)
    place = (request.meeting_id, request.delegate_id)
    if request.wish in {ChangeWish.EDIT, ChangeWish.MODE}:
        delegates.edit(*place, wished, doing)
    elif request.wish is ChangeWish.CANCEL:
        delegates.cancel(*place, doing, reason=request.reason[:200])
    else:
        substitution.substitute(*place, NewPerson(**wished), doing)


def _record(session: Session, actor: Actor, verb: str, found: ChangeRequest, now: datetime, **more: object) -> None:
    activity.record(
        session,
        actor,
        verb,
        "delegate",
        found.delegate_id,
        meeting_id=found.meeting_id,
        now=now,
        after={"wish": found.wish, **more},
    )
