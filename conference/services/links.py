"""Private links of delegates: the secret goes out once, its digest stays."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AccessLink
from conference.sealing import digest, new_token


@dataclass(frozen=True)
class Issued:
    """A link just made; `token` is the last segment of its address, and not to be had again."""

    id: int
    token: str


def issue(session: Session, delegate_id: int, *, repeat_id: int | None = None, now: datetime) -> str:
    """A further private link to a place (written before); returns its token, the last segment of the address."""
    return make(session, delegate_id, repeat_id=repeat_id, now=now).token


def make(session: Session, delegate_id: int, *, repeat_id: int | None = None, now: datetime) -> Issued:
    """The same, with its number."""
    # Its id stands in an address: counted ids would tell how many links were made between two of one's own, and so
    # whether an entry was a repeat (which makes two).
    made = Issued(1 + secrets.randbits(53), new_token())
    session.connection().execute(
        _ISSUE,
        {
            "id": made.id,
            "delegate_id": delegate_id,
            "repeat_id": repeat_id,
            "digest": digest(made.token),
            "created_at": now,
        },
    )
    return made


_ISSUE = sa.insert(cast(sa.Table, AccessLink.__table__))


def address(session: Session, delegate_id: int, *, repeat_id: int | None = None, public_url: str, now: datetime) -> str:
    """A further private link to a place, as the address that is handed over."""
    return f"{public_url}/p/{issue(session, delegate_id, repeat_id=repeat_id, now=now)}"


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
