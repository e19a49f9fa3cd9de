"""The activity record (操作记录): every act, by whom, with before and after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import Activity
from conference.vocabulary import ActorKind

PAGE = 50
UNITS_OWN = ("reason", "note", "liaison")  # free words, and who spoke for a unit
PERSONAL = ("name", "phone", "email", "position", "seat", "pinyin", "reason")


@dataclass(frozen=True)
class Actor:
    """Who does it: an account, a token, a delegate on their own page, a liaison (by the id of their participation) at
    the unit's desk, a stranger on the public page, ourselves.
    """

    kind: ActorKind
    id: int | None
    name: str


SYSTEM = Actor(ActorKind.SYSTEM, None, "系统")
STRANGER = Actor(ActorKind.STRANGER, None, "公开报名页")
UNIT_LINK = Actor(ActorKind.UNIT_LINK, None, "单位链接")


def record(
    session: Session,
    actor: Actor,
    verb: str,
    subject: str,
    subject_id: int | None,
    *,
    meeting_id: int | None,
    now: datetime,
    before: Mapping[str, Any] | None = None,  # whatever the subject's fields hold
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down an act inside the transaction of the deed; of what stayed the same nothing is kept."""
    act = Act(subject_id, before or {}, after or {})
    record_all(session, actor, verb, subject, [act], meeting_id=meeting_id, now=now)


@dataclass(frozen=True)
class Act:
    """What was done to one of several; the values are whatever the subject's fields hold."""

    subject_id: int | None
    before: Mapping[str, Any]
    after: Mapping[str, Any]


def record_all(
    session: Session,
    actor: Actor,
    verb: str,
    subject: str,
    acts: Sequence[Act],
    *,
    meeting_id: int | None,
    now: datetime,
) -> None:
    """The same for a deed that was done to many; each stands by itself in the record."""
    if not acts:
        return
    said = {
        "meeting_id": meeting_id,
        "at": now,
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name[:200],
        "verb": verb,
        "subject": subject,
    }
    session.connection().execute(_RECORD, [said | _changes(act) for act in acts])


def _changes(act: Act) -> dict[str, Any]:
    old = {key: _plain(value) for key, value in act.before.items()}
    new = {key: _plain(value) for key, value in act.after.items()}
    same = {key for key in old.keys() & new.keys() if old[key] == new[key]}
    return {
        "subject_id": act.subject_id,
        "before": {key: value for key, value in old.items() if key not in same},
        "after": {key: value for key, value in new.items() if key not in same},
    }


# Built once, since every deed leaves a trace; its number is not asked back.
_RECORD = sa.insert(cast(sa.Table, Activity.__table__)).inline()


def forget_person(session: Session, delegate_id: int) -> None:
    """Take what identifies a delegate out of the trail; that something was done, by whom and when stays."""
    for activity in session.scalars(
        sa.select(Activity).where(Activity.subject == "delegate", Activity.subject_id == delegate_id)
    ):
        activity.before = {key: value for key, value in activity.before.items() if key not in PERSONAL}
        activity.after = {key: value for key, value in activity.after.items() if key not in PERSONAL}
    session.execute(
        sa.update(Activity)
        .where(Activity.actor_kind == ActorKind.DELEGATE, Activity.actor_id == delegate_id)
        .values(actor_name="")
    )


def forget_meeting(session: Session, meeting_id: int) -> None:
    """Take reasons and names of liaisons out of a meeting's trail, whose people were forgotten one by one."""
    session.execute(
        sa.update(Activity)
        .where(Activity.meeting_id == meeting_id, Activity.actor_kind == ActorKind.LIAISON)
        .values(actor_name="")
    )
    of_units = sa.select(Activity).where(Activity.meeting_id == meeting_id, Activity.subject == "unit")
    for one in session.scalars(of_units):
        one.before = {key: value for key, value in one.before.items() if key not in UNITS_OWN}
        one.after = {key: value for key, value in one.after.items() if key not in UNITS_OWN}


@dataclass(frozen=True)
class Page:
    items: Sequence[Activity]
    older: int | None


def page(
    meeting_id: int, *, before_id: int | None = None, subject: str | None = None, subject_id: int | None = None
) -> Page:
    """The newest acts first, `PAGE` at a time; `older` continues them."""
    query = sa.select(Activity).where(Activity.meeting_id == meeting_id).order_by(Activity.id.desc()).limit(PAGE + 1)
    if before_id is not None:
        query = query.where(Activity.id < before_id)
    if subject is not None:
        query = query.where(Activity.subject == subject)
    if subject is not None and subject_id is not None:
        query = query.where(Activity.subject_id == subject_id)
    found = db.session().scalars(query).all()
    return Page(found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None)


def _plain(value: Any) -> Any:  # JSON has no times and no enums
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()  # one moment, one text, whatever offset it came with
    if isinstance(value, date):
        return value.isoformat()
    return value


def last(session: Session) -> int:
    """The id of the newest act, 0 before the first."""
    return session.scalar(sa.select(sa.func.max(Activity.id))) or 0


def subjects_since(session: Session, meeting_id: int, verb: str, after: int) -> list[int]:
    """To whom `verb` was done since the act `after`, in order; the caller's lock says that nobody else did it."""
    session.flush()
    query = sa.select(Activity.subject_id).where(
        Activity.meeting_id == meeting_id, Activity.id > after, Activity.verb == verb
    )
    return [id_ for id_ in session.scalars(query.order_by(Activity.id)) if id_ is not None]
