"""Private links of delegates: the secret goes out once, its digest stays."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from conference import db
from conference.models import AccessLink, Delegate, Meeting
from conference.rules import slugs
from conference.sealing import digest, new_token


@dataclass(frozen=True)
class Issued:
    """A link just made; `token` is the last segment of its address, and not to be had again."""

    id: int
    token: str


def issue(session: Session, delegate_id: int, *, repeat_id: int | None = None, now: datetime) -> str:
    """A further private link to a place (written before); returns its token, the last segment of the address."""
    return make(session, delegate_id, repeat_id=repeat_id, now=now).token


def make(
    session: Session, delegate_id: int, *, repeat_id: int | None = None, handed: bool = False, now: datetime
) -> Issued:
    """The same, with its number. `handed` marks one for somebody else to pass on (see AccessLink)."""
    # Its id stands in an address: counted ids would tell how many links were made between two of one's own, and so
    # whether an entry was a repeat (which makes two).
    made = Issued(1 + secrets.randbits(53), new_token())
    session.connection().execute(
        _ISSUE,
        {
            "id": made.id,
            "delegate_id": delegate_id,
            "repeat_id": repeat_id,
            "handed": handed,
            "digest": digest(made.token),
            "created_at": now,
        },
    )
    return made


_ISSUE = sa.insert(cast(sa.Table, AccessLink.__table__))


def address(session: Session, delegate_id: int, *, repeat_id: int | None = None, public_url: str, now: datetime) -> str:
    """A further private link to a place, as the address that is handed over."""
    return f"{public_url}/p/{issue(session, delegate_id, repeat_id=repeat_id, now=now)}"


def handed(session: Session, delegate_id: int, *, repeat_id: int | None = None, public_url: str, now: datetime) -> str:
    """The same, for a liaison to pass on."""
    return f"{public_url}/p/{make(session, delegate_id, repeat_id=repeat_id, handed=True, now=now).token}"


def exchange(session: Session, link: AccessLink, *, now: datetime) -> int:
    """The person has answered: links that somebody passed on to them end. Returns the number of the link that goes on
    for this browser: the same one, or a fresh one where it was opened by one of those."""
    mine = AccessLink.delegate_id == link.delegate_id, AccessLink.repeat_id.is_not_distinct_from(link.repeat_id)
    _revoke(session, *mine, AccessLink.handed.is_(True), now=now)
    if not link.handed:
        return link.id
    return make(session, link.delegate_id, repeat_id=link.repeat_id, now=now).id


def to_the_same_place(token: str, link_ids: Iterable[int]) -> AccessLink | None:
    """Of the live links `link_ids`, one to the place that the ended link of `token` led to."""
    ended = aliased(AccessLink)
    query = (
        sa.select(AccessLink)
        .join(
            ended,
            sa.and_(
                ended.delegate_id == AccessLink.delegate_id,
                ended.repeat_id.is_not_distinct_from(AccessLink.repeat_id),
            ),
        )
        .where(ended.digest == digest(token), AccessLink.id.in_(list(link_ids)), AccessLink.revoked_at.is_(None))
    )
    return db.session().scalars(query).first()


def revoke_all(session: Session, delegate_id: int, *, now: datetime) -> None:
    """No link opens the place any more, those of entries that repeat it among them."""
    _revoke(session, AccessLink.delegate_id == delegate_id, now=now)


def revoke_own(session: Session, delegate_id: int, *, now: datetime) -> None:
    """No link of the person opens their place any more; who entered a repeat of it notices nothing."""
    _revoke(session, AccessLink.delegate_id == delegate_id, AccessLink.repeat_id.is_(None), now=now)


def by_token(token: str) -> AccessLink | None:
    """The live link of a token."""
    return (
        db.session()
        .scalars(sa.select(AccessLink).where(AccessLink.digest == digest(token), AccessLink.revoked_at.is_(None)))
        .first()
    )


@dataclass(frozen=True)
class Presented:
    """A live link whose token a program presents: of a place in `meeting_id`. `named_id` is the meeting that was named
    beside it; None for no such meeting.
    """

    link: AccessLink
    meeting_id: int
    named_id: int | None


def presented(token: str, *, slug: str | None) -> Presented | None:
    """The live link of a token, as `tokens.presented` finds a program's."""
    named = "" if slug is None or slugs.fault_in(slug) else slug
    query = (
        sa.select(AccessLink, Delegate.meeting_id, sa.select(Meeting.id).where(Meeting.slug == named).scalar_subquery())
        .join(Delegate, Delegate.id == AccessLink.delegate_id)
        .where(AccessLink.digest == digest(token), AccessLink.revoked_at.is_(None))
    )
    row = db.session().execute(query).first()
    return None if row is None else Presented(row[0], row[1], row[2])


def was_revoked(token: str) -> bool:
    """Whether this was a link once."""
    query = sa.select(AccessLink.id).where(AccessLink.digest == digest(token), AccessLink.revoked_at.is_not(None))
    return db.session().scalars(query).first() is not None


def by_id(link_id: int) -> AccessLink | None:
    """A live link, for a browser that opened it before."""
    return (
        db.session()
        .scalars(sa.select(AccessLink).where(AccessLink.id == link_id, AccessLink.revoked_at.is_(None)))
        .first()
    )


def _revoke(session: Session, *which: sa.ColumnElement[bool], now: datetime) -> None:
    session.execute(sa.update(AccessLink).where(*which, AccessLink.revoked_at.is_(None)).values(revoked_at=now))
