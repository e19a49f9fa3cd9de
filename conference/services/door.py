"""What the door's pages show: where one may stand, who somebody is at a checkpoint, how many have come."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import contains_eager

from conference import db
from conference.models import Account, Checkpoint, Code, Delegate, Line, Meeting, Presence
from conference.rules import checkin, codes, contact
from conference.rules.text import legible
from conference.sealing import blind_index, unseal
from conference.services import accounts, meetings, turnout
from conference.vocabulary import (
    CheckpointKind,
    DelegateStatus,
    Direction,
    MeetingStatus,
    Missing,
    Mode,
    Right,
    ScanReason,
)

FOUND_AT_MOST = 20
QUERY_LIMIT = 200
TAIL = 4
_DIGITS_LEAST = _LETTERS_LEAST = 2


@dataclass(frozen=True)
class Person:
    """Somebody as one checkpoint sees them now. `refusal` is what a scan would be told, `code` what it would hold."""

    id: int
    number: str
    name: str
    unit: str
    position: str
    mode: Mode
    status: DelegateStatus
    seat: str
    code: str
    inside: bool
    first_scanned_at: datetime | None
    first_gate: str | None
    refusal: ScanReason | None


@dataclass(frozen=True)
class Holder:
    """Whom a code belongs to; `slug` names the meeting."""

    meeting_id: int
    slug: str
    delegate_id: int
    code: str


@dataclass(frozen=True)
class Search:
    """`too_short` asks for more to go by; `more` says that not all are shown."""

    people: Sequence[Person] = ()
    too_short: bool = False
    more: bool = False


@dataclass(frozen=True)
class Count:
    arrived: int
    expected: int


def meetings_of(account: Account) -> list[Meeting]:
    """The meetings at whose doors an account may stand, the latest first; archived ones are over."""
    return [
        meeting
        for meeting in meetings.listed(public=False, ids=accounts.meeting_ids(account))
        if meeting.status is not MeetingStatus.ARCHIVED and Right.CHECK_IN in accounts.rights(account, meeting.id)
    ]


def holder(text: str) -> Holder:
    """Whose code `text` holds, in whatever meeting, replaced codes too. Raises Missing."""
    code = codes.parse(text)
    row = (
        db.session()
        .execute(
            sa.select(Meeting.id, Meeting.slug, Delegate.id)
            .join(Delegate, Delegate.meeting_id == Meeting.id)
            .join(Code, Code.delegate_id == Delegate.id)
            .where(Code.code == (code or ""))
        )
        .first()
    )
    if code is None or row is None:
        raise Missing
    return Holder(row[0], row[1], row[2], code)


def person(meeting_id: int, checkpoint: Checkpoint, code: str, *, now: datetime) -> Person:
    """Who shows this code, as the checkpoint sees them. Raises Missing."""
    found = db.session().execute(_people(meeting_id, checkpoint.id).where(Code.code == code)).first()
    if found is None:
        raise Missing
    return _person(found, checkpoint, now)


def search(meeting_id: int, checkpoint: Checkpoint, text: str, *, now: datetime) -> Search:
    """People by a part of the name, pinyin, number, the phone or its last four digits, or a code; 20 at most."""
    plain = unicodedata.normalize("NFKC", legible(text[:QUERY_LIMIT])).strip()
    condition = _condition(meeting_id, plain)
    if condition is None:
        return Search(too_short=True)
    found = db.session().execute(
        _people(meeting_id, checkpoint.id)
        .where(condition, Delegate.erased_at.is_(None))
        .order_by(Delegate.pinyin, Delegate.id)
        .limit(FOUND_AT_MOST + 1)
    )
    people = [_person(row, checkpoint, now) for row in found]
    return Search(people[:FOUND_AT_MOST], more=len(people) > FOUND_AT_MOST)


def count(meeting_id: int, checkpoint: Checkpoint) -> Count:
    """How many have come, of how many confirmed in person. At a venue it is read from the turnout, not counted,
    and both are without the categories that the hall's figure leaves out."""
    session = db.session()
    expected = session.scalar(sa.select(Line.taken).where(Line.meeting_id == meeting_id, Line.mode == Mode.IN_PERSON))
    if checkpoint.kind is CheckpointKind.VENUE:
        meeting = session.get_one(Meeting, meeting_id)
        came = turnout.by_unit(session, meeting)
        expected = (expected or 0) - sum(turnout.not_expected(session, meeting).values())
        arrived: int | None = sum(present for present, _ in came.values())
    else:
        arrived = session.scalar(
            sa.select(sa.func.count()).where(
                Presence.checkpoint_id == checkpoint.id,
                sa.or_(Presence.first_scanned_at.is_not(None), Presence.last_out_at.is_not(None)),
            )
        )
    return Count(int(arrived or 0), expected or 0)


def _people(meeting_id: int, checkpoint_id: int) -> sa.Select[Delegate, str, datetime | None, Presence]:
    return (
        sa.select(Delegate, Code.code, Code.revoked_at, Presence)
        .join(Delegate.unit)
        .join(Code, Code.delegate_id == Delegate.id)
        .outerjoin(Presence, sa.and_(Presence.delegate_id == Delegate.id, Presence.checkpoint_id == checkpoint_id))
        .where(Delegate.meeting_id == meeting_id)
        .options(contains_eager(Delegate.unit))
    )


def _condition(meeting_id: int, text: str) -> sa.ColumnElement[bool] | None:
    """What people are searched by; None when there is too little to go by."""
    code = codes.parse(text)
    if code is not None:
        return Code.code == code
    live = sa.and_(Code.revoked_at.is_(None), Code.repeat_id.is_(None))
    digits = re.sub(r"[\s-]+", "", text.removeprefix("+"))
    if digits.isascii() and digits.isdigit():
        if len(digits) < _DIGITS_LEAST:
            return None
        ways = [Delegate.number.endswith(digits, autoescape=True)]
        phone = contact.phone(text)
        if phone is not None:
            ways.append(Delegate.phone_index == blind_index(phone))
        if len(digits) == TAIL:
            ways.append(Delegate.id.in_(_with_tail(meeting_id, digits)))
        return sa.and_(live, sa.or_(*ways))
    if text.isascii() and len(text) < _LETTERS_LEAST:
        return None
    letters = re.sub(r"\s+", "", text).lower()
    return sa.and_(
        live,
        sa.or_(
            Delegate.name.contains(text, autoescape=True),
            sa.func.replace(Delegate.pinyin, " ", "").startswith(letters, autoescape=True),
        ),
    )


def _with_tail(meeting_id: int, tail: str) -> list[int]:
    """Who has a phone that ends so. Phones are sealed, so each has to be opened: some 5 µs a person."""
    rows = db.session().execute(
        sa.select(Delegate.id, Delegate.phone_sealed).where(
            Delegate.meeting_id == meeting_id, Delegate.phone_sealed.is_not(None)
        )
    )
    found: list[int] = []
    for id_, sealed in rows:
        if sealed is not None and unseal(sealed).endswith(tail):
            found.append(id_)
            if len(found) > FOUND_AT_MOST:
                break
    return found


def _person(row: Any, checkpoint: Checkpoint, now: datetime) -> Person:  # a row of the query above
    delegate, code, revoked_at, presence = row
    verdict = checkin.verdict(
        checkin.Person(delegate.status, delegate.mode, revoked_at is not None),
        checkin.Point(checkpoint.opens_at, checkpoint.closes_at, checkpoint.reentry),
        at=now,
        direction=Direction.IN,
        stay_has_admission=False,
    )
    return Person(
        id=delegate.id,
        number=delegate.number,
        name=delegate.name,
        unit=delegate.unit.name,
        position=delegate.position,
        mode=delegate.mode,
        status=delegate.status,
        seat=delegate.seat,
        code=code,
        inside=presence is not None and presence.inside,
        first_scanned_at=presence.first_scanned_at if presence is not None else None,
        first_gate=presence.first_gate if presence is not None else None,
        refusal=verdict.reason,
    )
