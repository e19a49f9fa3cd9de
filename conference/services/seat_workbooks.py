"""Seats out of a workbook (.xlsx or .csv): looked at with every problem, then given in one transaction."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from conference import db
from conference.documents import delimited, workbooks
from conference.documents.packages import is_workbook
from conference.models import Delegate, Unit
from conference.rules import seat_rows
from conference.rules.seat_blocks import CLOSED
from conference.rules.seat_rows import HEADERS, Known, SeatList, SeatRow, Wish
from conference.rules.unit_rows import Problem
from conference.services import activity, seatings, seats
from conference.services.activity import Act
from conference.services.delegates import Doing
from conference.services.places import Places
from conference.services.seatings import OpenedHall
from conference.vocabulary import DelegateStatus, FileFault, Missing, Unreadable

MOST_KEPT = 8 * 1024 * 1024


@dataclass(frozen=True)
class Given:
    """A row that changes something: whose seat, from which to which."""

    row: int
    name: str
    unit: str
    now: str
    then: str


@dataclass(frozen=True)
class Checked:
    """What bringing a list in would do, or has done."""

    found: SeatList
    given: Sequence[Given]
    problems: Sequence[Problem]


def read(data: bytes) -> SeatList:
    """Raises Unreadable."""
    return seat_rows.read(workbooks.read(data) if is_workbook(data) else delimited.read(data))


def kept(found: SeatList) -> str:
    """What was read, as a text that a page carries from the preview to the deed."""
    texts = json.dumps([dict(found.headers), [[row.row, dict(row.texts)] for row in found.rows]], ensure_ascii=False)
    return base64.b64encode(zlib.compress(texts.encode(), 9)).decode()


def again(text: str) -> SeatList:
    """What `kept` wrote. Raises Unreadable for what it did not write."""
    try:
        inflated = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), MOST_KEPT)
        headers, raw = json.loads(inflated)
        rows = [
            SeatRow(int(number), {str(f): str(t)[:250] for f, t in dict(texts).items() if f in HEADERS})
            for number, texts in raw[: seat_rows.MOST_ROWS]
        ]
        if not all(row.texts.get("seat") for row in rows):
            raise ValueError
        return SeatList({str(f): str(h)[:100] for f, h in dict(headers).items()}, rows)
    except (binascii.Error, zlib.error, ValueError, TypeError, AttributeError):
        raise Unreadable(FileFault.DAMAGED) from None


def check(meeting_id: int, found: SeatList) -> Checked:
    """What bringing it in would do now; writes nothing. Raises Missing where there is no hall."""
    return _judged(db.session(), meeting_id, found)[2]


def bring_in(meeting_id: int, found: SeatList, doing: Doing) -> Checked:
    """Give the seats of all good rows. The same again changes nothing. Raises Missing."""
    with db.transaction() as session:
        Places(session, meeting_id)
        hall, wishes, checked = _judged(session, meeting_id, found)
        seatings.change(session, hall, {wish.person.id: wish.spot for wish in wishes}, now=doing.now)
        acts = [
            Act(wish.person.id, {"seat": wish.person.seat}, {"seat": hall.plan.label(wish.spot)}) for wish in wishes
        ]
        activity.record_all(
            session, doing.actor, "delegate.seated", "delegate", acts, meeting_id=meeting_id, now=doing.now
        )
        return checked


def record_taken_out(meeting_id: int, count: int, doing: Doing) -> None:
    """That the seating of so many people was taken out, and by whom."""
    with db.transaction() as session:
        activity.record(
            session, doing.actor, "hall.printed", "meeting", meeting_id,
            meeting_id=meeting_id, now=doing.now, after={"count": count},
        )  # fmt: skip


def _judged(session: Session, meeting_id: int, found: SeatList) -> tuple[OpenedHall, list[Wish], Checked]:
    hall = seatings.hall_of(session, meeting_id)
    if hall is None:
        raise Missing
    people = [Known(one.id, one.number, one.name, one.unit, one.seat) for one in seats.everyone(meeting_id)]
    sitting = {id_: one.spot for id_, one in seatings.sittings(session, hall).items()}
    closed = {spot for spot, block in hall.painted.items() if block == CLOSED}
    wishes, problems = seat_rows.judge(found, hall.plan, people, closed, sitting, _elsewhere(session, meeting_id))
    given = [
        Given(wish.row, wish.person.name, wish.person.unit, wish.person.seat, hall.plan.label(wish.spot))
        for wish in wishes
    ]
    return hall, wishes, Checked(found, given, problems)


def _elsewhere(session: Session, meeting_id: int) -> list[Known]:
    """Those with a place who are not seated: online, or not confirmed."""
    query = (
        sa.select(Delegate.id, Delegate.number, Delegate.name, Unit.name, Delegate.seat)
        .join(Unit, Unit.id == Delegate.unit_id)
        .where(
            Delegate.meeting_id == meeting_id,
            ~seatings.to_be_seated(meeting_id),
            Delegate.status.not_in((DelegateStatus.DECLINED, DelegateStatus.CANCELLED)),
        )
    )
    return [Known(*row) for row in session.execute(query)]
