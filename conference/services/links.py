"""Private links of delegates: the secret goes out once, its digest stays."""

from __future__ import annotations

import secrets
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import AccessLink
from conference.sealing import digest, new_token


def issue(session: Session, delegate_id: int, *, repeat_id: int | None = None, now: datetime) -> str:
    """A further private link to a place; returns its token, the last segment of the address."""
    token = new_token()
    # Its id stands in an address: counted ids would tell how many links were made between two of one's own, and so
    # whether an entry was a repeat (which makes two).
    session.add(
        AccessLink(
            id=1 + secrets.randbits(53),
            delegate_id=delegate_id,
            repeat_id=repeat_id,
            digest=digest(token),
            created_at=now,
        )
    )
    return token


def address(session: Session, delegate_id: int, *, repeat_id: int | None = None, public_url: str, now: datetime) -> str:
    """A further private link to a place, as the address that is handed over."""
    return f"{public_url}/p/{issue(session, delegate_id, repeat_id=repeat_id, now=now)}"


def revoke_all(session: Session, delegate_id: int, *, now: datetime) -> None:
    session.execute(
        sa.update(AccessLink)
        .where(AccessLink.delegate_id == delegate_id, AccessLink.revoked_at.is_(None))
        .values(revoked_at=now)
    )


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
