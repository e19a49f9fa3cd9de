"""Whose meeting a participation code (参会码) belongs to, and nothing about the person."""

from __future__ import annotations

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
