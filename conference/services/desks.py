"""Private links to a unit's desk (`/u/…`): the secret goes out once, its digest stays.

A link belongs to the liaison who was it when the link was made; a hand-over ends all of them (`revoke_all`).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.models import DeskLink, Liaison, Participation
from conference.rules import unit_desk
from conference.sealing import digest, new_token
from conference.vocabulary import Refused


@contextmanager
def to_liaison() -> Iterator[None]:
    """Say refusals as they are said to a liaison, who can ask for more places."""
    try:
        yield
    except Refused as refused:
        raise Refused(unit_desk.to_liaison(refused.refusal)) from None


def issue(session: Session, participation: Participation, *, now: datetime) -> str:
    """A further link to the desk of a unit, for its liaison of now; returns its token, the address's last segment."""
    return _make(session, participation.id, now)[1]


def address(session: Session, participation: Participation, *, public_url: str, now: datetime) -> str:
    """A further link to the desk, as the address that is handed over."""
    return f"{public_url}/u/{issue(session, participation, now=now)}"


def revoke_all(session: Session, participation_id: int, *, now: datetime) -> None:
    """No link to this desk opens it any more."""
    session.execute(
        sa.update(DeskLink)
        .where(DeskLink.participation_id == participation_id, DeskLink.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def by_token(token: str) -> DeskLink | None:
    """The live link of a token."""
    return _live(DeskLink.digest == digest(token))


def was_revoked(token: str) -> bool:
    """Whether this was a link once."""
    query = sa.select(DeskLink.id).where(DeskLink.digest == digest(token), DeskLink.revoked_at.is_not(None))
    return db.session().scalars(query).first() is not None


def by_id(desk_id: int) -> DeskLink | None:
    """A live link, for a browser that opened it before."""
    return _live(DeskLink.id == desk_id)


def note_opened(desk_id: int, *, now: datetime) -> None:
    """Somebody opened the link for the first time: organisers see that the invitation was read."""
    with db.transaction() as session:
        session.execute(
            sa.update(DeskLink).where(DeskLink.id == desk_id, DeskLink.opened_at.is_(None)).values(opened_at=now)
        )


def liaison_of(participation_id: int) -> Liaison | None:
    """Who is the unit's liaison now."""
    return db.session().scalars(_current().where(Liaison.participation_id == participation_id)).first()


def of_liaison(meeting_id: int, *, phone_index: str | None = None, email_index: str | None = None) -> Sequence[Liaison]:
    """Who is a liaison in this meeting now and is reached so; one person may be it for several units."""
    ways = [
        column == index
        for column, index in ((Liaison.phone_index, phone_index), (Liaison.email_index, email_index))
        if index
    ]
    if not ways:
        return []
    query = (
        _current()
        .join(Participation, Participation.id == Liaison.participation_id)
        .where(Participation.meeting_id == meeting_id, sa.or_(*ways))
    )
    return db.session().scalars(query.order_by(Liaison.id)).all()


def open_again(liaison_id: int, *, now: datetime) -> int | None:
    """A further link for a liaison who proved themselves; the id that the browser remembers, no secret leaves.

    None when they are not the liaison any more.
    """
    with db.transaction() as session:
        liaison = session.scalars(_current().where(Liaison.id == liaison_id)).first()
        return None if liaison is None else _make(session, liaison.participation_id, now)[0]


def _make(session: Session, participation_id: int, now: datetime) -> tuple[int, str]:
    token = new_token()
    liaison_id = session.scalars(
        sa.select(Liaison.id).where(Liaison.participation_id == participation_id, Liaison.until.is_(None))
    ).first()
    # Its id stands in an address: counted ones would tell how many desks there are.
    link = DeskLink(
        id=1 + secrets.randbits(53),
        participation_id=participation_id,
        liaison_id=liaison_id,
        digest=digest(token),
        created_at=now,
    )
    session.add(link)
    session.flush()
    return link.id, token


def _current() -> sa.Select[Liaison]:
    return sa.select(Liaison).where(Liaison.until.is_(None))


def _live(condition: sa.ColumnElement[bool]) -> DeskLink | None:
    query = sa.select(DeskLink).where(condition, DeskLink.revoked_at.is_(None))
    return db.session().scalars(query.options(sa.orm.joinedload(DeskLink.participation))).first()
