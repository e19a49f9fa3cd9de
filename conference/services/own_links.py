"""The private links to one place, as its holder sees them: when each was made and opened, and the others' end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from conference import db
from conference.models import AccessLink, Delegate
from conference.services import activity
from conference.services.activity import Actor
from conference.vocabulary import ActorKind

NOTED_AFTER = timedelta(hours=1)


@dataclass(frozen=True)
class Held:
    """`current` is the one that this browser opened; `opened_at` is when it was last looked at by, to the hour."""

    created_at: datetime
    opened_at: datetime | None
    current: bool


def of_link(link: AccessLink) -> Sequence[Held]:
    """The live links to the same place, the newest first."""
    query = _of_place(link).order_by(AccessLink.created_at.desc(), AccessLink.id)
    return [Held(one.created_at, one.opened_at, one.id == link.id) for one in db.session().scalars(query)]


def opened(link: AccessLink, *, now: datetime) -> None:
    """Note that a page was looked at by a link; at most once an hour, since looking should cost nothing."""
    if link.opened_at is not None and now - link.opened_at < NOTED_AFTER:
        return
    with db.transaction() as session:
        session.execute(sa.update(AccessLink).where(AccessLink.id == link.id).values(opened_at=now))


def revoke_others(link: AccessLink, *, now: datetime) -> int:
    """No other link opens the place any more, and no browser that opened one; returns how many there were."""
    with db.transaction() as session:
        others = session.scalars(_of_place(link).where(AccessLink.id != link.id)).all()
        session.execute(
            sa.update(AccessLink).where(AccessLink.id.in_([other.id for other in others])).values(revoked_at=now)
        )
        if others and link.repeat_id is None:
            delegate = session.get_one(Delegate, link.delegate_id)
            activity.record(
                session,
                Actor(ActorKind.DELEGATE, delegate.id, delegate.name),
                "delegate.links_revoked",
                "delegate",
                delegate.id,
                meeting_id=delegate.meeting_id,
                now=now,
            )
        return len(others)


def _of_place(link: AccessLink) -> sa.Select[AccessLink]:
    return sa.select(AccessLink).where(
        AccessLink.delegate_id == link.delegate_id,
        AccessLink.repeat_id.is_(None) if link.repeat_id is None else AccessLink.repeat_id == link.repeat_id,
        AccessLink.revoked_at.is_(None),
    )
