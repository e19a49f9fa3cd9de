"""Participation codes (参会码): whose meeting one belongs to, and which ones open the door for some people."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from conference import db
from conference.models import Code, Delegate, Meeting, RepeatEntry
from conference.rules import codes


def meeting_of(text: str) -> Meeting | None:
    """The meeting of a code, live or replaced; None for what is no code of ours.

    The code of a repeat entry is one too, whether or not it opens a door: else this address would tell them apart.
    """
    code = codes.parse(text)
    if code is None:
        return None
    session = db.session()
    found = session.scalars(
        sa.select(Meeting)
        .join(Delegate, Delegate.meeting_id == Meeting.id)
        .join(Code, Code.delegate_id == Delegate.id)
        .where(Code.code == code)
    ).first()
    if found is not None:
        return found
    return session.scalars(
        sa.select(Meeting).join(RepeatEntry, RepeatEntry.meeting_id == Meeting.id).where(RepeatEntry.code == code)
    ).first()


def live_codes(delegate_ids: Collection[int]) -> dict[int, str]:
    """The code that opens the door for each of some people, a few hundred at most; who has none is left out."""
    query = (
        sa.select(Code.delegate_id, Code.code)
        .where(Code.delegate_id.in_(delegate_ids), Code.revoked_at.is_(None), Code.repeat_id.is_(None))
        .order_by(Code.created_at.desc(), Code.code.desc())
    )
    return dict(db.session().execute(query).all())
